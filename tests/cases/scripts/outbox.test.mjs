/** What the outbox keeps, for which assessment, and what it finds left behind by a page that died. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Drafts } from "../../../static/js/fieldwork/drafts.js";
import { Outbox } from "../../../static/js/fieldwork/outbox.js";
import { MemoryDatabase, MemoryStorage } from "./device.mjs";

const CASE = "/cases/ANY-001/sync/";
const ITEM = "fact:victim";
const SERVER = "2026-01-12T10:14:00+00:00"; // a moment by the clock of the server
let database, outbox, warnings, clock;

beforeEach(() => {
  globalThis.localStorage = new MemoryStorage();
  database = new MemoryDatabase();
  outbox = new Outbox(database, new Drafts("me"));
  warnings = [];
  console.warn = (...words) => warnings.push(words);
  clock = 1000;
  Date.now = () => clock += 1;
});

const thing = (assessment = "7", item = ITEM) => ({
  case: CASE, assessment, reference: "ANY-001", item, kind: "fact", target: { key: item.slice(5) }, title: "", page: "/", anchor: "",
});
const draft = (value, { seen = 3, of = thing() } = {}) => outbox.draft({ thing: of, values: { value }, seen });
const give = async (value, options) => outbox.keep([draft(value, options)]);
const send = async () => (await outbox.claim()).changes;
const answer = (results, more = {}) => outbox.settle(CASE, { assessment: "7", results, ...more });
const rows = async () => (await outbox.list()).map(({ next, inflight }) => (next || inflight)?.values.value);
const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith("fieldwork-draft me "));
const shows = (version, value) => [{ item: ITEM, version, values: { value }, at: SERVER, own: false, by: "Lead" }];

/** Leave a draft as a page does that dies after `outbox.keep` and before it is forgotten. */
async function dieAfterKeeping(value) {
  const given = draft(value);
  const [name, text] = Object.entries(localStorage)[0];
  await outbox.keep([given]);
  localStorage.setItem(name, text);
}

