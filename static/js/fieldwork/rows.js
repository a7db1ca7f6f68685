/**
 * What becomes of a change on its way to the server: pure functions on one row of the outbox.
 *
 * A row is all that is unsettled of one thing (a judgement, a fact, an alert):
 *
 *   inflight  the change that was sent, or may have been; sent again under the same id until answered
 *   next      what was given since, coalesced; never sent yet
 *   base      the version that `inflight`, or else `next`, builds on
 *   conflict  {mine, theirs, at, id}: somebody else's answer stands, and the person is asked
 *   refused   {message, values, at, id}: the server said why it cannot be stored
 *
 * A change is {id, values, at, seq}: `seq` is its place in the order of all changes on this device,
 * `at` when it was given, by its clock, which may be set back: it is for people to read. At most one of `conflict` and `refused` is there, and neither
 * beside `inflight` or `next`.
 *
 * `assessment` is the key of the assessment of the case that a row belongs to: a person may have
 * another one of the same case later. What is of the case itself, such as an alert, has none.
 */

const TEXTS = new Set(["evidence", "note_to_lead"]);
const BLANK = { answer: "", reasons: [], evidence: "", flagged: false, note_to_lead: "", value: "" };
const SETTLED = { inflight: null, next: null, conflict: null, refused: null };

/** Return whether two sets of values are the same, in whatever order they were written. */
export function same(one, other) {
  const write = (values) => JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  return write(one) === write(other);
}

/** Return whether a row, or what is known of an item, belongs to this assessment of this case. */
export function isOf({ case: name, assessment }, wanted) {
  return name === wanted.case && assessment === wanted.assessment;
}

/** Return a row without anything in it. `thing` holds key, case, assessment, item, kind, target, … */
export function emptyRow(thing, base) {
  return { ...thing, base, ...SETTLED };
}

/** Return whether anything of a row is to be sent. */
export function isWaiting(row) {
  return Boolean(row.inflight || row.next);
}

/** Return whether a row waits for the person: nothing of it is sent before they have looked at it. */
export function isHeldBack(row) {
  return Boolean(row.conflict || row.refused);
}

/**
 * Return what in the case of `whose` is to be looked at before anybody is told that the case is
 * completed: alerts, and what was given in another assessment of it, too.
 */
export function listHeldBack(rows, whose) {
  return rows.filter((row) => row.case === whose.case && row.kind !== "complete" && isHeldBack(row));
}

/** Return when the person gave what is not settled, in milliseconds; undefined where that is not known. */
export function givenAt({ next, inflight, conflict, refused }) {
  return (next || inflight || conflict || refused)?.at;
}

/** Return whether a change of this id waits in a row, is held back in it, or is the latest taken. */
export function hasChange(row, known, id) {
  const { next, inflight, conflict, refused } = row || {};
  return [next, inflight, conflict, refused, known].some((one) => one?.id && one.id === id);
}

/** Return what the person gave last and is not settled, or null. */
export function pendingValues(row) {
  const change = row.next || row.inflight;
  if (change) return change.values;
  return row.conflict?.mine || row.refused?.values || null;
}

/**
 * Return the row with a newer change in it, or null where that leaves nothing to send.
 *
 * `known` is what is known to be recorded, as {version, values, ownSince}, or null; `seen` is the
 * version that the page showed. What this device itself recorded after `seen` does not count as
 * somebody else's: the page had only not heard of it.
 */
export function queueChange(row, change, known, seen) {
  if (row.conflict) {
    const { values: mine, at, id } = change;
    return { ...row, conflict: { ...row.conflict, mine, at, id } };
  }
  if (row.inflight) {
    return { ...row, next: same(row.inflight.values, change.values) ? null : change };
  }
  let { base } = row;
  if (!row.next && !row.refused) base = catchUp(seen, known);
  if (known && known.version === base && same(known.values, change.values)) return null;
  return { ...row, ...SETTLED, base, next: change };
}

function catchUp(seen, known) {
  if (!known || known.ownSince === undefined) return seen;
  return known.ownSince <= seen && seen < known.version ? known.version : seen;
}

/**
 * Return what a person gave on a page that may not show what stands, as {values, seen}: each part
 * that they changed is theirs, and every other part is as it stands.
 *
 * `shown` is what the page showed before, {version, values}; `given` the values that its fields hold
 * now; `row` and `known` what waits and what is known to be recorded, if anything. `seen` is the
 * version to build on: that of what waits; else that of the page where somebody else has changed
 * since what this would overwrite, so that the person is asked; else the one that is known.
 */
export function mergeGiven(shown, given, row, known) {
  const pending = row && pendingValues(row);
  const newer = known && known.version > shown.version ? known : null;
  const present = pending || newer?.values || shown.values;
  const isOwn = Boolean(pending) || catchUp(shown.version, newer) > shown.version;
  const values = overlay(present, shown.values, given, isOwn);
  if (pending) return { values, seen: row.base };
  if (!newer) return { values, seen: shown.version };
  const isLost = Object.keys(values).some((name) => (
    !samePart(newer.values, shown.values, name) && !samePart(newer.values, values, name)
  ));
  return { values, seen: isLost ? shown.version : newer.version };
}

/**
 * Return values with others of the same person's laid over them: what is empty in those takes
 * nothing away, and of no text is anything lost.
 */
export function addTo(present, given) {
  return overlay(present, BLANK, given, true);
}

