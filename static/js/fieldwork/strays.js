/**
 * What a person gave in one assessment of a case and the server did not take, because another one of
 * that case is theirs now. It is shown beside the question until it is used there, or removed. So is
 * what an earlier version of these scripts kept, without saying for which assessment, until it is sent.
 */

import { make, makeButton } from "./elements.js";
import { askAbout, makeRemoval } from "./removing.js";
import { addTo, isHeldBack, isOf, pendingValues } from "./rows.js";

const IN_CONFLICT = "It was given in another assessment of this case, where somebody else changed the same.";
const NOT_SENT = "It is kept on this device, not yet sent.";

/** Return the rows of `items` that belong to another assessment of the case than `whose`, by item. */
export function findStrays(rows, items, whose) {
  const names = new Set(items.map(({ item }) => item));
  const isStray = (row) => !isOf(row, whose) && (isHeldBack(row) || row.assessment === undefined);
  const strays = rows.filter((row) => row.case === whose.case && isStray(row));
  return new Map(strays.filter(({ item }) => names.has(item)).map((row) => [row.item, row]));
}

/** Return the values of an item with those of a stray in them: of no note is anything lost. */
export function takeIn(item, stray) {
  return addTo(item.read(), pendingValues(stray));
}

/** Show a stray beside its item, or take it away; `use` and `remove` are what the person can do. */
export function showStray(item, stray, { use, remove }) {
  const old = item.element.querySelector("[data-stray]");
  const shown = stray ? JSON.stringify([stray.refused, stray.conflict, pendingValues(stray)]) : "";
  if ((old?.dataset.stray || "") === shown) return;
  old?.remove();
  if (stray) item.slot?.before(makeStray(item, stray, shown, { use, remove }));
}

function makeStray(item, stray, shown, { use, remove }) {
  const id = `${item.name}-stray`;
  const { title } = item;
  const words = item.describe(pendingValues(stray));
  const why = stray.refused?.message || (stray.conflict ? IN_CONFLICT : NOT_SENT);
  return make("div", {
    className: "conflict",
    role: "group",
    "aria-labelledby": id,
    "data-stray": shown,
    holds: [
      make("p", { className: "conflict__title", id, text: `${title}: you gave this before, and it was not saved` }),
      make("p", { className: "conflict__hint", text: why }),
      make("dl", {
        className: "conflict__values",
        holds: words.flatMap(([term, text]) => [make("dt", { text: term }), make("dd", { text })]),
      }),
      makeButton("Use it here", use, {
        className: "govuk-button govuk-button--secondary conflict__choice", hidden: `for ${title}`,
      }),
      " ",
      makeRemoval({ title, question: askAbout(stray, { isLost: true }), remove }),
    ],
  });
}
