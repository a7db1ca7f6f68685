/**
 * Forms whose content goes through the outbox: <form data-outbox="alert|practice|complete"
 * data-sync="…" data-case="…">, with data-next for where to go once the server has taken it.
 *
 * What the server refuses stays in the outbox, in words that are as loud as before: it comes back into
 * the form, to be put right and sent again.
 */

import { make } from "./elements.js";
import { makeIcon } from "./icons.js";
import { makeId } from "./outbox.js";
import { isWaiting, listHeldBack } from "./rows.js";
import { describeAlerts, isStopped, sayTelephone } from "./words.js";

const FIELDS = { alert: ["concern"], practice: ["criterion", "text"], complete: ["looked"] };
const TITLES = { alert: "Case alert", practice: "Good practice", complete: "Case completed" };
const NOT_SENT = {
  alert: "This alert has not been sent.",
  practice: "This example has not been sent. It is kept on this device.",
  complete: "This is kept on this device. The case will be completed once it can be sent.",
};
const TAKEN = {
  alert: "The alert was sent. It is on the lead inspector’s page.",
  practice: "The example was sent.",
  complete: "The case is recorded as completed.",
};
const REFUSED = {
  alert: "It is filled in below: put it right and raise it again.",
  practice: "It is filled in below: put it right and save it again.",
  complete: "",
};
const REMOVED = "This was removed from this device, and not sent.";
const GONE = "This does not wait on this device any more. Look whether it has arrived.";
const HELD_BACK = "This case cannot be completed while something that you gave in it is not saved. "
  + "Look first at what is listed above.";
const NOT_KEPT = "Not sent: there is no network, and this device has no room to keep it. Leave this page open, and "
  + "press the button again once the network is back.";
const TOO_LONG = "Nothing was sent: this is too long. Make it shorter.";

/**
 * Queue an alert, an example of good practice, or that a case is done, to be sent as soon as that is
 * possible. `thing` is {case, assessment, reference, item}, `item` that of a row that was refused, or
 * none; of an alert also `telephone`, the number of the lead inspector. Resolves to {item, id} of the
 * row and its change once it is kept on this device; rejects where it cannot be, and nothing of it is
 * left: whoever asked sends it another way, and once.
 */
export async function queue(session, kind, values, { item = `${kind}:${makeId()}`, ...whose }) {
  const thing = { ...whose, item, kind, target: {}, title: TITLES[kind], page: location.pathname, anchor: "" };
  const given = session.outbox.draft({ thing, values, seen: null });
  try {
    await session.outbox.keep([given]);
  } catch (error) {
    session.outbox.forget([given]);
    throw error;
  }
  session.news.tell("changed", { case: thing.case });
  session.sender.soon(0);
  return { item, id: given.id };
}

/** Take over the forms of the page that ask for it. */
export function followQueuedForms(session) {
  for (const form of document.querySelectorAll("form[data-outbox]")) new QueuedForm(form, session);
}

class QueuedForm {
  #form;
  #session;
  #kind;
  #case;
  #state;
  #item = null; // of the row that belongs to this form
  #ids = new Set(); // of its changes
  #hasRow = false;
  #isOver = false;
  #isBusy = false;
  #said = "";

