"""Opening a case again and settling a judgement: who may, what is kept, and who is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from cases.access import key_of
from cases.board import read_board
from cases.models import Assessment, JudgementRevision, Reopening
from cases.moderation import NOT_COMPLETED, SETTLE_AGAIN, list_reopened, reopen_case
from cases.open_matters import describe_reopened
from cases.recording import AnswerChange, complete_assessment, record_answers
from cases.recording.holding import SETTLED
from inspections.problems import RefusedError
from jobs.models import Job
from jobs.registry import WorkError, find_kind
from jobs.running import run_job
from tests.cases.filling import (
    ANYSHIRE,
    CASE,
    DELIVERY,
    HISTORY,
    SCREENING,
    banners_of,
    client_of,
    end_session,
    errors_of,
    judgement_of,
    sheet_of,
)
from tests.cases.second_marking.pairs import choose, make_compared
from tests.casting import make_administrator, make_case, make_inspection, member_of, user_of
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db

REOPEN = f"{CASE}reopen/"
SETTLE = f"{CASE}settle/2.1.01/"
REASON = "The plan of January was not looked at."
INSET = "//*[@class='govuk-inset-text']"


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection(), rest="sufficient")


@pytest.fixture
def lead(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "lead")


def reopen(assessment: Assessment, reason: str = REASON) -> Reopening:
    return reopen_case(assessment, reason, member_of(assessment.inspection, "lead"))


def send(client: Client, url: str, **fields: Any) -> Any:
    """Send the page as it was opened, with some fields filled in otherwise."""
    return client.post(url, {**sheet_of(client, url, client.get(url)).sent, **fields})


class TestReopening:
    def test_it_is_no_longer_completed_until_it_is_completed_again(
        self, assessment: Assessment
    ) -> None:
        reopening = reopen(assessment)
        assessment.refresh_from_db()
        assert (assessment.completed_at, assessment.completed_by) == (None, None)
        assert [each.pk for each in list_reopened(assessment.inspection)] == [reopening.pk]
        assert describe_reopened(assessment.inspection) == [
            "Cases that you opened again and that are not completed since: 1."
        ]
        complete_assessment(assessment, member_of(assessment.inspection, "inspector"))
        reopening.refresh_from_db()
        assert reopening.completed_again_at == assessment.completed_at
        assert describe_reopened(assessment.inspection) == []
        reopen(assessment, "Once more.")
        assert Reopening.objects.count() == 2

    @pytest.mark.parametrize(
        ("reason", "told"),
        [
            (" \n ", "Say why the case is opened again."),
            ("x" * 5001, "The reason must be 5,000 characters or fewer."),
            ("a\0b", "The reason holds a character that cannot be stored."),
        ],
    )
    def test_a_reason_is_asked_for(self, reason: str, told: str, assessment: Assessment) -> None:
        with pytest.raises(RefusedError, match=told):
            reopen(assessment, reason)
        assessment.refresh_from_db()
        assert assessment.completed_at is not None

    def test_one_that_is_open_stays_as_it_is(self, assessment: Assessment) -> None:
        Assessment.objects.update(completed_at=None)
        with pytest.raises(RefusedError, match=NOT_COMPLETED):
            reopen(assessment)
        assert Reopening.objects.count() == 0

    def test_nobody_else_may(self, assessment: Assessment) -> None:
        others = (
            member_of(assessment.inspection, "inspector"),
            member_of(make_inspection("Othershire"), "lead"),
        )
        for member in others:
            with pytest.raises(PermissionDenied):
                reopen_case(assessment, REASON, member)

    def test_its_assessor_is_told_and_nothing_of_the_case(self, assessment: Assessment) -> None:
        reopening = reopen(assessment)
        job = Job.objects.get(kind="tell_reopened", subject=str(reopening.pk))
        run_job(job.pk)
        (message,) = mail.outbox
        assert message.to == [user_of(assessment.inspection, "inspector").email]
        assert message.subject == "A case was opened again: Anyshire 2026"
        assert f"http://127.0.0.1:8000{ANYSHIRE}\n" in message.body
        for detail in ("ANY-001", REASON, "Inspector"):
            assert detail not in message.body + message.subject

    def test_the_job_is_for_the_two_of_them(self, assessment: Assessment) -> None:
        kind, subject = find_kind("tell_reopened"), str(reopen(assessment).pk)
        people = ("lead", "inspector", "practice-assessor")
        users = [user_of(assessment.inspection, key) for key in people]
        assert [kind.may_see(user, subject) for user in users] == [True, True, False]
        assert kind.page is not None
        assert (kind.page(subject), kind.page("999")) == (ANYSHIRE, "")

    def test_nobody_is_told_who_cannot_be(self, assessment: Assessment) -> None:
        reopening = reopen(assessment)
        inspector = user_of(assessment.inspection, "inspector")
        type(inspector).objects.filter(pk=inspector.pk).update(is_active=False)
        handle = find_kind("tell_reopened").handler
        with pytest.raises(WorkError, match="no email address"):
            handle(str(reopening.pk), lambda *_: None)
        Reopening.objects.update(completed_again_at=timezone.now())
        handle(str(reopening.pk), lambda *_: None)  # which is nothing to tell any more
        assert mail.outbox == []

    def test_the_lead_opens_their_own_and_is_told_nothing(self) -> None:
        own = make_case(make_inspection(), assessor="lead", rest="sufficient")
        reopen(own)
        assert Job.objects.count() == 0


class TestReopeningPage:
    def test_opens_it_and_shows_why(self, lead: Client, assessment: Assessment) -> None:
        assert ("Open the case again", REOPEN) in [
            (link.text, link.get("href")) for link in read_page(lead.get(CASE)).xpath("//main//a")
        ]
        response = send(lead, REOPEN, reason=REASON)
        assert (response.status_code, response["Location"]) == (302, CASE)
        page = read_page(lead.get(CASE))
        assert banners_of(page) == [
            (
                "Success",
                "Case ANY-001 is open again. Inspector is told by email, and reads why on its "
                "page.",
            )
        ]
        (told,) = texts_of(
            read_page(client_of(assessment.inspection, "inspector").get(CASE)), INSET
        )
        assert told.startswith("Lead inspector opened this case again on ")
        assert f"because:{REASON}When you have seen to it, complete the case once more." in told

    def test_lists_and_board_say_so(self, lead: Client, assessment: Assessment) -> None:
        reopen(assessment)
        inspector = client_of(assessment.inspection, "inspector")
        for client in (lead, inspector):
            page = read_page(client.get(ANYSHIRE))
            tags = texts_of(page, "//table//*[contains(@class, 'govuk-tag')]")
            assert tags == ["Ready to complete", "Reopened"]
        board = read_board(member_of(assessment.inspection, "lead"))
        assert [each.assessment.case.reference for each in board.reopened] == ["ANY-001"]
        page = read_page(lead.get("/inspections/anyshire-2026/board/"))
        (line,) = texts_of(page, "//section[@id='reopened']//li")
        assert line.startswith("ANY-001, on ")

    def test_history_says_so(self, lead: Client, assessment: Assessment) -> None:
        reopen(assessment)
        (entry,) = texts_of(read_page(lead.get(HISTORY)), "//li[@class='history__entry'][1]")
        assert entry.endswith(f"Lead inspector The case was opened againBecause: “{REASON}”")

    @pytest.mark.parametrize(("reason", "told"), [("", "Give a reason."), ("a\0b", "cannot be")])
    def test_what_is_wrong_is_told_at_its_place(
        self, reason: str, told: str, lead: Client, assessment: Assessment
    ) -> None:
        response = send(lead, REOPEN, reason=reason)
        ((text, href),) = errors_of(read_page(response))
        assert (response.status_code, told in text, href) == (422, True, "#id_reason")
        assert Reopening.objects.count() == 0

    def test_nothing_typed_is_lost_where_it_is_too_late(
        self, lead: Client, assessment: Assessment
    ) -> None:
        sheet = sheet_of(lead, REOPEN, lead.get(REOPEN))
        Assessment.objects.update(completed_at=None)
        response = sheet.fill(reason=REASON).save()
        page = read_page(response)
        assert (response.status_code, errors_of(page)) == (409, [(NOT_COMPLETED, "")])
        assert texts_of(page, "//textarea") == [REASON]

    def test_another_assessment_than_the_page_was_made_for_is_not_opened(
        self, lead: Client, assessment: Assessment
    ) -> None:
        response = send(lead, REOPEN, reason=REASON, **{"assessment-key": "999"})
        assert (response.status_code, Reopening.objects.count()) == (422, 0)

    def test_what_two_settled_is_settled_again_instead(self) -> None:
        marking = make_compared(make_inspection())
        choose(marking, "lead") if marking.settled_at is None else None
        client = client_of(marking.case.inspection, "lead")
        page = read_page(client.get(REOPEN))
        assert texts_of(page, INSET) == [f"{SETTLED} {SETTLE_AGAIN}"]
        assert page.xpath("//main//form") == []
        assert f"{CASE}second-marking/" in page.xpath("//main//a/@href")

    def test_waits_for_who_was_signed_out(self, lead: Client, assessment: Assessment) -> None:
        sheet = sheet_of(lead, REOPEN, lead.get(REOPEN))
        end_session(lead)
        assert sheet.fill(reason=REASON).save().status_code == 302
        lead.force_login(user_of(assessment.inspection, "lead"))
        assert texts_of(read_page(lead.get(REOPEN)), "//textarea") == [REASON]


class TestSettling:
    def test_it_is_the_leads_in_the_history_with_the_reason(
        self, lead: Client, assessment: Assessment
    ) -> None:
        judgement = judgement_of(assessment, "2.1.01")
        type(judgement).objects.filter(pk=judgement.pk).update(flagged=True, note_to_lead="Ask me.")
        response = send(
            lead, SETTLE, answer="insufficient", evidence="Two contacts only.", reason=REASON
        )
        assert (response.status_code, response["Location"]) == (302, f"{DELIVERY}#q2-1-01")
        judgement.refresh_from_db()
        assert (judgement.answer, judgement.evidence, judgement.version) == (
            "insufficient",
            "Two contacts only.",
            2,
        )
        assert (judgement.flagged, judgement.note_to_lead) == (False, "Ask me.")
        revision = JudgementRevision.objects.get(judgement=judgement, version=2)
        assert (revision.because, revision.changed_by) == (
            REASON,
            member_of(assessment.inspection, "lead"),
        )
        inspector = client_of(assessment.inspection, "inspector")
        (entry,) = texts_of(read_page(inspector.get(HISTORY)), "//li[@class='history__entry'][1]")
        assert f"No Settled by the lead inspector, because: “{REASON}” Evidence note:" in entry
        (meta,) = texts_of(read_page(inspector.get(DELIVERY)), "//*[@data-meta-of='q2-1-01']/span")
        assert meta.startswith("Answered by Lead inspector on ")

    def test_an_answer_that_stands_is_settled_with_a_reason_too(
        self, lead: Client, assessment: Assessment
    ) -> None:
        assert send(lead, SETTLE, reason=REASON).status_code == 302
        judgement = judgement_of(assessment, "2.1.01")
        assert (judgement.answer, judgement.version, judgement.changed_by) == (
            "sufficient",
            2,
            member_of(assessment.inspection, "lead"),
        )

    def test_a_row_of_a_grid(self, lead: Client, assessment: Assessment) -> None:
        url = f"{CASE}settle/2.1.02/?row=b"
        assert send(lead, url, answer="not_applicable", reason=REASON).status_code == 302
        assert judgement_of(assessment, "2.1.02", "b").answer == "not_applicable"
        assert judgement_of(assessment, "2.1.02", "a").version == 1

    @pytest.mark.parametrize(
        ("back", "url"),
        [
            ("/published/?a=1#q", "/published/?a=1#q"),
            ("//elsewhere.example/", f"{CASE}2.1/delivery/#q2-1-02-b"),
            ("javascript:1", f"{CASE}2.1/delivery/#q2-1-02-b"),
        ],
    )
    def test_leads_back_to_where_one_came_from_on_this_site_alone(
        self, back: str, url: str, lead: Client, assessment: Assessment
    ) -> None:
        query = urlencode({"row": "b", "back": back})
        page = f"{CASE}settle/2.1.02/?{query}"
        assert send(lead, page, answer="not_applicable", reason=REASON).url == url

    def test_what_hangs_on_it_is_told_before_and_after(
        self, lead: Client, assessment: Assessment
    ) -> None:
        url = f"{CASE}settle/1.1.01/"
        assert "1.1.02, 1.1.03" in lead.get(url).content.decode()
        send(lead, url, answer="insufficient", reason=REASON)
        ((_, told),) = banners_of(read_page(lead.get(SCREENING)))
        assert told == (
            "Settled 1.1.01. 2 answered questions no longer apply. Their answers are kept, and "
            "come back if the questions apply again."
        )

    @pytest.mark.parametrize(
        ("fields", "errors"),
        [
            ({"reason": ""}, [("Give a reason.", "#id_reason")]),
            (
                {"reason": REASON, "answer": "maybe"},
                [("Choose one of the answers.", "#id_answer_0")],
            ),
            ({"reason": REASON, "answer": ""}, [("Choose an answer.", "#id_answer_0")]),
            (
                {"reason": REASON, "evidence": "a\x01b"},
                [("The evidence note holds a character that cannot be stored.", "#id_evidence")],
            ),
            (
                {"reason": REASON, "evidence": "x" * 5001},
                [("The evidence note must be 5,000 characters or fewer.", "#id_evidence")],
            ),
        ],
    )
    def test_what_is_wrong_is_told_at_its_place(
        self,
        fields: dict[str, str],
        errors: list[tuple[str, str]],
        lead: Client,
        assessment: Assessment,
    ) -> None:
        response = send(lead, SETTLE, **fields)
        assert (response.status_code, errors_of(read_page(response))) == (422, errors)
        assert judgement_of(assessment, "2.1.01").version == 1

    def test_reasons_belong_to_no(self, lead: Client, assessment: Assessment) -> None:
        response = send(lead, f"{CASE}settle/1.1.03/", reasons="too_short", reason=REASON)
        assert (response.status_code, errors_of(read_page(response))) == (
            422,
            [("Reasons are given only where the answer is No.", "#id_reasons_0")],
        )

    def test_a_change_meanwhile_is_shown_beside_what_was_chosen(
        self, lead: Client, assessment: Assessment
    ) -> None:
        sheet = sheet_of(lead, SETTLE, lead.get(SETTLE))
        change = AnswerChange("2.1.01", "", "not_applicable", 1, evidence="Ended early.")
        record_answers(assessment, [change], member_of(assessment.inspection, "inspector"))
        sheet.fill(answer="insufficient", evidence="Two contacts only.", reason=REASON)
        response = sheet.save()
        page = read_page(response)
        ((text, href),) = errors_of(page)
        assert (response.status_code, href) == (409, "#id_answer_0")
        assert text.startswith("2.1.01: not saved. Inspector changed it to “Not applicable” on ")
        assert texts_of(page, "//*[@class='read__note']") == ["Evidence note: “Ended early.”"]
        assert texts_of(page, "//textarea") == ["Two contacts only.", REASON]
        again = sheet_of(lead, SETTLE, response)
        assert again.save().status_code == 302
        assert judgement_of(assessment, "2.1.01").evidence == "Two contacts only."

    def test_a_question_that_is_not_asked_has_no_form(
        self, lead: Client, assessment: Assessment
    ) -> None:
        url = f"{CASE}settle/1.2.01/"
        page = read_page(lead.get(url))
        assert texts_of(page, INSET) == [
            "This question does not apply to this case, so it has no answer."
        ]
        assert page.xpath("//main//form") == []
        sent = {"answer": "sufficient", "reason": REASON, "version": "0"}
        response = lead.post(url, sent | {"assessment-key": key_of(assessment)})
        assert (response.status_code, judgement_of(assessment, "1.2.01").version) == (422, 0)

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
    def test_a_version_that_is_none_stores_nothing(
        self, version: str, lead: Client, assessment: Assessment
    ) -> None:
        assert send(lead, SETTLE, reason=REASON, version=version).status_code == 422

    @pytest.mark.parametrize(
        "path", ["settle/9.9.99/", "settle/2.1.02/", "settle/2.1.02/?row=z", "settle/2.1.01/?row=a"]
    )
    def test_what_is_not_there_is_not_found(
        self, path: str, lead: Client, assessment: Assessment
    ) -> None:
        assert lead.get(f"{CASE}{path}").status_code == 404


@pytest.mark.parametrize("url", [REOPEN, SETTLE])
def test_both_are_the_lead_inspectors_alone(url: str, assessment: Assessment) -> None:
    assert client_of(assessment.inspection, "inspector").get(url).status_code == 403
    assert client_of(assessment.inspection, "support").get(url).status_code == 404
    administrator = Client()
    administrator.force_login(make_administrator())
    assert administrator.get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    lead = client_of(assessment.inspection, "lead")
    assert lead.put(url).status_code == 405
    other = make_case(make_inspection("Othershire"), "OTH-001")
    assert lead.get(url.replace("ANY-001", str(other.case))).status_code == 404
