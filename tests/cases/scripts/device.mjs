/** A device without a browser: its two stores in memory, with what scripts ask of them. */

/** What database.js gives: stores of rows, each transaction all or nothing. */
export class MemoryDatabase {
  #stores = { outbox: new Map(), known: new Map(), meta: new Map() };

  read(names, work) {
    return this.write(names, work);
  }

  async write(names, work) {
    const before = structuredClone(this.#stores);
    try {
      return await work(Object.fromEntries(names.map((name) => [name, this.#open(name)])));
    } catch (error) {
      this.#stores = before;
      throw error;
    }
  }

  #open(name) {
    const rows = this.#stores[name];
    return {
      get: async (key) => structuredClone(rows.get(key)),
      getAll: async () => structuredClone([...rows.values()]),
      getOf: async (one) => structuredClone([...rows.values()].filter((row) => row.case === one)),
      put: async (row) => rows.set(row.key ?? row.name, structuredClone(row)),
      delete: async (key) => rows.delete(key),
    };
  }
}

/** What localStorage is: its names are its own enumerable properties. */
export class MemoryStorage {
  getItem(name) { return this[name] ?? null; }

  setItem(name, text) { this[name] = String(text); }

  removeItem(name) { delete this[name]; }
}
