// The drawn links without a call: what a seed draws, how a recorded call is judged, and what is printed. It needs neither root nor Python.
//   node --test tests/thinlink/wild/wild.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALM_S, CLASSES, drawLink, holdsOf, NAMES, truthOf } from './draw.mjs';
import { jitterBuffer, logOf } from './facts.mjs';
import { controlFor } from './flow.mjs';
import { judge, lateAfter, ownDelays, toldOf } from './judge.mjs';
import { badness, report, worstOf } from './report.mjs';
import { timeline } from './svg.mjs';
import { eventsOf, windowOf } from './trace.mjs';
import { speakerOf } from '../voices/scene.mjs';
import { resampled, SPEAKERS } from '../voices/speakers.mjs';
import { reasonOf } from './told.mjs';

const SEEDS = Array.from({ length: 500 }, (_, i) => i * 7_919 + 3);
const each = (run) => NAMES.forEach((only) => SEEDS.forEach((seed) => run(drawLink(seed, { only }), CLASSES[only])));

test('the same seed draws the same link, and another seed another', () => {
    each((link) => assert.deepEqual(drawLink(link.seed, { only: link.name }), link));
    // The scenes of S6 are a few thousand, so that some of 500 are drawn twice.
    NAMES.forEach((only) => assert.ok(new Set(SEEDS.map((seed) => JSON.stringify(drawLink(seed, { only }).drawn))).size > SEEDS.length * (only === 'S6' ? 0.9 : 0.999)));
});

test('seeds that follow one another draw every class, and every speaker appears on both sides', () => {
    const links = NAMES.map((_, i) => drawLink(1_000 + i));
    assert.deepEqual(links.map(({ name }) => name).sort(), [...NAMES].sort());
    for (const side of ['post', 'specialist']) {
        assert.deepEqual(new Set(SEEDS.map((seed) => speakerOf(drawLink(seed).speakers[side]).name)), new Set(Object.keys(SPEAKERS)));
    }
    assert.ok(SEEDS.every((seed) => new Set(Object.values(drawLink(seed).speakers)).size === 2));
});

test('what is drawn is within its range, and comes near both ends', () => {
    const seen = {};
    each(({ name, drawn }, { ranges }) => {
        for (const [what, range] of Object.entries(ranges)) {
            if (typeof range[0] === 'string') assert.ok(range.includes(drawn[what]), `${name} ${what} ${drawn[what]}`);
            else assert.ok(range[0] <= drawn[what] && drawn[what] <= range[1], `${name} ${what} ${drawn[what]}`);
            (seen[`${name} ${what}`] ??= []).push(drawn[what]);
        }
    });
    for (const name of NAMES) {
        for (const [what, range] of Object.entries(CLASSES[name].ranges)) {
            const values = seen[`${name} ${what}`];
            if (typeof range[0] === 'string') assert.equal(new Set(values).size, new Set(range).size, `${name} ${what}`);
            else assert.ok(Math.min(...values) < range[0] + (range[1] - range[0]) / 10 && Math.max(...values) > range[1] - (range[1] - range[0]) / 10, `${name} ${what}`);
        }
    }
});

test('nothing happens before the calm is over, and everything within the window', () => {
    each(({ events, seconds, flow, name }) => {
        assert.ok(events.every(({ at_s: at }) => at >= CALM_S && at <= seconds), name);
        assert.ok(events.every(({ do: words }) => /^(set (up|down) rate=[1-9]\d*|hold (up|down|both) \d+|port)$/.test(words)), JSON.stringify(events));
        if (flow) assert.ok(flow.at_s >= CALM_S && flow.at_s + flow.seconds + 20 <= seconds);
    });
});

test('stalls of 1 to 4 s leave time to recover', () => {
    for (const seed of SEEDS) {
        const link = drawLink(seed, { only: 'S1' });
        const holds = holdsOf(link, link.drawn.way === 'up' ? 'up' : 'down');
        assert.ok(holds.length >= 2, `${seed}`);
        holds.forEach(({ from, to }, i) => {
            assert.ok(to - from > 0.999 && to - from < 4.001);
            assert.ok((holds[i + 1]?.from ?? Infinity) - to > 11.9);
        });
    }
    assert.equal(drawLink(5, { only: 'S1', seconds: 20 }).events.length, 1, 'a short window has a stall, too');
});

test('a link falls to a sixth and rises to three times that', () => {
    for (const seed of SEEDS) {
        const link = drawLink(seed, { only: 'S5' });
        const [[, before], [fell, low], [rose, high]] = truthOf(link, link.drawn.way === 'up' ? 'up' : 'down');
        assert.ok(Math.abs(before / low - 6) < 0.52 && Math.abs(high / low - 3) < 0.32);
        assert.ok(rose - fell >= 15 && rose - fell <= 25);
    }
});

