// An outage during a call. Reports when people are told, when the voice is back, and its delay then.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { scoreVoice } from './one-call.mjs';

/** Long enough to know what the delay usually is, and to see it become so again. */
const BEFORE_MS = 15_000;
const AFTER_MS = 20_000;

/**
 * One call a change (none, `address`, `port`: what the network makes of the post meanwhile), several outages in each.
 * @param {{profile: string, seconds: number[], changes: string[], folder: string, python: string}} how
 */
export async function outages({ profile, seconds, changes, folder, python }) {
    await drawTalkingHead();
    const rows = [];
    for (const change of changes) {
        const lab = await openLab({ profile, seed: 1, folder: join(folder, `outage-${profile}-${change}`) });
        try {
            await lab.enter();
            await lab.thin();
            await lab.firstHeard(await lab.call());
            for (const length of seconds) rows.push(...(await one(lab, change, length, python)));
        } catch (error) {
            await lab.keep(error);
            console.error(`outages with change "${change}" ended early: ${error.message}`);
        } finally {
            await lab.close();
        }
    }
    return rows;
}

async function one(lab, change, length, python) {
    const { kiosk, doctor } = lab;
    const folder = join(lab.folder, `${length}s`);
    await lab.clear();
    const from = Date.now();
    await pause(BEFORE_MS);
    await kiosk.watchFor('told', '[data-testid="outage"]');
    await doctor.watchFor('told', '[data-testid="far-outage"]');
    const cut = Date.now();
    await lab.emulator.tell(`outage ${length * 1_000}`);
    await pause(length * 500);
    if (change !== 'none') await lab.emulator.tell(change);
    await pause(cut + length * 1_000 - Date.now() + AFTER_MS);
    const told = await Promise.all([kiosk, doctor].map((person) => person.page.evaluate(() => window.world.marks.told ?? null)));
    const end = cut + length * 1_000;
    await lab.record({ profile: lab.profile, from, to: cut, outages: [{ from: cut, to: end, until: end + AFTER_MS }] }, folder);
    const voice = scoreVoice(folder, python);
    const row = (way, seen) => ({
        change,
        length,
        way,
        told: seen === null ? null : Math.round(seen - cut) / 1_000,
        usual: voice[way].m2e,
        ...voice[way].returns[0],
    });
    // The post is told of its own outage, the specialist of the post's.
    const both = [row('up', told[1]), row('down', told[0])];
    writeFileSync(join(folder, 'rows.json'), JSON.stringify(both));
    console.log(both.map(line).join('\n'));
    return both;
}

const s = (value) => (value === null || value === undefined ? 'never' : `${value.toFixed(1)} s`);
const line = ({ change, length, way, told, voiceBack, pictureBack, m2eBack }) =>
    `${length} s, ${change}, ${way}: told after ${s(told)}, voice back ${s(voiceBack)}, picture ${s(pictureBack)}, delay as before ${s(m2eBack)}`;

/** @param {any[]} rows */
export function outageTable(rows) {
    const head = ['outage', 'meanwhile', 'way', 'told after', 'voice back after', 'picture back after', 'delay as before after'];
    const cells = rows.map((r) => [
        `${r.length} s`,
        r.change === 'none' ? '–' : `new ${r.change}`,
        r.way,
        ...[r.told, r.voiceBack, r.pictureBack, r.m2eBack].map(s),
    ]);
    return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
