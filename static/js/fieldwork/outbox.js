/**
 * The outbox of one person on this device: every change goes in here before anything is said of it,
 * and leaves only when the server has named it in an answer. rows.js says what becomes of a row.
 *
 * A case is named by the address that its changes are sent to.
 */

import { BATCH, BATCH_LENGTH } from "./limits.js";
import {
  decline, emptyRow, hasChange, holdBack, isOf, isWaiting, learn, listHeldBack, mergeGiven, queueChange, readCurrent,
  same, settle, startSending, tryAgain, useMine, writeChange,
} from "./rows.js";

const ANSWER = { answer: "", reasons: [], evidence: "", flagged: false, note_to_lead: "" };
const FACT = { value: "" };
const NOT_DONE = "The case is not recorded as completed, because not all of your changes could be saved. "
  + "Look at those first.";

/** Return the name of a judgement within its case. */
export const nameAnswer = (code, row) => `answer:${code}:${row}`;

/** Return the name of a fact within its case. */
export const nameFact = (key) => `fact:${key}`;

/** Return an id that no other change has; `crypto.randomUUID` needs HTTPS, this does not. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Keeps, hands out and settles changes. Every method that writes returns once it is on the disk. */
export class Outbox {
  #database;
  #drafts;

  constructor(database, drafts) {
    this.#database = database;
    this.#drafts = drafts;
  }

  /** Return all rows, in the order in which they were given. */
  async list() {
    const rows = await this.#database.read(["outbox"], ({ outbox }) => outbox.getAll());
    return rows.sort((one, other) => placeOf(one) - placeOf(other));
  }

