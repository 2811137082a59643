import assert from "node:assert/strict";
import { test } from "node:test";
import type { Expected } from "../../protocol/api.ts";
import type { Online } from "../../protocol/messages.ts";
import { absentFrom } from "../absent.ts";

const place = (name: string) => ({ id: name, name, district: "Matam", region: "Matam", phone: "" });
const online = (party: string, role: Online["role"]): Online => ({ party, role, place: place(party), availability: "available", since_ms: 0 });
const expected = (party: string, role: Online["role"], seen_at: number | null): Expected => ({ party, role, place: place(party), seen_at });

test("who is expected and not connected is listed: tablets first, then whoever left last, then those that never came", () => {
  const all = [
    expected("awa", "doctor", 50),
    expected("never", "kiosk", null),
    expected("nabadji", "kiosk", 10),
    expected("civol", "kiosk", 20),
    expected("ndouga", "kiosk", 30),
    expected("binta", "doctor", null),
  ];
  const here = [online("ndouga", "kiosk"), online("ops", "operator")];
  assert.deepEqual(absentFrom(all, here).map(({ party }) => party), ["civol", "nabadji", "never", "awa", "binta"]);
  assert.deepEqual(absentFrom(all, all.map(({ party, role }) => online(party, role))), []);
});
