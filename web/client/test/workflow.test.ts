import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry, ServerMessage, Urgency } from "../../protocol/messages.ts";
import { Consultation } from "../workflow/consultation.ts";
import { Desk } from "../workflow/desk.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { Notebook } from "../workflow/notebook.ts";
import { Drafts } from "../offline/drafts.ts";
import { Outbox } from "../offline/outbox.ts";
import { Post } from "../workflow/post.ts";
import { emptyIntake } from "../workflow/vitals.ts";
import { FakeServer, WELCOME, written } from "./fake-server.ts";

const place = { id: "p", name: "Nabadji", district: "Matam", region: "Matam", phone: "" };
const entry = (consultation: string, urgency: Urgency, waited_ms: number): Entry => ({
  consultation,
  speciality: "obstetrics",
  urgency,
  place,
  intake: { ...emptyIntake(), systolic: 170 },
  waited_ms,
  step: "on_call",
  present: true,
  again: null,
});
const ID = "00000000-0000-4000-8000-000000000001";

let owners = 0;
async function rig() {
  const server = new FakeServer();
  const connection = server.connection();
  const disk = new SealedStore(`desk-${++owners}`);
  const outbox = new Outbox(connection, disk, server.clock);
  const desk = new Desk(connection, server.clock);
  const post = new Post(connection, outbox, server.clock);
  const consultation = new Consultation(connection, outbox, disk, server.clock);
  const drafts = new Drafts(disk);
  connection.start();
  await server.clock.pass(50);
  await written();
  return { server, desk, post, consultation, outbox, drafts, say: server.socket.say.bind(server.socket) };
}

const call = (entering: boolean): Extract<ServerMessage, { type: "call" }> => ({
  type: "call",
  consultation: ID,
  member: 1,
  members: [],
  age_ms: 5000,
  grant: null,
  record: entering
    ? { speciality: "obstetrics", urgency: "stat", intake: emptyIntake(), note: null, advice: [], photos: [] }
    : null,
  invitable: [],
  may: [],
  rings: null,
});

test("the queue has the most urgent first, then the longest wait", async () => {
  const { desk, say } = await rig();
  say({
    type: "queue",
    entries: [entry("r", "routine", 90_000), entry("u", "urgent", 10), entry("s2", "stat", 20)],
  });
  say({ type: "entry", ...entry("s1", "stat", 500) });
  assert.deepEqual(
    desk.rows.value.map((row) => row.entry.consultation),
    ["s1", "s2", "u", "r"],
  );
});

test("a ring stays with its row through changes, and ends with it", async () => {
  const { desk, say } = await rig();
  say({ type: "ring", entry: entry("s", "stat", 0), invited_by: null });
  say({ type: "entry", ...entry("s", "stat", 100) });
  assert.equal(desk.ringing.value?.entry.consultation, "s");
  say({ type: "entry_gone", consultation: "s", by: "Dr Fall" });
  assert.equal(desk.ringing.value, null);
});

test("the loser of a claim is told once who was faster, and the winner is told nothing", async () => {
  const { desk, say, server } = await rig();
  say({ type: "queue", entries: [entry("s", "stat", 0)] });
  desk.claim("s");
  assert.equal(desk.rows.value[0]!.claiming, true);
  say({ type: "error", of: "claim", code: "already_taken", by: "Dr Fall" });
  say({ type: "entry_gone", consultation: "s", by: "Dr Fall" });
  const notices = desk.notices.value.map(({ id: _, ...notice }) => notice);
  assert.deepEqual(notices, [{ kind: "taken", by: "Dr Fall", place: "Nabadji" }]);
  await server.clock.pass(8000);
  assert.deepEqual(desk.notices.value, []);
  say({ type: "entry", ...entry("t", "stat", 0) });
  desk.claim("t");
  say({ type: "entry_gone", consultation: "t", by: WELCOME.you.name });
  say(call(true));
  assert.deepEqual(desk.notices.value, []);
});

