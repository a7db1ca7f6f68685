/** The list of what waits on this device: each change in words, and what can be done with it. */

import { make, makeButton, sayMoment } from "./elements.js";
import { makeIcon } from "./icons.js";
import { askAbout, makeRemoval } from "./removing.js";
import { givenAt, isHeldBack, isWaiting, pendingValues } from "./rows.js";
import { describeRow, describeValues, isStopped, nameRow, nameRows } from "./words.js";

/**
 * Shows rows of the outbox in `place`, case by case. Nobody’s answers are shown, copied or removed one
 * by one where `isSignedIn` is false: nobody knows who looks. `report` is where it is said what was done.
 */
export class WaitingList {
  #session;
  #place;
  #report;
  #isSignedIn;
  #cases = new Map(); // by the name of a case: its element, with the list in it
  #rows = new Map(); // by key: how a row was shown last, as {shown, element}

  constructor(session, { place, report, isSignedIn }) {
    this.#session = session;
    this.#place = place;
    this.#report = report;
    this.#isSignedIn = isSignedIn;
  }

  /** Bring the list to `rows`. What is the same as before stays as it is, and keeps the keyboard. */
  show(rows) {
    const { lostCases } = this.#session.sender;
    const names = [...new Set(rows.map((row) => row.case))];
    arrange(this.#place, names.map((name) => {
      const own = rows.filter((row) => row.case === name);
      return this.#showCase(name, own, own.map((row) => this.#showRow(row, {
        isLost: lostCases.has(name), isStopped: isStopped(row, rows),
      })));
    }));
  }

  #showCase(name, own, elements) {
    const { lostCases } = this.#session.sender;
    const known = this.#cases.get(name);
    const { details, title, list } = known || makeCase();
    this.#cases.set(name, { details, title, list });
    const words = `Case ${own[0].reference}: ${nameRows(own)}`;
    if (title.textContent !== words) title.textContent = words;
    const needsSomebody = lostCases.has(name) || own.some((row) => isHeldBack(row) || row.kind === "alert");
    if (needsSomebody && !details.dataset.opened) Object.assign(details, { open: true }).dataset.opened = "yes";
    arrange(list, elements);
    return details;
  }

  #showRow(row, standing) {
    const shown = JSON.stringify([describeRow(row, standing), pendingValues(row), standing]);
    const known = this.#rows.get(row.key);
    if (known?.shown === shown) return known.element;
    const element = this.#makeRow(row, standing);
    this.#rows.set(row.key, { shown, element });
    return element;
  }

  #makeRow(row, standing) {
    const { state, words } = describeRow(row, standing);
    const pairs = this.#isSignedIn ? describeValues(row, pendingValues(row)) : [];
    const href = `${row.page}${row.anchor ? `#${row.anchor}` : ""}`;
    return make("li", {
      className: "waiting",
      holds: [
        make("p", { className: "waiting__name", holds: [make("a", { className: "govuk-link", href, text: nameRow(row) })] }),
        make("p", { className: "item-state", "data-state": state, holds: [makeIcon(state), ` ${words}`] }),
        ...this.#makeValues(row, pairs),
        this.#makeActs(row, pairs, standing),
      ],
    });
  }

  #makeValues(row, pairs) {
    if (!pairs.length) return [];
    const at = givenAt(row);
    return [
      ...(at ? [make("p", { className: "waiting__when", text: `Given here, ${sayWhen(at)}` })] : []),
      make("dl", {
        className: "waiting__values",
        holds: pairs.flatMap(([name, words]) => [make("dt", { text: name }), make("dd", { text: words })]),
      }),
    ];
  }

  #makeActs(row, pairs, { isLost }) {
    const { outbox, sender } = this.#session;
    const title = row.title;
    const style = { className: "app-link-button refusal__choice", hidden: title };
    const acts = make("div", { className: "waiting__acts" });
    if (pairs.length) acts.append(...makeCopy(writeOut(row, pairs), style));
    if (row.refused) {
      acts.append(makeButton("Try again", async () => {
        await outbox.tryAgain(row.key);
        this.#tell(row, { words: `Trying again: ${title}.` });
        sender.soon(0);
      }, style));
    } else if (isLost && isWaiting(row)) {
      acts.append(makeButton("Try again", () => {
        this.#say(`Trying again: ${title}.`);
        return sender.retry(row.case);
      }, style));
    }
    if (this.#isSignedIn) {
      acts.append(makeRemoval({
        title,
        question: askAbout(row, { isLost }),
        label: row.kind === "alert" ? "Remove this alert" : undefined,
        remove: () => this.#remove(row, isLost),
      }));
    }
    return acts;
  }

  /** An answer in conflict that is not taken goes to the history, where the server can be told of it. */
  async #remove(row, isLost) {
    const { outbox, sender } = this.#session;
    await (row.conflict && !isLost ? outbox.chooseTheirs(row.key) : outbox.remove(row.key));
    this.#tell(row, { words: `Removed: ${row.title}.`, removed: [row.key] });
    sender.soon(0);
  }

  #tell(row, { words, removed = [] }) {
    this.#session.news.tell("changed", { case: row.case, removed });
    this.#say(words);
  }

  /** What had the keyboard is about to go. */
  #say(words) {
    this.#report.textContent = words;
    this.#report.focus();
  }
}

