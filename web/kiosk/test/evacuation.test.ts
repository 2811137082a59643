/** Evacuations at a post: what it is told first, the words, what stands on paper, and how an act reaches the server once. */

import "../../client/test/device-storage.ts";
import { signal } from "@preact/signals-core";
import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FinalRefusal, SendQueue } from "../../client/offline/queue.ts";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { ApiError } from "../../client/signalling/session.ts";
import { FakeServer, written } from "../../client/test/fake-server.ts";
import { accepted, AT, completed, CONSULTATION, enRoute, idOf, MATAM, MINUTE_MS, moved, OUROSSOGUI, place, referral } from "../../client/test/referral.ts";
import { after } from "../../client/workflow/referrals.ts";
import type { Referral } from "../../protocol/messages.ts";
import type { NearStructure } from "../../protocol/api.ts";
import { choicesOf } from "../evacuation/choices.ts";
import { isToTell, keyOf, referrals, seen, take } from "../evacuation/known.ts";
import { inListOrder, isLoud, isPressing, keysOf, nextInCall, notYet, onFirstScreen, wordOf } from "../evacuation/news.ts";
import { type Act, send, type Wire } from "../evacuation/sending.ts";
import { addressOf, sheetOf } from "../evacuation/sheet.ts";
import { wayOf } from "../evacuation/way.ts";
import { actText, departure, genderOf, moreOf, stateText, triedSentence } from "../evacuation/words.ts";

const NOW = AT + 30 * MINUTE_MS;
const of = (one: Referral, n: number): Referral => ({ ...one, order: { ...one.order, referral: idOf(n) } });
const rejected = (text?: string) =>
  moved(referral(), "rejected", "receiver", { event: "rejected", reason: "no_bed", ...(text && { text }) }, {
    tried: [{ structure: OUROSSOGUI, state: "rejected", reason: "no_bed", at: AT }],
  });
const unanswered = moved(referral(), "requested", "server", { event: "unanswered" }, { unanswered_since: AT });
const failed = moved(enRoute(), "failed", "post", { event: "failed", reason: "died_on_the_way" }, { failed: "died_on_the_way" });
const cancelled = moved(referral(), "cancelled", "doctor", { event: "cancelled", text: "Accouchée au poste" });

test("an evacuation is one word, and what cannot wait is known", () => {
  const words = [referral(), unanswered, rejected(), accepted(), enRoute(), completed(), failed, cancelled].map((one) => wordOf(one, NOW));
  assert.deepEqual(words, ["under_way", "unanswered", "rejected", "accepted", "under_way", "counter", "ended", "ended"]);
  assert.equal(wordOf(enRoute(), NOW + 120 * MINUTE_MS), "arrival_due");
  assert.deepEqual(words.filter(isPressing), ["unanswered", "rejected"]);
});

/** The evacuation after its structure was closed in the directory. */
const closing = (one: Referral): Referral => {
  const closed = moved(one, one.state === "en_route" ? "en_route" : "rejected", "server", { event: "rejected", reason: "other", text: "Cette structure est fermée." });
  return { ...closed, tried: [{ structure: one.structure, state: "rejected", reason: "other", at: closed.steps!.at(-1)!.at }] };
};

test("a structure that closes is told in a sentence, and is not offered again", () => {
  const instead = moved(closing(accepted()), "requested", "server", { event: "asked_next", structure: MATAM }, { structure: MATAM });
  assert.deepEqual([wordOf(closing(accepted()), NOW), wordOf(instead, NOW), isPressing("closed"), isLoud("closed")], ["rejected", "closed", false, true]);
  assert.equal(stateText(closing(accepted())), "Hôpital d’Ourossogui a fermé");
  assert.deepEqual(moreOf(closing(accepted()), NOW), [], "nobody has given a reason");
  assert.deepEqual(moreOf(instead, NOW), ["Hôpital d’Ourossogui a fermé\u00a0: n’y allez pas."]);
  assert.equal(wordOf(moved(instead, "accepted", "receiver", { event: "accepted" }), NOW), "accepted", "the next one has answered");
  assert.equal(triedSentence(instead, instead.tried![0]!), "a fermé.", "the name stands before it");
  assert.equal(triedSentence(rejected(), rejected().tried![0]!), "Raison\u00a0: pas de lit libre.");
  assert.match(sheetOf(instead, place("post", "Poste"), "teranga.sn").notes[0]!, /Hôpital d’Ourossogui \(a fermé\)/);
  const near = (of: Referral["structure"]): NearStructure => ({ place: of, level: "hospital", capabilities: [], km: 1 } as unknown as NearStructure);
  assert.deepEqual(choicesOf(instead, [near(OUROSSOGUI), near(place("h-dakar", "Dakar"))], undefined).map((one) => one.near.place.id), ["h-dakar"]);
});

