"""A small sound bundle for tests, and ways to spoil it.

It is of the small programme, with two cases: everything applies to the first but custody, and to
the second but community; the second is not finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps

from inspections.problems import RefusedError
from reports.bundle import import_inspection

HEADING = """\
programme: small@1
slug: anyshire-2026
area: Anyshire
region: East of England
country: england
service_title: YOS
service_name: Anyshire Youth Offending Service
manager_title: Head of Service
isbn: 978-1-84099-522-0
fieldwork_start: 2026-01-12
fieldwork_end: 2026-01-23
publication_date: 2026-05
chief_inspector: HM Chief Inspector of Probation
caseload: 120
team:
- {key: lead, role: lead_inspector, name: Lead inspector}
- {key: inspector, role: inspector, name: Inspector}
- {key: local, role: local_assessor, name: Local assessor, home_area: Otherton}
- {key: support, role: support_staff, name: Support officer}
comparators:
  scope: the regions inspected so far
  as_of: 2026-04
  safeguarding: {lowest: 30, highest: 90, average: 60}
  risk_of_harm: {lowest: 40, highest: 80, average: 40}
"""

CASES = """\
reference,assessor,case_manager,gender,looked_after,custody,community,risk_level,safeguarding_need,plan_required
A-1,inspector,cm-1,male,no,no,yes,high,yes,no
A-2,local,,female,yes,yes,no,low,,
"""

JUDGEMENTS = """\
case_reference,question_code,row,answer,assessor,reasons,evidence
A-1,1.1.01,,sufficient,inspector,,
A-1,1.1.02,,sufficient,inspector,,
A-1,1.1.03,,insufficient,lead,too_short;victims_left_out,"One line, and no more."
A-1,1.2.02,,sufficient,inspector,,
A-1,1.2.03,,sufficient,inspector,,
A-1,2.1.01,,not_applicable,inspector,,
A-1,2.1.02,a,sufficient,inspector,,
A-1,2.1.02,b,not_applicable,inspector,,
A-1,2.1.03,a,insufficient,inspector,,
A-1,2.1.03,b,sufficient,inspector,,
A-1,2.1.03,c,sufficient,inspector,,
A-2,1.1.01,,insufficient,local,,
A-2,1.2.01,,not_applicable,local,,
"""

REPORT = """\
language: en
foreword: |
  Anyshire was inspected in January 2026.

  Of [[cases]] cases, screenings were done in [[1.1.01:count]].
signed_month: 2026-05
sections:
  "1":
    commentary: |
      Plans were made in time.
criteria:
  "1.1":
    strengths: ["Screenings were completed in [[1.1.01]] of cases."]
    areas_for_improvement:
    - Few were good enough.
recommendations:
- {text: "screenings are done well", owner: Head of Service, group: higher_proportion}
- {text: "staff are trained", owner: Head of Service, group: furthermore}
examples:
- {section: "1", criterion: "1.1", text: "A screening done twice."}
- {section: "2", text: "Work with a school."}
service_users:
  children:
    respondents: 80
    items: {knew_why: {count: 78, of: 80}, felt_afraid: {count: 0, of: 80}}
    findings: ["[[survey children.knew_why]] knew why they came."]
  victims: {respondents: 0}
context:
  area: ["Anyshire has two towns."]
  service: ["The service has three offices."]
"""

CANONICAL_HEADING = """\
programme: "small@1"
slug: anyshire-2026
area: "Anyshire"
region: "East of England"
country: england
service_title: "YOS"
service_name: "Anyshire Youth Offending Service"
manager_title: "Head of Service"
isbn: "978-1-84099-522-0"
fieldwork_start: "2026-01-12"
fieldwork_end: "2026-01-23"
publication_date: "2026-05"
chief_inspector: "HM Chief Inspector of Probation"
caseload: 120
team:
  - key: lead
    role: lead_inspector
    name: "Lead inspector"
  - key: inspector
    role: inspector
    name: "Inspector"
  - key: local
    role: local_assessor
    name: "Local assessor"
    home_area: "Otherton"
  - key: support
    role: support_staff
    name: "Support officer"
comparators:
  scope: "the regions inspected so far"
  as_of: "2026-04"
  safeguarding:
    lowest: 30
    highest: 90
    average: 60
  risk_of_harm:
    lowest: 40
    highest: 80
    average: 40
"""

CANONICAL_REPORT = """\
language: en
foreword: |
  Anyshire was inspected in January 2026.

  Of [[cases]] cases, screenings were done in [[1.1.01:count]].
signed_month: "2026-05"
sections:
  "1":
    commentary: |
      Plans were made in time.
criteria:
  "1.1":
    strengths:
      - "Screenings were completed in [[1.1.01]] of cases."
    areas_for_improvement:
      - "Few were good enough."
recommendations:
  - text: "screenings are done well"
    owner: "Head of Service"
    group: higher_proportion
  - text: "staff are trained"
    owner: "Head of Service"
    group: furthermore
examples:
  - section: "1"
    criterion: "1.1"
    text: "A screening done twice."
  - section: "2"
    text: "Work with a school."
service_users:
  children:
    respondents: 80
    items:
      felt_afraid:
        count: 0
        of: 80
      knew_why:
        count: 78
        of: 80
    findings:
      - "[[survey children.knew_why]] knew why they came."
  victims:
    respondents: 0
context:
  area:
    - "Anyshire has two towns."
  service:
    - "The service has three offices."
"""

FILES = {
    "inspection.yaml": HEADING,
    "cases.csv": CASES,
    "judgements.csv": JUDGEMENTS,
    "report.yaml": REPORT,
}

Change = tuple[str, str, str]
"""In this file, this text, which stands there once, and what is put in its place."""


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """Return `folder`, made, with these files in it, exactly as given."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def write_bundle(folder: Path, changes: Iterable[Change] = ()) -> Path:
    """Return `folder`, made, with the sound bundle in it but for `changes`."""
    files = dict(FILES)
    for name, old, new in changes:
        assert files[name].count(old) == 1, f"{old!r} is not in {name} once"
        files[name] = files[name].replace(old, new)
    return write_files(folder, files)


def count_rows() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def refuse(folder: Path) -> list[str]:
    """Return what is said of the bundle in `folder`, which must be refused with nothing stored."""
    before = count_rows()
    with pytest.raises(RefusedError) as refused:
        import_inspection(folder)
    assert count_rows() == before
    return [str(problem) for problem in refused.value.problems]
