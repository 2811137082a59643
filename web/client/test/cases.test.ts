import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals-core";
import type { ConsultationState, ConsultationView } from "../../protocol/api.ts";
import type { CaseRow, ClientMessage, ServerMessage } from "../../protocol/messages.ts";
import { Outbox } from "../offline/outbox.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { ApiError } from "../signalling/session.ts";
import { CaseActs } from "../workflow/case-acts.ts";
import { CaseContents } from "../workflow/case-contents.ts";
import { Cases } from "../workflow/cases.ts";
import { Consultation } from "../workflow/consultation.ts";
import { Post } from "../workflow/post.ts";
import { emptyIntake } from "../workflow/vitals.ts";
import { FakeServer, settled, written } from "./fake-server.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const place = { id: "p", name: "Nabadji", district: "Matam", region: "Matam", phone: "" };
const row = (consultation: string, due_in_ms: number, more: Partial<CaseRow> = {}): CaseRow => ({
  ...{ consultation, place, speciality: "obstetrics", urgency: "urgent", state: "assigned", doctor: "Dr Awa", mine: true },
  ...{ age_ms: 1000, due_in_ms, reminded: false, lapses: 0, unread: 0, facts: 1, ...more },
});

const viewOf = (state: ConsultationState) => ({ summary: { state } }) as ConsultationView;

let owners = 0;
async function rig() {
  const server = new FakeServer();
  const connection = server.connection();
  const disk = new SealedStore(`cases-${++owners}`);
  const outbox = new Outbox(connection, disk, server.clock);
  const cases = new Cases(connection, server.clock);
  const consultation = new Consultation(connection, outbox, disk, server.clock);
  const post = new Post(connection, outbox, server.clock);
  const acts = new CaseActs(connection, server.clock);
  connection.start();
  await server.clock.pass(50);
  await written();
  const say = (message: ServerMessage) => server.socket.say(message);
  return { server, connection, cases, consultation, post, outbox, acts, say, ids: () => cases.rows.value.map((one) => one.consultation) };
}

const request = { request: ID, speciality: "obstetrics" as const, urgency: "stat" as const, intake: emptyIntake() };
const requested: ServerMessage = {
  type: "requested",
  request,
  grant: null,
  status: { consultation: ID, ahead: 0, available: 0, busy: 0, waited_ms: 0, step: "nobody", rung: 0, next_step_ms: null, defers_in_ms: 9000 },
};

test("a list is replaced by cases, changed by case and case_gone, and what is due first stands first", async () => {
  const { say, ids } = await rig();
  say({ type: "cases", cases: [row("b", 9000), row("a", 5000)] });
  assert.deepEqual(ids(), ["a", "b"]);
  say({ type: "case", ...row("c", 7000) });
  say({ type: "case", ...row("a", 60_000) });
  assert.deepEqual(ids(), ["c", "b", "a"]);
  say({ type: "case_gone", consultation: "b" });
  say({ type: "case_gone", consultation: "never seen" });
  assert.deepEqual(ids(), ["c", "a"]);
  say({ type: "cases", cases: [row("d", 1)] });
  assert.deepEqual(ids(), ["d"]);
});

test("ages and deadlines run on with the clock of the page", async () => {
  const { server, cases, say } = await rig();
  const now = server.clock.now();
  say({ type: "case", ...row("a", 5000, { age_ms: 3000 }) });
  await server.clock.pass(8000);
  assert.deepEqual([cases.rows.value[0]!.since, cases.rows.value[0]!.dueAt], [now - 3000, now + 5000]);
});

test("a list is forgotten at the next welcome, and not when a late listener hears the old one", async () => {
  const { server, connection, say, ids } = await rig();
  say({ type: "cases", cases: [row("a", 5000)] });
  connection.replay();
  assert.deepEqual(ids(), ["a"]);
  server.socket.drop();
  await server.clock.pass(20_000);
  assert.deepEqual(ids(), []);
});

