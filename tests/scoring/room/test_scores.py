"""Scores, their intervals, and what is behind each: as an independent reference has them."""

from __future__ import annotations

import pytest

from scoring.agreement.markings import read_markings
from scoring.answer_table import AnswerTable
from scoring.exporting import gather_export
from scoring.names import ScoreName, list_score_names
from scoring.scorecard import score_groups, score_inspection, score_inspections
from scoring.scored import score_table
from scoring.signing.reading import read_sign_off
from scoring.statistics.criteria import estimate_criteria
from scoring.tracing.missing import list_missing
from scoring.tracing.scores import Account, trace_score
from tests.scoring import slow_reference as slow
from tests.scoring.room.known import WORDS, Known, check_interval, find, scores_of
from tests.scoring.slow_reference import NO, YES, Raw


class TestScores:
    def test_the_scorecard(self, known: Known) -> None:
        card = score_inspection(known.inspection)
        assert {n: find(card, n)._asdict() for n in known.raw.programme.names} == scores_of(
            known.raw
        )
        assert (card.cases, card.complete) == (len(known.raw.cases), slow.is_complete(known.raw))

    def test_all_scorecards_at_once(self, every: dict[str, Known], db: None) -> None:
        cards = score_inspections([known.inspection for known in every.values()])
        assert cards == {
            known.inspection.slug: score_inspection(known.inspection) for known in every.values()
        }

    def test_the_table_of_scores_and_their_intervals(
        self, known: Known, table: AnswerTable
    ) -> None:
        scored = score_table(known.inspection, table)
        assert {str(n): each.score._asdict() for n, each in scored.scores.items()} == scores_of(
            known.raw
        )
        assert scored.complete == slow.is_complete(known.raw)
        caseload = known.raw.caseload
        for name, each in scored.scores.items():
            check_interval(each.interval, known.raw, str(name), caseload)
        assert estimate_criteria(known.inspection) == {
            name: pytest.approx(each.interval)
            for name, each in scored.scores.items()
            if name.kind in ("section", "criterion") and each.interval
        }

    def test_scores_of_groups(self, known: Known) -> None:
        groups = score_groups(known.inspection, "looked_after")
        values = {case["facts"].get("looked_after", "") for case in known.raw.cases}
        assert set(groups) == values
        for value in values:
            raw = known.raw.where("looked_after", value)
            assert {n: find(groups[value], n)._asdict() for n in raw.programme.names} == scores_of(
                raw
            )

    def test_what_is_exported_and_what_is_signed(self, known: Known) -> None:
        export = gather_export(known.inspection)
        assert {str(each.name): each.score._asdict() for each in export.scores} == scores_of(
            known.raw
        )
        for each in export.scores:
            stands = slow.list_standings(known.raw, str(each.name))
            assert each.not_applicable == stands.count(slow.NOT_APPLICABLE)
            assert each.not_asked == stands.count(slow.NOT_ASKED)
        signing = read_sign_off(known.inspection)
        assert {f"criterion {c.number}": c.score._asdict() for c in signing.criteria} == {
            name: score for name, score in scores_of(known.raw).items() if "criterion" in name
        }


class TestTraces:
    def test_the_cases_behind_each_number_add_up_to_it(
        self, known: Known, table: AnswerTable
    ) -> None:
        markings = read_markings(known.inspection)
        for name in list_score_names(table.definition, rows=True):
            trace = trace_score(table, name, unsettled=markings.unsettled)
            behind = slow.list_behind(known.raw, str(name))
            assert trace.score._asdict() == slow.score(known.raw, str(name))
            self.check_account(trace.account, known.raw, name, behind)
            for traced in trace.cases:
                own = [
                    (stands, place)
                    for stands, places in behind.items()
                    for place in places
                    if place[0] == traced.case.reference
                ]
                counted = [stands for stands, _ in own]
                assert traced.account.sufficient == counted.count(YES)
                assert traced.account.insufficient == counted.count(NO)
                assert traced.account.all == len(own)
                if len(own) == 1:
                    assert traced.standing is not None
                    assert WORDS[traced.standing] == counted[0]
            assert [t.case.reference for t in trace.cases] == [
                case["reference"] for case in known.raw.cases
            ]
            for field in ("sufficient", "relevant", "open", "left_out", "set_aside"):
                whole = getattr(trace.account, field)
                assert sum(getattr(t.account, field) for t in trace.cases) == whole
                if trace.parts:
                    assert sum(getattr(p.account, field) for p in trace.parts) == whole
                    assert sum(getattr(g.account, field) for g in trace.groups) == whole

    def check_account(
        self,
        account: Account,
        raw: Raw,
        name: ScoreName,
        behind: dict[str, list[tuple[str, str, str]]],
    ) -> None:
        """Check how many judgements stand how, and that none is left unaccounted for."""
        assert {
            YES: account.sufficient,
            NO: account.insufficient,
            slow.NOT_APPLICABLE: account.not_applicable,
            slow.NOT_ASKED: account.not_asked,
            slow.UNANSWERED: account.unanswered,
            slow.UNDECIDED: account.undecided,
        } == {stands: len(behind.get(stands, ())) for stands in WORDS.values()}
        assert account.all == len(raw.cases) * len(raw.programme.names[str(name)])
        answers = {case["reference"]: case["answers"] for case in raw.cases}
        assert account.set_aside == sum(
            answers[reference][code, row]["answer"] != ""
            for reference, code, row in behind.get(slow.NOT_ASKED, ())
        )

    def test_of_a_group_and_what_is_missing(self, known: Known, table: AnswerTable) -> None:
        chosen = table.mark_cases("looked_after", "yes")
        raw = known.raw.where("looked_after", "yes")
        for theme in table.definition.themes:
            trace = trace_score(table, ScoreName("headline", theme.key), chosen=chosen)
            assert trace.score._asdict() == slow.score(raw, f"headline {theme.key}")
        missing = {
            each.case.reference: (work.assessor, each.unanswered, each.undecided)
            for work in list_missing(table)
            for each in work.cases
            if each.unanswered or each.undecided
        }
        assert missing == {
            case["reference"]: (case["assessor"] or "Not allocated", unanswered, undecided)
            for case in known.raw.cases
            for stands in [list(case["standing"].values())]
            for unanswered in [stands.count(slow.UNANSWERED)]
            for undecided in [stands.count(slow.UNDECIDED)]
            if unanswered or undecided
        }
