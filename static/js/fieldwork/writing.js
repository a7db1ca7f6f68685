/** What is given on a page, on its way to the outbox: written down at once, and soon on the disk. */

/** Return whether what was given for an item is not on the disk yet. */
export const isWriting = ({ unwritten, writing }) => Boolean(unwritten || writing);

/** Return whether it is not on the disk, or the page does not show yet that it is. */
export const isSettling = (item) => isWriting(item) || item.generation !== item.fresh;

/**
 * Writes the items of a page. `describe` returns what an item holds, as the outbox is given it;
 * `done` is called when all is written that can be.
 */
export class Writer {
  #items;
  #outbox;
  #describe;
  #done;
  #writing = null;

  constructor(items, outbox, { describe, done }) {
    this.#items = items;
    this.#outbox = outbox;
    this.#describe = describe;
    this.#done = done;
  }

  /** Take what an item holds now, and write it after so many milliseconds. */
  take(item, pause) {
    item.unwritten = true;
    item.saved = false;
    item.generation += 1;
    item.given = this.#outbox.draft(this.#describe(item));
    for (const failed of this.#items.filter((one) => one.failed)) failed.unwritten = true; // Once more.
    clearTimeout(item.timer);
    if (pause) item.timer = setTimeout(() => this.writeAll(), pause);
    else this.writeAll();
  }

  /** Write all that is not written yet, and again what was changed meanwhile. */
  writeAll() {
    this.#writing ??= this.#writeUntilDone().then(() => {
      this.#writing = null;
      this.#done();
    });
    return this.#writing;
  }

  /** Return whether something could not be kept. */
  hasFailed() {
    return this.#items.some(({ failed }) => failed);
  }

  /** Return whether leaving the page now would lose something. */
  wouldLose() {
    return this.hasFailed() || this.#items.some((item) => isWriting(item) && !item.given.draft);
  }

  async #writeUntilDone() {
    await null; // What is given in one go is written in one go.
    for (let items = this.#takeUnwritten(); items.length; items = this.#takeUnwritten()) {
      const all = items.map(({ given, shown }) => ({ ...given, seen: shown.version, shown: shown.values }));
      try {
        await this.#outbox.keep(all);
        items.forEach((item, place) => {
          Object.assign(item, { failed: false, shown: { ...item.shown, values: all[place].values } });
        });
      } catch (error) {
        console.warn("A change could not be kept on this device.", error);
        for (const item of items) item.failed = true;
      }
      for (const item of items) item.writing = false;
    }
  }

  #takeUnwritten() {
    const items = this.#items.filter(({ unwritten }) => unwritten);
    for (const item of items) {
      clearTimeout(item.timer);
      Object.assign(item, { unwritten: false, writing: true });
    }
    return items;
  }
}
