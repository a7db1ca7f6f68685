/** The page on which a case is looked through: it lists what this device holds back of the case. */

import { showHeldBack } from "./conflicts.js";
import { listHeldBack } from "./rows.js";

/** Start on the review of a case; `place` is where the list goes, and names the case. */
export async function startReviewPage(session, place) {
  const whose = { case: place.dataset.sync };
  await session.follow({
    isSettling: () => false,
    hasFailed: () => false,
    startReading: () => async (rows) => () => showHeldBack(listHeldBack(rows, whose), place),
  });
}
