/**
 * Sends what is in the outbox, in order, and again until the server has answered.
 *
 * Only one page of a person sends at a time. What was sent without an answer is sent again under
 * the same ids, by whichever page comes next: the server makes each change once.
 */

import {
  ask, canReach, NOT_ALLOWED, NOT_READ, NOT_THERE, OFFLINE, OUT_OF_ORDER, SIGNED_OUT, SOMEBODY_ELSE,
  TOO_LARGE,
} from "./asking.js";
import { noteContact, readCurrent } from "./device.js";
import { BATCH, FIRST_PAUSE, LONGEST_PAUSE, TAKE_OVER_AFTER } from "./limits.js";
import { inTurn } from "./locks.js";

const ENDS_ROUND = new Set([SIGNED_OUT, SOMEBODY_ELSE, NOT_ALLOWED, OFFLINE]);
const SLOW = 5000; // milliseconds without an answer after which nobody is told "saving" any more
const LARGEST_KEEPALIVE = 20_000; // characters; browsers let a page that is left send 64 KB

/** Sends for one person. `trouble` is why it last failed: null, or one of the constants. */
export class Sender {
  #user;
  #outbox;
  #news;
  #timer = null;
  #due = Infinity;
  #pause = FIRST_PAUSE;
  #running = null;
  #again = false;
  #isSlow = false;
  #isElsewhere = false;

  constructor(user, outbox, news) {
    this.#user = user;
    this.#outbox = outbox;
    this.#news = news;
    this.trouble = null;
    /**
     * References of cases, by their address, that the server says are not this person's. Nothing of
     * them is sent again before the next page, or before somebody asks for it.
     */
    this.lostCases = new Map();
  }

  /** Return whether what waits is being sent, as far as one can tell. */
  isUnderWay() {
    return this.trouble === null && !this.#isSlow && !this.#isElsewhere && navigator.onLine;
  }

  /** Return whether this page has waited for a while for another one that sends. */
  isElsewhere() {
    return this.#isElsewhere;
  }

  /** Send again what belongs to a case that was said not to be this person's. */
  retry(name) {
    this.lostCases.delete(name);
    this.#news.tellHere("sending");
    return this.finish();
  }

