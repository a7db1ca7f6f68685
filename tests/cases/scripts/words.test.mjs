/** What is said must never be better than it is. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { NOT_ALLOWED, OFFLINE, OUT_OF_ORDER, SIGNED_OUT, SOMEBODY_ELSE } from "../../../static/js/fieldwork/asking.js";
import {
  describeAlerts, describeAll, describeItem, describeRow, describeValues, isStopped, nameRow, nameRows, nameWriter, sayWriter,
} from "../../../static/js/fieldwork/words.js";

const empty = { kind: "answer", case: "c", inflight: null, next: null, conflict: null, refused: null };
const inflight = { ...empty, inflight: { id: "a" } };
const next = { ...empty, next: { id: "a" } };
const both = { ...inflight, next: { id: "b" } };
const conflict = { ...empty, conflict: {} };
const refused = { ...empty, refused: { message: "Too long." } };
const ROWS = [inflight, next, both, conflict, refused];
const FLAGS = [true, false];

describe("an item", () => {
  test("is called saved only where nothing of it waits", () => {
    for (const row of [null, ...ROWS]) {
      for (const writing of FLAGS) for (const failed of FLAGS) for (const sending of FLAGS) for (const saved of FLAGS) {
        const { state, words } = describeItem(row, { writing, failed, sending, saved });
        const mayBe = row === null && !writing && !failed && saved;
        assert.equal(state === "saved", mayBe);
        assert.equal(words === "Saved.", mayBe);
        assert.equal(state === "kept", Boolean(row && !writing && !failed && (row.inflight || row.next)) && !sending);
      }
    }
  });

  test("of a lost case is kept, however calm it is otherwise", () => {
    assert.equal(describeItem(next, { sending: true, lost: true }).state, "kept");
  });

  test("says why it was refused", () => {
    assert.equal(describeItem(refused, {}).words, "Not saved. Too long.");
  });
});

describe("everything", () => {
  const calm = { trouble: null, lostCases: new Map(), sending: false, writing: false, failed: false, offline: false };

  test("is called saved only where nothing waits at all", () => {
    assert.deepEqual(describeAll([], calm), { state: "saved", words: "All changes saved.", link: "" });
    for (const row of ROWS) {
      for (const trouble of [null, SIGNED_OUT, NOT_ALLOWED, OFFLINE, OUT_OF_ORDER, SOMEBODY_ELSE]) {
        for (const sending of FLAGS) for (const writing of FLAGS) for (const offline of FLAGS) {
          const said = describeAll([row], { ...calm, trouble, sending, writing, offline });
          assert.notEqual(said.state, "saved");
          assert.ok(!said.words.includes("All changes saved"));
        }
      }
    }
    assert.equal(describeAll([], { ...calm, writing: true }).words, "Saving…");
    assert.equal(describeAll([], { ...calm, failed: true }).state, "trouble");
    assert.equal(describeAll([], { ...calm, plain: true }).state, "trouble");
  });

  test("says what waits, and what is to be done", () => {
    const say = (rows, more) => describeAll(rows, { ...calm, ...more }).words;
    assert.equal(say([next], { trouble: OFFLINE }), "No network: 1 answer is kept on this device, to be sent when it is back.");
    assert.equal(say([next, both], { trouble: SIGNED_OUT }), "You are signed out: 2 answers are kept on this device. Sign in to send them.");
    assert.equal(describeAll([next], { ...calm, trouble: SIGNED_OUT }).link, "sign-in");
    assert.equal(say([conflict]), "1 answer was also changed elsewhere: choose which to keep.");
    assert.equal(describeAll([refused], calm).link, "waiting");
    assert.equal(say([refused, refused]), "2 answers could not be saved: see why beside them.");
    assert.equal(
      say([next, { ...next, case: "d" }], { trouble: OFFLINE, lostCases: new Map([["d", "ANY-2"]]) }),
      "No network: 1 answer is kept on this device, to be sent when it is back. Case ANY-2 is not one of yours any more, "
      + "so 1 answer is kept on this device and cannot be sent. Tell the lead inspector.",
    );
    assert.equal(say([{ ...next, kind: "alert" }], { trouble: OFFLINE }), "No network: 1 alert is kept on this device, to be sent when it is back.");
    assert.equal(say([next], { elsewhere: true }), "1 answer is kept on this device. Another tab of this browser is sending it.");
  });

  test("is not called under way where it is held back with its case", () => {
    const complete = { ...inflight, kind: "complete" };
    assert.deepEqual(describeAll([complete, conflict], { ...calm, sending: true }), {
      state: "conflict", words: "1 answer was also changed elsewhere: choose which to keep.", link: "",
    });
    assert.equal(describeAll([complete, { ...conflict, case: "d" }], { ...calm, sending: true }).words.slice(0, 7), "Saving…");
  });

  test("calls what was refused by its name", () => {
    const alert = { ...refused, kind: "alert" };
    assert.deepEqual(describeAll([alert], calm), { state: "trouble", words: "1 alert could not be sent.", link: "waiting" });
    assert.equal(
      describeAll([refused, alert, { ...refused, kind: "complete" }], calm).words,
      "1 answer could not be saved: see why beside it. 2 changes could not be sent.",
    );
    assert.equal(nameRows([alert, alert]), "2 alerts");
  });
});

describe("an alert that nobody knows of", () => {
  const alert = { ...empty, kind: "alert", reference: "ANY-1", page: "/alert/" };
  const waiting = { ...alert, next: { at: 1000 } };
  const rejected = { ...alert, refused: { message: "It is too long.", at: 1000 } };
  const say = (rows, how) => describeAlerts(rows, how).map(({ words, page }) => [words.replace(/since .*\)/, "since then)"), page]);
  const unsent = ["Your alert on case ANY-1 has not been sent (since then). Telephone the lead inspector now.", ""];
  const refusal = [
    "Your alert on case ANY-1 has not been sent: the server refused it. It is too long. Telephone the lead inspector now.",
    "/alert/",
  ];

  test("is as loud when it was refused as when it waits", () => {
    assert.deepEqual(say([next, refused]), []);
    assert.deepEqual(say([waiting]), [unsent]);
    assert.deepEqual(say([rejected]), [refusal]);
    assert.deepEqual(say([waiting, rejected, refused]), [refusal, unsent]);
  });

  test("is not told of while it was raised just now and is under way", () => {
    assert.deepEqual(say([waiting], { isSending: true, now: 5999 }), []);
    assert.deepEqual(say([waiting], { isSending: true, now: 6001 }), [unsent]);
    assert.deepEqual(say([waiting], { isSending: false, now: 1001 }), [unsent]);
    assert.deepEqual(say([rejected], { isSending: true, now: 1001 }), [refusal]);
  });

  test("names the number of the lead inspector where one was given", () => {
    const telephone = "01632 960001";
    const other = { ...waiting, telephone: "01632 960002" };
    for (const row of [{ ...waiting, telephone }, { ...rejected, telephone }]) {
      assert.match(say([row])[0][0], /Telephone the lead inspector now: 01632 960001\.$/);
      assert.match(describeRow(row).words, /Telephone the lead inspector now: 01632 960001\.$/);
    }
    assert.match(say([{ ...waiting, telephone }, waiting, other])[0][0], /now: 01632 960001 or 01632 960002\.$/);
  });

  test("is not called saved in a list either", () => {
    assert.equal(describeRow(waiting).words, "Not sent. Telephone the lead inspector now.");
    assert.equal(describeRow(rejected).words, "Not sent. It is too long. Telephone the lead inspector now.");
    assert.match(describeRow(waiting, { isLost: true }).words, /not one of yours any more\. Telephone/);
  });
});

describe("a row in a list", () => {
  test("says how it stands", () => {
    assert.deepEqual(describeRow(next), { state: "kept", words: "Kept on this device, not yet sent." });
    assert.equal(describeRow(refused).words, "Not saved. Too long.");
    assert.equal(describeRow(conflict).state, "conflict");
    const lost = describeRow({ ...conflict, reference: "ANY-1" }, { isLost: true });
    assert.deepEqual(lost, { state: "trouble", words: "It cannot be sent: case ANY-1 is not one of yours any more." });
  });

  test("that a case is completed stops for what is held back in it, and for nothing else", () => {
    const complete = { ...next, kind: "complete" };
    assert.equal(isStopped(complete, [complete, next, { ...refused, case: "d" }]), false);
    for (const held of [conflict, refused, { ...refused, kind: "alert" }]) assert.ok(isStopped(complete, [complete, held]));
    assert.equal(isStopped(complete, [complete, { ...refused, kind: "complete" }]), false);
    assert.equal(isStopped(next, [next, refused]), false);
    assert.match(describeRow(complete, { isStopped: true }).words, /held back in this case comes first/);
  });

  test("is named by its question, and told in the words of its page", () => {
    assert.equal(nameRow({ ...next, title: "1.1.01", question: "Was it done?" }), "1.1.01 Was it done?");
    assert.equal(nameRow({ ...next, title: "2.1.02 Police", question: "Did they?" }), "2.1.02 Police: Did they?");
    assert.equal(nameRow({ ...next, kind: "decline_answer", title: "1.1.01" }), "1.1.01 (the answer that you gave up)");
    const labels = { insufficient: "No", late: "Too late", short: "Too short" };
    const values = { answer: "insufficient", reasons: ["short", "late", "odd_one"], evidence: "Two.", flagged: true, note_to_lead: "" };
    assert.deepEqual(describeValues({ kind: "answer", labels }, values), [
      ["Answer", "No"], ["Reasons", "Too late; Too short; odd one"], ["Evidence note", "Two."], ["Come back to this", "Yes"],
    ]);
    const cleared = { answer: "", reasons: [], evidence: "", flagged: false, note_to_lead: "" };
    assert.deepEqual(describeValues({ kind: "answer" }, cleared), [["Answer", "None"]]);
    assert.deepEqual(describeValues({ kind: "fact" }, { value: "" }), [["Answer", "Not recorded"]]);
    assert.deepEqual(describeValues({ kind: "alert" }, { concern: "He is afraid." }), [["Concern", "He is afraid."]]);
    assert.deepEqual(describeValues({ kind: "complete" }, { looked: true }), []);
  });
});

test("who wrote what stands", () => {
  assert.equal(nameWriter({ by: "Lead inspector", own: false, when: "on 12 January 2026 at 10:14" }), "Lead inspector, on 12 January 2026 at 10:14");
  assert.equal(nameWriter({ by: "Inspector", own: true, when: "" }), "You, in another window or on another device");
  assert.equal(sayWriter("answer", { by: "Lead", own: false, when: "on Monday" }), "Answered by Lead on Monday. ");
  assert.equal(sayWriter("fact", { own: true }), "Recorded by you on this device. ");
  assert.equal(sayWriter("fact", {}), "");
});
