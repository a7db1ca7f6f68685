/** Removing what a person gave and did not send: asked once more, since it is nowhere else. */

import { make, makeButton } from "./elements.js";

const LABEL = "Remove my change";

/**
 * Return what removes a change of the person: a button, and after it a question with two more.
 * `title` names the change for those who do not see where the button stands; `question` says what is
 * lost; `remove` does it.
 */
export function makeRemoval({ title, question, remove, label = LABEL }) {
  const place = make("span", { className: "removal" });
  const start = makeButton(label, () => {
    place.replaceChildren(asking);
    asking.focus(); // so that the question is read out, and the next key press lands in it
  }, { className: "app-link-button removal__start", hidden: title });
  const keep = makeButton("Keep it", () => {
    place.replaceChildren(start);
    start.disabled = false;
    start.focus();
  }, { className: "govuk-button govuk-button--secondary removal__choice", hidden: title });
  const words = make("span", { className: "removal__question", text: `${question} ` });
  const asking = make("span", {
    className: "removal__asking",
    role: "group",
    tabindex: "-1",
    "aria-label": `${question} ${title}`,
    holds: [
      words,
      makeButton("Yes, remove it", remove, {
        className: "govuk-button govuk-button--warning removal__choice", hidden: title,
      }),
      " ",
      keep,
    ],
  });
  asking.addEventListener("keydown", ({ key }) => key === "Escape" && keep.click());
  place.append(start);
  return place;
}

/** Return what is lost with a row that is removed, as a question. */
export function askAbout({ kind, inflight, conflict }, { isLost = false } = {}) {
  if (kind === "alert") return "Remove this alert? Nobody was told of it.";
  if (conflict && !isLost) return "Remove your answer? The other one is kept, and yours goes to the history of the case.";
  if (inflight) return "Remove it from this device? The server may have taken it already, or not.";
  return "Remove it for good? It is on this device and nowhere else.";
}
