/**
 * Says of a note how long it should be, how much room is left, and whether it looks as if it names
 * somebody: in words beside it, which are read out once they stay. It stands in nobody's way.
 */

import { describeFindings, findIdentifying } from "./identifying.js";

const PAUSE = 800; // milliseconds without a change before a note is looked at
const SETTLED = 300; // milliseconds after a note was left before it is looked at
const LONG = 600; // characters from which a note is called long
const FROM = 0.8; // part of the room that is used up when what is left is told

const rules = JSON.parse(document.getElementById("note-rules").textContent);
const form = document.querySelector("form[data-note-limit]");
const limit = Number(form.dataset.noteLimit);
const year = Number(form.dataset.year);
const timers = new Map();

function lengthLine(note) {
  return lineOf(note, "length", () => {
    const line = makeLine("govuk-hint note-length");
    note.after(line);
    return line;
  });
}

function warningLine(note) {
  return lineOf(note, "warning", () => {
    const line = document.querySelector(`[data-warning-of="${note.id}"]`) || makeLine("note-warning");
    line.setAttribute("aria-live", "polite");
    note.before(line); // Below it, the bar that stays at the foot of the window would hide it.
    return line;
  });
}

const lines = new WeakMap();

function lineOf(note, name, make) {
  const known = lines.get(note) || lines.set(note, {}).get(note);
  known[name] ??= make();
  return known[name];
}

function makeLine(className) {
  const line = document.createElement("p");
  line.className = className;
  line.setAttribute("aria-live", "polite");
  return line;
}

function describeLength(text, isPrivate) {
  const left = limit - [...text].length;
  const characters = (number) => `${number.toLocaleString("en-GB")} ${number === 1 ? "character" : "characters"}`;
  if (left < 0) return `You have ${characters(-left)} too many`;
  if (left < limit * (1 - FROM)) return `You have ${characters(left)} remaining`;
  if (isPrivate) return "";
  return limit - left > LONG ? "This is long: two or three sentences are enough." : "";
}

function look(note) {
  clearTimeout(timers.get(note));
  const text = note.value;
  const length = describeLength(text, note.dataset.note === "private");
  const line = lengthLine(note);
  if (line.textContent !== length) line.textContent = length;
  line.classList.toggle("note-length--over", [...text].length > limit);
  const warning = describeFindings(findIdentifying(text, year, rules), rules);
  const place = warningLine(note);
  if (place.textContent !== warning) place.textContent = warning;
}

function lookSoon({ target }) {
  if (!target.matches?.("[data-note]")) return;
  lengthLine(target);
  warningLine(target); // Before there is something to say: a live region must be there first.
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(() => look(target), PAUSE));
}

form.addEventListener("input", lookSoon);
form.addEventListener("filled", ({ target }) => {
  for (const note of target.matches("[data-note]") ? [target] : target.querySelectorAll("[data-note]")) {
    if (note.value || lines.has(note)) look(note);
  }
});
// Not at once: the page would move under a button that is just being pressed.
form.addEventListener("focusout", ({ target }) => {
  if (!timers.has(target)) return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(() => look(target), SETTLED));
});
