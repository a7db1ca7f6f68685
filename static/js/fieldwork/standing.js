/**
 * How a case stands on this device: pure functions over what a page says, what is known to be
 * recorded, and what was given here and is not yet sent.
 *
 * A standing is {rules, facts, answers, asOf, rows, known}: `rules` are questions in the programme's
 * order; `facts` and `answers` what the page said `asOf` a moment, by key and by code; `rows` and
 * `known` are Maps by item, as the outbox returns them.
 */

import { decideStates } from "../applicability.js";
import { nameAnswer, nameFact } from "./outbox.js";
import { pendingValues } from "./rows.js";

/** Return the values of an item as they stand: given here, else known; null where neither is. */
function valuesOf({ rows, known }, item) {
  const row = rows.get(item);
  return (row && pendingValues(row)) || known.get(item)?.values || null;
}

/** Return all facts by key. */
export function currentFacts(standing) {
  const facts = { ...standing.facts };
  for (const item of namesOf(standing, "fact:")) {
    const key = item.slice("fact:".length);
    const value = pick(standing, item)?.value;
    if (value !== undefined) facts[key] = value;
  }
  return facts;
}

/** Return the answers of ungridded questions by code, those that decide over others among them. */
export function currentAnswers(standing) {
  const answers = { ...standing.answers };
  for (const { code } of standing.rules) {
    const answer = pick(standing, nameAnswer(code, ""))?.answer;
    if (answer !== undefined) answers[code] = answer;
  }
  return answers;
}

/** What is known from before the page was made is older than what the page says. */
function pick({ rows, known, asOf }, item) {
  const row = rows.get(item);
  const pending = row && pendingValues(row);
  if (pending) return pending;
  const recorded = known.get(item);
  return recorded && recorded.got >= asOf ? recorded.values : undefined;
}

function namesOf({ rows, known }, start) {
  return new Set([...rows.keys(), ...known.keys()].filter((item) => item.startsWith(start)));
}

/** Return the state of every question that the rules name, by code. */
export function currentStates(standing) {
  return decideStates(standing.rules, currentFacts(standing), currentAnswers(standing));
}

/** Return whether any judgement of a question has an answer. */
export function isAnswered(standing, { code, rows }) {
  return listRows({ rows }).some((row) => valuesOf(standing, nameAnswer(code, row))?.answer);
}

/**
 * Return what turned between two sets of states, as codes: {opened, closed, setAside, restored}.
 * `answered` says of a question whether it has an answer. What had no state before did not turn.
 */
export function compareStates(before, after, rules, answered) {
  const turned = { opened: [], closed: [], setAside: [], restored: [] };
  for (const rule of rules) {
    const { code } = rule;
    if (before[code] === undefined || before[code] === after[code]) continue;
    if (after[code] === "applies") (answered(rule) ? turned.restored : turned.opened).push(code);
    else if (before[code] === "applies" && !answered(rule)) turned.closed.push(code);
    else if (after[code] === "not_asked" && answered(rule)) turned.setAside.push(code);
  }
  return turned;
}

/** Return in sentences what turned; "" where nothing did that a person should hear of. */
export function describeTurned({ opened, closed, setAside, restored }) {
  const agree = ({ length }, one, many) => (length ? [`${length} ${length === 1 ? one : many}.`] : []);
  return [
    ...agree(opened, "further question now applies", "further questions now apply"),
    ...agree(closed, "question no longer applies", "questions no longer apply"),
    ...agree(
      setAside,
      "answered question no longer applies. Its answer is kept, and comes back if the question applies again",
      "answered questions no longer apply. Their answers are kept, and come back if the questions apply again",
    ),
    ...agree(
      restored,
      "question applies again, with the answer that it had",
      "questions apply again, with the answers that they had",
    ),
  ].join(" ");
}

/** Return how far each topic is: {asked, answered, undecided} by the address of its page. */
export function countByTopic(standing) {
  const states = currentStates(standing);
  const topics = new Map();
  for (const rule of standing.rules) {
    const count = topics.get(rule.topic) || { asked: 0, answered: 0, undecided: 0 };
    topics.set(rule.topic, count);
    for (const row of listRows(rule)) {
      if (states[rule.code] === "undecided") count.undecided += 1;
      if (states[rule.code] !== "applies") continue;
      count.asked += 1;
      if (valuesOf(standing, nameAnswer(rule.code, row))?.answer) count.answered += 1;
    }
  }
  return topics;
}

/** Return the address of the next topic after `topic` in which something is asked, or null. */
export function findNextTopic(standing, topic) {
  const counts = [...countByTopic(standing)];
  const place = counts.findIndex(([url]) => url === topic);
  if (place < 0) return null;
  return counts.slice(place + 1).find(([, { asked }]) => asked)?.[0] ?? null;
}

/**
 * Return the address of what is to be done next in the case at `caseUrl`, from the question `from`
 * on: an unanswered question; failing that, the facts that decide something, or the review.
 */
export function findNextToDo(standing, caseUrl, from = "") {
  const states = currentStates(standing);
  const open = standing.rules.flatMap((rule, position) => (
    states[rule.code] === "applies" ? listRows(rule).map((row) => ({ ...rule, row, position })) : []
  )).filter(({ code, row }) => !valuesOf(standing, nameAnswer(code, row))?.answer);
  const start = standing.rules.findIndex(({ code }) => code === from);
  const next = open.find(({ position }) => position >= start) || open[0];
  if (next) return `${next.topic}#${placeOf(next.code, next.row)}`;
  const facts = currentFacts(standing);
  const isMissing = [...listDecidingFacts(standing.rules)].some((key) => !facts[key]);
  return `${caseUrl}${isMissing ? "facts" : "review"}/`;
}

function listRows({ rows }) {
  return rows?.length ? rows : [""];
}

/** As place_of of cases/topics.py has it. */
function placeOf(code, row) {
  return [`q${code.replaceAll(".", "-")}`, row].filter(Boolean).join("-");
}

function listDecidingFacts(rules) {
  const keys = new Set();
  const look = (condition) => {
    if ("fact" in condition) keys.add(condition.fact);
    (condition.any || []).forEach(look);
  };
  rules.forEach(({ applies_when: conditions }) => conditions.forEach(look));
  return keys;
}
