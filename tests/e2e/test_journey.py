"""The whole way, from the first judgement to the file that the manager of the service keeps.

The site and the worker are processes of their own here, with a broker between them, as they are
on a machine that is really used.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inspections.models import Inspection
from jobs.models import Job
from reports.demonstration import seed_demonstration
from reports.models import Narrative, Publication, PublishedDocument
from tests.casting import FACTS, make_case, make_inspection, make_manager, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, note, press
from tests.jobs.databases import opened_to_others
from tests.jobs.workers import ROOT, kill_outright, running_worker, wait_until
from tests.reports.stages import make_issued, make_pending, make_preview, make_ready

pytestmark = pytest.mark.slow

HEADLINES = [(60, "MODERATE"), (49, "SUBSTANTIAL"), (67, "MODERATE")]
"""Those of Hertfordshire, as published."""
WORK = 60_000  # milliseconds that rendering may take on a busy machine


@pytest.fixture
def environment(transactional_db: None, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """What the site and the worker must be told: one database, one folder of messages."""
    with opened_to_others(tmp_path) as database:
        yield {
            "DATABASE_URL": database,
            "VAR_DIR": str(tmp_path),
            "CELERY_BROKER_URL": "filesystem://localhost/",
        }


@pytest.fixture
def server(environment: Mapping[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of the site, in place of the one that lives in this process."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = tmp_path / "site.log"
    command = ("manage.py", "runserver", "--noreload", "--insecure", address)
    with log.open("wb") as output:
        site = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: _answers(f"http://{address}/healthz"), log)
        yield f"http://{address}"
    finally:
        kill_outright(site)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def worker(server: str, environment: Mapping[str, str], tmp_path: Path) -> Iterator[None]:
    """A worker, which takes what the site sends."""
    with running_worker(tmp_path / "worker.log", environment):
        yield


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow a link in the main part of the page, or a button that is one."""
    main = page.locator("main")
    main.get_by_role("link", name=name, exact=True).or_(
        main.get_by_role("button", name=name, exact=True)
    ).click()


