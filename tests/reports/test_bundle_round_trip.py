"""Export, import, export gives the same bytes, and the same scorecard."""

from __future__ import annotations

import csv
import json
import random
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cases.applicability import decide_states
from cases.checking import check_facts, order_reasons
from cases.models import Assessment, Judgement
from cases.recording import FactChange, record_facts
from inspections.catalogue import store_programme
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, Programme, TeamMember
from inspections.problems import RefusedError
from inspections.programmes import read_programme
from reports.bundle import build_bundle, export_inspection, import_inspection
from reports.models import Narrative
from scoring.scorecard import score_inspection
from tests.programmes import load_small_programme, write_programme
from tests.reports.bundle_files import (
    CANONICAL_HEADING,
    CANONICAL_REPORT,
    HEADING,
    write_bundle,
    write_files,
)
from tests.reports.test_bundle_import import write_many

pytestmark = pytest.mark.django_db

PROGRAMMES = settings.BASE_DIR / "fixtures" / "programmes"
INSPECTIONS = settings.BASE_DIR / "fixtures" / "inspections"


@pytest.fixture
def small_programme() -> Programme:
    return load_small_programme()


def carry_over(inspection: Inspection, folder: Path) -> Inspection:
    """Return a copy of `inspection`, carried through a bundle; its slug alone is another."""
    export_inspection(inspection, folder)
    heading = folder / "inspection.yaml"
    text = heading.read_text(encoding="utf-8")
    assert text.count(f"slug: {inspection.slug}\n") == 1
    text = text.replace(f"slug: {inspection.slug}\n", f"slug: {inspection.slug}-copy\n")
    heading.write_text(text, encoding="utf-8")
    return import_inspection(folder)


def build_as(inspection: Inspection, slug: str) -> dict[str, str]:
    files = build_bundle(inspection)
    heading = files["inspection.yaml"].replace(f"slug: {inspection.slug}\n", f"slug: {slug}\n")
    return {**files, "inspection.yaml": heading}


def score_as(inspection: Inspection, slug: str) -> dict[str, Any]:
    return {**score_inspection(inspection).to_json(), "inspection": slug}


@pytest.mark.parametrize(
    ("slug", "programme"),
    [
        ("hertfordshire-2012", "cci-2012"),
        ("stockport-2009", "cci-2009"),
        ("northmere-2012", "cci-2012"),
    ],
)
def test_demonstration_inspections_come_back_the_same(
    tmp_path: Path, slug: str, programme: str
) -> None:
    store_programme(read_programme(PROGRAMMES / f"{programme}.yaml"))
    source = INSPECTIONS / slug

    first = import_inspection(source)
    second = carry_over(first, tmp_path / "out")

    assert build_as(second, slug) == build_bundle(first)
    assert score_as(second, slug) == score_as(first, slug)
    for name in ("cases.csv", "judgements.csv"):
        assert build_bundle(first)[name] == (source / name).read_text(encoding="utf-8")


def test_the_canonical_form_is_stable(tmp_path: Path) -> None:
    load_small_programme()
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))

    files = build_bundle(inspection)

    assert files["inspection.yaml"] == CANONICAL_HEADING
    assert files["report.yaml"] == CANONICAL_REPORT
    assert list(files) == ["inspection.yaml", "cases.csv", "judgements.csv", "report.yaml"]


def test_answers_to_questions_that_do_not_apply_are_left_out(tmp_path: Path) -> None:
    load_small_programme()
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))
    before = build_bundle(inspection)["judgements.csv"].splitlines()
    assessment = Assessment.objects.get(case__reference="A-1")
    lead = TeamMember.objects.get(key="lead")

    record_facts(assessment, [FactChange("custody", "yes", 1)], lead)
    record_facts(assessment, [FactChange("community", "no", 1)], lead)

    kept = Judgement.objects.filter(assessment=assessment, question__code="2.1.02")
    assert set(kept.values_list("answer", "state")) == {
        ("sufficient", "not_asked"),
        ("not_applicable", "not_asked"),
    }
    after = build_bundle(inspection)["judgements.csv"].splitlines()
    assert after == [line for line in before if not line.startswith("A-1,2.1.02")]


