/**
 * Asks before a page with unsaved changes is left, but not where it says "Leave without saving", nor
 * where every change is kept as it is given: the form has data-kept="yes" then.
 */

const form = document.querySelector("form[data-unsaved]");
let leaves = false;

function readForm() {
  const sent = [...new FormData(form)].filter(([name]) => name !== "shown");
  return JSON.stringify(sent);
}

const saved = form.dataset.unsaved === "no" ? readForm() : null;

form.addEventListener("submit", (event) => {
  leaves = true;
  setTimeout(() => { leaves = !event.defaultPrevented; }); // Once every script has seen it.
});
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", () => { leaves = true; });
}
window.addEventListener("pageshow", () => { leaves = false; });
window.addEventListener("beforeunload", (event) => {
  if (!leaves && form.dataset.kept !== "yes" && readForm() !== saved) event.preventDefault();
});
