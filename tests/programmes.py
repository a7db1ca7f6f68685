"""A small programme with one of everything, for tests that need no particular one.

It holds a chain of gates (1.1.01 > 1.1.02 > 1.1.03), conditions on facts (one alone, and two of
which any is enough), an answer that may be not applicable, reasons, a question key for two themes,
a question that is in no score, a grid scored by rows and a grid in no score.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from inspections.catalogue import store_programme
from inspections.models import Programme
from inspections.programmes import read_programme

SMALL_PROGRAMME = """\
slug: small
version: 1
title: Small inspection of youth offending work
short_title: Small inspection
kind: cci
scored: true
sample_min: 1
sample_max: 20
bands:
- {label: MINIMUM, floor: 75}
- {label: MODERATE, floor: 60}
- {label: SUBSTANTIAL, floor: 45}
- {label: DRASTIC, floor: 0}
themes:
- {key: safeguarding, title: Safeguarding, short: SG, bears_on_early_reinspection: true}
- {key: risk_of_harm, title: Risk of Harm, short: RoH, bears_on_early_reinspection: true}
quantifiers:
- {words: none, from: 0, to: 0}
- {words: a minority, from: 1, to: 49}
- {words: half, from: 50, to: 50}
- {words: a majority, from: 51, to: 99}
- {words: all, from: 100, to: 100}
grids:
- key: agencies
  title: Agencies
  rows:
  - {key: a, label: Social care}
  - {key: b, label: Health}
- key: factors
  title: Factors
  rows:
  - {key: a, label: Family}
  - {key: b, label: School}
  - {key: c, label: Friends}
facts:
- key: gender
  label: Gender
  type: choice
  choices:
  - {value: female, label: Female}
  - {value: male, label: Male}
  group: case
  help: As the service recorded it.
- key: looked_after
  label: Looked after child
  type: boolean
  group: case
  help: At any time in the period.
- key: custody
  label: Custodial phase inspected
  type: boolean
  group: case
  help: Work during custody is inspected.
- key: community
  label: Community phase inspected
  type: boolean
  group: case
  help: Work in the community is inspected.
- key: risk_level
  label: Level of risk
  type: choice
  choices:
  - {value: low, label: Low}
  - {value: high, label: High}
  - {value: very_high, label: Very high}
  group: screening
  help: In your own judgement.
- key: safeguarding_need
  label: Safeguarding needs
  type: boolean
  group: screening
  help: In your own judgement.
- key: plan_required
  label: Safeguarding plan required
  type: boolean
  group: screening
  help: In your own judgement.
  implies:
  - safeguarding_need
contradictions:
- when:
  - {question: '1.2.03', answer: sufficient}
  - {question: '2.1.01', answer: insufficient}
  message: The risk was managed, yet the work was not delivered.
sections:
- number: '1'
  title: Assessment and planning
  criteria:
  - number: '1.1'
    title: Risk
    statement: Risk is assessed well and in time.
    questions:
    - code: '1.1.01'
      topic: Screening
      text: Was a screening completed?
      guidance: Count it only if it can be seen in the record.
      scoring: question
      key_for: [safeguarding, risk_of_harm]
    - code: '1.1.02'
      topic: Screening
      text: Was the screening completed in time?
      guidance: Use the timescale of the day.
      applies_when:
      - {question: '1.1.01', answer: sufficient}
      scoring: question
      key_for: [risk_of_harm]
    - code: '1.1.03'
      topic: Analysis
      text: Was the screening good enough?
      guidance: Compare it with what was known.
      applies_when:
      - {question: '1.1.02', answer: sufficient}
      scoring: question
      reasons:
      - {key: too_short, label: Too short}
      - {key: victims_left_out, label: Victims left out}
  - number: '1.2'
    title: Planning
    statement: Plans are made for every need.
    questions:
    - code: '1.2.01'
      topic: Plans
      text: Was the plan for custody good enough?
      guidance: Look at what each side was to do.
      applies_when:
      - {fact: custody}
      scoring: question
      allow_na: true
      na_when: The time in custody was too short
    - code: '1.2.02'
      topic: Plans
      text: Has the young person kept to the plan?
      guidance: This is about conduct, not about work.
      scoring: none
      outcome_fact: true
    - code: '1.2.03'
      topic: Plans
      text: Did the plan manage the risk?
      guidance: Look for who does what.
      applies_when:
      - any:
        - {fact: plan_required}
        - {fact: risk_level, is: [high, very_high]}
      scoring: question
      key_for: [risk_of_harm]
- number: '2'
  title: Delivery
  criteria:
  - number: '2.1'
    title: Working together
    statement: Services work together.
    questions:
    - code: '2.1.01'
      topic: Delivery
      text: Was the planned work delivered?
      guidance: Look at the contacts.
      scoring: question
      key_for: [safeguarding]
      allow_na: true
      na_when: No work was due yet
    - code: '2.1.02'
      topic: Delivery
      text: Did the service and each agency work together?
      guidance: Answer for each agency involved.
      applies_when:
      - {fact: community}
      scoring: rows
      key_for: [safeguarding]
      grid: agencies
      allow_na: true
      na_when: The agency was not involved
    - code: '2.1.03'
      topic: Factors
      text: Did the work address each factor?
      guidance: Answer for each factor that matters here.
      scoring: none
      grid: factors
      allow_na: true
      na_when: The factor does not matter here
"""


def write_programme(folder: Path, text: str = SMALL_PROGRAMME) -> Path:
    """Return the path of a programme file in `folder` that holds `text`."""
    path = folder / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load_small_programme() -> Programme:
    """Return the small programme, loaded from its file as any other."""
    with TemporaryDirectory() as folder:
        return store_programme(read_programme(write_programme(Path(folder))))[0]