  /** Send when the network returns, when the page is looked at again, and when it is left. */
  followNetwork() {
    addEventListener("online", () => {
      this.#pause = FIRST_PAUSE;
      this.soon(0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.send({ keepalive: true });
      else this.soon(0);
    });
    addEventListener("pageshow", ({ persisted }) => persisted && this.soon(0));
    this.#news.addEventListener("refreshed", ({ detail }) => detail.isWaiting && this.#lookAfter());
  }

  /** Another page may be about to send what waits, or may be gone: this one does not rely on it. */
  #lookAfter() {
    if (!this.#running && this.#timer === null) this.soon(SLOW);
  }

  /** Send in so many milliseconds; what was planned for earlier stays. */
  soon(milliseconds) {
    const due = Date.now() + milliseconds;
    if (this.#timer !== null && this.#due <= due) return;
    this.#plan(milliseconds);
  }

  /**
   * Send in so many milliseconds, counted anew: for somebody who is still typing. Where sending just
   * failed, the next attempt stays as it is planned.
   */
  later(milliseconds) {
    if (this.trouble === null) this.#plan(milliseconds);
    else this.soon(this.#pause);
  }

  #plan(milliseconds) {
    clearTimeout(this.#timer);
    this.#due = Date.now() + milliseconds;
    this.#timer = setTimeout(() => this.send(), milliseconds);
  }

  /** Send all that waits. Resolves when the attempt is over, whatever came of it. */
  send(options = {}) {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#sendInTurn(options).finally(() => {
      this.#running = null;
      if (this.#again && this.trouble === null) this.soon(0);
      this.#again = false;
    });
    return this.#running;
  }

  /** Send all that waits, what was added while an attempt was under way included. */
  async finish() {
    await this.#running;
    await this.send();
  }

  async #sendInTurn(options) {
    const late = setTimeout(() => this.#setElsewhere(true), SLOW);
    const begin = () => {
      clearTimeout(late);
      this.#setElsewhere(false);
      return this.#sendAll(options);
    };
    try {
      await inTurn(`fieldwork-send-${this.#user}`, begin, TAKE_OVER_AFTER);
    } catch (error) {
      // Another page sends the same in this one's place, and may be gone before it has.
      if (error.name === "AbortError") return this.soon(SLOW);
      this.#fail(OUT_OF_ORDER);
      console.warn("Sending failed.", error);
    }
  }

  async #sendAll({ keepalive = false }) {
    // What is not sent stays as it is: newer answers take its place.
    const isDoubtful = !navigator.onLine || this.trouble === OFFLINE;
    if (isDoubtful && !(await canReach())) return this.#fail(OFFLINE);
    const current = await readCurrent();
    if (current && current !== this.#user) return this.#fail(SOMEBODY_ELSE);
    const skip = new Set(this.lostCases.keys());
    let isAnyLeft = false;
    let most = BATCH;
    for (;;) {
      const batch = await this.#outbox.claim(most, skip);
      if (!batch) break;
      const slow = setTimeout(() => this.#setSlow(true), SLOW);
      const trouble = await this.#sendBatch(batch, keepalive);
      clearTimeout(slow);
      this.#setSlow(false);
      if (ENDS_ROUND.has(trouble)) return this.#fail(trouble);
      if (trouble === null) continue;
      if (trouble === NOT_THERE) skip.add(batch.case);
      else if (trouble === OUT_OF_ORDER) {
        skip.add(batch.lane); // The server fails at this; that is no reason to keep back anything else.
        isAnyLeft = true;
      } else most = 1; // One change is at fault: alone it is found, and the others go on.
    }
    return isAnyLeft ? this.#fail(OUT_OF_ORDER) : this.#succeed();
  }

  /** Return null where the server answered for the batch, else what was the matter. */
  async #sendBatch({ case: name, reference, changes }, keepalive) {
    const body = JSON.stringify({ changes });
    try {
      const { json, today } = await ask(name, this.#user, {
        body, keepalive: keepalive && body.length < LARGEST_KEEPALIVE,
      });
      if (today) await noteContact(this.#user, today);
      return await this.#takeAnswer(name, changes, json);
    } catch (error) {
      if (!error.meaning) throw error;
      if (error.meaning === NOT_THERE) this.lostCases.set(name, reference);
      if (changes.length === 1 && [NOT_READ, TOO_LARGE].includes(error.meaning)) {
        await this.#takeAnswer(name, changes, { results: [refuse(changes[0], error)] });
        return null;
      }
      return error.meaning;
    }
  }

  async #takeAnswer(name, changes, answer) {
    if (!Array.isArray(answer.results)) return OUT_OF_ORDER;
    const saved = await this.#outbox.settle(name, answer);
    this.lostCases.delete(name);
    this.#news.tell("changed", { case: name, saved });
    this.#news.tellHere("answered", { case: name, answer });
    const answered = new Set(answer.results.map(({ id }) => id));
    return changes.some(({ id }) => answered.has(id)) ? null : OUT_OF_ORDER;
  }

  #setSlow(isSlow) {
    this.#isSlow = isSlow;
    this.#news.tellHere("sending");
  }

  #setElsewhere(isElsewhere) {
    if (this.#isElsewhere === isElsewhere) return;
    this.#isElsewhere = isElsewhere;
    this.#news.tellHere("sending");
  }

  #succeed() {
    this.trouble = null;
    this.#pause = FIRST_PAUSE;
    this.#news.tellHere("sending");
  }

  #fail(trouble) {
    this.trouble = trouble;
    this.#news.tellHere("sending");
    this.soon(this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}

/** What the server cannot read stays here with its reason, and does not hold up the rest. */
function refuse({ id }, { meaning, words }) {
  const what = meaning === TOO_LARGE ? "It is too large to be sent." : "The server could not read it.";
  return { id, status: "refused", message: words || what };
}
