/** How far a case is, shown on pages that were made before the latest answers were given. */

import { make } from "./elements.js";
import { countByTopic, currentFacts } from "./standing.js";

/**
 * Show a count in a progress bar: `bar` is the element of components/progress_bar.html or
 * cases/part_progress.html. It is full once nothing more may apply.
 */
export function showBar(bar, done, total, more = 0) {
  const counted = bar?.querySelector(".app-progress__count, .part-progress__count");
  if (!counted) return;
  const unit = counted.textContent.trim().split(" ").at(-1);
  const words = `${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} ${unit}`;
  const all = total + more;
  if (counted.textContent !== words) counted.textContent = words;
  bar.querySelector(".app-progress__fill")?.setAttribute("width", `${all ? Math.round((100 * done) / all) : 0}%`);
  bar.classList.toggle("app-progress--done", done >= all);
  const waits = bar.querySelector(".part-progress__undecided");
  if (!waits) return;
  waits.hidden = !more;
  waits.textContent = `${more} more may yet apply`;
}

/** Bring the page of a case to `standing`: its bars, and the states of its facts and topics. */
export function showCaseProgress(standing, factsUrl) {
  const counts = countByTopic(standing);
  const { asked, answered, undecided } = sum([...counts.values()]);
  showBar(document.querySelector("main .app-progress"), answered, asked, undecided);
  showUndecided(undecided);
  for (const [url, progress] of counts) showTask(url, describeTopic(progress));
  for (const list of document.querySelectorAll("main .govuk-task-list")) {
    const urls = [...list.querySelectorAll("[data-topic]")].map(({ dataset }) => dataset.topic);
    const own = urls.filter((url) => counts.has(url)).map((url) => counts.get(url));
    if (!own.length) continue;
    const part = sum(own);
    showBar(list.previousElementSibling, part.answered, part.asked, part.undecided);
  }
  showFacts(standing, factsUrl);
}

function sum(all) {
  const total = (name) => all.reduce((before, progress) => before + progress[name], 0);
  return { asked: total("asked"), answered: total("answered"), undecided: total("undecided") };
}

function showUndecided(number) {
  const line = document.querySelector("[data-undecided]");
  if (!line) return;
  line.hidden = number === 0;
  line.textContent = line.textContent.replace(/^\s*[\d,]+/, String(number));
}

function showTask(url, { words, colour }) {
  const place = document.querySelector(`[data-topic="${CSS.escape(url)}"] [data-topic-status]`);
  if (!place || place.textContent.trim() === words) return;
  place.replaceChildren(colour ? make("strong", { className: `govuk-tag govuk-tag--${colour}`, text: words }) : words);
}

/** As describe_topic of cases/progress.py has it. */
function describeTopic({ asked, answered, undecided }) {
  if (!asked) return { words: undecided ? "Cannot start yet" : "Not asked in this case" };
  if (answered < asked) {
    if (!answered) return { words: "Not started", colour: "blue" };
    return { words: `${answered} of ${asked} answered`, colour: "teal" };
  }
  return undecided ? { words: "Answered so far", colour: "teal" } : { words: "Completed" };
}

function showFacts(standing, url) {
  const values = Object.values(currentFacts(standing));
  const recorded = values.filter(Boolean).length;
  const task = document.querySelector(`[data-topic="${CSS.escape(url)}"]`);
  if (!task || !values.length) return;
  showBar(task.parentElement.previousElementSibling, recorded, values.length);
  if (recorded === values.length) showTask(url, { words: "Completed" });
  else if (recorded) showTask(url, { words: `${recorded} of ${values.length} recorded`, colour: "teal" });
  else showTask(url, { words: "Not started", colour: "blue" });
}
