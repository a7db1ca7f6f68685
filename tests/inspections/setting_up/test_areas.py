"""The pages of areas: listing, making, renaming."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from inspections.access import give_affiliation
from inspections.models import Area
from inspections.setting_up.areas import create_area, rename_area
from reports.bundle import import_inspection
from tests.casting import make_area, make_inspection, make_manager, make_user
from tests.inspections.setting_up.browsing import administrator, refusals, told_after, value_of
from tests.pages import links_of, read_page, rows_of, texts_of
from tests.programmes import load_small_programme
from tests.reports.bundle_files import write_bundle

AREAS = "/set-up/areas/"
NEW = "/set-up/new-area/"

pytestmark = pytest.mark.django_db


class TestList:
    def test_shows_each_with_its_people_and_inspections(self) -> None:
        make_inspection()
        make_manager()
        for key in ("one", "two"):
            give_affiliation(make_user(key), make_area("Otherton"))
        page = read_page(administrator().get(AREAS))
        assert rows_of(page, "areas") == [
            ["Area", "People", "Inspections"],
            ["Anyshire", "1", "1"],
            ["Otherton", "2", "0"],
        ]
        assert links_of(page, "//table")[0] == ("Anyshire", "/set-up/areas/anyshire/")

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("", ["East Anyshire", "West Anyshire", "Westmere"]),
            ("any WEST", ["West Anyshire"]),
            ("\0west\x1f", ["West Anyshire", "Westmere"]),
            ("%", []),
            ("x" * 10_000, []),
        ],
    )
    def test_is_searched_by_every_word(self, words: str, names: list[str]) -> None:
        for name in ("West Anyshire", "East Anyshire", "Westmere"):
            make_area(name)
        answer = administrator().get(AREAS, {"words": words})
        assert [name for name, _ in links_of(read_page(answer), "//table")] == names

    def test_is_cut_into_pages(self) -> None:
        Area.objects.bulk_create(
            Area(name=f"Shire {number:03}", slug=f"shire-{number:03}") for number in range(120)
        )
        client = administrator()
        page = read_page(client.get(AREAS, {"words": "shire", "page": "2"}))
        names = [name for name, _ in links_of(page, "//table")]
        assert (names[0], names[-1], len(names)) == ("Shire 050", "Shire 099", 50)
        assert [url for _, url in links_of(page, "//nav[@aria-label='Pages']")] == [
            "?words=shire&page=1",
            "?words=shire&page=3",
        ]
        for number in ("0", "-1", "nought", "9" * 50, "4"):
            page = read_page(client.get(AREAS, {"page": number}))
            assert len(rows_of(page, "areas")) in (21, 51)

    @pytest.mark.parametrize("areas", [1, 40])
    def test_takes_as_many_queries_for_many(
        self, areas: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Session, person, how many there are, and those of the page."""
        for number in range(areas):
            give_affiliation(make_user(f"person-{number}"), make_area(f"Shire {number}"))
        client = administrator()
        with django_assert_num_queries(4):
            page = read_page(client.get(AREAS))
        assert len(rows_of(page, "areas")) == areas + 1