function makeCase() {
  const title = make("span", { className: "govuk-details__summary-text" });
  const list = make("ul", { className: "govuk-list" });
  const details = make("details", {
    className: "govuk-details",
    holds: [
      make("summary", { className: "govuk-details__summary", holds: [title] }),
      make("div", { className: "govuk-details__text", holds: [list] }),
    ],
  });
  return { details, title, list };
}

/** Return a button that copies `text`, and what says that it did; or shows it, to be copied by hand. */
function makeCopy(text, style) {
  const said = make("span", { className: "waiting__copied", role: "status" });
  const button = makeButton("Copy", async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = " Copied. ";
    } catch {
      const field = make("textarea", {
        className: "govuk-textarea", rows: 4, readonly: "", "aria-label": "To be copied", text,
      });
      said.parentElement.append(field);
      field.focus();
      field.select();
    }
  }, style);
  return [button, said];
}

/** Return all of a row as text, to be pasted elsewhere. */
function writeOut(row, pairs) {
  const at = givenAt(row);
  return [
    `Case ${row.reference}: ${nameRow(row)}`,
    ...(at ? [`Given ${sayWhen(at)}`] : []),
    ...pairs.map(([name, words]) => `${name}: ${words}`),
  ].join("\n");
}

function sayWhen(at) {
  const moment = sayMoment(at);
  return moment.includes(" at ") ? `on ${moment}` : `today at ${moment}`;
}

/** Have `place` hold these elements in this order; what is there already is not touched. */
function arrange(place, elements) {
  for (const old of [...place.children]) if (!elements.includes(old)) old.remove();
  elements.forEach((element, position) => {
    if (place.children[position] !== element) place.insertBefore(element, place.children[position] || null);
  });
}

/** Return in a sentence or two what waits on this device, and for whom. */
export function describeWaiting(rows, lostCases) {
  if (!rows.length) return "Everything that was given on this device has been sent.";
  const stays = (row) => isHeldBack(row) || lostCases.has(row.case);
  const held = rows.filter(stays);
  const going = rows.filter((row) => !stays(row));
  const areKept = (some) => `${nameRows(some)} ${some.length === 1 ? "is" : "are"} kept on this device`;
  return [
    ...(going.length ? [`${areKept(going)}, to be sent as soon as that is possible.`] : []),
    ...(held.length ? [`${areKept(held)} and ${held.length === 1 ? "waits" : "wait"} for you: see below.`] : []),
  ].join(" ");
}
