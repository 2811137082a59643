import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { test } from "node:test";
import { enroll, enrolledDevice, signInDevice } from "../signalling/device-key.ts";

/** A server that knows one device by the key that was enrolled last, and answers an enrolment when the test lets it. */
function fakeServer() {
  let key: string | null = null;
  let answered = Promise.resolve();
  const asked: string[] = [];
  const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  const isSigned = async ({ challenge, signature }: Record<string, string>) => {
    const raw = (text: string) => Buffer.from(text, "base64url");
    const how = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const known = await crypto.subtle.importKey("raw", raw(key!), how, false, ["verify"]);
    return crypto.subtle.verify(how, known, raw(signature!), raw(challenge!));
  };
  globalThis.fetch = async (address, init) => {
    const path = new URL(String(address), "https://localhost").pathname;
    const body = JSON.parse(String(init?.body ?? "{}"));
    asked.push(path.split("/").at(-1)!);
    if (path.endsWith("enroll")) {
      key = body.public_key;
      await answered;
      return answer(200, { device: "kiosk-nabadji-1" });
    }
    if (path.endsWith("challenge")) return answer(200, { challenge: "AAAA" });
    return (await isSigned(body)) ? answer(200, { party: "kiosk-nabadji-1" }) : answer(403, { code: "device" });
  };
  const hold = () => {
    let release = () => {};
    answered = new Promise((resolve) => (release = resolve));
    return release;
  };
  return { asked, hold };
}

test("a tablet that is enrolled anew signs in with its new key, although its old session ends before the answer comes", async () => {
  Object.assign(globalThis, { indexedDB: new IDBFactory(), navigator: {} });
  const server = fakeServer();
  await enroll("AAAA");
  assert.deepEqual(await signInDevice(), { party: "kiosk-nabadji-1" });
  const release = server.hold();
  const enrolled = enroll("BBBB");
  while (!server.asked.slice(3).includes("enroll")) await new Promise((resolve) => setTimeout(resolve, 1));
  const signedIn = signInDevice();
  await new Promise((resolve) => setTimeout(resolve, 20));
  release();
  await enrolled;
  assert.deepEqual(await signedIn, { party: "kiosk-nabadji-1" });
  assert.equal(await enrolledDevice(), "kiosk-nabadji-1");
});
