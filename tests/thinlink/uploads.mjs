// Cases with files that a tablet sends over the thin link through outages, and a call that begins in the middle of them. Each seed is a pair of calls on the
// same link: one with nothing to send, and one beside the files. Reports what the files cost the voice, and whether each arrived whole and once.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noise } from '../world/noise.mjs';
import { pause, until } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { scoreVoice, SETTLE_MS, TooBusy, WAITING_MS } from './one-call.mjs';
import { figures, table } from './photo.mjs';
import { readTraffic } from './traffic.mjs';

/** The most attachments of one consultation (clinic/src/attachment_rules.rs). */
const OF_ONE_CASE = 20;
/** Pictures of noise, which a page cannot make smaller: one fills the budget of a photo, and a small one suits a measurement of minutes. */
const PICTURES = { large: { width: 1_280, height: 960, bytes: 195_000 }, small: { width: 128, height: 96, bytes: 18_000 } };
/** Less than this is sent in small pictures. */
const LARGE_FROM = 2_000_000;
/** The link is away for so long. */
const OUTAGE_MS = { least: 2_000, most: 20_000 };
/** The slowest that a file may be, in bytes per second; what takes longer has failed. */
const LEAST_RATE = 800;
const PATIENCE_MS = 240_000;
/** The calls that are held at most until the machine was quiet enough in one. */
const CALLS = 3;

/**
 * @typedef {{profile: string, seed: number, seconds: number, folder: string, bytes: number, outages: number, kbit?: number}} How
 * `bytes`: of all files together; `kbit`: the rate of the link, by default the profile's
 */

/** @param {How & {python: string}} how @returns {Promise<any[]>} a row for each direction: `before` is the call alone, `during` the one beside the files */
export async function uploadsOver({ python, ...how }) {
    const place = join(how.folder, `uploads-${how.profile}-${how.seed}`);
    // Files that were an hour on their way are not sent again because the machine stood still for a second of the call.
    const score = (folder, call) => scored(folder, call, python);
    const alone = await callBeside({ ...how, score, bytes: 0, outages: 0, folder: `${place}-alone` });
    const beside = await callBeside({ ...how, score, folder: `${place}-beside` });
    const [before, during] = [alone.figures, beside.figures];
    const waits = (way) => [alone, beside].map(({ call }) => call.heard[way] && (call.heard[way] - call.pressed - WAITING_MS) / 1_000);
    const { profile, seed } = how;
    return ['up', 'down'].map((way) => ({
        ...{ profile, seed, way, before: figures(before, way), during: figures(during, way), firstVoice: waits(way) },
        ...beside.sent,
    }));
}

function scored(folder, { wentAt, from, to }, python) {
    return { ...scoreVoice(folder, python), wire: readTraffic(join(folder, 'wire.csv'), (from - wentAt) / 1_000, (to - wentAt) / 1_000) };
}

/**
 * One call, with files that are half sent when "Appeler" is pressed, or without any. Its recording is in the folder. If the machine was too busy for
 * `score`, another call is held.
 * @param {How & {score?: (folder: string, call: any) => any}} how @returns {Promise<{call: any, figures: any, sent: any}>}
 */
