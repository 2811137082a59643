import assert from "node:assert/strict";
import { test } from "node:test";
import { wayOf } from "../Reach.tsx";

test("a number counts only where the server sends SMS, and a server without them asks to keep the page open", () => {
  assert.equal(wayOf({ sms: true, phone: "+221 …67" }), "sms");
  assert.equal(wayOf({ sms: true, phone: null }), "no_number");
  assert.equal(wayOf({ sms: false, phone: "+221 …67" }), "none");
});
