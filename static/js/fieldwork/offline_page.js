/**
 * What waits on this device and what can be opened there. The page stands for others when there is
 * no network; then it is kept, and shows no answer, since nobody knows who looks at it.
 */

import { canReach } from "./asking.js";
import { forgetPerson, listPeople, readCurrent } from "./device.js";
import { make, makeButton, sayMoment } from "./elements.js";
import { describeWaiting, WaitingList } from "./offline_rows.js";
import { warnOfAlerts } from "./queued_forms.js";
import { openSession } from "./session.js";
import { nameRows } from "./words.js";

const TRY_AGAIN = 5000; // milliseconds
const find = (id) => document.getElementById(id);

/**
 * Fill in the page: with the `session` of who is signed in, or else, where that is null, for whoever
 * used this device last. `offline` is the address of the page itself.
 */
export async function showDevice(session, offline) {
  find("without-scripts").hidden = true;
  if (location.pathname !== offline) standForAnother();
  find("on-this-device").hidden = false;
  const owner = session?.user || await readCurrent().catch(() => "");
  if (owner) await follow(session || await openSession(owner, import.meta.url), Boolean(session), offline);
  else find("unsent-state").textContent = "Nothing waits on this device.";
}

async function follow(session, isSignedIn, offline) {
  const person = (await listPeople()).find(({ user }) => user === session.user);
  const mayShow = Boolean(person && Date.now() < person.keptUntil);
  const waiting = new WaitingList(session, {
    place: find("unsent-rows"), report: find("waiting-report"), isSignedIn,
  });
  const showCases = async () => {
    const cases = mayShow ? await session.cases.list() : [];
    listCases(cases.filter(({ keptAt }) => keptAt), session.rows);
  };
  const showRows = () => {
    const { rows, sender } = session;
    const words = describeWaiting(rows, sender.lostCases);
    if (find("unsent-state").textContent !== words) find("unsent-state").textContent = words;
    // Nobody can sign in without a network; and of whoever signed out nothing is on the device.
    const isStill = mayShow && location.pathname !== offline;
    find("still-signed-in").hidden = isSignedIn || !isStill;
    find("sign-in-to-see").hidden = isSignedIn || isStill || rows.length === 0;
    waiting.show(rows);
    warnOfAlerts(rows, sender.isUnderWay());
  };
  await session.refresh();
  for (const type of ["refreshed", "sending"]) session.news.addEventListener(type, showRows);
  session.news.addEventListener("refreshed", showCases);
  offerToRemove(session);
  showRows();
  await showCases();
}

/** The page that was asked for comes as soon as the server answers again. */
function standForAnother() {
  find("instead").hidden = false;
  document.title = document.title.replace(/^.*? – /, "There is no network – ");
  document.querySelector("h1").textContent = "There is no network";
  const tryAgain = async () => {
    if (await canReach()) location.reload();
  };
  addEventListener("online", tryAgain);
  setInterval(tryAgain, TRY_AGAIN);
}

function listCases(cases, rows) {
  const list = find("kept-cases");
  list.hidden = cases.length === 0;
  find("no-kept-cases").hidden = cases.length > 0;
  list.replaceChildren(...cases.map(({ case: name, url, reference, keptAt }) => {
    const unsent = rows.filter((row) => row.case === name);
    const waits = unsent.length ? `; ${nameRows(unsent)} not yet sent` : "";
    return make("li", {
      holds: [
        make("a", { className: "govuk-link", href: url, text: `Case ${reference}` }),
        make("span", { className: "app-muted", text: ` as of ${sayMoment(keptAt)}${waits}` }),
      ],
    });
  }));
}

/** For a shared device without a network, where nobody can be signed out. */
function offerToRemove(session) {
  find("remove-place").replaceChildren(makeButton("Remove everything of mine from this device", async () => {
    const rows = await session.listUnsent();
    const lost = rows.length ? ` What was not sent would be lost: ${nameRows(rows)}.` : "";
    if (!window.confirm(`Remove all that is kept on this device?${lost}`)) return;
    session.database.end();
    await forgetPerson(session.user);
    session.news.tell("signed-out");
    location.reload();
  }, { className: "govuk-button govuk-button--secondary" }));
}
