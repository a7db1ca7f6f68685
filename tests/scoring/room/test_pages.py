"""The numbers as the pages print them, and how many queries a page takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.room_pages import ROOM, url_of_score
from scoring.tracing.choosing import ASSESSOR
from tests.casting import make_user
from tests.pages import Element, read_page, rows_of, text_of, texts_of
from tests.scoring import slow_intervals
from tests.scoring import slow_reference as slow
from tests.scoring.generated import Wanted
from tests.scoring.room.known import Known, is_open, know_generated, pairs_of
from tests.scoring.room.test_groups import group, is_hidden
from tests.scoring.slow_reference import NO, NOT_APPLICABLE, NOT_ASKED, YES, Raw

SHOWN = ("hertfordshire-2012", "underway", "judged twice", "no case")
WORDS = {
    YES: "Yes",
    NO: "No",
    NOT_APPLICABLE: "Not applicable",
    NOT_ASKED: "Not asked",
    slow.UNANSWERED: "Not answered yet",
    slow.UNDECIDED: "May yet apply",
}
MOST = 15
"""Queries of any page, those that find out who asks included."""


@pytest.fixture
def client(db: None) -> Client:
    """A client that the lead inspector uses."""
    client = Client()
    client.force_login(make_user("lead"))
    return client


def open_page(client: Client, url: str) -> Element:
    response = client.get(url)
    assert response.status_code == 200, url
    return read_page(response)


def print_score(score: dict[str, Any]) -> str:
    return "Not scored" if score["percent"] is None else f"{score['percent']}%"


def print_counts(score: dict[str, Any]) -> str:
    still = f" {score['open']:,} open" if score["open"] else ""
    return f"{score['sufficient']:,} of {score['relevant']:,}{still}"


def print_range(score: dict[str, Any], dash: str) -> str:
    if score["percent"] is None or score["low"] == score["high"]:
        return ""
    return f" ({score['low']}{dash}{score['high']}%)"


def print_band(score: dict[str, Any]) -> str:
    if score["band"]:
        return f" {score['band']} improvement required"
    return " No band" if score["percent"] is None else " Band not settled"


def print_interval(raw: Raw, name: str) -> str:
    caseload = None if is_open(raw, name) else raw.caseload
    found = slow_intervals.interval(pairs_of(raw, name), caseload)
    if found is None:
        return "–"
    few = " few cases" if found[2] < 10 else ""
    return slow_intervals.print_interval(*found[:2]) + few


def list_parts(raw: Raw) -> list[tuple[str, dict[str, Any]]]:
    """Return sections and criteria in order, by how the page writes them and as documents."""
    parts = []
    for section in raw.programme.document["sections"]:
        parts.append(("section", section))
        parts += [("criterion", criterion) for criterion in section["criteria"]]
    return parts


@pytest.mark.parametrize("which", SHOWN)
class TestNumbersInPrint:
    def test_on_the_scorecard(self, every: dict[str, Known], client: Client, which: str) -> None:
        known = every[which]
        raw, slug = known.raw, known.inspection.slug
        page = open_page(client, reverse("scoring:scorecard", args=[slug]))
        expected = []
        for kind, part in list_parts(raw):
            name = f"{kind} {part['number']}"
            score = slow.score(raw, name)
            band = print_band(score) if kind == "criterion" else ""
            bar = f"{part['title']}: {print_score(score)}{print_range(score, '% to ')}{band}"
            title = f"{part['number']} {part['title']}"
            expected.append([title, bar, print_counts(score), print_interval(raw, name)])
        assert rows_of(page, "scores")[1:] == expected
        for kind, part in list_parts(raw):
            if kind == "criterion":
                self.check_questions(page, raw, part)
        boxes = texts_of(page, "//*[@id='headlines']/..//div[contains(@class, 'app-score ')]")
        boxes = boxes or texts_of(page, "//*[@id='headlines']/..//div[@class='app-score']")
        for box, theme in zip(boxes, raw.programme.document["themes"], strict=True):
            score = slow.score(raw, f"headline {theme['key']}")
            if score["percent"] is None:
                assert box.startswith(f"{theme['title']} {theme['title']}: Not scored")
                continue
            counts = f"{score['sufficient']:,} of {score['relevant']:,} judged sufficient"
            assert f"{theme['title']}: {score['percent']}%" in box
            assert counts in box
            assert (score["band"] or "Band not settled") in box

    def check_questions(self, page: Element, raw: Raw, criterion: dict[str, Any]) -> None:
        """Check the lines of a criterion's questions, and those of the rows of grids."""
        expected = []
        for question in criterion["questions"]:
            code = question["code"]
            score = slow.score(raw, code)
            standing = f"{code}: {print_score(score)}{print_range(score, '–')}"
            expected.append([print_counts(score), standing, print_interval(raw, code)])
        lines = rows_of(page, f"questions-{criterion['number']}")[1:]
        assert [line[1:] for line in lines] == expected
        for question in criterion["questions"]:
            items = page.xpath("//tr[@id=$id]//li", id=f"question-{question['code']}")
            rows = raw.programme.questions[question["code"]]["rows"] if items else []
            for item, row in zip(items, rows, strict=True):
                score = slow.score(raw, f"{question['code']}/{row}")
                still = f", {score['open']:,} open" if score["open"] else ""
                counts = f"{score['sufficient']:,} of {score['relevant']:,}{still}"
                told = f": {print_score(score)}{print_range(score, '–')}, {counts}"
                assert text_of(item).endswith(told)

    def test_on_the_pages_of_scores(
        self, every: dict[str, Known], client: Client, which: str
    ) -> None:
        """The parts and the cases of each are printed so that they add up to it."""
        known = every[which]
        grids = [code for code, q in known.raw.programme.questions.items() if q.get("grid")]
        row = known.raw.programme.questions[grids[0]]["rows"][0]
        names = [known.raw.programme.banded[0], "section 1", "criterion 1.1", "1.1.03"]
        names += [grids[0], f"{grids[0]}/{row}"]
        for written in names:
            name = known.name(written)
            page = open_page(client, url_of_score(known.inspection.slug, name))
            behind = slow.list_behind(known.raw, written)
            counts = {stands: len(behind.get(stands, ())) for stands in WORDS}
            relevant = counts[YES] + counts[NO]
            told = [row[:2] for row in rows_of(page, "account")[1:]]
            assert told == [
                ["Sufficient", f"{counts[YES]:,}"],
                ["Insufficient", f"{counts[NO]:,}"],
                ["Relevant", f"{relevant:,}"],
                *([WORDS[stands], f"{counts[stands]:,}"] for stands in [*WORDS][2:]),
                ["Left out", f"{sum(counts.values()) - relevant:,}"],
            ]
            if known.raw.cases:
                self.check_cases(page, known.raw, written)
            if rows := [row for row in rows_of(page, "made-of")[1:] if len(row) == 5]:
                self.check_sum([[int(n.replace(",", "")) for n in row[2:4]] for row in rows])

    def check_cases(self, page: Element, raw: Raw, name: str) -> None:
        """Check the line of each case; the last line is their sum."""
        *lines, whole = rows_of(page, "case-lines")[1:]
        single = len(raw.programme.names[name]) == 1
        counted = [slow.count_case(raw, case, name) for case in raw.cases]
        found = [[line[0].split()[0], *line[2 + single : 4 + single]] for line in lines]
        assert found == [
            [case["reference"], str(sufficient), str(relevant)]
            for case, (sufficient, relevant, _) in zip(raw.cases, counted, strict=True)
        ]
        if single:
            (place,) = raw.programme.names[name]
            for line, case in zip(lines, raw.cases, strict=True):
                assert line[2].startswith(WORDS[case["standing"][place]])
        sums = [sum(each[at] for each in counted) for at in (0, 1)]
        assert whole[2 + single : 4 + single] == [f"{each:,}" for each in sums]

    def check_sum(self, rows: list[list[int]]) -> None:
        """The last line holds the sums of those above it."""
        *parts, whole = rows
        assert [sum(column) for column in zip(*parts, strict=True)] == whole

    def test_near_the_line(self, every: dict[str, Known], client: Client, which: str) -> None:
        known = every[which]
        page = open_page(client, reverse("scoring:near", args=[known.inspection.slug]))
        told = {row[1].partition(":")[0]: row for row in rows_of(page, "near-lines")[1:]}
        expected: dict[str, tuple[dict[str, Any], list[tuple[int | None, str | None]]]] = {}
        for name in known.raw.programme.banded:
            kind, _, key = name.partition(" ")
            label = next(
                part["title"] if kind == "headline" else f"{key} {part['title']}"
                for part in (
                    known.raw.programme.document["themes"]
                    if kind == "headline"
                    else [part for of, part in list_parts(known.raw) if of == "criterion"]
                )
                if key in (part.get("key"), part.get("number"))
            )
            expected[label] = (
                slow.score(known.raw, name),
                [slow.find_flips(known.raw, name, wanted) for wanted in (YES, NO)],
            )
        assert set(told) == set(expected)
        for label, (score, moves) in expected.items():
            _, stands, *cells = told[label]
            assert stands.startswith(f"{label}: {print_score(score)}")
            assert stands.endswith(f"{score['sufficient']:,} of {score['relevant']:,}")
            for cell, (changes, band) in zip(cells, moves, strict=True):
                plural = "" if changes == 1 else "s"
                told_of = "No band further" if score["relevant"] else "Nothing to change yet"
                if changes:
                    told_of = f"{label}: {changes} change{plural} to {band} "
                assert cell.startswith(told_of)

    def test_breakdowns(self, every: dict[str, Known], client: Client, which: str) -> None:
        known = every[which]
        raw, name = known.raw, known.raw.programme.banded[0]
        if not raw.cases:
            return
        query = urlencode({"score": name, "fact": "looked_after", "second": "gender"})
        url = reverse("scoring:breakdown", args=[known.inspection.slug])
        page = open_page(client, f"{url}?{query}")
        values = [
            value
            for value in (*raw.programme.values_of("looked_after"), "")
            if group(raw, "looked_after", value).cases
        ]
        lines = rows_of(page, "groups")[1:]
        groups = [raw, *(group(raw, "looked_after", value) for value in values)]
        for line, chosen in zip(lines, groups, strict=True):
            score = slow.score(chosen, name)
            assert line[1] == str(len(chosen.cases))
            assert line[3] == print_counts(score)
            assert f": {print_score(score)}" in line[4]
            hidden = chosen is not raw and is_hidden(raw, len(chosen.cases))
            assert ("Hidden" in line[0]) == hidden
        genders = (*raw.programme.values_of("gender"), "")
        columns = [value for value in genders if group(raw, "gender", value).cases]
        for line, chosen in zip(rows_of(page, "crossing")[1:], groups[1:], strict=True):
            for cell, value in zip(line[1:], columns, strict=True):
                crossed = group(chosen, "gender", value)
                score = slow.score(crossed, name)
                if not crossed.cases:
                    assert cell == "No cases"
                    continue
                assert f": {print_score(score)}" in cell
                assert f"{score['sufficient']:,} of {score['relevant']:,}, " in cell


