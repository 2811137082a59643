import assert from "node:assert/strict";
import { test } from "node:test";
import type { Member } from "../../protocol/messages.ts";
import { OneWayAudio, type AudioFlow } from "../quality/one-way-audio.ts";
import { MicSilence } from "../quality/mic-silence.ts";
import { MutedSpeech } from "../quality/muted-speech.ts";

const power = (decibels: number) => 10 ** (decibels / 10);

/** At each half second: `.` all is well, `?` the bare microphone is listened to, `x` dead, `-` at rest. */
function listened(levels: (number | null)[], bareIsSilent: (second: number) => boolean): string {
  const own = new MicSilence();
  let [energy, duration_s] = [0, 0];
  return levels
    .map((level, i) => {
      const now = i * 500;
      if (level === null) return (own.reset(), "-");
      energy += power(level) * 0.5;
      duration_s += 0.5;
      const listens = own.update(now, { energy, duration_s });
      if (listens) own.tested(now, bareIsSilent(now / 1000));
      return listens ? "?" : own.dead ? "x" : ".";
    })
    .join("");
}
const half = (level: number | null, seconds: number): (number | null)[] => Array(seconds * 2).fill(level);
const always = () => true;
const never = () => false;

test("after 5 s without sound the bare microphone is asked, and again until it is alive", () => {
  assert.equal(listened(half(-Infinity, 9), always), "..........?xxxxx?x");
  assert.equal(listened(half(-80, 12), (second) => second < 8), "..........?xxxxx?.......");
  assert.equal(listened([...half(-Infinity, 6), -30, ...half(-Infinity, 1)], always), "..........?x...", "sound ends it at once");
});

test("a quiet room is asked ever more seldom, one where somebody speaks never", () => {
  const asked = [...listened(half(-90, 200), never)].flatMap((mark, i) => (mark === "?" ? [i / 2] : []));
  assert.deepEqual(asked, [5, 10, 20, 40, 80, 140, 200].slice(0, asked.length));
  assert.ok(!listened(half(-40, 60), always).includes("?"));
});

test("muting forgets what was heard; a source that cannot be seen is not judged", () => {
  assert.equal(listened([...half(-Infinity, 4), null, ...half(-Infinity, 4)], always), "........-........");
  const own = new MicSilence();
  assert.equal(own.update(60_000, null), false);
  const stuck = { energy: 1, duration_s: 3 };
  const looks = Array.from({ length: 12 }, (_, i) => own.update(i * 500, stuck));
  assert.ok(looks.includes(true), "one that stands still is asked");
});

test("speech is loud for most of a second and a half, a door is not", () => {
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

/** A call of two; each half second a packet goes and comes, unless `change` says otherwise. */
function rig() {
  const hearing = new OneWayAudio();
  let now = 0;
  const counts = { sent: 0, came: 0 };
  const run = (seconds: number, change: { sends?: boolean; comes?: boolean; me?: Partial<Member>; other?: Partial<Member> } = {}) => {
    const repairs: string[] = [];
    for (let i = 0; i < seconds * 2; i++) {
      now += 500;
      counts.sent += change.sends === false ? 0 : 1;
      counts.came += change.comes === false ? 0 : 1;
      const heard: AudioFlow = {
        me: 1,
        members: [member(1, change.me), member(2, change.other)],
        packets: new Map([[2, counts.came]]),
        sent: counts.sent,
      };
      const repair = hearing.update(now, heard);
      if (repair) repairs.push(`${repair} ${now / 1000}`);
    }
    return repairs.join(", ");
  };
  return { hearing, run };
}

test("who hears a mix misses nobody while the mix comes, and everybody when it does not", () => {
  const hearing = new OneWayAudio();
  const members = [1, 2, 3].map((id) => member(id));
  const look = (second: number, mixed: number) =>
    hearing.update(second * 1000, { me: 1, members, packets: new Map([[1, mixed]]), sent: second * 10 });
  for (let second = 0; second < 20; second++) look(second, second * 3);
  assert.deepEqual(hearing.deafTo, []);
  for (let second = 20; second < 26; second++) look(second, 60);
  assert.deepEqual(hearing.deafTo, [2, 3]);
});

test("a voice that reaches the server and not us is missed after 5 s: another path, then everything anew, ever more seldom", () => {
  const { hearing, run } = rig();
  assert.equal(run(10), "");
  assert.equal(run(4.5, { comes: false }), "");
  assert.deepEqual(hearing.deafTo, []);
  assert.equal(run(60, { comes: false }), "restart 15, renew 20, renew 35, renew 65");
  assert.deepEqual(hearing.deafTo, [2]);
  run(1);
  assert.deepEqual(hearing.deafTo, [], "it is back");
});

test("nobody is missed who is muted, cut off, or whom the server does not hear", () => {
  for (const other of [{ voice: "muted" }, { voice: "dead" }, { voice: "stopped" }, { state: "lost" }, { state: "joining" }]) {
    const { hearing, run } = rig();
    assert.equal(run(30, { comes: false, other: other as Partial<Member> }), "");
    assert.deepEqual(hearing.deafTo, []);
    assert.equal(run(4, { comes: false }), "", "its time begins when it flows");
  }
});

test("our voice that goes out and does not arrive is repaired as soon as the server says so", () => {
  const { hearing, run } = rig();
  run(10);
  assert.equal(run(1, { me: { voice: "stopped" } }), "restart 10.5");
  assert.equal(hearing.unheard, true);
  run(0.5);
  assert.equal(hearing.unheard, false);
});

test("lost for the server while its socket answers: after 5 s in all; a short silence is nobody's fault", () => {
  const { hearing, run } = rig();
  run(10);
  assert.equal(run(3, { me: { state: "lost" } }), "");
  assert.equal(run(3), "");
  assert.equal(run(5, { me: { state: "lost" } }), "restart 20");
  assert.equal(hearing.unheard, true);
});

test("who sends nothing is not unheard: the microphone has its own sentence", () => {
  const { hearing, run } = rig();
  run(2);
  assert.equal(run(30, { sends: false, me: { voice: "stopped" } }).startsWith("restart"), true, "in its first moments nobody knows");
  assert.equal(hearing.unheard, false);
});
