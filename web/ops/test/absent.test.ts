import assert from "node:assert/strict";
import { test } from "node:test";
import type { Online } from "../../protocol/messages.ts";
import { absentFrom, isSeenList, seenWith } from "../absent.ts";

const place = (name: string) => ({ id: name, name, district: "Matam", region: "Matam", phone: "" });
const online = (party: string, role: Online["role"]): Online => ({ party, role, place: place(party), availability: "available", since_ms: 0 });
const DAY_MS = 24 * 3600_000;

test("who was connected and is not any more is listed: posts first, then whoever left last", () => {
  let known = seenWith([], [online("nabadji", "kiosk"), online("awa", "doctor"), online("ops", "operator")], DAY_MS);
  known = seenWith(known, [online("civol", "kiosk")], 2 * DAY_MS);
  const now = [online("ndouga", "kiosk")];
  known = seenWith(known, now, 3 * DAY_MS);
  assert.deepEqual(
    absentFrom(known, now).map(({ party }) => party),
    ["civol", "nabadji", "awa"],
  );
  assert.deepEqual(absentFrom(seenWith(known, now, 40 * DAY_MS), now), []);
});

test("somebody who is back is not absent, and a damaged list is none", () => {
  const known = seenWith([], [online("nabadji", "kiosk")], DAY_MS);
  assert.deepEqual(absentFrom(known, [online("nabadji", "kiosk")]), []);
  assert.deepEqual([isSeenList(known), isSeenList([{ party: "x" }]), isSeenList("x")], [true, false, false]);
});
