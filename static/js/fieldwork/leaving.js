/**
 * Signing out: what was not sent is sent first, or asked about; then everything of the person goes
 * from this device. Forms that sign out carry data-sign-out; the page that asks has #unsent.
 */

import { forgetPerson, readCurrent } from "./device.js";
import { make, makeButton } from "./elements.js";
import { LEAVING_PATIENCE } from "./limits.js";
import { nameRows } from "./words.js";

const NOT_SIGNED_OUT = "You could not be signed out: there is no network, or the server does not answer. "
  + "Nothing was removed from this device. Lock it, or close it, until you are back.";
const SOMEBODY_ELSE = "Somebody else has signed in on this browser, so you are signed out already. "
  + "What you gave here and did not send is kept on this device, and is sent when you sign in again. Close this page.";
const UNSAVED = "What is filled in on this page is not saved. Sign out and lose it?";

/** Follow every form of the page that signs out. */
export async function followSigningOut(session) {
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(session, form);
    });
  }
  const place = document.getElementById("unsent");
  if (place) await askAboutUnsent(session, place);
}

async function leave(session, form) {
  const current = await readCurrent().catch(() => "");
  const asked = form.dataset.signOut === "asked";
  if (current && current !== session.user) say(form, SOMEBODY_ELSE);
  else if (!asked && await sendRest(session)) location.assign(form.action);
  else if (mayLeave() || window.confirm(UNSAVED)) await signOut(session, form);
}

/** Send what waits, not for too long; return whether anything is left, on the page or the device. */
async function sendRest(session) {
  const patience = new Promise((resolve) => { setTimeout(resolve, LEAVING_PATIENCE); });
  try {
    if ((await session.listUnsent()).length) await Promise.race([session.sender.finish(), patience]);
    return session.hasFailed() || (await session.listUnsent()).length > 0;
  } catch (error) {
    console.warn("What is left on this device could not be read.", error);
    return true; // The next page asks.
  }
}

/** Return whether the page can be left without a question: asked now, while "Stay" loses nothing. */
function mayLeave() {
  return dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

async function signOut(session, form) {
  try {
    await post(form.action);
  } catch {
    say(form, NOT_SIGNED_OUT);
    return;
  }
  // Whoever stayed now would give things to a page that keeps nothing any more.
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  session.database.end();
  await forgetPerson(session.user);
  session.news.tell("signed-out");
  location.assign("/");
}

/** Sign out of the server. The answer is a redirect, which says that it is done. */
async function post(url) {
  const token = document.cookie.split("; ").find((cookie) => cookie.startsWith("csrftoken="));
  const headers = { "X-CSRFToken": (token || "").slice("csrftoken=".length) };
  const response = await fetch(url, { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
  if (response.type !== "opaqueredirect" && response.status !== 200) throw new Error("not signed out");
}

function say(form, words) {
  document.getElementById("sign-out-failed")?.remove();
  const message = make("p", { id: "sign-out-failed", className: "govuk-error-message", role: "alert", text: words });
  if (form.closest("main")) form.before(message);
  else document.querySelector("main").prepend(message);
}

/** On the page that asks: say how much was not sent, and give the choice. */
async function askAboutUnsent(session, place) {
  const form = document.querySelector("main form[data-sign-out]");
  const show = async () => {
    const rows = await session.listUnsent();
    place.hidden = rows.length === 0;
    document.getElementById("stay").hidden = rows.length > 0;
    form.dataset.signOut = rows.length ? "asked" : "";
    const button = form.querySelector("button");
    button.textContent = rows.length ? "Sign out and delete them from this device" : "Sign out";
    button.classList.toggle("govuk-button--warning", rows.length > 0);
    if (rows.length) {
      const words = `${nameRows(rows)} ${rows.length === 1 ? "has" : "have"} not been sent.`;
      place.querySelector("[data-unsent-count]").textContent = words;
    }
  };
  place.append(makeButton("Stay signed in and send", async () => {
    await session.outbox.keepLeftBehind();
    await session.sender.finish();
    await show();
  }, { className: "govuk-button" }));
  session.news.addEventListener("changed", show);
  await show();
}
