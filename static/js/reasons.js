/** Reasons are asked for only where the answer is No; without this script they always show. */

function followAnswer(judgement) {
  const reasons = judgement.querySelector("[data-reasons]");
  const chosen = judgement.querySelector('input[type="radio"]:checked');
  const asked = chosen !== null && chosen.value === "insufficient";
  reasons.hidden = !asked;
  for (const box of reasons.querySelectorAll("input")) box.disabled = !asked;
}

for (const reasons of document.querySelectorAll("[data-reasons]")) {
  const judgement = reasons.closest("[data-question]");
  judgement.addEventListener("change", () => followAnswer(judgement));
  followAnswer(judgement);
}
