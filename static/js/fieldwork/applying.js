/** Which questions of a page apply, as it is filled in, and what is told of those that turned. */

import { decideStates } from "../applicability.js";
import { Conditions } from "./conditions.js";
import { isHeldBack } from "./rows.js";
import { compareStates, currentAnswers, currentFacts, describeTurned, isAnswered } from "./standing.js";

/** Shows the questions of a form that apply. `tell` says to the person what turned. */
export class Applying {
  #items;
  #conditions;
  #tell;
  #states = {};
  #told = new Set();

  constructor(form, items, tell) {
    this.#items = items;
    this.#conditions = new Conditions(form);
    this.#tell = tell;
  }

  /**
   * Show the questions that apply now, and tell what turned since this was last done. `standing` is
   * how the case stands; `strays` is a Map by item: a question of one is shown in any case.
   */
  follow(standing, strays) {
    if (!standing?.rules.length) return;
    const { rules, rows } = standing;
    const onPage = this.#items.filter(({ kind, target }) => kind === "answer" && !target.row);
    const given = Object.fromEntries(onPage.map((item) => [item.target.code, item.read().answer]));
    const facts = this.#items.filter(({ kind }) => kind === "fact");
    const recorded = Object.fromEntries(facts.map((item) => [item.target.key, item.read().value]));
    const before = this.#states;
    this.#states = decideStates(
      rules,
      { ...currentFacts(standing), ...recorded },
      { ...currentAnswers(standing), ...given },
    );
    const held = this.#items.filter(({ item }) => strays.has(item) || isHeldBack(rows.get(item) || {}));
    this.#conditions.show(this.#states, new Set(held.map(({ target }) => target.code)));
    this.#tellTurned(compareStates(before, this.#states, rules, (rule) => this.#hasAnswer(standing, rule)));
  }

  #hasAnswer(standing, rule) {
    const here = this.#items.filter(({ target }) => target.code === rule.code);
    return here.length ? here.some((item) => item.read().answer) : isAnswered(standing, rule);
  }

  #tellTurned(turned) {
    const codes = Object.values(turned).flat();
    if (!codes.length) return;
    for (const code of codes) this.#told.add(code);
    this.#tell(describeTurned(turned));
  }

  /** Tell what the server settled, but for what was told already. */
  hearAnswer({ told = "", opened = [], set_aside: setAside = [], restored = [] }) {
    const codes = [...opened, ...setAside, ...restored];
    const known = describeTurned({ opened, closed: [], setAside, restored });
    const isKnown = codes.every((code) => this.#told.has(code)) && told.startsWith(known);
    const rest = isKnown ? told.slice(known.length).trim() : told;
    if (rest) this.#tell(rest);
    for (const code of codes) this.#told.delete(code);
  }
}
