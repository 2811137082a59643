/**
 * The client that all pages share. It has no DOM and no framework: its state is in signals, and screens only draw it.
 *
 *     const client = new Client({ role: "kiosk" });   // or "doctor", "operator"
 *     client.start();                                  // once signed in (signalling/)
 *
 *     client.connection.state   connecting | ready | lost (with since) | elsewhere | ended (with reason)
 *     client.connection.rttMs   the measured round trip
 *     client.identity           who is signed in
 *     client.post               the kiosk's side:   roster, request → saved → sent → waiting, cancel
 *     client.desk               the doctor's side:  availability, queue, ring, claim, notices
 *     client.cases              deferred cases, what is due first coming first; CaseActs and CaseContents are loaded later
 *     client.consultation       the running consultation: members, record, advice, links, outcome
 *     client.call               voice and video: streams by member, mute, camera, statistics, outage
 *     client.call.pictures      slow pictures where the link carries no camera: of(member), sending
 *     client.devices            microphone and camera
 *     client.speaker            plays the others' voices; `blocked` while the browser wants a touch first
 *     client.outbox             messages that are not acknowledged yet
 *     client.drafts             forms and texts that are being typed; a Notebook keeps a doctor's notes in both
 *
 * Times are milliseconds of `performance.now()`, because a kiosk's clock may be wrong; what needs a date takes the server's, `wallNow()` of `platform/wall-clock.ts`. An age that
 * the server sends (`waited_ms`) becomes a start time on arrival (`since`), so a screen shows `now() - since` and needs no
 * further message. `now` and the ticking `seconds` come from `platform/clock.ts`.
 */
export { Client, type ClientOptions } from "./client.ts";
export { type Clock, now, pageClock, seconds } from "./platform/clock.ts";
export { Connection, type ConnectionState, type EndReason } from "./signalling/connection.ts";
export { Call, type CallState } from "./call.ts";
export { type MemberStats } from "./quality/stats.ts";
export { type Picture } from "./pictures/types.ts";
export { Consultation, type Ongoing } from "./workflow/consultation.ts";
export { correctionOf } from "./workflow/advice.ts";
export { type Case, Cases } from "./workflow/cases.ts";
export { Desk, type Row, type Notice } from "./workflow/desk.ts";
export { Post, type PendingRequest } from "./workflow/post.ts";
export { type RingingAgain, type WaitState, ringing } from "./workflow/wait.ts";
export { Devices, type DeviceState } from "./platform/devices.ts";
export { audioContext, levelOf, playNotes, testTone } from "./platform/audio-level.ts";
export { Outbox, type OutboxItem } from "./offline/outbox.ts";
export { Speaker } from "./platform/speaker.ts";
export { Notebook, type NoteState } from "./workflow/notebook.ts";
export { Drafts } from "./offline/drafts.ts";
export { enroll, enrolledDevice, signInDevice } from "./signalling/device-key.ts";
export { ApiError, get, me, signIn, signOut } from "./signalling/session.ts";
