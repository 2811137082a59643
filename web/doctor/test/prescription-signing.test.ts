/** How a draft is signed when answers are lost, refused or late, and when the draft was changed meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../client/signalling/session.ts";
import type { PrescriptionDraft } from "../../protocol/prescriptions.ts";
import { signingOf } from "../prescription/editor/signing.ts";
import { blank, lineOf, settled, type TypedPrescription } from "../prescription/typed.ts";

const line = { ...lineOf({ other: "Fosfomycine 3 g" }), days: "1" };
const of = (directions: string): TypedPrescription => ({ ...blank(), lines: [{ ...line, directions }] });

/** A doctor's page and a server that answers with what the test gives, one after the other. */
class Desk {
  typed: TypedPrescription;
  /** What the server was asked to sign: the identifier, the directions of the line, and what it replaces. */
  readonly asked: [id: string, directions: string | undefined, replaces: string | undefined][] = [];
  #made = 0;

  constructor(typed: TypedPrescription) {
    this.typed = typed;
  }

  readonly change = <T extends TypedPrescription>(make: (before: TypedPrescription) => T): T => {
    const next = make(this.typed);
    this.typed = next;
    return next;
  };

  /** Opens the dialog: what is typed now is read and signed. */
  dialog() {
    const ask = signingOf({ shown: this.typed, consultation: "c", change: this.change, fresh: () => `id ${++this.#made}` });
    return (answer: string) =>
      ask(async ({ prescription, lines, replaces }: PrescriptionDraft) => {
        this.asked.push([prescription, lines[0]?.directions, replaces]);
        if (answer === "stored" || answer === "on its way") return { stored: answer === "stored" };
        throw new ApiError(answer);
      }).then(({ stored }) => stored, (error: ApiError) => error.code);
  }

  edit(directions: string): void {
    this.typed = { ...this.typed, lines: of(directions).lines };
  }
}

test("a lost answer is asked for again with the same identifier, also from another dialog", async () => {
  const desk = new Desk(of("1 sachet"));
  const sign = desk.dialog();
  assert.equal(await sign("offline"), "offline");
  assert.equal(await sign("on its way"), false);
  assert.equal(await desk.dialog()("stored"), true);
  assert.deepEqual(desk.asked.map(([id]) => id), ["id 1", "id 1", "id 1"]);
  assert.deepEqual(desk.typed, blank());
});

test("a draft that was changed after a lost answer waits for that answer, and replaces what was signed", async () => {
  const desk = new Desk(of("1 sachet"));
  await desk.dialog()("offline");
  desk.edit("2 sachets");
  const sign = desk.dialog();
  assert.equal(await sign("offline"), "offline");
  assert.equal(await sign("on its way"), false);
  assert.deepEqual(desk.asked.map(([id]) => id), ["id 1", "id 1", "id 1"], "nothing else is signed before its fate is known");
  assert.equal(await sign("stored"), true);
  assert.deepEqual(desk.asked.slice(3), [["id 1", "1 sachet", undefined], ["id 2", "2 sachets", "id 1"]]);
  assert.deepEqual(desk.typed, blank());
});

test("a refusal that tells that nothing was signed forgets what was asked for", async () => {
  const desk = new Desk(of("1 sachet"));
  assert.equal(await desk.dialog()("password"), "password");
  assert.equal(desk.typed.asked, undefined);
  desk.edit("2 sachets");
  assert.equal(await desk.dialog()("stored"), true);
  assert.deepEqual(desk.asked, [["id 1", "1 sachet", undefined], ["id 2", "2 sachets", undefined]]);
});

test("a wrong password after a lost answer does not tell what became of it", async () => {
  const desk = new Desk(of("1 sachet"));
  await desk.dialog()("offline");
  desk.edit("2 sachets");
  const sign = desk.dialog();
  assert.equal(await sign("password"), "password");
  assert.equal(desk.typed.asked?.prescription, "id 1");
  assert.equal(desk.asked.length, 2);
});

test("a former signature that the server now refuses is not there, and the changed draft is signed alone", async () => {
  const desk = new Desk({ ...of("1 sachet"), replaces: "before" });
  await desk.dialog()("offline");
  desk.edit("2 sachets");
  // The second request is about the former signature, and the third about this one.
  const answers = ["prescription_unanswered", "stored"];
  const asked: (string | undefined)[] = [];
  const ask = signingOf({ shown: desk.typed, consultation: "c", change: desk.change, fresh: () => "id 2" });
  const { stored } = await ask(async ({ prescription, replaces }) => {
    asked.push(prescription, replaces);
    const answer = answers.shift();
    if (answer !== "stored") throw new ApiError(answer!);
    return { stored: true };
  });
  assert.equal(stored, true);
  assert.deepEqual(asked, ["id 1", "before", "id 2", "before"]);
});

test("a signature that is told by another way while the dialog is open is not signed twice, and is replaced if the draft was changed", async () => {
  const same = new Desk(of("1 sachet"));
  const again = same.dialog();
  await again("offline");
  same.change((now) => settled(now, "id 1"));
  assert.equal(await again("stored"), true);
  assert.deepEqual(same.asked.map(([id]) => id), ["id 1", "id 1"]);

  const changed = new Desk(of("1 sachet"));
  await changed.dialog()("offline");
  changed.edit("2 sachets");
  const sign = changed.dialog();
  changed.change((now) => settled(now, "id 1"));
  assert.equal(await sign("stored"), true);
  assert.deepEqual(changed.asked[1], ["id 2", "2 sachets", "id 1"]);
});
