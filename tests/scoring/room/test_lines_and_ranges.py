"""How near scores are to other bands, and where they may end: by brute force."""

from __future__ import annotations

from itertools import combinations

import pytest

from scoring.agreement.markings import read_markings
from scoring.answer_table import AnswerTable, read_answer_table
from scoring.near.listing import CHANGED, Direction, Doubts, find_holders, find_near, list_near
from scoring.near.unsettled import find_unsettled
from scoring.scorecard import score_inspection
from tests.scoring import slow_reference as slow
from tests.scoring.generated import BARELY_OPEN, EVERY
from tests.scoring.room.known import WORDS, Known, find, know_generated
from tests.scoring.slow_reference import NO, YES


class TestNearTheLine:
    def test_how_many_changes_and_of_how_many(self, known: Known, table: AnswerTable) -> None:
        unsettled = find_unsettled(table, read_markings(known.inspection))
        near = list_near(table, unsettled)
        assert sorted(str(each.name) for each in near) == sorted(known.raw.programme.banded)
        for each in near:
            stands = slow.list_standings(known.raw, str(each.name))
            for move, wanted, other in ((each.up, YES, NO), (each.down, NO, YES)):
                changes, band = slow.find_flips(known.raw, str(each.name), wanted)
                assert (move and (move.changes, move.band)) == (changes and (changes, band))
                if move is None:
                    continue
                assert move.candidates == stands.count(other)
                found = self.list_doubtful(known, str(each.name), other)
                assert move.doubts == Doubts(
                    disputed=sum(disputed for disputed, _, _ in found),
                    flagged=sum(flagged for _, flagged, _ in found),
                    bare=sum(bare for _, _, bare in found),
                    spoken_for=sum(disputed or flagged for disputed, flagged, _ in found),
                    any=sum(any(reasons) for reasons in found),
                )

    def list_doubtful(self, known: Known, name: str, stands: str) -> list[tuple[bool, bool, bool]]:
        """Say of each answer that could be changed if it is disputed, flagged, without evidence."""
        disputed = {
            (pair.reference, place)
            for pair in known.pairs
            for place, first, second in pair.answers
            if first != second
        }
        return [
            ((case["reference"], place) in disputed, answer["flagged"], answer["evidence"] == "")
            for case in known.raw.cases
            for place in known.raw.programme.names[name]
            if case["standing"][place] == stands
            for answer in [case["answers"][place]]
        ]

    def test_where_they_are(self, known: Known, table: AnswerTable) -> None:
        unsettled = find_unsettled(table, read_markings(known.inspection))
        directions: tuple[Direction, ...] = ("up", "down")
        for written in known.raw.programme.banded:
            name = known.name(written)
            near = find_near(table, unsettled, name)
            for direction in directions:
                holders = find_holders(table, unsettled, name, direction)
                stands = WORDS[CHANGED[direction]]
                listed = {(j.case.reference, *j.place): j for j in holders.judgements}
                assert len(listed) == len(holders.judgements)
                assert {key for key, judgement in listed.items() if judgement.flagged} == {
                    (case["reference"], *place)
                    for case in known.raw.cases
                    for place in known.raw.programme.names[written]
                    if case["standing"][place] == stands and case["answers"][place]["flagged"]
                }
                if move := near.find_move(direction):
                    for field in ("disputed", "flagged", "bare", "any"):
                        whole = getattr(move.doubts, field)
                        assert sum(getattr(q.doubts, field) for q in holders.questions) == whole
                        assert sum(getattr(c.doubts, field) for c in holders.cases) == whole
                    assert move.doubts.any == len(listed)

    @pytest.mark.django_db
    @pytest.mark.parametrize("seed", range(6))
    def test_no_fewer_changes_would_do(self, seed: int) -> None:
        """Of every set of answers that could be turned, the smallest that matters is as told."""
        known = know_generated(seed, EVERY["one case"], "Othershire")
        table = read_answer_table(known.inspection)
        unsettled = find_unsettled(table, read_markings(known.inspection))
        for each in list_near(table, unsettled):
            found = slow.list_standings(known.raw, str(each.name))
            answers = [stands for stands in found if stands in (YES, NO)]
            band = slow.band_of(known.raw, slow.percent_of(answers.count(YES), len(answers)))
            fewest: dict[str, int] = {}
            for size in range(1, len(answers) + 1):
                for places in combinations(range(len(answers)), size):
                    turned = [
                        {YES: NO, NO: YES}[stands] if place in places else stands
                        for place, stands in enumerate(answers)
                    ]
                    percent = slow.percent_of(turned.count(YES), len(turned))
                    if slow.band_of(known.raw, percent) != band:
                        more = turned.count(YES) > answers.count(YES)
                        fewest.setdefault("up" if more else "down", size)
            assert fewest == {move.direction: move.changes for move in (each.up, each.down) if move}


class TestRanges:
    @pytest.mark.django_db
    @pytest.mark.parametrize("seed", range(8))
    def test_every_completion_lies_in_the_range(self, seed: int) -> None:
        known = know_generated(seed, BARELY_OPEN, "Othershire")
        card = score_inspection(known.inspection)
        told = {name: find(card, name) for name in known.raw.programme.names}
        ends = 0
        for ended in slow.complete(known.raw):
            ends += 1
            for name, score in told.items():
                sufficient, relevant, still = slow.count(ended, name)
                percent = slow.percent_of(sufficient, relevant)
                assert still == 0
                if percent is None:
                    continue
                assert score.low is not None
                assert score.high is not None
                assert score.low <= percent <= score.high
                if score.band:
                    assert slow.band_of(known.raw, percent) == score.band
        assert ends > 1
