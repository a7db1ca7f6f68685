/**
 * The page of a case: it keeps the case for work without a network, lists what waits for the person,
 * and shows how far the case is, with what was given here and not yet sent.
 */

import { showHeldBack } from "./conflicts.js";
import { make, sayMoment } from "./elements.js";
import { canKeep, describeTrouble, isDue, keepCase, waitUntilCanKeep } from "./keeping.js";
import { showCaseProgress } from "./progress.js";
import { isOf } from "./rows.js";

/** Start on the page of a case; `element` says where its data are. */
export async function startCasePage(session, element) {
  if (location.search) history.replaceState(null, "", location.pathname + location.hash); // it told what was done
  const page = new CasePage(session, element);
  await session.follow(page);
  if (!document.body.dataset.kept) page.keep();
}

class CasePage {
  #session;
  #case;
  #assessment;
  #data;
  #line = make("p", { id: "kept-state", className: "app-meta kept-state" });
  #progress = null;
  #trouble = "";

  constructor(session, { dataset }) {
    this.#session = session;
    this.#case = dataset.sync;
    this.#assessment = dataset.assessment;
    this.#data = dataset.caseData;
    session.status.element.after(this.#line);
    session.news.addEventListener("kept", ({ detail }) => {
      if (detail.case === this.#case && detail.of) this.#progress = detail;
    });
  }

  get #wanted() {
    return { build: this.#session.build, assessment: this.#assessment };
  }

  isSettling() { return false; }

  hasFailed() { return false; }

  startReading() {
    return async (rows) => {
      const { outbox, cases } = this.#session;
      const whose = { case: this.#case, assessment: this.#assessment };
      const [{ known }, kept] = await Promise.all([
        outbox.readCase(whose.case, whose.assessment), cases.get(whose.case),
      ]);
      const own = new Map(rows.filter((row) => isOf(row, whose)).map((row) => [row.item, row]));
      return () => {
        showHeldBack(rows.filter((row) => row.case === this.#case), document.getElementById("case-conflicts"));
        this.#showKept(kept);
        if (!kept?.rules || !(document.body.dataset.kept || own.size)) return;
        const standing = { rules: kept.rules, facts: {}, answers: {}, asOf: 0, rows: own, known };
        showCaseProgress(standing, `${location.pathname}facts/`);
      };
    };
  }

  /** Keep the case, if what is kept of it is missing or old. */
  async keep() {
    const kept = await this.#session.cases.get(this.#case);
    if (!(await waitUntilCanKeep()) || !isDue(kept, this.#wanted)) return;
    const list = new URL("..", location.href).pathname;
    this.#trouble = await keepCase(this.#session, { sync: this.#case, data: this.#data, list });
    this.#progress = null;
    await this.#session.refresh();
  }

  #showKept(kept) {
    const words = describeKept(kept, this.#progress, this.#trouble);
    if (this.#line.textContent !== words) this.#line.textContent = words;
  }
}

function describeKept(kept, progress, trouble) {
  if (trouble) return `This case is not kept on this device as it stands: ${describeTrouble(trouble)}.`;
  if (progress && progress.done < progress.of) {
    return `Being kept on this device: ${progress.done} of ${progress.of} pages.`;
  }
  if (kept?.keptAt) return `Kept on this device for work without a network, as of ${sayMoment(kept.keptAt)}.`;
  return canKeep() ? "Not yet kept on this device for work without a network." : "";
}
