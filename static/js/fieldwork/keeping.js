/**
 * Keeping cases for work without a network: their answers and rules in the database, their pages in
 * a cache of the service worker, which alone writes to it.
 */

import { ask, AskingError, NOT_ALLOWED, NOT_THERE, SIGNED_OUT } from "./asking.js";
import { PAGES } from "./device.js";
import { KEPT_FRESH, KEPT_FRESH_WHEN_CHANGED, PAGES_AT_ONCE } from "./limits.js";
import { ifFree } from "./locks.js";

/** Return whether pages can be kept here: the service worker has taken charge of this page. */
export function canKeep() {
  return Boolean(navigator.serviceWorker?.controller);
}

/** Wait until pages can be kept here; false if that is not to be. */
export async function waitUntilCanKeep() {
  if (!navigator.serviceWorker || !("caches" in window)) return false;
  await navigator.serviceWorker.ready;
  if (canKeep()) return true;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    setTimeout(resolve, 2000); // A page reloaded past its worker is never taken charge of.
  });
  return canKeep();
}

/**
 * Return whether a case should be fetched (again): it is not whole, was kept with other scripts than
 * those of `build` or as another assessment, or is older than it should be.
 */
export function isDue(kept, { build, assessment }, now = Date.now()) {
  if (!kept?.keptAt || kept.left?.length || kept.build !== build) return true;
  if (kept.assessment !== assessment) return true;
  const age = now - kept.keptAt;
  return age > KEPT_FRESH || (kept.changedAt > kept.keptAt && age > KEPT_FRESH_WHEN_CHANGED);
}

/**
 * Keep a case, {sync, data, list}, or go on where that was broken off. Tells "kept" as it goes, with
 * {case, done, of}. Resolves to "" where all of it is kept, or to what was the matter.
 */
export async function keepCase(session, { sync, data, list }) {
  try {
    const before = await session.cases.get(sync);
    if (!before?.left?.length || before.build !== session.build) await fetchCase(session, sync, data, list);
    return await fetchPages(session, sync);
  } catch (error) {
    if (!(error instanceof AskingError)) throw error;
    if (error.meaning === NOT_THERE) await forgetCase(session, sync);
    return error.meaning;
  }
}

/** Remove what is kept of a case; what was given in it and not sent stays. */
async function forgetCase(session, sync) {
  const kept = await session.cases.get(sync);
  const cache = await caches.open(PAGES + session.user);
  await Promise.all((kept?.pages || []).filter((page) => page !== kept.list).map((page) => cache.delete(page)));
  await session.cases.remove(sync);
}

async function fetchCase(session, sync, data, list) {
  const got = Date.now();
  const { json } = await ask(data, session.user);
  await session.outbox.learnCase(sync, json, got);
  const pages = [...new Set([...json.pages, list])];
  await session.cases.put(sync, {
    reference: json.case, assessment: json.assessment, url: json.url, data, list, rules: json.rules,
    completed: json.completed, closed: json.closed, got, build: session.build, pages, left: pages,
  });
  session.news.tell("kept", { case: sync });
}

async function fetchPages(session, sync) {
  const { pages, left, got } = await session.cases.get(sync);
  const todo = [...left];
  const missing = new Set(left);
  let trouble = "";
  const work = async () => {
    while (todo.length && !trouble) {
      const page = todo.shift();
      const outcome = await keepPage(page, session.user);
      if (outcome === "kept" || outcome === "not-there") missing.delete(page);
      else trouble = outcome;
      await session.cases.put(sync, { left: [...missing] });
      session.news.tell("kept", { case: sync, done: pages.length - missing.size, of: pages.length });
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
  if (missing.size) return trouble || "offline";
  await session.cases.put(sync, { keptAt: got, left: [] });
  session.news.tell("kept", { case: sync });
  return "";
}

/**
 * Have the service worker keep a page. Returns "kept", "not-there", "signed-out", "no-room" or
 * "offline".
 */
export async function keepPage(url, user) {
  if (!canKeep()) return "offline";
  try {
    const response = await fetch(url, { headers: { "X-Keep-For": user }, cache: "no-store" });
    return (await response.json()).outcome;
  } catch {
    return "offline";
  }
}

/** Go on with cases whose keeping was broken off, one after the other, in one tab only. */
export function goOn(session) {
  return ifFree(`fieldwork-keep-${session.user}`, async () => {
    for (const kept of await session.cases.list()) {
      if (!kept.left?.length) continue;
      const { case: sync, data, list } = kept;
      const trouble = await keepCase(session, { sync, data, list });
      if (trouble && ![NOT_THERE, NOT_ALLOWED].includes(trouble)) return;
    }
  });
}

/** Return in words why a case is not kept. */
export function describeTrouble(trouble) {
  if (trouble === SIGNED_OUT) return "you are signed out";
  if (trouble === NOT_THERE || trouble === NOT_ALLOWED) return "it is not one of your cases any more";
  if (trouble === "no-room") return "this device has no room";
  return "there is no network";
}
