import assert from "node:assert/strict";
import { test } from "node:test";
import type { Intake, Speciality } from "../../protocol/messages.ts";
import { layersFor } from "../webrtc/simulcast-layers.ts";
import { loudness } from "../platform/audio-level.ts";
import { type NetworkInformation, onNetworkChange } from "../platform/network.ts";
import { RULES } from "../../protocol/rules.ts";
import fr from "../../ui/texts/fr.json";
import { dangers, emptyIntake } from "../workflow/vitals.ts";
import golden from "./golden/dangers.jsonl";
import { namedCandidates } from "../webrtc/named-candidates.ts";
import { withoutIceLite, offerAudioNack, slimOffer, tuneAnswer } from "../webrtc/sdp.ts";

const lines = (...text: string[]) => text.map((line) => `${line}\r\n`).join("");
const AUDIO = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=mid:0",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;usedtx=0",
];
const DATA = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:1"];

test("the server's name stands once for each port and protocol that has an address of IPv4", () => {
  const candidates = ["1 1 udp 2130706431 192.0.2.1 8444 typ host", "2 1 udp 2130706175 198.51.100.7 8444 typ host", "3 1 udp 2130706431 2001:db8::1 8444 typ host", "4 1 tcp 1 192.0.2.1 443 typ host tcptype passive"];
  const answer = lines(...candidates.map((candidate) => `a=candidate:${candidate}`));
  const named = ["candidate:name 1 udp 2130706175 teranga.sn 8444 typ host", "candidate:name 1 tcp 1 teranga.sn 443 typ host tcptype passive"];
  assert.deepEqual(namedCandidates(answer, "teranga.sn"), named);
});

test("a server that is known by an address only has no candidates with its name", () => {
  const answer = lines("a=candidate:1 1 udp 2130706431 192.0.2.1 8444 typ host");
  const named = ["teranga.sn", "192.0.2.1", "[2001:db8::1]"].map((host) => namedCandidates(answer, host).length);
  assert.deepEqual(named, [1, 0, 0]);
});

test("an answer gets the packet time and discontinuous transmission in its audio sections only", () => {
  const tuned = tuneAnswer(lines("v=0", ...AUDIO, "a=ptime:20", ...DATA), { ptime_ms: 60, red_bps: 0, wide_band: true });
  const expected = lines(
    "v=0",
    ...AUDIO.slice(0, 3),
    "a=fmtp:111 minptime=10;useinbandfec=0;usedtx=1;maxplaybackrate=16000",
    "a=ptime:60",
    "a=maxptime:60",
    ...DATA,
  );
  assert.equal(tuned, expected);
  assert.equal(tuneAnswer(tuned, { ptime_ms: 60, red_bps: 0, wide_band: true }), tuned, "twice is once");
  const quick = tuneAnswer(tuned, { ptime_ms: 20, red_bps: 0, wide_band: false });
  assert.ok(quick.includes("useinbandfec=1") && quick.includes("a=ptime:20"), "there Opus has room for it");
  assert.ok(!quick.includes("maxplaybackrate"), "a thick voice has its full band again");
});

