/**
 * A page on which facts are recorded or questions judged.
 *
 * Every change goes to the outbox as it is given, and from there to the server. When the page opens,
 * from the network or from what is kept on this device, it is brought to what stands now: what was
 * given here and not yet sent, and what the server has said since the page was made.
 */

import { followReasons } from "../reasons.js";
import { Applying } from "./applying.js";
import { showHeldBack, showConflict, showRefusal } from "./conflicts.js";
import { listItems } from "./fields.js";
import { LEAVING_PATIENCE, SEND_AFTER, WRITE_AFTER } from "./limits.js";
import { showBar } from "./progress.js";
import { isOf, isWaiting, pendingValues, same } from "./rows.js";
import { showItemState } from "./status.js";
import { findStrays, showStray, takeIn } from "./strays.js";
import { findWay } from "./ways.js";
import { describeItem, sayWriter } from "./words.js";
import { isSettling, isWriting, Writer } from "./writing.js";

/** Start on `form`. `session` is what start.js made for the person. */
export async function startJudging(form, session) {
  const page = new JudgingPage(form, session);
  await page.open();
}

class JudgingPage {
  #form;
  #session;
  #case;
  #assessment;
  #items;
  #byElement;
  #applying;
  #rules;
  #standing = null; // until it is read for the first time
  #strays = new Map(); // by item: what was given in another assessment, and not saved
  #warned = new Set();
  #writer;
  #sendAfter = 0;
  #isPosted = false;
  #hasTakenOver = false;

  constructor(form, session) {
    this.#form = form;
    this.#session = session;
    this.#case = form.dataset.sync;
    this.#assessment = form.dataset.assessment;
    this.#items = listItems(form);
    this.#byElement = new Map(this.#items.map((item) => [item.element, item]));
    this.#writer = new Writer(this.#items, session.outbox, {
      describe: (item) => this.#describe(item),
      done: () => {
        session.news.tell("changed", { case: this.#case });
        session.sender.later(this.#sendAfter);
      },
    });
    this.#applying = new Applying(form, this.#items, (words) => session.status.tell(words));
    this.#rules = readRules();
  }

  async open() {
    try {
      await this.#learnFromPage();
      await this.#session.follow(this);
    } finally {
      this.#takeOver(); // Where nothing could be read, too: then it is said that nothing is kept.
    }
    for (const link of this.#form.querySelectorAll("[data-leave]")) link.textContent = "Go back to the case";
  }

  /** From now on this script follows the page. What was given on it before counts as well. */
  #takeOver() {
    if (this.#hasTakenOver) return;
    this.#hasTakenOver = true;
    for (const item of this.#items) {
      if (!same(item.shown.values, item.read())) this.#change(item, 0, 0);
    }
    this.#listen();
    this.#form.dataset.kept = "yes"; // unsaved.js has nothing to ask any more
  }

  // --- What the person does ---------------------------------------------------------------------

  #listen() {
    const form = this.#form;
    form.addEventListener("input", ({ target }) => {
      const item = this.#itemOf(target);
      if (item && target.tagName === "TEXTAREA") this.#change(item, WRITE_AFTER, SEND_AFTER);
    });
    form.addEventListener("change", ({ target }) => {
      const item = this.#itemOf(target);
      if (item) this.#change(item, 0, 0);
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest('button[name="clear"]');
      if (!button) return;
      event.preventDefault();
      this.#clear(this.#items.find(({ name }) => name === button.value));
    });
    form.addEventListener("submit", (event) => this.#submit(event));
    addEventListener("beforeunload", (event) => {
      if (!this.#isPosted && this.#writer.wouldLose()) event.preventDefault();
    });
    document.addEventListener("visibilitychange", async () => {
      if (document.visibilityState !== "hidden") return;
      await this.#writer.writeAll();
      this.#session.sender.send({ keepalive: true });
    });
    this.#session.news.addEventListener("sending", () => this.#showStates());
    this.#session.news.addEventListener("answered", ({ detail }) => {
      if (detail.case === this.#case) this.#applying.hearAnswer(detail.answer);
    });
    this.#session.news.addEventListener("changed", ({ detail }) => this.#noteRemoved(detail));
  }

  #itemOf(target) {
    const element = target.closest("[data-item], [data-fact]");
    return element && target.name ? this.#byElement.get(element) : undefined;
  }

  #clear(item) {
    item.clear()?.focus();
    this.#tellOfReasons(item);
    this.#change(item, 0, 0);
  }