test("an act resolves when it is recorded, each type of message by its own answer", async () => {
  const { server, acts, say } = await rig();
  const recorded = new Set(["defer", "assign_case", "read_case", "ask_opinion", "call_case", "tell_outcome"]);
  server.onMessage = (message: ClientMessage) => {
    if (recorded.has(message.type)) say({ type: "recorded", consultation: ID, of: message.type });
    if (message.type === "write_chat")
      say({ type: "chat", consultation: ID, messages: [{ number: 1, chat: message.chat, by: "Dr Awa", at: 1 }] });
    if (message.type === "advise") say({ type: "saved", consultation: ID, what: "advice", revision: message.revision });
    if (message.type === "close") say({ type: "closed", consultation: ID, disposition: null });
    if (message.type === "ring_again") say(requested);
  };
  await acts.defer(ID, { speciality: "surgery" });
  await acts.assign(ID, "doctor-awa");
  await acts.read(ID);
  await acts.askOpinion(ID, "doctor-sow");
  await acts.call(ID);
  await acts.ring(ID);
  await acts.tellOutcome(ID, "arrived", "va bien");
  await acts.write(ID, "Depuis quand ?", true);
  await acts.advise(ID, 2, "Repos");
  await acts.close(ID, "advice", 48);
  const heard = server.heard().slice(1);
  assert.deepEqual(heard[0], { type: "defer", consultation: ID, to: { speciality: "surgery" } });
  assert.equal((heard[7] as { asks?: boolean }).asks, true);
  assert.deepEqual(heard[9], { type: "close", consultation: ID, disposition: "advice", follow_up_h: 48 });
  assert.equal(heard.length, 10);
});

test("a call that was made a case is closed in the page, and that is the answer", async () => {
  const { server, acts, say } = await rig();
  server.onMessage = (message: ClientMessage) => {
    if (message.type === "defer") say({ type: "closed", consultation: ID, disposition: null, deferred: true });
  };
  await acts.defer(ID);
});

test("a refusal rejects with its code, and only the act that it means", async () => {
  const { acts, say } = await rig();
  const [call, read] = [acts.call(ID), acts.read(ID)];
  await settled();
  say({ type: "error", code: "post_away", of: "call_case", by: null });
  say({ type: "recorded", consultation: "another", of: "read_case" });
  say({ type: "recorded", consultation: ID, of: "read_case" });
  await assert.rejects(call, (error) => error instanceof ApiError && error.code === "post_away");
  await read;
});

test("two acts of one type follow each other, so that a refusal is that of the first", async () => {
  const { server, acts, say } = await rig();
  const [first, second] = [acts.read("a"), acts.read("b")];
  await settled();
  assert.equal(server.heard().filter(({ type }) => type === "read_case").length, 1);
  say({ type: "error", code: "not_found", of: "read_case", by: null });
  await assert.rejects(first);
  await settled();
  say({ type: "recorded", consultation: "b", of: "read_case" });
  await second;
});

test("an act waits while another step of the case is not durable, and ends as offline when the link breaks", async () => {
  const { server, acts, say } = await rig();
  const told = acts.tellOutcome(ID, "recovered");
  await settled();
  say({ type: "error", code: "storage", of: "tell_outcome", by: null });
  await server.clock.pass(2000);
  assert.equal(server.heard().filter(({ type }) => type === "tell_outcome").length, 2);
  say({ type: "recorded", consultation: ID, of: "tell_outcome" });
  await told;
  const lost = assert.rejects(acts.read(ID), (error) => error instanceof ApiError && error.code === "offline");
  await settled();
  server.socket.drop();
  await lost;
  await assert.rejects(acts.read(ID), (error) => error instanceof ApiError && error.code === "offline");
});

test("the contents are read again when the row tells of more facts, and not otherwise", async () => {
  const { server, cases, say } = await rig();
  let readings = 0;
  let fails = false;
  const read = async () => {
    readings += 1;
    if (fails) throw new ApiError("offline");
    return { readings } as unknown as ConsultationView;
  };
  say({ type: "case", ...row(ID, 5000, { facts: 3 }) });
  const contents = new CaseContents(ID, { cases, clock: server.clock, read });
  await settled();
  say({ type: "case", ...row(ID, 5000, { facts: 3, reminded: true }) });
  await settled();
  assert.equal(readings, 1);
  fails = true;
  say({ type: "case", ...row(ID, 5000, { facts: 4 }) });
  await settled();
  assert.equal(contents.fault.value, "offline");
  fails = false;
  await server.clock.pass(3000);
  assert.deepEqual([readings, contents.fault.value], [3, null]);
  assert.deepEqual(contents.view.value as unknown, { readings: 3 });
  contents.close();
  say({ type: "case", ...row(ID, 5000, { facts: 9 }) });
  await settled();
  assert.equal(readings, 3);
});

test("a case that leaves the list is read once more, because it ended or became a call of another tablet", async () => {
  const { server, cases, say } = await rig();
  say({ type: "case", ...row(ID, 5000) });
  let readings = 0;
  const waiting: (() => void)[] = [];
  const read = () => (readings++, new Promise<ConsultationView>((done) => waiting.push(() => done(viewOf("closed")))));
  const contents = new CaseContents(ID, { cases, clock: server.clock, read });
  await settled();
  say({ type: "case_gone", consultation: ID });
  assert.equal(readings, 1, "one reading at a time");
  waiting.pop()!();
  await settled();
  assert.equal(readings, 2, "the first one may have come before the end");
  waiting.pop()!();
  await settled();
  say({ type: "case_gone", consultation: "another" });
  await settled();
  assert.equal(readings, 2);
  say({ type: "case", ...row(ID, 5000) });
  await settled();
  server.socket.drop();
  await server.clock.pass(20_000);
  await settled();
  assert.equal(readings, 3, "it ended while this page was away");
  waiting.pop()!();
  await settled();
  contents.close();
  const later = new CaseContents(ID, { cases, clock: server.clock, read });
  assert.equal(readings, 4, "it is read as it is opened, and not twice");
  later.close();
});

