/** A page that is kept for work without a network knows no criterion: its address still does. */

const criterion = document.querySelector("#practice-form [name=criterion]");
const wanted = new URLSearchParams(location.search).get("criterion");

if (wanted && !criterion.value) criterion.value = wanted;
