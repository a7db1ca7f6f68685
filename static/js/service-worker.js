/**
 * Serves the pages of kept cases when there is no network, and the files that they need.
 *
 * Pages come from the network whenever it answers; only what somebody chose to keep is kept, for
 * that person alone, and is served only while it is their turn on this device and not for too long
 * (static/js/fieldwork/device.js). Everything else passes through untouched. The page that stands
 * for all others without a network holds nothing of anybody.
 *
 * cases/views/offline.py serves this from the root of the site, with STATIC_URL and OFFLINE_URL.
 */

const PAGES = "fieldwork-pages-";
const FILES = "fieldwork-files";
const PATIENCE = 4000; // milliseconds that a page is waited for where a kept one is at hand, and the database
const MOST_FILES = 250; // of several builds; those that no page was kept with for longest go first
const UNREACHABLE = [502, 503, 504];
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().catch(() => {}).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.headers.has("X-Keep-For")) event.respondWith(keepPage(request));
  else if (request.mode === "navigate") event.respondWith(openPage(event, url));
  else if (url.pathname.startsWith(STATIC_URL)) event.respondWith(openFile(request, url));
});

// --- Pages ----------------------------------------------------------------------------------------

/** Answer a page from the network, or as it is kept where that does not answer. */
async function openPage(event, url) {
  const { user, kept } = await findKept(url);
  const asked = Date.now();
  try {
    const network = fetch(event.request);
    const response = await (kept ? Promise.race([network, rejectAfter(PATIENCE)]) : network);
    if (kept && UNREACHABLE.includes(response.status)) return kept;
    if (kept) event.waitUntil(renewPage(user, url, response.clone(), asked).catch(() => {}));
    return response;
  } catch {
    return kept || (await openFrom(FILES, OFFLINE_URL)) || Response.error();
  }
}

function rejectAfter(milliseconds) {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("too slow")), milliseconds); });
}

/** Return whose turn it is on this device, and their copy of a page if one may be shown. */
async function findKept({ pathname }) {
  const user = await Promise.race([readUser(), rejectAfter(PATIENCE)]).catch(() => "");
  const kept = user && (await openFrom(PAGES + user, pathname));
  return { user, kept };
}

async function openFrom(name, path) {
  if (!(await caches.has(name))) return undefined;
  return (await caches.open(name)).match(path, { ignoreSearch: true, ignoreVary: true });
}

/**
 * A page that is kept is kept as it was seen last, unless it told of something that is over. Where its
 * files are not to be had, the copy before it stays, with its own.
 */
async function renewPage(user, url, response, asked) {
  const text = await readPage(user, response);
  if (text && !url.search && !text.includes("govuk-notification-banner")) {
    await storePage(user, url.pathname, response, text, asked);
  }
}

/** Keep a page for somebody, and answer what came of it. */
async function keepPage(request) {
  const outcome = await tryToKeep(request.url, request.headers.get("X-Keep-For")).catch((error) => (
    error.name === "QuotaExceededError" ? "no-room" : "offline"
  ));
  return new Response(JSON.stringify({ outcome }), { headers: { "Content-Type": "application/json" } });
}

async function tryToKeep(address, user) {
  const asked = Date.now();
  const { pathname } = new URL(address);
  if (pathname === OFFLINE_URL) return keepOfflinePage();
  const headers = { Accept: "text/html", "X-Keep-For": user };
  const response = await fetch(address, { headers, credentials: "same-origin", redirect: "manual", cache: "no-store" });
  if (response.type === "opaqueredirect") return "signed-out";
  if (response.status === 404 || response.status === 403) return "not-there";
  if (response.status >= 500) return "offline";
  const text = await readPage(user, response);
  if (!text || (await readUser()) !== user) return "signed-out";
  return (await storePage(user, pathname, response, text, asked)) ? "kept" : "signed-out";
}

/** Return the text of a page if it is one, and made for this person; else "". */
async function readPage(user, response) {
  const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html");
  if (response.status !== 200 || response.redirected || !isPage) return "";
  const text = await response.text();
  return text.includes(`data-user="${user}"`) ? text : "";
}

