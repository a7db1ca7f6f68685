/**
 * What this device keeps for one person, in an IndexedDB of their own:
 *
 *   outbox  a row for each thing with something unsettled (rows.js)
 *   known   what is known to be recorded of each fact and judgement, with its version
 *   cases   cases kept for work without a network: rules, pages, when
 *   meta    single values: the number of the latest change
 *
 * A later version of this script adds a step to STEPS and never changes one: what an earlier
 * version left unsent is still there after it. An older script that finds a newer database uses it
 * as it is.
 */

const STEPS = [
  (database) => {
    for (const name of ["outbox", "known"]) {
      database.createObjectStore(name, { keyPath: "key" }).createIndex("case", "case");
    }
    database.createObjectStore("cases", { keyPath: "case" });
    database.createObjectStore("meta", { keyPath: "name" });
  },
  // What was known did not say of which assessment of its case; it can be fetched again. What waits
  // without that stays as it is: the server knows whether it can only belong to one.
  (_, transaction) => transaction.objectStore("known").clear(),
];

const nameOf = (user) => `fieldwork-${user}`;

/** Open what is kept for `user`. Rejects where the browser keeps nothing. */
export async function openDatabase(user) {
  const kept = new Database(nameOf(user), STEPS);
  await kept.open();
  return kept;
}

/** Remove all that is kept for `user`. A page that still has it open lets go of it. */
export async function removeDatabase(user) {
  const kept = await openDatabase(user);
  const names = ["outbox", "known", "cases", "meta"];
  await kept.write(names, async (stores) => Promise.all(names.map((name) => stores[name].clear())));
  kept.close();
  indexedDB.deleteDatabase(nameOf(user));
}

/** An IndexedDB: reads and writes of several stores at a time, each all or nothing. */
export class Database {
  #name;
  #steps;
  #opening = null;
  #ended = false;

  constructor(name, steps) {
    this.#name = name;
    this.#steps = steps;
  }

  /** Open it, or wait until it is open. */
  open() {
    this.#opening ??= openAt(this.#name, this.#steps).catch((error) => {
      if (error.name === "VersionError") return openAt(this.#name, null);
      throw error;
    }).then((database) => {
      const forget = () => { this.#opening = null; };
      database.onversionchange = () => { database.close(); forget(); };
      database.onclose = forget;
      return database;
    }, (error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** The page is being left for good: whatever still wants to read or write here is told that it cannot. */
  end() {
    this.#ended = true;
    this.close();
  }

  close() {
    this.#opening?.then((database) => database.close(), () => {});
    this.#opening = null;
  }

  /** Run `work` on the stores of these names; return what it returns. */
  read(names, work) {
    return this.#run(names, "readonly", work);
  }

  /**
   * Run `work` on the stores of these names, and return what it returns once all of it is on the
   * disk. Where anything fails, nothing is written and this rejects.
   */
  write(names, work) {
    return this.#run(names, "readwrite", work);
  }

  async #run(names, mode, work) {
    if (this.#ended) throw new Error("Nothing is kept here any more: the person has signed out.");
    const transaction = await this.#begin(names, mode);
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error || new Error("The write was given up."));
    });
    const stores = Object.fromEntries(names.map((name) => [name, wrap(transaction.objectStore(name))]));
    let result;
    try {
      result = await work(stores);
    } catch (error) {
      finished.catch(() => {});
      try { transaction.abort(); } catch { /* it ended already */ }
      throw error;
    }
    await finished;
    return result;
  }

  async #begin(names, mode) {
    const begin = async () => (await this.open()).transaction(names, mode, { durability: "strict" });
    try {
      return await begin();
    } catch (error) {
      if (error.name !== "InvalidStateError") throw error;
      this.#opening = null; // It was closed under us; once more.
      return begin();
    }
  }
}

function openAt(name, steps) {
  return new Promise((resolve, reject) => {
    const request = steps ? indexedDB.open(name, steps.length) : indexedDB.open(name);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (!steps) return;
      for (const step of steps.slice(oldVersion)) step(request.result, request.transaction);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => {}; // Other pages let go when they are told; then it goes on.
  });
}

function wrap(store) {
  const promise = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return {
    get: (key) => promise(store.get(key)),
    getAll: () => promise(store.getAll()),
    getOf: (name) => promise(store.index("case").getAll(name)),
    count: () => promise(store.count()),
    put: (value) => promise(store.put(value)),
    delete: (key) => promise(store.delete(key)),
    clear: () => promise(store.clear()),
  };
}