  constructor(form, session) {
    this.#form = form;
    this.#session = session;
    this.#kind = form.dataset.outbox;
    this.#case = form.dataset.sync;
    this.#state = make("div", { className: "queued", role: "status" });
    form.before(this.#state);
    form.addEventListener("submit", (event) => this.#submit(event));
    session.news.addEventListener("changed", ({ detail }) => this.#hear(detail));
    for (const type of ["refreshed", "sending"]) session.news.addEventListener(type, () => this.#show());
    this.#takeUpRefused();
    this.#show();
  }

  // --- What the person does ---------------------------------------------------------------------

  async #submit(event) {
    event.preventDefault(); // Even where something is missing: there may be no server to say what.
    const values = this.#read();
    const missing = this.#listFields().find((field) => (isBox(field) ? !field.checked : !field.value.trim()));
    if (missing) this.#pointAt(missing, `Nothing was sent. Not yet filled in: “${nameField(missing)}”.`);
    else if (this.#isTooLong(values)) this.#say("trouble", TOO_LONG);
    else if (this.#kind === "complete" && this.#isHeldBack()) this.#pointAtHeldBack();
    else if (!this.#isBusy && !this.#isWaiting()) await this.#queue(values);
  }

  async #queue(values) {
    this.#isBusy = true;
    const { sync, case: reference, assessment, telephone = "" } = this.#form.dataset;
    const more = { complete: assessment ? { assessment } : {}, alert: { telephone } }[this.#kind];
    const whose = { case: sync, reference, ...more };
    const refused = this.#hasRow && this.#item ? { item: this.#item } : {};
    try {
      const { item, id } = await queue(this.#session, this.#kind, values, { ...whose, ...refused });
      this.#item = item;
      this.#ids.add(id);
    } catch (error) {
      console.warn("This could not be kept on this device.", error);
      if (!navigator.onLine) {
        this.#say("trouble", this.#withTelephone(NOT_KEPT));
        return;
      }
      this.#form.dataset.kept = "yes"; // unsaved.js has nothing to ask: it goes the plain way
      this.#form.submit();
      return;
    } finally {
      this.#isBusy = false;
    }
    this.#form.dataset.kept = "yes";
    clearErrors(this.#form);
    await this.#session.refresh();
    await this.#session.sender.finish();
    this.#show();
  }

  #read() {
    return Object.fromEntries(FIELDS[this.#kind].map((name) => {
      const field = this.#form.elements.namedItem(name);
      return [name, name === "looked" ? Boolean(field?.checked) : (field?.value ?? "")];
    }));
  }

  #listFields() {
    return FIELDS[this.#kind].map((name) => this.#form.elements.namedItem(name)).filter(Boolean);
  }

  #isTooLong(values) {
    const limit = Number(this.#form.dataset.noteLimit) || Infinity;
    return Object.values(values).some((value) => typeof value === "string" && [...value.trim()].length > limit);
  }

  #pointAt(field, words) {
    this.#say("trouble", words);
    field.focus();
  }

  #isHeldBack() {
    return listHeldBack(this.#session.rows, { case: this.#case }).length > 0;
  }

  #pointAtHeldBack() {
    this.#say("trouble", HELD_BACK);
    document.getElementById("sync-conflicts")?.focus();
  }

  // --- What became of it ------------------------------------------------------------------------

  #find() {
    return this.#session.rows.find(({ case: name, item }) => name === this.#case && item === this.#item);
  }

  #isWaiting() {
    const row = this.#item && this.#find();
    return Boolean(row && isWaiting(row));
  }

  /** What was refused before, on another page or before this one was opened, is put right here. */
  #takeUpRefused() {
    const row = this.#session.rows.find(({ case: name, kind, refused }) => (
      name === this.#case && kind === this.#kind && refused
    ));
    const { concern = "", text = "" } = this.#read();
    if (!row || this.#form.dataset.unsaved === "yes" || concern.trim() || text.trim()) return;
    this.#item = row.item;
    this.#fill(row.refused.values);
  }

