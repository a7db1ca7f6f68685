/** Making elements in a line. */

/** Return an element: its class, its text or what it holds, and its attributes. */
export function make(tag, { className = "", text = "", holds = [], ...attributes } = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...holds);
  return element;
}

/** Return a button that does `act` when it is pressed, and nothing while that is going on. */
export function makeButton(label, act, { className = "govuk-button govuk-button--secondary", hidden = "" } = {}) {
  const button = make("button", { type: "button", className, text: label });
  if (hidden) button.append(make("span", { className: "govuk-visually-hidden", text: ` ${hidden}` }));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act(button);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/** Return a number with its noun: "1 answer", "2 answers". */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return a moment as people say it: "10:14", or "12 January at 10:14" where it was not today. */
export function sayMoment(milliseconds) {
  const moment = new Date(milliseconds);
  const time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString("en-GB", { day: "numeric", month: "long" })} at ${time}`;
}
