/** How a case stands from what the page says, what is known, and what waits. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  compareStates, countByTopic, currentAnswers, currentFacts, currentStates, describeTurned, findNextToDo, findNextTopic, isAnswered,
} from "../../../static/js/fieldwork/standing.js";

const RULES = [
  { code: "1", applies_when: [], topic: "/a/", rows: [""] },
  { code: "2", applies_when: [{ question: "1", answer: "sufficient" }], topic: "/b/", rows: [""] },
  { code: "3", applies_when: [{ fact: "victim" }], topic: "/c/", rows: ["x", "y"] },
];
const pending = (values) => ({ inflight: null, next: { values }, conflict: null, refused: null });
const known = (values, got) => ({ values, got });
const standing = ({ rows = {}, known: told = {}, facts = {}, answers = {}, asOf = 100 } = {}) => ({
  rules: RULES, facts, answers, asOf, rows: new Map(Object.entries(rows)), known: new Map(Object.entries(told)),
});

describe("facts and answers", () => {
  test("what waits counts before what is known, and that before the page if it is newer", () => {
    const at = (got, rows = {}) => currentFacts(standing({
      facts: { victim: "no" }, known: { "fact:victim": known({ value: "yes" }, got) }, rows,
    })).victim;
    assert.deepEqual([at(99), at(100), at(99, { "fact:victim": pending({ value: "" }) })], ["no", "yes", ""]);
  });

  test("answers likewise", () => {
    const rows = { "answer:1:": pending({ answer: "sufficient" }) };
    assert.deepEqual(currentAnswers(standing({ answers: { 1: "insufficient" }, rows })), { 1: "sufficient" });
  });

  test("a fact changed on another page decides here", () => {
    assert.equal(currentStates(standing({ facts: { victim: "" } }))[3], "undecided");
    assert.equal(currentStates(standing({ rows: { "fact:victim": pending({ value: "yes" }) } }))[3], "applies");
  });

  test("a question with rows is answered if one of them is", () => {
    assert.ok(isAnswered(standing({ rows: { "answer:3:y": pending({ answer: "sufficient" }) } }), RULES[2]));
    assert.ok(!isAnswered(standing({ rows: { "answer:3:y": pending({ answer: "" }) } }), RULES[2]));
  });
});

describe("what turned", () => {
  const compare = (before, after, answered) => compareStates(before, after, RULES, ({ code }) => answered.includes(code));

  test("opened, closed, set aside and brought back", () => {
    const before = { 1: "undecided", 2: "applies", 3: "applies" };
    const after = { 1: "applies", 2: "not_asked", 3: "undecided" };
    assert.deepEqual(compare(before, after, ["2"]), { opened: ["1"], closed: ["3"], setAside: ["2"], restored: [] });
    assert.deepEqual(compare(after, before, ["2", "3"]), { opened: [], closed: ["1"], setAside: [], restored: ["2", "3"] });
    assert.deepEqual(compare({}, after, []), { opened: [], closed: [], setAside: [], restored: [] });
  });

  test("it is told in sentences", () => {
    const none = { opened: [], closed: [], setAside: [], restored: [] };
    assert.equal(describeTurned(none), "");
    assert.equal(
      describeTurned({ ...none, opened: ["1"], setAside: ["2", "3"] }),
      "1 further question now applies. 2 answered questions no longer apply. Their answers are kept, and come back if the questions apply again.",
    );
  });
});

describe("going on", () => {
  const rows = { "answer:1:": pending({ answer: "sufficient" }), "answer:3:x": pending({ answer: "sufficient" }) };

  test("counts by topic", () => {
    assert.deepEqual([...countByTopic(standing({ rows, facts: { victim: "yes" } }))], [
      ["/a/", { asked: 1, answered: 1, undecided: 0 }],
      ["/b/", { asked: 1, answered: 0, undecided: 0 }],
      ["/c/", { asked: 2, answered: 1, undecided: 0 }],
    ]);
  });

  test("the next topic in which something is asked", () => {
    assert.equal(findNextTopic(standing({ facts: { victim: "yes" } }), "/a/"), "/c/");
    assert.equal(findNextTopic(standing({ facts: { victim: "no" } }), "/a/"), null);
  });

  test("the next thing to do: a question, then facts, then the review", () => {
    const answered = { ...rows, "answer:2:": pending({ answer: "sufficient" }) };
    assert.equal(findNextToDo(standing({ rows, facts: { victim: "yes" } }), "/"), "/b/#q2");
    assert.equal(findNextToDo(standing({ rows, facts: { victim: "yes" } }), "/", "3"), "/c/#q3-y");
    assert.equal(findNextToDo(standing({ rows: answered, facts: { victim: "" } }), "/"), "/facts/");
    assert.equal(findNextToDo(standing({ rows: answered, facts: { victim: "no" } }), "/"), "/review/");
  });
});
