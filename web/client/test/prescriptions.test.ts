/** The prescriptions of a consultation: two states of one, what stays on the device, and what a call keeps of them. */

import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Prescription, ServerMessage } from "../../protocol/messages.ts";
import { Outbox } from "../offline/outbox.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { Consultation } from "../workflow/consultation.ts";
import { allKept, keep, kept } from "../workflow/kept-prescriptions.ts";
import { isInForce, merged } from "../workflow/prescriptions.ts";
import { emptyIntake } from "../workflow/vitals.ts";
import { FakeServer, written } from "./fake-server.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const OTHER = "00000000-0000-4000-8000-000000000002";

const signed = (prescription: string, at: number, of = ID): Prescription => ({
  signed: {
    prescription,
    consultation: of,
    post: "Nabadji",
    patient: { name: "A. D.", sex: "F", age: "27 ans" },
    lines: [{ atc: "J01CA04", drug: "Amoxicilline 500 mg, gélule", directions: "1 gélule 3 fois par jour", days: 5, quantity: 15, unit: "gélules" }],
    by: "Dr Fall",
    at,
    valid_until: at + 86_400_000,
    text: "HC1:ABC",
  },
});
const cancelled = (one: Prescription): Prescription => ({ ...one, cancelled: { by: "Dr Fall", at: one.signed.at + 5, why: "allergie" } });
const replaced = (one: Prescription, by: string): Prescription => ({ ...one, replaced_by: by });
const names = (list: readonly Prescription[]) => list.map((one) => [one.signed.prescription, isInForce(one)]);

let owners = 0;
const disk = () => new SealedStore(`prescriptions-${++owners}`);

test("what ended a prescription stays, whichever list tells it first", () => {
  const [first, second] = [signed("a", 1), signed("b", 2)];
  const now = [replaced(first, "b"), second];
  assert.deepEqual(names(merged([first], now)), [["a", false], ["b", true]]);
  assert.deepEqual(names(merged(now, [first])), [["a", false], ["b", true]], "an older list comes last");
  assert.deepEqual(names(merged([cancelled(second)], [second, first])), [["a", true], ["b", false]]);
  assert.deepEqual(merged([], []), []);
});

test("a prescription and the one that it replaces are both on the device, also if they come in one moment", async () => {
  const store = disk();
  const [first, second] = [signed("a", 1), signed("b", 2)];
  await keep(store, ID, [first]);
  await Promise.all([keep(store, ID, [replaced(first, "b")]), keep(store, ID, [second])]);
  assert.deepEqual(names(await kept(store, ID)), [["a", false], ["b", true]]);
});

test("what is kept of all consultations is read without a network, and nothing else with it", async () => {
  const store = disk();
  await store.put("kept", "case view 1", { prescriptions: [signed("x", 9)] });
  await store.put("kept", `prescriptions ${OTHER}`, "damaged");
  await keep(store, ID, [signed("b", 2)]);
  assert.deepEqual(names(await allKept(store)), [["b", true]]);
  await store.delete("kept", `prescriptions ${OTHER}`);
  await keep(store, OTHER, [cancelled(signed("a", 1, OTHER))]);
  assert.deepEqual(names(await allKept(store)), [["a", false], ["b", true]]);
  assert.deepEqual(names(await kept(store, OTHER)), [["a", false]]);
});

test("the device keeps the prescriptions of the last fifty consultations", async () => {
  const store = disk();
  const of = (n: number) => `consultation ${n}`;
  for (let n = 1; n <= 52; n++) await keep(store, of(n), [signed(`p${n}`, n, of(n))]);
  assert.deepEqual((await allKept(store)).map(({ signed }) => signed.at), Array.from({ length: 50 }, (_, i) => i + 3));
  await keep(store, of(1), [signed("p1", 1, of(1))]);
  assert.equal((await allKept(store)).length, 50, "one that is read again does not take the place of a later one");
});

test("a disk that fails loses nothing of what follows", async () => {
  const store = disk();
  const put = store.put.bind(store);
  store.put = () => Promise.reject(new Error("full"));
  await keep(store, ID, [signed("a", 1)]);
  store.put = put;
  await keep(store, ID, [signed("b", 2)]);
  assert.deepEqual(names(await kept(store, ID)), [["b", true]]);
});

const call = (prescriptions: Prescription[] | null): Extract<ServerMessage, { type: "call" }> => ({
  type: "call",
  consultation: ID,
  member: 1,
  members: [],
  age_ms: 5000,
  grant: null,
  record: prescriptions && { speciality: "general", urgency: "routine", intake: emptyIntake(), note: null, advice: [], photos: [], prescriptions },
  invitable: [],
  may: [],
  rings: null,
});

test("a prescription that is cancelled in a call stays cancelled when the members change, and after the end", async () => {
  const server = new FakeServer();
  const connection = server.connection();
  const store = disk();
  const consultation = new Consultation(connection, new Outbox(connection, store, server.clock), store, server.clock);
  connection.start();
  await server.clock.pass(50);
  await written();
  const say = server.socket.say.bind(server.socket);
  const [first, second] = [signed("a", 1), signed("b", 2)];
  say(call([first]));
  say({ type: "prescription", ...replaced(first, "b") });
  say({ type: "prescription", ...second });
  say({ type: "prescription", ...cancelled(second) });
  say(call(null));
  assert.deepEqual(names(consultation.current.value?.prescriptions ?? []), [["a", false], ["b", false]]);
  say({ type: "closed", consultation: ID, disposition: "advice" });
  assert.deepEqual(names(consultation.ended.value?.prescriptions ?? []), [["a", false], ["b", false]]);
  await written();
  const found = await consultation.keptPrescriptions(ID);
  assert.deepEqual(names(found), [["a", false], ["b", false]]);
  assert.equal(found[1]?.cancelled?.why, "allergie");
});
