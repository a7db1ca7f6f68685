/** What a person set for this device, kept in the browser; where that is refused, for this page. */

const here = new Map();
const nameOf = (key) => `case-inspection-${key}`;

/** Return what was set, or "". */
export function readSetting(key) {
  try {
    return localStorage.getItem(nameOf(key)) ?? here.get(key) ?? "";
  } catch {
    return here.get(key) ?? "";
  }
}

/** Keep a setting. */
export function keepSetting(key, value) {
  here.set(key, value);
  try {
    localStorage.setItem(nameOf(key), value);
  } catch {
    // Some browsers keep nothing for a site: then it holds until the page is left.
  }
}
