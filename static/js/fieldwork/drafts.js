/**
 * What is on its way to the outbox, written down at once: a page may be gone before the outbox,
 * which takes some milliseconds, has it. localStorage does not wait, and outlives the page.
 */

const START = "fieldwork-draft";

/** The drafts of one person, a key for each item. Where the browser has no room, there are none. */
export class Drafts {
  #start;

  constructor(user) {
    this.#start = `${START} ${user} `;
  }

  /** Write down what is given for a thing ({thing, values, seen}); return it as it stands there, or "". */
  write(key, given) {
    const draft = JSON.stringify({ ...given, at: Date.now() });
    return attempt((storage) => {
      storage.setItem(this.#start + key, draft);
      return draft;
    }) || "";
  }

  /** Forget a draft that is in the outbox now, unless another was written since. */
  forget(key, draft) {
    attempt((storage) => {
      if (storage.getItem(this.#start + key) === draft) storage.removeItem(this.#start + key);
    });
  }

  /** Return what was left behind: what was given, with its `draft`. What cannot be read is left out. */
  list() {
    return this.#names().flatMap((name) => attempt((storage) => {
      const draft = storage.getItem(name);
      return [{ ...JSON.parse(draft), draft }];
    }) || []);
  }

  #names() {
    return attempt((storage) => Object.keys(storage).filter((name) => name.startsWith(this.#start))) || [];
  }

  /** Forget all of them. */
  clear() {
    for (const name of this.#names()) attempt((storage) => storage.removeItem(name));
  }
}

function attempt(act) {
  try {
    return act(localStorage);
  } catch (error) {
    console.warn("A draft could not be written down.", error);
    return undefined;
  }
}
