/**
 * What is on its way to the outbox, written down at once: a page may be gone before the outbox,
 * which takes some milliseconds, has it. localStorage does not wait, and outlives the page.
 */

const START = "fieldwork-draft";
const ASIDE = "fieldwork-draft-aside";

/** The drafts of one person, a key for each item. Where the browser has no room, there are none. */
export class Drafts {
  #start;
  #aside;

  constructor(user) {
    this.#start = `${START} ${user} `;
    this.#aside = `${ASIDE} ${user} `;
  }

  /**
   * Write down what is given for a thing ({thing, values, seen, shown, id}); return it as it stands
   * there, or "".
   */
  write(key, given) {
    const draft = JSON.stringify({ ...given, at: Date.now() });
    return attempt((storage) => {
      storage.setItem(this.#start + key, draft);
      return draft;
    }) || "";
  }

  /** Return the draft that stands for a thing, or "". */
  read(key) {
    return attempt((storage) => storage.getItem(this.#start + key)) || "";
  }

  /** Forget a draft that is in the outbox now, unless another was written since. */
  forget(key, draft) {
    attempt((storage) => {
      if (storage.getItem(this.#start + key) === draft) storage.removeItem(this.#start + key);
    });
  }

  /**
   * Return what was left behind: what was given, `at` which moment, with its `draft`. What cannot be
   * read is set aside, where it is in nobody's way.
   */
  list() {
    return listNames(this.#start).flatMap((name) => {
      const draft = attempt((storage) => storage.getItem(name));
      const given = read(draft);
      if (!given) this.#setAside(name, draft);
      return given ? [{ ...given, draft }] : [];
    });
  }

  #setAside(name, draft) {
    console.warn("A draft could not be read, and was set aside.", name);
    attempt((storage) => {
      storage.setItem(this.#aside + name.slice(this.#start.length), draft);
      storage.removeItem(name);
    });
  }

  /** Forget all of them. */
  clear() {
    for (const name of [...listNames(this.#start), ...listNames(this.#aside)]) {
      attempt((storage) => storage.removeItem(name));
    }
  }
}

function listNames(start) {
  return attempt((storage) => Object.keys(storage).filter((name) => name.startsWith(start))) || [];
}

/** Return what a draft says was given; null where it does not have that shape. */
function read(draft) {
  try {
    const given = JSON.parse(draft);
    return isGiven(given) ? given : null;
  } catch {
    return null;
  }
}

function isGiven({ thing, values, seen, shown, at }) {
  const isObject = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
  return isObject(thing) && isObject(thing.target) && isObject(values) && (shown === undefined || isObject(shown))
    && [thing.case, thing.item, thing.kind].every((name) => name && typeof name === "string")
    && (seen === null || Number.isInteger(seen)) && Number.isFinite(at);
}

function attempt(act) {
  try {
    return act(localStorage);
  } catch (error) {
    console.warn("A draft could not be written down.", error);
    return undefined;
  }
}
