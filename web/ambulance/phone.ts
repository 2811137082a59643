/**
 * The state of the page of an ambulance: the link, whose call it is for, and the call itself. The page keeps nothing of the call, and its session is a
 * cookie, by which it comes back after a reload or a restart of the server.
 */

import { computed, signal } from "@preact/signals";
import { Call } from "../client/call.ts";
import { pageClock } from "../client/platform/clock.ts";
import { Devices } from "../client/platform/devices.ts";
import { type NetworkInformation, onNetworkChange } from "../client/platform/network.ts";
import { Speaker } from "../client/platform/speaker.ts";
import { keepAwake } from "../client/platform/wake-lock.ts";
import { Connection } from "../client/signalling/connection.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import { ApiError, get, post } from "../client/signalling/session.ts";
import { pageVoiceTransform } from "../client/webrtc/voice-transform.ts";
import type { Call as Entered, ErrorCode, Member, MemberId } from "../protocol/messages.ts";
import type { AmbulanceCall, JoinAmbulance, LookAtAmbulance } from "../protocol/referrals.ts";
import { keyFor, secretInAddress } from "./link.ts";

/**
 * `loading`: nothing is known yet · `code`: a code is wanted · `name`: the link is good, and a name is wanted · `ready`: a touch enters the call · `call`: in it,
 * or on the way · `over`: the call has ended, or the journey · `out`: the link was withdrawn or replaced.
 */
export type Stand = "loading" | "code" | "name" | "ready" | "call" | "over" | "out";

/** Where the page stands. */
export const stand = signal<Stand>("loading");
/** The call to which the link leads; null before that is known. */
export const told = signal<AmbulanceCall | null>(null);
/** The other people in the call. */
export const others = signal<readonly Member[]>([]);
/** The stable code for which the server does not let us in now; null if it does. */
export const refusal = signal<ErrorCode | null>(null);
/** The refusal of what was done last; null if it went well. */
export const fault = signal<unknown>(null);

let code = "";
let me: MemberId | null = null;

export const devices = new Devices();
export const speaker = new Speaker();
export const connection = new Connection(
  {
    ...pagePorts,
    open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/ambulance/ws`),
    signedIn: () => own().then(() => true, (error: ApiError) => error.code !== "signed_out"),
  },
  true,
);
export const call = new Call(connection, devices, {
  clock: pageClock,
  voiceTransform: pageVoiceTransform,
  peer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
  play: (streams) => speaker.play(streams),
});

const own = () => get<AmbulanceCall>("/api/ambulance");
const isInCall = computed(() => stand.value === "call");

/** Begins: with the session of this browser, or with the link in the address, or by asking for a code. */
export async function begin(): Promise<void> {
  const secret = secretInAddress();
  if (secret) return look(secret);
  try {
    shown(await own(), "ready");
  } catch (error) {
    if ((error as ApiError).code === "signed_out") stand.value = "code";
    else setTimeout(() => void begin(), AGAIN_MS);
  }
}

/** Asks whose call a link is for. */
export async function look(typed: string): Promise<void> {
  code = typed.trim();
  const body: LookAtAmbulance = { code };
  try {
    shown(await post<AmbulanceCall>("/api/ambulance/look", body), "name");
    fault.value = null;
  } catch (error) {
    // This browser may be the one that has opened it.
    const back = (error as ApiError).code === "ambulance_link" ? await own().catch(() => null) : null;
    if (back) return shown(back, "ready");
    fault.value = error;
    stand.value = "code";
  }
}

/** Opens the link and enters the call. Nothing is opened before the microphone works, because a link opens once. */
export async function join(name: string): Promise<void> {
  if (!(await micWorks())) return;
  const body: JoinAmbulance = { code, key: keyFor(code), name: name.trim() };
  try {
    shown(await post<AmbulanceCall>("/api/ambulance/join", body), "ready");
    enterCall();
  } catch (error) {
    devices.close();
    fault.value = error;
    if ((error as ApiError).code === "ambulance_over") stand.value = "over";
    if ((error as ApiError).code === "ambulance_link") stand.value = "code";
  }
}

/** Enters the call again, after a reload or after hanging up. */
export async function comeBack(): Promise<void> {
  if (await micWorks()) enterCall();
}

/** Leaves the call; the session stays, so that whoever is in the ambulance can come back. */
export function hangUp(): void {
  const consultation = told.peek()?.consultation;
  if (consultation) connection.send({ type: "leave", consultation });
  leave("ready");
}

async function micWorks(): Promise<boolean> {
  fault.value = null;
  await devices.open({ camera: false });
  return devices.mic.peek() === "on";
}

function enterCall(): void {
  refusal.value = null;
  stand.value = "call";
  connection.start();
}

function shown(next: AmbulanceCall, then: Stand): void {
  told.value = next;
  stand.value = next.over ? "over" : then;
}

/** Leaves the call, if the page is in it, and stands there. */
function leave(next: Stand): void {
  stand.value = next;
  connection.stop();
  call.end();
  devices.close();
  others.value = [];
}

function entered(now: Entered): void {
  me = now.member;
  refusal.value = null;
  others.value = now.members.filter(({ member }) => member !== me);
  call.enter(now.consultation, now.grant);
  // A link on the road is for the voices.
  call.setVoiceOnly(true);
}

/** The server has let us in nowhere: the call is over, or we ask again in a moment. */
async function notEntered(): Promise<void> {
  try {
    const now = await own();
    if (stand.peek() !== "call" || call.state.peek().at !== "idle") return;
    told.value = now;
    if (now.over) leave("over");
    else setTimeout(again, AGAIN_MS);
  } catch (error) {
    if ((error as ApiError).code === "signed_out") leave("out");
    else setTimeout(again, AGAIN_MS);
  }
}

function again(): void {
  if (stand.peek() !== "call" || call.state.peek().at !== "idle" || connection.state.peek().at !== "ready") return;
  connection.stop();
  connection.start();
}

connection.on("welcome", ({ call: held }) => {
  if (held) call.reconnected(held.grant);
  else call.end();
  if (held) entered(held);
  else setTimeout(() => call.state.peek().at === "idle" && void notEntered(), ENTERS_MS);
});
connection.on("call", entered);
connection.on("closed", () => leave("over"));
connection.on("error", ({ of, code }) => of === "hello" && (refusal.value = code));
connection.state.subscribe((state) => {
  if (state.at !== "ended" || state.reason === "stopped" || stand.peek() !== "call") return;
  // The link was withdrawn, or the patient has arrived: the server knows which.
  void own().then(
    (now) => (leave(now.over ? "over" : "ready"), (told.value = now)),
    (error: ApiError) => leave(error.code === "signed_out" ? "out" : "ready"),
  );
});
keepAwake(isInCall);
addEventListener("online", () => call.networkChanged());
onNetworkChange((navigator as { connection?: NetworkInformation }).connection, () => call.networkChanged());

/** The time in which the server lets us in after its welcome; and the time after which we ask again. */
const ENTERS_MS = 1500;
const AGAIN_MS = 4000;
