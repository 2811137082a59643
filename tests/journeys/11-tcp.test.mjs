// A network that blocks UDP: the same call by TCP to the one port of the pages, without a relay.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { Visitor } from '../world/http.mjs';
import { openLink } from '../world/link.mjs';
import { untilNight } from '../world/night.mjs';
import { allHear, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

const VOICE_WITHIN_MS = 8_000;

/** Opens a link that drops all datagrams. */
async function linkWithoutUdp(s) {
    const link = await openLink(s.server.url);
    link.letsUdp = false;
    s.atEnd(() => link.close());
    return link;
}

/** Returns the transport of a page's media: 'udp' or 'tcp'. @param {import('../world/people.mjs').Person} person */
async function goesBy(person) {
    const stats = await person.stats(['transport', 'candidate-pair', 'local-candidate']);
    const of = (id) => stats.find((stat) => stat.id === id);
    const selected = stats.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    return of(of(selected)?.localCandidateId)?.protocol;
}

/** Returns the share of concealed samples of the far voice in the next `ms`. */
async function concealed(person, ms) {
    const sum = async () => {
        const streams = (await person.stats(['inbound-rtp'])).filter(({ kind }) => kind === 'audio');
        const of = (name) => streams.reduce((total, stream) => total + (stream[name] ?? 0), 0);
        return { made: of('concealedSamples') - of('silentConcealedSamples'), all: of('totalSamplesReceived') };
    };
    const before = await sum();
    await pause(ms);
    const after = await sum();
    return (after.made - before.made) / (after.all - before.all);
}

test('UDP is blocked from the start: both hear each other in under 8 s', (t) =>
    scene('no-udp', async (s) => {
        const { kiosk, doctor, clicked } = await callWithoutUdp(s);
        const voice = [await doctor.firstHeard(kiosk, clicked), await kiosk.firstHeard(doctor, clicked)].map((at) => at - clicked);
        t.diagnostic(`figure: UDP blocked, "Prendre" to first voice ${voice.map((ms) => ms.toFixed(0)).join(' / ')} ms (doctor / kiosk)`);
        assert.deepEqual([await goesBy(kiosk), await goesBy(doctor)], ['tcp', 'tcp']);
        assert.ok(Math.max(...voice) < VOICE_WITHIN_MS, `first voice after ${voice}`);
        const [atKiosk, atDoctor] = await Promise.all([kiosk, doctor].map((person) => concealed(person, 5_000)));
        t.diagnostic(`figure: by TCP ${(100 * atDoctor).toFixed(1)} / ${(100 * atKiosk).toFixed(1)} % of the voice made up (doctor / kiosk)`);
        await doctor.finish();
        const operator = new Visitor(s.server.url);
        await operator.signIn(s.server.access.operators[0]);
        const pipes = async () => /^teranga_pipes (\d+)/m.exec((await operator.get('/metrics')).bytes.toString())?.[1];
        await until('the connections to be closed', async () => (await pipes()) === '0', { within: 10_000, every: 200 });
    }));

/** Makes a call over two links without UDP. */
async function callWithoutUdp(s) {
    const links = { kiosk: await linkWithoutUdp(s), doctor: await linkWithoutUdp(s) };
    const kiosk = await s.enter(openKiosk(s.server, { link: links.kiosk }));
    const doctor = await s.enter(openDoctor(s.server, { link: links.doctor }));
    await doctor.available();
    await kiosk.fillForm();
    await kiosk.call();
    const clicked = await doctor.claim();
    await allHear([kiosk, doctor]);
    return { links, kiosk, doctor, clicked };
}

test('UDP returns, and the call goes back to it', { skip: untilNight }, (t) =>
    scene('udp-returns', async (s) => {
        const { links, kiosk, doctor, clicked } = await callWithoutUdp(s);
        // Chromium has given UDP up by now, so only the page's own retries find it again.
        await pause(Math.max(0, clicked + 25_000 - now()));
        for (const link of Object.values(links)) link.letsUdp = true;
        const returned = now();
        await Promise.all([kiosk, doctor].map((person) => {
            const byUdp = async () => (await goesBy(person)) === 'udp';
            return until(`the media of ${person.voice.name} to go by UDP`, byUdp, { within: 60_000, every: 500 });
        }));
        t.diagnostic(`figure: by UDP again ${((now() - returned) / 1_000).toFixed(0)} s after it returned`);
        const worse = await Promise.all([kiosk, doctor].map((person) => concealed(person, 2_000)));
        t.diagnostic(`figure: then ${worse.map((share) => (100 * share).toFixed(1)).join(' / ')} % of the voice made up (kiosk / doctor)`);
        await allHear([kiosk, doctor]);
    }));

/** Sends first bytes, and returns the server's answer and the time in ms after which it closes. @returns {Promise<{said: Buffer, ms: number}>} */
const knock = (port, bytes) =>
    new Promise((resolve, reject) => {
        const began = now();
        const said = [];
        const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
        socket.on('data', (part) => said.push(part));
        socket.on('error', () => {});
        socket.on('close', () => resolve({ said: Buffer.concat(said), ms: now() - began }));
        setTimeout(() => reject(new Error('still open after 15 s')), 15_000).unref();
    });

/** Makes a STUN binding request with this USERNAME and without MESSAGE-INTEGRITY. */
function binding(name) {
    const value = Buffer.from(name.padEnd(Math.ceil(name.length / 4) * 4, '\0'));
    const attribute = Buffer.from([0, 6, 0, name.length]);
    const header = Buffer.from([0, 1, 0, attribute.length + value.length, 0x21, 0x12, 0xa4, 0x42, ...Array(12).fill(7)]);
    return Buffer.concat([header, attribute, value]);
}

const frame = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);

test('connections without a call are closed unanswered within 5 s: garbage, unknown users, silence', (t) =>
    scene('tcp-strangers', async (s) => {
        const strangers = {
            'plain HTTP': Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
            'an unknown name': frame(binding('nobody:knows')),
            'a frame that is no STUN': frame(Buffer.alloc(40, 0x80)),
            'a frame longer than any': Buffer.from([0x01, 0xff, 0x00, 0x01]),
            'half a frame': frame(binding('nobody:knows')).subarray(0, 20),
            'nothing at all': Buffer.alloc(0),
        };
        const answers = await Promise.all(Object.values(strangers).map((bytes) => knock(s.server.port, bytes)));
        Object.keys(strangers).forEach((name, i) => {
            assert.equal(answers[i].said.length, 0, `${name} is not answered`);
            assert.ok(answers[i].ms < 7_000, `${name}: closed after ${answers[i].ms} ms`);
        });
        t.diagnostic(`figure: strangers shown out after ${answers.map(({ ms }) => ms.toFixed(0)).join(', ')} ms`);
        const many = await Promise.all(Array.from({ length: 64 }, () => knock(s.server.port, Buffer.from([0, 100]))));
        const atOnce = many.filter(({ ms }) => ms < 2_000).length;
        t.diagnostic(`figure: of 64 connections at once that say half a word, ${atOnce} shown out at once`);
        assert.ok(atOnce >= 32, 'no more than 32 strangers of one address wait');
    }));
