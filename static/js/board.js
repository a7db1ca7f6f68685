/**
 * The board that htmx brings up to date: not while nobody looks at it, without taking focus or
 * scroll away from whoever reads it, and never pretending to be newer than it is.
 */

const state = document.querySelector("#board-state");
const news = document.querySelector("#board-news");
const findBoard = () => document.querySelector("#board");

let checkedAt = tellTime();
let told = findBoard().dataset.news;
let kept = null;

function tellTime() {
  return new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function show(words, stale) {
  if (state.textContent !== words) state.textContent = words;
  if (stale && !state.classList.contains("board-stale")) news.textContent = words;
  state.classList.toggle("board-stale", stale);
}

function showFresh() {
  checkedAt = tellTime();
  show(`Up to date at ${checkedAt}. It follows the fieldwork by itself while you look at it.`, false);
}

function showStale() {
  show(`Not up to date: the server has not answered since ${checkedAt}. It is asked again every ten seconds.`, true);
}

/** Say in words what has changed of the figures that matter, once. */
function tellNews() {
  const now = findBoard().dataset.news;
  if (now !== told) news.textContent = `The board has changed: ${now}`;
  told = now;
}

function keepPlace(board) {
  const focused = board.contains(document.activeElement) ? document.activeElement : null;
  const regions = [...board.querySelectorAll(".app-table-scroll")];
  return {
    id: focused?.id || "",
    region: focused?.getAttribute("aria-labelledby"),
    section: focused?.closest(".board-section")?.id,
    scrolled: regions.map((region) => [region.getAttribute("aria-labelledby"), region.scrollLeft]),
  };
}

function restorePlace(board, { id, region, section, scrolled }) {
  const findRegion = (name) => board.querySelector(`.app-table-scroll[aria-labelledby="${name}"]`);
  for (const [name, left] of scrolled) findRegion(name)?.scrollTo({ left });
  const target = (id && document.getElementById(id)) || (region && findRegion(region))
    || (section && document.getElementById(section));
  target?.focus({ preventScroll: true });
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.body.addEventListener("htmx:beforeSwap", () => { kept = keepPlace(findBoard()); });
document.body.addEventListener("htmx:afterSwap", () => {
  if (kept) restorePlace(findBoard(), kept);
  kept = null;
  tellNews();
});
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) showFresh();
  else showStale();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) window.htmx.trigger(findBoard(), "refresh");
});

showFresh();
