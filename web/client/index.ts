/**
 * The brain that the three apps share. No DOM, no framework: state is read from signals, and screens only draw it.
 *
 *     const client = new Client({ role: "kiosk" });   // or "doctor", "operator"
 *     client.start();                                  // once signed in (session.ts, devicekey.ts)
 *
 *     client.connection.state   connecting | ready | lost (with since) | elsewhere | ended (with reason)
 *     client.connection.rttMs   measured round trip
 *     client.identity           who the server takes us for
 *     client.post               a kiosk's side:   roster, request → saved → sent → waiting, cancel
 *     client.desk               a doctor's side:  availability, queue, ring, claim and who was faster
 *     client.consultation       the consultation that goes on: members, record, advice, links, how it ended
 *     client.call               voice and video: streams by member, mute, camera, figures, outage
 *     client.call.pictures      slow pictures where the link carries no camera: of(member), sending
 *     client.devices            microphone, camera, the check before the first call
 *     client.speaker            plays the others' voices by itself; `blocked` when the browser wants a touch first
 *     client.outbox             what was said and is not acknowledged yet
 *     client.drafts             forms and texts being typed; Notebook keeps a specialist's notes with both
 *
 * Times are `performance.now()` milliseconds, never the wall clock: a kiosk's clock may be wrong. What the server
 * sends as an age (`waited_ms`) is turned into a start time on arrival (`since`), so a screen shows
 * `now() - since` and needs no message to count on. `now` and the ticking `seconds` come from clock.ts.
 */
export { Client, type ClientOptions } from "./client.ts";
export { type Clock, now, pageClock, seconds } from "./platform/clock.ts";
export { Connection, type ConnectionState, type EndReason } from "./signalling/connection.ts";
export { Call, type CallState } from "./call.ts";
export { type MemberStats } from "./quality/stats.ts";
export { type Picture } from "./pictures/lazy.ts";
export { Consultation, type Ongoing } from "./workflow/consultation.ts";
export { Desk, type Row, type Notice } from "./workflow/desk.ts";
export { Post, type PendingRequest, type WaitState } from "./workflow/post.ts";
export { Devices, type DeviceState } from "./platform/devices.ts";
export { audioContext, levelOf, playNotes, testTone } from "./platform/audio-level.ts";
export { Outbox, type OutboxItem } from "./offline/outbox.ts";
export { Speaker } from "./platform/speaker.ts";
export { Notebook, type NoteState } from "./workflow/notebook.ts";
export { Drafts } from "./offline/drafts.ts";
export { enroll, enrolledDevice, signInDevice } from "./signalling/device-key.ts";
export { ApiError, get, me, signIn, signOut } from "./signalling/session.ts";
export { type Danger, type Sentence, type VitalName, dangers, emptyIntake } from "./workflow/vitals.ts";
export { type AppName, registerApp } from "./offline/update.ts";
