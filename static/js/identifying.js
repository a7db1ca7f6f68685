/**
 * Whether a note looks as if it says who somebody is, as cases/identifying.py decides it.
 * The rules are that module's, carried by the page; tests/cases/identifying_examples.json binds
 * the two.
 */

/** What in `text` may identify somebody: [{kind, text}]; `year` is that of the inspection. */
export function findIdentifying(text, year, rules) {
  const found = new Map();
  const add = (kind, piece) => found.set(`${kind} ${piece}`, { kind, text: piece });
  let rest = text;
  for (const { kind, pattern } of rules.patterns) {
    for (const match of [...rest.matchAll(new RegExp(pattern, "g"))]) {
      if (!counts(match.groups || {}, year, rules)) continue;
      add(kind, match[0]);
      const end = match.index + match[0].length;
      rest = rest.slice(0, match.index) + "|".repeat(match[0].length) + rest.slice(end);
    }
  }
  for (const [run] of rest.matchAll(new RegExp(rules.run, "g"))) {
    for (const { kind, text: piece } of findInRun(run.split(" "), rules)) add(kind, piece);
  }
  return [...found.values()];
}

/** The warning in words, or the empty string where there is nothing to warn of. */
export function describeFindings(findings, rules) {
  const told = findings.map(({ kind, text }) => `${rules.kinds[kind]} (“${text}”)`);
  if (told.length === 0) return "";
  const parts = told.slice(0, rules.shown);
  if (told.length > rules.shown) parts.push("more");
  const listed = parts.length === 1
    ? parts[0]
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  return `This may identify somebody. It looks as if it holds ${listed}.`;
}

function counts({ year: born, word }, year, rules) {
  if (born !== undefined) {
    const century = Number(born) > year % 100 ? 1900 : 2000;
    return (born.length === 4 ? Number(born) : century + Number(born)) <= year - rules.youngest;
  }
  return word === undefined || !rules.ordinary.includes(plain(word));
}

function findInRun(words, rules) {
  const found = [];
  let unknown = [];
  for (const word of [...words, ""]) {
    const small = plain(word);
    const isStreet = rules.streets.includes(small);
    if (word && !isStreet && !rules.ordinary.includes(small)) {
      unknown.push(word);
      continue;
    }
    if (unknown.length > 0 && isStreet) {
      found.push({ kind: "address", text: [...unknown, word].join(" ") });
    } else if (
      unknown.length > 1 || unknown.some((one) => rules.names.includes(plain(one).split("-")[0]))
    ) {
      found.push({ kind: "name", text: unknown.join(" ") });
    }
    unknown = [];
  }
  return found;
}

/** A word as the lists have it: in small letters, and nobody's. */
function plain(word) {
  return word.toLowerCase().replaceAll("’", "'").replace(/'s?$/, "");
}
