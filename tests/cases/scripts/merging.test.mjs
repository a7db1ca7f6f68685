/** What is given on a page that is older than what the device knows: part by part. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { addTo, learn, mergeGiven, queueChange } from "../../../static/js/fieldwork/rows.js";
import { findStrays } from "../../../static/js/fieldwork/strays.js";

const BLANK = { answer: "", reasons: [], evidence: "", flagged: false, note_to_lead: "" };
const NO = { ...BLANK, answer: "insufficient", reasons: ["late"], evidence: "Two of six." };
const page = (values = BLANK, version = 0) => ({ version, values });
const waiting = (values) => ({ base: 0, inflight: null, next: { id: "a", values, at: 1, seq: 1 }, conflict: null, refused: null });
const known = (version, values, more = {}) => ({ version, values, got: 9, ...more });
const own = (version, values) => learn(null, { version, values, id: "a", got: 9, from: 0 });
const give = (changes, from = BLANK) => ({ ...from, ...changes });

describe("what waits on the device", () => {
  test("keeps every part but the one that was changed", () => {
    for (const changes of [{ flagged: true }, { note_to_lead: "Ask me." }, { answer: "insufficient" }]) {
      const { values } = mergeGiven(page(), give(changes), waiting(NO), null);
      assert.deepEqual(values, { ...NO, ...changes });
    }
  });

  test("gives way where the same part was changed, and reasons go with their answer", () => {
    const merge = (changes, row = waiting(NO)) => mergeGiven(page(), give(changes), row, null).values;
    assert.deepEqual(merge({ answer: "sufficient" }), { ...NO, answer: "sufficient", reasons: [] });
    assert.deepEqual(merge({ answer: "insufficient", reasons: ["early"] }).reasons, ["early"]);
    const yes = waiting({ ...NO, answer: "sufficient", reasons: [] });
    const named = mergeGiven(page({ ...BLANK, answer: "insufficient" }), give({ answer: "insufficient", reasons: ["early"] }), yes, null);
    assert.deepEqual([named.values.answer, named.values.reasons], ["insufficient", ["early"]]);
  });

  test("loses no text: what was typed goes behind it", () => {
    const merge = (shown, given) => mergeGiven(page({ ...BLANK, evidence: shown }), give({ evidence: given }), waiting(NO), null);
    assert.equal(merge("", "Also late").values.evidence, "Two of six.\nAlso late");
    assert.equal(merge("Two", "Two of six.").values.evidence, "Two of six.");
    assert.equal(merge("Two", "Two, and").values.evidence, "Two of six.\n, and");
    assert.equal(merge("Two of six.", "Two of seven.").values.evidence, "Two of seven.");
    assert.equal(merge("Two", "").values.evidence, "Two of six.");
    assert.equal(merge("Two", "Two of six. All late.").values.evidence, "Two of six. All late.");
    assert.equal(merge("six.", "six. All late.").values.evidence, "Two of six. All late.");
  });

  test("is changed in the row where it waits, under what that is based on", () => {
    const { values, seen } = mergeGiven(page(BLANK, 4), give({ flagged: true }), waiting(NO), known(6, BLANK));
    const row = queueChange(waiting(NO), { id: "b", values, at: 2, seq: 2 }, known(6, BLANK), seen);
    assert.deepEqual([seen, row.base, row.next.values], [0, 0, { ...NO, flagged: true }]);
  });

  test("a fact has one part", () => {
    const row = { ...waiting({ value: "no" }) };
    assert.deepEqual(mergeGiven(page({ value: "" }), { value: "yes" }, row, null).values, { value: "yes" });
  });
});

describe("what is known to be recorded since the page was made", () => {
  test("by this device: the change goes on top of it", () => {
    const { values, seen } = mergeGiven(page(), give({ answer: "sufficient", evidence: "All" }), null, own(1, NO));
    assert.deepEqual(values, { ...NO, answer: "sufficient", reasons: [], evidence: "Two of six.\nAll" });
    const row = queueChange({ base: seen }, { id: "a", values }, own(1, NO), seen);
    assert.equal(row.base, 1);
  });

  test("by somebody else in another part: it is merged on top of theirs", () => {
    const theirs = known(5, { ...BLANK, evidence: "All six." });
    assert.deepEqual(mergeGiven(page(BLANK, 4), give({ answer: "sufficient" }), null, theirs), {
      values: { ...BLANK, answer: "sufficient", evidence: "All six." }, seen: 5,
    });
  });

  test("by somebody else in the same part: it builds on what the page showed, so that it is asked about", () => {
    const theirs = known(5, { ...BLANK, answer: "sufficient", evidence: "All six." });
    const { values, seen } = mergeGiven(page(BLANK, 4), give({ answer: "insufficient" }), null, theirs);
    assert.deepEqual([values, seen], [{ ...BLANK, answer: "insufficient", evidence: "All six." }, 4]);
    assert.equal(queueChange({ base: seen }, { id: "a", values }, theirs, seen).base, 4);
    const typed = mergeGiven(page(BLANK, 4), give({ evidence: "Two." }), null, theirs);
    assert.deepEqual([typed.values.evidence, typed.seen], ["Two.", 4]);
  });

  test("by somebody else, a reason of the answer that is taken away counts as the same part", () => {
    const theirs = known(5, NO);
    const no = { ...BLANK, answer: "insufficient", evidence: "Two of six." };
    assert.equal(mergeGiven(page(no, 4), { ...no, answer: "sufficient" }, null, theirs).seen, 4);
  });

  test("by both alike: there is nothing to ask", () => {
    const theirs = known(5, { ...BLANK, answer: "sufficient" });
    assert.equal(mergeGiven(page(BLANK, 4), give({ answer: "sufficient" }), null, theirs).seen, 5);
  });

  test("not since: what the page holds is what was given", () => {
    for (const older of [null, known(3, NO), known(4, NO)]) {
      const given = give({ answer: "sufficient" });
      assert.deepEqual(mergeGiven(page(BLANK, 4), given, null, older), { values: given, seen: 4 });
    }
  });
});

test("what was given elsewhere is added without losing a text", () => {
  const present = { ...BLANK, answer: "sufficient", evidence: "Typed here." };
  assert.deepEqual(addTo(present, NO), { ...NO, evidence: "Typed here.\nTwo of six." });
  assert.deepEqual(addTo(BLANK, NO), NO);
  assert.deepEqual(addTo({ value: "no" }, { value: "yes" }), { value: "yes" });
});

test("what was given elsewhere takes nothing away where it is empty", () => {
  const present = { ...NO, flagged: true };
  assert.deepEqual(addTo(present, BLANK), present);
  assert.deepEqual(addTo(present, { ...BLANK, evidence: "Ask." }), { ...present, evidence: "Two of six.\nAsk." });
  assert.deepEqual(addTo(present, { ...BLANK, answer: "insufficient" }), present);
  assert.deepEqual(addTo({ value: "no" }, { value: "" }), { value: "no" });
});

test("shown beside its question is what is held back in another assessment, and what was kept for none", () => {
  const whose = { case: "a", assessment: "7" };
  const row = (item, more) => ({ ...whose, item, next: null, inflight: null, conflict: null, refused: null, ...more });
  const old = row("one", { assessment: undefined, next: { id: "a", values: BLANK } });
  const held = row("two", { assessment: "8", refused: { message: "No.", values: BLANK } });
  const others = [row("three", { assessment: "8", next: old.next }), row("four", { refused: held.refused }), row("one", { case: "b", assessment: undefined })];
  const items = ["one", "two", "three", "four"].map((item) => ({ item }));
  assert.deepEqual([...findStrays([old, held, ...others], items, whose)], [["one", old], ["two", held]]);
});
