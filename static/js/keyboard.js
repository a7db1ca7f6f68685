/**
 * Single keys for judging: described on the page's panel and on the help page, where they can be
 * switched off.
 *
 * They never act while somebody types or chooses from a list, or holds a modifier key. A question
 * that is gone to takes the focus itself, as the group of its answers, so that a screen reader reads
 * it and its guidance; Tab goes on to its answers. From there the arrow keys move as J and K do.
 * Elsewhere they do what the browser has them do: choose in a set of radio buttons, scroll the page.
 */

import { toggleGuidance } from "./guidance.js";
import { isAnswered, listPlaces, placeOf } from "./places.js";
import { keepSetting, readSetting } from "./settings.js";

const SETTING = "keys";
const OFF = "off";
const MOVES = ["j", "k", "ArrowDown", "ArrowUp"];
const NOT_OFFERED = "“Not applicable” is not one of the answers to this question.";
const ANSWERS = { s: "sufficient", i: "insufficient", n: "not_applicable" };

const form = document.querySelector("#topic-form, #facts-form");
const panel = document.getElementById("keys-panel");
const teller = document.createElement("div");

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: (target) => isPlace(target) && step(1),
  ArrowUp: (target) => isPlace(target) && step(-1),
  s: answer,
  i: answer,
  n: answer,
  e: writeNote,
  f: flag,
  g: (target) => document.querySelector("[data-guidance]") && (toggleGuidance(target), true),
  u: goToUnanswered,
  "?": openPanel,
};

function isTyping(target) {
  if (target.isContentEditable) return true;
  if (target.tagName === "INPUT") return !["radio", "checkbox", "button", "submit"].includes(target.type);
  return ["TEXTAREA", "SELECT", "OPTION"].includes(target.tagName);
}

function isPlace(target) {
  return target.matches("fieldset, [data-fact]");
}

function currentPlace() {
  return placeOf(document.activeElement);
}

/** Give a question the focus, with the whole of it in sight where there is room. */
function goTo(place) {
  const group = place.querySelector("fieldset") || asGroup(place);
  group.tabIndex = -1;
  place.scrollIntoView({ block: place.offsetHeight < innerHeight * 0.6 ? "center" : "start" });
  group.focus({ preventScroll: true });
}

/** Let a fact with a list of values have the focus too: in the list itself letters choose. */
function asGroup(place) {
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", place.querySelector("label").textContent.trim());
  return place;
}

/** Go on or back by one question; from outside the questions to the first or last in that way. */
function step(way) {
  const places = listPlaces(form);
  const here = places.indexOf(currentPlace());
  const next = here === -1 ? placeBeside(places, way) : places[here + way];
  if (next) goTo(next);
  return true;
}

/** Return the first question after what has the focus, or the last before it. */
function placeBeside(places, way) {
  const from = document.activeElement || document.body;
  const lies = (place) => from.compareDocumentPosition(place)
    & (way > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING);
  return from === document.body ? places.at(way > 0 ? 0 : -1) : places.filter(lies).at(way > 0 ? 0 : -1);
}

function answer(target, key) {
  const place = currentPlace();
  const radio = place?.querySelector(`input[type=radio][value="${ANSWERS[key]}"]`);
  if (!radio) return tellNotOffered(place, ANSWERS[key]);
  radio.click(); // tells all scripts of the page as a click of a person does
  if (target.matches("input[type=radio]")) radio.focus();
  else tell(`${labelOf(radio)}.`);
  return true;
}

/** Say, to eyes and ears, that a question has no such answer; false where it is none of these questions. */
function tellNotOffered(place, wanted) {
  const choices = place?.querySelector(".govuk-radios");
  if (wanted !== ANSWERS.n || !choices?.querySelector(`input[value="${ANSWERS.s}"]`)) return false;
  const line = document.createElement("p");
  line.className = "key-answer";
  line.setAttribute("aria-hidden", "true"); // It is read out already.
  line.textContent = NOT_OFFERED;
  place.querySelector(".key-answer")?.remove();
  choices.after(line);
  for (const name of ["focusout", "change"]) place.addEventListener(name, () => line.remove(), { once: true });
  tell(NOT_OFFERED);
  return true;
}

function writeNote() {
  const note = currentPlace()?.querySelector("[data-note]:not([data-note=private])");
  if (!note) return false;
  const details = note.closest("details");
  if (details) details.open = true;
  note.focus();
  return true;
}

function flag(target) {
  const box = currentPlace()?.querySelector('input[name$="-flagged"]');
  if (!box) return false;
  box.click();
  if (target !== box) tell(box.checked ? "To come back to." : "No longer to come back to.");
  return true;
}

/** Go to the next question without an answer: on this page, or on the page that the server knows. */
function goToUnanswered() {
  const places = listPlaces(form);
  const here = places.indexOf(currentPlace());
  const inTurn = [...places.slice(here + 1), ...places.slice(0, Math.max(here, 0))];
  const next = inTurn.find((place) => !isAnswered(place));
  if (next) {
    goTo(next);
    return true;
  }
  const button = document.getElementById("next-unanswered");
  if (button) form.requestSubmit(button);
  else tell("Nothing on this page is left open.");
  return true;
}

function openPanel() {
  panel.showModal();
  return true;
}

function labelOf(field) {
  return field.labels[0].textContent.trim();
}

/** Read `words` out: what changed is not where the focus is. */
function tell(words) {
  teller.textContent = "";
  requestAnimationFrame(() => { teller.textContent = words; });
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.defaultPrevented || event.isComposing || (event.repeat && !MOVES.includes(key))) return;
  if (event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && key !== "?")) return;
  if (readSetting(SETTING) === OFF || document.querySelector("dialog[open]")) return;
  if (key === "Escape" && target.matches?.("[data-note]")) {
    goTo(currentPlace());
    return;
  }
  if (isTyping(target)) return;
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (Object.hasOwn(ACTIONS, name) && ACTIONS[name](target, name)) event.preventDefault();
});

/** An address may name a question: its group is what is meant, and not the page above it. */
function goToNamed() {
  const named = document.getElementById(location.hash.slice(1));
  const place = placeOf(named) || named?.closest("[data-block]")?.querySelector("[data-item]");
  if (place && !place.closest("[hidden]") && !document.querySelector(".govuk-error-summary")) goTo(place);
}

function setUpPanel() {
  const box = document.getElementById("keys-on");
  const button = document.getElementById("keys-button");
  button.hidden = false;
  button.addEventListener("click", openPanel);
  document.getElementById("keys-close").addEventListener("click", () => panel.close());
  box.checked = readSetting(SETTING) !== OFF;
  box.addEventListener("change", () => keepSetting(SETTING, box.checked ? "" : OFF));
}

teller.className = "govuk-visually-hidden";
teller.setAttribute("aria-live", "polite");
document.body.append(teller);
setUpPanel();
// The browser itself goes to the named place when all has loaded, and takes the focus off it again.
if (document.readyState === "complete") goToNamed();
else addEventListener("load", () => setTimeout(goToNamed));
addEventListener("hashchange", goToNamed);
