"""Caseloads for tests: a small programme that samples are drawn under, files and stored cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cases.models import Caseload, CaseloadEntry, SampledCase, SampleDraw
from cases.sampling.drawing import Entry
from cases.sampling.opening import open_sample
from cases.sampling.storing import propose_sample, store_caseload
from inspections.catalogue import store_programme
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, Programme
from inspections.programmes import read_programme
from tests.casting import make_inspection, user_of
from tests.programmes import SMALL_PROGRAMME, write_programme

AS_AT = date(2026, 1, 5)
SEED = "a-seed"

FACTS = """\
- key: ethnicity
  label: Ethnicity
  type: choice
  choices:
  - {value: white, label: White}
  - {value: bme, label: Black and minority ethnic}
  - {value: not_recorded, label: Not recorded}
  group: case
  help: Broad group.
- key: sentence_family
  label: Sentence family
  type: choice
  choices:
  - {value: first_tier, label: First tier}
  - {value: community, label: Community}
  - {value: custody, label: Custody}
  group: case
  help: Family of sentences.
- key: case_status
  label: Status
  type: choice
  choices:
  - {value: current, label: Current}
  - {value: terminated, label: Terminated}
  group: case
  help: When the caseload was taken.
- key: rosh_by_yot
  label: Risk of serious harm
  type: choice
  choices:
  - {value: low, label: Low}
  - {value: medium, label: Medium}
  - {value: high, label: High}
  - {value: very_high, label: Very high}
  - {value: not_recorded, label: Not recorded}
  group: case
  help: As the service classified it.
"""

SAMPLING = """\
sampling:
  months: 12
  terminated: true
  strata: sentence_family
  status: case_status
  sizes:
  - {up_to: 20, cases: 8}
  - {up_to: null, cases: 12}
  minimums:
  - {label: High Risk of Harm, fact: rosh_by_yot, values: [high, very_high], percent: 10, cases: 1}
  - {label: Young women, fact: gender, values: [female], percent: 10, cases: 2}
  inference: Sizes and minimums are our inference.
"""

PROGRAMME = SMALL_PROGRAMME.replace("facts:\n", f"facts:\n{FACTS}", 1).replace(
    "bands:\n", f"{SAMPLING}bands:\n", 1
)
"""The small programme with what a caseload gives, and how a sample of it is drawn."""

HEADER = (
    "Case ref", "Start", "End", "Order type", "Sex", "Ethnic group", "RoSH", "Case worker",
)  # fmt: skip
COLUMNS: Mapping[str, str] = {
    "reference": "Case ref",
    "started_on": "Start",
    "ended_on": "End",
    "fact-sentence_family": "Order type",
    "fact-gender": "Sex",
    "fact-ethnicity": "Ethnic group",
    "fact-rosh_by_yot": "RoSH",
    "case_manager": "Case worker",
}


def load_programme() -> Programme:
    """Return the programme of this module, loaded from its file as any other."""
    return store_programme(read_definition())[0]


@cache
def read_definition(text: str = PROGRAMME) -> ProgrammeDefinition:
    """Return a programme as read from its file."""
    with TemporaryDirectory() as folder:
        return read_programme(write_programme(Path(folder), text))


def make_setting_up(area: str = "Anyshire") -> Inspection:
    """Return an inspection whose sample is still to be drawn."""
    programme = Programme.objects.filter(slug="small").first() or load_programme()
    return make_inspection(area, programme=programme)


def make_facts(**changes: str) -> dict[str, str]:
    """Return the facts of a case that counts towards no minimum."""
    return {
        "sentence_family": "community",
        "gender": "male",
        "ethnicity": "white",
        "rosh_by_yot": "low",
        "case_status": "current",
    } | changes


def make_entry(reference: str, *, days: int = 100, current: bool = True, **facts: str) -> Entry:
    """Return a case that began so many days before the date of the caseload."""
    return Entry(reference, AS_AT - timedelta(days=days), current, make_facts(**facts))


def make_entries(number: int, seed: int = 0) -> list[Entry]:
    """Return a caseload as services have them: all kinds of cases, a few of them too old."""
    chance = random.Random(seed)

    def pick(weights: Mapping[str, int]) -> str:
        return chance.choices(list(weights), list(weights.values()))[0]

    return [
        make_entry(
            f"YOS-{index:05}",
            days=chance.randrange(400),
            current=chance.random() < 0.7,
            sentence_family=pick({"first_tier": 50, "community": 40, "custody": 10}),
            gender=pick({"male": 85, "female": 15}),
            ethnicity=pick({"white": 85, "bme": 12, "not_recorded": 3}),
            rosh_by_yot=pick({"low": 60, "medium": 30, "high": 9, "very_high": 1}),
        )
        for index in range(number)
    ]


def write_caseload(entries: Sequence[Entry], manager: Callable[[int], str] = str) -> str:
    """Return entries as the file that a service might give."""
    family = {"first_tier": "Referral Order", "community": "YRO", "custody": "DTO"}
    ethnic = {"white": "White British", "bme": "Mixed", "not_recorded": "Not known"}
    lines = [
        (
            entry.reference,
            f"{entry.started_on:%d/%m/%Y}",
            "" if entry.current else f"{entry.started_on:%d/%m/%Y}",
            family[entry.facts["sentence_family"]],
            entry.facts["gender"][0].upper(),
            ethnic[entry.facts["ethnicity"]],
            entry.facts["rosh_by_yot"].replace("_", " ").capitalize(),
            manager(index),
        )
        for index, entry in enumerate(entries, start=1)
    ]
    return "".join(f"{','.join(line)}\r\n" for line in [HEADER, *lines])


def store(inspection: Inspection, entries: Sequence[Entry]) -> Caseload:
    """Store entries as the caseload of an inspection; each has a case manager of its own."""
    return store_caseload(
        inspection,
        [
            CaseloadEntry(
                reference=entry.reference,
                case_manager=f"cm-{index:02}",
                started_on=entry.started_on,
                ended_on=None if entry.current else AS_AT,
                current=entry.current,
                facts=dict(entry.facts),
            )
            for index, entry in enumerate(entries, start=1)
        ],
        as_at=AS_AT,
        columns=COLUMNS,
        by=user_of(inspection, "lead"),
    )


def draw(inspection: Inspection, seed: str = SEED) -> SampleDraw:
    """Draw a sample from the caseload of an inspection."""
    return propose_sample(inspection, by=user_of(inspection, "lead"), seed=seed)


def make_opened(entries: Sequence[Entry] | None = None, area: str = "Anyshire") -> Inspection:
    """Return an inspection whose sample is drawn and opened; of 30 cases unless given."""
    inspection = make_setting_up(area)
    store(inspection, make_entries(30) if entries is None else entries)
    draw(inspection)
    open_sample(inspection, SEED)
    return inspection


def sampled_of(inspection: Inspection, reference: str) -> SampledCase:
    """Return the drawn case that was opened as `reference`."""
    return SampledCase.objects.select_related("entry", "case", "replaced_by__case").get(
        draw__caseload__inspection=inspection, case__reference=reference
    )
