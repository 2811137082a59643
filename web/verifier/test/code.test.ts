import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchText } from "../code.ts";
import { answering, requests } from "./server.ts";

test("the text of a code comes from the server, or the reason why there is none", async () => {
  answering({ text: "HC1:ABC" });
  assert.deepEqual(await fetchText("7K3M9-QRT2X"), { text: "HC1:ABC" });
  assert.deepEqual(requests, ["/api/verifier/codes"]);
  const refusals = [
    [404, { code: "not_found" }, "not_found"],
    [429, { code: "too_many_attempts", retry_after_s: 60 }, "too_many"],
    [429, { code: "too_fast" }, "too_many"],
    [503, { code: "draining" }, "unanswered"],
    [500, {}, "unanswered"],
    [200, { text: 7 }, "unanswered"],
  ] as const;
  for (const [status, body, why] of refusals) {
    answering(body, status);
    assert.deepEqual(await fetchText("7K3M9-QRT2X"), { why }, String(status));
  }
  answering(null);
  assert.deepEqual(await fetchText("7K3M9-QRT2X"), { why: "offline" });
});
