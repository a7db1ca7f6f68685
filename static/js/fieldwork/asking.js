/** Asking the server as one person, in a way that no other answer can be taken for its own. */

import { PATIENCE } from "./limits.js";

/** What an answer means that is not the one asked for. */
export const SIGNED_OUT = "signed-out";
export const NOT_ALLOWED = "not-allowed";
export const NOT_THERE = "not-there";
export const NOT_READ = "not-read";
export const TOO_LARGE = "too-large";
export const OFFLINE = "offline";
export const OUT_OF_ORDER = "out-of-order";

/** Somebody else has signed in on this browser, and nothing is sent as them. */
export const SOMEBODY_ELSE = "somebody-else";

const MEANINGS = { 400: NOT_READ, 401: SIGNED_OUT, 403: NOT_ALLOWED, 404: NOT_THERE, 413: TOO_LARGE };

/** An answer that is not the one asked for; `meaning` is one of the constants above. */
export class AskingError extends Error {
  constructor(meaning, message = "") {
    super(message || meaning);
    this.meaning = meaning;
    this.words = message;
  }
}

/**
 * Return the JSON that `url` answers to `user`, and when that was by the server's clock:
 * {json, today}. With `body` it is posted. Throws AskingError for anything but a 200 with JSON: a
 * page to sign in, or that of a café's network, is no answer.
 */
export async function ask(url, user, { body = null, keepalive = false } = {}) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const response = await fetch(url, { ...describe(user, body), keepalive, signal: giveUp.signal });
    return await read(response);
  } catch (error) {
    throw error instanceof AskingError ? error : new AskingError(OFFLINE);
  } finally {
    clearTimeout(timer);
  }
}

function describe(user, body) {
  const headers = { Accept: "application/json", "X-Fieldwork-User": user };
  const asks = { credentials: "same-origin", redirect: "manual", cache: "no-store", headers };
  if (body === null) return asks;
  headers["Content-Type"] = "application/json";
  headers["X-CSRFToken"] = readCookie("csrftoken");
  return { ...asks, method: "POST", body };
}

async function read(response) {
  if (response.type === "opaqueredirect") throw new AskingError(SIGNED_OUT);
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  if (response.status !== 200) {
    const told = isJson ? await response.json().catch(() => ({})) : {};
    throw new AskingError(readMeaning(response.status, isJson, told.error), String(told.error || ""));
  }
  if (!isJson) throw new AskingError(OFFLINE);
  return { json: await response.json(), today: Date.parse(response.headers.get("Date")) || null };
}

/** Return whether the server answers anything at all: asked before something is sent blindly. */
export async function canReach() {
  const { offline } = document.querySelector("script[data-worker]").dataset;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  const answer = await fetch(offline, { method: "HEAD", cache: "no-store", signal: giveUp.signal }).catch(() => null);
  clearTimeout(timer);
  return answer !== null;
}

/**
 * A page instead of an answer is not from those who know of the case, but from something before
 * them; a 403, from the check of a token that no longer holds, which a new sign-in mends.
 */
function readMeaning(status, isJson, error) {
  if (status === 403 && !isJson) return SIGNED_OUT;
  if (!isJson && status !== 413 && status !== 401) return OUT_OF_ORDER;
  if (status === 401 && error === "somebody_else") return SOMEBODY_ELSE;
  return MEANINGS[status] || OUT_OF_ORDER;
}

/** The token may have changed since the page was made: whoever signs in again gets a new one. */
function readCookie(name) {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
