import assert from "node:assert/strict";
import { test } from "node:test";
import type { OwnProposal } from "../../protocol/api.ts";
import type { Place } from "../../protocol/messages.ts";
import { choicesFor, type KeptProposal, rowsOf, typedPhone } from "../nearest/choices.ts";

const place: Place = { id: "ogo", name: "Ogo", district: "Matam", region: "Matam", phone: "33 1" };

test("what may be proposed is what is said, turned round, the capabilities that are there first", () => {
  const choices = choicesFor({ hours: "24h", capabilities: ["maternity", "cesarean"] });
  assert.deepEqual(choices.slice(0, 5), [
    { kind: "closed", closed: true },
    { kind: "hours", hours: "day" },
    { kind: "capability", capability: "cesarean", present: false },
    { kind: "capability", capability: "maternity", present: false },
    { kind: "capability", capability: "surgery", present: true },
  ]);
  assert.equal(choices.length, 2 + 8);
});

test("a telephone number is what the server takes", () => {
  for (const typed of [" 33 966 11 22 ", "+221 33 966 11 22", "18"]) assert.equal(typedPhone(typed), typed.trim());
  for (const typed of ["", "1", "call me", "33 966 11 22 poste 4", "1".repeat(41)]) assert.equal(typedPhone(typed), null, typed);
});

test("what has not left stands first, and only until the server has it", () => {
  const change = { kind: "phone", phone: "33 2" } as const;
  const kept = (proposal: string): KeptProposal => ({ proposal, structure: place, change, remark: "", proof: "" });
  const told: OwnProposal = { proposal: "a", structure: place, at: 5, staff: null, change, state: "rejected", decided_at: 9, reason: "Le numéro est bon." };
  const rows = rowsOf([told], [
    { body: kept("a"), refusal: null },
    { body: kept("b"), refusal: null },
    { body: kept("c"), refusal: "proposals_full" },
  ]);
  assert.deepEqual(
    rows.map(({ proposal, state, at, reason, refusal }) => [proposal, state, at, reason, refusal]),
    [
      ["b", "kept", null, "", null],
      ["c", "refused", null, "", "proposals_full"],
      ["a", "rejected", 9, "Le numéro est bon.", null],
    ],
  );
});
