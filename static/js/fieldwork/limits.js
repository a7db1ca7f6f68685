/** Every number of the work without a network. Why they are so: docs/decisions/0015. */

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** Kept pages and answers of somebody who was not heard of by the server are removed after this. */
export const KEPT_FOR = 7 * DAY;

/** Changes that were not sent are removed after so long without signing in. */
export const UNSENT_FOR = 30 * DAY;

/** …but not before the page to sign in has said so for as long as this. */
export const WARNED_FOR = 7 * DAY;

/** A kept case is fetched anew when it is opened and its pages are older than this… */
export const KEPT_FRESH = HOUR;

/** …or older than this, where something in it was changed since. */
export const KEPT_FRESH_WHEN_CHANGED = 10 * 60 * SECOND;

/** Pages that are fetched at the same time to be kept. */
export const PAGES_AT_ONCE = 3;

/** Changes of a case in one request, and the characters that they may have together. */
export const BATCH = 100;
export const BATCH_LENGTH = 300_000;

/** How long an answer of the server is waited for. */
export const PATIENCE = 30 * SECOND;

/** How long a page waits for another one that sends, before it sends in its place. */
export const TAKE_OVER_AFTER = 45 * SECOND;

/** What is typed is written to this device after this pause, and sent after that. */
export const WRITE_AFTER = 250;
export const SEND_AFTER = 800;

/** The pauses between attempts to send: the first, doubled each time up to the longest. */
export const FIRST_PAUSE = 2 * SECOND;
export const LONGEST_PAUSE = 30 * SECOND;

/** How long "save and continue" waits for the server before it goes on without it. */
export const LEAVING_PATIENCE = 3 * SECOND;
