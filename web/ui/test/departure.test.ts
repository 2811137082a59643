import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member, MemberState } from "../../protocol/messages.ts";
import { departure } from "../departure.ts";

const place = { id: "p", name: "Matam", district: "Matam", region: "Matam", phone: "" };
const samba = (state: MemberState): Member => ({ member: 2, name: "Samba Sow", role: "guest", place, holds: false, state, voice: "flows", deaf: false });

test("whoever leaves the call is told by name, and a lost link or a declined invitation is no departure", () => {
  assert.equal(departure([samba("here")], [], 1), "Samba Sow");
  assert.equal(departure([samba("lost")], [samba("left")], 1), "Samba Sow");
  assert.equal(departure([samba("here")], [samba("lost")], 1), null);
  assert.equal(departure([samba("invited")], [], 1), null);
  assert.equal(departure([samba("here")], [], 2), null, "not ourselves");
});