describe("a draft of a page that died", () => {
  test("is kept, whatever the server said is recorded meanwhile", async () => {
    draft("yes");
    await outbox.learnAll(CASE, "7", shows(3, "no"), clock += 1);
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [["yes"], []]);
    const [{ base, value }] = await send();
    assert.deepEqual([base, value], [3, "yes"]);
  });

  test("of a fact that was recorded from this device before is kept as well", async () => {
    await give("yes");
    const [{ id }] = await send();
    await answer([{ id, status: "saved", version: 4 }]);
    draft("no", { seen: 4 });
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [["no"], []]);
  });

  test("is not made again where its change waits, or was taken", async () => {
    await dieAfterKeeping("yes");
    await outbox.keepLeftBehind();
    const [{ id }] = await send();
    assert.equal((await outbox.list())[0].next, null);
    await dieAfterKeeping("yes");
    await answer([{ id, status: "saved", version: 4 }]);
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [[], []]);
  });

  test("whose change was taken is sent under the same id where that is not known any more", async () => {
    await dieAfterKeeping("yes");
    const [{ id }] = await send();
    await answer([{ id, status: "saved", version: 4 }]);
    await outbox.learnAll(CASE, "7", shows(5, "no"), clock += 1);
    await outbox.keepLeftBehind();
    assert.deepEqual((await send()).map((change) => [change.id, change.base]), [[id, 3]]);
    await answer([{ id, status: "saved", version: 4 }]);
    const { known } = await outbox.readCase(CASE, "7");
    assert.deepEqual([await rows(), known.get(ITEM).values], [[], { value: "no" }]);
  });

  test("that there was no room to replace goes once what was given after it is kept", async () => {
    draft("first");
    localStorage.setItem = () => { throw new Error("There is no room."); };
    const second = draft("second");
    delete localStorage.setItem;
    assert.deepEqual([second.draft, drafts().length], ["", 1]);
    await outbox.keep([second]);
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [["second"], []]);
  });

  test("is kept where the clock was set back since something was given that waits, or was taken", async () => {
    await give("yes");
    clock -= 500;
    draft("no");
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [["no"], []]);
    const [{ id }] = await send();
    await answer([{ id, status: "saved", version: 4 }]);
    clock -= 500;
    draft("", { seen: 4 });
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [[""], []]);
  });

  test("that is sent another way is forgotten", async () => {
    outbox.forget([draft("yes")]);
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts()], [[], []]);
  });

  test("that cannot be read is set aside, and no other is lost", async () => {
    const [, sound] = (draft("yes"), Object.entries(localStorage)[0]);
    const bad = ["{", "null", "[]", "7", '{"thing": 1}', sound.replace('"values":{', '"values":7,"x":{'), sound.replace(/"at":\d+/, '"at":"now"')];
    bad.forEach((text, number) => localStorage.setItem(`fieldwork-draft me a${number}`, text));
    localStorage.setItem("fieldwork-draft you b", "{");
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts(), warnings.length], [["yes"], [], bad.length]);
    assert.equal(localStorage.getItem("fieldwork-draft-aside me a0"), "{");
    await outbox.keepLeftBehind();
    assert.equal(warnings.length, bad.length);
    new Drafts("me").clear();
    assert.deepEqual(Object.keys(localStorage), ["fieldwork-draft you b"]);
  });

  test("that the device has no room for stays for the next time, and keeps no other back", async () => {
    draft("yes");
    draft("no", { of: thing("7", "fact:other") });
    const { write } = MemoryDatabase.prototype;
    let isFull = true;
    database.write = (...given) => {
      if (!isFull) return write.apply(database, given);
      isFull = false;
      throw new Error("There is no room.");
    };
    await outbox.keepLeftBehind();
    assert.deepEqual([await rows(), drafts().length, warnings.length], [["no"], 1, 1]);
    await outbox.keepLeftBehind();
    assert.deepEqual([(await rows()).sort(), drafts()], [["no", "yes"], []]);
  });
});

test("an answer in conflict that comes to be recorded is not asked about any more", async () => {
  await give("yes");
  const [{ id }] = await send();
  const current = { value: "no", version: 4, by: "Lead", own: false, at: SERVER, when: "" };
  await answer([{ id, status: "conflict", current }]);
  await outbox.learnAll(CASE, "7", shows(4, "no"), clock);
  assert.equal((await outbox.list()).length, 1);
  await outbox.learnAll(CASE, "7", shows(5, "yes"), clock);
  assert.deepEqual(await outbox.list(), []);
});

describe("a page that does not show what stands", () => {
  const of = { ...thing("7", "answer:1.1.01:"), kind: "answer", target: { code: "1.1.01", row: "" } };
  const BLANK = { answer: "", reasons: [], evidence: "", flagged: false, note_to_lead: "" };
  const ANSWERED = { ...BLANK, answer: "sufficient", evidence: "Half an hour of it." };
  const flag = (seen) => outbox.draft({ thing: of, values: { ...BLANK, flagged: true }, seen, shown: BLANK });
  const record = (version, values, more) => outbox.learnAll(CASE, "7", [{ item: of.item, version, values, ...more }], clock);

  test("sends nothing stale over what was given elsewhere on this device and waits", async () => {
    await outbox.keep([outbox.draft({ thing: of, values: ANSWERED, seen: 3, shown: BLANK })]);
    await outbox.keep([flag(5)]);
    const [{ base, next }] = await outbox.list();
    assert.deepEqual([base, next.values], [3, { ...ANSWERED, flagged: true }]);
  });

  test("nor over what was taken from this device since", async () => {
    await outbox.keep([outbox.draft({ thing: of, values: ANSWERED, seen: 3, shown: BLANK })]);
    const [{ id }] = await send();
    await answer([{ id, status: "saved", version: 4 }]);
    await outbox.keep([flag(3)]);
    const [{ base, next }] = await outbox.list();
    assert.deepEqual([base, next.values], [4, { ...ANSWERED, flagged: true }]);
  });

  test("has the person asked where somebody else changed the same part, and else builds on theirs", async () => {
    await record(5, ANSWERED);
    await outbox.keep([outbox.draft({ thing: of, values: { ...BLANK, answer: "insufficient" }, seen: 3, shown: BLANK })]);
    assert.deepEqual((await outbox.list()).map(({ base, next }) => [base, next.values.evidence]), [[3, ANSWERED.evidence]]);
    await outbox.remove((await outbox.list())[0].key);
    await outbox.keep([flag(3)]);
    assert.deepEqual((await outbox.list()).map(({ base, next }) => [base, next.values]), [[5, { ...ANSWERED, flagged: true }]]);
  });

  test("and died: the draft that it left says what it showed", async () => {
    await outbox.keep([outbox.draft({ thing: of, values: ANSWERED, seen: 3, shown: BLANK })]);
    flag(3);
    await outbox.keepLeftBehind();
    assert.deepEqual((await outbox.list())[0].next.values, { ...ANSWERED, flagged: true });
  });
});

