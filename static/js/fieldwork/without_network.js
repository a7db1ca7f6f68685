/** What a kept copy of a page needs, shown because the network did not answer. */

import { make, sayMoment } from "./elements.js";
import { findNextToDo } from "./standing.js";

/** Say of a page that shows how things were, when that was; and find the next question from here. */
export function followCopy(session, { isBroughtUp }) {
  if (!isBroughtUp) sayAge();
  document.addEventListener("click", async (event) => {
    const link = event.target.closest('a[href*="/next/"]');
    if (!link) return;
    event.preventDefault();
    const url = new URL(link.href);
    const caseUrl = url.pathname.replace(/next\/$/, "");
    const name = `${caseUrl}sync/`;
    const kept = await session.cases.get(name);
    const { rows, known } = await session.outbox.readCase(name, kept?.assessment);
    const standing = { rules: kept?.rules || [], facts: {}, answers: {}, asOf: 0, rows, known };
    location.assign(findNextToDo(standing, caseUrl, url.searchParams.get("from") || ""));
  });
}

function sayAge() {
  const moment = sayMoment(Date.parse(document.body.dataset.kept));
  document.querySelector("main h1").after(make("p", {
    className: "govuk-inset-text kept-copy",
    text: `There is no network. You see this page as it was at ${moment}: what you gave since is not in it.`,
  }));
}
