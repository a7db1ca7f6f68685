"""Two people on one page: the second is told who answered what and when, and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.models import (
    Assessment,
    DeclinedChange,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from tests.cases.filling import (
    ANALYSIS,
    DELIVERY,
    FACTS_PAGE,
    SCREENING,
    Sheet,
    asked_on,
    banners_of,
    client_of,
    errors_of,
    open_sheet,
    sheet_of,
)
from tests.casting import make_case, make_inspection
from tests.pages import Element, read_page, texts_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 1, 14, 10, 5, tzinfo=UTC)
WHEN = "on 14 January 2026 at 10:05"


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def mine(assessment: Assessment) -> Sheet:
    """The delivery page, as the inspector opened it before anybody else saved."""
    return open_sheet(client_of(assessment.inspection, "inspector"), DELIVERY)


@pytest.fixture
def theirs(assessment: Assessment, mine: Sheet) -> Sheet:
    """The same page, opened by the lead inspector at the same time."""
    return open_sheet(client_of(assessment.inspection, "lead"), DELIVERY)


def date_all() -> None:
    """Make every change one of the same moment, so that pages can be told by their words."""
    Judgement.objects.filter(version__gt=0).update(changed_at=MOMENT)
    RecordedFact.objects.filter(version__gt=1).update(changed_at=MOMENT)


def stored(assessment: Assessment, code: str, row: str = "") -> tuple[str, str, int]:
    judgement = assessment.judgements.get(question__code=code, row=row)
    return judgement.answer, judgement.evidence, judgement.version


def boxes_of(page: Element) -> list[str]:
    return texts_of(page, "//*[contains(@class, 'judgement__theirs')]")


def test_the_second_is_told_and_may_replace(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient", q2_1_01_evidence="Seen in the\r\nrecord.").save()
    date_all()
    answer = mine.fill(q2_1_01_answer="insufficient", q2_1_01_evidence="Not seen.").save()
    page = read_page(answer)
    assert answer.status_code == 409
    assert errors_of(page) == [
        (
            f"2.1.01: not saved. Lead inspector changed it to “Yes” {WHEN}.",
            "#id_q2-1-01-answer_0",
        )
    ]
    assert boxes_of(page) == [
        "Their note: “Seen in the record.” Yours is kept on this page. Save again to replace "
        "theirs, or keep theirs for 2.1.01."
    ]
    assert banners_of(page) == []
    assert stored(assessment, "2.1.01") == ("sufficient", "Seen in the\nrecord.", 1)
    again = sheet_of(mine.client, DELIVERY, answer)
    assert again.sent == {**mine.sent, "q2-1-01-version": ["1"]}
    assert again.save().status_code == 302
    assert stored(assessment, "2.1.01") == ("insufficient", "Not seen.", 2)
    assert list(JudgementRevision.objects.values_list("answer", "changed_by__key")) == [
        ("sufficient", "lead"),
        ("insufficient", "inspector"),
    ]


def test_the_second_may_keep_theirs_and_save_the_rest(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient", q2_1_01_evidence="Seen.").save()
    answer = mine.fill(q2_1_01_answer="insufficient").save()
    again = sheet_of(mine.client, DELIVERY, answer).fill(q2_1_02_a_answer="sufficient")
    assert again.save(keep="q2-1-01")["Location"] == f"{DELIVERY}#q2-1-01"
    assert stored(assessment, "2.1.01") == ("sufficient", "Seen.", 1)
    assert stored(assessment, "2.1.02", "a") == ("sufficient", "", 1)


def test_what_is_given_up_for_theirs_stays_in_the_history(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient").save()
    mine.fill(q2_1_01_answer="insufficient", q2_1_01_evidence="Not\r\nseen.")
    answer = mine.fill(q2_1_01_flagged="on", q2_1_01_note="Ask me.").save()
    again = sheet_of(mine.client, DELIVERY, answer)
    again.save(keep="q2-1-01")
    declined = DeclinedChange.objects.get()
    assert declined.judgement == assessment.judgements.get(question__code="2.1.01")
    assert (declined.version, declined.changed_by and declined.changed_by.key) == (1, "inspector")
    assert declined.values == {
        "answer": "insufficient",
        "reasons": [],
        "evidence": "Not\nseen.",
        "flagged": True,
        "note_to_lead": "Ask me.",
    }
    again.fill(q2_1_01_answer="sufficient", q2_1_01_evidence="", q2_1_01_note="")
    again.fill(q2_1_01_flagged=[]).save(keep="q2-1-01")
    assert DeclinedChange.objects.count() == 1  # nothing was given up: it is what stands


def test_a_fact_that_is_given_up_for_theirs_stays_in_the_history(assessment: Assessment) -> None:
    sheets = [
        open_sheet(client_of(assessment.inspection, key), FACTS_PAGE)
        for key in ("lead", "inspector")
    ]
    theirs, mine = sheets
    theirs.fill(risk__level="low").save()
    answer = mine.fill(risk__level="very_high").save()
    assert answer.status_code == 409
    again = sheet_of(mine.client, FACTS_PAGE, answer)
    assert again.save(keep="risk_level")["Location"] == f"{FACTS_PAGE}#risk_level"
    declined = DeclinedChange.objects.get()
    assert declined.recorded_fact == assessment.facts.get(fact__key="risk_level")
    assert (declined.version, declined.values) == (2, {"value": "very_high"})
    again.save(keep="no_such_fact")
    again.save(keep="risk_level-version")
    assert DeclinedChange.objects.count() == 1


def test_a_conflict_with_oneself_says_so(assessment: Assessment, mine: Sheet) -> None:
    other = open_sheet(mine.client, DELIVERY).fill(q2_1_01_answer="sufficient")
    other.fill(q2_1_01_evidence="Seen.", q2_1_01_note="Ask.", q2_1_01_flagged="on").save()
    date_all()
    page = read_page(mine.fill(q2_1_01_answer="insufficient").save())
    assert [text for text, _ in errors_of(page)] == [
        f"2.1.01: not saved. You, in another window, changed it to “Yes” {WHEN}."
    ]
    assert boxes_of(page) == [
        "The note there: “Seen.” The private note there: “Ask.” It is flagged there, to come back "
        "to. What you gave here is kept on this page. Save again to replace what you gave there, "
        "or keep that for 2.1.01."
    ]


def test_a_flag_alone_is_no_clearing(assessment: Assessment, mine: Sheet, theirs: Sheet) -> None:
    theirs.fill(q2_1_01_flagged="on").save()
    date_all()
    page = read_page(mine.fill(q2_1_01_answer="insufficient").save())
    assert [text for text, _ in errors_of(page)] == [
        f"2.1.01: not saved. Lead inspector changed it to “no answer” {WHEN}."
    ]


def test_several_conflicts_stand_beside_what_is_saved(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient", q2_1_02_a_answer="not_applicable").save()
    date_all()
    mine.fill(q2_1_01_answer="not_applicable", q2_1_02_a_answer="insufficient")
    answer = mine.fill(q2_1_02_b_answer="insufficient").save()
    page = read_page(answer)
    assert answer.status_code == 409
    assert [text for text, _ in errors_of(page)] == [
        f"2.1.01: not saved. Lead inspector changed it to “Yes” {WHEN}.",
        f"2.1.02 Social care: not saved. Lead inspector changed it to “Not applicable” {WHEN}.",
    ]
    assert banners_of(page) == [("Important", "Saved 1 change.")]
    assert stored(assessment, "2.1.02", "b") == ("insufficient", "", 1)
    again = sheet_of(mine.client, DELIVERY, answer)
    assert again.sent["q2-1-01-answer"] == ["not_applicable"]
    assert again.sent["q2-1-02-a-answer"] == ["insufficient"]
    assert again.save().status_code == 302
    assert [stored(assessment, "2.1.01"), stored(assessment, "2.1.02", "a")] == [
        ("not_applicable", "", 2),
        ("insufficient", "", 2),
    ]
    assert stored(assessment, "2.1.02", "b") == ("insufficient", "", 1)


def test_an_answer_that_was_cleared_meanwhile(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient").save()
    mine = open_sheet(mine.client, DELIVERY)
    open_sheet(theirs.client, DELIVERY).save(clear="q2-1-01")
    date_all()
    answer = mine.fill(q2_1_01_answer="insufficient").save()
    assert [text for text, _ in errors_of(read_page(answer))] == [
        f"2.1.01: not saved. Lead inspector cleared it {WHEN}."
    ]


def test_a_note_without_an_answer_is_told_too(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_evidence="<i>Ask</i> again.").save()
    date_all()
    page = read_page(mine.fill(q2_1_01_answer="insufficient").save())
    assert [text for text, _ in errors_of(page)] == [
        f"2.1.01: not saved. Lead inspector changed it to “no answer” {WHEN}."
    ]
    assert boxes_of(page)[0].startswith("Their note: “<i>Ask</i> again.” ")


def test_reasons_are_told_in_words(assessment: Assessment, mine: Sheet, theirs: Sheet) -> None:
    gates = open_sheet(mine.client, SCREENING)
    gates.fill(q1_1_01_answer="sufficient", q1_1_02_answer="sufficient").save()
    mine = open_sheet(mine.client, ANALYSIS)
    open_sheet(theirs.client, ANALYSIS).fill(
        q1_1_03_answer="insufficient", q1_1_03_reasons=["victims_left_out", "too_short"]
    ).save()
    page = read_page(mine.fill(q1_1_03_answer="sufficient").save())
    assert boxes_of(page) == [
        "Their reasons: Too short; Victims left out. Yours is kept on this page. Save again to "
        "replace theirs, or keep theirs for 1.1.03."
    ]


def test_the_same_answer_from_both_is_no_conflict(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient").save()
    assert mine.fill(q2_1_01_answer="sufficient").save().status_code == 302
    assert stored(assessment, "2.1.01") == ("sufficient", "", 1)


def test_what_only_the_other_changed_is_no_conflict(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    theirs.fill(q2_1_01_answer="sufficient").save()
    assert mine.fill(q2_1_02_a_answer="sufficient").save().status_code == 302
    assert stored(assessment, "2.1.01") == ("sufficient", "", 1)
    assert stored(assessment, "2.1.02", "a") == ("sufficient", "", 1)


def test_a_question_that_somebody_opened_meanwhile_is_left_as_it_stands(
    assessment: Assessment, mine: Sheet, theirs: Sheet
) -> None:
    mine = open_sheet(mine.client, SCREENING)
    gates = open_sheet(theirs.client, SCREENING)
    gates.fill(q1_1_01_answer="sufficient", q1_1_02_answer="insufficient").save()
    answer = mine.fill(q1_1_01_answer="insufficient").save()
    page = read_page(answer)
    assert answer.status_code == 409
    assert asked_on(page) == {"1.1.01": True, "1.1.02": True}
    again = sheet_of(mine.client, SCREENING, answer)
    assert again.save(keep="q1-1-01").status_code == 302
    assert stored(assessment, "1.1.01") == ("sufficient", "", 1)
    assert stored(assessment, "1.1.02") == ("insufficient", "", 1)


class TestFacts:
    @pytest.fixture
    def mine(self, assessment: Assessment) -> Sheet:
        return open_sheet(client_of(assessment.inspection, "inspector"), FACTS_PAGE)

    @pytest.fixture
    def theirs(self, assessment: Assessment, mine: Sheet) -> Sheet:
        return open_sheet(client_of(assessment.inspection, "lead"), FACTS_PAGE)

    def test_the_second_is_told_and_may_replace(
        self, assessment: Assessment, mine: Sheet, theirs: Sheet
    ) -> None:
        theirs.fill(risk__level="very_high").save()
        date_all()
        answer = mine.fill(risk__level="low", gender="female").save()
        page = read_page(answer)
        assert answer.status_code == 409
        assert errors_of(page) == [
            (
                f"Level of risk: not saved. Lead inspector changed it to “Very high” {WHEN}.",
                "#id_risk_level_0",
            )
        ]
        assert boxes_of(page) == [
            "Yours is kept on this page. Save again to replace theirs, or keep theirs for Level "
            "of risk."
        ]
        assert banners_of(page) == [("Important", "Saved 1 change.")]
        again = sheet_of(mine.client, FACTS_PAGE, answer)
        assert again.sent == {**mine.sent, "risk_level-version": ["2"], "gender-version": ["2"]}
        assert again.save().status_code == 302
        facts = dict(assessment.facts.values_list("fact__key", "value"))
        assert (facts["risk_level"], facts["gender"]) == ("low", "female")

    def test_the_second_may_keep_theirs(
        self, assessment: Assessment, mine: Sheet, theirs: Sheet
    ) -> None:
        theirs.fill(risk__level="very_high").save()
        again = sheet_of(mine.client, FACTS_PAGE, mine.fill(risk__level="low").save())
        assert again.save(keep="risk_level")["Location"] == f"{FACTS_PAGE}#risk_level"
        assert assessment.facts.get(fact__key="risk_level").value == "very_high"

    def test_a_fact_that_was_cleared_meanwhile(
        self, assessment: Assessment, mine: Sheet, theirs: Sheet
    ) -> None:
        theirs.save(clear="risk_level")
        date_all()
        answer = mine.fill(risk__level="low").save()
        assert [text for text, _ in errors_of(read_page(answer))] == [
            f"Level of risk: not saved. Lead inspector cleared it {WHEN}."
        ]
