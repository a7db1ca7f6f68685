/** The fields of one judgement or fact on a page: reading what they hold, and filling them in. */

import { nameAnswer, nameFact } from "./outbox.js";
import { describeValues } from "./words.js";

const soundText = (text) => (text.toWellFormed ? text.toWellFormed() : text);

/** Return the judgements and facts of a form, in order. */
export function listItems(form) {
  const elements = [...form.querySelectorAll("[data-item], [data-fact]")];
  const items = elements.map((element) => (
    element.dataset.fact ? new FactItem(form, element) : new AnswerItem(form, element)
  ));
  for (const item of items) item.shown = { version: item.original.version, values: item.readOriginal() };
  return items;
}

/** What a judgement and a fact on a page have in common. */
class Item {
  constructor(form, element, name) {
    this.form = form;
    this.element = element;
    /** What the names of its fields begin with. */
    this.name = name;
    this.state = form.querySelector(`[data-state-of="${CSS.escape(name)}"]`);
    this.slot = form.querySelector(`[data-conflict-of="${CSS.escape(name)}"]`);
    this.meta = form.querySelector(`[data-meta-of="${CSS.escape(name)}"]`);
    this.versionField = this.find(`${name}-version`);
    /** What the page was made with: its version, and who gave that. */
    this.original = {
      version: Number(this.versionField.defaultValue),
      writer: this.meta?.querySelector("span").textContent || "",
    };
    /** What stood in the fields, {version, values}, before anything that is not kept yet. */
    this.shown = null;
    /** Counts the changes made on this page; `fresh` is up to which it shows what is kept. */
    this.generation = 0;
    this.fresh = 0;
  }

  find(name) {
    return this.form.elements.namedItem(name);
  }

  all(name) {
    return [...this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  }

  /**
   * Take on that the fields show what stands at this version. The field that holds it says so to the
   * server where the form itself is sent.
   */
  showVersion(version) {
    this.shown = { version, values: this.read() };
    this.versionField.value = String(version);
  }

  /** Return values in words, as [name, words] pairs, what is empty left out. */
  describe(values) {
    return describeValues(this, values);
  }

  /** Put the keyboard where the item is answered. */
  focus() {
    const fields = [...this.element.querySelectorAll("input:not([type=hidden]), select")];
    (fields.find(({ checked }) => checked) || fields[0])?.focus();
  }
}

class AnswerItem extends Item {
  constructor(form, element) {
    super(form, element, element.dataset.item);
    this.kind = "answer";
    this.target = { code: element.dataset.question, row: element.dataset.row };
    this.item = nameAnswer(this.target.code, this.target.row);
    this.radios = this.all(`${this.name}-answer`);
    this.reasons = this.all(`${this.name}-reasons`);
    this.evidence = this.find(`${this.name}-evidence`);
    this.flagged = this.find(`${this.name}-flagged`);
    this.note = this.find(`${this.name}-note`);
    const row = this.target.row && element.querySelector("legend")?.firstChild?.textContent.trim();
    /** What a list calls it: "1.1.01", or "2.3.07 Police". */
    this.title = [this.target.code, row].filter(Boolean).join(" ");
    const heading = element.closest("[data-block]")?.querySelector(".judgement__title, legend");
    /** What is asked, without its number. */
    this.question = (heading?.textContent || "").replace(this.target.code, "").trim();
    /** The words of answers and reasons, by their values. */
    this.labels = Object.fromEntries([...this.radios, ...this.reasons].map((field) => [field.value, labelOf(field)]));
  }

  /** Return the values that the fields hold. */
  read() {
    return this.#collect((box) => box.checked, (text) => text.value);
  }

  /** Return the values that the fields held when the page was made. */
  readOriginal() {
    return this.#collect((box) => box.defaultChecked, (text) => text.defaultValue);
  }

  #collect(isChecked, textOf) {
    const answer = this.radios.find(isChecked)?.value || "";
    const reasons = answer === "insufficient" ? this.reasons.filter(isChecked) : [];
    return {
      answer,
      reasons: reasons.map((box) => box.value),
      evidence: soundText(textOf(this.evidence)),
      flagged: isChecked(this.flagged),
      note_to_lead: soundText(textOf(this.note)),
    };
  }

  /** Fill the fields in; what shows the value already is not touched, nor is its cursor. */
  fill({ answer, reasons, evidence, flagged, note_to_lead: note }) {
    for (const radio of this.radios) radio.checked = radio.value === answer;
    for (const box of this.reasons) box.checked = reasons.includes(box.value);
    fillText(this.evidence, evidence);
    this.flagged.checked = flagged;
    fillText(this.note, note);
  }

  /** Take the answer and its reasons away; notes stay: they were the work. */
  clear() {
    for (const field of [...this.radios, ...this.reasons]) field.checked = false;
    return this.radios[0];
  }
}

class FactItem extends Item {
  constructor(form, element) {
    super(form, element, element.dataset.fact);
    this.kind = "fact";
    this.target = { key: element.dataset.fact };
    this.item = nameFact(this.target.key);
    this.controls = this.all(this.name);
    this.select = this.controls.find(({ tagName }) => tagName === "SELECT");
    this.title = element.querySelector("legend, label")?.textContent.trim() || this.target.key;
    this.question = "";
    const options = this.select ? [...this.select.options] : this.controls.filter(({ type }) => type === "radio");
    this.labels = Object.fromEntries(options.filter(({ value }) => value).map((one) => (
      [one.value, this.select ? one.textContent.trim() : labelOf(one)]
    )));
  }

  read() {
    if (this.select) return { value: this.select.value };
    return { value: this.controls.find(({ checked }) => checked)?.value || "" };
  }

  readOriginal() {
    if (this.select) {
      const chosen = [...this.select.options].find(({ defaultSelected }) => defaultSelected);
      return { value: (chosen || this.select.options[0]).value };
    }
    return { value: this.controls.find(({ defaultChecked }) => defaultChecked)?.value || "" };
  }

  fill({ value }) {
    if (this.select) this.select.value = value;
    else for (const radio of this.controls) radio.checked = radio.value === value;
  }

  clear() {
    this.fill({ value: "" });
    return this.controls[0];
  }
}

function fillText(field, text) {
  if (field.value === text) return;
  field.value = text;
  const details = field.closest("details");
  if (details && text) details.open = true;
}

function labelOf(field) {
  return field.labels[0].textContent.trim();
}
