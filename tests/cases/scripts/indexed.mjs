/** IndexedDB in memory: as much of it as database.js and the service worker ask of a browser. */

/** Databases by name. What is asked is answered later, as in a browser; writes are not taken back. */
export class MemoryIndexedDB {
  #kept = new Map();

  open(name, version) {
    const isNew = !this.#kept.has(name);
    if (isNew) this.#kept.set(name, new Kept());
    const kept = this.#kept.get(name);
    const request = answer(() => kept);
    if (isNew) {
      const before = () => request.onupgradeneeded?.({ oldVersion: 0 });
      Object.assign(request, { before, result: kept, transaction: kept.transaction(), version });
    }
    return request;
  }

  deleteDatabase(name) {
    this.#kept.delete(name);
  }
}

class Kept {
  #stores = new Map();

  createObjectStore(name, { keyPath }) {
    const store = { keyPath, rows: new Map() };
    this.#stores.set(name, store);
    return { createIndex() {} };
  }

  transaction() {
    let waiting = 0;
    const transaction = { abort() {}, objectStore: (name) => this.#ask(this.#stores.get(name), ask) };
    const ask = (act) => {
      waiting += 1;
      return answer(act, () => {
        waiting -= 1;
        setImmediate(() => waiting || transaction.oncomplete?.());
      });
    };
    return transaction;
  }

  #ask({ keyPath, rows }, ask) {
    const all = () => [...rows.values()].map((row) => structuredClone(row));
    return {
      get: (key) => ask(() => structuredClone(rows.get(key))),
      getAll: () => ask(all),
      index: (name) => ({ getAll: (value) => ask(() => all().filter((row) => row[name] === value)) }),
      count: () => ask(() => rows.size),
      put: (row) => ask(() => { rows.set(row[keyPath], structuredClone(row)); }),
      delete: (key) => ask(() => { rows.delete(key); }),
      clear: () => ask(() => { rows.clear(); }),
    };
  }

  close() {}
}

function answer(act, after = () => {}) {
  const request = {};
  setImmediate(() => {
    request.before?.();
    request.result = act();
    request.onsuccess?.({ target: request });
    after();
  });
  return request;
}