/** Store a page with its files, files first; return whether it is still its person's turn. */
async function storePage(user, path, response, text, asked) {
  await keepFiles(text);
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  const stamped = text.replace("<body ", `<body data-kept="${new Date(asked).toISOString()}" `);
  const cache = await caches.open(PAGES + user);
  await cache.put(path, new Response(stamped, { headers }));
  if ((await readUser()) === user) return true;
  // They signed out meanwhile, and this may have come after their pages were removed.
  await cache.delete(path);
  if (!(await cache.keys()).length) await caches.delete(PAGES + user);
  return false;
}

async function keepOfflinePage() {
  const response = await fetch(OFFLINE_URL, { credentials: "omit", redirect: "error", cache: "no-store" });
  if (response.status !== 200) return "offline";
  await keepFiles(await response.clone().text());
  await (await caches.open(FILES)).put(OFFLINE_URL, response);
  return "kept";
}

// --- Files: style sheets and scripts --------------------------------------------------------------

/** Files that this worker kept, by address: {at, imports}. Pages that were kept since need them. */
const looked = new Map();

/** Files with a hash in their name never change; others come from the network if it answers. */
async function openFile(request, { pathname }) {
  if (HASHED.test(pathname)) return (await openFrom(FILES, pathname)) || fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await openFrom(FILES, pathname)) || Response.error();
  }
}

/** Keep every file that a page names, and what its scripts import. Rejects where one is not to be had. */
async function keepFiles(text) {
  const named = [...text.matchAll(/="([^"?#]+)"/g)].map(([, address]) => address);
  const wanted = named.filter((address) => address.startsWith(STATIC_URL));
  const cache = await caches.open(FILES);
  const seen = new Set();
  while (wanted.length) {
    const path = wanted.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    wanted.push(...(await keepOnce(cache, path)));
  }
  await removeOldest(cache);
}

/** Keep a file unless that was done just now; return what it imports. */
function keepOnce(cache, path) {
  if (!isFresh(path)) {
    const imports = keepFile(cache, path).then(async (file) => (
      path.endsWith(".js") ? findImports(await file.text(), path) : []
    ));
    looked.set(path, { at: Date.now(), imports });
    imports.catch(() => looked.delete(path));
  }
  return looked.get(path).imports;
}

function isFresh(path) {
  return looked.has(path) && (HASHED.test(path) || Date.now() - looked.get(path).at < 60_000);
}

async function removeOldest(cache) {
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const files = paths.filter((path) => path.startsWith(STATIC_URL));
  const tooMany = files.slice(0, Math.max(0, files.length - MOST_FILES)).filter((path) => !looked.has(path));
  await Promise.all(tooMany.map((path) => cache.delete(path)));
}

/** Keep a file, as the latest of all: what is put goes to the end of the cache, even where it was in it. */
async function keepFile(cache, path) {
  const kept = await cache.match(path);
  let file = kept;
  if (!kept || !HASHED.test(path)) {
    const response = await fetch(path, { cache: "no-cache" });
    if (response.status === 200) file = response;
  }
  if (!file) throw new Error(`not to be had: ${path}`);
  await cache.put(path, file.clone());
  return file;
}

function findImports(text, path) {
  const imports = text.matchAll(/(?:from|import|import\()\s*["'](\.[^"']+)["']/g);
  return [...imports].map(([, address]) => new URL(address, self.location.origin + path).pathname);
}

// --- Whose turn it is -----------------------------------------------------------------------------

/** Return the key of the person whose kept pages may be shown now, or "". */
async function readUser() {
  try {
    const device = await openDevice();
    const get = (store, key) => new Promise((resolve, reject) => {
      const request = device.transaction(store).objectStore(store).get(key);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      const user = (await get("meta", "current"))?.value || "";
      const person = user && (await get("people", user));
      return person && Date.now() < person.keptUntil ? user : "";
    } finally {
      device.close();
    }
  } catch {
    return "";
  }
}

/** The database is made by the pages: where there is none yet, nobody has kept anything. */
function openDevice() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("fieldwork");
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
