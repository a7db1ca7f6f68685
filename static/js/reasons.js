/** Reasons are asked for only where the answer is No; without this script they always show. */

/** Show or hide the reasons of `judgement`, an element, as its answer now stands. */
export function followReasons(judgement) {
  const reasons = judgement.querySelector("[data-reasons]");
  const chosen = judgement.querySelector('input[type="radio"]:checked');
  const asked = chosen !== null && chosen.value === "insufficient";
  reasons.hidden = !asked;
  for (const box of reasons.querySelectorAll("input")) box.disabled = !asked;
}

const judgements = [...document.querySelectorAll("[data-reasons]")].map((reasons) =>
  reasons.closest("[data-question]"),
);
for (const judgement of judgements) {
  judgement.addEventListener("change", () => followReasons(judgement));
  followReasons(judgement);
}
// A browser puts back what was typed only after a page that is gone back to has loaded.
window.addEventListener("pageshow", () => judgements.forEach(followReasons));
