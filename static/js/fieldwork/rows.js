/**
 * What becomes of a change on its way to the server: pure functions on one row of the outbox.
 *
 * A row is all that is unsettled of one thing (a judgement, a fact, an alert):
 *
 *   inflight  the change that was sent, or may have been; sent again under the same id until answered
 *   next      what was given since, coalesced; never sent yet
 *   base      the version that `inflight`, or else `next`, builds on
 *   conflict  {mine, theirs}: somebody else's answer stands, and the person is asked
 *   refused   {message, values}: the server said why it cannot be stored
 *
 * A change is {id, values, at, seq}: `seq` is its place in the order of all changes on this device.
 * At most one of `conflict` and `refused` is there, and neither beside `inflight` or `next`.
 */

const SETTLED = { inflight: null, next: null, conflict: null, refused: null };

/** Return whether two sets of values are the same, in whatever order they were written. */
export function same(one, other) {
  const write = (values) => JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  return write(one) === write(other);
}

/** Return a row without anything in it. `thing` holds key, case, reference, item, kind, target, … */
export function emptyRow(thing, base) {
  return { ...thing, base, ...SETTLED };
}

/** Return whether anything of a row is to be sent. */
export function isWaiting(row) {
  return Boolean(row.inflight || row.next);
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
  if (row.conflict) return { ...row, conflict: { ...row.conflict, mine: change.values } };
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

/** Return the row with its oldest change in flight. */
export function startSending(row) {
  if (row.inflight || !row.next) return row;
  return { ...row, inflight: row.next, next: null };
}

/** Return the change in flight as the server is sent it. */
export function writeChange({ kind, target, base, inflight }) {
  const change = { id: inflight.id, kind, ...target, ...inflight.values };
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
  const { values, at } = row.inflight;
  const known = { version, values, at, own: true, from: row.base, got: now };
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
  const mine = (row.next || row.inflight).values;
  if (same(mine, theirs.values)) return { row: null, known: theirs, saved: true };
  return { row: { ...row, ...SETTLED, conflict: { mine, theirs } }, known: theirs, saved: false };
}

function settleRefused(row, { message }) {
  if (row.next) return { row: goOn(row, row.base), known: null, saved: false };
  const refused = { message, values: row.inflight.values };
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

/** Try again what was refused. */
export function tryAgain(row, change) {
  return { ...row, ...SETTLED, next: { ...change, values: row.refused.values } };
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
 * own that it took. What was said later counts, and what one made later. `ownSince` is the version
 * from which on all changes were this device's own.
 */
export function learn(known, { from, ...news }) {
  if (from !== undefined) {
    if (known && known.version > news.version) return known;
    const continues = known && known.version === from && known.ownSince !== undefined;
    return { ...news, ownSince: continues ? known.ownSince : from };
  }
  if (!known) return news;
  if (known.version === news.version) {
    return { ...known, ...news, got: Math.max(known.got, news.got), ownSince: known.ownSince };
  }
  return known.got > news.got && known.version > news.version ? known : news;
}
