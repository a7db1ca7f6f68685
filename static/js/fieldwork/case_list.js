/**
 * A list of cases: which of them are kept on this device, and keeping them on demand. Its links are
 * those with data-keep. With data-today there is an interview today, data-coming is when the next one
 * begins, and with data-done nothing is left to do.
 */

import { count, make, makeButton, sayMoment } from "./elements.js";
import { describeTrouble, goOn, keepCase, waitUntilCanKeep } from "./keeping.js";
import { warnOfAlerts } from "./queued_forms.js";
import { nameRows } from "./words.js";

/**
 * Start on a list of cases; `place` is where keeping them is offered. Its data-list is the address of the
 * list of cases, where that is another page: there only those of today are offered.
 */
export async function startCaseList(session, place) {
  const list = new CaseList(session, place);
  if (!list.isEmpty) await list.start();
}

class CaseList {
  #session;
  #place;
  #entries;
  #report = make("p", { className: "govuk-body", role: "status", id: "keeping-report" });
  #canKeep = false;

  constructor(session, place) {
    this.#session = session;
    this.#place = place;
    const links = document.querySelectorAll("a[data-keep]");
    this.#entries = [...links].map((link) => this.#makeEntry(link));
  }

  get isEmpty() {
    return this.#entries.length === 0;
  }

  #makeEntry(link) {
    const entry = {
      sync: `${link.pathname}sync/`,
      data: `${link.pathname}data/`,
      list: this.#place.dataset.list || location.pathname,
      reference: link.textContent.trim(),
      isToday: "today" in link.dataset,
      isDone: "done" in link.dataset,
      coming: link.dataset.coming || "",
      state: make("span", { className: "case-kept" }),
    };
    entry.button = makeButton("Make available offline", () => this.#keep([entry]), {
      className: "app-link-button case-kept__button", hidden: `: case ${entry.reference}`,
    });
    link.after(entry.state);
    return entry;
  }

  async start() {
    this.#session.news.addEventListener("kept", ({ detail }) => this.#show(detail));
    this.#session.news.addEventListener("changed", () => this.#show());
    this.#canKeep = !document.body.dataset.kept && navigator.onLine && (await waitUntilCanKeep());
    if (this.#canKeep) this.#offerMany();
    await this.#show();
    if (this.#canKeep) await goOn(this.#session);
  }

  #offerMany() {
    const { today, all } = sortOffers(this.#entries);
    const offers = make("div", { className: "govuk-button-group keeping" });
    if (today.length) {
      offers.append(makeButton(`Make today’s cases available offline (${today.length})`, () => this.#keep(today), {
        className: "govuk-button",
      }));
    }
    if (all.length && !this.#place.dataset.list) {
      offers.append(makeButton(`Make all open cases available offline (${all.length})`, () => this.#keep(all)));
    }
    this.#place.append(offers, this.#report);
  }

  /** Keep cases one after the other, and say what came of it. */
  async #keep(entries) {
    navigator.storage?.persist?.().catch(() => {});
    let kept = 0;
    for (const entry of entries) {
      this.#report.textContent = entries.length === 1
        ? `Keeping case ${entry.reference}…`
        : `Keeping case ${kept + 1} of ${entries.length}…`;
      const trouble = await keepCase(this.#session, entry);
      if (trouble) {
        const why = `Case ${entry.reference} could not be kept: ${describeTrouble(trouble)}.`;
        const others = entries.length > 1 ? ` ${kept} of ${entries.length} cases can be opened without a network.` : "";
        this.#report.textContent = `${why}${others} Nothing that you gave is affected.`;
        return;
      }
      kept += 1;
    }
    this.#report.textContent = `${count(kept, "case")} can now be opened and worked on without a network.`;
  }

  async #show(progress = {}) {
    const [cases, rows] = [await this.#session.cases.list(), await this.#session.outbox.list()];
    const byName = new Map(cases.map((kept) => [kept.case, kept]));
    for (const entry of this.#entries) {
      const unsent = rows.filter((row) => row.case === entry.sync);
      const words = describeEntry(byName.get(entry.sync), unsent, progress.case === entry.sync ? progress : {});
      const parts = words ? [words] : [];
      if (this.#canKeep && !byName.get(entry.sync)?.keptAt) parts.push(" ", entry.button);
      if (entry.state.textContent !== parts.map((part) => part.textContent ?? part).join("")) {
        entry.state.replaceChildren(...parts);
      }
    }
    warnOfAlerts(rows);
  }
}

/** Return which entries are kept together, the soonest interview first: {today, all that is left to do}. */
export function sortOffers(entries) {
  const key = ({ coming }) => coming || "~"; // after all moments
  const inOrder = [...entries].sort((one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other))));
  return {
    today: inOrder.filter(({ isToday }) => isToday),
    all: inOrder.filter(({ isDone }) => !isDone),
  };
}

function describeEntry(kept, unsent, { done, of }) {
  const words = [];
  if (of && done < of) words.push(`Keeping: ${done} of ${of} pages`);
  else if (kept?.keptAt) words.push(`Available offline, as of ${sayMoment(kept.keptAt)}`);
  else if (document.body.dataset.kept || !navigator.onLine) words.push("Not available offline");
  if (unsent.length) words.push(`${nameRows(unsent)} not yet sent`);
  return words.map((word) => `${word}.`).join(" ");
}
