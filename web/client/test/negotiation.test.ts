import assert from "node:assert/strict";
import { test } from "node:test";
import { Negotiation } from "../webrtc/negotiation.ts";
import { settled } from "./fake-server.ts";

function rig({ connected = true, broken = "" } = {}) {
  const log: string[] = [];
  let offers = 0;
  const world = { connected, broken };
  /** Does one step of the exchange, or rejects as a browser does. */
  const step = async (name: string, line: string) => {
    if (world.broken === name) throw new DOMException(name, "OperationError");
    log.push(line);
  };
  const negotiation = new Negotiation({
    offer: async () => {
      if (world.broken === "offer") throw new DOMException("offer", "OperationError");
      return `offer${++offers}`;
    },
    send: (sdp) => (log.push(world.connected ? sdp : `(${sdp})`), world.connected),
    apply: (sdp) => step("apply", `apply ${sdp}`),
    rollback: () => step("rollback", "rollback"),
    reapply: () => step("reapply", "reapply"),
    failed: () => void log.push("failed"),
  });
  return { negotiation, log, world };
}

test("requests during an exchange become one next offer", async () => {
  const { negotiation, log } = rig();
  negotiation.request();
  await settled();
  negotiation.request();
  negotiation.request();
  negotiation.reapply();
  await settled();
  assert.deepEqual(log, ["offer1"]);
  await negotiation.answer("a");
  await settled();
  assert.deepEqual(log, ["offer1", "apply a", "offer2"], "an offer brings the parameters with it");
});

test("an offer made while offline is sent on the next socket, and an unexpected answer is ignored", async () => {
  const { negotiation, log, world } = rig({ connected: false });
  await negotiation.answer("stale");
  negotiation.request();
  await settled();
  world.connected = true;
  negotiation.repeat();
  negotiation.repeat();
  await negotiation.answer("a");
  await negotiation.answer("a");
  negotiation.repeat();
  assert.deepEqual(log, ["(offer1)", "offer1", "offer1", "apply a"]);
});

test("a refused offer is rolled back, and the next one is sent", async () => {
  const { negotiation, log } = rig();
  negotiation.request();
  await settled();
  negotiation.request();
  await negotiation.refused();
  await settled();
  assert.deepEqual(log, ["offer1", "rollback", "offer2"]);
});

test("applying parameters again sends nothing", async () => {
  const { negotiation, log } = rig();
  negotiation.reapply();
  await settled();
  assert.deepEqual(log, ["reapply"]);
});

test("nothing happens after close", async () => {
  const { negotiation, log } = rig();
  negotiation.request();
  negotiation.close();
  await settled();
  negotiation.request();
  await settled();
  assert.deepEqual(log, []);
});

for (const broken of ["offer", "apply", "reapply"])
  test(`a browser that rejects in "${broken}" leaves no state behind: it is told, and the next exchange runs`, async () => {
    const { negotiation, log, world } = rig({ broken });
    if (broken === "reapply") negotiation.reapply();
    else negotiation.request();
    await settled();
    await negotiation.answer("bad");
    await settled();
    assert.deepEqual(log.slice(-2), ["rollback", "failed"]);
    world.broken = "";
    negotiation.request();
    await settled();
    await negotiation.answer("good");
    negotiation.reapply();
    await settled();
    assert.deepEqual(log.slice(-2), ["apply good", "reapply"]);
  });

test("a refused offer that cannot be taken back is a failure, too", async () => {
  const { negotiation, log } = rig({ broken: "rollback" });
  negotiation.request();
  await settled();
  await negotiation.refused();
  await settled();
  assert.deepEqual(log, ["offer1", "failed"]);
});