def test_the_column_of_evidence_is_there_only_for_some(tmp_path: Path) -> None:
    load_small_programme()
    changes = [("judgements.csv", '"One line, and no more."', "")]
    inspection = import_inspection(write_bundle(tmp_path / "bundle", changes))

    assert build_bundle(inspection)["judgements.csv"].splitlines()[:2] == [
        "case_reference,question_code,row,answer,assessor,reasons",
        "A-1,1.1.01,,sufficient,inspector,",
    ]


def test_a_narrative_that_could_not_come_back_is_not_exported(tmp_path: Path) -> None:
    load_small_programme()
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))
    Narrative.objects.update(document={"criteria": {"9.9": {"strengths": ["x"]}}})

    with pytest.raises(RefusedError) as refused:
        export_inspection(inspection, tmp_path / "out")

    assert str(refused.value) == 'report.yaml: unknown key "9.9"'
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [1, 40])
def test_queries_do_not_grow_with_the_cases(tmp_path: Path, number: int) -> None:
    load_small_programme()
    slug = import_inspection(write_many(tmp_path / "bundle", number)).slug

    with CaptureQueriesContext(connection) as queries:
        files = build_bundle(Inspection.objects.get(slug=slug))

    assert len(files["cases.csv"].splitlines()) == number + 1
    assert len(queries) == 10


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_during_an_export_is_no_part_of_it(tmp_path: Path) -> None:
    load_small_programme()
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))
    assessment = Assessment.objects.get(case__reference="A-1")
    before = build_bundle(inspection)
    changes = [FactChange("custody", "yes", 1), FactChange("community", "no", 1)]
    recorded = []

    def record() -> None:
        recorded.append(record_facts(assessment, changes, TeamMember.objects.get(key="lead")))
        connection.close()

    def record_before_judgements_are_read(execute: Any, sql: str, *rest: Any) -> Any:
        if "cases_judgement" in sql and not recorded:
            elsewhere = Thread(target=record)
            elsewhere.start()
            elsewhere.join()
        return execute(sql, *rest)

    with connection.execute_wrapper(record_before_judgements_are_read):
        export_inspection(inspection, tmp_path / "out")

    assert recorded[0].complete
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == before
    assert build_bundle(inspection) != before


def _read_small_programme() -> ProgrammeDefinition:
    with TemporaryDirectory() as folder:
        return read_programme(write_programme(Path(folder)))


SMALL = _read_small_programme()

characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
evidence = st.text(characters | st.sampled_from('\r\n\t",;'), max_size=20)
line = st.text(characters, min_size=1, max_size=20).filter(str.strip)
prose = st.lists(line, min_size=1, max_size=3).map("\n\n".join)
proses = st.lists(prose, max_size=2, unique_by=str.strip)
key = st.from_regex("[A-Za-z0-9-]{1,8}", fullmatch=True)
fact_values = st.fixed_dictionaries(
    {fact.key: st.sampled_from(["", *fact.values]) for fact in SMALL.facts}
).filter(lambda facts: not check_facts(SMALL, facts))


