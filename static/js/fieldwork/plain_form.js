/** A page of questions where nothing can be kept on the device: it follows the answers, no more. */

import { decideStates } from "../applicability.js";
import { Conditions } from "./conditions.js";
import { listItems } from "./fields.js";
import { compareStates, describeTurned } from "./standing.js";

/** Start on `form`; what turns is told in the line `status`. */
export function startPlainForm(form, status) {
  const rules = document.getElementById("topic-rules");
  if (!rules) return;
  const { questions, facts, answers } = JSON.parse(rules.textContent);
  const items = listItems(form).filter(({ target }) => target.row === "");
  const conditions = new Conditions(form);
  let states = {};
  const follow = () => {
    const given = Object.fromEntries(items.map((item) => [item.target.code, item.read().answer]));
    const before = states;
    states = decideStates(questions, facts, { ...answers, ...given });
    conditions.show(states);
    const isAnswered = ({ code }) => Boolean(given[code]);
    const words = describeTurned(compareStates(before, states, questions, isAnswered));
    if (words) status.tell(words);
  };
  conditions.leaveOutUntouched();
  form.addEventListener("change", follow);
  follow();
}