test("a structure that says no or closes while the patient is on the way cannot wait, and another one may be asked", () => {
  const closed = closing(enRoute());
  assert.equal(wordOf(closed, NOW), "rejected_on_way");
  assert.ok(isPressing("rejected_on_way"));
  assert.equal(stateText(closed), "En route, mais Hôpital d’Ourossogui ne peut plus recevoir");
  const refused = moved(enRoute(), "en_route", "receiver", { event: "rejected", reason: "no_bed", text: "Bloc fermé" });
  assert.deepEqual([wordOf(refused, NOW), ...moreOf(refused, NOW).slice(0, 2)], ["rejected_on_way", "Raison\u00a0: pas de lit libre.", "Bloc fermé"]);
  const elsewhere = after(refused, [{ referral: refused.order.referral, act: "a", event: { event: "asked_next", structure: MATAM }, at: NOW }]);
  assert.deepEqual([stateText(elsewhere), moreOf(elsewhere, NOW)], ["En route vers Hôpital de Matam", []], "the former refusal is none of this one");
  const next = after(closed, [{ referral: closed.order.referral, act: "a", event: { event: "asked_next", structure: MATAM }, at: NOW }]);
  assert.equal(stateText(next), "En route vers Hôpital de Matam");
  assert.deepEqual(moreOf(next, NOW), ["Hôpital d’Ourossogui a fermé\u00a0: n’y allez pas."], "the former road says nothing of the next one");
  assert.equal(wordOf(next, NOW), "under_way");
});

test("a call tells what is pressing until it is done, and everything else until it was seen", () => {
  const all = [accepted(), of(unanswered, 2)];
  const nothing = new Set<string>();
  assert.equal(nextInCall(all, nothing, NOW)?.word, "unanswered");
  assert.equal(nextInCall(all, new Set(keysOf(all, NOW)), NOW)?.word, "unanswered", "it is not done by looking at it");
  const calm = [accepted()];
  assert.equal(nextInCall(calm, nothing, NOW)?.word, "accepted");
  assert.equal(nextInCall(calm, new Set(keysOf(calm, NOW)), NOW), null);
  assert.equal(nextInCall([enRoute()], new Set(keysOf(calm, NOW)), NOW)?.word, "under_way", "what is new is told again");
});

test("the first screen tells what is under way, a foreign end until it was seen, and a contre-référence until a person has read it", () => {
  const words = (all: Referral[], known: Iterable<string> = []) => onFirstScreen(all, new Set(known), NOW).map(({ word }) => word);
  assert.deepEqual(words([referral(), of(accepted(), 2), of(rejected(), 3)]), ["rejected", "accepted", "under_way"]);
  assert.deepEqual(words([cancelled]), ["ended"]);
  assert.deepEqual(words([cancelled], keysOf([cancelled], NOW)), []);
  assert.deepEqual(words([failed]), [], "the post has said it itself");
  assert.deepEqual(words([completed()], keysOf([completed()], NOW)), ["counter"], "a screen that shows it does not say that it was read");
  assert.deepEqual(words([completed()], [keyOf(completed(), "counter")]), []);
  assert.deepEqual(words([moved(enRoute(), "in_care", "receiver", { event: "in_care" })]), [], "nothing is to be done");
});

test("the list has the most pressing first, and last what is over and was seen", () => {
  const in_ = (one: Referral, consultation: string) => ({ ...one, order: { ...one.order, consultation, referral: consultation } });
  const all = [in_(completed(), "read"), in_(completed(), "unread"), in_(enRoute(), "gone"), in_(unanswered, "unanswered"), in_(accepted(), "accepted")];
  const order = inListOrder(all, new Set([keyOf(all[0]!, "counter")]), NOW);
  assert.deepEqual(order, ["unanswered", "accepted", "gone", "unread", "read"]);
});

test("the screens are loaded while there is something to tell", () => {
  assert.ok(!isToTell());
  take([completed()]);
  assert.ok(isToTell());
  take([enRoute()]);
  assert.equal(referrals.value[0]?.state, "completed", "an older state does not come back");
  seen.value = new Set([keyOf(completed(), "counter")]);
  assert.ok(!isToTell());
  take([referral(2)]);
  assert.ok(isToTell());
});

