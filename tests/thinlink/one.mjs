// One measurement: one profile, one seed, one call. Leaves a folder that score.py and wire.mjs read.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { openBrowsers } from '../world/browser.mjs';
import { root } from '../world/paths.mjs';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { readWire } from './wire.mjs';

/** Between the first voice and the window that is scored: what a call settles to is scored, not its first breath. */
const SETTLE_MS = 8_000;

/** @param {{profile: string, seed: number, seconds: number, folder: string}} how */
export async function recordCall({ profile, seed, seconds, folder }) {
    await drawTalkingHead();
    const lab = await openLab({ profile, seed, folder });
    try {
        await lab.enter();
        const wentAt = await lab.thin();
        const claimed = await lab.call();
        const heard = await lab.firstHeard(claimed);
        await pause(SETTLE_MS);
        const from = Date.now();
        await pause(seconds * 1_000);
        const to = Date.now();
        await pause(5_000);
        await lab.record({ profile, seed, wentAt, claimed, heard, from, to, load: loadavg() });
    } catch (error) {
        const said = await Promise.all([...openBrowsers].map((browser) => browser.keep(`thinlink-${profile}-${seed}`)));
        writeFileSync(join(folder, 'pages.log'), `${error.stack}\n\n${said.join('\n\n')}\n`);
        throw error;
    } finally {
        writeFileSync(join(folder, 'server.log'), lab.server?.log ?? '');
        await lab.close();
    }
}

/** What the folder of a call says, in figures. @param {string} folder @param {string} python */
export function score(folder, python) {
    execFileSync(python, [join(root, 'tests/thinlink/score.py'), folder], { stdio: ['ignore', 'inherit', 'inherit'] });
    const call = JSON.parse(readFileSync(join(folder, 'call.json'), 'utf8'));
    const voice = JSON.parse(readFileSync(join(folder, 'score.json'), 'utf8'));
    const wire = readWire(join(folder, 'wire.csv'), (call.from - call.wentAt) / 1_000, (call.to - call.wentAt) / 1_000);
    return { profile: call.profile, seed: call.seed, load: call.load[0], ...merged(voice, wire), heardAfter: heardAfter(call) };
}

const merged = (voice, wire) => ({ up: { ...voice.up, wire: wire.up }, down: { ...voice.down, wire: wire.down } });

const heardAfter = ({ claimed, heard }) =>
    Object.fromEntries(Object.entries(heard).map(([way, at]) => [way, at === null ? null : Math.round(at - claimed)]));
