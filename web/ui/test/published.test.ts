import assert from "node:assert/strict";
import { test } from "node:test";
import type { Publication } from "../../protocol/api.ts";
import { current, troubleText } from "../published/words.ts";

const one = (part: Partial<Publication>): Publication => ({ key: "k", state: "waiting", actor: "nobody", made_at: 1, at: 2, ...part });

test("the newest version counts that was not replaced before it was sent", () => {
  assert.equal(current([]), null);
  const replaced = one({ state: "dropped", trouble: "replaced" });
  const [sent, refused] = [one({ state: "sent" }), one({ state: "refused", trouble: "refused" })];
  assert.equal(current([sent, replaced]), sent);
  assert.equal(current([replaced, sent, refused]), refused);
  assert.equal(current([replaced]), replaced);
});

test("a trouble is told with who can do something about it", () => {
  assert.equal(troubleText(one({ state: "sent" })), "");
  assert.match(troubleText(one({ trouble: "unreachable" })), /réessayé tout seul\.$/);
  assert.match(troubleText(one({ trouble: "other_patient", actor: "post" })), /autre personne\. Le poste doit/);
});