def check_heading(page: Page, heading: str | re.Pattern[str]) -> None:
    """Check the page, once it is the one with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    check_loaded(page)


def check_loaded(page: Page) -> None:
    """Check the page, once its style sheets are there."""
    page.wait_for_load_state()
    check_page(page)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def download(page: Page, name: re.Pattern[str]) -> tuple[str, bytes]:
    """Return name and content of the file behind a link or button."""
    main = page.locator("main")
    with page.expect_download() as download:
        main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def read_pdf(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


class TestFromJudgementToDownload:
    @pytest.fixture
    def inspection(self, server: str) -> Inspection:
        """Two cases, one of them not begun; another inspection is published already."""
        make_issued(make_ready("Othershire"))
        inspection = make_inspection()
        make_case(inspection, "ANY-001", facts={})
        make_case(inspection, "ANY-002", answers={"1.1.01": "insufficient"}, rest="sufficient")
        foreword = "Screening was sufficient in [[1.1.01:both]]."
        Narrative.objects.create(inspection=inspection, document={"foreword": foreword})
        return inspection

    def test_the_whole_way(self, open_page: OpenPage, inspection: Inspection, worker: None) -> None:
        page = open_page()
        judge_the_last_case(page, user_of(inspection, "inspector"))
        publish_the_report(page, user_of(inspection, "lead"))
        take_the_report(open_page(), make_manager())


def judge_the_last_case(page: Page, inspector: User) -> None:
    """An inspector records the facts of a case and judges it, and has nothing else to do there."""
    page.goto("/")
    check_heading(page, "Sign in")
    sign_in(page, inspector)
    check_heading(page, "Inspections")
    follow(page, "Anyshire")
    check_heading(page, re.compile("Anyshire"))
    expect(page.locator("main").get_by_role("link", name="Scorecard")).to_have_count(0)
    follow(page, "Cases")
    check_loaded(page)
    follow(page, "ANY-001")
    check_heading(page, re.compile("Case ANY-001$"))

    follow(page, re.compile("^Facts of the case"))
    check_loaded(page)
    for key, value in FACTS.items():
        page.locator(f"input[name={key}][value={value}]").check()
    press(page, "Save and go back to the case")
    check_heading(page, re.compile("Case ANY-001$"))

    follow(page, "Screening")
    choose(page, "1.1.01", "Yes")
    choose(page, "1.1.02", "Yes")
    note(page, "1.1.02").fill("Signed two days after.")
    check_loaded(page)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Analysis")
    choose(page, "1.1.03", "No")
    page.get_by_label("Victims left out").check()
    check_loaded(page)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plans")
    choose(page, "1.2.02", "Yes")
    choose(page, "1.2.03", "No")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delivery")
    choose(page, "2.1.01", "Yes")
    choose(page, "2.1.02-a", "Yes")
    choose(page, "2.1.02-b", "Not applicable")
    check_loaded(page)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Factors")
    for row in "abc":
        choose(page, f"2.1.03-{row}", "Yes")
    press(page, "Save and go back to the case")
    check_heading(page, re.compile("Case ANY-001$"))
    expect(page.locator("main")).to_contain_text("11 of 11 questions")
    sign_out(page)


def publish_the_report(page: Page, lead: User) -> None:
    """The lead inspector sees what it came to, reads the draft, and publishes."""
    sign_in(page, lead)
    follow(page, "Anyshire")
    follow(page, "Scorecard")
    check_heading(page, re.compile("Scorecard"))
    boxes = page.locator(".app-score-grid .app-score")
    expect(boxes).to_contain_text(["Safeguarding: 86%", "Risk of Harm: 60%"])
    expect(boxes).to_contain_text(["MINIMUM", "MODERATE"])
    page.get_by_role("link", name="Anyshire 2026").click()
    follow(page, "Report")
    check_heading(page, re.compile("Report"))
    expect(page.locator("main")).to_contain_text(
        "Ready 2 cases. Nothing keeps the report from being published."
    )
    follow(page, "Read the draft as a web page")
    check_heading(page, re.compile("Draft report on Anyshire"))
    expect(page.locator("main")).to_contain_text("Screening was sufficient in 1 out of 2 (50%).")
    page.go_back()

    press(page, "Prepare the draft as PDF")
    expect(page.get_by_text("You can leave this page and come back to it.")).to_be_visible()
    expect(page.get_by_role("link", name="Download the draft as PDF")).to_be_visible(timeout=WORK)
    check_loaded(page)
    name, pdf = download(page, re.compile("Download the draft as PDF"))
    assert name == "anyshire-2026-draft.pdf"
    assert "DRAFT" in read_pdf(pdf)

    follow(page, "Publish the report")
    check_heading(page, re.compile("Publish the report"))
    expect(boxes).to_contain_text(["Safeguarding 86%", "Risk of Harm 60%"])
    press(page, "Publish now")
    expect(page.get_by_role("alert")).to_contain_text("Issue 1 is frozen and being prepared.")
    expect(page.get_by_role("heading", name="Issue 1")).to_be_visible()
    check_loaded(page)
    # From here the page keeps itself up to date.
    expect(page.get_by_role("row", name="Issue 1")).to_contain_text("Lead inspector", timeout=WORK)
    expect(page.locator("main")).to_contain_text("Published 2 cases. Issue 1 can be downloaded.")
    check_loaded(page)
    follow(page, "Issue 1")
    check_heading(page, re.compile("Report on Anyshire"))
    sign_out(page)


def take_the_report(page: Page, manager: User) -> None:
    """The manager finds the report on their own service and nothing else, and downloads it."""
    sign_in(page, manager)
    check_heading(page, "Published reports")
    expect(page.locator("main").get_by_role("link")).to_have_text(["Anyshire"])
    follow(page, "Anyshire")
    check_heading(page, re.compile("Report on Anyshire"))
    fingerprint = page.locator(".app-hash").text_content() or ""
    name, pdf = download(page, re.compile("Download the report"))
    assert name == "anyshire-2026-issue-1.pdf"
    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).hexdigest() == fingerprint.strip()
    text = read_pdf(pdf)
    assert "Screening was sufficient in 1 out of 2 (50%)." in text
    assert "DRAFT" not in text
    follow(page, "Read it as a web page")
    check_heading(page, re.compile("Report on Anyshire"))
    expect(page.locator("main")).to_contain_text("Screening was sufficient in 1 out of 2 (50%).")
    for url in ("/reports/othershire-2026/1/", "/reports/othershire-2026/1.pdf"):
        response = page.goto(url)
        assert response is not None
        assert response.status == 404


def test_a_report_is_published_without_scripts(
    open_page: OpenPage, server: str, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """Nothing moves of itself then: a link asks again, and in the end leads on."""
    inspection = make_ready()
    page = open_page(scripts=False)
    sign_in(page, user_of(inspection, "lead"))
    page.goto("/inspections/anyshire-2026/report/publish/")
    press(page, "Publish now")
    expect(page.get_by_text("Issue 1 is frozen and being prepared.")).to_be_visible()
    expect(page.get_by_text("Waiting to start.")).to_be_visible()
    follow(page, "Check again")
    expect(page.get_by_role("heading", level=1)).to_have_text("Preparing the report")
    follow(page, "Check again")
    expect(page.get_by_text("Waiting to start.")).to_be_visible()

    log = tmp_path / "worker.log"
    with running_worker(log, environment):
        wait_until(lambda: not Job.objects.get().is_live, log, seconds=WORK / 1000)
    follow(page, "Check again")
    follow(page, "Continue")
    expect(page.get_by_role("row", name="Issue 1")).to_be_visible()
    follow(page, "Issue 1")
    _, pdf = download(page, re.compile("Download the report"))
    assert hashlib.sha256(pdf).hexdigest() == PublishedDocument.objects.get().sha256


def test_every_state_of_a_report_can_be_read_wide_and_narrow(
    open_page: OpenPage, server: str
) -> None:
    """Those that the journeys above do not come through."""
    inspection = make_ready()
    lead, manager = open_page(), open_page()
    sign_in(lead, user_of(inspection, "lead"))
    sign_in(manager, make_manager())
    for _ in range(2):
        make_issued(inspection)
    make_preview(inspection)
    make_pending(inspection, "failed", error="A fault stopped the work: MemoryError.")
    lead.goto("/inspections/anyshire-2026/report/")
    expect(lead.get_by_role("button", name="Take it back")).to_be_visible()
    check_loaded(lead)
    press(lead, "Take it back")
    expect(lead.get_by_role("alert")).to_contain_text("Issue 3 was taken back.")
    check_loaded(lead)

    figure = "criterion 1.1 where a_fact_with_a_very_long_name_indeed=yes"
    Narrative.objects.update(document={"foreword": f"It was [[{figure}]]."})
    for path in ("report/", "report/draft/", "report/publish/"):
        lead.goto(f"/inspections/anyshire-2026/{path}")
        expect(lead.locator("main")).to_contain_text(f"foreword: [[{figure}]] names a fact")
        check_loaded(lead)

    manager.goto("/reports/anyshire-2026/1/")
    check_loaded(manager)
    follow(manager, "Go to issue 2")
    expect(manager.get_by_role("heading", name="Earlier issues")).to_be_visible()
    check_loaded(manager)


def test_hertfordshire_is_published_from_the_demonstration(
    open_page: OpenPage, server: str, worker: None
) -> None:
    passwords = {account.part.key: account.password for account in seed_demonstration()}
    users = {user.email.partition("@")[0]: user for user in User.objects.all()}
    lead, manager = open_page(), open_page()
    sign_in(lead, users["lead-inspector"], passwords["lead-inspector"])
    follow(lead, "Hertfordshire")
    follow(lead, "Report")
    follow(lead, "Publish the report")
    expect(lead.locator(".app-score")).to_contain_text(
        [re.compile(rf"{score}%.*{band}", re.DOTALL) for score, band in HEADLINES]
    )
    press(lead, "Publish now")

    sign_in(manager, users["manager-hertfordshire"], passwords["manager-hertfordshire"])
    expect(manager.get_by_text("Nothing that you may read has been published")).to_be_visible()
    expect(lead.get_by_role("row", name="Issue 1")).to_be_visible(timeout=WORK)
    manager.reload()
    follow(manager, "Hertfordshire")
    check_loaded(manager)
    _, pdf = download(manager, re.compile("Download the report"))
    publication = Publication.objects.get(inspection__slug="hertfordshire-2012")
    assert hashlib.sha256(pdf).hexdigest() == publication.document.sha256
    assert "ISBN: 978-1-84099-522-0" in read_pdf(pdf)