test("the voice is sent with RED if that stands first in the answer", () => {
  const audio = (formats: string) => lines("v=0", `m=audio 9 UDP/TLS/RTP/SAVPF ${formats}`, "a=rtpmap:63 red/48000/2", "a=rtpmap:111 opus/48000/2", "a=fmtp:63 111/111");
  const media = (sdp: string) => /^m=audio.*$/m.exec(sdp)?.[0].trim();
  const red = tuneAnswer(audio("111 63"), { ptime_ms: 60, red_bps: 8_000, wide_band: true });
  assert.equal(media(red), "m=audio 9 UDP/TLS/RTP/SAVPF 63 111");
  assert.match(red, /^a=fmtp:111 .*;maxaveragebitrate=8000;maxplaybackrate=16000\r$/m, "a rate makes a new encoder");
  assert.equal(media(tuneAnswer(red, { ptime_ms: 60, red_bps: 0, wide_band: true })), "m=audio 9 UDP/TLS/RTP/SAVPF 111 63");
  const plain = tuneAnswer(lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2"), { ptime_ms: 60, red_bps: 8_000, wide_band: true });
  assert.equal(media(plain), "m=audio 9 UDP/TLS/RTP/SAVPF 111", "the far side does not know it");
});

test("a browser without RED mends the same losses by FEC", () => {
  const tuned = (ptime_ms: number, ...red: string[]) =>
    tuneAnswer(lines("v=0", ...AUDIO, ...red), { ptime_ms, red_bps: 9_000, wide_band: true });
  assert.match(tuned(60), /useinbandfec=1;usedtx=1;maxaveragebitrate=9000;maxplaybackrate=16000\r/);
  assert.match(tuned(60, "a=rtpmap:63 red/48000/2"), /useinbandfec=0;usedtx=1;maxaveragebitrate=9000;maxplaybackrate=16000\r/);
  assert.match(tuned(120), /useinbandfec=0;usedtx=1;maxaveragebitrate=9000;maxplaybackrate=16000\r/, "no receiver finds FEC in longer packets");
});

test("audio NACK is offered once, in audio sections only", () => {
  const expected = lines("v=0", ...AUDIO.slice(0, 3), "a=rtcp-fb:111 nack", AUDIO[3]!, ...DATA);
  assert.equal(offerAudioNack(lines("v=0", ...AUDIO, ...DATA)), expected);
  assert.equal(offerAudioNack(expected), expected);
});

test("an offer is sent without candidates", () => {
  const full = lines(
    "v=0",
    "a=msid-semantic: WMS",
    ...AUDIO,
    "a=candidate:1 1 udp 1 10.0.0.1 9 typ host",
    "a=ice-options:trickle",
  );
  assert.equal(slimOffer(full), lines("v=0", ...AUDIO));
});

test("an offer describes its transport once", () => {
  const transport = ["a=ice-ufrag:x", "a=ice-pwd:y", "a=fingerprint:sha-256 AA", "a=setup:actpass"];
  const full = lines("v=0", ...AUDIO, ...transport, "a=ssrc:1 cname:c", "a=ssrc:1 msid:- m", ...DATA, ...transport);
  assert.equal(slimOffer(full), lines("v=0", ...AUDIO, ...transport, "a=ssrc:1 cname:c", ...DATA));
});

test("the ICE-lite mark is removed from an answer", () => {
  assert.equal(withoutIceLite(lines("v=0", "a=ice-lite", ...AUDIO)), lines("v=0", ...AUDIO));
});

test("simulcast layers never exceed the permitted bit rate", () => {
  assert.ok(layersFor(null).every(({ active }) => !active));
  for (let bps = 80_000; bps <= 3_000_000; bps += 10_000) {
    const active = layersFor(bps).filter((layer) => layer.active);
    const total = active.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0);
    assert.equal(total, bps);
    assert.equal(layersFor(bps)[0]!.active, true, "the smallest layer is always there");
  }
  assert.equal(layersFor(1_200_000).filter(({ active }) => active).length, 3);
});

test("a camera that gives another size than it was asked for is sent with as many lines", () => {
  const sent = (bps: number, lines: number) => lines / layersFor(bps, lines)[0]!.scaleResolutionDownBy;
  for (const lines of [480, 540, 720])
    assert.deepEqual([50_000, 70_000, 120_000, 250_000].map((bps) => Math.round(sent(bps, lines))), [180, 180, 240, 270]);
  assert.equal(sent(120_000, 144), 144, "a small picture is not scaled up");
  assert.ok(layersFor(120_000)[0]!.maxFramerate >= 12);
});

test("what is typed is judged as the server judges it, on thousands of forms", () => {
  const rows = golden.trim().split("\n");
  assert.ok(rows.length >= 2000);
  for (const row of rows) {
    const [speciality, form, expected] = JSON.parse(row) as [Speciality, Partial<Intake>, string[]];
    const found = dangers({ ...emptyIntake(), ...form }, speciality);
    assert.deepEqual(
      found.map(({ vital, severity, word }) => `${vital} ${severity} ${word}`),
      expected,
      row,
    );
  }
});

test("every danger has a sentence in the catalogue", () => {
  for (const [, , word] of RULES) assert.ok(`client.danger.${word}` in fr, word);
});

test("the level of silence is 0, that of a full tone nearly 1", () => {
  assert.equal(loudness(new Float32Array(100)), 0);
  const tone = Float32Array.from({ length: 4800 }, (_, i) => Math.sin(i / 10));
  assert.ok(loudness(tone) > 0.9 && loudness(tone) <= 1);
});

test("a change of the estimated rate is no change of network", () => {
  const network = Object.assign(new EventTarget(), { type: "wifi" as string | undefined });
  let times = 0;
  onNetworkChange(network as NetworkInformation, () => times++);
  const changes = (type: string | undefined) => {
    network.type = type;
    network.dispatchEvent(new Event("change"));
    return times;
  };
  assert.equal(changes("wifi"), 0);
  assert.equal(changes("cellular"), 1);
  assert.equal(changes("cellular"), 1);
  assert.equal(changes("wifi"), 2);
  onNetworkChange(undefined, () => times++);
});
