/** What is said of changes, to be read or heard: pure functions. */

import { NOT_ALLOWED, OFFLINE, SIGNED_OUT, SOMEBODY_ELSE } from "./asking.js";
import { count } from "./elements.js";
import { isWaiting } from "./rows.js";

const NAMES = { alert: "alert", practice: "example of good practice", complete: "completed case" };
const SENT = new Set(["alert", "practice", "complete"]);

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
 * outbox; `trouble` and `lostCases` are the sender’s, `sending` whether it is under way; `writing`
 * and `failed` say whether a change on this page is not yet, or cannot be, kept; `plain`, that the page
 * came back unsaved and is to be
 * sent as a plain form.
 */
export function describeAll(rows, { trouble, lostCases, sending, writing, failed, plain, offline }) {
  if (plain) return { state: "trouble", words: "What is filled in below is not saved yet. Press a “Save” button." };
  if (failed) {
    return {
      state: "trouble",
      words: "Something on this page could not be kept on this device. Save it with the button, and do not close the page before.",
    };
  }
  const conflicts = rows.filter(({ conflict }) => conflict).length;
  const refused = rows.filter((row) => row.refused).length;
  const lost = rows.filter((row) => isWaiting(row) && lostCases.has(row.case));
  const waiting = rows.filter((row) => isWaiting(row) && !lostCases.has(row.case));
  const said = [];
  let state = "saved";
  if (writing) {
    state = "saving";
    said.push("Saving…");
  } else if (waiting.length) {
    const { how, words } = describeWaiting(waiting, { trouble, sending, offline });
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
  if (lost.length) said.push(describeLost(lost, lostCases));
  if (conflicts) state = "conflict";
  if (refused || lost.length) state = "trouble";
  if (!said.length) return { state: "saved", words: "All changes saved.", link: "" };
  let link = refused || lost.length ? "waiting" : "";
  if (trouble === SIGNED_OUT && waiting.length) link = "sign-in";
  return { state, words: said.join(" "), link };
}

function describeWaiting(waiting, { trouble, sending, offline }) {
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
  return sending ? { how: "saving", words: "Saving…" } : isKept(`${kept}, not yet sent.`);
}

function describeLost(rows, lostCases) {
  const references = [...new Set(rows.map((row) => lostCases.get(row.case)))].join(", ");
  const kept = `${nameRows(rows)} ${rows.length === 1 ? "is" : "are"} kept on this device`;
  return `Case ${references} is not one of yours any more, so ${kept} and cannot be sent. Tell the lead inspector.`;
}

/** Return what rows are, in words: "3 answers", "1 alert". */
export function nameRows(rows) {
  const kinds = new Set(rows.map(({ kind }) => (SENT.has(kind) ? kind : "answer")));
  if (kinds.size !== 1) return count(rows.length, "change");
  const [kind] = kinds;
  if (kind === "answer") return count(rows.length, "answer");
  return rows.length === 1 ? `1 ${NAMES[kind]}` : count(rows.length, "change");
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