test('a scene is drawn for both sides, on a profile whose bounds hold for it', () => {
    const scenes = SEEDS.flatMap((seed) => Object.values(drawLink(seed, { only: 'S6' }).speakers)).map((words) => speakerOf(words));
    assert.deepEqual(new Set(scenes.map(({ scene }) => scene)), new Set(['quiet', 'ward', 'soft', 'two']));
    const of = (scene) => scenes.filter((one) => one.scene === scene).map(({ db }) => db);
    assert.deepEqual([Math.min(...of('ward')), Math.max(...of('ward')), Math.min(...of('soft')), Math.max(...of('soft'))], [5, 20, 10, 25]);
    const link = { ...drawLink(1, { only: 'S6' }), profile: 'P3', speakers: { post: 'fr-woman+ward10', specialist: 'fr-man' } };
    const noisy = wayWith(() => 300, { stoi: 0.8, pesq: 1.4, clean: { stoiSent: 0.9, stoiHeard: 0.86 } });
    assert.deepEqual(missedOf({ ...factsWith(link, noisy), down: wayWith(() => 300) }), [], 'the noise itself is nobody’s fault');
    assert.deepEqual(missedOf({ ...factsWith(link, noisy), down: noisy }), ['STOI', 'PESQ']);
    assert.deepEqual(missedOf(factsWith(link, wayWith(() => null, { m2e: null, m2eP95: null, stoi: null, pesq: null }))), ['a voice', 'a voice']);
});

test('464XLAT takes 20 bytes of every packet and of the MTU of the post', () => {
    const links = SEEDS.map((seed) => drawLink(seed, { only: 'S7' }));
    const [translated, plain] = [true, false].map((one) => links.filter(({ drawn }) => (drawn.network === '464xlat') === one));
    assert.ok(translated.length > 100 && plain.length > 200);
    assert.ok(translated.every(({ shape, farMtu }) => shape.up.overhead === 20 && shape.down.overhead === 20 && farMtu === 1_480));
    assert.ok(plain.every(({ shape, farMtu }) => shape.up.overhead === undefined && farMtu === undefined));
});

test('where a link lets no voice through, the page of whoever hears nothing must tell why', () => {
    const link = drawLink(1, { only: 'S7' });
    const deaf = wayWith(() => null, { m2e: null, m2eP95: null, stoi: null });
    const facts = (screens) => ({ ...factsWith(link, deaf), up: wayWith(() => 300), call: { screens } });
    assert.deepEqual(missedOf(facts({ post: 'Poste de Nabadji Réseau coupé 12:04' })), []);
    assert.deepEqual(missedOf(facts({ post: 'Poste de Nabadji Réseau très faible', specialist: 'Réseau coupé' })), ['a voice, or why there is none']);
    assert.equal(reasonOf('connexion perdue depuis 12 s, reprise automatique').length > 0, true);
    assert.equal(reasonOf('Vous n’entendez plus Dr Awa Ndiaye.').length > 0, true);
    assert.equal(reasonOf(undefined), '');
    const failed = (screen) => ({ link, failed: 'no claim', verdicts: [{ way: 'down', ...toldOf(screen) }] });
    assert.equal(badness(failed('Pas de réseau : votre demande est gardée ici et partira toute seule.')), 0);
    assert.equal(badness(failed('Bonjour')), Infinity);
    assert.match(report([failed('Réseau coupé')], ['bbr']), /no call: no claim, and the page told why \|/);
    assert.match(report([failed('Réseau coupé')], ['bbr']), /\| 1 of 1 \|/);
});

test('a window of a recording has the mean rate that was drawn, and holds where nothing passed', () => {
    const rates = windowOf([0, 0, 10, 20, 30, 0], 5, 3, 40_000);
    assert.deepEqual(rates, [0, 0, 0, 40_000, 80_000, 120_000]);
    assert.deepEqual(eventsOf('up', [1_000, 0, 0, 5_000, 5_000], 10), [
        { at_s: 10, do: 'set up rate=1000' },
        { at_s: 10.5, do: 'hold up 1000' },
        { at_s: 11.5, do: 'set up rate=5000' },
    ]);
    for (const seed of SEEDS.slice(0, 50)) {
        const link = drawLink(seed, { only: 'S4' });
        const truth = truthOf(link, 'down').filter(([at]) => at >= CALM_S);
        const carried = truth.slice(0, -1).reduce((sum, [at, kbit], i) => sum + kbit * (truth[i + 1][0] - at), 0) / (link.seconds - CALM_S);
        assert.ok(Math.abs(carried / link.drawn.down_kbit - 1) < 0.05, `${carried} and ${link.drawn.down_kbit}`);
    }
});

