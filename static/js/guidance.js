/**
 * Guidance stands under each question. Whoever knows it may hide it all, which is remembered; then
 * each question has a button that shows its own.
 */

import { keepSetting, readSetting } from "./settings.js";

const SETTING = "guidance";
const hints = [...document.querySelectorAll("[data-guidance]")];
const main = document.getElementById("guidance-button");
const buttons = new Map();

/** Show or hide the guidance of the question that holds `element`; all of it where that is none. */
export function toggleGuidance(element) {
  const hint = element?.closest("[data-block]")?.querySelector("[data-guidance]");
  if (hint) show(hint, hint.hidden);
  else toggleAll();
}

function toggleAll() {
  keepSetting(SETTING, readSetting(SETTING) === "hidden" ? "" : "hidden");
  followSetting();
}

function followSetting() {
  const isHidden = readSetting(SETTING) === "hidden";
  main.textContent = isHidden ? "Show guidance" : "Hide guidance";
  for (const hint of hints) show(hint, !isHidden);
}

/** What is hidden describes its question no longer, so that it is not read out either. */
function show(hint, isShown) {
  hint.hidden = !isShown;
  const group = hint.closest("fieldset");
  if (group) {
    const ids = (group.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== hint.id);
    if (isShown) ids.unshift(hint.id);
    if (ids.length) group.setAttribute("aria-describedby", ids.join(" "));
    else group.removeAttribute("aria-describedby");
  }
  const isFolded = readSetting(SETTING) === "hidden" || !isShown;
  if (isFolded && !buttons.has(hint)) buttons.set(hint, makeButton(hint));
  const button = buttons.get(hint);
  if (!button) return;
  button.hidden = !isFolded;
  button.setAttribute("aria-expanded", String(isShown));
}

function makeButton(hint) {
  const code = hint.closest("[data-block]").dataset.block;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "app-link-button guidance-button";
  button.setAttribute("aria-controls", hint.id);
  const about = document.createElement("span");
  about.className = "govuk-visually-hidden";
  about.textContent = ` for ${code}`;
  button.append("Guidance", about);
  button.addEventListener("click", () => show(hint, hint.hidden));
  hint.before(button);
  return button;
}

if (main) {
  main.hidden = hints.length === 0;
  main.addEventListener("click", toggleAll);
  if (readSetting(SETTING) === "hidden") followSetting();
}