  #fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#form.elements.namedItem(name);
      if (field && name !== "looked") field.value = value;
    }
    this.#form.dispatchEvent(new Event("filled", { bubbles: true }));
  }

  #hear({ case: name, saved = [], removed = [], elsewhere }) {
    if (this.#isOver || name !== this.#case || !this.#item) return;
    if (saved.some((id) => this.#ids.has(id))) this.#showTaken(elsewhere);
    else if (removed.includes(this.#find()?.key)) this.#showRemoved();
  }

  #show() {
    if (this.#isOver) return;
    const row = this.#item && this.#find();
    if (row) this.#showRow(row);
    else if (this.#item && this.#hasRow) this.#end("trouble", GONE);
    else if (this.#kind === "complete") this.#showWhetherHeldBack();
  }

  #showRow(row) {
    this.#hasRow = true;
    for (const change of [row.inflight, row.next]) if (change) this.#ids.add(change.id);
    const isSending = this.#session.sender.isUnderWay();
    if (row.refused) this.#showRefused(row);
    else if (isStopped(row, this.#session.rows)) this.#say("trouble", HELD_BACK);
    else if (isSending) this.#say("saving", "Sending…");
    else this.#say(this.#kind === "complete" ? "kept" : "trouble", this.#withTelephone(NOT_SENT[this.#kind]));
  }

  /** The words are in the form, to be put right and sent anew; that a case is done is said anew. */
  #showRefused(row) {
    const isBlind = this.#kind === "complete" && !this.#form.elements.namedItem("looked");
    const again = isBlind ? { href: location.pathname, text: "Open the review again" } : null;
    this.#say("trouble", this.#withTelephone(`Not sent. ${row.refused.message} ${REFUSED[this.#kind]}`.trim()), again);
    this.#form.dataset.kept = "";
    if (this.#kind !== "complete") return;
    this.#item = null;
    this.#hasRow = false;
    this.#session.outbox.giveUp(row.key).then(() => {
      this.#session.news.tell("changed", { case: this.#case, removed: [row.key] });
    });
  }

  /** Of an alert, return also what is to be done now. */
  #withTelephone(words) {
    return this.#kind === "alert" ? `${words} ${sayTelephone(this.#form.dataset.telephone)}` : words;
  }

  #showWhetherHeldBack() {
    if (this.#isHeldBack()) this.#say("trouble", HELD_BACK);
    else if (this.#said === HELD_BACK) this.#say("", "");
  }

  #showTaken(elsewhere) {
    const { next } = this.#form.dataset;
    this.#end("saved", TAKEN[this.#kind]);
    if (next && !elsewhere) location.assign(next);
  }

  #showRemoved() {
    this.#item = null;
    this.#hasRow = false;
    this.#say("trouble", REMOVED);
  }

  #end(state, words) {
    this.#isOver = true;
    this.#form.dataset.kept = "yes";
    this.#form.hidden = true;
    this.#say(state, words, { href: this.#case.replace(/sync\/$/, ""), text: "Go to the case" });
  }

  #say(state, words, link = null) {
    if (this.#said === words) return;
    this.#said = words;
    this.#state.dataset.state = state;
    this.#state.replaceChildren(...(words ? [makeIcon(state), ` ${words}`] : []));
    if (link) this.#state.append(" ", make("a", { className: "govuk-link", ...link }));
  }
}

/** Take away what the server said was wrong with a form: it is put right, and kept. */
function clearErrors(form) {
  document.title = document.title.replace(/^Error: /, "");
  document.querySelector(".govuk-error-summary")?.remove();
  for (const message of form.querySelectorAll(".govuk-error-message")) message.remove();
  for (const group of form.querySelectorAll(".govuk-form-group--error")) group.classList.remove("govuk-form-group--error");
}

const isBox = ({ type }) => type === "checkbox";

/** Return what a field is called on the page. */
function nameField({ labels, name }) {
  return labels?.[0]?.textContent.trim() || name;
}

/** Say on every page, at the top, that an alert was not sent: nobody knows of it yet. */
export function warnOfAlerts(rows, isSending = false) {
  const alerts = describeAlerts(rows, { isSending });
  const shown = JSON.stringify(alerts);
  let banner = document.getElementById("unsent-alerts");
  if (!alerts.length) banner?.remove();
  if (!alerts.length || banner?.dataset.shown === shown) return;
  banner ??= make("div", { id: "unsent-alerts", role: "alert" });
  banner.dataset.shown = shown;
  banner.replaceChildren(...alerts.map(makeWarning));
  if (!banner.isConnected) document.querySelector("main").prepend(banner);
}

function makeWarning({ words, page }) {
  const holds = [make("span", { className: "govuk-visually-hidden", text: "Warning" }), ` ${words}`];
  if (page && page !== location.pathname) {
    holds.push(" ", make("a", { className: "govuk-link", href: page, text: "Put it right and raise it again" }));
  }
  return make("div", {
    className: "govuk-warning-text unsent-alerts",
    holds: [
      make("span", { className: "govuk-warning-text__icon", "aria-hidden": "true", text: "!" }),
      make("strong", { className: "govuk-warning-text__text", holds }),
    ],
  });
}
