/** Small marks that stand beside words, so that no state is told by colour alone. */

const SHAPES = {
  saved: "m4 10.500 4 4 8-9",
  saving: "M10 3a7 7 0 1 1-6.700 5M3 3v5h5",
  kept: "M4 3.500h12v13H4zM7 3.500v5h6v-5M7 13h6",
  conflict: "M2.500 6.500h12m-3.500-4 4 4-4 4M17.500 13.500h-12m3.500-4-4 4 4 4",
  trouble: "M10 2.500 18.500 17.500h-17zM10 8v4.500m0 1.500v1.500",
};

/** Return the mark of a state; screen readers are given the words beside it. */
export function makeIcon(state) {
  const make = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const icon = make("svg", {
    class: "sync-icon", viewBox: "0 0 20 20", width: "20", height: "20", "aria-hidden": "true", focusable: "false",
  });
  icon.append(make("path", {
    d: SHAPES[state], fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linejoin": "round",
  }));
  return icon;
}
