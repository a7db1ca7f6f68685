/**
 * Runs on every page: sends what waits, keeps this device tidy, and hands over to the script of the
 * page. Where nothing can be kept on this device, pages work as they do without any of this.
 */

import { keepSetting, readSetting } from "../settings.js";
import {
  countUnsent, forgetRemoved, listPeople, noteContact, readRemoved, removeOutdated,
} from "./device.js";
import { make, makeButton } from "./elements.js";
import { goOn, keepPage, waitUntilCanKeep } from "./keeping.js";
import { followSigningOut } from "./leaving.js";
import { WARNED_FOR } from "./limits.js";
import { followQueuedForms, warnOfAlerts } from "./queued_forms.js";
import { isWaiting } from "./rows.js";
import { openSession } from "./session.js";
import { StatusLine } from "./status.js";
import { JUST_NOW } from "./words.js";

const { worker, offline, signIn } = document.querySelector("script[data-worker]").dataset;
const { user, kept, now } = document.body.dataset;
const today = Number(now) * 1000;

/** With which scripts the page for when there is no network was last fetched. */
const OFFLINE_PAGE = "offline-page";

const form = document.querySelector("#topic-form, #facts-form");
const casePage = document.getElementById("case-page");
const caseList = document.getElementById("cases-offline");
const reviewPage = document.querySelector("#case-conflicts[data-sync]");

navigator.serviceWorker?.register(worker).catch((error) => {
  console.warn("Pages cannot be kept on this device.", error);
});
start();

async function start() {
  const isOfflinePage = document.body.dataset.page === "offline";
  const session = user ? await startForPerson() : null;
  if (isOfflinePage) (await import("./offline_page.js")).showDevice(session, offline);
  else if (!user) await startForNobody();
}

/** Return what the page has for the person, or null where nothing can be kept. */
async function startForPerson() {
  let session;
  try {
    session = await openSession(user, import.meta.url);
    if (!kept) await noteContact(user, today);
  } catch (error) {
    console.warn("Nothing can be kept on this device.", error);
    startWithoutKeeping();
    return null;
  }
  followSigningOut(session);
  const place = form?.querySelector(".save-bar") || document.getElementById("case-offline") || caseList;
  if (place) session.showStatusIn(place);
  await startPageOrWarn(session);
  // An alert must go out whatever else is missing.
  followQueuedForms(session);
  session.sender.followNetwork();
  if (session.rows.length) session.sender.soon(0);
  for (const type of ["refreshed", "sending"]) session.news.addEventListener(type, () => showUnsent(session));
  showUnsent(session);
  if (kept) {
    followCopyOf(session).catch((error) => console.warn("It could not be said how old this copy is.", error));
  } else {
    keepThingsTidy(session).catch((error) => {
      console.warn("What is kept on this device could not be looked after.", error);
    });
  }
  return session;
}

/** A script of the page may be missing: then its form is sent as a plain one. */
async function startPageOrWarn(session) {
  try {
    await startPage(session);
  } catch (error) {
    console.warn("Not all of this page works.", error);
    session.isPlain = Boolean(form) && form.dataset.kept !== "yes";
    await session.refresh();
  }
}

async function followCopyOf(session) {
  const { followCopy } = await import("./without_network.js");
  followCopy(session, { isBroughtUp: Boolean(form || casePage || caseList) });
}

async function startPage(session) {
  if (form && form.dataset.unsaved !== "yes") {
    const { startJudging } = await import("./judging.js");
    await startJudging(form, session);
    return;
  }
  session.isPlain = Boolean(form);
  await session.refresh();
  if (reviewPage) await (await import("./review_page.js")).startReviewPage(session, reviewPage);
  if (form) await startPlain(session.status);
  if (casePage) (await import("./case_page.js")).startCasePage(session, casePage);
  if (caseList) (await import("./case_list.js")).startCaseList(session, caseList);
}

let look = null;

/**
 * What waits is said on every page: an alert above all, and answers where no line says so. One that
 * was raised only just now is looked at again.
 */
function showUnsent(session) {
  clearTimeout(look);
  if (session.rows.some((row) => row.kind === "alert" && isWaiting(row))) {
    look = setTimeout(() => showUnsent(session), JUST_NOW);
  }
  warnOfAlerts(session.rows, session.sender.isUnderWay());
  if (session.rows.length && !session.status) session.showStatusIn(document.querySelector("main"));
  session.showStatus();
}

async function keepThingsTidy(session) {
  await sayRemoved();
  await removeOutdated(today);
  if (!(await waitUntilCanKeep())) return;
  if (readSetting(OFFLINE_PAGE) !== session.build && (await keepPage(offline, user)) === "kept") {
    keepSetting(OFFLINE_PAGE, session.build);
  }
  if (!casePage && !caseList) await goOn(session);
}

/** Say that something of the person was removed, until they have read it. */
async function sayRemoved() {
  const removed = await readRemoved(user);
  if (!removed) return;
  const changes = removed.number === 1 ? "change of yours was" : "changes of yours were";
  const words = `${removed.number} ${changes} removed from this device on ${sayDay(removed.at)}, and not sent: `
    + "you had not signed in here for more than 30 days. Look through your cases for what is missing. ";
  const note = make("div", { className: "govuk-inset-text", id: "removed-unsent", role: "status", text: words });
  note.append(makeButton("I have read this", async () => {
    await forgetRemoved(user);
    note.remove();
  }, { className: "app-link-button" }));
  document.querySelector("main").prepend(note);
}

function sayDay(moment) {
  return new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

function startWithoutKeeping() {
  if (!form) return;
  const status = new StatusLine(form.querySelector(".save-bar") || form);
  status.show({
    state: "trouble",
    words: "This browser keeps nothing on this device, as in a private window. Answers are saved when you "
      + "press a “Save” button.",
  });
  startPlain(status);
}

async function startPlain(status) {
  (await import("./plain_form.js")).startPlainForm(form, status);
}

// --- Before anybody has signed in -----------------------------------------------------------------

async function startForNobody() {
  try {
    if (today) await removeOutdated(today);
    if (location.pathname === signIn) await sayUnsent();
  } catch (error) {
    console.warn("Nothing is kept on this device.", error);
  }
}

/** Say that something waits on this device, and nothing of whose it is or what it says. */
async function sayUnsent() {
  const people = await listPeople();
  const numbers = await Promise.all(people.map((person) => countUnsent(person.user)));
  const unsent = numbers.reduce((sum, number) => sum + number, 0);
  if (!unsent) return;
  const last = Math.min(...people.map(({ warnedAt }) => warnedAt || Infinity)) + WARNED_FOR;
  const end = Number.isFinite(last)
    ? ` Some have waited for more than 30 days: what is not sent by ${sayDay(last)} is removed from this device.` : "";
  const words = unsent === 1
    ? "1 answer on this device has not been sent yet. It is sent when the person who gave it signs in here."
    : `${unsent} answers on this device have not been sent yet. They are sent when whoever gave them signs in here.`;
  document.querySelector("main form")?.before(make("div", { className: "govuk-inset-text", text: words + end }));
}
