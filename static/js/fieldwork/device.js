/**
 * Who has used this device: a small IndexedDB of its own beside that of each person.
 *
 * It holds opaque keys, never names. `current` is whose kept pages the service worker may serve.
 */

import { Database, openDatabase, removeDatabase } from "./database.js";
import { Drafts } from "./drafts.js";
import { KEPT_FOR, UNSENT_FOR, WARNED_FOR } from "./limits.js";

const STEPS = [
  (database) => {
    database.createObjectStore("people", { keyPath: "user" });
    database.createObjectStore("meta", { keyPath: "name" });
  },
];
/** What the names of the caches of kept pages begin with; the service worker has it too. */
export const PAGES = "fieldwork-pages-";

const device = new Database("fieldwork", STEPS);

/** Return the opaque key of the person whose turn it is on this device, or "". */
export function readCurrent() {
  return device.read(["meta"], async ({ meta }) => (await meta.get("current"))?.value || "");
}

/**
 * Note that the server answered as it does to `user`, at `today` by its own clock: those of laptops
 * err. Somebody else's kept pages and known answers go; what they have not sent stays, for them.
 */
export async function noteContact(user, today) {
  const others = await device.write(["people", "meta"], async ({ people, meta }) => {
    await people.put({ user, contact: today, keptUntil: Date.now() + KEPT_FOR });
    await meta.put({ name: "current", value: user });
    return (await people.getAll()).filter((person) => person.user !== user && person.keptUntil);
  });
  for (const other of others) await forgetKept(other.user);
}

/**
 * Return everybody who has used this device, as {user, contact, keptUntil, warnedAt}: when the server
 * last knew them, by its clock; until when their pages may be shown, by this device's (0: none are); and
 * since when the page to sign in says that what they did not send is to be removed, by the server's.
 */
export function listPeople() {
  return device.read(["people"], ({ people }) => people.getAll());
}

/** Remove what has been kept for too long at `today`, by the server's clock. */
export async function removeOutdated(today) {
  for (const person of await listPeople()) {
    const { user, contact, keptUntil } = person;
    if (keptUntil && today - contact > KEPT_FOR) await forgetKept(user);
    if (today - contact > UNSENT_FOR) await removeUnsent(person, today);
  }
}

/** Whoever comes back after so long must not lose by that very page what they still could send. */
async function removeUnsent({ user, warnedAt }, today) {
  const number = (await countUnsent(user)) + new Drafts(user).list().length;
  if (number && !warnedAt) await change(user, { warnedAt: today });
  if (number && !(warnedAt && today - warnedAt > WARNED_FOR)) return;
  await forgetPerson(user);
  if (number) await device.write(["meta"], ({ meta }) => meta.put({ name: `removed ${user}`, number, at: today }));
}

/** Return what of `user` was removed before it was sent, as {number, at}, by the server's clock; or null. */
export async function readRemoved(user) {
  return (await device.read(["meta"], ({ meta }) => meta.get(`removed ${user}`))) || null;
}

/** Forget that something was removed: the person has read it. */
export function forgetRemoved(user) {
  return device.write(["meta"], ({ meta }) => meta.delete(`removed ${user}`));
}

function change(user, changes) {
  return device.write(["people"], async ({ people }) => {
    const person = await people.get(user);
    if (person) await people.put({ ...person, ...changes });
  });
}

/** Return how many things of `user` wait on this device, conflicts and refusals included. */
export async function countUnsent(user) {
  const kept = await openDatabase(user);
  const count = await kept.read(["outbox"], ({ outbox }) => outbox.count());
  kept.close();
  return count;
}

/** Remove the kept pages and known answers of `user`, and nothing that was not sent. */
async function forgetKept(user) {
  await removePages(user);
  const kept = await openDatabase(user);
  await kept.write(["known", "cases"], ({ known, cases }) => Promise.all([known.clear(), cases.clear()]));
  kept.close();
  await change(user, { keptUntil: 0 });
}

/** Remove everything of `user` from this device. */
export async function forgetPerson(user) {
  // First whose turn it is: then the service worker keeps no page more.
  await device.write(["people", "meta"], async ({ people, meta }) => {
    await people.delete(user);
    if ((await meta.get("current"))?.value === user) await meta.delete("current");
  });
  await removeDatabase(user);
  new Drafts(user).clear();
  await removePages(user);
}

async function removePages(user) {
  if ("caches" in window) await caches.delete(`${PAGES}${user}`);
}