class TestMaking:
    @pytest.mark.parametrize(
        ("typed", "name", "slug"),
        [
            ("Anyshire", "Anyshire", "anyshire"),
            ("  Stoke-on-Trent  ", "Stoke-on-Trent", "stoke-on-trent"),
            ("Ynys Môn", "Ynys Môn", "ynys-mon"),
            ("St Helens & O’Connor <b>", "St Helens & O’Connor <b>", "st-helens-oconnor-b"),
            ("New", "New", "new"),
            ("A" * 100, "A" * 100, "a" * 100),
        ],
    )
    def test_keeps_the_name_as_it_is_written(self, typed: str, name: str, slug: str) -> None:
        client = administrator()
        answer = client.post(NEW, {"name": typed})
        assert told_after(client, answer) == [f"The area {name} is set up."]
        area = Area.objects.get()
        assert (area.name, area.slug) == (name, slug)
        assert texts_of(read_page(client.get(f"{AREAS}{slug}/")), "//h1") == [f"Area {name}"]

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "Enter the name of the area"),
            ("   ", "Enter the name of the area"),
            ("!?", "The name must have a letter or digit of the Latin alphabet."),
            ("A" * 101, "The name must be 100 characters or fewer"),
            ("Any\0shire", "The name holds a character that cannot be printed"),
            ("Any\nshire", "The name holds a character that cannot be printed"),
            ("Any\u202eshire", "The name holds a character that cannot be printed"),
            ("Anyshire", "There is an area called Anyshire already."),
            ("ANYSHIRE!", "There is an area called Anyshire already."),
        ],
    )
    def test_refuses_what_is_no_new_name(self, typed: str, message: str) -> None:
        make_area()
        answer = administrator().post(NEW, {"name": typed})
        assert refusals(answer) == [(message, "#id_name")]
        assert value_of(answer, "name") == typed.replace("\0", "\ufffd")
        assert Area.objects.count() == 1

    def test_refuses_a_form_with_nothing_in_it(self) -> None:
        answer = administrator().post(NEW)
        assert refusals(answer) == [("Enter the name of the area", "#id_name")]

    def test_finds_an_address_where_that_of_the_name_is_taken(self) -> None:
        rename_area(make_area(), "Newshire")
        assert create_area("Anyshire").slug == "anyshire-2"


class TestOne:
    def test_shows_who_belongs_to_it_and_its_inspections(self) -> None:
        make_inspection()
        manager, neighbour = make_manager(), make_user("neighbour")
        give_affiliation(neighbour, make_area())
        page = read_page(administrator().get(f"{AREAS}anyshire/"))
        assert texts_of(page, "//ul[@aria-labelledby='people']/li") == [
            "Manager of Anyshire manages the service",
            "Neighbour home area",
        ]
        assert links_of(page, "//ul[@aria-labelledby='people']") == [
            ("Manager of Anyshire", f"/set-up/people/{manager.pk}/"),
            ("Neighbour", f"/set-up/people/{neighbour.pk}/"),
        ]
        assert texts_of(page, "//ul[@aria-labelledby='inspections']/li") == [
            "Anyshire 2026 12 to 23 January 2026, Small inspection"
        ]

    @pytest.mark.parametrize("people", [0, 1, 20])
    def test_takes_as_many_queries_for_many_people(
        self, people: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_area()
        for number in range(people):
            give_affiliation(make_user(f"person-{number}"), make_area())
        client = administrator()
        with django_assert_num_queries(5):
            client.get(f"{AREAS}anyshire/")

    def test_is_renamed_and_keeps_its_address(self) -> None:
        make_inspection()
        client = administrator()
        assert value_of(client.get(f"{AREAS}anyshire/rename/"), "name") == "Anyshire"
        answer = client.post(f"{AREAS}anyshire/rename/", {"name": "Anyshire & District"})
        assert told_after(client, answer) == ["The name of the area is changed."]
        assert list(Area.objects.filter(slug="anyshire").values_list("name", flat=True)) == [
            "Anyshire & District"
        ]
        answer = client.post(f"{AREAS}anyshire/rename/", {"name": "ANYSHIRE & district"})
        assert answer.status_code == 302

    def test_is_not_renamed_to_another(self) -> None:
        make_area()
        make_area("Otherton")
        answer = administrator().post(f"{AREAS}anyshire/rename/", {"name": "otherton"})
        assert refusals(answer) == [("There is an area called Otherton already.", "#id_name")]
        assert texts_of(read_page(answer), "//h1") == ["Anyshire Rename the area"]
        assert Area.objects.filter(name="Anyshire").exists()

    def test_leaves_its_former_name_to_another_area_of_a_bundle(self, tmp_path: Path) -> None:
        """The address of the renamed one is taken; the new one finds one of its own."""
        rename_area(make_area(), "Newshire")
        load_small_programme()
        inspection = import_inspection(write_bundle(tmp_path / "bundle"))
        assert (inspection.area.name, inspection.area.slug) == ("Anyshire", "anyshire-2")
