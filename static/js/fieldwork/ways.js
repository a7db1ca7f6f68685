/** Where the buttons at the end of a page lead. */

import { findNextToDo, findNextTopic } from "./standing.js";

/**
 * Return the address that a button asks for: `wanted` is "topic", "unanswered" or "case". `isSent`
 * says that the server knows all that was given, so that it may be asked; `code` is the question that
 * the page begins with.
 */
export function findWay(form, standing, { wanted, isSent, code }) {
  const caseUrl = form.dataset.sync.replace(/sync\/$/, "");
  if (wanted === "unanswered") {
    return isSent || !standing.isWhole ? form.dataset.next : findNextToDo(standing, caseUrl, code);
  }
  if (wanted !== "topic") return caseUrl;
  if (standing.isWhole) return findNextTopic(standing, location.pathname) || caseUrl;
  const rendered = document.querySelector(".govuk-pagination__next a")?.getAttribute("href");
  return (isSent && form.dataset.nextTopic) || rendered || caseUrl;
}