test('a kernel without a control has cubic', () => {
    assert.equal(controlFor('bbr', ['reno', 'bbr', 'cubic']), 'bbr');
    assert.equal(controlFor('bbr', ['reno', 'cubic']), 'cubic');
});

test('a tone keeps its frequency and its loudness at another sampling rate', () => {
    const tone = (rate, length) => Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / rate));
    const other = resampled(tone(22_050, 2_205), 22_050, 48_000);
    const wanted = tone(48_000, other.length);
    assert.ok(other.slice(200, -200).every((sample, i) => Math.abs(sample - wanted[i + 200]) < 0.01));
});

test("the log's lines about other links are passed over", () => {
    const line = (at, more) => JSON.stringify({ timestamp: new Date(1_000_000 + at).toISOString(), ...more });
    const log = [
        line(500, { message: 'capacity', peer: 'peer:7', up_bps: 40_000 }),
        line(900, { message: 'capacity', peer: 'peer:8', up_bps: 8_000_000 }),
        line(1_500, { message: 'ladder', peer: 'peer:7', rung: 'Pictures' }),
        'a line that is no JSON',
    ];
    assert.deepEqual(logOf(log.join('\n'), { from: 1_000_000, members: [7] }), [{ at: 0.5, up_bps: 40_000, down_bps: undefined }, { at: 1.5, rung: 'Pictures' }]);
});

test('the jitter buffer is counted between two looks', () => {
    const look = (wall, delay, count) => ({ wall, list: [{ type: 'inbound-rtp', kind: 'audio', jitterBufferDelay: delay, jitterBufferEmittedCount: count }] });
    assert.deepEqual(jitterBuffer([look(0, 10, 1_000), look(250, 12, 1_010), look(500, 12, 1_010)]), [[250, 200]]);
});

/** Speech without a pause: half a second of it is heard after `delayAt`. @param {(at: number) => number | null} delayAt */
const wayWith = (delayAt, more = {}) => {
    const delays = Array.from({ length: 240 }, (_, i) => i / 4).map((at) => ({ at, ms: delayAt(at), heardAt: delayAt(at) === null ? null : at + delayAt(at) / 1_000 }));
    return {
        stoi: 0.97, pesq: 3, m2e: 300, m2eP95: 400, heard: 1, longestGapMs: 40, delays, sentences: [{ at: 30, seconds: 3, stoi: 0.9, pesq: 3 }],
        truth: [], known: [], rungs: [[-3, 'Pictures']], jitterBuffer: [[1, 120]], queue: [[0.5, 20]], queueMost: [[0.5, 60]], sent: [[0.5, 30]], shown: [1], queueP95: 90, ...more,
    };
};

test('lateness ends with the last late word before three punctual seconds', () => {
    const way = wayWith((at) => (at > 14 && at < 20 ? 2_000 : 300));
    assert.equal(lateAfter(way, 16, 300), 5.75);
    assert.equal(lateAfter(way, 30, 300), 0);
    assert.equal(lateAfter(way, 16, 300, 17), 0.75, 'what comes after the next stall is that one’s');
    assert.equal(lateAfter(way, 16, null), null);
    assert.equal(lateAfter(wayWith((at) => (at > 40 ? 2_000 : 300)), 16, 300), 0, 'a later fear has another cause');
});

const factsWith = (link, way, flow = null) => ({ link, call: {}, flow, up: way, down: way });
const missedOf = (facts) => judge(facts).filter(({ held }) => !held).map(({ what }) => what);

test('a call on stalls is late, or loses a sentence, or holds', () => {
    const link = { ...drawLink(1, { only: 'S1' }), events: [{ at_s: 12, do: 'hold both 3000' }] };
    assert.deepEqual(missedOf(factsWith(link, wayWith((at) => (at > 12 && at < 17 ? 2_000 : 300)))), ['delay as before after a stall', 'delay as before after a stall']);
    assert.deepEqual(missedOf(factsWith(link, wayWith((at) => (at > 12 && at < 15 ? 1_500 : 300)))), []);
    const lost = wayWith(() => 300, { sentences: [{ at: 15.5, seconds: 3, stoi: 0.2, pesq: 1 }] });
    assert.deepEqual(missedOf(factsWith(link, lost)), ['STOI of the worst sentence after a stall', 'STOI of the worst sentence after a stall']);
});