export async function callBeside(how) {
    const { profile, seed, folder, kbit } = how;
    await drawTalkingHead();
    const lab = await openLab({ profile, seed, folder });
    try {
        await lab.enter();
        const files = how.bytes ? await fileCases(lab, how.bytes) : null;
        await thin(lab, kbit);
        const began = Date.now();
        const cuts = outagesOf(how);
        if (files) await files.until(0.5, cuts);
        else await pause(10_000);
        const { call, figures } = await holdOne(lab, how, files);
        if (!files) return { call, figures, sent: null };
        await files.until(1, cuts);
        const sent = { ...(await files.check()), outages: how.outages, seconds: (Date.now() - began) / 1_000, beside: call.pieces };
        writeFileSync(join(folder, 'sent.json'), JSON.stringify(sent));
        return { call, figures, sent };
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** Holds a call to its end, and another one if it cannot be scored. */
async function holdOne(lab, { profile, seed, folder, kbit, seconds, score = () => null }, files) {
    for (let left = CALLS - 1; ; left -= 1) {
        // The same losses at the same time after this moment in both calls of a pair.
        const call = await hold(lab, await thin(lab, kbit), seconds, files);
        await lab.record({ profile, seed, ...call });
        await lab.doctor.finish();
        await lab.kiosk.at('closed').waitFor({ timeout: 60_000 });
        await lab.kiosk.press('home');
        await lab.kiosk.home();
        try {
            return { call, figures: score(folder, call) };
        } catch (error) {
            const isOver = files !== null && files.share() >= 1;
            if (!(error instanceof TooBusy) || left === 0 || isOver) throw error;
            process.stderr.write(`one call more, for ${error.message}\n`);
        }
    }
}

async function thin(lab, kbit) {
    const wentAt = await lab.thin();
    if (kbit) await lab.emulator.tell(`set both rate=${kbit * 1_000}`);
    return wentAt;
}

/** From the form to the end of the scored part, by the wall clock. `pieces` were sent between the press of "Appeler" and the end. */
async function hold(lab, wentAt, seconds, files) {
    const claimed = await lab.call(WAITING_MS);
    const pressed = await lab.kiosk.shown('pressed');
    const heard = await lab.firstHeard(claimed);
    await pause(SETTLE_MS);
    const from = Date.now();
    await pause(seconds * 1_000);
    const to = Date.now();
    await pause(5_000);
    return { wentAt, claimed, pressed, heard, from, to, pieces: files?.sentSince(pressed) ?? 0 };
}

/** The outages of a measurement: after which share of the bytes, and for how long. Half of them come before the call. */
function outagesOf({ outages, seed }) {
    const random = uniform(seed);
    const share = (n) => (n < outages / 2 ? 0.05 + 0.4 * random() : 0.55 + 0.4 * random());
    const { least, most } = OUTAGE_MS;
    return Array.from({ length: outages }, (_, n) => ({ after: share(n), ms: Math.round(least + (most - least) * random()) }));
}

/** Numbers between 0 and 1 that a seed repeats (a linear congruential generator, modulus 2^32). @param {number} seed */
function uniform(seed) {
    let state = (seed * 2_654_435_761) >>> 0;
    return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** A nurse files cases with photos while the link is away. @param {import('./call.mjs').Lab} lab @param {number} bytes - of all photos together */
async function fileCases(lab, bytes) {
    const { kiosk, emulator } = lab;
    const picture = bytes < LARGE_FROM ? PICTURES.small : PICTURES.large;
    const files = new Files(lab);
    await emulator.tell('outage 3600000');
    for (let left = Math.ceil(bytes / picture.bytes); left > 0; left -= OF_ONE_CASE) {
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.press('file-send');
        await kiosk.at('add-attachment').waitFor();
        files.cases.push(await kiosk.attribute('underway', 'data-consultation'));
        const count = Math.min(left, OF_ONE_CASE);
        for (let number = 1; number <= count; number += 1) {
            const file = { name: `photo-${number}.bmp`, mimeType: 'image/bmp', buffer: noise(picture) };
            await kiosk.at('attach-file').setInputFiles(file);
            await until('the photo on the tablet', async () => (await kiosk.at('own-attachment').count()) === number, { within: 60_000 });
        }
        files.count += count;
        await kiosk.press('home');
        await kiosk.home();
    }
    return files;
}

/** What the kiosk sends. */
class Files {
    cases = [];
    count = 0;
    /** Every piece that left the page. @type {{at: number, bytes: number}[]} */
    #pieces = [];
    #arrived = 0;
    /** The SHA-256 of each file, as the tablet announced it. */
    #announced = new Map();
    #lab;

    constructor(lab) {
        this.#lab = lab;
        const isFile = (request) => request.url().includes('/attachments/');
        lab.kiosk.page.on('request', (request) => {
            if (isFile(request) && request.method() === 'PUT') this.#pieces.push({ at: Date.now(), bytes: length(request) });
            if (isFile(request) && request.method() === 'POST') this.#announced.set(request.url(), JSON.parse(request.postData() ?? '{}'));
        });
        lab.kiosk.page.on('requestfinished', (request) => {
            if (isFile(request) && request.method() === 'PUT') this.#arrived += length(request);
        });
    }

    /** The pieces since a moment. @param {number} moment */
    sentSince(moment) {
        return this.#pieces.filter(({ at }) => at >= moment).length;
    }

    /** Resolves when this share of all bytes is at the server. The outages on the way happen. @param {number} share @param {{after: number, ms: number}[]} cuts */
    async until(share, cuts) {
        const { kiosk, emulator } = this.#lab;
        const due = cuts.filter(({ after }) => after < share).sort((a, b) => a.after - b.after);
        const isDone = async () => (share < 1 ? this.share() >= share : (await kiosk.at('outgoing').count()) === 0);
        const within = PATIENCE_MS + (this.count * PICTURES.large.bytes * 1_000) / LEAST_RATE;
        for (const end = Date.now() + within; !(await isDone()) || due.length > 0; await pause(100)) {
            if (Date.now() > end) throw new Error(`${(this.share() * 100).toFixed(0)} % of the bytes arrived in ${within / 1_000} s`);
            if (!due.length || this.share() < due[0].after) continue;
            const cut = due.shift();
            cuts.splice(cuts.indexOf(cut), 1);
            await emulator.tell(`outage ${cut.ms}`);
            await pause(cut.ms);
        }
    }

    /** The share of the bytes that arrived. All pictures are of one size, so that the files that were announced tell of the others. */
    share() {
        const sizes = [...this.#announced.values()].map(({ bytes }) => bytes);
        if (!sizes.length) return 0;
        return this.#arrived / ((this.count * sizes.reduce((sum, one) => sum + one, 0)) / sizes.length);
    }

    /** Compares what the server has with what the tablet announced, and with the bytes themselves. Throws if a file is not whole, or not there once. */
    async check() {
        const found = [];
        for (const id of this.cases) found.push(...(await this.#ofCase(id)));
        const announced = [...this.#announced.values()].map(({ sha256 }) => sha256);
        const wanted = new Set(announced);
        const isWhole = ({ listed, real }) => listed === real && wanted.has(listed);
        const whole = new Set(found.filter(isWhole).map(({ real }) => real)).size;
        if (whole !== this.count || found.length !== this.count) {
            throw new Error(`${whole} of ${this.count} files are whole, and the server has ${found.length}`);
        }
        const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
        return { files: whole, bytes, pieces: this.#pieces.length };
    }

    /** The files of a case as a specialist gets them, with the SHA-256 of their bytes. */
    async #ofCase(id) {
        const { page } = this.#lab.doctor;
        const path = `/api/consultations/${id}`;
        const list = await page.evaluate(async (url) => (await (await fetch(url)).json()).record?.attachments ?? [], path);
        const all = [];
        for (const { attachment, file } of list) {
            const bytes = Buffer.from(await page.evaluate(inBase64, `${path}/attachments/${attachment}`), 'base64');
            all.push({ listed: file.sha256, real: createHash('sha256').update(bytes).digest('base64url'), bytes: bytes.length });
        }
        return all;
    }
}

const length = (request) => request.postDataBuffer()?.length ?? 0;

/** Runs in the page: the bytes of an address. @param {string} url */
async function inBase64(url) {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    let string = '';
    for (let at = 0; at < bytes.length; at += 4_096) string += String.fromCharCode(...bytes.subarray(at, at + 4_096));
    return btoa(string);
}

/** @param {any[]} rows */
export function uploadsTable(rows) {
    const time = (r) => r.firstVoice.map((s) => (s === null ? 'never' : s.toFixed(1))).join(' → ');
    const columns = ['profile', 'seed', 'files, MB', 'minutes', 'outages', 'pieces beside the call', '"Appeler" to first voice without the wait, s'];
    const cells = (r) => [r.profile, r.seed, `${r.files}, ${(r.bytes / 1e6).toFixed(2)}`, (r.seconds / 60).toFixed(1), r.outages, r.beside, time(r)];
    const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / Math.max(1, rows.length);
    const stoi = mean(({ before, during }) => during.stoi - before.stoi);
    return `${table(columns, rows, cells)}\n\nfigure: STOI beside the files less STOI alone, mean of ${rows.length}: ${stoi.toFixed(4)}`;
}
