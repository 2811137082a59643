/** Evacuations: which of two states counts, what the post may do, and what its acts change before the server has them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { after, countOfNews, expectedAt, hasAll, isArrivalDue, isOver, isUnanswered, isUnderWay, mayTell, merged, nextOf, type PostAct, stagesOf, toRead } from "../workflow/referrals.ts";
import { toldNow } from "../workflow/departures.ts";
import { isReadable, isUnopened, mayTurn } from "../workflow/answers.ts";
import type { Referral, ReferralEvent, ReferralState } from "../../protocol/messages.ts";
import { accepted, AT, completed, enRoute, idOf, MATAM, MINUTE_MS, moved, OUROSSOGUI, referral, step, TAMBA } from "./referral.ts";

const STATES: ReferralState[] = ["requested", "received", "accepted", "rejected", "en_route", "arrived", "in_care", "completed", "failed", "cancelled"];
const act = (event: ReferralEvent, id = "a", of = idOf(1), at = AT + 20 * MINUTE_MS): PostAct => ({ referral: of, act: id, event, at });
const departed: ReferralEvent = { event: "departed", transport: "own_vehicle", eta_min: 30, text: "Route coupée à Thilogne" };

test("the post may tell what the server takes of a post, and nothing else", () => {
  const from = (event: Parameters<typeof mayTell>[1]) => STATES.filter((state) => mayTell(state === "en_route" ? enRoute() : referral(1, { state }), event));
  assert.deepEqual(from("departed"), ["requested", "received", "accepted"]);
  assert.deepEqual(from("arrived"), ["accepted", "en_route"]);
  assert.deepEqual(from("failed"), ["accepted", "en_route"]);
  assert.deepEqual(from("asked_next"), ["requested", "received", "rejected", "en_route"]);
  assert.deepEqual(from("cancelled"), ["requested", "received", "accepted", "rejected", "en_route"]);
});

test("each state is over, under way, or waits for the contre-référence", () => {
  const all = STATES.map((state) => referral(1, { state }));
  assert.deepEqual(all.filter(isOver).map(({ state }) => state), ["completed", "failed", "cancelled"]);
  assert.deepEqual(all.filter(isUnderWay).map(({ state }) => state), ["requested", "received", "accepted", "rejected", "en_route"]);
});

test("of two states the one in which more has happened counts, in whatever order they come", () => {
  const later = enRoute();
  for (const both of [[referral(), later], [later, referral()]] as const) {
    const [only, ...others] = merged([both[0]], [both[1]]);
    assert.deepEqual([only?.state, others.length], ["en_route", 0]);
  }
  assert.deepEqual(merged([referral(2)], [referral(1)]).map(({ order }) => order.referral), [idOf(1), idOf(2)], "the oldest first");
  assert.ok(hasAll([later], [referral()]));
  assert.ok(!hasAll([referral()], [later]));
  assert.ok(!hasAll([referral(1)], [referral(2)]));
  assert.ok(hasAll([], []));
});

test("an act that is not sent yet is shown as done", () => {
  const gone = after(accepted(), [act(departed)]);
  assert.equal(gone.state, "en_route");
  assert.deepEqual(gone.departed, { transport: "own_vehicle", eta_min: 30, at: AT + 20 * MINUTE_MS });
  const there = after(gone, [act({ event: "arrived" }, "b")]);
  assert.deepEqual([there.state, there.arrived_at, there.steps?.length], ["arrived", AT + 20 * MINUTE_MS, 3]);
  const failed = after(accepted(), [act(departed), act({ event: "failed", reason: "died_on_the_way" }, "b")]);
  assert.deepEqual([failed.state, failed.failed], ["failed", "died_on_the_way"]);
  assert.equal(after(referral(), [act({ event: "cancelled", text: "Guérie" })]).state, "cancelled");
  assert.equal(after(referral(2), [act(departed)]).state, "requested", "of another evacuation");
});

test("an act that does not follow, that is no act of a post, or that the server has already changes nothing", () => {
  const arrived = moved(enRoute(), "arrived", "receiver", { event: "arrived" });
  assert.equal(after(arrived, [act(departed)]), arrived);
  assert.equal(after(referral(), [act({ event: "accepted" })]).state, "requested");
  const asked = act({ event: "asked_next", structure: MATAM });
  const told: Referral = { ...after(referral(), [asked]), steps: step(referral(), "post", asked.event, asked.act) };
  assert.deepEqual(after(told, [asked]), told, "the answer was lost, and the act is not done twice");
});

test("asking another structure leaves the one before among those that did not take the patient, once", () => {
  const unanswered = moved(referral(), "requested", "server", { event: "unanswered" }, { unanswered_since: AT });
  const asked = after(unanswered, [act({ event: "asked_next", structure: MATAM })]);
  assert.deepEqual([asked.state, asked.structure.id, asked.asked_at], ["requested", MATAM.id, AT + 20 * MINUTE_MS]);
  assert.ok(!isUnanswered(asked) && isUnanswered(unanswered));
  assert.deepEqual(asked.tried?.map(({ structure, state }) => [structure.id, state]), [[OUROSSOGUI.id, "unanswered"]]);
  const tried = [{ structure: OUROSSOGUI, state: "rejected" as const, reason: "no_bed" as const, at: AT }];
  const rejected = moved(referral(), "rejected", "receiver", { event: "rejected", reason: "no_bed" }, { tried });
  assert.deepEqual(after(rejected, [act({ event: "asked_next", structure: MATAM })]).tried, tried);
  assert.equal(nextOf(referral())?.id, MATAM.id);
  assert.equal(nextOf(asked)?.id, TAMBA.id);
  assert.equal(nextOf(after(asked, [act({ event: "asked_next", structure: TAMBA }, "b")])), null);
});

test("it is asked whether the patient has arrived an hour after the time of the road, or three hours after the departure", () => {
  const gone = enRoute();
  const at = gone.departed!.at;
  assert.equal(expectedAt(gone), at + 45 * MINUTE_MS);
  assert.deepEqual([104, 105].map((min) => isArrivalDue(gone, at + min * MINUTE_MS)), [false, true]);
  const unknown: Referral = { ...gone, departed: { transport: "other", at } };
  assert.equal(expectedAt(unknown), null);
  assert.deepEqual([179, 180].map((min) => isArrivalDue(unknown, at + min * MINUTE_MS)), [false, true]);
  assert.ok(isArrivalDue({ ...gone, arrival_asked_at: at }, at), "the server has asked");
  assert.ok(!isArrivalDue({ ...gone, state: "arrived" }, at + 999 * MINUTE_MS));
  assert.ok(!isArrivalDue({ ...accepted() }, at + 999 * MINUTE_MS));
});

test("the stages have the times at which they were reached, and forget what a structure said that is not asked any more", () => {
  const minutes = (one: Referral) => [...stagesOf(one)].map(([stage, at]) => [stage, (at - one.order.at) / MINUTE_MS]);
  assert.deepEqual(minutes(referral()), [["requested", 0]]);
  assert.deepEqual(minutes(completed()), [["requested", 0], ["accepted", 1], ["en_route", 9], ["in_care", 3], ["completed", 4]]);
  const again = moved(moved(accepted(), "rejected", "receiver", { event: "rejected", reason: "no_bed" }), "requested", "doctor", { event: "asked_next", structure: MATAM });
  assert.deepEqual(minutes(again), [["requested", 3]]);
});

test("what others have done counts as news, and what the post did itself does not", () => {
  assert.deepEqual([[], [referral()], [accepted()], [enRoute()], [completed()]].map(countOfNews), [0, 1, 2, 2, 4]);
});

test("after an outage those are read that are not over, and those of which the server tells another state", () => {
  const known = [referral(1, {}, { consultation: "open" }), completed(referral(2, {}, { consultation: "over" })), completed(referral(3, {}, { consultation: "twice" }))];
  const row = (id: string, state?: ReferralState) => ({ id, ...(state && { referral: state }) });
  assert.deepEqual(toRead([row("open", "requested"), row("over", "completed"), row("none")], known), ["open"]);
  assert.deepEqual(toRead([row("new", "requested"), row("twice", "requested")], known), ["open", "new", "twice"]);
  assert.deepEqual(toRead([row("new", "cancelled")], []), ["new"], "ordered and cancelled meanwhile");
  const many = Array.from({ length: 14 }, (_, n) => referral(1, {}, { consultation: `c${n}`, referral: `r${n}` }));
  assert.equal(toRead([], many).length, 10);
});

test("a patient on the way to a structure that says no may be taken to another one, and has a new road", () => {
  const gone = enRoute();
  assert.deepEqual([mayTell(gone, "departed"), mayTurn(gone)], [false, false], "it expects the patient");
  const tried = [{ structure: OUROSSOGUI, state: "rejected" as const, reason: "no_bed" as const, at: AT }];
  const refused = moved(gone, "en_route", "receiver", { event: "rejected", reason: "no_bed" }, { tried, arrival_asked_at: AT });
  assert.deepEqual([mayTell(refused, "departed"), mayTurn(refused), isReadable(refused)], [false, true, false]);
  const turned = after(refused, [act({ event: "asked_next", structure: MATAM })]);
  assert.deepEqual([turned.state, turned.structure.id, turned.departed, turned.arrival_asked_at, turned.tried?.length], ["en_route", MATAM.id, undefined, undefined, 1]);
  assert.ok(isUnopened(turned) && mayTell(turned, "departed") && mayTell(turned, "arrived") && mayTell(turned, "failed"));
  assert.equal(stagesOf(turned).get("en_route"), turned.asked_at);
  assert.deepEqual([179, 180].map((min) => isArrivalDue(turned, turned.asked_at + min * MINUTE_MS)), [false, true], "nobody knows the new road so far");
  const again = after(turned, [act(departed, "b")]);
  assert.deepEqual([again.state, again.departed?.eta_min], ["en_route", 30]);
});

test("nobody there knows of a patient who left without an answer, and somebody must telephone", () => {
  const left = after(referral(), [act(departed)]);
  assert.ok(isUnopened(left) && !isUnanswered(left));
  const told = moved(left, "en_route", "server", { event: "unanswered" }, { unanswered_since: AT });
  assert.ok(isUnopened(told) && isUnanswered(told));
  assert.ok(!isUnopened(moved(left, "en_route", "receiver", { event: "received" })));
  assert.ok(!isUnopened(moved(moved(left, "en_route", "receiver", { event: "received" }), "en_route", "server", { event: "unanswered" })), "it was opened");
});

test("a departure that waited for a network says how long ago it was", () => {
  const left = { event: "departed", transport: "other", eta_min: 45 } as const;
  const told = (minutes: number, event: ReferralEvent = left) => toldNow(event, AT, AT + minutes * MINUTE_MS);
  assert.equal(told(0), left);
  assert.deepEqual(told(180), { ...left, ago_min: 180 });
  assert.deepEqual(told(180, { ...left, ago_min: 30 }), { ...left, ago_min: 210 });
  assert.deepEqual(told(5000), { ...left, ago_min: 1440 });
  assert.equal(told(-5), left, "a clock that was set back");
  assert.deepEqual(told(180, { event: "arrived" }), { event: "arrived" });
});

test("a departure that is told later was earlier", () => {
  const gone = after(accepted(), [act({ event: "departed", transport: "other", eta_min: 45, ago_min: 15 })]);
  assert.deepEqual(gone.departed, { transport: "other", eta_min: 45, at: AT + 5 * MINUTE_MS });
  assert.equal(stagesOf(gone).get("en_route"), AT + 5 * MINUTE_MS);
});
