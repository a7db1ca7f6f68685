"""The demonstration: what stands in it, who may look at it, and that it can be loaded again."""

from __future__ import annotations

from io import StringIO
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client, TestCase, override_settings

from accounts.models import User
from inspections.models import Inspection, Programme
from jobs.models import Job
from reports.demonstration import Account, seed_demonstration
from reports.gathering import gather_content
from reports.management.commands.seed_demo import describe_accounts
from reports.models import Publication, PublishedDocument
from reports.publication import list_issued, list_obstacles
from reports.rendering import hash_pdf
from tests.pages import links_of, read_page

pytestmark = pytest.mark.slow

PARTS = {
    "administrator": {"administrator": True},
    "lead-inspector": {
        "hertfordshire-2012": "lead_inspector",
        "northmere-2012": "lead_inspector",
        "stockport-2009": "lead_inspector",
    },
    "inspector": {
        "hertfordshire-2012": "inspector",
        "northmere-2012": "inspector",
        "stockport-2009": "inspector",
    },
    "practice-assessor": {
        "hertfordshire-2012": "practice_assessor",
        "northmere-2012": "practice_assessor",
    },
    "local-assessor": {
        "hertfordshire-2012": "local_assessor",
        "northmere-2012": "local_assessor",
        "stockport-2009": "regional_assessor",
    },
    "manager-hertfordshire": {"manages": "Hertfordshire"},
    "manager-stockport": {"manages": "Stockport"},
}
"""What each demonstration user is, by the start of their address."""


@override_settings(JOBS_HEARTBEAT_SECONDS=3600)  # its thread could not see what is not committed
class TestDemonstration(TestCase):
    """One demonstration for all tests, since making it takes seconds; each sees it unchanged."""

    accounts: ClassVar[list[Account]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.accounts = seed_demonstration()

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
        }

    def test_published_report_can_be_downloaded_and_no_work_is_left(self) -> None:
        document = PublishedDocument.objects.get()
        assert bytes(document.pdf).startswith(b"%PDF-")
        assert document.sha256 == hash_pdf(bytes(document.pdf))
        assert [(job.kind, job.status) for job in Job.objects.all()] == [
            ("render_publication", "done")
        ]

    def test_northmere_is_in_the_middle_of_fieldwork(self) -> None:
        northmere = Inspection.objects.get(slug="northmere-2012")
        inspector = northmere.team.get(user__email="inspector@demo.example")
        cases = northmere.assessments.filter(assessor=inspector)
        given = [assessment.judgements.exclude(answer="").count() for assessment in cases]
        assert len(given) == 8
        assert 0 in given
        assert max(given) > 50

    def test_each_person_plays_the_parts_that_they_stand_for(self) -> None:
        found: dict[str, dict[str, Any]] = {}
        for user in User.objects.all():
            parts = found[user.email.removesuffix("@demo.example")] = {
                member.inspection.slug: member.role for member in user.memberships.all()
            }
            if user.is_staff:
                parts["administrator"] = True
            if tie := user.affiliations.first():
                assert tie.is_manager
                parts["manages"] = tie.area.name
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

    def test_a_rendering_that_was_cut_off_is_finished(self) -> None:
        first = PublishedDocument.objects.get()
        PublishedDocument.objects.all().delete()
        Job.objects.update(status="queued", attempts=0)
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
