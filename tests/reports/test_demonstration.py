"""The demonstration: what stands in it, who may look at it, and that it can be loaded again."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client, TestCase, override_settings

from accounts.models import User
from cases.models import GoodPractice
from inspections.models import Area, Inspection, Programme, TeamMember
from inspections.presentation import describe_period
from jobs.models import Job
from reports.demonstration import Account, seed_demonstration
from reports.gathering import gather_content
from reports.management.commands.seed_demo import describe_accounts
from reports.models import AreaResult, Publication, PublishedDocument
from reports.publication import list_issued, list_obstacles
from reports.rendering import hash_pdf
from tests.pages import links_of, read_page

pytestmark = pytest.mark.slow

PUBLISHED = Path(settings.BASE_DIR) / "fixtures/inspections/hertfordshire-2012/published.json"

PARTS = {
    "administrator": {"administrator": True},
    "lead-inspector": {
        "hertfordshire-2012": "lead_inspector",
        "northmere-2012": "lead_inspector",
        "stockport-2009": "lead_inspector",
        "westmere-2012": "lead_inspector",
    },
    "inspector": {
        "hertfordshire-2012": "inspector",
        "northmere-2012": "inspector",
        "stockport-2009": "inspector",
        "westmere-2012": "inspector",
    },
    "practice-assessor": {
        "hertfordshire-2012": "practice_assessor",
        "northmere-2012": "practice_assessor",
        "westmere-2012": "practice_assessor",
    },
    "local-assessor": {
        "hertfordshire-2012": "local_assessor",
        "northmere-2012": "local_assessor",
        "stockport-2009": "regional_assessor",
        "westmere-2012": "local_assessor",
        "home": "Eastmere",
    },
    "manager-hertfordshire": {"manages": "Hertfordshire"},
    "manager-stockport": {"manages": "Stockport"},
}
"""What each demonstration user is, by the start of their address."""


@override_settings(JOBS_HEARTBEAT_SECONDS=3600)  # its thread could not see what is not committed
class TestDemonstration(TestCase):
    """One demonstration for all tests, since making it takes seconds; each sees it unchanged."""

    accounts: ClassVar[list[Account]]
    sent: ClassVar[int]

    @classmethod
    def setUpTestData(cls) -> None:
        before = len(mail.outbox)
        cls.accounts = seed_demonstration()
        cls.sent = len(mail.outbox) - before

    def test_three_programmes_and_an_inspection_at_each_stage(self) -> None:
        programmes = Programme.objects.values_list("slug", flat=True).order_by("slug")
        assert list(programmes) == ["cci-2009", "cci-2012", "sqs-2013"]
        assert {
            inspection.slug: (
                [issue.number for issue in list_issued(inspection)],
                bool(list_obstacles(inspection, gather_content(inspection))),
            )
            for inspection in Inspection.objects.select_related("programme", "area")
        } == {
            "stockport-2009": ([1], False),
            "hertfordshire-2012": ([], False),
            "northmere-2012": ([], True),
            "westmere-2012": ([], True),
        }
        numbers = Inspection.objects.values_list("urgent_telephone", flat=True)
        assert list(numbers) == ["01632 960001"] * 4

    def test_published_report_can_be_downloaded(self) -> None:
        document = PublishedDocument.objects.get()
        assert bytes(document.pdf).startswith(b"%PDF-")
        assert document.sha256 == hash_pdf(bytes(document.pdf))

    def test_no_work_is_left_and_nobody_got_an_email(self) -> None:
        assert sorted(Job.objects.values_list("kind", "status")) == [
            ("render_publication", "done"),
            ("tell_lead_of_alert", "done"),
            ("tell_lead_of_alert", "done"),
        ]
        assert self.sent == 0

    def test_northmere_is_in_the_middle_of_fieldwork(self) -> None:
        northmere = Inspection.objects.get(slug="northmere-2012")
        inspector = northmere.team.get(user__email="inspector@demo.example")
        cases = northmere.assessments.filter(assessor=inspector, kind="first")
        given = [assessment.judgements.exclude(answer="").count() for assessment in cases]
        assert len(given) == 8
        assert 0 in given
        assert max(given) > 50
        assert northmere.interviews.count() == 38

    def test_there_are_areas_to_compare_with(self) -> None:
        hertfordshire = AreaResult.objects.get(area__name="Hertfordshire")
        headlines = json.loads(PUBLISHED.read_text(encoding="utf-8"))["headline"]
        assert hertfordshire.scores == {
            theme: published["score"] for theme, published in headlines.items()
        }
        programmes = AreaResult.objects.values_list("programme", flat=True)
        assert Counter(programmes) == {"cci-2012": 12, "cci-2009": 1}

    def test_westmere_waits_for_its_sample(self) -> None:
        westmere = Inspection.objects.get(slug="westmere-2012")
        assert (westmere.programme.slug, westmere.cases.count()) == ("cci-2012", 0)
        assert describe_period(westmere.fieldwork_start, westmere.fieldwork_end) == (
            "26 to 30 November 2012"
        )
        lead = Client()
        lead.force_login(User.objects.get(email="lead-inspector@demo.example"))
        page = read_page(lead.get("/inspections/westmere-2012/sample/"))
        assert ("Upload the caseload", "/inspections/westmere-2012/sample/caseload/") in links_of(
            page, "//main"
        )

    def test_each_person_plays_the_parts_that_they_stand_for(self) -> None:
        found: dict[str, dict[str, Any]] = {}
        for user in User.objects.all():
            parts = found[user.email.removesuffix("@demo.example")] = {
                member.inspection.slug: member.role for member in user.memberships.all()
            }
            if user.is_staff:
                parts["administrator"] = True
            if tie := user.affiliations.first():
                parts["manages" if tie.is_manager else "home"] = tie.area.name
        assert found == PARTS

    def test_each_person_can_sign_in_with_what_is_printed(self) -> None:
        printed = dict(line.split() for line in describe_accounts(self.accounts)[1:])
        assert sorted(printed) == sorted(f"{key}@demo.example" for key in PARTS)
        assert len(set(printed.values())) == len(PARTS)
        for email, password in printed.items():
            response = Client().post("/accounts/login/", {"login": email, "password": password})
            assert (response.status_code, response.headers["Location"]) == (302, "/"), email

    def test_managers_find_their_own_report_and_nothing_else(self) -> None:
        found = {}
        for user in User.objects.filter(email__startswith="manager"):
            client = Client()
            client.force_login(user)
            page = read_page(client.get("/", follow=True))
            found[user.name] = links_of(page, "//main")
        assert found == {
            "YJS manager, Hertfordshire": [],
            "YOT manager, Stockport": [("Stockport", "/reports/stockport-2009/1/")],
        }

    def test_twice_is_once_and_shows_no_password(self) -> None:
        before, people = _count_rows(), list(User.objects.values().order_by("pk"))
        out = StringIO()
        call_command("seed_demo", stdout=out)
        assert out.getvalue().splitlines() == [
            "The demonstration is loaded; its passwords were printed when it was.",
            "For new ones: .venv/bin/python manage.py seed_demo --new-passwords",
        ]
        assert _count_rows() == before
        assert list(User.objects.values().order_by("pk")) == people

    def test_new_passwords_are_given_to_everybody_on_request(self) -> None:
        old = {account.part.email: account.password for account in self.accounts}
        out = StringIO()
        call_command("seed_demo", "--new-passwords", stdout=out)
        heading, *lines = out.getvalue().splitlines()
        assert heading == "Demonstration accounts; these passwords are not shown again:"
        new = dict(line.split() for line in lines)
        for user in User.objects.all():
            assert user.check_password(new[user.email])
            assert not user.check_password(old[user.email])

    def test_a_person_who_is_gone_is_made_again_and_they_alone_get_a_password(self) -> None:
        User.objects.filter(email__startswith="manager-s").delete()
        out = StringIO()
        call_command("seed_demo", stdout=out)
        printed = dict(line.split(maxsplit=1) for line in out.getvalue().splitlines()[1:])
        password = printed.pop("manager-stockport@demo.example")
        assert User.objects.get(email__startswith="manager-s").check_password(password)
        assert set(printed.values()) == {"(as printed before)"}

    def test_what_people_arranged_meanwhile_stays(self) -> None:
        free = TeamMember.objects.get(inspection__slug="northmere-2012", key="inspector-1")
        other = TeamMember.objects.get(inspection__slug="northmere-2012", key="inspector-2")
        free.user, other.user = None, free.user
        free.save()
        other.save()
        Area.objects.filter(name="Hertfordshire").update(name="Herts")
        GoodPractice.objects.all().delete()
        programme = Programme.objects.get(slug="cci-2012")
        programme.sampling = {**(programme.sampling or {}), "months": 6}
        programme.save()
        seed_demonstration()
        free.refresh_from_db()
        programme.refresh_from_db()
        assert free.user is None
        assert (GoodPractice.objects.count(), programme.sampling["months"]) == (0, 6)

    def test_a_rendering_that_was_cut_off_is_finished(self) -> None:
        first = PublishedDocument.objects.get()
        PublishedDocument.objects.all().delete()
        Job.objects.filter(kind="render_publication").update(status="queued", attempts=0)
        seed_demonstration()
        assert PublishedDocument.objects.get().sha256 == first.sha256
        assert Publication.objects.count() == 1


class TestProduction(TestCase):
    @override_settings(PRODUCTION=True)
    def test_is_left_alone(self) -> None:
        out = StringIO()
        with self.assertRaisesMessage(CommandError, "this is production"):
            call_command("seed_demo", stdout=out)
        assert (User.objects.count(), Programme.objects.count(), out.getvalue()) == (0, 0, "")


def _count_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
