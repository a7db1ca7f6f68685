"""The pages of programmes: versions, and uploading one that is shown before it is accepted."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from inspections.catalogue import load_definition, store_programme
from inspections.models import Programme
from inspections.setting_up import programmes
from tests.casting import make_inspection
from tests.inspections.programme_edits import edit_text, read_small, read_text
from tests.inspections.setting_up.browsing import administrator, refusals, told_after, value_of
from tests.pages import links_of, read_page, rows_of, text_of, texts_of
from tests.programmes import SMALL_PROGRAMME, load_small_programme

PROGRAMMES = "/set-up/programmes/"
UPLOAD = "/set-up/new-programme/"
ACCEPT = f"{UPLOAD}accept/"
NEXT = edit_text(
    ("version: 1", "version: 2"), ("{label: MODERATE, floor: 60}", "{label: MODERATE, floor: 65}")
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return administrator()


def upload(client: Client, content: str | bytes, name: str = "small.yaml") -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def accept(client: Client, shown: Any) -> Any:
    """Press the button of a page that shows a new version."""
    return client.post(ACCEPT, {"sealed": value_of(shown, "sealed")})


def stored() -> list[str]:
    return [str(programme) for programme in Programme.objects.order_by("slug", "version")]


class TestList:
    def test_shows_versions_with_the_inspections_that_use_them(self, client: Client) -> None:
        make_inspection()
        make_inspection("Othershire")
        store_programme(read_text(NEXT))
        page = read_page(client.get(PROGRAMMES))
        assert [row[:3] for row in rows_of(page, "programmes")] == [
            ["Programme", "Questions", "Used by"],
            ["Small inspection, version 2small@2", "9", "no inspection"],
            ["Small inspection, version 1small@1", "9", "Anyshire 2026Othershire 2026"],
        ]
        assert links_of(page, "//table")[0] == (
            "Small inspection, version 2",
            "/set-up/programmes/small/2/",
        )

    def test_says_where_there_is_none(self, client: Client) -> None:
        page = read_page(client.get(PROGRAMMES))
        assert texts_of(page, "//p[@class='app-empty']") == ["No programme is loaded yet."]

    @pytest.mark.parametrize("many", [1, 6])
    def test_takes_as_many_queries_for_many(
        self, client: Client, many: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Session, person, versions, inspections, areas."""
        for number in range(many):
            make_inspection(f"Shire {number}")
            store_programme(read_text(edit_text(("version: 1", f"version: {number + 2}"))))
        with django_assert_num_queries(5):
            client.get(PROGRAMMES)


class TestOne:
    def test_shows_what_it_holds_and_how_it_differs_from_the_one_before(
        self, client: Client
    ) -> None:
        make_inspection()
        store_programme(read_text(NEXT))
        page = read_page(client.get(f"{PROGRAMMES}small/2/"))
        assert texts_of(page, "//dl[contains(@class, 'govuk-summary-list')]//dd") == [
            "Small inspection of youth offending work",
            "small@2",
            "9, of which 7 score",
            "3",
            "7",
            "Safeguarding, Risk of Harm",
        ]
        assert texts_of(page, "//ul[@id='score-effects']/li") == [
            "The band MODERATE begins at 65%, and not at 60%."
        ]
        first = read_page(client.get(f"{PROGRAMMES}small/1/"))
        assert first.xpath("//*[@id='effects']") == []
        assert links_of(first, "//ul[@class='govuk-list app-lines']") == [
            ("Anyshire 2026", "/inspections/anyshire-2026/")
        ]

    def test_is_downloaded_as_a_file_that_is_the_same_programme(self, client: Client) -> None:
        load_small_programme()
        answer = client.get(f"{PROGRAMMES}small/1/file/")
        assert answer["Content-Disposition"] == 'attachment; filename="small-1.yaml"'
        assert answer["Content-Type"] == "application/yaml; charset=utf-8"
        assert read_text(answer.content.decode()) == read_small()
        page = read_page(upload(client, answer.content))
        assert "There is nothing to do." in text_of(page)


