"""Programme files: what a sound one says, and what is said of a faulty one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.db.models import CharField

from cases.models import Judgement, RecordedFact
from inspections.conditions import CODE, KEY, find_path
from inspections.definition import (
    Band,
    Contradiction,
    FactDefinition,
    Grid,
    Option,
    Quantifier,
    QuestionDefinition,
    Theme,
)
from inspections.models import Criterion, Fact, Programme, Question, Section
from inspections.programmes import (
    NUMBER,
    ROW_KEY,
    SHORT_TITLE,
    SLUG,
    TITLE,
    describe_programme,
    digest_programme,
    read_programme,
)
from tests.programmes import SMALL_PROGRAMME, write_programme

PROGRAMMES = Path(__file__).parents[2] / "fixtures" / "programmes"


class TestSoundProgrammes:
    @pytest.mark.parametrize(
        ("name", "questions", "grids", "facts", "scoring"),
        [("cci-2012", 155, 8, 27, 149), ("cci-2009", 157, 8, 27, 148), ("sqs-2013", 35, 0, 17, 0)],
    )
    def test_the_programmes_of_the_framework_are_sound(
        self, name: str, questions: int, grids: int, facts: int, scoring: int
    ) -> None:
        definition = read_programme(PROGRAMMES / f"{name}.yaml")
        asked = definition.questions.values()
        assert definition.identity == f"{name}@1"
        assert len(asked) == questions
        assert sum(1 for question in asked if question.grid) == grids
        assert len(definition.facts) == facts
        assert sum(1 for question in asked if question.scores) == scoring

    def test_every_part_is_read(self, tmp_path: Path) -> None:
        definition = read_programme(write_programme(tmp_path))
        assert (definition.slug, definition.version, definition.kind) == ("small", 1, "cci")
        assert definition.title == "Small inspection of youth offending work"
        assert definition.short_title == "Small inspection"
        assert definition.scored is True
        assert (definition.sample_min, definition.sample_max) == (1, 20)
        assert definition.bands == (
            Band("MINIMUM", 75),
            Band("MODERATE", 60),
            Band("SUBSTANTIAL", 45),
            Band("DRASTIC", 0),
        )
        assert definition.themes[1] == Theme("risk_of_harm", "Risk of Harm", "RoH", True)
        assert definition.quantifiers[1] == Quantifier("a minority", 1, 49)
        assert definition.grids[0] == Grid(
            "agencies", "Agencies", (Option("a", "Social care"), Option("b", "Health"))
        )
        assert definition.facts_by_key["gender"] == FactDefinition(
            key="gender",
            label="Gender",
            type="choice",
            choices=(Option("female", "Female"), Option("male", "Male")),
            group="case",
            help="As the service recorded it.",
            implies=(),
        )
        assert definition.facts_by_key["plan_required"].implies == ("safeguarding_need",)
        assert definition.contradictions == (
            Contradiction(
                (("1.2.03", "sufficient"), ("2.1.01", "insufficient")),
                "The risk was managed, yet the work was not delivered.",
            ),
        )
        assert [section.number for section in definition.sections] == ["1", "2"]
        assert list(definition.criteria) == ["1.1", "1.2", "2.1"]
        assert definition.criteria["1.1"].statement == "Risk is assessed well and in time."
        assert definition.questions["1.1.03"] == QuestionDefinition(
            code="1.1.03",
            topic="Analysis",
            text="Was the screening good enough?",
            guidance="Compare it with what was known.",
            applies_when=({"question": "1.1.02", "answer": "sufficient"},),
            scoring="question",
            key_for=(),
            grid="",
            outcome_fact=False,
            allow_na=False,
            na_when="",
            reasons=(
                Option("too_short", "Too short"),
                Option("victims_left_out", "Victims left out"),
            ),
        )
        assert definition.questions["1.2.03"].applies_when == (
            {
                "any": [
                    {"fact": "plan_required"},
                    {"fact": "risk_level", "is": ["high", "very_high"]},
                ]
            },
        )

    def test_what_is_left_out_has_its_default(self, tmp_path: Path) -> None:
        data = yaml.safe_load(SMALL_PROGRAMME)
        del data["contradictions"]
        data |= {"sample_min": None, "sample_max": None}
        criterion = data["sections"][1]["criteria"][0]
        criterion["statement"] = None
        for key in ("topic", "guidance", "key_for", "allow_na", "na_when"):
            del criterion["questions"][0][key]
        text = yaml.safe_dump(data)
        definition = read_programme(write_programme(tmp_path, text))
        question = definition.questions["2.1.01"]
        assert (question.topic, question.guidance) == ("Working together", "")
        assert question.applies_when == ()
        assert definition.criteria["2.1"].statement is None
        assert definition.contradictions == ()
        assert (definition.sample_min, definition.sample_max) == (None, None)

    def test_conduct_may_be_key_though_it_does_not_score(self) -> None:
        definition = read_programme(PROGRAMMES / "cci-2009.yaml")
        question = definition.questions["3.1.09"]
        assert (question.scores, question.outcome_fact) == (False, True)
        assert question.key_for == ("likelihood_of_reoffending",)


class TestDigest:
    def test_equal_programmes_have_equal_digests(self, tmp_path: Path) -> None:
        first = read_programme(write_programme(tmp_path))
        rewritten = "# With a comment\n" + SMALL_PROGRAMME.replace("version: 1", "version:   1")
        second = read_programme(write_programme(tmp_path, rewritten))
        assert first == second
        assert digest_programme(first) == digest_programme(second)

    def test_any_change_changes_the_digest(self, tmp_path: Path) -> None:
        definition = read_programme(write_programme(tmp_path))
        changed = [
            replace(definition, short_title="Another"),
            replace(definition, bands=definition.bands[1:]),
            replace(definition, facts=definition.facts[::-1]),
            replace(definition, sections=definition.sections[:1]),
        ]
        digests = {digest_programme(other) for other in (definition, *changed)}
        assert len(digests) == 5

    def test_the_description_is_the_whole_as_plain_values(self, tmp_path: Path) -> None:
        described = describe_programme(read_programme(write_programme(tmp_path)))
        assert json.loads(json.dumps(described)) == described
        assert described["quantifiers"][1] == {"words": "a minority", "low": 1, "high": 49}
        question = described["sections"][1]["criteria"][0]["questions"][1]
        assert question == {
            "code": "2.1.02",
            "topic": "Delivery",
            "text": "Did the service and each agency work together?",
            "guidance": "Answer for each agency involved.",
            "applies_when": [{"fact": "community"}],
            "scoring": "rows",
            "key_for": ["safeguarding"],
            "grid": "agencies",
            "outcome_fact": False,
            "allow_na": True,
            "na_when": "The agency was not involved",
            "reasons": [],
        }


def test_a_path_is_found_if_there_is_one() -> None:
    edges = {"a": ["b", "c"], "b": ["d"], "c": ["a"], "d": ["d"]}
    assert find_path(edges, "a", "d") == ["a", "b", "d"]
    assert find_path(edges, "a", "a") == ["a", "c", "a"]
    assert find_path(edges, "d", "d") == ["d", "d"]
    assert find_path(edges, "d", "a") == []


def test_texts_fit_where_they_are_stored() -> None:
    limits = [
        (SLUG, Programme, "slug"),
        (TITLE, Programme, "title"),
        (SHORT_TITLE, Programme, "short_title"),
        (NUMBER, Section, "number"),
        (TITLE, Section, "title"),
        (NUMBER, Criterion, "number"),
        (TITLE, Criterion, "title"),
        (KEY, Fact, "key"),
        (TITLE, Fact, "label"),
        (KEY, RecordedFact, "value"),
        (CODE, Question, "code"),
        (TITLE, Question, "topic"),
        (KEY, Question, "grid"),
        (ROW_KEY, Judgement, "row"),
    ]
    for form, model, name in limits:
        field = model._meta.get_field(name)
        assert isinstance(field, CharField)
        assert form.limit == field.max_length, f"{model.__name__}.{name}"