/** A reason is one for No: who chose one has answered No, and any other answer has none. */
function overlay(present, shown, given, isOwn) {
  const values = { ...present };
  const changed = Object.keys(given).filter((name) => !samePart(given, shown, name));
  for (const name of changed) {
    const isJoined = isOwn && TEXTS.has(name);
    values[name] = isJoined ? joinTexts(present[name], shown[name], given[name]) : given[name];
  }
  if (changed.includes("reasons")) values.answer = given.answer;
  if ("reasons" in values && values.answer !== "insufficient") values.reasons = [];
  return values;
}

/** Of two texts of one's own neither is lost: what was typed on the page goes behind the other. */
function joinTexts(present, shown, given) {
  if (present === shown || (present && given.startsWith(present))) return given;
  const typed = given.startsWith(shown) ? given.slice(shown.length) : given;
  if (shown && typed !== given && present.endsWith(shown)) return present + typed;
  return [present, typed].filter(Boolean).join("\n");
}

function samePart(one, other, name) {
  return JSON.stringify(one[name]) === JSON.stringify(other[name]);
}

/** Return the row with its oldest change in flight. */
export function startSending(row) {
  if (row.inflight || !row.next) return row;
  return { ...row, inflight: row.next, next: null };
}

/** Return the change in flight as the server is sent it. */
export function writeChange({ kind, target, assessment, base, inflight }) {
  const change = { id: inflight.id, kind, ...target, ...inflight.values };
  if (assessment) change.assessment = assessment;
  return base === null ? change : { ...change, base };
}

/**
 * Return what a result of the server makes of a row: {row, known, saved}.
 *
 * `row` is null where nothing is left; `known` is what is now known to be recorded, or null where
 * the result does not say; `saved` whether the change is taken. A result for another change than
 * the one in flight leaves the row as it is: it was answered before.
 */
export function settle(row, result, now) {
  if (!row.inflight || row.inflight.id !== result.id) return { row, known: null, saved: false };
  if (result.status === "saved") return settleSaved(row, result, now);
  if (result.status === "unchanged") return settleUnchanged(row, result, now);
  if (result.status === "conflict") return settleConflict(row, result, now);
  if (result.status === "refused") return settleRefused(row, result);
  return { row, known: null, saved: false };
}

function settleSaved(row, { version }, now) {
  const { values, id } = row.inflight;
  const known = { version, values, id, own: true, from: row.base, got: now };
  return { row: goOn(row, version), known: hasVersions(row) ? known : null, saved: true };
}

function settleUnchanged(row, { current }, now) {
  if (!hasVersions(row)) return { row: goOn(row, row.base), known: null, saved: true };
  const known = readCurrent(current, row.inflight.values, now);
  const asWanted = same(known.values, row.inflight.values);
  return { row: goOn(row, asWanted ? known.version : row.base), known, saved: true };
}

function settleConflict(row, { current }, now) {
  const theirs = readCurrent(current, row.inflight.values, now);
  const { values: mine, at, id } = row.next || row.inflight;
  if (same(mine, theirs.values)) return { row: null, known: theirs, saved: true };
  return { row: { ...row, ...SETTLED, conflict: { mine, theirs, at, id } }, known: theirs, saved: false };
}

function settleRefused(row, { message }) {
  if (row.next) return { row: goOn(row, row.base), known: null, saved: false };
  const { values, at, id } = row.inflight;
  const refused = { message, values, at, id };
  return { row: { ...row, ...SETTLED, refused }, known: null, saved: false };
}

/** Alerts, notes and what was declined are told once; only facts and judgements have versions. */
function hasVersions({ kind }) {
  return kind === "answer" || kind === "fact";
}

/** What was given meanwhile comes next, on top of `base`; with nothing given the row is done. */
function goOn(row, base) {
  return row.next ? { ...row, ...SETTLED, base, next: row.next } : null;
}

/**
 * Return what the server says is recorded as {version, values, by, own, at, when, got}; the values
 * are those that `example` has too.
 */
export function readCurrent(current, example, got) {
  const { version, by, own, at, when } = current;
  const values = Object.fromEntries(Object.keys(example).map((name) => [name, current[name]]));
  return { version, values, by, own, at, when, got };
}

/** Settle a conflict for one's own answer: it is sent on top of theirs. */
export function useMine(row, change) {
  const { mine, theirs } = row.conflict;
  return { ...row, ...SETTLED, base: theirs.version, next: { ...change, values: mine } };
}

/** Return the row with what waits in it held back, to be looked at by the person. */
export function holdBack(row, message) {
  const { values, at, id } = row.next;
  return { ...row, ...SETTLED, refused: { message, values, at, id } };
}

/** Try again what was refused; it was given when it was given. */
export function tryAgain(row, change) {
  const { values, at = change.at } = row.refused;
  return { ...row, ...SETTLED, next: { ...change, values, at } };
}

/** Return the row that tells the server of an answer given up for theirs. */
export function decline(row, thing, change) {
  const { mine, theirs } = row.conflict;
  return { ...emptyRow(thing, theirs.version), next: { ...change, values: mine } };
}

/**
 * Return what is known once `news` is known too.
 *
 * News are either what the server said was recorded, at `got`, or (with `from`) a change of one's
 * own that it took. The higher version counts, whenever it was said: a page may have been kept long
 * ago, and clocks err. `ownSince` is the version from which on all changes were this device's own.
 */
export function learn(known, { from, ...news }) {
  if (known && known.version > news.version) return known;
  if (from !== undefined) {
    const continues = known && known.version === from && known.ownSince !== undefined;
    return { ...news, ownSince: continues ? known.ownSince : from };
  }
  if (known?.version !== news.version) return news;
  return { ...known, ...news, got: Math.max(known.got, news.got), ownSince: known.ownSince };
}
