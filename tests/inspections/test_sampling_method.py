"""How samples are drawn, as data of a programme: read, checked, stored, changed while in use."""

from __future__ import annotations

from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from inspections.catalogue import Outcome, load_definition, question_ids, store_programme
from inspections.definition import ProgrammeDefinition, SampleSize, SamplingMethod
from inspections.models import Programme
from inspections.problems import RefusedError
from inspections.programmes import digest_programme, read_programme
from tests.cases.sampling.caseloads import PROGRAMME, SAMPLING, read_definition
from tests.inspections.test_catalogue import use
from tests.programmes import SMALL_PROGRAMME, write_programme

PROGRAMMES = Path(__file__).parents[2] / "fixtures" / "programmes"


@pytest.fixture
def definition() -> ProgrammeDefinition:
    return read_definition()


def method_of(definition: ProgrammeDefinition) -> SamplingMethod:
    assert definition.sampling is not None
    return definition.sampling


def test_a_method_is_read_from_its_file(definition: ProgrammeDefinition) -> None:
    method = method_of(definition)
    assert (method.months, method.terminated) == (12, True)
    assert (method.strata, method.status) == ("sentence_family", "case_status")
    assert method.sizes == (SampleSize(20, 8), SampleSize(None, 12))
    assert [(m.label, m.fact, m.values, m.percent, m.cases) for m in method.minimums] == [
        ("High Risk of Harm", "rosh_by_yot", ("high", "very_high"), 10, 1),
        ("Young women", "gender", ("female",), 10, 2),
    ]
    assert method.inference == "Sizes and minimums are our inference."
    assert read_definition(SMALL_PROGRAMME).sampling is None


@pytest.mark.parametrize("name", ["cci-2009", "cci-2012"])
def test_the_published_sizes_and_groups_are_those_of_the_programmes(name: str) -> None:
    method = method_of(read_programme(PROGRAMMES / f"{name}.yaml"))
    assert [method.size_for(n) for n in (0, 37, 38, 50, 51, 61, 62, 100, 101, 175, 176, 2000)] == [
        0, 37, 38, 38, 51, 61, 62, 62, 85, 85, 99, 99,
    ]  # fmt: skip
    assert [(minimum.fact, minimum.values) for minimum in method.minimums] == [
        ("rosh_by_yot", ("high", "very_high")),
        ("gender", ("female",)),
        ("ethnicity", ("bme",)),
    ]
    assert (method.months, method.terminated) == (12, True)
    assert "our inference" in method.inference


def test_the_sizes_are_those_of_a_margin_of_five_points_at_80_per_cent_confidence() -> None:
    """As docs/SAMPLING.md says of how they were inferred: n / (1 + (n - 1) / caseload)."""
    endless = 1.28**2 * 0.25 / 0.05**2
    sizes = [round(endless / (1 + (endless - 1) / caseload)) for caseload in (50, 100, 175, 250)]
    method = method_of(read_programme(PROGRAMMES / "cci-2012.yaml"))
    assert sizes == [size.cases for size in method.sizes]


def test_a_short_screening_has_no_method() -> None:
    assert read_programme(PROGRAMMES / "sqs-2013.yaml").sampling is None


def test_it_is_no_part_of_the_digest(definition: ProgrammeDefinition) -> None:
    assert digest_programme(definition) == digest_programme(replace(definition, sampling=None))


def test_a_document_of_it_is_the_same_again(definition: ProgrammeDefinition) -> None:
    method = method_of(definition)
    assert SamplingMethod.from_document(asdict(method)) == method


