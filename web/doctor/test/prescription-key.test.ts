import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceNow } from "../../client/platform/wall-clock.ts";
import type { OwnKey } from "../../protocol/prescriptions.ts";
import { type Page, type ToldKey, troubleOf, watchKey } from "../prescription/editor/own-key.ts";

const DAY = 24 * 60 * 60_000;
const soon = () => new Promise((resolve) => setTimeout(resolve));

/** A page whose key is told by a server whose date is `at`. */
function desk() {
  const document = Object.assign(new EventTarget(), { hidden: false });
  const window = new EventTarget();
  const server = { at: deviceNow() + 400 * DAY, asked: 0, isAway: false };
  const told: ToldKey[] = [];
  const read = async (): Promise<OwnKey> => {
    server.asked++;
    if (server.isAway) throw new Error();
    return { valid_until: server.at + 300 * DAY, expired: false, not_begun: false, at: server.at };
  };
  const end = watchKey(read, (key) => void told.push(key), { document, window } as unknown as Page);
  const trouble = () => troubleOf(told.at(-1)!, server.at, told.at(-1)!.device);
  return { document, window, server, told, end, trouble };
}

test("a date that was set right is seen when the doctor comes back to the page", async () => {
  const { document, window, server, told, end, trouble } = desk();
  await soon();
  assert.equal(trouble(), "clocks");
  server.at = deviceNow();
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await soon();
  assert.equal(server.asked, 1, "nobody looks at a hidden page");
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("focus"));
  await soon();
  assert.equal(server.asked, 2, "one question for both");
  assert.equal(trouble(), null);
  window.dispatchEvent(new Event("focus"));
  await soon();
  assert.equal(told.length, 3, "a window that was over the page does not hide it");
  end();
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("focus"));
  await soon();
  assert.equal(server.asked, 3);
});

test("what was told of the key stays while the server cannot tell more", async () => {
  const { window, server, told, end } = desk();
  await soon();
  server.isAway = true;
  window.dispatchEvent(new Event("focus"));
  await soon();
  server.isAway = false;
  window.dispatchEvent(new Event("focus"));
  end();
  await soon();
  assert.deepEqual([server.asked, told.length], [3, 1], "a failure and an answer after the end tell nothing");
});
