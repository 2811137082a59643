/** The identity of a kiosk: an ECDSA P-256 key that cannot leave this browser, enrolled once with a one-time code. */

import type { Identity } from "../../protocol/messages.ts";
import { Disk } from "../platform/disk.ts";
import { ApiError, post } from "./session.ts";

/** The enrolment that is stored in the browser. */
interface Enrolled {
  device: string;
  keys: CryptoKeyPair;
}

const disk = new Disk("device");
/** The enrolment that this page has read or made. It outlives a database that the browser closes or empties under the page. */
let known: Enrolled | undefined;
/** The enrolment that is under way. The server ends the sessions of the key before it answers, so signing in waits for the new key. */
let enrolling: Promise<unknown> = Promise.resolve();

/** The id of the device that this browser is enrolled as; null if it is not. Rejects if the disk cannot be read just now. */
export async function enrolledDevice(): Promise<string | null> {
  return (await load())?.device ?? null;
}

/** Makes a key and enrols it with the code, which is used up. Throws ApiError. */
export function enroll(code: string): Promise<string> {
  const enrolled = makeKey(code);
  enrolling = enrolled.catch(() => undefined);
  return enrolled;
}

async function makeKey(code: string): Promise<string> {
  const keys = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
  const public_key = base64url(await crypto.subtle.exportKey("raw", keys.publicKey));
  const { device } = await post<{ device: string }>("/api/devices/enroll", { code, public_key });
  known = { device, keys };
  // The code is used up: a disk that fails costs a new code at the next start, and not the work of today.
  await disk.put("keys", ENROLLED, known).catch(() => undefined);
  return device;
}

/** Signs in by signing the server's challenge. Throws ApiError; `device` means revoked or never enrolled. */
export async function signInDevice(): Promise<Identity> {
  await enrolling;
  const enrolled = await load();
  if (!enrolled) throw new ApiError("device");
  const { device, keys } = enrolled;
  const { challenge } = await post<{ challenge: string }>("/api/devices/challenge", { device });
  const signed = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    keys.privateKey,
    bytes(challenge),
  );
  return post<Identity>("/api/devices/signin", { device, challenge, signature: base64url(signed) });
}

async function load(): Promise<Enrolled | undefined> {
  try {
    known = (await disk.get<Enrolled>("keys", ENROLLED)) ?? known;
  } catch (error) {
    if (!known) throw error;
  }
  return known;
}

function base64url(buffer: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

const ENROLLED = "enrolled";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