describe("two assessments of one case", () => {
  test("have nothing to do with each other", async () => {
    await outbox.learnAll(CASE, "7", shows(9, "no"), clock);
    await give("yes");
    await give("no", { seen: 0, of: thing("8") });
    assert.deepEqual((await send()).map(({ assessment, base, value }) => [assessment, base, value]), [["7", 3, "yes"], ["8", 0, "no"]]);
    const second = await outbox.readCase(CASE, "8");
    assert.deepEqual([second.known.size, [...second.rows.values()].map((row) => row.assessment)], [0, ["8"]]);
  });

  test("what was refused in one is kept there, and holds back no answer of the other", async () => {
    await give("yes");
    const [{ id }] = await send();
    await outbox.settle(CASE, { assessment: "8", results: [{ id, status: "refused", message: "Another." }] });
    await give("no", { seen: 0, of: thing("8") });
    assert.deepEqual((await send()).map(({ value, assessment }) => [value, assessment]), [["no", "8"]]);
    const refused = (await outbox.list()).find((row) => row.refused);
    assert.deepEqual([refused.assessment, refused.refused.values], ["7", { value: "yes" }]);
  });

  test("facts that were implied are known of the assessment that the server names", async () => {
    await give("yes");
    const [{ id }] = await send();
    await answer([{ id, status: "saved", version: 4 }], { facts: { other: { value: "yes", version: 1 } } });
    const versions = async (key) => [...(await outbox.readCase(CASE, key)).known.values()].map(({ version }) => version).sort();
    assert.deepEqual([await versions("7"), await versions("8")], [[1, 4], []]);
  });

  test("once the case is fetched as the other, nothing is known of the first any more", async () => {
    await outbox.learnAll(CASE, "7", shows(9, "no"), clock);
    const victim = { value: "yes", version: 1, by: "", own: false, at: SERVER, when: "" };
    await outbox.learnCase(CASE, { assessment: "8", answers: [], facts: { victim } }, clock += 1);
    assert.equal((await outbox.readCase(CASE, "7")).known.size, 0);
    assert.equal((await outbox.readCase(CASE, "8")).known.get(ITEM).version, 1);
  });

  test("what is of the case, or was kept before there were keys, is sent without one", async () => {
    const { assessment, ...old } = thing();
    const example = { ...old, item: "practice:1", kind: "practice", target: {} };
    await give("yes", { of: old });
    await outbox.keep([outbox.draft({ thing: example, values: { criterion: "1.1", text: "!" }, seen: null })]);
    assert.deepEqual((await send()).map((change) => "assessment" in change), [false, false]);
    assert.equal((await outbox.readCase(CASE, "7")).rows.size, 0);
  });
});
