/** That a case is completed is told last, and not while something in it is held back on this device. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Drafts } from "../../../static/js/fieldwork/drafts.js";
import { Outbox } from "../../../static/js/fieldwork/outbox.js";
import { MemoryDatabase, MemoryStorage } from "./device.mjs";

const CASE = "/cases/ANY-001/sync/";
const OTHER = "/cases/ANY-002/sync/";
let outbox;

beforeEach(() => {
  globalThis.localStorage = new MemoryStorage();
  outbox = new Outbox(new MemoryDatabase(), new Drafts("me"));
});

async function give(kind, item, values, { of = CASE, seen = null } = {}) {
  const target = kind === "fact" ? { key: item } : {};
  const thing = { case: of, reference: "ANY", item: `${kind}:${item}`, kind, target, title: "", page: "/", anchor: "" };
  await outbox.keep([outbox.draft({ thing, values, seen })]);
}
const complete = (of = CASE) => give("complete", "it", { looked: true }, { of });
const fact = (key, value = "yes") => give("fact", key, { value }, { seen: 1 });
const claim = async (most) => (await outbox.claim(most))?.changes ?? [];
const kinds = async (most) => (await claim(most)).map(({ kind }) => kind);
const refuseAll = async (changes) => outbox.settle(CASE, {
  results: changes.map(({ id }) => ({ id, status: "refused", message: "No." })),
});
const stateOf = async (kind) => {
  const [row] = (await outbox.list()).filter((one) => one.kind === kind);
  return row && Object.keys(row).filter((name) => ["inflight", "next", "conflict", "refused"].includes(name) && row[name]);
};

describe("that a case is completed", () => {
  test("is told after all else of the case, whenever it was given, and with what was looked at", async () => {
    await complete();
    await fact("victim");
    const changes = await claim();
    assert.deepEqual(changes.map(({ kind }) => kind), ["fact", "complete"]);
    assert.equal(changes[1].looked, true);
  });

  test("is not told in the next batch where something of an earlier one was refused, but said anew", async () => {
    await fact("victim");
    await complete();
    await refuseAll(await claim(1));
    assert.deepEqual(await stateOf("complete"), ["refused"]);
    assert.deepEqual(await kinds(), []);
    await complete(); // it is still not told while the other is held back
    assert.deepEqual(await kinds(), []);
    const [held] = (await outbox.list()).filter(({ kind }) => kind === "fact");
    await outbox.remove(held.key);
    assert.deepEqual(await kinds(), ["complete"]);
  });

  test("waits for nothing that is held back in another case", async () => {
    await fact("victim");
    await refuseAll(await claim());
    await complete(OTHER);
    assert.deepEqual(await kinds(), ["complete"]);
  });

  test("is told again where no answer came, unless something was held back since", async () => {
    await complete();
    assert.deepEqual(await kinds(), ["complete"]);
    assert.deepEqual(await kinds(), ["complete"]);
    await give("alert", "one", { concern: "x" });
    await refuseAll((await claim()).filter(({ kind }) => kind === "alert"));
    assert.deepEqual([await stateOf("complete"), await kinds()], [["inflight"], []]);
  });
});

test("an alert that was refused stays, and is sent anew under another id", async () => {
  await give("alert", "one", { concern: "Too long." });
  const [first] = await claim();
  await refuseAll([first]);
  assert.deepEqual(await stateOf("alert"), ["refused"]);
  await give("alert", "one", { concern: "Short." });
  const [second] = await claim();
  assert.equal(second.concern, "Short.");
  assert.notEqual(second.id, first.id);
});