class TestUpload:
    def test_shows_the_difference_and_stores_nothing(self, client: Client) -> None:
        make_inspection()
        answer = upload(client, NEXT)
        assert (answer.status_code, stored()) == (200, ["small@1"])
        page = read_page(answer)
        assert texts_of(page, "//h1") == ["New version Small inspection, version 2"]
        assert texts_of(page, "//ul[@id='score-effects']/li") == [
            "The band MODERATE begins at 65%, and not at 60%."
        ]
        assert texts_of(page, "//section//h4") == ["MODERATE Changed"]
        assert texts_of(page, "//dl[@class='app-changes']//dd") == [
            "Before [removed: 60] %",
            "After [added: 65] %",
        ]
        assert texts_of(page, "//del") == ["[removed: 60]"]
        assert texts_of(page, "//ins") == ["[added: 65]"]

    def test_is_accepted(self, client: Client) -> None:
        make_inspection()
        answer = accept(client, upload(client, NEXT))
        assert answer["Location"] == "/set-up/programmes/small/2/"
        assert told_after(client, answer) == ["Small inspection, version 2, can now be used."]
        assert stored() == ["small@1", "small@2"]
        assert load_definition(Programme.objects.get(version=2)) == read_text(NEXT)

    def test_says_that_a_first_version_has_none_before_it(self, client: Client) -> None:
        answer = upload(client, SMALL_PROGRAMME)
        assert "It is the first version of this programme" in text_of(read_page(answer))
        accept(client, answer)
        assert stored() == ["small@1"]

    def test_warns_of_a_later_version(self, client: Client) -> None:
        store_programme(read_text(NEXT))
        page = read_page(upload(client, SMALL_PROGRAMME))
        assert texts_of(page, "//*[@class='govuk-warning-text__text']") == [
            "Warning Version 2 is stored already, which is later than this one."
        ]

    def test_replaces_a_version_that_nobody_uses(self, client: Client) -> None:
        load_small_programme()
        changed = edit_text(("floor: 60", "floor: 65"))
        answer = upload(client, changed)
        assert "accepting this replaces it" in text_of(read_page(answer))
        accept(client, answer)
        assert load_definition(Programme.objects.get()) == read_text(changed)

    def test_refuses_to_change_a_version_in_use(self, client: Client) -> None:
        make_inspection()
        store_programme(read_text(NEXT))
        answer = upload(client, edit_text(("floor: 60", "floor: 65")))
        assert refusals(answer) == [("The file has a fault: see below", "#id_file")]
        assert rows_of(read_page(answer), "faults")[1:] == [
            [
                "",
                'version 1 is used by Anyshire 2026, so it cannot change: write "version: 3" in '
                "the file and upload it again",
            ]
        ]

    def test_changes_how_samples_are_drawn_even_while_in_use(self, client: Client) -> None:
        make_inspection()
        sampling = (
            "sampling:\n  months: 12\n  terminated: true\n  strata: gender\n"
            "  sizes:\n  - {up_to: null, cases: 20}\n"
        )
        answer = upload(client, SMALL_PROGRAMME + sampling)
        assert "Only the way in which samples are drawn differs" in text_of(read_page(answer))
        accept(client, answer)
        programme = Programme.objects.get()
        assert load_definition(programme) == read_text(SMALL_PROGRAMME + sampling)
        page = read_page(upload(client, SMALL_PROGRAMME))
        assert "There is nothing to do." in text_of(page)

    def test_lists_every_fault_with_its_line(self, client: Client) -> None:
        faulty = edit_text(
            ("slug: small", "slug: Small One"),
            ("scoring: rows", "scoring: row"),
            ("{fact: community}", "{fact: nowhere}"),
        )
        answer = upload(client, faulty)
        assert refusals(answer) == [("The file has 3 faults: see below", "#id_file")]
        assert [row[0] for row in rows_of(read_page(answer), "faults")] == [
            "Line", "1", "166", "167",
        ]  # fmt: skip
        assert stored() == []

    def test_shows_two_hundred_faults(self, client: Client) -> None:
        lines = "".join(f"unknown_{number}: 1\n" for number in range(250))
        answer = upload(client, SMALL_PROGRAMME + lines)
        page = read_page(answer)
        assert len(rows_of(page, "faults")) == 201
        assert "And 50 further faults." in text_of(page)

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", "is empty"),
            (b"\xff\xfe\x00", "is not UTF-8 text"),
            (b"slug: a\0b", "holds a NUL character"),
            (b"- a\n- b\n", "a file must hold keys and their values"),
            (b"a: &x [1]\nb: *x\n", "anchors and aliases (& and *) are not allowed"),
            (
                b"a: [",
                "is not well-formed YAML: did not find expected node content",
            ),
            (b"#" * 1_000_001, "is larger than 1,000 KB"),
            (b"PK\x03\x04" + b"\x00" * 100, "holds a NUL character"),
        ],
    )
    def test_refuses_what_is_no_programme(self, client: Client, content: bytes, fault: str) -> None:
        answer = upload(client, content)
        assert refusals(answer) == [("The file has a fault: see below", "#id_file")]
        ((_, message),) = rows_of(read_page(answer), "faults")[1:]
        assert message.startswith(fault)

    def test_refuses_ten_megabytes_without_reading_them(self, client: Client) -> None:
        answer = upload(client, b"# a line\n" * 1_200_000)
        assert refusals(answer) == [("The file has a fault: see below", "#id_file")]

    def test_refuses_a_form_without_a_file(self, client: Client) -> None:
        for sent in ({}, {"file": "slug: small"}):
            assert refusals(client.post(UPLOAD, sent)) == [("Choose a file", "#id_file")]

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "x" * 250 + ".yaml", "<b>.yaml", "\u202e.yaml"]
    )
    def test_does_not_mind_what_the_file_is_called(self, client: Client, name: str) -> None:
        assert upload(client, SMALL_PROGRAMME, name).status_code == 200

    def test_leaves_no_file_behind(
        self, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        assert gettempdir() == str(tmp_path)
        upload(client, SMALL_PROGRAMME)
        upload(client, "slug: [")
        assert list(tmp_path.iterdir()) == []


class TestAccepting:
    def test_what_was_not_shown_is_refused(self, client: Client) -> None:
        for sent in (
            {},
            {"sealed": ""},
            {"sealed": "x" * 1000},
            {"sealed": "a:b:c"},
            {"sealed": "\0"},
        ):
            answer = client.post(ACCEPT, sent)
            assert answer["Location"] == UPLOAD
            (told,) = told_after(client, answer)
            assert told.startswith("What you were shown is out of date, so nothing was stored.")
        sealed = value_of(upload(client, NEXT), "sealed")
        client.post(ACCEPT, {"sealed": sealed[:-1] + ("a" if sealed[-1] != "a" else "b")})
        assert stored() == []

    def test_a_day_later_it_is_refused(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown = upload(client, NEXT)
        monkeypatch.setattr(programmes, "SHOWN_FOR", -1)
        accept(client, shown)
        assert stored() == []

    def test_is_shown_anew_where_another_version_came_in_between(self, client: Client) -> None:
        load_small_programme()
        third = NEXT.replace("version: 2", "version: 3")
        shown = upload(client, third)
        store_programme(read_text(NEXT))
        again = accept(client, shown)
        assert (again.status_code, stored()) == (409, ["small@1", "small@2"])
        page = read_page(again)
        assert "has changed since you were shown it" in text_of(page)
        assert "What differs from version 2" in text_of(page)
        assert accept(client, again).status_code == 302
        assert stored() == ["small@1", "small@2", "small@3"]

    def test_is_refused_where_the_version_came_into_use_in_between(self, client: Client) -> None:
        load_small_programme()
        shown = upload(client, edit_text(("floor: 60", "floor: 65")))
        make_inspection()
        answer = accept(client, shown)
        (told,) = told_after(client, answer)
        assert told.startswith("Version 1 is used by Anyshire 2026, so it cannot change")
        assert load_definition(Programme.objects.get()) == read_small()

    def test_twice_stores_it_once(self, client: Client) -> None:
        load_small_programme()
        shown = upload(client, NEXT)
        accept(client, shown)
        loaded_at = Programme.objects.get(version=2).loaded_at
        assert accept(client, shown).status_code in (302, 409)
        assert Programme.objects.get(version=2).loaded_at == loaded_at
        assert loaded_at <= timezone.now()

    def test_a_real_programme_goes_through(self, client: Client, settings: Settings) -> None:
        """Its page carries all of the file, which is less than Django takes in a form."""
        path = settings.BASE_DIR / "fixtures/programmes/cci-2012.yaml"
        shown = upload(client, path.read_bytes())
        assert len(value_of(shown, "sealed")) < 50_000
        assert accept(client, shown).status_code == 302
        assert stored() == ["cci-2012@1"]
