"""Working without a network in the browser: cutting it, what the page says, what was stored."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from cases.models import Assessment, FactRevision, JudgementRevision
from inspections.catalogue import store_programme
from inspections.programmes import read_programme
from tests.casting import make_case, make_inspection
from tests.e2e.relay import Relay
from tests.jobs.workers import ROOT

CCI_2012 = ROOT / "fixtures/programmes/cci-2012.yaml"
OPENING_FACTS = {
    "custody": "no",
    "community": "yes",
    "roh_issues": "yes",
    "full_rosh_required": "yes",
    "rmp_required": "yes",
    "safeguarding_need": "yes",
    "vmp_required": "yes",
    "victim": "yes",
    "parents_relevant": "yes",
    "review_due": "yes",
}

SAVED = "All changes saved."
NETWORK = 15_000  # milliseconds in which a page that has the network back has sent all

# Answers every question that is to be seen and not answered, one after the other, up to a number:
# by clicking, as a person does, since an answer may bring further questions. Returns how many.
ANSWER_ALL = """([answer, most]) => {
    const isOpen = (item) => !item.closest("[hidden]") && !item.querySelector("input:checked");
    const find = () => [...document.querySelectorAll("[data-item]")].find(isOpen);
    let given = 0;
    for (let item = find(); item && given < most; item = find()) {
        item.querySelector(`input[type=radio][value=${answer}]`).click();
        given += 1;
    }
    return given;
}"""

# What is kept on this device for whoever signed in last, by the name of the database and the store.
KEPT = """async () => {
    const kept = {};
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
        });
        for (const store of database.objectStoreNames) {
            kept[`${name}/${store}`] = await new Promise((resolve) => {
                const request = database.transaction(store).objectStore(store).getAll();
                request.onsuccess = () => resolve(request.result);
            });
        }
        database.close();
    }
    return [kept, await caches.keys()];
}"""


def status(page: Page) -> Locator:
    """Return the words that say how everything stands."""
    return page.locator("#sync-status .sync-status__seen")


def state_of(page: Page, code: str) -> Locator:
    """Return the words that say how one answer stands."""
    return page.locator(f"[data-state-of=q{code.replace('.', '-')}]")


def expect_saved(page: Page) -> None:
    """Wait until the page says that all is saved."""
    expect(status(page)).to_have_text(SAVED, timeout=NETWORK)


def expect_kept(page: Page, number: int) -> None:
    """Wait until the page says that so many answers wait on this device for the network."""
    words = "1 answer is" if number == 1 else f"{number} answers are"
    expect(status(page)).to_have_text(
        f"No network: {words} kept on this device, to be sent when it is back."
    )


def keep_case(page: Page, url: str) -> None:
    """Open a case with the network, and wait until it is kept."""
    page.goto(url)
    expect(page.locator("#kept-state")).to_contain_text("Kept on this device", timeout=30_000)


def open_form(page: Page, url: str) -> None:
    """Open a topic or the facts, and wait until the page keeps what is given on it."""
    page.goto(url)
    expect(page.locator("form[data-kept=yes]")).to_be_visible()


def cut(page: Page, relay: Relay) -> None:
    """Cut the network off, for all pages of this browser and its service worker."""
    relay.cut()
    page.context.set_offline(True)


def restore(page: Page, relay: Relay) -> None:
    """Give the network back."""
    relay.restore()
    page.context.set_offline(False)


def answer_all(page: Page, answer: str, most: int) -> int:
    """Answer what is open on the page; return how many judgements that were."""
    given: int = page.evaluate(ANSWER_ALL, [answer, most])
    return given


def read_kept(page: Page) -> tuple[dict[str, list[dict[str, object]]], list[str]]:
    """Return what this browser keeps: rows by database and store, and the names of its caches."""
    kept, caches = page.evaluate(KEPT)
    return kept, caches


def history_of(assessment: Assessment) -> dict[str, list[str]]:
    """Return every answer that was ever stored, in order, by code and row."""
    told: dict[str, list[str]] = {}
    for revision in (
        JudgementRevision.objects.filter(judgement__assessment=assessment)
        .order_by("judgement__question__position", "judgement__row", "version")
        .select_related("judgement__question")
    ):
        judgement = revision.judgement
        key = f"{judgement.question.code}/{judgement.row}".rstrip("/")
        told.setdefault(key, []).append(revision.answer)
    return told


def facts_history_of(assessment: Assessment) -> Mapping[str, list[str]]:
    """Return every value that was ever recorded, in order, by fact."""
    told: dict[str, list[str]] = {}
    for revision in (
        FactRevision.objects.filter(recorded_fact__assessment=assessment)
        .order_by("recorded_fact__fact__position", "version")
        .select_related("recorded_fact__fact")
    ):
        told.setdefault(revision.recorded_fact.fact.key, []).append(revision.value)
    return told


def ends(url: str) -> re.Pattern[str]:
    """Return what an address that ends like this matches."""
    return re.compile(f"{re.escape(url)}(#.*)?$")


def told(page: Page) -> Locator:
    """Return the words on what the last change has done."""
    return page.locator("#sync-status .sync-status__told")


def evidence(page: Page, code: str) -> Locator:
    """Return the evidence note of a question."""
    return page.locator(f"#id_q{code.replace('.', '-')}-evidence")


def list_topics(page: Page) -> list[str]:
    """Return the addresses of the topics that the page of a case lists."""
    urls: list[str] = page.locator("[data-topic]").evaluate_all(
        "all => all.map((one) => one.dataset.topic)"
    )
    return [url for url in urls if not url.endswith("/facts/")]


def make_large_case() -> Assessment:
    """Return a case of the programme of 2012, with the facts that open most of its questions."""
    programme, _ = store_programme(read_programme(CCI_2012))
    return make_case(make_inspection(programme=programme), facts=OPENING_FACTS)


def expect_waiting(page: Page, number: int) -> None:
    """Wait until the page says that so many answers wait on this device for a server."""
    words = "1 answer is" if number == 1 else f"{number} answers are"
    expect(status(page)).to_contain_text(f"{words} kept on this device")


def cut_page(page: Page) -> None:
    """Cut the network off for the pages of this browser; kept pages are not asked for."""
    page.context.set_offline(True)


def restore_page(page: Page) -> None:
    """Give it back."""
    page.context.set_offline(False)
