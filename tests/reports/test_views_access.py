"""Every page of reports for every role: what it answers, and that it does nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from inspections.models import Inspection
from jobs.models import Job
from reports.models import Publication
from tests.casting import make_administrator, make_manager, make_user, user_of
from tests.reports.stages import (
    ISSUE,
    ISSUE_PDF,
    REPORT,
    client_of,
    lead_another,
    make_issued,
    make_preview,
    make_ready,
)

pytestmark = pytest.mark.django_db

PAGES = {
    "report": REPORT,
    "draft": f"{REPORT}draft/",
    "draft PDF": f"{REPORT}draft.pdf",
    "question": f"{REPORT}publish/",
    "list": "/reports/",
    "issue": ISSUE,
    "issue as page": f"{ISSUE}read/",
    "issue PDF": ISSUE_PDF,
    "progress": "/jobs/{job}/",
}
ACTIONS = {
    "prepare the draft": f"{REPORT}prepare/",
    "publish": f"{REPORT}publish/",
    "retry": f"{REPORT}retry/",
    "discard": f"{REPORT}discard/",
}
DRAFT_PAGES = ("report", "draft", "draft PDF", "question")
ISSUE_PAGES = ("issue", "issue as page", "issue PDF")


def statuses(drafts: int, issues: int, progress: int, actions: int) -> dict[str, int]:
    return {
        **dict.fromkeys(DRAFT_PAGES, drafts),
        "list": 302 if issues == 302 else 200,
        **dict.fromkeys(ISSUE_PAGES, issues),
        "progress": progress,
        **dict.fromkeys(ACTIONS, actions),
    }


ROLES: dict[str, tuple[Callable[[Inspection], User | None], dict[str, int]]] = {
    "lead inspector": (lambda i: user_of(i, "lead"), statuses(200, 200, 200, 302)),
    "inspector": (lambda i: user_of(i, "inspector"), statuses(403, 200, 404, 403)),
    "practice assessor": (lambda i: user_of(i, "practice-assessor"), statuses(403, 200, 404, 403)),
    "local assessor": (lambda i: user_of(i, "local-assessor"), statuses(403, 200, 404, 403)),
    "support staff": (lambda i: user_of(i, "support"), statuses(404, 200, 404, 404)),
    "manager": (lambda i: make_manager(), statuses(404, 200, 404, 404)),
    "administrator": (lambda i: make_administrator(), statuses(404, 200, 404, 404)),
    "lead inspector elsewhere": (lambda i: lead_another(), statuses(404, 404, 404, 404)),
    "manager elsewhere": (lambda i: make_manager("Otherton"), statuses(404, 404, 404, 404)),
    "somebody new": (lambda i: make_user("newcomer"), statuses(404, 404, 404, 404)),
    "visitor": (lambda i: None, statuses(302, 302, 302, 302)),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_page_answers_each_role(role: str) -> None:
    inspection = make_ready()
    make_issued(inspection)
    make_preview(inspection)
    find_user, expected = ROLES[role]
    client = client_of(find_user(inspection))
    job = Job.objects.get()
    before = stored()

    answered = {name: client.get(url.format(job=job.pk)).status_code for name, url in PAGES.items()}
    assert stored() == before
    answered |= {
        name: client.post(url, {"issue": "2"}).status_code for name, url in ACTIONS.items()
    }
    assert answered == expected
    assert (stored() == before) is (role != "lead inspector")


def stored() -> tuple[list[object], list[object]]:
    return list(Publication.objects.values("number")), list(Job.objects.values("kind", "status"))


@pytest.mark.parametrize("name", [*PAGES, *ACTIONS])
def test_a_visitor_is_asked_to_sign_in(name: str) -> None:
    url = (PAGES | ACTIONS)[name].format(job=1)
    response = client_of(None).post(url) if name in ACTIONS else client_of(None).get(url)
    assert response.headers["Location"] == f"/accounts/login/?next={url}"


@pytest.mark.parametrize("name", PAGES)
def test_pages_only_show(name: str) -> None:
    inspection = make_ready()
    make_issued(inspection)
    make_preview(inspection)
    client = client_of(user_of(inspection, "lead"))
    url = PAGES[name].format(job=Job.objects.get().pk)
    methods = ("put", "patch", "delete") if name == "question" else ("post", "put", "delete")
    assert [getattr(client, method)(url).status_code for method in methods] == [405, 405, 405]
    assert client.head(url).status_code == 200


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_done_by_following_a_link(name: str) -> None:
    inspection = make_ready()
    client = client_of(user_of(inspection, "lead"))
    assert client.get(ACTIONS[name]).status_code == (200 if name == "publish" else 405)
    assert stored() == ([], [])


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_done_for_another_site(name: str) -> None:
    inspection = make_ready()
    client = client_of(user_of(inspection, "lead"))
    client.handler.enforce_csrf_checks = True
    assert client.post(ACTIONS[name], {"issue": "1"}).status_code == 403
    assert stored() == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "/inspections/nowhere-2026/report/",
        "/reports/nowhere-2026/1/",
        "/reports/anyshire-2026/0/",
        "/reports/anyshire-2026/2/",
        "/reports/anyshire-2026/99999999999999999999/",
        "/reports/anyshire-2026/99999999999999999999.pdf",
        "/reports/anyshire-2026/-1/",
        "/reports/anyshire-2026/1.html",
        "/reports/any%00shire/1/",
    ],
)
def test_what_is_not_there_is_not_found(url: str) -> None:
    inspection = make_ready()
    make_issued(inspection)
    for user in (user_of(inspection, "lead"), make_administrator()):
        assert client_of(user).get(url).status_code == 404
