"""Programmes in the database: stored whole, got back the same, frozen once used."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from inspections.catalogue import (
    Outcome,
    fact_ids,
    find_programme,
    load_definition,
    question_ids,
    store_programme,
)
from inspections.definition import ProgrammeDefinition
from inspections.models import Area, Criterion, Fact, Inspection, Programme, Question, Section
from inspections.problems import RefusedError
from inspections.programmes import digest_programme, read_programme
from tests.programmes import write_programme

PROGRAMMES = Path(__file__).parents[2] / "fixtures" / "programmes"
NAMES = ("cci-2009", "cci-2012", "sqs-2013")

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(tmp_path: Path) -> ProgrammeDefinition:
    """The small programme, as read from its file."""
    return read_programme(write_programme(tmp_path))


def use(programme: Programme, slug: str) -> Inspection:
    """Return an inspection that uses `programme`."""
    area, _ = Area.objects.get_or_create(name="Anyshire", slug="anyshire")
    return Inspection.objects.create(
        slug=slug,
        programme=programme,
        area=area,
        region="Anywhere",
        country="england",
        service_title="YOT",
        service_name="Anyshire Youth Offending Team",
        manager_title="YOT Manager",
        fieldwork_start="2012-01",
        fieldwork_end="2012-02",
        chief_inspector="Chief Inspector",
    )


def count_rows() -> dict[str, int]:
    """Return how many rows of programmes there are, by model."""
    models: tuple[Any, ...] = (Programme, Section, Criterion, Fact, Question)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_is_got_back_the_same(name: str) -> None:
    definition = read_programme(PROGRAMMES / f"{name}.yaml")
    programme, outcome = store_programme(definition)
    assert outcome == Outcome.CREATED
    loaded = load_definition(Programme.objects.get(pk=programme.pk))
    assert loaded == definition
    assert programme.digest == digest_programme(loaded) == digest_programme(definition)


def test_ids_are_those_of_the_rows_in_order(small: ProgrammeDefinition) -> None:
    programme, _ = store_programme(small)
    questions = question_ids(programme)
    assert list(questions) == list(small.questions)
    assert dict(questions) == dict(programme.questions.values_list("code", "pk"))
    facts = fact_ids(programme)
    assert list(facts) == list(small.facts_by_key)
    assert dict(facts) == dict(programme.facts.values_list("key", "pk"))


@pytest.mark.parametrize("name", NAMES)
def test_loading_takes_five_queries_once(django_assert_num_queries: Any, name: str) -> None:
    pk = store_programme(read_programme(PROGRAMMES / f"{name}.yaml"))[0].pk
    programme = Programme.objects.get(pk=pk)
    with django_assert_num_queries(5):
        load_definition(programme)
    again = Programme.objects.get(pk=pk)
    with django_assert_num_queries(0):
        load_definition(again)
        question_ids(again)
        fact_ids(again)


def test_the_same_again_changes_nothing(small: ProgrammeDefinition) -> None:
    first, _ = store_programme(small)
    ids = dict(question_ids(first))
    second, outcome = store_programme(small)
    assert outcome == Outcome.UNCHANGED
    assert second == first
    assert Programme.objects.get().loaded_at == first.loaded_at
    assert dict(question_ids(second)) == ids


def test_an_unused_one_is_replaced_whole(small: ProgrammeDefinition) -> None:
    first, _ = store_programme(small)
    load_definition(first)
    changed = replace(
        small, short_title="Shorter", sections=small.sections[:1], contradictions=(), facts=()
    )
    second, outcome = store_programme(changed)
    assert outcome == Outcome.REPLACED
    assert second.pk == first.pk
    assert load_definition(Programme.objects.get()) == changed
    assert count_rows() == {"Programme": 1, "Section": 1, "Criterion": 2, "Fact": 0, "Question": 6}


def test_one_put_back_has_its_own_rows_and_not_those_remembered(
    small: ProgrammeDefinition,
) -> None:
    first, _ = store_programme(small)
    before = dict(question_ids(first))
    store_programme(replace(small, title="Another title"))
    programme, outcome = store_programme(small)
    assert outcome == Outcome.REPLACED
    assert programme.digest == first.digest
    after = dict(question_ids(Programme.objects.get()))
    assert after == dict(Question.objects.values_list("code", "pk"))
    assert set(after.values()).isdisjoint(before.values())


def test_one_that_was_rolled_back_is_not_remembered(small: ProgrammeDefinition) -> None:
    with transaction.atomic():
        store_programme(replace(small, title="Another title"))
        load_definition(store_programme(small)[0])
        transaction.set_rollback(True)
    programme, outcome = store_programme(small)
    assert outcome == Outcome.CREATED
    assert dict(question_ids(programme)) == dict(Question.objects.values_list("code", "pk"))


def test_one_in_use_is_not_changed(small: ProgrammeDefinition) -> None:
    programme, _ = store_programme(small)
    use(programme, "northshire-2012")
    use(programme, "anyshire-2012")
    rows = list(Question.objects.values())
    with pytest.raises(RefusedError) as caught:
        store_programme(replace(small, title="Another title"))
    assert str(caught.value) == (
        "small@1: is used by anyshire-2012, northshire-2012 and cannot change: "
        "make a new version of it"
    )
    assert Programme.objects.get().title == small.title
    assert list(Question.objects.values()) == rows


def test_one_in_use_may_be_stored_unchanged_and_in_a_new_version(
    small: ProgrammeDefinition,
) -> None:
    programme, _ = store_programme(small)
    use(programme, "anyshire-2012")
    assert store_programme(small) == (programme, Outcome.UNCHANGED)
    newer, outcome = store_programme(replace(small, version=2, title="Another title"))
    assert outcome == Outcome.CREATED
    assert load_definition(programme) == small
    assert load_definition(newer).title == "Another title"


def test_a_programme_is_found_by_slug_and_version(small: ProgrammeDefinition) -> None:
    store_programme(small)
    second, _ = store_programme(replace(small, version=2))
    assert find_programme("small@2") == second


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ("small@3", "no programme small@3 is loaded"),
        ("tiny@1", "no programme tiny@1 is loaded"),
        ("small", "a programme is named by slug and version, such as cci-2012@1, not 'small'"),
        ("small@0", "a programme is named by slug and version, such as cci-2012@1, not 'small@0'"),
        ("small@²", "a programme is named by slug and version, such as cci-2012@1, not 'small@²'"),
        ("", "a programme is named by slug and version, such as cci-2012@1, not ''"),
    ],
)
def test_an_unknown_programme_is_named(
    small: ProgrammeDefinition, identity: str, message: str
) -> None:
    store_programme(small)
    with pytest.raises(Programme.DoesNotExist) as caught:
        find_programme(identity)
    assert str(caught.value) == message
