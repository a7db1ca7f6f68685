"""A locked scorecard: every way of changing what it rests on is refused, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cases.access import key_of
from cases.allocation.allocating import AllocationChange, allocate
from cases.allocation.conflicts_of_interest import declare_conflict, list_undecided
from cases.allocation.proposing import Scope, Wishes, accept, propose
from cases.locking import LOCKED, lock_judgements, unlock_judgements
from cases.models import (
    Assessment,
    Case,
    Handover,
    Judgement,
    Reopening,
    SampledCase,
    SecondMarking,
    Settlement,
)
from cases.moderation import reopen_case, settle_judgement
from cases.opening import NewCase, open_assessments, open_cases
from cases.recording import (
    AnswerChange,
    FactChange,
    complete_assessment,
    record_answers,
    record_facts,
)
from cases.sampling.opening import open_sample
from cases.sampling.replacing import replace_case
from cases.sampling.storing import OPENED, NotPossibleError
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.picking import Pick, cancel_second_marking, pick_cases
from cases.second_marking.settling import agree, settle
from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from inspections.setting_up.inspections import (
    PROGRAMME_USES,
    Details,
    change_inspection,
    delete_inspection,
    digest_details,
)
from reports.demonstration.loading import complete_what_is_done
from tests.cases.device import answer, complete, device_of, dump, fact
from tests.cases.filling import (
    CASE,
    DELIVERY,
    FACTS_PAGE,
    REVIEW,
    banners_of,
    client_of,
    end_session,
    sheet_of,
)
from tests.cases.sampling.caseloads import SEED, make_entries, make_opened
from tests.cases.second_marking.pairs import choose, judge, make_compared, pick, reload
from tests.casting import make_case, make_inspection, member_of, user_of
from tests.pages import read_page, text_of, texts_of
from tests.programmes import write_programme
from tests.reports.bundle_files import write_bundle

pytestmark = pytest.mark.django_db

SECOND_MARKING = "/inspections/anyshire-2026/second-marking/"


@dataclass(frozen=True)
class Stage:
    """An inspection before it is locked: a case judged once, one settled between two assessors,
    and one that a second assessor has judged too, which nobody has compared.
    """

    inspection: Inspection
    once: Assessment
    settled: SecondMarking
    judged_twice: SecondMarking

    def member(self, key: str) -> TeamMember:
        return member_of(self.inspection, key)

    def client(self, key: str) -> Client:
        return client_of(self.inspection, key)


@pytest.fixture
def stage() -> Stage:
    inspection = make_inspection()
    once = make_case(inspection, rest="sufficient")
    settled = make_compared(inspection, "ANY-002", second={"2.1.01": "insufficient"})
    choose(settled, "lead", q2_1_01="sufficient")
    make_case(inspection, "ANY-003", rest="sufficient")
    judged_twice = pick(inspection, "ANY-003")
    judge(judged_twice.second)
    # As it stands before the comparison begins, which it does once all that is stored.
    return Stage(inspection, once, reload(settled), judged_twice)


def snapshot() -> dict[str, Any]:
    """Return every row that the scores rest on, and their history."""
    models = (Case, Handover, Reopening, SampledCase, SecondMarking, Settlement)
    rows = {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }
    return dump() | rows


def told_by(refused: Callable[[], object]) -> str:
    with pytest.raises((RefusedError, NotPossibleError, CommandError)) as error:
        refused()
    return str(error.value)


def status_and_main(response: Any) -> str:
    return f"{response.status_code} {text_of(read_page(response).xpath('//main')[0])}"


def send_page(stage: Stage, key: str, url: str, **fields: str) -> str:
    """Send the page as it was before it was locked, with some fields filled in otherwise."""
    client = stage.client(key)
    unlock_judgements(stage.inspection)
    sheet = sheet_of(client, url, client.get(url))
    lock_judgements(stage.inspection)
    return status_and_main(client.post(url, {**sheet.sent, **fields}))


def sync(stage: Stage, *changes: Any) -> str:
    results = device_of(stage.inspection).send(*changes)
    assert {result["status"] for result in results} == {"refused"}
    return " ".join(result["message"] for result in results)


def settle_one(stage: Stage) -> object:
    return settle_judgement(
        stage.once,
        "2.1.01",
        "",
        answer="insufficient",
        reasons=(),
        evidence="",
        because="It was not.",
        base_version=1,
        by=stage.member("lead"),
    )


def import_again(stage: Stage, folder: Path) -> object:
    write_bundle(folder)
    return call_command("import_inspection", str(folder), stdout=StringIO())


def reload_programme(stage: Stage, folder: Path) -> object:
    path = write_programme(folder)
    text = path.read_text(encoding="utf-8").replace("scoring: none", "scoring: question", 1)
    path.write_text(text, encoding="utf-8")
    return call_command("load_programme", str(path), stdout=StringIO())


def change_programme(stage: Stage) -> None:
    inspection = stage.inspection
    definition = replace(load_definition(inspection.programme), version=2)
    other, _ = store_programme(definition)
    columns = {name: getattr(inspection, name) for name in Details.__dataclass_fields__}
    details = Details(**columns | {"programme": other})
    change_inspection(inspection, details, seen=digest_details(inspection))


ANSWER = AnswerChange("2.1.01", "", "insufficient", 1)
FACT = FactChange("risk_level", "low", 1)

CALLS: dict[str, Callable[[Stage], object]] = {
    "opening cases": lambda s: open_cases(s.inspection, [NewCase("ANY-009")]),
    "opening another assessment": lambda s: open_assessments(
        [(Assessment(case=s.once.case, inspection=s.inspection, kind="second"), NewCase(""))]
    ),
    "completing": lambda s: complete_assessment(s.once, s.member("inspector")),
    "reopening": lambda s: reopen_case(s.once, "Look again.", s.member("lead")),
    "reopening what two settled": lambda s: reopen_case(
        Assessment.objects.get(pk=s.settled.agreed_id or 0), "Look again.", s.member("lead")
    ),
    "settling a judgement": settle_one,
    "picking": lambda s: pick_cases(
        s.inspection, [Pick(s.once, s.member("practice-assessor"))], s.member("lead")
    ),
    "calling off": lambda s: cancel_second_marking(s.judged_twice, s.member("lead"), "Ill."),
    "comparing": lambda s: begin_comparison(s.judged_twice),
    "settling again": lambda s: choose(s.settled, "lead", q2_1_01="insufficient"),
    "settling nothing": lambda s: settle(s.settled, [], "So.", s.member("lead")),
    "agreeing": lambda s: agree(s.settled, 1, s.member("inspector")),
}

REQUESTS: dict[str, Callable[[Stage], str]] = {
    "answers": lambda s: send_page(s, "inspector", DELIVERY, **{"q2-1-01-answer": "insufficient"}),
    "answers of the lead": lambda s: send_page(s, "lead", DELIVERY, clear="q2-1-01"),
    "facts": lambda s: send_page(s, "inspector", FACTS_PAGE, risk_level="low"),
    "the review": lambda s: send_page_of_open_case(s),
    "opening it again": lambda s: send_page(s, "lead", f"{CASE}reopen/", reason="Look again."),
    "settling": lambda s: send_page(
        s, "lead", f"{CASE}settle/2.1.01/", answer="insufficient", reason="It was not."
    ),
    "sync": lambda s: sync(s, fact("risk_level", "low"), answer("2.1.01", "insufficient", 1)),
    "sync of what was done": lambda s: sync(s, complete()),
    "picking": lambda s: status_and_main(
        s.client("lead").post(f"{SECOND_MARKING}pick/", {"pick-ANY-001": "on"})
    ),
    "calling off": lambda s: status_and_main(
        s.client("lead").post(
            "/inspections/anyshire-2026/cases/ANY-003/second-marking/call-off/", {"reason": "Ill."}
        )
    ),
    "comparing": lambda s: status_and_main(
        s.client("lead").post(
            "/inspections/anyshire-2026/cases/ANY-003/second-marking/start/", follow=True
        )
    ),
    "settling again": lambda s: status_and_main(
        s.client("lead").post(
            "/inspections/anyshire-2026/cases/ANY-002/second-marking/questions/2.1.01/",
            {"value": "insufficient", "reason": "So.", "seen": "1"},
        )
    ),
    "settling all that one was asked": lambda s: status_and_main(
        s.client("lead").post(
            "/inspections/anyshire-2026/cases/ANY-002/second-marking/one-sided/", {"reason": "So."}
        )
    ),
}


def send_page_of_open_case(stage: Stage) -> str:
    """Complete a case that was ready before it was locked."""
    Assessment.objects.filter(pk=stage.once.pk).update(completed_at=None, completed_by=None)
    response = stage.client("inspector").post(REVIEW, {"assessment-key": key_of(stage.once)})
    Assessment.objects.filter(pk=stage.once.pk).update(
        completed_at=stage.once.completed_at, completed_by=stage.once.completed_by
    )
    return status_and_main(response)


def test_each_is_refused_with_the_reason(stage: Stage, subtests: pytest.Subtests) -> None:
    lock_judgements(stage.inspection)
    before = snapshot()
    for way, call in CALLS.items():
        with subtests.test(way):
            assert LOCKED in told_by(partial(call, stage))
            assert snapshot() == before


def test_each_request_is_refused_with_the_reason(stage: Stage, subtests: pytest.Subtests) -> None:
    lock_judgements(stage.inspection)
    before = snapshot()
    for way, send in REQUESTS.items():
        with subtests.test(way):
            told = send(stage)
            if way != "settling all that one was asked":  # nothing is of the kind, so none is taken
                assert LOCKED in told
            assert told.startswith(("409", "422")) or way.startswith(("sync", "comparing"))
            assert snapshot() == before


def test_changes_to_one_assessment_are_refused_each(stage: Stage) -> None:
    lock_judgements(stage.inspection)
    before = snapshot()
    outcome = record_answers(stage.once, [ANSWER], stage.member("inspector"))
    facts = record_facts(stage.once, [FACT], stage.member("inspector"))
    assert [refusal.message for refusal in outcome.refusals] == [LOCKED]
    assert [refusal.message for refusal in facts.refusals] == [LOCKED]
    assert snapshot() == before


def test_cases_stay_with_whom_they_are(stage: Stage) -> None:
    """By hand, balanced anew, and where somebody declares a conflict of interest."""
    lock_judgements(stage.inspection)
    before = snapshot()
    change = AllocationChange(stage.once.pk, "practice-assessor", "inspector", confirmed=True)
    outcome = allocate(stage.inspection, [change], user_of(stage.inspection, "lead"))
    assert [refusal.message for refusal in outcome.refusals] == [LOCKED]
    wishes = Wishes("seed", Scope.ANEW)
    proposal = propose(stage.inspection, wishes)
    assert proposal.changed == []
    accept(stage.inspection, wishes, proposal.digest, user_of(stage.inspection, "lead"))
    inspector = stage.member("inspector")
    declared = declare_conflict(inspector, inspector, reference="ANY-001")
    assert (declared.taken, declared.to_decide) == ([], ["ANY-001"])
    assert snapshot() == before


def test_a_conflict_of_interest_is_still_to_be_decided(stage: Stage) -> None:
    """It keeps the report from being published, locked or not."""
    lock_judgements(stage.inspection)
    inspector = stage.member("inspector")
    declare_conflict(inspector, inspector, reference="ANY-001")
    assert [each.case.reference for each in list_undecided(stage.inspection)] == ["ANY-001"]


def test_the_sample_stays() -> None:
    inspection = make_opened(make_entries(6))
    reference = inspection.cases.all()[0].reference
    lock_judgements(inspection)
    before = snapshot()
    lead = user_of(inspection, "lead")
    told = told_by(lambda: replace_case(inspection, reference, reason="Moved.", by=lead))
    assert told == LOCKED
    client = client_of(inspection, "lead")
    response = client.post(
        f"/inspections/{inspection.slug}/sample/{reference}/replace/", {"reason": "Moved."}
    )
    assert (response.status_code, LOCKED in status_and_main(response)) == (409, True)
    assert told_by(lambda: open_sample(inspection, SEED)) == OPENED
    assert snapshot() == before


def test_the_programme_stays(stage: Stage, tmp_path: Path) -> None:
    lock_judgements(stage.inspection)
    before = snapshot()
    assert PROGRAMME_USES["cases"] in told_by(lambda: change_programme(stage))
    assert "is used by anyshire-2026 and cannot change" in told_by(
        lambda: reload_programme(stage, tmp_path)
    )
    assert "has cases" in told_by(lambda: delete_inspection(stage.inspection))
    assert snapshot() == before


def test_no_command_changes_it(stage: Stage, tmp_path: Path) -> None:
    lock_judgements(stage.inspection)
    Assessment.objects.update(completed_at=None, completed_by=None)
    before = snapshot()
    assert "nothing was imported" in told_by(lambda: import_again(stage, tmp_path / "bundle"))
    stage.inspection.refresh_from_db()
    complete_what_is_done(stage.inspection)  # as `seed_demo` does
    assert snapshot() == before


def test_unlocked_everything_is_as_it_was(stage: Stage) -> None:
    closed = dict(Assessment.objects.values_list("pk", "closed"))
    lock_judgements(stage.inspection)
    lock_judgements(stage.inspection)
    locked = dict(Assessment.objects.values_list("pk", "closed"))
    assert locked == {pk: value or "locked" for pk, value in closed.items()}
    unlock_judgements(stage.inspection)
    assert dict(Assessment.objects.values_list("pk", "closed")) == closed
    outcome = record_answers(stage.once, [ANSWER], stage.member("inspector"))
    assert [version for _, version in outcome.saved] == [2]


def test_another_inspection_stays_open(stage: Stage) -> None:
    other = make_case(make_inspection("Othershire"), "OTH-001")
    lock_judgements(stage.inspection)
    lead = member_of(other.inspection, "lead")
    assert record_answers(other, [replace(ANSWER, base_version=0)], lead).complete


def test_what_was_typed_is_on_the_page(stage: Stage) -> None:
    client = stage.client("inspector")
    sheet = sheet_of(client, DELIVERY, client.get(DELIVERY))
    lock_judgements(stage.inspection)
    page = read_page(sheet.fill(q2_1_01_evidence="Seen in March.").save())
    assert texts_of(page, "//section[@id='lost']//p[@class='read__note']") == [
        "Evidence note: “Seen in March.”"
    ]
    assert texts_of(page, "//*[@class='govuk-inset-text']") == [LOCKED]
    assert Judgement.objects.filter(evidence="Seen in March.").count() == 0


@pytest.mark.parametrize(
    ("url", "fields", "lost"),
    [
        (DELIVERY, {"q2-1-01-evidence": "Seen in March."}, "Seen in March."),
        (FACTS_PAGE, {"risk_level": "low"}, "Low"),
    ],
)
def test_what_was_typed_by_who_was_signed_out_is_on_the_page(
    url: str, fields: dict[str, str], lost: str, stage: Stage
) -> None:
    client = stage.client("inspector")
    sheet = sheet_of(client, url, client.get(url))
    end_session(client)
    assert client.post(url, {**sheet.sent, **fields}).status_code == 302
    lock_judgements(stage.inspection)
    client.force_login(user_of(stage.inspection, "inspector"))
    page = read_page(client.get(url))
    assert lost in texts_of(page, "//section[@id='lost']")[0]
    assert banners_of(page) == []


def test_an_alert_can_still_be_raised(stage: Stage) -> None:
    """A child's danger waits for no signature."""
    lock_judgements(stage.inspection)
    links = read_page(stage.client("inspector").get(CASE)).xpath("//main//a/@href")
    assert any("alert" in link for link in links)
