/**
 * Forms whose content goes through the outbox: <form data-outbox="alert|practice|complete"
 * data-sync="…" data-case="…">, with data-next for where to go once the server has taken it.
 */

import { make, sayMoment } from "./elements.js";
import { makeIcon } from "./icons.js";
import { makeId } from "./outbox.js";

const JUST_NOW = 5000; // milliseconds
const FIELDS = { alert: ["concern"], practice: ["criterion", "text"], complete: [] };
const TITLES = { alert: "Case alert", practice: "Good practice", complete: "Case completed" };
const NOT_SENT = {
  alert: "This alert has not been sent. Telephone the lead inspector now.",
  practice: "This example has not been sent. It is kept on this device.",
  complete: "It has not been sent that this case is completed. It is kept on this device.",
};
const TAKEN = {
  alert: "The alert was sent. It is on the lead inspector’s page.",
  practice: "The example was sent.",
  complete: "The case is recorded as completed.",
};

/**
 * Queue an alert, an example of good practice, or that a case is done, to be sent as soon as that is
 * possible. Resolves to its key once it is kept on this device; rejects where it cannot be.
 */
export async function queue(session, kind, { sync, reference, values }) {
  const item = `${kind}:${makeId()}`;
  const thing = {
    case: sync, reference, item, kind, target: {}, title: TITLES[kind], page: location.pathname, anchor: "",
  };
  await session.outbox.keep([session.outbox.draft({ thing, values, seen: null })]);
  session.news.tell("changed", { case: sync });
  session.sender.soon(0);
  return item;
}

/** Take over the forms of the page that ask for it. */
export function followQueuedForms(session) {
  for (const form of document.querySelectorAll("form[data-outbox]")) new QueuedForm(form, session);
}

class QueuedForm {
  #form;
  #session;
  #kind;
  #state;
  #item = null;

  constructor(form, session) {
    this.#form = form;
    this.#session = session;
    this.#kind = form.dataset.outbox;
    this.#state = make("div", { className: "queued", role: "status" });
    form.before(this.#state);
    form.addEventListener("submit", (event) => this.#submit(event));
    session.news.addEventListener("answered", ({ detail }) => this.#hearAnswer(detail));
    session.news.addEventListener("changed", () => this.#show());
    session.news.addEventListener("sending", () => this.#show());
  }

  async #submit(event) {
    const values = Object.fromEntries(FIELDS[this.#kind].map((name) => [name, this.#read(name)]));
    const { sync, case: reference } = this.#form.dataset;
    const isComplete = !event.submitter?.name && this.#isFilledIn(values);
    if (!isComplete && navigator.onLine) return; // The server says what is missing, beside it.
    event.preventDefault();
    if (!isComplete) {
      this.#say("trouble", "Nothing was sent: something in this form is not filled in.");
      return;
    }
    if (this.#item) return;
    try {
      this.#item = await queue(this.#session, this.#kind, { sync, reference, values });
    } catch (error) {
      console.warn("This could not be kept on this device.", error);
      this.#form.submit();
      return;
    }
    this.#form.dataset.kept = "yes";
    await this.#session.sender.finish();
    this.#show();
  }

  #isFilledIn(values) {
    const boxes = [...this.#form.querySelectorAll("input[type=checkbox]")];
    return Object.values(values).every((value) => value.trim()) && boxes.every(({ checked }) => checked);
  }

  #read(name) {
    return this.#form.elements.namedItem(name)?.value ?? "";
  }

  async #show() {
    if (!this.#item) return;
    const row = (await this.#session.outbox.list()).find(({ item }) => item === this.#item);
    if (!row) return;
    const isSending = this.#session.sender.isUnderWay();
    if (row.refused) await this.#showRefused(row);
    else this.#say(isSending ? "saving" : "trouble", isSending ? "Sending…" : NOT_SENT[this.#kind]);
  }

  /** The words come back into the form, to be put right and sent anew. */
  async #showRefused(row) {
    this.#say("trouble", `Not sent. ${row.refused.message}`);
    await this.#session.outbox.giveUp(row.key);
    this.#item = null;
    this.#form.dataset.kept = "";
  }

  async #hearAnswer({ case: name }) {
    if (!this.#item || name !== this.#form.dataset.sync) return;
    const row = (await this.#session.outbox.list()).find(({ item }) => item === this.#item);
    if (row) return;
    this.#say("saved", TAKEN[this.#kind]);
    const { next, sync } = this.#form.dataset;
    if (next) location.assign(next);
    this.#form.hidden = true;
    const href = sync.replace(/sync\/$/, "");
    this.#state.append(" ", make("a", { className: "govuk-link", href, text: "Go to the case" }));
  }

  #say(state, words) {
    this.#state.dataset.state = state;
    this.#state.replaceChildren(makeIcon(state), ` ${words}`);
  }
}

/**
 * Say on every page, at the top, that an alert waits: nobody knows of it yet. `isSending`: it is under
 * way, so that nothing is said of one that was raised only just now.
 */
export function warnOfAlerts(rows, isSending = false) {
  const isWaiting = ({ kind, next, inflight }) => kind === "alert" && (next || inflight);
  const isNew = ({ next, inflight }) => isSending && Date.now() - (inflight || next).at < JUST_NOW;
  const waiting = rows.filter((row) => isWaiting(row) && !isNew(row));
  let banner = document.getElementById("unsent-alerts");
  if (!waiting.length) {
    banner?.remove();
    return;
  }
  const cases = [...new Set(waiting.map(({ reference }) => reference))].join(", ");
  const since = sayMoment(Math.min(...waiting.map(({ next, inflight }) => (inflight || next).at)));
  const words = `Your alert on case ${cases} has not been sent (since ${since}). Telephone the lead inspector now.`;
  if (banner?.textContent.includes(words)) return;
  banner ??= make("div", { id: "unsent-alerts", className: "govuk-warning-text unsent-alerts", role: "alert" });
  banner.replaceChildren(
    make("span", { className: "govuk-warning-text__icon", "aria-hidden": "true", text: "!" }),
    make("strong", {
      className: "govuk-warning-text__text",
      holds: [make("span", { className: "govuk-visually-hidden", text: "Warning" }), ` ${words}`],
    }),
  );
  if (!banner.isConnected) document.querySelector("main").prepend(banner);
}
