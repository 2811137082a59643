import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../../protocol/api.ts";
import type { Activity } from "../../protocol/messages.ts";
import { alertsOf, firstSeen } from "../alerts.ts";
import { extend } from "../series.ts";

const place = (name: string) => ({ id: name, name, district: "Matam", region: "Matam", phone: "" });
const direction = { bps: 20_000, loss: 0, jitter_ms: 0, total_bytes: 0 };

function running(name: string, loss: number): Activity {
  const link = { member: 1, rtt_ms: 100, up: { ...direction, loss }, down: direction };
  return {
    consultation: name,
    place: place(name),
    speciality: "general",
    urgency: "stat",
    step: null,
    age_ms: 60_000,
    links: [{ role: "kiosk", place: place(name), link }],
  };
}

test("bad posts of one region are one alert, with the worst of them", () => {
  const alerts = alertsOf({ online: [], consultations: [running("A", 0.12), running("B", 0.2)], set_aside: [] }, null);
  assert.equal(alerts.length, 1);
  assert.deepEqual(alerts[0], {
    key: "loss/Matam",
    cause: "loss",
    region: "Matam",
    places: ["A", "B"],
    worst: 20,
  });
});

test("a claimed consultation whose post has no transport is silent, and a good one gives no alert", () => {
  const silent = { ...running("A", 0), links: [] };
  const causes = alertsOf({ online: [], consultations: [silent, running("B", 0)], set_aside: [] }, null).map(
    ({ cause }) => cause,
  );
  assert.deepEqual(causes, ["silent"]);
});

test("a server that cannot store is an alert", () => {
  assert.equal(alertsOf(null, { store_ok: false } as Health)[0]?.cause, "store");
});

test("an alert keeps the time when it began", () => {
  const alerts = alertsOf(null, { store_ok: false } as Health);
  const later = firstSeen(firstSeen(new Map(), alerts, 1000), alerts, 9000);
  assert.deepEqual([...later.values()], [1000]);
});

test("a series keeps two minutes, and forgets a link that is gone", () => {
  let series = extend(
    new Map(),
    new Map([
      ["c/1", 0],
      ["cpu", 5],
    ]),
  );
  for (let i = 0; i < 100; i++) series = extend(series, new Map([["c/2", i]]));
  assert.equal(series.get("c/1"), undefined);
  assert.equal(series.get("c/2")?.length, 60);
  assert.equal(series.get("cpu")?.length, 1);
});

test("consultations that are set aside are one alert, so that the page never says that all is well", () => {
  const aside = (consultation: string) => ({ consultation, reason: "gap" as const, number: 2, since: 1 });
  const list = [aside("01890000-0000-7000-8000-000000000001"), aside("01890001-0000-7000-8000-000000000002")];
  const alerts = alertsOf({ online: [], consultations: [], set_aside: list }, null);
  assert.equal(alerts.length, 1);
  assert.deepEqual(alerts[0]?.places, ["01890000", "01890001"]);
  assert.equal(alerts[0]?.cause, "set_aside");
});

test("many security events are one alert, a few are none, and one revoked tablet is enough", () => {
  const health = (security: Health["security"]) => ({ store_ok: true, security }) as Health;
  const many = health([
    { kind: "sign_in_failed", recent: 240 },
    { kind: "throttled", recent: 29 },
    { kind: "signed_in", recent: 900 },
    { kind: "revoked_device", recent: 1 },
  ]);
  assert.deepEqual(alertsOf(null, many), [
    { key: "security/", cause: "security", region: "", places: ["sign_in_failed", "revoked_device"], worst: 240 },
  ]);
  assert.deepEqual(alertsOf(null, health([{ kind: "sign_in_failed", recent: 3 }])), []);
});
