/**
 * What waits on this device and what can be opened there. The page stands for others when there is
 * no network; then it is kept, and shows no answer, since nobody knows who looks at it.
 */

import { canReach } from "./asking.js";
import { forgetPerson, listPeople, readCurrent } from "./device.js";
import { count, make, makeButton, sayMoment } from "./elements.js";
import { warnOfAlerts } from "./queued_forms.js";
import { isWaiting, pendingValues } from "./rows.js";
import { openSession } from "./session.js";
import { nameRows } from "./words.js";

const TRY_AGAIN = 5000; // milliseconds
const ANSWERS = { sufficient: "Yes", insufficient: "No", not_applicable: "Not applicable" };
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
  if (owner) await follow(session || await openSession(owner, import.meta.url), Boolean(session));
  else find("unsent-state").textContent = "Nothing waits on this device.";
}

async function follow(session, isSignedIn) {
  const person = (await listPeople()).find(({ user }) => user === session.user);
  const mayShow = Boolean(person && Date.now() < person.keptUntil);
  const fill = async () => {
    const [cases, rows] = [await session.cases.list(), await session.outbox.list()];
    listCases(mayShow ? cases.filter(({ keptAt }) => keptAt) : [], rows);
    listRows(session, rows, isSignedIn);
    warnOfAlerts(rows);
  };
  session.news.addEventListener("changed", fill);
  offerToRemove(session);
  await fill();
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
    const unsent = rows.filter((row) => row.case === name).length;
    const waits = unsent ? `; ${count(unsent, "answer")} not yet sent` : "";
    return make("li", {
      holds: [
        make("a", { className: "govuk-link", href: url, text: `Case ${reference}` }),
        make("span", { className: "app-muted", text: ` as of ${sayMoment(keptAt)}${waits}` }),
      ],
    });
  }));
}

function listRows(session, rows, showsAnswers) {
  const kept = `${nameRows(rows)} ${rows.length === 1 ? "is" : "are"} kept on this device`;
  find("unsent-state").textContent = rows.length
    ? `${kept}, to be sent as soon as that is possible.`
    : "Everything that was given on this device has been sent.";
  const cases = new Map();
  for (const row of rows) cases.set(row.case, [...(cases.get(row.case) || []), row]);
  find("unsent-rows").replaceChildren(...[...cases.values()].map((own) => make("details", {
    className: "govuk-details",
    holds: [
      make("summary", {
        className: "govuk-details__summary",
        holds: [make("span", { className: "govuk-details__summary-text", text: `Case ${own[0].reference}: ${nameRows(own)}` })],
      }),
      make("div", {
        className: "govuk-details__text",
        holds: [make("ul", { className: "govuk-list", holds: own.map((row) => makeRow(session, row, showsAnswers)) })],
      }),
    ],
  })));
}

function makeRow(session, row, showsAnswers) {
  const place = make("a", { className: "govuk-link", href: `${row.page}#${row.anchor}`, text: row.title });
  const item = make("li", { className: "waiting", holds: [place, ` ${describeRow(row)}`] });
  if (showsAnswers) {
    const words = describeValues(pendingValues(row));
    if (words) item.append(make("span", { className: "waiting__values", text: words }));
  }
  if (row.refused) {
    const settle = (method) => async () => {
      await session.outbox[method](row.key);
      session.news.tell("changed", { case: row.case });
      session.sender.soon(0);
    };
    const style = { className: "app-link-button refusal__choice", hidden: row.title };
    item.append(
      makeButton("Try again", settle("tryAgain"), style), " ",
      makeButton("Remove my change", settle("giveUp"), style),
    );
  }
  return item;
}

function describeRow(row) {
  if (row.conflict) return "was also changed elsewhere: choose there which answer to keep.";
  if (row.refused) return `could not be saved. ${row.refused.message}`;
  return isWaiting(row) ? "is not yet sent." : "";
}

function describeValues({ answer, value, evidence, note_to_lead: note, concern, text }) {
  const said = [ANSWERS[answer] || value, evidence, note, concern, text].filter(Boolean);
  return said.length ? `You gave: ${said.join(". ")}` : "";
}

/** For a shared device without a network, where nobody can be signed out. */
function offerToRemove(session) {
  find("remove-place").replaceChildren(makeButton("Remove everything of mine from this device", async () => {
    const rows = await session.outbox.list();
    const lost = rows.length ? ` What was not sent would be lost: ${nameRows(rows)}.` : "";
    if (!window.confirm(`Remove all that is kept on this device?${lost}`)) return;
    session.database.end();
    await forgetPerson(session.user);
    session.news.tell("signed-out");
    location.reload();
  }, { className: "govuk-button govuk-button--warning" }));
}