test("a state is said in words, with what is known of it", () => {
  assert.equal(stateText(referral()), "Demandée\u00a0: Hôpital d’Ourossogui n’a pas encore ouvert la demande");
  assert.deepEqual(moreOf(accepted(), NOW), ["Bloc prêt."]);
  assert.deepEqual(moreOf(rejected("Deux césariennes en cours"), NOW), ["Raison\u00a0: pas de lit libre.", "Deux césariennes en cours"]);
  assert.deepEqual(moreOf(enRoute(), NOW), ["Ambulance du district", "Arrivée prévue vers 11\u00a0h\u00a025"]);
  const asked = moved(moved(accepted(), "en_route", "post", { event: "departed", transport: "other", text: "Pirogue" }), "en_route", "server", { event: "arrival_asked" });
  assert.deepEqual(moreOf(asked, NOW), ["Pirogue"], "the remark of the departure stays");
  assert.equal(stateText(failed), "Décès en route");
  assert.deepEqual(moreOf(cancelled, NOW), ["Accouchée au poste"]);
  assert.deepEqual(moreOf(completed(), NOW), [], "the contre-référence stands on its own");
  assert.equal(actText({ event: "departed", transport: "other" }), "Départ");
  assert.equal(actText({ event: "received" }), "");
  assert.equal(actText({ event: "failed", reason: "died_on_the_way" }), "Décès en route");
  assert.equal(actText({ event: "failed", reason: "not_arrived" }), "Pas d’arrivée");
});

test("a sentence names her, him, or a person of whom nothing is known", () => {
  const gender = (patient: string, needs: Referral["order"]["needs"] = []) => genderOf(referral(1, {}, { needs, letter: { ...referral().order.letter, patient } }));
  assert.equal(gender("A. D.", ["cesarean"]), "she");
  assert.equal(gender("A. D., 27 ans, féminin"), "she");
  assert.equal(gender("M. S., F, 61 kg"), "she");
  assert.equal(gender("Sow, 3 ans, masculin, 12 kg"), "he");
  assert.equal(gender("B. D., 40 ans"), "person");
  assert.equal(gender("Mbaye Fall, 40 ans"), "person", "letters of a name are no sex");
});

test("whoever chooses another structure sees first who can do what is needed, and last who has said no", () => {
  const near = (id: string, km: number | null, capabilities: NearStructure["capabilities"], level: NearStructure["level"] = "eps1"): NearStructure => ({
    ...{ level, km, capabilities, minutes: null, position: "exact", hours: "24h", data_at: null, demo: false },
    place: place(id, id),
  });
  const known = [near("far", 200, ["transfusion", "cesarean"]), near("near", 15, ["maternity"]), near("no", 5, ["cesarean", "transfusion"]), near("unplaced", null, ["cesarean", "transfusion"])];
  const others = [near(OUROSSOGUI.id, 20, ["cesarean"]), near("neighbour", 2, ["cesarean"], "post"), near("office", 1, [], "office"), near("case", 1, [], "case"), near("own", 0, [])];
  const asked: Referral = { ...referral(), tried: [{ structure: place("no", "no"), state: "rejected", reason: "no_bed", at: AT }] };
  const choices = choicesOf(asked, [...known, ...others], "own");
  assert.deepEqual(choices.map(({ near, can, saidNo }) => [near.place.id, can.length, saidNo]), [["far", 2, false], ["unplaced", 2, false], ["near", 0, false], ["no", 2, true]]);
  assert.equal(wayOf({ km: 60.4, minutes: 90 }), "60 km à vol d’oiseau · environ 1\u00a0h\u00a030 de route");
  assert.equal(wayOf({ km: null, minutes: null }), "");
});

test("the sheet says where from, where to, and what happened since", () => {
  const post = place("p", "Poste de Nabadji");
  const tried = [{ structure: MATAM, state: "rejected" as const, reason: "no_bed" as const, at: AT }, { structure: place("x", "Centre de Thilogne"), state: "unanswered" as const, at: AT }];
  const sheet = sheetOf({ ...enRoute(), tried }, post, "teranga.sn");
  assert.match(sheet.urgency, /jeudi 26 novembre 2026 à 10:31/);
  assert.deepEqual([sheet.from?.name, sheet.to.name], ["Poste de Nabadji", "Hôpital d’Ourossogui"]);
  assert.deepEqual(sheet.notes, [
    "Déjà demandé, sans suite\u00a0: Hôpital de Matam (pas de lit libre), Centre de Thilogne (sans réponse)",
    "Départ\u00a0: jeudi 26 novembre 2026 à 10:40, Ambulance du district",
  ]);
  assert.deepEqual(sheet.patient, [["Patient", "A. D., 27 ans, féminin, 61 kg"], ["Besoins", "césarienne, transfusion"]]);
  assert.deepEqual(sheet.parts.map(([title]) => title), ["Motif de l’évacuation", "Constatations", "Fait au poste", "Non examiné", "Question posée"]);
  assert.deepEqual(sheetOf(referral(), null, "teranga.sn").notes, []);
  assert.equal(addressOf("04HMA-SW9ND", "teranga.sn"), "HTTPS://TERANGA.SN/accueil#04HMA-SW9ND");
});

