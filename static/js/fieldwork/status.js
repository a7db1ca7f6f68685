/**
 * The state of the page in words, for eyes and for ears, in the live region #sync-status.
 *
 * What is seen follows every change at once. What is heard waits until it is quiet, and is taken
 * away as soon as it is not so any more: so nobody is told "saved" at every letter, or falsely.
 */

import { make } from "./elements.js";
import { makeIcon } from "./icons.js";

const { offline, signIn } = document.querySelector("script[data-worker]").dataset;
const LINKS = {
  "sign-in": () => ({ text: "Sign in", href: `${signIn}?next=${encodeURIComponent(location.pathname)}` }),
  waiting: () => ({ text: "See what waits", href: offline }),
};
const QUIET = 1000; // milliseconds without a change before a state is read out

/** The line that says how things stand. `place` is where one is made if the page has none. */
export class StatusLine {
  #told = make("span", { className: "sync-status__told" });
  #seen = make("span", { className: "sync-status__seen", "aria-hidden": "true" });
  #heard = make("span", { className: "govuk-visually-hidden" });
  #link = make("a", { className: "govuk-link sync-status__link", hidden: "" });
  #timer = null;
  #state = "";

  constructor(place) {
    this.element = document.getElementById("sync-status") || make("div", { id: "sync-status", role: "status" });
    if (!this.element.isConnected) place.prepend(this.element);
    this.element.classList.add("sync-status");
    this.element.replaceChildren(this.#told, this.#seen, this.#heard, this.#link);
  }

  /** Say what a change has done: read out at once, and there until something else is told. */
  tell(words) {
    this.#told.textContent = words && `${words} `;
  }

  /** Show {state, words, link}. */
  show({ state, words, link = "" }) {
    if (this.#state === `${state} ${words}`) return;
    this.#state = `${state} ${words}`;
    this.element.dataset.state = state;
    this.#seen.replaceChildren(...(words ? [makeIcon(state), ` ${words}`] : []));
    const target = link ? LINKS[link]() : null;
    this.#link.hidden = !target || target.href === location.pathname;
    if (target) {
      const { text, href } = target;
      this.#link.textContent = text;
      this.#link.href = href;
    }
    this.#heard.textContent = "";
    clearTimeout(this.#timer);
    if (state !== "saving") this.#timer = setTimeout(() => { this.#heard.textContent = words; }, QUIET);
  }
}

/** Show the state of an item beside it: not read out, since the line of the page is. */
export function showItemState(element, { state, words }) {
  if (element.dataset.said === `${state} ${words}`) return;
  element.dataset.said = `${state} ${words}`;
  element.dataset.state = state;
  element.tabIndex = -1;
  element.replaceChildren(...(words ? [makeIcon(state), ` ${words}`] : []));
}
