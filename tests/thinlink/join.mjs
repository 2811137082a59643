// Waiting times of a post on a thin link: for its pages, on the first visit and later, and for a voice after "Prendre".
import { join } from 'node:path';
import { openBrowser } from '../world/browser.mjs';
import { microphone, voices } from '../world/fixtures.mjs';
import { scratch } from '../world/paths.mjs';
import { Kiosk } from '../world/people.mjs';
import { median, now, pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { sumOfBytes } from './traffic.mjs';

/** Long enough for the post's transport to be up on any of the links. */
const WARM_MS = 20_000;
const PATIENCE_MS = 120_000;

/** @param {{profile: string, seeds: number[], only: string[], folder: string}} how @returns {Promise<any[]>} one object a seed */
export async function joins({ profile, seeds, only, folder }) {
    await drawTalkingHead();
    const rows = [];
    for (const seed of seeds) {
        const place = (what) => join(folder, `join-${profile}-${seed}${what}`);
        const row = only.includes('pages') ? await visits(profile, seed, place('')) : {};
        const voices = async (what, waiting) => {
            if (!only.includes(what)) return;
            const { up, down } = await firstVoice(profile, seed, place(`-${what}`), waiting);
            Object.assign(row, { [`${what}Up`]: up, [`${what}Down`]: down });
        };
        await voices('cold', 0);
        await voices('warm', WARM_MS);
        rows.push(row);
        console.log(`${profile} seed ${seed}: ${JSON.stringify(rows.at(-1))}`);
    }
    return rows;
}

/** The post's page on a link that is thin from the first byte on. Times in ms. */
async function visits(profile, seed, folder) {
    const lab = await openLab({ profile, seed, folder, wide: false });
    const keptProfile = scratch('profile');
    try {
        await lab.emulator.tell('go');
        const first = await visit(lab, keptProfile, 'enroll-code');
        const { code } = lab.server.access.kiosk[0];
        const enrolling = now();
        await first.kiosk.enroll(code);
        const enrolled = now() - enrolling;
        const bytes = sumOfBytes(lab.emulator.csv);
        await first.kiosk.page.evaluate(() => navigator.serviceWorker?.ready.then(() => true));
        await pause(WARM_MS);
        await first.kiosk.close();
        // The tablet was switched off: a new process, nothing but the disk.
        const later = await visit(lab, keptProfile, 'urgent-obstetrics');
        await later.kiosk.close();
        return { first: first.ms, enrolled, bytesDown: bytes.down, bytesUp: bytes.up, later: later.ms };
    } finally {
        await lab.close();
    }
}

async function visit(lab, profile, testId) {
    const options = lab.postOptions({ profile });
    const browser = await openBrowser({ url: lab.server.url, voice: voices.kiosk, ...options });
    browser.context.setDefaultTimeout(PATIENCE_MS);
    browser.context.setDefaultNavigationTimeout(PATIENCE_MS);
    const began = now();
    const kiosk = new Kiosk(browser, await browser.page('/poste'));
    await kiosk.at(testId).waitFor();
    return { kiosk, ms: now() - began };
}

/**
 * From "Prendre" to the first sound, each way. Nobody pauses for breath: both microphones carry a tone.
 * @param {number} waiting - how long the request shows before it is taken; what waits for long is warm
 */
async function firstVoice(profile, seed, folder, waiting) {
    const lab = await openLab({ profile, seed, folder });
    try {
        await lab.enter({ post: microphone(voices.kiosk), specialist: microphone(voices.doctor) });
        await lab.thin();
        const claimed = await lab.call(waiting);
        const { up, down } = await lab.firstHeard(claimed);
        return { up: up && up - claimed, down: down && down - claimed };
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

const COLUMNS = {
    first: 'first visit',
    enrolled: 'enrolment',
    later: 'later visit',
    coldUp: 'voice up, at once',
    coldDown: 'voice down, at once',
    warmUp: 'voice up, warm',
    warmDown: 'voice down, warm',
};

/** @param {string} profile @param {any[]} rows */
export function joinTable(profile, rows) {
    const cell = (name) => {
        const told = rows.map((row) => row[name]).filter((ms) => ms !== null);
        return told.length < rows.length ? 'never' : `${(median(told) / 1_000).toFixed(2)} s`;
    };
    const names = Object.keys(COLUMNS).filter((name) => name in rows[0]);
    const kB = (name) => (median(rows.map((row) => row[name])) / 1_000).toFixed(0);
    const traffic = 'bytesDown' in rows[0] ? [['kB down / up until enrolled', `${kB('bytesDown')} / ${kB('bytesUp')}`]] : [];
    const head = ['link', ...names.map((name) => COLUMNS[name]), ...traffic.map(([title]) => title)];
    const row = [profile, ...names.map(cell), ...traffic.map(([, told]) => told)];
    return [head, head.map(() => '---'), row].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