const DEPARTED: Act = { consultation: CONSULTATION, referral: idOf(1), act: "act-1", proof: "", event: { event: "departed", transport: "ambulance_of_district", eta_min: 45 } };
const wire = (tell: () => Promise<Referral>, read: Wire["read"] = async () => undefined): Wire => ({ tell, read });
const refused = (code: string) => () => Promise.reject(new ApiError(code));

test("an act that came too late is not tried again, and brings what is so now", async () => {
  assert.deepEqual(await send(DEPARTED, wire(async () => enRoute())), { told: [enRoute()], isLate: false });
  assert.deepEqual(await send(DEPARTED, wire(refused("referral_step"), async () => [cancelled])), { told: [cancelled], isLate: true });
  assert.deepEqual(await send(DEPARTED, wire(refused("referral_step"), refused("offline"))), { told: [], isLate: true });
  await assert.rejects(send(DEPARTED, wire(refused("not_found"))), FinalRefusal);
  for (const code of ["offline", "storage", "too_many_attempts", "signed_out"])
    await assert.rejects(send(DEPARTED, wire(refused(code))), (error) => !(error instanceof FinalRefusal), code);
});

test("an act waits sealed on the tablet through a power cut, and reaches the server under one name until it has answered", async () => {
  Object.assign(globalThis, { indexedDB: new IDBFactory() });
  const online = signal(false);
  const { clock } = new FakeServer();
  const start = () => new SendQueue({ store: new SealedStore("post"), clock, wallClock: () => AT, online, thin: signal(false) });
  await start().enqueue({ key: "referral act-1", kind: "referral", group: `referral ${idOf(1)}`, body: DEPARTED });
  // The page of before is gone; this one begins with what is on the disk.
  const again = start();
  await again.loaded;
  assert.deepEqual(again.items.value.map(({ state, body, at }) => [state, body, at]), [["kept", DEPARTED, AT]]);
  const told: string[] = [];
  again.handle("referral", async ({ body }) => {
    await send(body as Act, wire(async () => {
      told.push((body as Act).act);
      if (told.length === 1) throw new TypeError("Failed to fetch");
      return enRoute();
    }));
  });
  online.value = true;
  // A disk takes its time: the virtual clock goes on until the act has left.
  for (let turn = 0; turn < 100 && again.items.value.length > 0; turn++) {
    await written();
    await clock.pass(5_000);
  }
  assert.deepEqual([told, again.items.value], [["act-1", "act-1"], []]);
});

test("a departure that nobody has noted is asked for, half an hour after the structure said yes", () => {
  const since = accepted().steps!.at(-1)!.at;
  assert.equal(wordOf(accepted(), since + 29 * MINUTE_MS), "accepted");
  assert.equal(wordOf(accepted(), since + 30 * MINUTE_MS), "departure_due");
  assert.ok(isPressing("departure_due"));
  const left = after(accepted(), [{ referral: accepted().order.referral, act: "a", event: { event: "departed", transport: "other" }, at: since + 40 * MINUTE_MS }]);
  assert.equal(wordOf(left, since + 41 * MINUTE_MS), "under_way");
  assert.equal(wordOf(cancelled, since + 41 * MINUTE_MS), "ended");
});

test("a post that says that the patient has not left yet is asked again half an hour later, and at once by another structure", () => {
  const due = accepted().steps!.at(-1)!.at + 30 * MINUTE_MS;
  const said = due + 7 * MINUTE_MS;
  const known = new Set([...keysOf([accepted()], due - MINUTE_MS), notYet(accepted(), said)]);
  const asks = (minutes: number) => wordOf(accepted(), said + minutes * MINUTE_MS, known) === "departure_due";
  assert.deepEqual([-1, 0, 29, 30].map(asks), [true, false, false, true], "a clock that was set back asks, too");
  assert.equal(nextInCall([accepted()], known, said + MINUTE_MS), null, "the notice is quiet");
  assert.equal(onFirstScreen([accepted()], known, said + MINUTE_MS)[0]?.word, "accepted");
  const again = new Set([...known, notYet(accepted(), said + 31 * MINUTE_MS)]);
  assert.equal(wordOf(accepted(), said + 60 * MINUTE_MS, again), "accepted", "the last answer counts");
  assert.equal(wordOf({ ...accepted(), structure: MATAM }, said + MINUTE_MS, known), "departure_due");
  assert.equal(wordOf(of(accepted(), 2), said + MINUTE_MS, known), "departure_due", "it is said of one evacuation");
});

test("a departure of a while ago says how long ago it was", () => {
  const typed = { transport: "own_vehicle", eta: 60, ago: 30, text: " Perfusion en cours " } as const;
  assert.deepEqual(departure(typed), { event: "departed", transport: "own_vehicle", eta_min: 60, ago_min: 30, text: "Perfusion en cours" });
  assert.deepEqual(departure({ ...typed, ago: 0, eta: null, text: "" }), { event: "departed", transport: "own_vehicle" });
});