@pytest.mark.parametrize(
    ("change", "into", "faults"),
    [
        ("  months: 12", "  months: 0", ['"months" must be a whole number from 1 to 120']),
        ("  terminated: true\n", "", ['"terminated" is missing']),
        (
            "  strata: sentence_family",
            "  strata: family",
            ['there is no fact "family" of the group "case"'],
        ),
        (
            "  strata: sentence_family",
            "  strata: risk_level",
            ['there is no fact "risk_level" of the group "case"'],
        ),
        (
            "  status: case_status",
            "  status: gender",
            ['the values of "gender" are not current and terminated'],
        ),
        (
            "fact: gender, values: [female]",
            "fact: sex, values: [female]",
            ['there is no fact "sex" of the group "case"'],
        ),
        (
            "values: [female]",
            "values: [woman, female]",
            ['"gender" has no value "woman"'],
        ),
        ("values: [female]", "values: []", ['"values" must have 1 or more items']),
        (
            "label: Young women",
            "label: High Risk of Harm",
            ['the minimum "High Risk of Harm" is given twice, first on line {first}'],
        ),
        (
            "{up_to: null, cases: 12}",
            "{up_to: 15, cases: 6}",
            [
                '"up_to" 15 is not above that of the size before',
                '"cases" 6 is below that of the size before',
                'no size is for caseloads of more than 15: "up_to" null',
            ],
        ),
        (
            "{up_to: 20, cases: 8}",
            "{up_to: null, cases: 8}",
            ['only the last of "sizes" may be for any caseload'],
        ),
        (
            "{up_to: null, cases: 12}",
            "{up_to: null, cases: 21}",
            ['"cases" 21 is more than "sample_max" 20'],
        ),
        (
            "percent: 10, cases: 2}",
            "percent: 60, cases: 2}",
            [
                "a sample of 8 has no room for 9 cases: "
                "one of each of the strata, and all minimums"
            ],
        ),
        ("  months: 12", "  months: 12\n  years: 1", ['unknown key "years"']),
        (SAMPLING, "sampling: none\n", ['"sampling" must have keys and values']),
        (SAMPLING, "sampling: []\n", ['"sampling" must have keys and values']),
        ("  - {up_to: 20, cases: 8}\n  - {up_to: null, cases: 12}\n", "  - 8\n", [
            'an item of "sizes" must have keys and values',
        ]),
        (
            "  sizes:\n  - {up_to: 20, cases: 8}\n  - {up_to: null, cases: 12}\n",
            "  sizes: []\n",
            ['"sizes" must have 1 or more items'],
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_at_its_place(
    tmp_path: Path, change: str, into: str, faults: list[str]
) -> None:
    assert PROGRAMME.count(change) == 1
    text = PROGRAMME.replace(change, into)
    with pytest.raises(RefusedError) as caught:
        read_programme(write_programme(tmp_path, text))
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines, 1) if "label: High Risk" in line), 0)
    expected = sorted(fault.format(first=first) for fault in faults)
    assert sorted(problem.message for problem in caught.value.problems) == expected
    within = next(n for n, line in enumerate(lines, 1) if line.startswith("sampling"))
    assert all(within <= (p.line or 0) < within + 20 for p in caught.value.problems)


@pytest.mark.django_db
class TestStoring:
    def test_what_is_stored_is_got_back_the_same(self, definition: ProgrammeDefinition) -> None:
        programme, _ = store_programme(definition)
        assert load_definition(Programme.objects.get(pk=programme.pk)) == definition

    def test_it_changes_while_the_programme_is_in_use_and_nothing_else_does(
        self, definition: ProgrammeDefinition
    ) -> None:
        programme, _ = store_programme(definition)
        use(programme, "anyshire-2012")
        before = dict(question_ids(programme))
        method = replace(method_of(definition), months=9)
        changed, outcome = store_programme(replace(definition, sampling=method))
        assert outcome == Outcome.RESAMPLED
        assert (changed.pk, changed.digest) == (programme.pk, programme.digest)
        fresh = Programme.objects.get()
        assert load_definition(fresh) == replace(definition, sampling=method)
        assert dict(question_ids(fresh)) == before

    def test_it_is_given_to_a_programme_that_had_none_while_in_use(
        self, definition: ProgrammeDefinition
    ) -> None:
        programme, _ = store_programme(replace(definition, sampling=None))
        use(programme, "anyshire-2012")
        assert store_programme(definition)[1] == Outcome.RESAMPLED
        assert load_definition(Programme.objects.get()) == definition

    def test_a_file_without_it_leaves_it_alone(self, definition: ProgrammeDefinition) -> None:
        programme, _ = store_programme(definition)
        use(programme, "anyshire-2012")
        assert store_programme(replace(definition, sampling=None))[1] == Outcome.UNCHANGED
        assert load_definition(Programme.objects.get()) == definition

    def test_it_is_not_changed_with_other_things_while_in_use(
        self, definition: ProgrammeDefinition
    ) -> None:
        programme, _ = store_programme(definition)
        use(programme, "anyshire-2012")
        method = replace(method_of(definition), months=9)
        with pytest.raises(RefusedError):
            store_programme(replace(definition, sampling=method, title="Another title"))
        assert load_definition(Programme.objects.get()) == definition

    def test_the_command_says_what_it_did(self, tmp_path: Path) -> None:
        def load(text: str) -> str:
            printed = StringIO()
            call_command("load_programme", write_programme(tmp_path, text), stdout=printed)
            return printed.getvalue()

        load(PROGRAMME.replace(SAMPLING, ""))
        use(Programme.objects.get(), "anyshire-2012")
        assert load(PROGRAMME) == (
            "Changed how samples are drawn under small@1, and nothing else: "
            "9 questions, 11 facts.\n"
        )
        assert load(PROGRAMME) == "small@1 is loaded already, unchanged: 9 questions, 11 facts.\n"

    @pytest.mark.parametrize("name", ["cci-2009", "cci-2012"])
    def test_the_shipped_files_load_over_an_earlier_version_1_in_use(self, name: str) -> None:
        shipped = read_programme(PROGRAMMES / f"{name}.yaml")
        programme, _ = store_programme(replace(shipped, sampling=None))
        use(programme, "anyshire-2012")
        digest = programme.digest
        assert store_programme(shipped)[1] == Outcome.RESAMPLED
        fresh = Programme.objects.get()
        assert (fresh.digest, load_definition(fresh)) == (digest, shipped)
