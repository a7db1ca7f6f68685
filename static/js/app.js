/**
 * Starts the components of govuk-frontend, whose address the page gives in
 * `data-govuk-frontend` (it carries a hash in production), and takes scrolling
 * regions that do not scroll out of the order of the keyboard.
 */

const { govukFrontend } = document.querySelector("script[data-govuk-frontend]").dataset;

function letKeyboardReachWhatScrolls() {
  for (const region of document.querySelectorAll(".app-table-scroll")) {
    if (region.scrollWidth > region.clientWidth) {
      region.tabIndex = 0;
    } else {
      region.removeAttribute("tabindex");
    }
  }
}

letKeyboardReachWhatScrolls();
window.addEventListener("resize", letKeyboardReachWhatScrolls);

import(govukFrontend).then(({ initAll }) => {
  initAll();
  // Components that arrive with a part of the page that htmx puts in.
  document.addEventListener("htmx:afterSwap", (event) => {
    initAll({ scope: event.target });
    letKeyboardReachWhatScrolls();
  });
});
