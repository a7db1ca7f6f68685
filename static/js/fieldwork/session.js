/**
 * What a page has for the person who is signed in: their outbox, its sender, and the line that says
 * how things stand. It reads the outbox again whenever something changed, here or in another tab.
 */

import { openDatabase } from "./database.js";
import { Drafts } from "./drafts.js";
import { News } from "./news.js";
import { Outbox } from "./outbox.js";
import { isOf, isWaiting } from "./rows.js";
import { Sender } from "./sender.js";
import { StatusLine } from "./status.js";
import { describeAll } from "./words.js";

const NO_PAGE = {
  isSettling: () => false, hasFailed: () => false, startReading: () => async () => () => {},
};

/**
 * Open what is kept on this device for `user`. `build` names the scripts of this page. Rejects where
 * the browser keeps nothing.
 */
export async function openSession(user, build) {
  const database = await openDatabase(user);
  const session = new Session(user, database, build);
  await session.outbox.keepLeftBehind();
  return session;
}

class Session {
  #page = NO_PAGE;
  #drafts;
  #stale = false;
  #refreshing = null;

  constructor(user, database, build) {
    this.user = user;
    this.build = build;
    this.database = database;
    this.#drafts = new Drafts(user);
    this.outbox = new Outbox(database, this.#drafts);
    this.news = new News(user);
    this.sender = new Sender(user, this.outbox, this.news);
    this.cases = new Cases(database);
    this.status = null;
    /** Whether the page holds a plain form that came back with what could not be saved. */
    this.isPlain = false;
    /** All rows of the outbox, in order; null until they are read for the first time. */
    this.rows = null;
    /** When the page was asked for, or its copy was kept: what the server said later is newer. */
    this.asOf = Date.parse(document.body.dataset.kept || "") || Date.now() - performance.now();
    for (const type of ["changed", "kept"]) this.news.addEventListener(type, () => this.#refreshOrWarn());
    this.news.addEventListener("answered", ({ detail }) => {
      this.cases.noteChange(detail.case).catch((error) => console.warn("A change was not noted.", error));
    });
    this.news.addEventListener("sending", () => this.showStatus());
    this.news.addEventListener("signed-out", ({ detail }) => detail.elsewhere && location.reload());
    for (const type of ["online", "offline"]) addEventListener(type, () => this.showStatus());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#refreshOrWarn());
  }

  /** Show in a line how things stand. `place` is where one is made if the page has none. */
  showStatusIn(place) {
    this.status = new StatusLine(place);
  }

  /** Let `page` have its part in every refresh from now on; resolves after the first. */
  follow(page) {
    this.#page = page;
    return this.refresh();
  }

  /** Bring the page to what is in the outbox now. Resolves once it is. */
  refresh() {
    this.#stale = true;
    this.#refreshing ??= this.#refreshUntilFresh().finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #refreshUntilFresh() {
    while (this.#stale) {
      this.#stale = false;
      const read = this.#page.startReading();
      const rows = await this.outbox.list();
      const apply = await read(rows);
      this.rows = rows;
      apply();
      this.showStatus();
      this.news.tellHere("refreshed", { isWaiting: rows.some(isWaiting) });
    }
  }

  #refreshOrWarn() {
    return this.refresh().catch((error) => console.warn("The page could not be brought up to date.", error));
  }

  /** Return all that is on this device only: rows of the outbox, and things that it could not take. */
  async listUnsent() {
    const rows = await this.outbox.list();
    const left = this.#drafts.list().map(({ thing }) => thing);
    return [...rows, ...left.filter((thing) => !rows.some((row) => row.item === thing.item && isOf(row, thing)))];
  }

  /** Return whether something on this page is on this page only. */
  hasFailed() {
    return this.#page.hasFailed();
  }

  showStatus() {
    if (!this.rows) return;
    const { trouble, lostCases } = this.sender;
    this.status?.show(describeAll(this.rows, {
      trouble,
      lostCases,
      sending: this.sender.isUnderWay(),
      elsewhere: this.sender.isElsewhere(),
      writing: this.#page.isSettling(),
      failed: this.#page.hasFailed(),
      plain: this.isPlain,
      offline: !navigator.onLine,
    }));
  }
}

/** The cases that are kept for work without a network, by the address of their changes. */
class Cases {
  #database;

  constructor(database) {
    this.#database = database;
  }

  get(name) {
    return this.#database.read(["cases"], ({ cases }) => cases.get(name));
  }

  list() {
    return this.#database.read(["cases"], ({ cases }) => cases.getAll());
  }

  /** Change what is kept of a case; `changes` are laid over what is there. */
  put(name, changes) {
    return this.#database.write(["cases"], async ({ cases }) => {
      await cases.put({ ...(await cases.get(name)), case: name, ...changes });
    });
  }

  /** Note that a case was changed, so that its kept pages are older than that. */
  noteChange(name) {
    return this.#database.write(["cases"], async ({ cases }) => {
      const kept = await cases.get(name);
      if (kept) await cases.put({ ...kept, changedAt: Date.now() });
    });
  }

  remove(name) {
    return this.#database.write(["cases"], ({ cases }) => cases.delete(name));
  }
}
