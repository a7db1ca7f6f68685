"""The pages on which an inspection is made, changed and deleted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db.models import Model
from django.forms import model_to_dict
from django.test import Client
from django.utils import timezone

from cases.models import Caseload, GoodPractice
from inspections.access import give_affiliation
from inspections.models import Area, Inspection, Programme
from reports.models import Narrative
from tests.casting import (
    make_area,
    make_case,
    make_inspection,
    member_of,
    user_of,
)
from tests.inspections.setting_up.browsing import administrator, refusals, told_after, value_of
from tests.inspections.test_views import publish
from tests.pages import read_page, rows_of, texts_of
from tests.programmes import load_small_programme

NEW = "/set-up/new-inspection/"
DETAILS = "/inspections/anyshire-2026/details/"
DELETE = "/inspections/anyshire-2026/delete/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return administrator()


@pytest.fixture
def sent() -> dict[str, str]:
    """What the form of a new inspection of Anyshire sends."""
    return {
        "area": str(make_area().pk),
        "programme": str(load_small_programme().pk),
        "region": "East of England",
        "country": "england",
        "service_name": "Anyshire Youth Offending Service",
        "service_title": "YOS",
        "manager_title": "Head of Service",
        "caseload": "140",
        "fieldwork_start": "12 January 2026",
        "fieldwork_end": "23/1/2026",
        "publication_date": "May 2026",
        "chief_inspector": "HM Chief Inspector of Probation",
        "isbn": "",
    }


def as_sent(inspection: Inspection) -> dict[str, str]:
    """Return what the form of `inspection` sends unchanged."""
    page = read_page(administrator().get(f"/inspections/{inspection.slug}/details/"))
    (form,) = page.xpath("//main//form")
    values = dict(form.form_values())
    values.pop("csrfmiddlewaretoken")
    return values


class TestMaking:
    def test_stores_what_was_typed_and_goes_on_to_the_team(
        self, client: Client, sent: dict[str, str]
    ) -> None:
        answer = client.post(NEW, sent)
        assert answer["Location"] == "/inspections/anyshire-2026/team/"
        assert told_after(client, answer) == [
            "The inspection is set up. Now put its team together."
        ]
        stored = model_to_dict(Inspection.objects.get(), exclude=("area", "programme"))
        assert {key: stored[key] for key in sent if key in stored} == {
            "region": "East of England",
            "country": "england",
            "service_name": "Anyshire Youth Offending Service",
            "service_title": "YOS",
            "manager_title": "Head of Service",
            "caseload": 140,
            "fieldwork_start": "2026-01-12",
            "fieldwork_end": "2026-01-23",
            "publication_date": "2026-05",
            "chief_inspector": "HM Chief Inspector of Probation",
            "isbn": "",
        }
        inspection = Inspection.objects.get()
        assert (inspection.area, str(inspection.programme)) == (make_area(), "small@1")

    def test_says_whether_a_number_for_urgent_concerns_is_given(
        self, client: Client, sent: dict[str, str]
    ) -> None:
        for number in ("the duty desk", "999", "0" * 41, "01632\x00960001"):
            assert client.post(NEW, sent | {"urgent_telephone": number}).status_code == 422
        without = "No telephone number for urgent concerns is given"
        for number in ("", "01632 960001", "+44 (0)1632 960001 ext 12"):
            Inspection.objects.all().delete()
            assert client.post(NEW, sent | {"urgent_telephone": number}).status_code == 302
            assert Inspection.objects.get().urgent_telephone == number
            assert (without in client.get(DETAILS).content.decode()) == (not number)

    def test_needs_no_more_than_it_must(self, client: Client, sent: dict[str, str]) -> None:
        client.post(NEW, sent | {"caseload": "", "publication_date": ""})
        inspection = Inspection.objects.get()
        assert (inspection.caseload, inspection.publication_date) == (None, "")

    def test_finds_an_address_of_its_own(self, client: Client, sent: dict[str, str]) -> None:
        for _ in range(3):
            client.post(NEW, sent)
        slugs = Inspection.objects.order_by("pk").values_list("slug", flat=True)
        assert list(slugs) == ["anyshire-2026", "anyshire-2026-2", "anyshire-2026-3"]

    def test_has_room_for_the_address_of_a_long_name(
        self, client: Client, sent: dict[str, str]
    ) -> None:
        area = Area.objects.create(name="A" * 100, slug="a" * 100)
        for _ in range(2):
            client.post(NEW, sent | {"area": str(area.pk)})
        assert sorted(Inspection.objects.values_list("slug", flat=True)) == [
            f"{'a' * 90}-2026",
            f"{'a' * 90}-2026-2",
        ]

    def test_begins_with_the_chief_inspector_and_an_area_that_is_asked_for(
        self, client: Client
    ) -> None:
        page = read_page(client.get(NEW, {"area": make_area().pk}))
        chosen = page.xpath("//select[@name='area']/option[@selected]")
        assert [option.text for option in chosen] == ["Anyshire"]
        title = page.xpath("string(//input[@name='chief_inspector']/@value)")
        assert title == "HM Chief Inspector of Probation"
        for garbage in ("0", "x", "\0", "9" * 40):
            assert client.get(NEW, {"area": garbage}).status_code == 200

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"area": ""}, [("Choose the area", "#id_area")]),
            ({"area": "9" * 30}, [("Choose the area", "#id_area")]),
            ({"programme": "x"}, [("Choose the programme", "#id_programme")]),
            ({"country": "france"}, [("Choose the country", "#id_country_0")]),
            ({"region": " "}, [("Enter the region", "#id_region")]),
            (
                {"service_title": "x" * 21},
                [
                    (
                        "The short name of the service must be 20 characters or fewer",
                        "#id_service_title",
                    )
                ],
            ),
            (
                {"manager_title": "Head\nof"},
                [
                    (
                        "The title of its manager holds a character that cannot be printed",
                        "#id_manager_title",
                    )
                ],
            ),
            (
                {"caseload": "many"},
                [("The caseload must be a whole number, such as 140", "#id_caseload")],
            ),
            ({"caseload": "-1"}, [("The caseload must be 0 or more", "#id_caseload")]),
            (
                {"caseload": "9" * 30},
                [("The caseload must be 1,000,000 or fewer", "#id_caseload")],
            ),
            (
                {"fieldwork_start": ""},
                [("Enter the first day of fieldwork", "#id_fieldwork_start")],
            ),
            (
                {"fieldwork_start": "31 February 2026"},
                [
                    (
                        "The first day of fieldwork must be a real day from 1990 to 2100, such as "
                        "12 January 2026",
                        "#id_fieldwork_start",
                    )
                ],
            ),
            (
                {"fieldwork_end": "11 January 2026"},
                [("Fieldwork must not end before it begins", "#id_fieldwork_end")],
            ),
            (
                {"publication_date": "22 January 2026"},
                [("Publication must not be before fieldwork ends", "#id_publication_date")],
            ),
            (
                {"isbn": "978-1-84099-522-1"},
                [("The ISBN must have 13 digits that add up", "#id_isbn")],
            ),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(
        self,
        client: Client,
        sent: dict[str, str],
        changes: dict[str, str],
        errors: list[tuple[str, str]],
    ) -> None:
        answer = client.post(NEW, sent | changes)
        assert refusals(answer) == errors
        for name in ("service_name", "fieldwork_start", "fieldwork_end"):
            assert value_of(answer, name) == (sent | changes)[name]
        assert Inspection.objects.count() == 0

    def test_takes_an_isbn_that_adds_up(self, client: Client, sent: dict[str, str]) -> None:
        client.post(NEW, sent | {"isbn": "978-1-84099-522-0"})
        assert Inspection.objects.get().isbn == "978-1-84099-522-0"


class TestChanging:
    def test_changes_what_is_said_and_keeps_the_address(self, client: Client) -> None:
        inspection = make_inspection(caseload=57, publication_date="2026-05")
        sent = as_sent(inspection)
        assert (sent["fieldwork_start"], sent["publication_date"]) == (
            "12 January 2026",
            "May 2026",
        )
        answer = client.post(
            DETAILS,
            sent
            | {
                "service_title": "YJS",
                "fieldwork_start": "2027-01",
                "fieldwork_end": "2027-02",
                "publication_date": "",
            },
        )
        assert told_after(client, answer) == ["The details are saved."]
        inspection.refresh_from_db()
        assert (inspection.slug, inspection.service_title, inspection.fieldwork_start) == (
            "anyshire-2026",
            "YJS",
            "2027-01",
        )
        assert (inspection.caseload, inspection.publication_date) == (57, "")

    def test_changes_nothing_where_nothing_is_changed(self, client: Client) -> None:
        inspection = make_inspection(caseload=57, publication_date="2026-05")
        before = Inspection.objects.values().get()
        assert client.post(DETAILS, as_sent(inspection)).status_code == 302
        assert Inspection.objects.values().get() == before

    def test_keeps_the_programme_once_there_are_cases(self, client: Client) -> None:
        inspection = make_inspection()
        other = Programme.objects.create(
            slug="small", version=2, title="", short_title="Small", kind="cci", scored=False
        )
        sent = as_sent(inspection) | {"programme": str(other.pk)}
        make_case(inspection)
        assert refusals(client.post(DETAILS, sent)) == [
            ("The programme cannot change any more: cases are being judged under it.", "")
        ]
        inspection.refresh_from_db()
        assert inspection.programme != other
        inspection.cases.all().delete()
        assert client.post(DETAILS, sent).status_code == 302
        inspection.refresh_from_db()
        assert inspection.programme == other

    def test_keeps_the_programme_once_something_was_made_under_it(self, client: Client) -> None:
        inspection = make_inspection()
        other = Programme.objects.create(
            slug="small", version=2, title="", short_title="Small", kind="cci", scored=False
        )
        sent = as_sent(inspection) | {"programme": str(other.pk)}
        lead, now = member_of(inspection, "lead"), timezone.now()
        rows: list[tuple[Model, str]] = [
            (
                Caseload(
                    as_at=now, columns={}, uploaded_by=user_of(inspection, "lead"), uploaded_at=now
                ),
                "a caseload was uploaded under it. An inspection without cases can be deleted and "
                "set up again.",
            ),
            (
                GoodPractice(
                    criterion="1.1", text="Good.", noted_by=lead, noted_at=now, mutation=uuid4()
                ),
                "good practice was noted under it.",
            ),
            (Narrative(document={}), "a text of the report was written under it."),
        ]
        for row, reason in rows:
            row.inspection = inspection  # type: ignore[attr-defined]
            row.save()
            assert refusals(client.post(DETAILS, sent)) == [
                (f"The programme cannot change any more: {reason}", "")
            ]
            row.delete()
        assert client.post(DETAILS, sent).status_code == 302

    def test_says_what_somebody_else_changed_meanwhile(self, client: Client) -> None:
        inspection = make_inspection(publication_date="2026-05")
        sent = as_sent(inspection) | {"region": "London"}
        theirs = as_sent(inspection) | {
            "caseload": "30",
            "area": str(make_area("Elsewhere").pk),
            "country": "wales",
            "publication_date": "",
        }
        assert administrator().post(DETAILS, theirs).status_code == 302
        answer = client.post(DETAILS, sent)
        assert refusals(answer, 409) == [
            (
                "Not saved: somebody changed the details after you opened this page. What you "
                "entered is kept, and it says below what stands now. Save again to replace that.",
                "",
            ),
            ("Area to be inspected: now Elsewhere", "#id_area"),
            ("Region: now East of England", "#id_region"),
            ("Country: now Wales", "#id_country_0"),
            ("Publication date: now empty", "#id_publication_date"),
            ("Caseload: now 30", "#id_caseload"),
        ]
        assert (value_of(answer, "region"), value_of(answer, "caseload")) == ("London", "")
        inspection.refresh_from_db()
        assert (inspection.region, inspection.caseload) == ("East of England", 30)
        again = sent | {"caseload": "30", "seen": value_of(answer, "seen")}
        assert client.post(DETAILS, again).status_code == 302
        inspection.refresh_from_db()
        assert (inspection.region, inspection.caseload) == ("London", 30)

    def test_the_same_sent_twice_is_no_conflict(self, client: Client) -> None:
        sent = as_sent(make_inspection()) | {"region": "London"}
        assert [client.post(DETAILS, sent).status_code for _ in range(2)] == [302, 302]
        del sent["seen"]
        assert client.post(DETAILS, sent | {"region": "Wales"}).status_code == 409

    def test_does_not_move_to_an_area_of_one_of_the_team(self, client: Client) -> None:
        inspection = make_inspection()
        give_affiliation(user_of(inspection, "inspector"), make_area("Homeshire"))
        for home, who in (("Homeshire", "Inspector"), ("Otherton", "Local assessor")):
            sent = as_sent(inspection) | {"area": str(make_area(home).pk)}
            assert refusals(client.post(DETAILS, sent)) == [
                (f"The area cannot be {home}: {who} of the team belongs there.", "")
            ]
        sent = as_sent(inspection) | {"area": str(make_area("Elsewhere").pk)}
        assert client.post(DETAILS, sent).status_code == 302

    def test_is_over_once_a_report_is_published(self, client: Client) -> None:
        inspection = make_inspection()
        sent = as_sent(inspection) | {"service_title": "YJS"}
        publish(inspection, 1, rendered=False)
        page = read_page(client.get(DETAILS))
        assert texts_of(page, "//div[@class='govuk-inset-text']") == [
            "A report of this inspection is published, so what it says of the inspection stands. "
            "The team can still be changed."
        ]
        assert client.post(DETAILS, sent).status_code == 409
        inspection.refresh_from_db()
        assert inspection.service_title == "YOS"


class TestDeleting:
    def test_asks_and_deletes_one_without_cases(self, client: Client) -> None:
        inspection = make_inspection()
        Narrative.objects.create(inspection=inspection, document={})
        make_inspection("Othershire")
        assert client.get(DELETE).status_code == 200
        assert Inspection.objects.count() == 2
        answer = client.post(DELETE)
        assert told_after(client, answer) == ["The inspection Anyshire 2026 is deleted."]
        page = read_page(client.get("/"))
        assert [row[0] for row in rows_of(page, "all-inspections")] == ["Area", "Othershire"]
        assert Area.objects.filter(name="Anyshire").exists()

    def test_keeps_one_with_cases(self, client: Client) -> None:
        make_case(make_inspection())
        assert refusals(client.post(DELETE), 409) == [
            ("This inspection has cases, so it cannot be deleted.", "")
        ]
        assert Inspection.objects.count() == 1
        assert "It has cases, so it cannot be deleted" in client.get(DETAILS).content.decode()

    def test_keeps_one_of_which_something_is_frozen(self, client: Client) -> None:
        inspection = make_inspection()
        publish(inspection, 1)
        assert refusals(client.post(DELETE), 409) == [
            (
                "People have recorded something in this inspection already, so it cannot be "
                "deleted.",
                "",
            )
        ]
        assert member_of(inspection, "lead").inspection == inspection