test('beside a transfer the delay may be half more than the queue makes it', () => {
    const link = { ...drawLink(1, { only: 'S2' }), drawn: {}, flow: { way: 'down', tcp: 'cubic', at_s: 10, seconds: 20 } };
    const queue = Array.from({ length: 60 }, (_, i) => [i + 0.5, i > 10 && i < 30 ? 1_000 : 20]);
    const truth = link.shape.down.rate / 1_000;
    const way = (ms, known) => wayWith((at) => (at > 10 && at < 30 ? ms : 300), { queue, known, shown: [33], sentences: [{ at: 15, seconds: 3, stoi: 0.95 }] });
    const flow = { from: 10, to: 30, tcp: 'cubic', kbit: 90 };
    assert.deepEqual(missedOf(factsWith(link, way(1_900, [[0, truth]]), flow)), []);
    assert.deepEqual(missedOf(factsWith(link, way(2_100, [[0, truth]]), flow)), ['delay during the transfer']);
    assert.deepEqual(missedOf(factsWith(link, way(1_900, [[0, truth], [15, 20]]), flow)), ['rate known after the transfer']);
    assert.deepEqual(missedOf(factsWith(link, way(1_900, []), flow)), [], 'a server that does not tell what it believes is not judged by it');
});

test('a belief is judged by the truth of its second', () => {
    const jittery = drawLink(1, { only: 'S3' });
    const kbit = jittery.shape.down.rate / 1_000;
    assert.deepEqual(missedOf({ ...factsWith(jittery, wayWith(() => 300)), down: wayWith(() => 300, { known: [[0, kbit * 1.3]], queueP95: 200 }) }), ['belief away from the truth', 'queue p95']);
    const step = { ...drawLink(1, { only: 'S5' }), events: [{ at_s: 10, do: 'set both rate=20000' }, { at_s: 30, do: 'set both rate=60000' }] };
    const known = [[0, 120], [10.8, 22], [37, 59]];
    assert.deepEqual(missedOf(factsWith(step, wayWith(() => 300, { known }))), []);
    assert.deepEqual(missedOf(factsWith(step, wayWith(() => 300, { known: [[0, 120], [12, 22], [45, 59]] }))).slice(0, 2), ['fall answered', 'rise known']);
});

test('a link delays a voice by its holes and by nothing else', () => {
    const own = ownDelays([[0, 100], [10, 0], [12, 100]], 20);
    assert.equal(own[50], 0);
    assert.ok(own[101] > 1_800 && own[101] < 2_100, `${own[101]}`);
    assert.equal(own[150], 0);
});

test('a call in which nobody is heard is the worst, after one that failed', () => {
    const link = drawLink(7);
    const good = { link, up: wayWith(() => 300), down: wayWith(() => 300), verdicts: [] };
    const deaf = { link, up: wayWith(() => null, { m2e: null, m2eP95: null, stoi: null }), down: good.down, verdicts: [] };
    deaf.verdicts = judge({ ...factsWith({ ...link, events: [] }, deaf.up), down: deaf.down });
    const failed = { link, verdicts: [], failed: 'no page came\nat line 3', screen: 'Pas de réseau' };
    assert.deepEqual(worstOf([good, deaf, failed]), [failed, deaf, good]);
    const text = report([good, deaf, failed], ['reno', 'cubic'], 2);
    assert.match(text, /spoilt 2 calls/);
    assert.match(text, /no call: no page came \|/);
    assert.match(text, /no page came\n  the post's screen: Pas de réseau/);
    assert.match(text, /missed up: a voice never \(bound 1\)/);
    assert.match(text, /\| \*\*S1\*\* \| stalls that hold packets \| 1 of 3 \|/);
    assert.match(text, /no TCP control bbr/);
    assert.doesNotMatch(text, /undefined|NaN/);
});

test('the time line draws every series, and nothing that is no number', () => {
    const link = { ...drawLink(1, { only: 'S1' }), events: [{ at_s: 12, do: 'hold both 3000' }] };
    const way = wayWith((at) => (at > 12 && at < 20 ? null : 300), { truth: truthOf(link, 'up'), known: [[-2, 40], [13, 20]] });
    const svg = timeline({ ...factsWith(link, way), flow: null }, judge(factsWith(link, way)));
    for (const colour of ['#c0392b', '#2471a3', '#566573', '#1e8449', '#d35400', '#85929e', '#6c3483', '#f5b7b1']) assert.ok(svg.split(colour).length > 2, colour);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    assert.equal(svg.split('<svg').length, 2);
});
