/** What becomes of a change: single steps, then thousands of random histories. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  decline, emptyRow, holdBack, learn, listHeldBack, pendingValues, queueChange, same, settle, startSending, tryAgain, useMine, writeChange,
} from "../../../static/js/fieldwork/rows.js";

const THING = { key: "k", kind: "fact", target: { key: "victim" } };
const change = (id, value, seq = 0) => ({ id, values: { value }, at: seq, seq });
const known = (version, value, more = {}) => ({ version, values: { value }, got: 0, ...more });
const queued = (id, value, base = 0) => queueChange(emptyRow(THING, base), change(id, value), null, base);
const sent = (id, value, base = 0) => startSending(queued(id, value, base));
const current = (version, value, more = {}) => ({ version, value, by: "Lead", own: false, at: "", when: "", ...more });

describe("queueing", () => {
  test("a change waits, on top of what the person saw", () => {
    const row = queued("a", "yes", 3);
    assert.deepEqual([row.base, row.next.id, row.inflight], [3, "a", null]);
    assert.deepEqual(pendingValues(row), { value: "yes" });
  });

  test("later changes take the place of what was not sent", () => {
    const row = queueChange(queued("a", "yes", 3), change("b", "no"), null, 3);
    assert.deepEqual([row.base, row.next.id], [3, "b"]);
  });

  test("what is in flight stays as it is; the change after it waits behind", () => {
    const row = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    assert.deepEqual([row.inflight.id, row.next.id, row.base], ["a", "b", 3]);
    assert.equal(startSending(row), row);
  });

  test("going back to what is in flight needs no second change", () => {
    const row = queueChange(sent("a", "yes"), change("b", "no"), null, 0);
    assert.equal(queueChange(row, change("c", "yes"), null, 0).next, null);
  });

  test("going back to what is recorded leaves nothing to send", () => {
    assert.equal(queueChange(queued("a", "yes", 3), change("b", ""), known(3, ""), 3), null);
  });

  test("it is sent with its id and base", () => {
    const expected = { id: "a", kind: "fact", key: "victim", value: "yes", base: 3 };
    assert.deepEqual(writeChange(sent("a", "yes", 3)), expected);
  });

  test("a page that has not heard of this device's own changes builds on them all the same", () => {
    const own = known(5, "no", { ownSince: 3 });
    assert.equal(queueChange(emptyRow(THING, 3), change("a", "yes"), own, 3).base, 5);
    assert.equal(queueChange(emptyRow(THING, 2), change("a", "yes"), own, 2).base, 2);
    assert.equal(queueChange(emptyRow(THING, 3), change("a", "yes"), known(5, "no"), 3).base, 3);
  });
});

describe("answers of the server", () => {
  test("saved: known, and done", () => {
    const { row, known: news, saved } = settle(sent("a", "yes", 3), { id: "a", status: "saved", version: 4 }, 9);
    assert.deepEqual([row, saved, news.version, news.values], [null, true, 4, { value: "yes" }]);
  });

  test("saved, and something newer waits: that goes on top of the version made", () => {
    const both = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    const { row } = settle(both, { id: "a", status: "saved", version: 4 }, 9);
    assert.deepEqual([row.base, row.next.id, row.inflight], [4, "b", null]);
  });

  test("an answer to another change than the one in flight changes nothing", () => {
    const row = sent("b", "no", 4);
    assert.deepEqual(settle(row, { id: "a", status: "saved", version: 4 }, 9), { row, known: null, saved: false });
  });

  test("a status that is not known leaves the change in flight", () => {
    const row = sent("a", "yes");
    assert.equal(settle(row, { id: "a", status: "postponed" }, 9).row, row);
  });

  test("unchanged, because it stood so already: what comes next builds on that", () => {
    const both = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    const { row } = settle(both, { id: "a", status: "unchanged", current: current(6, "yes") }, 9);
    assert.deepEqual([row.base, row.next.id], [6, "b"]);
  });

  test("unchanged, because only somebody else changed it: what comes next must not hide that", () => {
    const both = queueChange(sent("a", "", 3), change("b", "no"), null, 3);
    const { row } = settle(both, { id: "a", status: "unchanged", current: current(6, "yes") }, 9);
    assert.equal(row.base, 3);
  });

  test("conflict: the latest of mine beside theirs, and nothing is sent", () => {
    const both = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    const { row, saved } = settle(both, { id: "a", status: "conflict", current: current(4, "maybe") }, 9);
    assert.equal(saved, false);
    assert.deepEqual(row.conflict.mine, { value: "no" });
    assert.deepEqual([row.conflict.theirs.values, row.conflict.theirs.by], [{ value: "maybe" }, "Lead"]);
    assert.equal(startSending(row), row);
    assert.deepEqual(queueChange(row, change("c", "yes"), null, 3).conflict.mine, { value: "yes" });
  });

  test("conflict with what I came to want as well is none", () => {
    const both = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    assert.equal(settle(both, { id: "a", status: "conflict", current: current(4, "no") }, 9).row, null);
  });

  test("mine is sent on top of theirs; theirs takes mine into the history", () => {
    const { row } = settle(sent("a", "yes", 3), { id: "a", status: "conflict", current: current(7, "no") }, 9);
    const mine = useMine(row, { id: "b", at: 1, seq: 1 });
    assert.deepEqual([mine.base, mine.next.id, mine.next.values, mine.conflict], [7, "b", { value: "yes" }, null]);
    const given = decline(row, { ...THING, kind: "decline_fact" }, { id: "c", at: 1, seq: 1 });
    assert.deepEqual([given.kind, given.base, given.next.values], ["decline_fact", 7, { value: "yes" }]);
  });

  test("refused: kept with the reason, and sent again only when the person says so or changes it", () => {
    const { row } = settle(sent("a", "yes", 3), { id: "a", status: "refused", message: "No." }, 9);
    assert.deepEqual([row.refused, startSending(row) === row], [{ message: "No.", values: { value: "yes" }, at: 0, id: "a" }, true]);
    assert.equal(tryAgain(row, { id: "b" }).next.id, "b");
    assert.deepEqual([queueChange(row, change("c", "no"), null, 3).base], [3]);
  });

  test("what is held back of a case keeps it from being completed, until it is settled", () => {
    const given = (name, kind, more) => ({ ...queued(name, "yes"), case: name, kind, ...more });
    const held = given("a", "answer", { next: null, refused: { message: "No." } });
    const asked = given("a", "fact", { next: null, conflict: {} });
    const alert = given("a", "alert", { next: null, refused: { message: "No." } });
    const others = [given("a", "answer"), given("a", "complete", { refused: { message: "No." } }), given("b", "fact", { conflict: {} })];
    assert.deepEqual(listHeldBack([held, ...others, asked, alert], { case: "a" }), [held, asked, alert]);
    assert.deepEqual(listHeldBack(others, { case: "a" }), []);
    const stopped = holdBack(queued("c", "yes"), "Not yet.");
    assert.deepEqual([stopped.next, stopped.refused], [null, { message: "Not yet.", values: { value: "yes" }, at: 0, id: "c" }]);
    assert.deepEqual(tryAgain(stopped, { id: "d", at: 9, seq: 9 }).next, { id: "d", at: 0, seq: 9, values: { value: "yes" } });
  });

  test("refused, and something newer waits: that is tried", () => {
    const both = queueChange(sent("a", "yes", 3), change("b", "no"), null, 3);
    const { row } = settle(both, { id: "a", status: "refused", message: "No." }, 9);
    assert.deepEqual([row.refused, row.next.id, row.base], [null, "b", 3]);
  });
});

describe("what is known", () => {
  test("the higher version counts, whenever it was said", () => {
    assert.equal(learn(known(5, "a", { got: 1 }), known(4, "b", { got: 2 })).version, 5);
    assert.equal(learn(known(5, "a", { got: 2 }), known(6, "b", { got: 1 })).version, 6);
    assert.deepEqual(learn(known(5, "a", { got: 2, id: "c" }), known(5, "a", { got: 1, by: "Lead" })), {
      ...known(5, "a"), got: 2, id: "c", by: "Lead", ownSince: undefined,
    });
  });

  test("an old change of one's own, answered again, does not undo what is known since", () => {
    assert.equal(learn(known(6, "a"), { ...known(4, "b"), from: 3, got: 9 }).version, 6);
  });

  test("it is one's own as long as nobody else came between", () => {
    const first = learn(null, { ...known(1, "a"), from: 0 });
    const second = learn(first, { ...known(2, "b"), from: 1 });
    assert.deepEqual([first.ownSince, second.ownSince], [0, 0]);
    const other = learn(second, known(3, "c", { got: 5 }));
    assert.equal(other.ownSince, undefined);
    assert.equal(learn(other, { ...known(4, "d"), from: 3 }).ownSince, 3);
    assert.equal(learn(second, { ...known(4, "d"), from: 3 }).ownSince, 3, "nobody told of version 3");
  });
});

test("four thousand random histories", () => {
  for (let seed = 1; seed <= 4000; seed += 1) {
    try {
      play(seed);
    } catch (error) {
      error.message = `history ${seed}: ${error.message}`;
      throw error;
    }
  }
});

/** Two devices and a server that loses answers: nothing is lost, doubled or overwritten unseen. */
function play(seed) {
  const random = makeRandom(seed);
  const server = { version: 0, value: "", made: new Map(), log: [{ by: "nobody", value: "" }] };
  const devices = ["one", "two"].map((name) => ({ name, row: null, known: null, page: 0, seen: new Set([0]), given: "" }));
  let number = 0;
  const makeChange = () => ({ id: `c${number += 1}`, at: number, seq: number });

  const show = (device) => { // what stands is brought to the page
    if (device.known && !device.row) device.page = device.known.version;
    if (device.known) device.seen.add(device.known.version);
  };
  const acts = {
    give: (device) => {
      const values = { value: random(5) === 0 ? device.known?.values.value ?? "" : `v${number}` };
      device.given = values.value;
      const row = device.row || emptyRow(THING, device.page);
      device.row = queueChange(row, { ...makeChange(), values }, device.known, device.page);
    },
    send: (device) => {
      if (!device.row || !(device.row.inflight || device.row.next)) return;
      device.row = startSending(device.row);
      const fate = random(4);
      if (fate === 0) return; // lost on the way there
      const result = answer(server, device, writeChange(device.row));
      if (fate === 1) return; // lost on the way back
      const { row, known: news } = settle(device.row, result, number);
      device.row = row;
      if (news) device.known = learn(device.known, news);
      if (random(2)) show(device);
    },
    show,
    choose: (device) => {
      if (!device.row?.conflict) return;
      device.seen.add(device.row.conflict.theirs.version);
      if (random(2)) device.row = useMine(device.row, makeChange());
      else {
        device.given = device.row.conflict.theirs.values.value;
        device.row = null;
        show(device);
      }
    },
    reload: (device) => { // the page comes from the server
      device.known = learn(device.known, known(server.version, server.value, { got: number += 1 }));
      show(device);
    },
  };
  const names = Object.keys(acts);
  for (let step = 0; step < 60; step += 1) acts[names[random(names.length)]](devices[random(2)]);

  for (let round = 0; devices.some(({ row }) => row) && round < 500; round += 1) {
    for (const device of devices) {
      acts.choose(device);
      acts.send(device);
    }
  }
  assert.deepEqual(devices.map(({ row }) => row), [null, null]);
  const last = server.log.at(-1);
  const writer = devices.find(({ name }) => name === last.by);
  if (writer) assert.equal(server.value, writer.given, "the last to write finds what they gave last");
}

function answer(server, device, { id, base, value }) {
  if (server.made.has(id)) return { id, status: "saved", version: server.made.get(id) };
  const now = { id, current: current(server.version, server.value) };
  if (value === server.value) return { ...now, status: "unchanged" };
  if (base !== server.version) {
    const stood = server.log[base].value;
    return { ...now, status: value === stood ? "unchanged" : "conflict" };
  }
  const { by } = server.log.at(-1);
  assert.ok(by === device.name || device.seen.has(server.version), "nothing is overwritten unseen");
  server.version += 1;
  server.value = value;
  server.made.set(id, server.version);
  server.log.push({ by: device.name, value });
  return { id, status: "saved", version: server.version };
}

function makeRandom(seed) {
  let state = seed * 2654435761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

test("values are compared whatever their order", () => {
  assert.ok(same({ a: 1, b: ["x"] }, { b: ["x"], a: 1 }));
  assert.ok(!same({ a: 1 }, { a: 2 }));
});