test("a case that became a call of another tablet is read until that call is over, and no longer", async () => {
  const { server, cases } = await rig();
  let readings = 0;
  const read = async () => (++readings, viewOf(readings < 3 ? "running" : "closed"));
  const contents = new CaseContents(ID, { cases, clock: server.clock, read });
  await settled();
  for (let minute = 0; minute < 4; minute++) {
    await server.clock.pass(60_000);
    await settled();
  }
  assert.deepEqual([readings, contents.view.value?.summary.state], [3, "closed"]);
  contents.close();
});

test("without a network the copy of a case is shown with its time, until the server is read", async () => {
  const { server, cases, say } = await rig();
  say({ type: "case", ...row(ID, 5000) });
  let fails = true;
  const saved: unknown[] = [];
  const kept = {
    load: async () => ({ at: 7, view: { from: "copy" } as unknown as ConsultationView }),
    save: (_: string, view: ConsultationView) => (saved.push(view), 8),
  };
  const read = async () => {
    if (fails) throw new ApiError("offline");
    return { from: "server" } as unknown as ConsultationView;
  };
  const contents = new CaseContents(ID, { cases, clock: server.clock, read, kept });
  await settled();
  assert.deepEqual([contents.view.value as unknown, contents.readAt.value, contents.fault.value], [{ from: "copy" }, 7, "offline"]);
  fails = false;
  await server.clock.pass(3000);
  assert.deepEqual([contents.view.value as unknown, contents.readAt.value, saved.length], [{ from: "server" }, 8, 1]);
  contents.close();
});

test("a kept list is shown with its age until the server tells its own, and never after that", async () => {
  const server = new FakeServer();
  const connection = server.connection();
  const cases = new Cases(connection, server.clock);
  await server.clock.pass(100_000);
  cases.restore([row(ID, 5000, { age_ms: 1000 })], 60_000);
  const [known] = cases.rows.value;
  assert.deepEqual([server.clock.now() - known!.since, known!.dueAt - server.clock.now()], [61_000, -55_000]);
  connection.start();
  await server.clock.pass(50);
  await settled();
  assert.deepEqual(cases.rows.value, [], "the server has none");
  cases.restore([row(ID, 5000)], 0);
  assert.deepEqual(cases.rows.value, []);
});

test("a waiting request that becomes a case leads to a case and not to an end, also if we were away", async () => {
  const { server, consultation, post, say } = await rig();
  say(requested);
  assert.equal(post.pending.value?.wait?.defersAt, server.clock.now() + 9000);
  say({ type: "closed", consultation: ID, disposition: null, deferred: true });
  assert.deepEqual([post.pending.value, consultation.ended.value?.deferred], [null, true]);
  consultation.forget();
  say({ type: "case", ...row(ID, 5000) });
  assert.equal(consultation.ended.value, null, "it is told once");

  say(requested);
  server.socket.drop();
  await server.clock.pass(20_000);
  assert.equal(consultation.ended.value, null);
  say({ type: "cases", cases: [row(ID, 5000)] });
  assert.equal((consultation.ended.value as { deferred: boolean } | null)?.deferred, true);
});

test("a withdrawn request and a case that another page filed are no such end", async () => {
  const { consultation, say } = await rig();
  say(requested);
  say({ type: "closed", consultation: ID, disposition: null });
  say({ type: "case", ...row("another", 5000) });
  say({ type: "closed", consultation: "another", disposition: null, deferred: true });
  assert.equal(consultation.ended.value, null);
});

test("a filed case does not wait on the screen, and leaves the outbox when it is recorded", async () => {
  const { post, outbox, say } = await rig();
  await post.request({ speciality: "surgery", urgency: "routine", intake: emptyIntake(), defer_to: { speciality: "surgery" } });
  assert.equal(post.pending.value, null);
  assert.deepEqual(post.filed.value.map(({ state }) => state), ["saved"]);
  const [filed] = [...outbox.items.value.values()];
  assert.ok(filed?.message.type === "request");
  const seen: number[] = [];
  const stop = effect(() => void seen.push(post.filed.value.length));
  say({ type: "recorded", consultation: filed.message.request, of: "request" });
  stop();
  assert.deepEqual([outbox.items.value.size, seen], [0, [1, 0]]);
});
