/** What is said of changes, to be read or heard: pure functions. */

import { NOT_ALLOWED, OFFLINE, SIGNED_OUT, SOMEBODY_ELSE } from "./asking.js";
import { count, sayMoment } from "./elements.js";
import { isWaiting, listHeldBack } from "./rows.js";

const NAMES = {
  alert: ["alert", "alerts"],
  practice: ["example of good practice", "examples of good practice"],
  complete: ["completed case", "completed cases"],
};
const ANSWERS = { sufficient: "Yes", insufficient: "No", not_applicable: "Not applicable" };
/** How long, in milliseconds, an alert that is under way is not yet told of. */
export const JUST_NOW = 5000;

/** Return what is to be done about an alert that nobody knows of; `number` is "" where none is given. */
export const sayTelephone = (number) => `Telephone the lead inspector now${number ? `: ${number}` : ""}.`;

/** Return whether a row is told once, as an alert is, and has no place on a page of questions. */
export const isNote = ({ kind }) => kind in NAMES;

/**
 * Return the state of an item by its row (or null), as {state, words}; state is "" where nothing
 * was changed here. `writing`: it is not yet on the disk; `sending`: it is under way; `lost`: its case is
 * not the person's any more; `saved`: the server took it since the page was opened.
 */
export function describeItem(row, { writing, failed, sending, lost, saved }) {
  if (failed) {
    return {
      state: "trouble",
      words: "Not kept: this device has no room, or keeps nothing in a private window. Press “Save” before you leave.",
    };
  }
  if (writing) return { state: "saving", words: "Saving…" };
  if (row?.conflict) return { state: "conflict", words: "Not saved: choose which answer to keep." };
  if (row?.refused) return { state: "trouble", words: `Not saved. ${row.refused.message}` };
  if (row && isWaiting(row)) {
    return sending && !lost
      ? { state: "saving", words: "Saving…" }
      : { state: "kept", words: "Kept on this device, not yet sent." };
  }
  return saved ? { state: "saved", words: "Saved." } : { state: "", words: "" };
}

/**
 * Return the state of everything of a person as {state, words, link}: `link` is where something can be
 * done about it, "sign-in" or "waiting" (the list of what waits), else "". `rows` are those of the
 * outbox; `trouble` and `lostCases` are the sender’s, `sending` whether it is under way, `elsewhere`
 * whether another tab is at it; `writing` and `failed` say whether a change on this page is not yet, or
 * cannot be, kept; `plain`, that the page came back unsaved and is to be sent as a plain form.
 */
export function describeAll(rows, { trouble, lostCases, sending, elsewhere, writing, failed, plain, offline }) {
  if (plain) return { state: "trouble", words: "What is filled in below is not saved yet. Press a “Save” button." };
  if (failed) {
    return {
      state: "trouble",
      words: "Something on this page could not be kept on this device. Save it with the button, and do not close the page before.",
    };
  }
  const conflicts = rows.filter(({ conflict }) => conflict).length;
  const refused = rows.filter((row) => row.refused && !isNote(row)).length;
  const notes = rows.filter((row) => row.refused && isNote(row));
  const lost = rows.filter((row) => isWaiting(row) && lostCases.has(row.case));
  const waiting = rows.filter((row) => isWaiting(row) && !lostCases.has(row.case) && !isStopped(row, rows));
  const said = [];
  let state = "saved";
  if (writing) {
    state = "saving";
    said.push("Saving…");
  } else if (waiting.length) {
    const { how, words } = describeWaiting(waiting, { trouble, sending, elsewhere, offline });
    state = how;
    said.push(words);
  }
  if (conflicts) {
    const changed = `${count(conflicts, "answer")} ${conflicts === 1 ? "was" : "were"} also changed elsewhere`;
    said.push(`${changed}: choose which to keep.`);
  }
  if (refused) {
    said.push(`${count(refused, "answer")} could not be saved: see why beside ${refused === 1 ? "it" : "them"}.`);
  }
  if (notes.length) said.push(`${nameRows(notes)} could not be sent.`);
  if (lost.length) said.push(describeLost(lost, lostCases));
  if (conflicts) state = "conflict";
  if (refused || notes.length || lost.length) state = "trouble";
  if (!said.length) return { state: "saved", words: "All changes saved.", link: "" };
  let link = refused || notes.length || lost.length ? "waiting" : "";
  if (trouble === SIGNED_OUT && waiting.length) link = "sign-in";
  return { state, words: said.join(" "), link };
}

function describeWaiting(waiting, { trouble, sending, elsewhere, offline }) {
  const kept = `${nameRows(waiting)} ${waiting.length === 1 ? "is" : "are"} kept on this device`;
  const them = waiting.length === 1 ? "it" : "them";
  const inTrouble = (words) => ({ how: "trouble", words });
  const isKept = (words) => ({ how: "kept", words });
  if (trouble === SIGNED_OUT) return inTrouble(`You are signed out: ${kept}. Sign in to send ${them}.`);
  if (trouble === SOMEBODY_ELSE) {
    return inTrouble(`Somebody else has signed in on this browser: ${kept}, to be sent when you sign in.`);
  }
  if (trouble === NOT_ALLOWED) {
    return inTrouble(
      `The server did not accept this from you: ${kept}. Open the page again; if that does not help, tell the lead inspector.`,
    );
  }
  if (offline || trouble === OFFLINE) return isKept(`No network: ${kept}, to be sent when it is back.`);
  if (trouble) return isKept(`The server does not answer as it should: ${kept}, and sent again by and by.`);
  if (elsewhere) return isKept(`${kept}. Another tab of this browser is sending ${them}.`);
  return sending ? { how: "saving", words: "Saving…" } : isKept(`${kept}, not yet sent.`);
}

