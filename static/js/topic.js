/**
 * The page of a topic follows the answers: questions appear and go as they come to apply.
 * The server decides anew when it saves; without this script it returns to the page and says so.
 */

import { decideStates } from "./applicability.js";

const form = document.getElementById("topic-form");
const rules = JSON.parse(document.getElementById("topic-rules").textContent);
const shownField = form.elements.namedItem("shown");
const status = document.getElementById("topic-status");
const blocks = [...form.querySelectorAll("[data-question]")];

const loaded = new Map(blocks.map((block) => [block, readBlock(block)]));

function controlsOf(block) {
  return [...block.querySelectorAll("input, textarea")];
}

function readBlock(block) {
  return JSON.stringify(controlsOf(block).map(({ type, value, checked }) => (
    type === "radio" || type === "checkbox" ? checked : value
  )));
}

function fieldName(code) {
  return `q${code.replaceAll(".", "-")}-answer`;
}

function readAnswers() {
  const answers = { ...rules.answers };
  for (const { code } of rules.questions) {
    const radios = form.elements.namedItem(fieldName(code));
    if (radios) answers[code] = radios.value;
  }
  return answers;
}

function followAnswers({ announce }) {
  const states = decideStates(rules.questions, rules.facts, readAnswers());
  let opened = 0;
  let closed = 0;
  for (const block of blocks) {
    const state = states[block.dataset.question];
    if (state === undefined || block.querySelector(".govuk-error-message")) continue;
    const hide = state !== "applies";
    if (block.hidden && !hide) opened += 1;
    if (!block.hidden && hide) closed += 1;
    block.hidden = hide;
  }
  shownField.value = blocks
    .filter((block) => !block.hidden)
    .map((block) => block.dataset.question)
    .join(" ");
  if (announce && (opened || closed)) status.textContent = describe(opened, closed);
}

function describe(opened, closed) {
  const parts = [];
  if (opened) parts.push(`${opened} further ${opened === 1 ? "question now applies" : "questions now apply"}.`);
  if (closed) parts.push(`${closed} ${closed === 1 ? "question no longer applies" : "questions no longer apply"}.`);
  return parts.join(" ");
}

form.addEventListener("change", () => followAnswers({ announce: true }));
// What the page no longer asks and nobody has touched is not sent: it stays as it is recorded. What
// was typed there is sent, so that the server can say that it cannot be saved, and nothing is lost.
form.addEventListener("formdata", ({ formData }) => {
  for (const block of blocks.filter(({ hidden }) => hidden)) {
    if (readBlock(block) !== loaded.get(block)) continue;
    for (const { name } of controlsOf(block)) formData.delete(name);
  }
});
followAnswers({ announce: false });