test("a claim that was lost with its socket can be made again", async () => {
  const { desk, say, server } = await rig();
  say({ type: "queue", entries: [entry("s", "stat", 0)] });
  desk.claim("s");
  assert.equal(desk.rows.value[0]?.claiming, true);
  server.socket.drop();
  await server.clock.pass(1000);
  server.socket.say({ type: "queue", entries: [entry("s", "stat", 1000)] });
  assert.equal(desk.rows.value[0]?.claiming, false);
});

test("a request that a notification names is claimed without its row, and the answer becomes a sentence", async () => {
  const { desk, say, server } = await rig();
  const told = () => desk.notices.value.map(({ id: _, ...notice }) => notice);
  desk.claim("gone");
  assert.deepEqual(server.heard().filter(({ type }) => type === "claim"), [{ type: "claim", consultation: "gone" }]);
  say({ type: "error", of: "claim", code: "not_found", by: null });
  assert.deepEqual(told(), [{ kind: "over" }]);
  await server.clock.pass(8000);
  desk.claim("taken");
  say({ type: "error", of: "claim", code: "already_taken", by: "Dr Fall" });
  assert.deepEqual(told(), [{ kind: "refused", code: "already_taken" }]);
  await server.clock.pass(8000);
  desk.claim("lost");
  server.socket.drop();
  await server.clock.pass(1000);
  server.socket.say({ type: "queue", entries: [entry("r", "stat", 1000)] });
  desk.claim("r");
  server.socket.say({ type: "entry_gone", consultation: "r", by: "Dr Fall" });
  server.socket.say({ type: "error", of: "claim", code: "not_found", by: null });
  assert.deepEqual(told().map(({ kind }) => kind), ["taken", "refused"], "the answer is not taken for that of the claim that was lost with its socket");
});

test("what was declared is the server's to keep, and its end is asked for anew", async () => {
  const { desk, server, say } = await rig();
  const told = () => server.heard().filter(({ type }) => type === "availability").length;
  desk.setAvailability("available", 3_600_000);
  say({ type: "presence", state: "available", by: "declared", until_ms: 3_600_000, duties: [] });
  assert.equal(desk.presence.value?.until, server.clock.now() + 3_600_000);
  say({ type: "presence", state: "away", by: "expired", duties: [] });
  server.welcome = { ...WELCOME, availability: "away" };
  server.socket.drop();
  await server.clock.pass(1000);
  assert.equal(told(), 1, "the page repeats nothing by itself");
  assert.deepEqual([desk.availability.value, desk.presence.value?.by], ["away", "expired"]);
});

test("a request that is put off stops ringing and is no withdrawal", async () => {
  const { desk, say } = await rig();
  say({ type: "ring", entry: entry("p", "urgent", 0), invited_by: null });
  say({ type: "entry_gone", consultation: "p", by: null, returns: true });
  say({ type: "entry", ...entry("p", "urgent", 0), postponed_ms: 600_000 });
  assert.deepEqual([desk.rows.value[0]?.ringing, desk.ringing.value, desk.notices.value.length], [false, null, 0]);
});

test("a request is saved here, then waits at the server, then becomes a consultation", async () => {
  const { post, consultation, server } = await rig();
  server.up = false;
  server.socket.drop();
  await post.request({ speciality: "obstetrics", urgency: "stat", intake: emptyIntake() });
  assert.equal(post.pending.value?.state, "saved");
  server.up = true;
  await server.clock.pass(3000);
  await written();
  const said = server.heard().find(({ type }) => type === "request");
  assert.ok(said?.type === "request");
  const { type: _, ...request } = said;
  const status = {
    consultation: request.request,
    ahead: 1,
    available: 2,
    busy: 0,
    rung: 0,
    waited_ms: 10,
    step: "on_call",
    next_step_ms: 90_000,
  } as const;
  server.socket.say({ type: "requested", status, request, grant: { token: "t", member: 1 } });
  assert.equal(post.pending.value?.state, "waiting");
  assert.equal(post.pending.value?.wait?.nextStepAt, server.clock.now() + 90_000);
  server.socket.say({ ...call(true), consultation: request.request });
  assert.equal(post.pending.value, null);
  assert.equal(consultation.current.value?.id, request.request);
});

