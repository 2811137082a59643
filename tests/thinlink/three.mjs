// Three people: the post behind the thin link, the specialist and an invited district doctor beside the server. Reports what the post hears
// of each, and whether it receives one voice.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDoctor } from '../world/people.mjs';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { scoreVoice } from './one-call.mjs';
import { wav } from './speech.mjs';
import { collect, RATE } from './recorder.mjs';
import { readTraffic } from './traffic.mjs';

const SETTLE_MS = 10_000;

/** @param {{profile: string, seed: number, seconds: number, folder: string, python: string}} how */
export async function threesome({ profile, seed, seconds, folder, python }) {
    await drawTalkingHead();
    const place = join(folder, `three-${profile}-${seed}`);
    const lab = await openLab({ profile, seed, folder: place });
    let guest;
    try {
        lab.doctor = await openDoctor(lab.server, lab.nearOptions('first'));
        guest = await openDoctor(lab.server, lab.nearOptions('second'), lab.server.access.guests[0]);
        await lab.enterPost();
        const wentAt = await lab.thin();
        await lab.firstHeard(await lab.call());
        await guest.page.evaluate(() => window.recorder.start());
        await invite(lab.doctor, guest, lab.server.access.guests[0].name);
        await pause(SETTLE_MS);
        const from = Date.now();
        await pause(seconds * 1_000);
        const to = Date.now();
        await pause(5_000);
        const voices = await streamsOf(lab.kiosk);
        const people = await recordings({ post: lab.kiosk, specialist: lab.doctor, guest });
        const wire = readTraffic(join(place, 'wire.csv'), (from - wentAt) / 1_000, (to - wentAt) / 1_000);
        return ['specialist', 'guest'].map((who) => {
            const pair = keep(join(place, who), { post: people.post, specialist: people[who] }, { profile, seed, from, to, outages: [] });
            const { up, down } = scoreVoice(pair, python);
            return { profile, seed, who, voices, up, down, wire };
        });
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await guest?.close();
        await lab.close();
    }
}

async function invite(doctor, guest, name) {
    await doctor.press('invite');
    await doctor.at('invite-party').filter({ hasText: name }).first().click();
    const send = doctor.at('invite-send');
    if (await send.count()) await send.first().click();
    await guest.at('invitation').first().waitFor();
    await guest.press('invitation-accept');
    await guest.inCall();
}

/** Through how many lines the post receives voice: packets that came in two seconds. */
async function streamsOf(person) {
    const count = async () => {
        const streams = (await person.stats(['inbound-rtp'])).filter(({ kind }) => kind === 'audio');
        return new Map(streams.map(({ id, packetsReceived }) => [id, packetsReceived]));
    };
    const before = await count();
    await pause(2_000);
    return [...(await count())].filter(([id, packets]) => packets > (before.get(id) ?? 0)).length;
}

async function recordings(people) {
    const recorded = Object.entries(people).map(async ([name, person]) => [name, await collect(person.page)]);
    return Object.fromEntries(await Promise.all(recorded));
}

/** A folder as score.py wants it: two people. */
function keep(folder, people, more) {
    mkdirSync(folder, { recursive: true });
    const sides = {};
    for (const [name, { sent, heard, ...rest }] of Object.entries(people)) {
        writeFileSync(join(folder, `${name}-sent.wav`), wav(sent, RATE));
        writeFileSync(join(folder, `${name}-heard.wav`), wav(heard, RATE));
        sides[name] = rest;
    }
    writeFileSync(join(folder, 'call.json'), JSON.stringify({ ...more, sides }));
    return folder;
}

/** @param {any[]} rows */
export function threeTable(rows) {
    const head = ['profile', 'seed', 'with', 'the post hears: sentences', 'STOI', 'm2e p50 / p95, ms', 'is heard: STOI', 'm2e, ms', 'voices received', 'wire, kbit/s', 'queue p95, ms'];
    const two = (a, b, digits = 0) => `${a?.toFixed(digits) ?? '–'} / ${b?.toFixed(digits) ?? '–'}`;
    const cells = rows.map(({ profile, seed, who, voices, up, down, wire }) => [
        profile, seed, who,
        `${Math.round(100 * down.heard)} % of ${down.utterances}`, down.stoi, two(down.m2e, down.m2eP95), up.stoi, up.m2e, voices,
        two(wire.up.kbits, wire.down.kbits, 1), two(wire.up.queueP95, wire.down.queueP95),
    ]);
    return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
