/** Questions on a page appear and go as they come to apply. */

/** The blocks of questions in `form`: what has data-block, with the code of its question. */
export class Conditions {
  #form;
  #blocks;
  #loaded;

  constructor(form) {
    this.#form = form;
    this.#blocks = [...form.querySelectorAll("[data-block]")];
    this.#loaded = new Map(this.#blocks.map((block) => [block, readBlock(block)]));
  }

  /** Show the questions that apply, and those in `held`, where something waits for the person. */
  show(states, held = new Set()) {
    for (const block of this.#blocks) {
      const { block: code } = block.dataset;
      if (states[code] === undefined) continue;
      block.hidden = states[code] !== "applies" && !held.has(code) && !hasError(block);
    }
    const shown = this.#blocks.filter(({ hidden }) => !hidden);
    const nothing = document.getElementById("nothing-asked");
    if (nothing) nothing.hidden = shown.length > 0;
    const field = this.#form.elements.namedItem("shown");
    if (field) field.value = shown.map(({ dataset }) => dataset.block).join(" ");
  }

  /**
   * Where the form itself is sent: what the page no longer asks and nobody has touched is left out,
   * so that it stays as it is recorded. What was typed there is sent, so that the server can say
   * that it cannot be saved, and nothing is lost.
   */
  leaveOutUntouched() {
    this.#form.addEventListener("formdata", ({ formData }) => {
      for (const block of this.#blocks.filter(({ hidden }) => hidden)) {
        if (readBlock(block) !== this.#loaded.get(block)) continue;
        for (const { name } of controlsOf(block)) formData.delete(name);
      }
    });
  }
}

function hasError(block) {
  return block.querySelector(".govuk-error-message") !== null;
}

function controlsOf(block) {
  return [...block.querySelectorAll("input, textarea")];
}

function readBlock(block) {
  return JSON.stringify(controlsOf(block).map(({ type, value, checked }) => (
    type === "radio" || type === "checkbox" ? checked : value
  )));
}