  /** A change was made on the page: it is written after a pause, and sent after another. */
  #change(item, writeAfter, sendAfter) {
    this.#sendAfter = sendAfter;
    if (item.given && !item.unwritten && !item.failed && same(item.given.values, item.read())) {
      this.#session.sender.later(sendAfter); // It was written while it was typed.
      return;
    }
    this.#writer.take(item, writeAfter);
    this.#applying.follow(this.#standing, this.#strays);
    this.#showState(item);
    this.#showProgress();
    this.#session.showStatus();
  }

  #describe(one) {
    const { item, kind, target, title, question, labels, name } = one;
    const { pathname: page } = location;
    const { case: reference, assessment } = this.#form.dataset;
    const told = { title, question, labels, page, anchor: name };
    const thing = { case: this.#case, assessment, reference, item, kind, target, ...told };
    return { thing, values: one.read(), seen: one.shown.version, shown: one.shown.values };
  }

  /** Return whether something on the page is not on the disk, or not yet seen there. */
  isSettling() {
    return this.#items.some(isSettling);
  }

  /** Return whether something on the page could not be kept. */
  hasFailed() {
    return this.#writer.hasFailed();
  }

  // --- Going on ---------------------------------------------------------------------------------

  async #submit(event) {
    // The form goes the plain way: better twice than not at all.
    this.#isPosted = this.hasFailed() || !this.#standing;
    if (this.#isPosted) return;
    event.preventDefault();
    const { submitter } = event;
    await this.#writer.writeAll();
    if (this.hasFailed()) {
      this.#form.requestSubmit(submitter);
      return;
    }
    await this.#sendBeforeLeaving();
    await this.#session.refresh().catch((error) => {
      console.warn("It could not be read what stands now.", error); // It is kept all the same.
    });
    if (this.#stopAtTrouble()) return;
    location.assign(this.#findWay(submitter?.value));
  }

  async #sendBeforeLeaving() {
    const { sender } = this.#session;
    const patience = new Promise((resolve) => { setTimeout(resolve, LEAVING_PATIENCE); });
    if (navigator.onLine && !sender.trouble) await Promise.race([sender.finish(), patience]);
  }

  /** Stay at what was not saved, the first time that the person would pass it. */
  #stopAtTrouble() {
    const troubled = this.#items.filter(({ item, element }) => {
      const row = this.#standing.rows.get(item);
      return (row?.conflict || row?.refused) && !this.#warned.has(item) && !element.closest("[hidden]");
    });
    for (const { item } of troubled) this.#warned.add(item);
    const [first] = troubled;
    if (first) (first.slot?.firstElementChild || first.state || first.element).focus();
    return Boolean(first);
  }

  /** Return the address that a button asks for: next topic, next unanswered question, or the case. */
  #findWay(wanted) {
    const { rows, sender } = this.#session;
    const isSent = !rows.some(isWaiting) && !sender.trouble;
    return findWay(this.#form, this.#standing, { wanted, isSent, code: this.#items[0].target.code });
  }

  // --- What stands ------------------------------------------------------------------------------

  /** Take in what the page says, unless more is known. */
  async #learnFromPage() {
    const { asOf, outbox } = this.#session;
    const { known } = await outbox.readCase(this.#case, this.#assessment);
    const news = this.#items
      .filter(({ item, original }) => {
        const recorded = known.get(item);
        return !recorded || recorded.version < original.version
          || (recorded.version === original.version && recorded.got < asOf);
      })
      .map((item) => ({ item: item.item, version: item.original.version, values: item.readOriginal() }));
    if (!news.length) return;
    await outbox.learnAll(this.#case, this.#assessment, news, asOf).catch((error) => {
      console.warn("What the page shows could not be noted.", error); // What is given on it may yet be.
    });
  }

  /**
   * Read what stands, given all `rows` of the outbox; return what brings the page to it. What was
   * changed on the page since this began is left alone: what was read is older than that.
   */
  startReading() {
    const settled = new Map(this.#items.filter((item) => !isWriting(item)).map((item) => [item, item.generation]));
    return async (rows) => {
      const { outbox, cases, asOf } = this.#session;
      const whose = { case: this.#case, assessment: this.#assessment };
      const [{ known }, kept] = await Promise.all([
        outbox.readCase(whose.case, whose.assessment), cases.get(whose.case),
      ]);
      const { facts, answers, questions } = this.#rules;
      const isWhole = Boolean(kept?.rules);
      const own = new Map(rows.filter((row) => isOf(row, whose)).map((row) => [row.item, row]));
      return () => {
        this.#standing = {
          rules: isWhole ? kept.rules : questions, isWhole, facts, answers, asOf, rows: own, known,
        };
        this.#strays = findStrays(rows, this.#items, whose);
        this.#takeOver();
        for (const [item, generation] of settled) {
          if (item.generation === generation && !item.failed) this.#bringToPresent(item);
        }
        this.#applying.follow(this.#standing, this.#strays);
        this.#showStates();
        this.#showProgress();
        showHeldBack(rows.filter((row) => row.case === this.#case), this.#form);
      };
    };
  }

  #bringToPresent(item) {
    item.fresh = item.generation;
    const { rows, known } = this.#standing;
    const [row, recorded] = [rows.get(item.item), known.get(item.item)];
    if (row) item.hadRow = true;
    else if (item.hadRow) Object.assign(item, { hadRow: false, saved: !item.isRemoved, isRemoved: false });
    const pending = row && pendingValues(row);
    const made = { version: item.original.version, values: item.readOriginal() };
    const latest = recorded && recorded.version >= made.version ? recorded : made;
    const { version, values } = pending ? { version: row.base, values: pending } : latest;
    if (!same(values, item.read())) {
      item.given = null; // What was given is not what the fields show any more.
      this.#fill(item, values);
    }
    item.showVersion(version);
  }

  #fill(item, values) {
    item.fill(values);
    this.#tellOfReasons(item);
    item.element.dispatchEvent(new Event("filled", { bubbles: true }));
  }

  #tellOfReasons({ element }) {
    if (element.querySelector("[data-reasons]")) followReasons(element);
  }

  // --- What is said -----------------------------------------------------------------------------

  #showProgress() {
    const asked = this.#items.filter(({ element }) => !element.closest("[hidden]"));
    const done = asked.filter((item) => Object.values(item.read())[0]);
    showBar(document.querySelector("main .app-progress"), done.length, asked.length);
  }

  #showStates() {
    this.#items.forEach((item) => this.#showState(item));
  }

  #showState(item) {
    if (!this.#standing) return;
    const row = this.#standing.rows.get(item.item);
    const { sender } = this.#session;
    const { failed, saved } = item;
    const state = describeItem(row, {
      writing: isSettling(item), failed, saved, sending: sender.isUnderWay(), lost: sender.lostCases.has(this.#case),
    });
    if (item.state) showItemState(item.state, state);
    showConflict(item, row, (choice) => this.#settle(item, choice === "mine" ? "chooseMine" : "chooseTheirs"));
    showRefusal(item, row, {
      tryAgain: () => this.#settle(item, "tryAgain"),
      giveUp: () => this.#settle(item, "giveUp"),
    });
    this.#showStray(item);
    this.#showWriter(item, row);
  }

  /** Do with the row of an item what the person chose. */
  async #settle(item, choice) {
    const { outbox, sender, news } = this.#session;
    const { key } = this.#standing.rows.get(item.item);
    await outbox[choice](key);
    this.#warned.delete(item.item);
    news.tell("changed", { case: this.#case, removed: choice === "giveUp" ? [key] : [] });
    sender.soon(0);
    item.focus();
  }

  /** What the person removed, here or in another tab, was not saved. */
  #noteRemoved({ removed = [] }) {
    for (const item of this.#items) {
      if (removed.includes(this.#standing?.rows.get(item.item)?.key)) item.isRemoved = true;
    }
  }

  #showStray(item) {
    const stray = this.#strays.get(item.item);
    const remove = async () => {
      await this.#session.outbox.remove(stray.key);
      this.#session.news.tell("changed", { case: this.#case });
      item.focus();
    };
    const use = async () => {
      this.#fill(item, takeIn(item, stray));
      this.#change(item, 0, 0);
      await this.#writer.writeAll();
      if (!item.failed) await remove();
    };
    showStray(item, stray, { use, remove });
  }

  /** Who answered, as it stands now; the line also holds the button that clears the answer. */
  #showWriter(item, row) {
    if (!item.meta) return;
    const { answer, value } = item.read();
    item.meta.hidden = !(answer || value);
    const line = item.meta.querySelector("span");
    const recorded = this.#standing.known.get(item.item);
    const isOriginal = !recorded || recorded.version === item.original.version;
    let words = isOriginal ? item.original.writer : sayWriter(item.kind, recorded);
    if (row || isSettling(item)) words = "";
    if (line.textContent !== words) line.textContent = words;
  }
}

function readRules() {
  const element = document.getElementById("topic-rules");
  return element ? JSON.parse(element.textContent) : { questions: [], facts: {}, answers: {} };
}
