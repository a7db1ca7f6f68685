/** The judgements and facts of a form, as somebody goes through them. */

/** Return the element of each that is to be seen, in order. */
export function listPlaces(form) {
  return [...form.querySelectorAll("[data-item], [data-fact]")].filter((place) => !place.closest("[hidden]"));
}

/** Return the element of the judgement or fact that holds `element`, or null. */
export function placeOf(element) {
  return element?.closest("[data-item], [data-fact]") || null;
}

/** Return whether an answer is chosen there. */
export function isAnswered(place) {
  return [...place.querySelectorAll("input[type=radio], select")]
    .some((choice) => (choice.type === "radio" ? choice.checked : choice.value !== ""));
}