test("a request withdrawn without a network is withdrawn when there is one", async () => {
  const { post, server } = await rig();
  await post.request({ speciality: "obstetrics", urgency: "stat", intake: emptyIntake() });
  server.up = false;
  server.socket.drop();
  post.cancel();
  assert.equal(post.pending.value, null);
  const said = server.heard().find(({ type }) => type === "request");
  assert.ok(said?.type === "request");
  const { type: _, ...request } = said;
  const status = {
    consultation: request.request,
    ahead: 0,
    available: 0,
    busy: 0,
    rung: 0,
    waited_ms: 0,
    step: "on_call",
    next_step_ms: null,
  } as const;
  server.welcome = { ...WELCOME, waiting: { status, request, grant: { token: "t", member: 1 } } };
  server.up = true;
  await server.clock.pass(3000);
  assert.equal(post.pending.value, null);
  assert.deepEqual(server.heard().at(-1), { type: "cancel", consultation: request.request });
});

test("advice is numbered after all that is known, and shown as signed when the server has stored it", async () => {
  const { consultation, server, say } = await rig();
  say(call(true));
  const advice = { consultation: ID, text: "Évacuer", by: "Dr Fall", at: 1 };
  say({ type: "advice", ...advice, revision: 4 });
  await consultation.advise("Sulfate de magnésium");
  await consultation.advise("Voie veineuse");
  await written();
  const said = server.heard().filter((message) => message.type === "advise");
  assert.deepEqual(
    said.map(({ revision }) => revision),
    [5, 6],
  );
  assert.equal(consultation.unsent.value.length, 2);
  say({ type: "saved", consultation: ID, what: "advice", revision: 5 });
  await written();
  assert.deepEqual(
    consultation.unsent.value.map(({ text }) => text),
    ["Voie veineuse"],
  );
  say(call(false));
  assert.equal(consultation.current.value?.advice.length, 1, "a change of members keeps the record");
});

test("a consent that is told in a call is in its record, for a screen that is loaded afterwards", async () => {
  const { consultation, say } = await rig();
  const consent = { standing: "given", said: { act: "a", language: "ff", giver: "patient" }, at: 5 } as const;
  const standing = () => consultation.current.value?.record?.consent?.standing;
  say(call(true));
  say({ type: "consent", consultation: "00000000-0000-4000-8000-0000000000ff", consent });
  assert.equal(standing(), undefined, "another consultation");
  say({ type: "consent", consultation: ID, consent });
  assert.equal(standing(), "given");
  say(call(false));
  assert.equal(standing(), "given", "a change of members keeps it");
});

test("an end that came while we were away is shown with its advice", async () => {
  const { consultation, server, say } = await rig();
  say(call(true));
  say({ type: "advice", consultation: ID, text: "Évacuer", by: "Dr Fall", at: 1, revision: 1 });
  server.socket.drop();
  await server.clock.pass(1000);
  assert.equal(consultation.current.value, null);
  server.socket.say({ type: "closed", consultation: ID, disposition: "evacuation" });
  assert.equal(consultation.ended.value?.disposition, "evacuation");
  assert.equal(consultation.ended.value?.advice.length, 1);
});

test("notes are sent every 5 s, and are saved only when the server has stored them", async () => {
  const { outbox, drafts, server, say } = await rig();
  const notes = () => server.heard().filter((message) => message.type === "note");
  const book = new Notebook(ID, null, outbox, drafts, server.clock);
  book.type("Héma");
  book.type("Hématome");
  assert.equal(book.state.value, "typing");
  await server.clock.pass(4900);
  assert.equal(notes().length, 0);
  await server.clock.pass(200);
  await written();
  assert.deepEqual(
    notes().map(({ revision, text }) => [revision, text]),
    [[1, "Hématome"]],
  );
  assert.equal(book.state.value, "sending");
  say({ type: "saved", consultation: ID, what: "note", revision: 1 });
  await written();
  assert.equal(book.state.value, "saved");
  book.type("Hématome rétroplacentaire");
  await server.clock.pass(400);
  await written();
  const after = new Notebook(
    ID,
    { consultation: ID, revision: 1, text: "Hématome" },
    outbox,
    drafts,
    server.clock,
  );
  await written();
  assert.equal(after.text.value, "Hématome rétroplacentaire", "a power cut between keystroke and server");
  assert.equal(after.state.value, "typing");
  const elsewhere = { consultation: ID, revision: 9, text: "écrit ailleurs" };
  const newer = new Notebook(ID, elsewhere, outbox, drafts, server.clock);
  await written();
  assert.equal(newer.text.value, "écrit ailleurs", "the server has a later one");
});

