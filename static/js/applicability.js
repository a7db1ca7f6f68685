/**
 * Which questions apply, as cases/applicability.py decides it on the server.
 * tests/cases/applicability_examples.json binds the two.
 *
 * Three values: true, false, and null for undecided.
 */

const APPLIES = "applies";
const NOT_ASKED = "not_asked";
const UNDECIDED = "undecided";

/**
 * The state of each question by code.
 *
 * questions: [{code, applies_when}] in the programme's order, gates before what they decide;
 * facts: recorded values by key; answers: answers of ungridded questions by code. What is missing
 * or empty is not recorded, not answered.
 */
export function decideStates(questions, facts, answers) {
  const states = {};
  for (const { code, applies_when: conditions } of questions) {
    const held = holdAll(conditions, facts, answers, states);
    states[code] = held === null ? UNDECIDED : held ? APPLIES : NOT_ASKED;
  }
  return states;
}

function holdAll(conditions, facts, answers, states) {
  const values = conditions.map((condition) => holds(condition, facts, answers, states));
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

function holds(condition, facts, answers, states) {
  if ("any" in condition) {
    const values = condition.any.map((inner) => holds(inner, facts, answers, states));
    if (values.includes(true)) return true;
    return values.includes(null) ? null : false;
  }
  if ("fact" in condition) {
    const value = facts[condition.fact] || "";
    return value ? wantedValues(condition).includes(value) : null;
  }
  const state = states[condition.question];
  if (state === NOT_ASKED) return false;
  const answer = answers[condition.question] || "";
  if (state === UNDECIDED || !answer) return null;
  return answer === condition.answer;
}

function wantedValues(condition) {
  const wanted = "is" in condition ? condition.is : true;
  const words = (value) => (value === true ? "yes" : value === false ? "no" : value);
  return (Array.isArray(wanted) ? wanted : [wanted]).map(words);
}
