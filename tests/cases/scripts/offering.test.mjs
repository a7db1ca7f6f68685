/** Which cases a list offers to keep, and in which order. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { sortOffers } from "../../../static/js/fieldwork/case_list.js";

const entry = (reference, given = {}) => ({ reference, coming: "", isToday: false, isDone: false, ...given });
const namesOf = (entries) => entries.map(({ reference }) => reference);

test("the soonest interview comes first, and what is done is left out of all", () => {
  const { today, all } = sortOffers([
    entry("A"),
    entry("B", { coming: "2026-07-14T09:15" }),
    entry("C", { coming: "2026-07-13T10:45", isToday: true }),
    entry("D", { isDone: true }),
    entry("E", { coming: "2026-07-13T09:15", isToday: true }),
    entry("F"),
  ]);
  assert.deepEqual(namesOf(today), ["E", "C"]);
  assert.deepEqual(namesOf(all), ["E", "C", "B", "A", "F"]);
});
