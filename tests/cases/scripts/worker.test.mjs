/** What the service worker keeps: a page only with all its files, for its person and nobody after. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";
import vm from "node:vm";

const SCRIPT = readFileSync(new URL("../../../static/js/service-worker.js", import.meta.url), "utf8");
const SITE = "https://site.example";
let kept, build, current, missing, opens;

/** A cache in memory: as in a browser, what is put goes to its end. */
class MemoryCache {
  #entries = new Map();

  #pathOf(key) { return new URL(key.url ?? key, SITE).pathname; }

  async match(key) { return this.#entries.get(this.#pathOf(key))?.clone(); }

  async put(key, response) {
    await this.delete(key);
    this.#entries.set(this.#pathOf(key), response);
  }

  async delete(key) { return this.#entries.delete(this.#pathOf(key)); }

  async keys() { return [...this.#entries.keys()].map((path) => ({ url: SITE + path })); }
}

const caches = {
  has: async (name) => kept.has(name),
  open: async (name) => kept.get(name) ?? kept.set(name, new MemoryCache()).get(name),
  delete: async (name) => kept.delete(name),
};

const nameFile = (name, number) => `/static/${name}.${number.toString(16).padStart(12, "0")}.css`;
const list = (most, name, number) => Array.from({ length: most }, (_, place) => nameFile(`${name}${place}`, number));

/** Return the files of a page: most are new with every build; /b/ has some that never change. */
const filesOf = (path) => [...list(20, "same", 0), ...list(50, "new", build), ...(path === "/b/" ? list(10, "rare", 0) : [])];

async function fetch(asked) {
  const { pathname } = new URL(asked.url ?? asked, SITE);
  if (missing.has(pathname)) return new Response("oops", { status: 503 });
  if (pathname.startsWith("/static/")) return new Response("", { headers: { "Content-Type": "text/css" } });
  const links = filesOf(pathname).map((file) => `<link href="${file}">`).join("");
  return new Response(`<body data-user="me">build ${build} ${links}`, { headers: { "Content-Type": "text/html" } });
}

/** A database that says whose turn it is; `opens` whether it answers at all. */
const indexedDB = {
  open() {
    const rows = { meta: { value: current }, people: { keptUntil: Date.now() + 60_000 } };
    const answer = (result) => {
      const request = { result };
      setImmediate(() => request.onsuccess());
      return request;
    };
    const transaction = (store) => ({ objectStore: () => ({ get: () => answer(rows[store]) }) });
    return opens ? answer({ transaction, close() {} }) : {};
  },
};

/** Start the worker, as a browser does again and again; return what runs a function of it. */
function start() {
  const self = { location: { origin: SITE }, addEventListener() {} };
  const timers = { setTimeout: (act, pause) => setTimeout(act, Math.min(pause, 50)).unref() };
  const names = { self, caches, fetch, indexedDB, Response, Headers, URL, Promise, Date, ...timers };
  const context = vm.createContext(names);
  vm.runInContext(`const STATIC_URL = "/static/"; const OFFLINE_URL = "/offline/";\n${SCRIPT}`, context);
  return (name, ...args) => vm.runInContext(name, context)(...args);
}

async function keep(run, path) {
  const request = { url: SITE + path, headers: new Headers({ "X-Keep-For": "me" }) };
  return (await (await run("keepPage", request)).json()).outcome;
}

/** Open a page as a browser does that follows a link; resolves when the worker is done with it. */
async function open(run, path) {
  const waits = [];
  const event = { request: { url: SITE + path }, waitUntil: (one) => waits.push(one) };
  const response = await run("openPage", event, new URL(path, SITE));
  await Promise.all(waits);
  return response.text();
}

const pathsOf = async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
const lacking = async (path) => {
  const files = new Set(await pathsOf("fieldwork-files"));
  return filesOf(path).filter((file) => !files.has(file));
};
const readKept = async (path) => (await (await caches.open("fieldwork-pages-me")).match(path))?.text();

beforeEach(() => {
  kept = new Map();
  [build, current, missing, opens] = [1, "me", new Set(), true];
});

describe("the files of a page that was just kept", () => {
  for (const [how, renew] of [["by new workers", start], ["by one worker", null]]) {
    test(`are all there after many deployments: ${how}`, async () => {
      let run = start();
      for (build = 1; build < 8; build += 1) {
        run = renew?.() ?? run;
        for (const path of ["/b/", "/a/", "/a/more/"]) assert.equal(await keep(run, path), "kept");
        for (const path of ["/b/", "/a/"]) assert.deepEqual(await lacking(path), []);
      }
      if (renew) assert.ok((await pathsOf("fieldwork-files")).length <= 250);
    });
  }

  test("are all asked for again where one was not to be had", async () => {
    const run = start();
    missing.add(nameFile("new3", 1));
    assert.equal(await keep(run, "/a/"), "offline");
    assert.equal(await readKept("/a/"), undefined);
    missing.clear();
    assert.equal(await keep(run, "/a/"), "kept");
    assert.deepEqual(await lacking("/a/"), []);
  });
});

describe("a page that is opened", () => {
  test("is kept anew with the files that it needs now, or stays as it was", async () => {
    await keep(start(), "/a/");
    build = 2;
    missing.add(nameFile("new3", 2));
    assert.match(await open(start(), "/a/"), /build 2/);
    assert.match(await readKept("/a/"), /build 1/);
    missing.clear();
    await open(start(), "/a/");
    assert.match(await readKept("/a/"), /build 2/);
    assert.deepEqual(await lacking("/a/"), []);
  });

  test("is not kept for somebody who signs out meanwhile", async () => {
    const run = start();
    await keep(run, "/a/");
    const opening = open(run, "/a/");
    await new Promise((resolve) => { setImmediate(() => setImmediate(resolve)); });
    current = "";
    kept.delete("fieldwork-pages-me");
    await opening;
    assert.deepEqual([...kept.keys()], ["fieldwork-files"]);
  });

  test("comes from the network where the database does not answer", async () => {
    opens = false;
    assert.match(await open(start(), "/a/"), /build 1/);
  });
});