  /**
   * Return rows and known values of an assessment of a case: {rows, known}, each a Map by the name of
   * the item.
   */
  readCase(name, assessment) {
    const wanted = { case: name, assessment };
    return this.#database.read(["outbox", "known"], async ({ outbox, known }) => {
      const byItem = (found) => new Map(found.filter((one) => isOf(one, wanted)).map((one) => [one.item, one]));
      return { rows: byItem(await outbox.getOf(name)), known: byItem(await known.getOf(name)) };
    });
  }

  /**
   * Write down at once what a person gave; keep() has it on the disk. A change is {thing, values,
   * seen, shown}: `thing` is {case, assessment, reference, item, kind, target, title, page, anchor},
   * of an alert with `telephone`, to be said with it on every page; `seen` the version and `shown` the
   * values that the person saw before they changed something, null and left out for what has no
   * versions. Returns what keep() is given; its `draft` is empty
   * where nothing could be written down, and `outdated` then one that still stands there.
   */
  draft(given) {
    const key = keyOf(given.thing);
    const named = { ...given, id: makeId() };
    const draft = this.#drafts.write(key, named);
    return { ...named, draft, outdated: draft ? "" : this.#drafts.read(key) };
  }

  /**
   * Keep changes that were written down. What they were given over is in them: a part that the person
   * did not change stays as it stands, whatever their page showed of it.
   */
  async keep(all) {
    await this.#write(async (stores) => {
      for (const given of all) await this.#keepOne(stores, given);
    });
    this.forget(all);
  }

  /** Forget what was written down. */
  forget(all) {
    for (const { thing, draft, outdated } of all) this.#drafts.forget(keyOf(thing), draft || outdated);
  }

  /**
   * Keep what was written down on pages that were gone before they could. Each is kept by itself; one
   * that cannot be stays written down for the next time.
   */
  async keepLeftBehind() {
    for (const given of this.#drafts.list()) {
      try {
        await this.#write((stores) => this.#keepUnlessThere(stores, given));
        this.forget([given]);
      } catch (error) {
        console.warn("What was left behind could not be kept yet.", error);
      }
    }
  }

  /**
   * A draft is the latest that was given for its thing, since each takes the place of the one before.
   * One that was kept or taken is known by its id; where that is not known any more the server knows
   * it, and makes it once.
   */
  async #keepUnlessThere(stores, given) {
    const [row, known] = await readBoth(stores, keyOf(given.thing));
    if (!hasChange(row, known, given.id)) await this.#keepOne(stores, given);
  }

  async #keepOne(stores, { thing, id, ...given }) {
    const key = keyOf(thing);
    const [row, known] = await readBoth(stores, key);
    const { values, seen } = given.shown
      ? mergeGiven({ version: given.seen, values: given.shown }, given.values, row, known) : given;
    const change = await this.#makeChange(stores, values, id);
    const queued = queueChange({ ...(row || emptyRow({ key }, seen)), ...thing }, change, known || null, seen);
    await putOrDelete(stores.outbox, key, queued);
    if (thing.kind === "fact") await this.#tryFactsAgain(stores, thing);
  }

  /** A fact that was refused beside another may be right now that another changed. */
  async #tryFactsAgain(stores, thing) {
    for (const row of await stores.outbox.getOf(thing.case)) {
      if (row.kind !== "fact" || row.item === thing.item || !row.refused || !isOf(row, thing)) continue;
      await stores.outbox.put(tryAgain(row, await this.#makeChange(stores)));
    }
  }

  /**
   * Put the oldest changes of a case in flight and return them as {case, reference, lane, changes};
   * null where nothing waits. `most` is the number of changes; `skip` a Set of cases, or of lanes of
   * cases, that are left out. Alerts of all cases come first, in a lane of their own: nothing else
   * holds them up. That a case is completed comes after all else of it, and not while something in it
   * is held back or left out.
   */
  claim(most = BATCH, skip = new Set()) {
    return this.#database.write(["outbox"], async ({ outbox }) => {
      const all = await outbox.getAll();
      const isLeftOut = (row) => skip.has(row.case) || skip.has(laneOf(row));
      const mayGo = (row) => row.kind !== "complete" || !(
        listHeldBack(all, row).length
        || all.some((other) => other.case === row.case && isWaiting(other) && isLeftOut(other))
      );
      const rows = all
        .filter((row) => isWaiting(row) && !isLeftOut(row) && mayGo(row))
        .sort((one, other) => orderOf(one) - orderOf(other) || placeOf(one) - placeOf(other));
      if (!rows.length) return null;
      const { case: name, reference } = rows[0];
      const lane = laneOf(rows[0]);
      const changes = [];
      let length = 0;
      for (const row of rows.filter((one) => laneOf(one) === lane).slice(0, most)) {
        const sending = startSending(row);
        const change = writeChange(sending);
        length += JSON.stringify(change).length;
        if (changes.length && length > BATCH_LENGTH) break;
        if (sending !== row) await outbox.put(sending);
        changes.push(change);
      }
      return { case: name, reference, lane, changes };
    });
  }

  /** Take in an answer of the server to changes of a case; return the ids that it saved. */
  settle(name, { results, facts = {}, assessment }) {
    return this.#write(async (stores) => {
      const now = Date.now();
      const byId = new Map(results.map((result) => [result.id, result]));
      const saved = [];
      for (const row of await stores.outbox.getOf(name)) {
        const result = row.inflight && byId.get(row.inflight.id);
        if (!result) continue;
        const outcome = settle(row, result, now);
        await putOrDelete(stores.outbox, row.key, await this.#overOwnImplication(stores, row, outcome, facts));
        if (outcome.known) await this.#learn(stores, row, outcome.known);
        if (outcome.saved) saved.push(result.id);
      }
      await this.#stopCompletion(stores, name);
      for (const [key, { value, version }] of Object.entries(facts)) {
        const news = { version, values: { value }, own: true, from: version - 1, got: now };
        await this.#learn(stores, { case: name, assessment, item: nameFact(key) }, news);
      }
      return saved;
    });
  }

  /** Where something came to be held back, the person is to say anew that the case is completed. */
  async #stopCompletion({ outbox }, name) {
    const rows = await outbox.getOf(name);
    if (!listHeldBack(rows, { case: name }).length) return;
    for (const row of rows) {
      if (row.kind === "complete" && row.next && !row.inflight) await outbox.put(holdBack(row, NOT_DONE));
    }
  }

  /** What another fact of one's own implied in the same answer is nobody else's: go on over it. */
  async #overOwnImplication(stores, sent, { row }, facts) {
    const implied = row?.conflict && row.kind === "fact" && facts[row.target.key];
    if (!implied || implied.version !== row.conflict.theirs.version) return row;
    return useMine(row, await this.#makeChange(stores));
  }

  /** Settle a conflict for one's own answer. */
  chooseMine(key) {
    return this.#write(async (stores) => {
      const row = await stores.outbox.get(key);
      if (row?.conflict) await stores.outbox.put(useMine(row, await this.#makeChange(stores)));
    });
  }

  /** Settle a conflict for theirs; one's own is told to the server, which keeps it in the history. */
  chooseTheirs(key) {
    return this.#write(async (stores) => {
      const row = await stores.outbox.get(key);
      if (!row?.conflict) return;
      const change = await this.#makeChange(stores);
      const thing = { ...describe(row), kind: `decline_${row.kind}`, item: `declined:${change.id}` };
      const declined = decline(row, { ...thing, key: keyOf(thing) }, change);
      await stores.outbox.put(declined);
      await stores.outbox.delete(key);
      await this.#learn(stores, row, row.conflict.theirs);
    });
  }

  /** Send again what was refused. */
  tryAgain(key) {
    return this.#write(async (stores) => {
      const row = await stores.outbox.get(key);
      if (row?.refused) await stores.outbox.put(tryAgain(row, await this.#makeChange(stores)));
    });
  }

  /** Give up what was refused, as the person asked. */
  giveUp(key) {
    return this.#write(async ({ outbox }) => {
      const row = await outbox.get(key);
      if (row?.refused) await outbox.delete(key);
    });
  }

  /** Remove a row from this device, whatever state it is in, as the person asked. */
  remove(key) {
    return this.#write(({ outbox }) => outbox.delete(key));
  }

  /**
   * Take in what a page or the server shows of an assessment of a case: [{item, version, values, …}],
   * got at `got`.
   */
  learnAll(name, assessment, all, got) {
    return this.#write((stores) => this.#learnAll(stores, { case: name, assessment }, all, got));
  }

  /**
   * Take in all answers and facts of a case, as its address of data gives them. What is known of an
   * assessment of it that the person no longer has is forgotten.
   */
  learnCase(name, { assessment, answers, facts }, got) {
    const whose = { case: name, assessment };
    return this.#write(async (stores) => {
      for (const one of await stores.known.getOf(name)) if (!isOf(one, whose)) await stores.known.delete(one.key);
      await this.#learnAll(stores, whose, [
        ...answers.map((one) => ({ item: nameAnswer(one.code, one.row), ...readCurrent(one, ANSWER) })),
        ...Object.entries(facts).map(([key, one]) => ({ item: nameFact(key), ...readCurrent(one, FACT) })),
      ], got);
    });
  }

  async #learnAll(stores, whose, all, got) {
    for (const { item, ...news } of all) await this.#learn(stores, { ...whose, item }, { ...news, got });
  }

  /** A question is settled, too, once one's own answer is recorded: by the form itself, or elsewhere. */
  async #learn({ outbox, known }, { case: name, assessment, item }, news) {
    const key = keyOf({ case: name, assessment, item });
    const [row, before] = await readBoth({ outbox, known }, key);
    const after = learn(before, news);
    if (after !== before) await known.put({ ...after, key, case: name, assessment, item });
    if (row?.conflict && same(row.conflict.mine, after.values)) await outbox.delete(key);
  }

  async #makeChange({ meta }, values, id = makeId()) {
    const seq = ((await meta.get("seq"))?.value || 0) + 1;
    await meta.put({ name: "seq", value: seq });
    return { id, values, at: Date.now(), seq };
  }

  #write(work) {
    return this.#database.write(["outbox", "known", "meta"], work);
  }
}

const keyOf = ({ case: name, assessment, item }) => [name, assessment, item].filter(Boolean).join(" ");
const placeOf = (row) => (row.inflight || row.next)?.seq ?? 0;
const orderOf = ({ kind }) => ({ alert: -1, complete: 1 })[kind] || 0;
const laneOf = ({ case: name, kind }) => `${name} ${kind === "alert" ? "alerts" : "others"}`;

/** What rows of one thing have in common: all but its state, kind and name. */
function describe({ key, item, kind, base, inflight, next, conflict, refused, ...thing }) {
  return thing;
}

async function readBoth({ outbox, known }, key) {
  return [await outbox.get(key), await known.get(key)];
}

async function putOrDelete(store, key, row) {
  if (row) await store.put(row);
  else await store.delete(key);
}
