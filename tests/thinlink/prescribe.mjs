// A specialist signs a prescription in a call over the thin link. Reports how long it takes to the post's screen, what it weighs, and what it costs the voice.
import { join } from 'node:path';
import { draftLine } from '../world/prescribing.mjs';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { compared, table } from './photo.mjs';

/** A call settles; then its voice is scored for so long without a prescription, and for so long around its signature. */
const SETTLE_MS = 15_000;
const WINDOW_MS = 30_000;
/** The opcode of a binary frame (RFC 6455, section 5.2). */
const BINARY = 2;
/** What is prescribed. */
const LINES = [
    { search: 'amoxicilline 250', dose: '2', perDay: '3', days: '5' },
    { search: 'paracétamol', dose: '1', perDay: '3', days: '3' },
    { search: 'fer', dose: '1', perDay: '1', days: '30' },
];

/** @param {{profile: string, seed: number, folder: string, python: string}} how */
export async function prescribeOver({ profile, seed, folder, python }) {
    await drawTalkingHead();
    const place = join(folder, `prescribe-${profile}-${seed}`);
    const lab = await openLab({ profile, seed, folder: place });
    try {
        await lab.enter();
        const wentAt = await lab.thin();
        await lab.firstHeard(await lab.call());
        await pause(SETTLE_MS);
        const from = Date.now();
        await draft(lab.doctor);
        await pause(Math.max(0, WINDOW_MS - (Date.now() - from)));
        const began = Date.now();
        const signed = await sign(lab);
        await pause(Math.max(0, WINDOW_MS - (Date.now() - began)));
        const ended = Date.now();
        await pause(5_000);
        await lab.record({ profile, seed, from, to: began });
        const windows = { before: [from, began], during: [began, ended] };
        return compared(place, python, wentAt, windows).map((one) => ({ profile, seed, ...signed, ...one }));
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** @param {import('../world/people.mjs').Doctor} doctor */
async function draft(doctor) {
    await doctor.press('prescribe');
    for (const line of LINES) await draftLine(doctor, line);
    await doctor.at('rx-allergies').fill('aucune connue');
    await pause(3_000);
    for (const why of await doctor.at('rx-why').all()) await why.fill('décidé avec le poste');
    await pause(3_000);
}

/** From the press that signs to the prescription on the post's screen, by the wall clock, and the bytes of its messages. */
async function sign({ kiosk, doctor, server }) {
    await doctor.press('rx-sign');
    await doctor.at('rx-password').fill(server.doctor('obstetrics').password);
    await kiosk.watchFor('prescribed', '[data-testid="rx-item"][data-state="in_force"]');
    const frames = [];
    const devtools = await kiosk.page.context().newCDPSession(kiosk.page);
    await devtools.send('Network.enable');
    devtools.on('Network.webSocketFrameReceived', ({ response }) => frames.push(response));
    await doctor.page.evaluate(() => window.world.markClick('[data-testid="rx-confirm"]', 'confirmed'));
    await doctor.press('rx-confirm');
    const seconds = ((await kiosk.shown('prescribed', 30_000)) - (await doctor.shown('confirmed'))) / 1_000;
    return { seconds, bytes: frames.reduce((sum, frame) => sum + bytesOf(frame), 0) };
}

/** The bytes of a frame that holds the prescription, whole, or a piece of it, which is binary. Other frames count 0. */
function bytesOf({ opcode, payloadData }) {
    if (opcode === BINARY) return Buffer.from(payloadData, 'base64').length;
    return payloadData.includes('"type":"prescription"') ? Buffer.byteLength(payloadData) : 0;
}

/** @param {any[]} rows */
export function prescribeTable(rows) {
    const columns = ['profile', 'seed', '"Signer" to the post’s screen, s', 'bytes of its messages'];
    return table(columns, rows, (r) => [r.profile, r.seed, r.seconds.toFixed(2), r.bytes]);
}