function describeLost(rows, lostCases) {
  const references = [...new Set(rows.map((row) => lostCases.get(row.case)))].join(", ");
  const kept = `${nameRows(rows)} ${rows.length === 1 ? "is" : "are"} kept on this device`;
  return `Case ${references} is not one of yours any more, so ${kept} and cannot be sent. Tell the lead inspector.`;
}

/** Return what rows are, in words: "3 answers", "1 alert". */
export function nameRows(rows) {
  const kinds = new Set(rows.map((row) => (isNote(row) ? row.kind : "answer")));
  if (kinds.size !== 1) return count(rows.length, "change");
  const [kind] = kinds;
  if (kind === "answer") return count(rows.length, "answer");
  const [one, many] = NAMES[kind];
  return `${rows.length} ${rows.length === 1 ? one : many}`;
}

/**
 * Return what is to be said at the top of every page of alerts that nobody knows of: {words, page},
 * where `page` is where a refused one can be put right, else "". `isSending`: they are under way, so that
 * nothing is said of one that was raised only just now.
 */
export function describeAlerts(rows, { isSending = false, now = Date.now() } = {}) {
  const alerts = rows.filter(({ kind }) => kind === "alert");
  const isNew = ({ next, inflight }) => isSending && now - (inflight || next).at < JUST_NOW;
  const waiting = alerts.filter((row) => isWaiting(row) && !isNew(row));
  const said = alerts.filter(({ refused }) => refused).map(({ reference, page, refused, telephone }) => ({
    words: `Your alert on case ${reference} has not been sent: the server refused it. ${refused.message} `
      + sayTelephone(telephone),
    page,
  }));
  if (waiting.length) {
    const cases = [...new Set(waiting.map(({ reference }) => reference))].join(", ");
    const since = sayMoment(Math.min(...waiting.map(({ next, inflight }) => (inflight || next).at)));
    const numbers = [...new Set(waiting.map(({ telephone }) => telephone).filter(Boolean))].join(" or ");
    const words = `Your alert on case ${cases} has not been sent (since ${since}). ${sayTelephone(numbers)}`;
    said.push({ words, page: "" });
  }
  return said;
}

/** Return what a row is called in a list: its question, if that is known, with its number. */
export function nameRow({ kind, title, question }) {
  const name = [title, question].filter(Boolean).join(title.includes(" ") ? ": " : " ");
  return kind.startsWith("decline_") ? `${name} (the answer that you gave up)` : name;
}

/**
 * Return the state of a row in a list of what waits, as {state, words}. `isLost`: its case is not the
 * person's any more; `isStopped`: something else in its case is to be settled before it.
 */
export function describeRow(row, { isLost = false, isStopped = false } = {}) {
  const inTrouble = (words) => ({ state: "trouble", words });
  const sent = isNote(row) ? "sent" : "saved";
  const alarm = row.kind === "alert" ? ` ${sayTelephone(row.telephone)}` : "";
  if (row.refused) return inTrouble(`Not ${sent}. ${row.refused.message}${alarm}`);
  if (isLost) return inTrouble(`It cannot be sent: case ${row.reference} is not one of yours any more.${alarm}`);
  if (row.conflict) {
    return { state: "conflict", words: "Not saved: it was changed elsewhere too. Choose there which answer to keep." };
  }
  if (alarm) return inTrouble(`Not sent.${alarm}`);
  const after = isStopped ? " What is held back in this case comes first." : "";
  return { state: "kept", words: `Kept on this device, not yet sent.${after}` };
}

/** Return which rows wait for something else in their case: that it is completed is told last. */
export function isStopped(row, rows) {
  return row.kind === "complete" && listHeldBack(rows, row).length > 0;
}

/**
 * Return values in words, as [name, words] pairs, what is empty left out. `labels` are the words of the
 * values, as the page has them; a row of an older script has none.
 */
export function describeValues({ kind, labels = {} }, values) {
  const wordsOf = (value) => labels[value] || ANSWERS[value] || value.replaceAll("_", " ");
  const has = (pairs) => pairs.filter(([, words]) => words);
  if (kind === "alert") return has([["Concern", values.concern]]);
  if (kind === "practice") return has([["Criterion", values.criterion], ["Example", values.text]]);
  if (kind === "complete") return [];
  if ("value" in values) return [["Answer", values.value ? wordsOf(values.value) : "Not recorded"]];
  const { answer, reasons, evidence, flagged, note_to_lead: note } = values;
  const chosen = [...Object.keys(labels), ...reasons].filter((key, place, all) => (
    reasons.includes(key) && all.indexOf(key) === place
  ));
  return has([
    ["Answer", answer ? wordsOf(answer) : "None"],
    ["Reasons", chosen.map(wordsOf).join("; ")],
    ["Evidence note", evidence],
    ["Private note", note],
    ["Come back to this", flagged ? "Yes" : ""],
  ]);
}

/** Return who wrote what stands now, and when: "Lead inspector, on 12 January 2012 at 10:14". */
export function nameWriter({ by, own, when }) {
  const who = own ? "You, in another window or on another device" : by || "Somebody else";
  return [who, when].filter(Boolean).join(", ");
}

/** Return who gave what is recorded, for the line under an answer; "" where that is not known. */
export function sayWriter(kind, recorded) {
  const deed = kind === "fact" ? "Recorded" : "Answered";
  if (recorded.by) return `${deed} by ${[recorded.own ? "you" : recorded.by, recorded.when].filter(Boolean).join(" ")}. `;
  return recorded.own ? `${deed} by you on this device. ` : "";
}