test("a consultation rings again, and the page is told what it may do", async () => {
  const { consultation, say, server } = await rig();
  const status = { consultation: ID, ahead: 0, available: 1, busy: 0, rung: 1, waited_ms: 0, step: "on_call", next_step_ms: 90_000 } as const;
  say({ ...call(true), may: ["leave", "cancel", "ring_again"], rings: { why: "absent", by: "Dr Awa", status } });
  assert.deepEqual([...(consultation.current.value?.may ?? [])], ["leave", "cancel", "ring_again"]);
  assert.equal(consultation.current.value?.rings?.wait.rung, 1);
  say({ type: "waiting", ...status, step: "nobody", rung: 0, next_step_ms: null });
  assert.equal(consultation.current.value?.rings?.wait.step, "nobody");
  consultation.callAgain();
  consultation.end();
  const said = server.socket.heard.map(({ type }) => type);
  assert.deepEqual(said.slice(-2), ["ring_again", "cancel"]);
});

test("a doctor who was followed is told by whom, before and after a reconnect, and no consultation is called withdrawn", async () => {
  const { consultation, say } = await rig();
  say(call(true));
  say({ type: "released", consultation: ID, by: "Dr Fatou" });
  say({ type: "closed", consultation: ID, disposition: null });
  assert.equal(consultation.current.value, null);
  assert.equal(consultation.ended.value, null);
  assert.deepEqual(consultation.released.value, { by: "Dr Fatou" });
  const away = await rig();
  away.say(call(true));
  away.say({ type: "welcome", ...WELCOME });
  away.say({ type: "released", consultation: ID, by: "Dr Fatou" });
  assert.equal(away.consultation.ended.value, null);
  assert.deepEqual(away.consultation.released.value, { by: "Dr Fatou" });
});

test("two taps sign once, and a correction names what it replaces", async () => {
  const { consultation, outbox, say } = await rig();
  say(call(true));
  void consultation.advise("Repos");
  void consultation.advise("Repos");
  await written();
  await consultation.advise("Repos");
  assert.equal(outbox.items.value.size, 1);
  await consultation.advise("Repos et eau", 1);
  const sent = [...outbox.items.value.values()].map(({ message }) => message);
  assert.deepEqual(
    sent.map((message) => message.type === "advise" && [message.revision, message.replaces]),
    [
      [1, undefined],
      [2, 1],
    ],
  );
});

test("what a doctor owes stands first, and a vital emergency of the speciality is told in a call", async () => {
  const { desk, say } = await rig();
  say({ type: "welcome", ...WELCOME, you: { ...WELCOME.you, party: "doctor-awa", specialities: ["obstetrics"] } });
  const again = { why: "absent", party: "doctor-awa", by: "Dr Awa", advice: 0 } as const;
  const other = "00000000-0000-4000-8000-000000000002";
  say({ type: "queue", entries: [entry(other, "stat", 5000), { ...entry(ID, "routine", 10), again }] });
  assert.deepEqual(desk.rows.value.map(({ owed }) => owed), [true, false]);
  assert.deepEqual(desk.emergencies.value.map(({ entry: { consultation } }) => consultation), [other]);
  say({ type: "entry", ...entry(other, "stat", 5000), speciality: "surgery" });
  assert.equal(desk.emergencies.value.length, 0, "another speciality has its own doctors");
  say({ type: "ring", entry: { ...entry(other, "stat", 5000), speciality: "surgery" }, invited_by: null });
  assert.equal(desk.emergencies.value.length, 1, "unless none of them answers");
});
