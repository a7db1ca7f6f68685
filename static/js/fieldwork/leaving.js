/**
 * Signing out: what was not sent is sent first, or asked about; then everything of the person goes
 * from this device. Forms that sign out carry data-sign-out; the page that asks has #unsent.
 */

import { forgetPerson } from "./device.js";
import { make, makeButton } from "./elements.js";
import { LEAVING_PATIENCE } from "./limits.js";
import { nameRows } from "./words.js";

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
  const asked = form.dataset.signOut === "asked";
  if (!asked && await sendRest(session)) location.assign(form.action);
  else await signOut(session, form);
}

/** Send what waits, not for too long; return how many things are left. */
async function sendRest({ outbox, sender }) {
  const patience = new Promise((resolve) => { setTimeout(resolve, LEAVING_PATIENCE); });
  if ((await outbox.list()).length) await Promise.race([sender.finish(), patience]);
  return (await outbox.list()).length;
}

async function signOut(session, form) {
  try {
    await post(form.action);
  } catch {
    sayOffline(form);
    return;
  }
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

function sayOffline(form) {
  document.getElementById("sign-out-failed")?.remove();
  const words = "You could not be signed out: there is no network, or the server does not answer. "
    + "Nothing was removed from this device. Lock it, or close it, until you are back.";
  const message = make("p", { id: "sign-out-failed", className: "govuk-error-message", role: "alert", text: words });
  if (form.closest("main")) form.before(message);
  else document.querySelector("main").prepend(message);
}

/** On the page that asks: say how much was not sent, and give the choice. */
async function askAboutUnsent(session, place) {
  const form = document.querySelector("main form[data-sign-out]");
  const show = async () => {
    const rows = await session.outbox.list();
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
    await session.sender.finish();
    await show();
  }, { className: "govuk-button" }));
  session.news.addEventListener("changed", show);
  await show();
}