def list_urls(known: Known) -> dict[str, str]:
    """Return the address of every page of the room, and of those that they lead to."""
    slug = known.inspection.slug
    assessor = known.inspection.team.get(role="lead_inspector")
    scores = ("section 1", "criterion 1.1", "1.1.03")
    breakdown = reverse("scoring:breakdown", args=[slug])
    headline = known.raw.programme.banded[0]
    crossed = urlencode({"score": headline, "fact": "looked_after", "second": ASSESSOR})
    reference = known.raw.cases[0]["reference"]
    return {
        **{label: reverse(name, args=[slug]) for label, name in ROOM},
        **{f"score {name}": url_of_score(slug, known.name(name)) for name in scores},
        "score of a case": reverse(
            "scoring:score_case", args=[slug, "criterion", "1.1", reference]
        ),
        "near a line": reverse("scoring:near_score", args=[slug, "criterion", "1.1"]),
        "overview": f"{breakdown}?{urlencode({'fact': 'looked_after'})}",
        "crossed": f"{breakdown}?{crossed}",
        "comparable": f"{reverse('scoring:assessors', args=[slug])}?fact=looked_after",
        "assessor": reverse("scoring:assessor", args=[slug, assessor.key]),
        "question judged twice": reverse("scoring:agreement_question", args=[slug, "1.1.01"]),
        "export": reverse("scoring:export", args=[slug, "json"]),
    }


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def test_queries_of_each_page_are_as_many_with_few_cases_and_with_many(
    every: dict[str, Known], client: Client
) -> None:
    """One case and few questions, more cases, and 85 cases of 233 judgements beside nine others."""
    few = know_generated(91, Wanted(cases=1), "Othershire")
    some = know_generated(92, Wanted(cases=9), "Elseshire")
    sizes = [few, some, every["hertfordshire-2012"]]
    for each in (few, some):
        lead = each.inspection.team.get(role="lead_inspector")
        each.inspection.assessments.update(assessor=lead)
    for label in list_urls(few):
        counts = [count_queries(client, list_urls(each)[label]) for each in sizes]
        assert counts == [counts[0]] * 3, label
        assert counts[0] <= MOST, label


@pytest.mark.parametrize("label", ["Scorecard", "Near the line", "Assessors", "Agreement"])
def test_queries_are_as_many_with_one_case_judged_twice_and_with_more(
    client: Client, label: str
) -> None:
    sizes = [
        know_generated(93, Wanted(cases=3, judged_twice=2), "Othershire"),
        know_generated(94, Wanted(cases=9, judged_twice=7), "Elseshire"),
    ]
    one, more = (count_queries(client, list_urls(each)[label]) for each in sizes)
    assert one == more <= MOST
