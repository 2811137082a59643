import assert from "node:assert/strict";
import { test } from "node:test";
import type { Publication } from "../../protocol/api.ts";
import { current, remainsText, troubleText } from "../published/words.ts";

const one = (part: Partial<Publication>): Publication => ({ key: "k", state: "waiting", actor: "nobody", made_at: 1, at: 2, ...part });

test("the newest version counts that was not replaced before it was sent", () => {
  assert.equal(current([]), null);
  const replaced = one({ state: "dropped", trouble: "replaced" });
  const [sent, refused] = [one({ state: "sent" }), one({ state: "refused", trouble: "refused" })];
  assert.equal(current([sent, replaced]), sent);
  assert.equal(current([replaced, sent, refused]), refused);
  assert.equal(current([replaced]), replaced);
  const dropped = one({ state: "dropped", trouble: "withdrawn" });
  assert.equal(current([dropped]), dropped);
  assert.equal(current([sent, dropped]), sent, "what was sent before the withdrawal is there");
});

test("a trouble is told with who can do something about it", () => {
  assert.equal(troubleText(one({ state: "sent" })), "");
  assert.match(troubleText(one({ trouble: "unreachable" })), /réessayé tout seul\.$/);
  assert.match(troubleText(one({ trouble: "other_patient", actor: "post" })), /autre personne\. Le poste doit/);
});

test("after a withdrawal, what was sent is told with somebody to turn to", () => {
  const sent = remainsText({ remains: "sent" });
  assert.match(sent, /^Ce qui a déjà été envoyé au dossier national y reste/);
  assert.match(sent, /responsables du dossier national\.$/);
  assert.match(remainsText({ remains: "sent", contact: "Cellule DPP, 33 800 00 00" }), /s’adresse à\s: Cellule DPP, 33 800 00 00\.$/);
  assert.match(remainsText({ remains: "unclear" }), /pas encore s’il est arrivé.*s’adresse/);
  assert.match(remainsText("unknown"), /Ce qui a été envoyé y reste.*s’adresse/);
  assert.equal(remainsText({ remains: "nothing" }), "Rien de cette consultation n’a été envoyé au dossier national.");
});
