/** One page at a time sends; one that hangs keeps the others back for a while only. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { inTurn } from "../../../static/js/fieldwork/locks.js";

const LONG = 10_000; // milliseconds

test("two that ask at once work one after the other", async () => {
  const told = [];
  const work = (name) => async () => {
    told.push(`${name} begins`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    told.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all([inTurn("a", work("one"), LONG), inTurn("a", work("two"), LONG)]), ["one", "two"]);
  assert.deepEqual(told, ["one begins", "one ends", "two begins", "two ends"]);
});

test("what hangs is not waited for longer than that, and is told", async () => {
  const hangs = inTurn("b", () => new Promise(() => {}), LONG);
  const told = assert.rejects(hangs, { name: "AbortError" });
  assert.equal(await inTurn("b", () => "in its place", 20), "in its place");
  await told;
  assert.equal(await inTurn("b", () => "free again", LONG), "free again");
});

test("what fails in the work is told, and is not tried again", async () => {
  let times = 0;
  const fail = () => {
    times += 1;
    throw new Error("no");
  };
  await assert.rejects(inTurn("c", fail, LONG), { message: "no" });
  assert.equal(times, 1);
});
