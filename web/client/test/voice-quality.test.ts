import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member } from "../../protocol/messages.ts";
import { OneWayAudio, type AudioFlow } from "../quality/one-way-audio.ts";
import { MicSilence } from "../quality/mic-silence.ts";
import { MutedSpeech } from "../quality/muted-speech.ts";
import { PathWatch } from "../quality/path-watch.ts";

const power = (decibels: number) => 10 ** (decibels / 10);

/** One character for each half second: `.` sound is assumed, `?` a test, `x` a dead microphone, `-` a reset. */
function tested(levels: (number | null)[], isSilent: (second: number) => boolean): string {
  const silence = new MicSilence();
  let [energy, duration_s] = [0, 0];
  return levels
    .map((level, i) => {
      const now = i * 500;
      if (level === null) return (silence.reset(), "-");
      energy += power(level) * 0.5;
      duration_s += 0.5;
      const tests = silence.update(now, { energy, duration_s });
      if (tests) silence.tested(now, isSilent(now / 1000));
      return tests ? "?" : silence.dead ? "x" : ".";
    })
    .join("");
}
const half = (level: number | null, seconds: number): (number | null)[] => Array(seconds * 2).fill(level);
const always = () => true;
const never = () => false;

test("the unprocessed microphone is tested after 5 s without sound, and again until it is alive", () => {
  assert.equal(tested(half(-Infinity, 9), always), "..........?xxxxx?x");
  assert.equal(tested(half(-80, 12), (second) => second < 8), "..........?xxxxx?.......");
  assert.equal(tested([...half(-Infinity, 6), -30, ...half(-Infinity, 1)], always), "..........?x...", "sound ends it at once");
});

test("a quiet microphone is tested more and more seldom, and one that gives sound never", () => {
  const asked = [...tested(half(-90, 200), never)].flatMap((mark, i) => (mark === "?" ? [i / 2] : []));
  assert.deepEqual(asked, [5, 10, 20, 40, 80, 140, 200].slice(0, asked.length));
  assert.ok(!tested(half(-40, 60), always).includes("?"));
});

test("muting forgets what was counted, and a source without counters is not judged", () => {
  assert.equal(tested([...half(-Infinity, 4), null, ...half(-Infinity, 4)], always), "........-........");
  const silence = new MicSilence();
  assert.equal(silence.update(60_000, null), false);
  const stuck = { energy: 1, duration_s: 3 };
  const looks = Array.from({ length: 12 }, (_, i) => silence.update(i * 500, stuck));
  assert.ok(looks.includes(true), "one that stands still is asked");
});

test("muted speech is loud for most of a second and a half, and a short noise is not", () => {
  const speech = new MutedSpeech();
  const looks = (level: number, count: number) =>
    Array.from({ length: count }, () => speech.update(level)).includes(true);
  assert.equal(looks(0.2, 50), false, "a ward");
  assert.equal(looks(0.8, 3), false, "a door");
  assert.equal(looks(0.2, 20), false);
  assert.equal(looks(0.65, 8), true, "speech");
});

const PLACE = { id: "", name: "", district: "", region: "", phone: "" };
const member = (id: number, said: Partial<Member> = {}): Member => ({
  member: id,
  name: `m${id}`,
  role: "doctor",
  place: PLACE,
  holds: false,
  state: "here",
  voice: "flows",
  deaf: false,
  ...said,
});

/** A call of two members. Each half second a packet is sent and one comes, unless `change` says otherwise. */
function rig() {
  const audio = new OneWayAudio();
  let now = 0;
  const counts = { sent: 0, came: 0 };
  const run = (seconds: number, change: { sends?: boolean; comes?: boolean; me?: Partial<Member>; other?: Partial<Member> } = {}) => {
    const repairs: string[] = [];
    for (let i = 0; i < seconds * 2; i++) {
      now += 500;
      counts.sent += change.sends === false ? 0 : 1;
      counts.came += change.comes === false ? 0 : 1;
      const flow: AudioFlow = {
        me: 1,
        members: [member(1, change.me), member(2, change.other)],
        packets: new Map([[2, counts.came]]),
        sent: counts.sent,
      };
      const repair = audio.update(now, flow);
      if (repair) repairs.push(`${repair} ${now / 1000}`);
    }
    return repairs.join(", ");
  };
  return { audio, run };
}

test("a received mix stands for all other voices", () => {
  const audio = new OneWayAudio();
  const members = [1, 2, 3].map((id) => member(id));
  const look = (second: number, mixed: number) =>
    audio.update(second * 1000, { me: 1, members, packets: new Map([[1, mixed]]), sent: second * 10 });
  for (let second = 0; second < 20; second++) look(second, second * 3);
  assert.deepEqual(audio.deafTo, []);
  for (let second = 20; second < 26; second++) look(second, 60);
  assert.deepEqual(audio.deafTo, [2, 3]);
});

test("a voice that reaches the server and not us is missed after 5 s, and repaired more and more seldom", () => {
  const { audio, run } = rig();
  assert.equal(run(10), "");
  assert.equal(run(4.5, { comes: false }), "");
  assert.deepEqual(audio.deafTo, []);
  assert.equal(run(60, { comes: false }), "restart 15, renew 20, renew 35, renew 65");
  assert.deepEqual(audio.deafTo, [2]);
  run(1);
  assert.deepEqual(audio.deafTo, [], "it is back");
});

test("nobody is missed who is muted, lost, or not received by the server", () => {
  for (const other of [{ voice: "muted" }, { voice: "dead" }, { voice: "stopped" }, { state: "lost" }, { state: "joining" }]) {
    const { audio, run } = rig();
    assert.equal(run(30, { comes: false, other: other as Partial<Member> }), "");
    assert.deepEqual(audio.deafTo, []);
    assert.equal(run(4, { comes: false }), "", "its time begins when it flows");
  }
});

test("our voice that is sent and does not arrive is repaired as soon as the server says so", () => {
  const { audio, run } = rig();
  run(10);
  assert.equal(run(1, { me: { voice: "stopped" } }), "restart 10.5");
  assert.equal(audio.unheard, true);
  run(0.5);
  assert.equal(audio.unheard, false);
});

test("being lost for the server while its socket answers is repaired after 5 s, and a short silence is not", () => {
  const { audio, run } = rig();
  run(10);
  assert.equal(run(3, { me: { state: "lost" } }), "");
  assert.equal(run(3), "");
  assert.equal(run(5, { me: { state: "lost" } }), "restart 20");
  assert.equal(audio.unheard, true);
});

test("a voice that is not sent is not unheard", () => {
  const { audio, run } = rig();
  run(2);
  assert.equal(run(30, { sends: false, me: { voice: "stopped" } }).startsWith("restart"), true, "in its first moments nobody knows");
  assert.equal(audio.unheard, false);
});

test("a member for whom no path is found within 10 s is named until there is one", () => {
  const paths = new PathWatch();
  let call = "one";
  const named = (now: number, state: Member["state"], id = 2) => paths.update(now, call, [member(1), member(id, { name: "Awa", state })]);
  assert.deepEqual([named(0, "invited"), named(5000, "joining"), named(14_500, "joining")], [[], [], []]);
  assert.deepEqual(named(15_000, "joining"), [2]);
  assert.deepEqual(named(15_200, "joining", 3), [3], "with another transport");
  assert.deepEqual(named(15_500, "here"), []);
  assert.deepEqual([named(30_000, "joining"), named(40_000, "joining")], [[], [2]], "it is counted anew");
  call = "another";
  assert.deepEqual(named(50_000, "joining"), []);
});
