/** What waits for the person: two answers to one question, side by side, and what was refused. */

import { make, makeButton } from "./elements.js";
import { askAbout, makeRemoval } from "./removing.js";
import { isHeldBack } from "./rows.js";
import { isNote, nameWriter } from "./words.js";

const HINT = "The answer that is not taken stays in the history. Nothing else waits for this.";

/**
 * Fill the slot of an item with its conflict, or empty it. `choose` is given "mine" or "theirs".
 */
export function showConflict(item, row, choose) {
  if (!item.slot) return;
  const conflict = row?.conflict;
  const shown = JSON.stringify(conflict || null);
  if (item.slot.dataset.shown === shown) return;
  item.slot.dataset.shown = shown;
  item.slot.replaceChildren(...(conflict ? [makeConflict(item, conflict, choose)] : []));
}

function makeConflict(item, { mine, theirs }, choose) {
  const id = `${item.name}-conflict`;
  const button = (label, choice) => makeButton(label, () => choose(choice), {
    className: "govuk-button govuk-button--secondary conflict__choice", hidden: `for ${item.title}`,
  });
  return make("div", {
    className: "conflict",
    role: "group",
    "aria-labelledby": id,
    tabindex: "-1",
    holds: [
      make("p", { className: "conflict__title", id, text: `${item.title}: two answers. Which is to be kept?` }),
      make("div", {
        className: "conflict__sides",
        holds: [
          makeSide("Yours, given here", item.describe(mine), item.describe(theirs.values), button("Use mine", "mine")),
          makeSide(
            nameWriter(theirs),
            item.describe(theirs.values),
            item.describe(mine),
            button(theirs.own ? "Keep the other" : "Keep theirs", "theirs"),
          ),
        ],
      }),
      make("p", { className: "conflict__hint", text: HINT }),
    ],
  });
}

/** What is empty on one side and not on the other is said to be empty: it is part of the choice. */
function makeSide(title, words, others, button) {
  const given = new Map(words);
  const names = [...new Set([...words, ...others].map(([name]) => name))];
  return make("div", {
    className: "conflict__side",
    holds: [
      make("p", { className: "conflict__whose", text: title }),
      make("dl", {
        className: "conflict__values",
        holds: names.flatMap((name) => [
          make("dt", { text: name }), make("dd", { text: given.get(name) || "None" }),
        ]),
      }),
      button,
    ],
  });
}

/** Show what can be done about a refusal, beside the state that says why: try again, or give up. */
export function showRefusal(item, row, { tryAgain, giveUp }) {
  const old = item.element.querySelector(`[data-refusal-of="${CSS.escape(item.name)}"]`);
  if (Boolean(old) === Boolean(row?.refused)) return;
  old?.remove();
  if (!row?.refused) return;
  item.state?.after(make("div", {
    className: "refusal",
    "data-refusal-of": item.name,
    holds: [
      makeButton("Try again", tryAgain, { className: "app-link-button refusal__choice", hidden: item.title }), " ",
      makeRemoval({ title: item.title, question: askAbout(row), remove: giveUp }),
    ],
  }));
}

/**
 * Show what is held back of a case, in a list at the top of a page and before `place`, each with a link to where
 * it can be settled. What a form of this very page says beside itself is left out.
 */
export function showHeldBack(rows, place) {
  const held = rows.filter((row) => isHeldBack(row) && !(isNote(row) && row.page === location.pathname));
  const old = document.getElementById("sync-conflicts");
  const shown = JSON.stringify(held.map(({ key, refused }) => [key, refused?.message]));
  if (old?.dataset.shown === shown || (!old && !held.length)) return;
  old?.remove();
  if (!held.length) return;
  const onlyConflicts = held.every(({ conflict }) => conflict);
  place.before(make("section", {
    id: "sync-conflicts",
    className: "govuk-inset-text conflicts",
    "aria-labelledby": "sync-conflicts-title",
    tabindex: "-1",
    "data-shown": shown,
    holds: [
      make("h2", {
        className: "govuk-heading-s",
        id: "sync-conflicts-title",
        text: onlyConflicts ? "Changed here and elsewhere: choose which answer to keep" : "Not saved: look at these",
      }),
      make("ul", {
        className: "govuk-list",
        holds: held.map((row) => make("li", { holds: [makeLink(row), onlyConflicts ? "" : `: ${sayWhy(row)}`] })),
      }),
    ],
  }));
}

function makeLink({ page, anchor, title }) {
  const place = anchor ? `#${anchor}` : "";
  return make("a", {
    className: "govuk-link", href: page === location.pathname ? place : `${page}${place}`, text: title,
  });
}

function sayWhy({ conflict, refused }) {
  return conflict ? "also changed elsewhere. Choose which answer to keep." : refused.message;
}
