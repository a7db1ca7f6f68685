/**
 * The bar at the top of a form follows what is answered on the page, and which questions apply. What
 * is left in the whole case was counted when the page was made: it goes once it may be wrong.
 */

import { showBar } from "./fieldwork/progress.js";
import { isAnswered, listPlaces } from "./places.js";

const form = document.querySelector("#topic-form, #facts-form");
const bar = document.querySelector("main .app-progress");
let counted;

function follow() {
  const places = listPlaces(form);
  const answered = places.filter(isAnswered).length;
  showBar(bar, answered, places.length);
  counted ??= `${answered} of ${places.length}`;
  if (counted !== `${answered} of ${places.length}`) document.getElementById("remaining")?.remove();
}

for (const name of ["change", "filled", "click"]) {
  form.addEventListener(name, () => requestAnimationFrame(follow));
}
follow();
new MutationObserver(follow).observe(form, { attributes: true, attributeFilter: ["hidden"], subtree: true });
