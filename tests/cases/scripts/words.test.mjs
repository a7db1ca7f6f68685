/** What is said must never be better than it is. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { NOT_ALLOWED, OFFLINE, OUT_OF_ORDER, SIGNED_OUT, SOMEBODY_ELSE } from "../../../static/js/fieldwork/asking.js";
import { describeAll, describeItem, nameWriter, sayWriter } from "../../../static/js/fieldwork/words.js";

const empty = { kind: "answer", case: "c", inflight: null, next: null, conflict: null, refused: null };
const inflight = { ...empty, inflight: { id: "a" } };
const next = { ...empty, next: { id: "a" } };
const both = { ...inflight, next: { id: "b" } };
const conflict = { ...empty, conflict: {} };
const refused = { ...empty, refused: { message: "Too long." } };
const ROWS = [inflight, next, both, conflict, refused];
const FLAGS = [true, false];

describe("an item", () => {
  test("is called saved only where nothing of it waits", () => {
    for (const row of [null, ...ROWS]) {
      for (const writing of FLAGS) for (const failed of FLAGS) for (const sending of FLAGS) for (const saved of FLAGS) {
        const { state, words } = describeItem(row, { writing, failed, sending, saved });
        const mayBe = row === null && !writing && !failed && saved;
        assert.equal(state === "saved", mayBe);
        assert.equal(words === "Saved.", mayBe);
        assert.equal(state === "kept", Boolean(row && !writing && !failed && (row.inflight || row.next)) && !sending);
      }
    }
  });

  test("of a lost case is kept, however calm it is otherwise", () => {
    assert.equal(describeItem(next, { sending: true, lost: true }).state, "kept");
  });

  test("says why it was refused", () => {
    assert.equal(describeItem(refused, {}).words, "Not saved. Too long.");
  });
});

describe("everything", () => {
  const calm = { trouble: null, lostCases: new Map(), sending: false, writing: false, failed: false, offline: false };

  test("is called saved only where nothing waits at all", () => {
    assert.deepEqual(describeAll([], calm), { state: "saved", words: "All changes saved.", link: "" });
    for (const row of ROWS) {
      for (const trouble of [null, SIGNED_OUT, NOT_ALLOWED, OFFLINE, OUT_OF_ORDER, SOMEBODY_ELSE]) {
        for (const sending of FLAGS) for (const writing of FLAGS) for (const offline of FLAGS) {
          const said = describeAll([row], { ...calm, trouble, sending, writing, offline });
          assert.notEqual(said.state, "saved");
          assert.ok(!said.words.includes("All changes saved"));
        }
      }
    }
    assert.equal(describeAll([], { ...calm, writing: true }).words, "Saving…");
    assert.equal(describeAll([], { ...calm, failed: true }).state, "trouble");
    assert.equal(describeAll([], { ...calm, plain: true }).state, "trouble");
  });

  test("says what waits, and what is to be done", () => {
    const say = (rows, more) => describeAll(rows, { ...calm, ...more }).words;
    assert.equal(say([next], { trouble: OFFLINE }), "No network: 1 answer is kept on this device, to be sent when it is back.");
    assert.equal(say([next, both], { trouble: SIGNED_OUT }), "You are signed out: 2 answers are kept on this device. Sign in to send them.");
    assert.equal(describeAll([next], { ...calm, trouble: SIGNED_OUT }).link, "sign-in");
    assert.equal(say([conflict]), "1 answer was also changed elsewhere: choose which to keep.");
    assert.equal(describeAll([refused], calm).link, "waiting");
    assert.equal(say([refused, refused]), "2 answers could not be saved: see why beside them.");
    assert.equal(
      say([next, { ...next, case: "d" }], { trouble: OFFLINE, lostCases: new Map([["d", "ANY-2"]]) }),
      "No network: 1 answer is kept on this device, to be sent when it is back. Case ANY-2 is not one of yours any more, "
      + "so 1 answer is kept on this device and cannot be sent. Tell the lead inspector.",
    );
    assert.equal(say([{ ...next, kind: "alert" }], { trouble: OFFLINE }), "No network: 1 alert is kept on this device, to be sent when it is back.");
  });
});

test("who wrote what stands", () => {
  assert.equal(nameWriter({ by: "Lead inspector", own: false, when: "on 12 January 2026 at 10:14" }), "Lead inspector, on 12 January 2026 at 10:14");
  assert.equal(nameWriter({ by: "Inspector", own: true, when: "" }), "You, in another window or on another device");
  assert.equal(sayWriter("answer", { by: "Lead", own: false, when: "on Monday" }), "Answered by Lead on Monday. ");
  assert.equal(sayWriter("fact", { own: true }), "Recorded by you on this device. ");
  assert.equal(sayWriter("fact", {}), "");
});