@st.composite
def answered_cases(draw: st.DrawFn) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A row of `cases.csv` without its reference, and the answers that it allows."""
    facts = draw(fact_values)
    answers: list[dict[str, str]] = []
    for code, question in SMALL.questions.items():
        gates = {row["question_code"]: row["answer"] for row in answers if not row["row"]}
        if decide_states(SMALL, facts, gates)[code] != Judgement.State.APPLIES:
            continue
        allowed = ["", "sufficient", "insufficient", *["not_applicable"] * question.allow_na]
        for row in SMALL.rows_of(question):
            answer = draw(st.sampled_from(allowed))
            reasons = (
                [reason.key for reason in question.reasons] if answer == "insufficient" else []
            )
            given = {
                "question_code": code,
                "row": row,
                "answer": answer,
                "assessor": draw(st.sampled_from(["lead", "inspector", "local"])),
                "reasons": ";".join(draw(st.permutations(reasons))[: draw(st.integers(0, 2))]),
                "evidence": draw(evidence),
            }
            answers += [given] if answer else []
    assessor = draw(st.sampled_from(["", "lead", "inspector", "local"]))
    return {**facts, "assessor": assessor, "case_manager": draw(st.just("") | key)}, answers


narratives = st.fixed_dictionaries(
    {},
    optional={
        "foreword": prose,
        "signed_month": st.just("2026-05"),
        "sections": st.dictionaries(
            st.sampled_from(["2", "1"]), st.fixed_dictionaries({"commentary": prose})
        ),
        "criteria": st.dictionaries(
            st.sampled_from(["2.1", "1.1", "1.2"]),
            st.fixed_dictionaries({}, optional={"strengths": proses}),
        ),
        "recommendations": st.lists(st.fixed_dictionaries({"text": prose}), max_size=2),
        "context": st.fixed_dictionaries({"area": proses, "service": proses}),
    },
)


def write_table(rows: list[dict[str, str]], columns: list[str]) -> str:
    """Return a CSV file in another form than ours."""
    text = StringIO()
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.usefixtures("small_programme")
@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(key, answered_cases(), max_size=3), line, st.none() | narratives, st.randoms()
)
def test_any_inspection_comes_back_the_same(
    cases: dict[str, tuple[dict[str, str], list[dict[str, str]]]],
    name: str,
    narrative: dict[str, Any] | None,
    shuffler: random.Random,
) -> None:
    facts = [{"reference": ref, **row} for ref, (row, _) in cases.items()]
    answers = [{"case_reference": ref, **row} for ref, (_, rows) in cases.items() for row in rows]
    shuffler.shuffle(answers)
    heading = {**yaml.safe_load(HEADING), "service_name": name}
    files = {
        "inspection.yaml": json.dumps(heading, default=str, ensure_ascii=False),
        "cases.csv": write_table(
            facts, ["reference", "assessor", "case_manager", *SMALL.facts_by_key]
        ),
        "judgements.csv": write_table(
            answers,
            [
                "case_reference",
                "question_code",
                "row",
                "answer",
                "assessor",
                "reasons",
                "evidence",
            ],
        ),
    }
    if narrative is not None:
        files["report.yaml"] = json.dumps(narrative, ensure_ascii=False)

    with transaction.atomic(), TemporaryDirectory() as folder:
        first = import_inspection(write_files(Path(folder) / "in", files))
        second = carry_over(first, Path(folder) / "out")

        assert build_as(second, first.slug) == build_bundle(first)
        assert score_as(second, first.slug) == score_as(first, first.slug)
        assert first.service_name == name.strip()
        for copy in (first, second):
            assert list_answers(copy) == sorted(map(as_stored, answers))
        transaction.set_rollback(True)


def as_stored(row: dict[str, str]) -> tuple[str, ...]:
    """Return an answer as it is kept: reasons in the programme's order, no note of mere space."""
    reasons = order_reasons(SMALL.questions[row["question_code"]], row["reasons"].split(";"))
    evidence = row["evidence"] if row["evidence"].strip() else ""
    return tuple({**row, "reasons": ";".join(reasons), "evidence": evidence}.values())


def list_answers(inspection: Inspection) -> list[tuple[str, ...]]:
    rows = Judgement.objects.filter(assessment__inspection=inspection).exclude(answer="")
    values = rows.values_list(
        "assessment__case__reference",
        "question__code",
        "row",
        "answer",
        "changed_by__key",
        "reasons",
        "evidence",
    )
    return sorted((*row[:5], ";".join(row[5]), row[6]) for row in values)
