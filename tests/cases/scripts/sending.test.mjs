/** Who sends what waits, in which order, and what one case that fails does to the others. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { MemoryIndexedDB } from "./indexed.mjs";

const PATIENCE = 5000; // milliseconds after which a page looks after what another was to send
let asked, failing, news, outbox, sender;

globalThis.window = {}; // without channels to other pages
globalThis.document = { querySelector: () => ({ dataset: { offline: "/offline/" } }), body: { dataset: {} }, cookie: "" };
document.addEventListener = () => {};
globalThis.addEventListener = () => {};
Object.defineProperty(globalThis, "navigator", { value: { onLine: true } });
console.warn = () => {};

const { News } = await import("../../../static/js/fieldwork/news.js");
const { makeId, Outbox } = await import("../../../static/js/fieldwork/outbox.js");
const { Sender } = await import("../../../static/js/fieldwork/sender.js");
const { Drafts } = await import("../../../static/js/fieldwork/drafts.js");
const { OUT_OF_ORDER } = await import("../../../static/js/fieldwork/asking.js");
const { openSession } = await import("../../../static/js/fieldwork/session.js");
const { MemoryDatabase, MemoryStorage } = await import("./device.mjs");

globalThis.fetch = async (url, { body }) => {
  const changes = JSON.parse(body).changes;
  asked.push([url, changes.map(({ kind }) => kind)]);
  if (failing(url, changes)) return new Response("<h1>oops</h1>", { status: 500, headers: { "Content-Type": "text/html" } });
  return Response.json({ results: changes.map(({ id }) => ({ id, status: "saved", version: 1 })) });
};

beforeEach(() => {
  globalThis.localStorage = new MemoryStorage();
  globalThis.indexedDB = new MemoryIndexedDB();
  asked = [];
  failing = () => false;
  outbox = new Outbox(new MemoryDatabase(), new Drafts("me"));
  news = new News("me");
  sender = new Sender("me", outbox, news);
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

const drafted = (kind, name, to = outbox) => to.draft({
  thing: { case: name, assessment: "7", reference: name, item: `${kind}:x`, kind, target: {}, title: "", page: "/", anchor: "" },
  values: { value: makeId() },
  seen: kind === "alert" || kind === "complete" ? null : 0,
});
const give = (kind, name, to = outbox) => to.keep([drafted(kind, name, to)]);
const waiting = async () => (await outbox.list()).map(({ kind, case: name }) => `${kind} ${name}`).sort();

/** Let everything happen that waits for no clock. */
async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
}

async function later(milliseconds) {
  mock.timers.tick(milliseconds);
  await settle();
}

describe("a round", () => {
  test("begins with the alerts of all cases", async () => {
    for (const [kind, name] of [["fact", "/a/"], ["fact", "/b/"], ["alert", "/b/"], ["alert", "/a/"]]) await give(kind, name);
    await sender.send();
    assert.deepEqual(asked, [["/b/", ["alert"]], ["/a/", ["alert"]], ["/a/", ["fact"]], ["/b/", ["fact"]]]);
    assert.deepEqual([await waiting(), sender.trouble], [[], null]);
  });

  test("goes on past a case that the server fails at, and tells of it at the end", async () => {
    failing = (url) => url === "/a/";
    for (const [kind, name] of [["fact", "/a/"], ["complete", "/a/"], ["fact", "/b/"], ["alert", "/b/"]]) await give(kind, name);
    await sender.send();
    assert.deepEqual(asked, [["/b/", ["alert"]], ["/a/", ["fact", "complete"]], ["/b/", ["fact"]]]);
    assert.deepEqual([await waiting(), sender.trouble], [["complete /a/", "fact /a/"], OUT_OF_ORDER]);
    failing = () => false;
    await later(10_000);
    assert.deepEqual([await waiting(), sender.trouble], [[], null]);
  });

  test("keeps back neither an alert for answers nor answers for an alert, but that the case is done", async () => {
    failing = (url, [{ kind }]) => kind === "alert";
    for (const kind of ["complete", "fact", "alert"]) await give(kind, "/a/");
    await sender.send();
    assert.deepEqual(await waiting(), ["alert /a/", "complete /a/"]);
    failing = (url, [{ kind }]) => kind !== "alert";
    await give("fact", "/a/");
    await sender.send();
    assert.deepEqual(await waiting(), ["complete /a/", "fact /a/"]);
  });
});

describe("what another page was to send", () => {
  const hear = (isWaiting) => news.tellHere("refreshed", { isWaiting });

  beforeEach(() => sender.followNetwork());

  test("is sent by this one after a while", async () => {
    await give("alert", "/a/");
    hear(true);
    await later(PATIENCE - 1);
    assert.deepEqual(asked, []);
    hear(true);
    await later(1);
    assert.deepEqual([asked.length, await waiting()], [1, []]);
  });

  test("is not looked for where nothing waits", async () => {
    hear(false);
    await later(60_000);
    assert.equal(asked.length, 0);
  });

  test("is known by its trouble, and tried again", async () => {
    await give("alert", "/a/");
    failing = () => true;
    hear(true);
    await later(PATIENCE);
    assert.deepEqual([sender.trouble, sender.isUnderWay()], [OUT_OF_ORDER, false]);
    failing = () => false;
    await later(10_000);
    assert.deepEqual([sender.trouble, await waiting()], [null, []]);
  });

  test("is sent by a page that only reads the outbox anew", async () => {
    const session = await openSession("me", "build");
    await session.refresh();
    session.sender.followNetwork();
    await give("fact", "/a/", session.outbox);
    session.news.tellHere("changed");
    await settle();
    await later(PATIENCE);
    assert.deepEqual([asked.length, await session.outbox.list()], [1, []]);
  });
});

describe("what would be lost with this device", () => {
  test("is what waits, and what could not be kept", async () => {
    const session = await openSession("me", "build");
    await give("fact", "/a/", session.outbox);
    drafted("fact", "/a/", session.outbox); // a newer answer to the same
    drafted("alert", "/b/", session.outbox);
    assert.deepEqual((await session.listUnsent()).map(({ kind, case: name }) => [kind, name]), [["fact", "/a/"], ["alert", "/b/"]]);
  });

  test("cannot be added to once the person has signed out: that is told, not waited for", async () => {
    const session = await openSession("me", "build");
    session.database.end();
    await assert.rejects(give("alert", "/a/", session.outbox), /signed out/);
  });
});
