import assert from "node:assert/strict";
import { test } from "node:test";
import { isDanger } from "../referral/letter-fields.ts";
import { lineOf } from "../referral/line.ts";
import { eventText, stateText, stepText } from "../referral/words.ts";
import { place, referral, step } from "./referral.ts";

const shown = (one: Parameters<typeof lineOf>[0]) => lineOf(one).map(({ state, at, is }) => `${state} ${is}${at === null ? "" : ` ${at}`}`);

test("the line of an evacuation tells what was done and when, where it stands, and what is to come", () => {
  assert.deepEqual(shown(referral()), [
    "requested now 1000", "received next", "accepted next", "en_route next", "arrived next", "in_care next", "completed next",
  ]);
  const steps = [
    step(2000, { event: "received" }), step(3000, { event: "accepted" }), step(4000, { event: "departed", transport: "own_vehicle" }, "post"),
  ];
  assert.deepEqual(shown(referral({ state: "en_route", steps })), [
    "requested done 1000", "received done 2000", "accepted done 3000", "en_route now 4000", "arrived next", "in_care next", "completed next",
  ]);
});

test("a step that nobody waited for is skipped, not done", () => {
  const steps = [step(2000, { event: "departed", transport: "other" }, "post")];
  assert.deepEqual(shown(referral({ state: "en_route", steps })).slice(0, 4), ["requested done 1000", "received skipped", "accepted skipped", "en_route now 2000"]);
});

test("an evacuation that stopped ends with what stopped it", () => {
  const steps = [step(2000, { event: "received" }), step(3000, { event: "rejected", reason: "no_bed" })];
  assert.deepEqual(shown(referral({ state: "rejected", steps })), ["requested done 1000", "received done 2000", "rejected now 3000"]);
  assert.deepEqual(shown(referral({ state: "cancelled", steps: [step(2000, { event: "cancelled", text: "Naissance au poste" }, "doctor")] })), [
    "requested done 1000", "cancelled now 2000",
  ]);
});

test("what the structure before did is no step of the next one", () => {
  const steps = [
    step(2000, { event: "received" }), step(3000, { event: "rejected", reason: "no_bed" }), step(3000, { event: "asked_next", structure: place("district") }, "server"),
  ];
  assert.deepEqual(shown(referral({ state: "requested", asked_at: 3000, steps })).slice(0, 3), ["requested now 3000", "received next", "accepted next"]);
});

test("a patient who is taken to another structure is on the way to it since it is asked", () => {
  const steps = [step(2000, { event: "departed", transport: "other" }, "post"), step(3000, { event: "asked_next", structure: place("district") }, "post")];
  const turned = referral({ state: "en_route", asked_at: 3000, steps });
  assert.deepEqual(shown(turned).slice(0, 4), ["requested done 3000", "received skipped", "accepted skipped", "en_route now 3000"]);
});

test("a departure that was told later stands at the time at which it was", () => {
  const steps = [step(9000, { event: "departed", transport: "other", ago_min: 1 }, "post")];
  assert.deepEqual(shown(referral({ state: "en_route", steps, departed: { transport: "other", at: 2000 } }))[3], "en_route now 2000");
});

test("a line that names a danger is known by its word, with either space before the colon", () => {
  const lines = ["Pouls : 131/min · DANGER : pouls rapide", "Pouls : 131/min · DANGER\u00a0: pouls rapide", "Pas de danger : rien", "DANGEREUX"];
  assert.deepEqual(lines.map(isDanger), [true, true, false, false]);
});

test("a death on the way is told as such, and never as a patient who did not arrive", () => {
  const died = referral({ state: "failed", failed: "died_on_the_way" });
  const lost = referral({ state: "failed", failed: "not_arrived" });
  assert.deepEqual([stateText(died), stepText("failed", died.failed)], ["Décès pendant le trajet", "Décès en route"]);
  assert.deepEqual([stateText(lost), stepText("failed", lost.failed)], ["N’est pas arrivée", "Pas arrivée"]);
  assert.equal(eventText({ event: "failed", reason: "died_on_the_way" }), "Décès en route");
  assert.equal(eventText({ event: "failed", reason: "not_arrived" }), "Pas arrivée");
  assert.equal(eventText({ event: "unanswered" }), "");
  assert.equal(stateText(referral({ state: "en_route" })), "En route");
});
