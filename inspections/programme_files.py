"""Writing a programme as a file, which `read_programme` reads back as the same programme."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import yaml

from inspections.definition import (
    FactDefinition,
    Option,
    ProgrammeDefinition,
    QuestionDefinition,
    SamplingMethod,
)

Document = dict[str, Any]


def write_programme(definition: ProgrammeDefinition) -> str:
    """Return `definition` as the text of a programme file, what may be left out left out."""
    text: str = yaml.dump(
        _describe(definition),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=sys.maxsize,
    )
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write a value again wherever it stands: aliases are not read."""
        return True


def _describe(definition: ProgrammeDefinition) -> Document:
    document: Document = {
        "slug": definition.slug,
        "version": definition.version,
        "title": definition.title,
        "short_title": definition.short_title,
        "kind": definition.kind,
        "scored": definition.scored,
        "sample_min": definition.sample_min,
        "sample_max": definition.sample_max,
        "bands": [{"label": band.label, "floor": band.floor} for band in definition.bands],
        "themes": [
            {
                "key": theme.key,
                "title": theme.title,
                "short": theme.short,
                "bears_on_early_reinspection": theme.bears_on_early_reinspection,
            }
            for theme in definition.themes
        ],
        "quantifiers": [
            {"words": quantifier.words, "from": quantifier.low, "to": quantifier.high}
            for quantifier in definition.quantifiers
        ],
        "grids": [
            {"key": grid.key, "title": grid.title, "rows": _describe_options(grid.rows)}
            for grid in definition.grids
        ],
        "facts": [_describe_fact(fact) for fact in definition.facts],
        "contradictions": [
            {
                "when": [{"question": code, "answer": answer} for code, answer in item.when],
                "message": item.message,
            }
            for item in definition.contradictions
        ],
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "criteria": [
                    {
                        "number": criterion.number,
                        "title": criterion.title,
                        "statement": criterion.statement,
                        "questions": [_describe_question(q) for q in criterion.questions],
                    }
                    for criterion in section.criteria
                ],
            }
            for section in definition.sections
        ],
    }
    if definition.sampling is not None:
        document["sampling"] = _describe_sampling(definition.sampling)
    return document


def _describe_options(options: Sequence[Option], key: str = "key") -> list[Document]:
    return [{key: option.key, "label": option.label} for option in options]


def _describe_fact(fact: FactDefinition) -> Document:
    document: Document = {"key": fact.key, "label": fact.label, "type": fact.type}
    if fact.type == "choice":
        document["choices"] = _describe_options(fact.choices, "value")
    document |= {"group": fact.group, "help": fact.help}
    return document | _leave_out_empty({"implies": list(fact.implies)})


def _describe_question(question: QuestionDefinition) -> Document:
    document = {"code": question.code, "topic": question.topic, "text": question.text}
    return document | _leave_out_empty(
        {
            "guidance": question.guidance,
            "applies_when": list(question.applies_when),
            "scoring": question.scoring,
            "key_for": list(question.key_for),
            "grid": question.grid,
            "outcome_fact": question.outcome_fact,
            "allow_na": question.allow_na,
            "na_when": question.na_when,
            "reasons": _describe_options(question.reasons),
        }
    )


def _describe_sampling(method: SamplingMethod) -> Document:
    return {
        "months": method.months,
        "terminated": method.terminated,
        "strata": method.strata,
        **_leave_out_empty({"status": method.status}),
        "sizes": [{"up_to": size.up_to, "cases": size.cases} for size in method.sizes],
        "minimums": [
            {
                "label": minimum.label,
                "fact": minimum.fact,
                "values": list(minimum.values),
                "percent": minimum.percent,
                "cases": minimum.cases,
            }
            for minimum in method.minimums
        ],
        **_leave_out_empty({"inference": method.inference}),
    }


def _leave_out_empty(document: Document) -> Document:
    return {key: value for key, value in document.items() if value}
