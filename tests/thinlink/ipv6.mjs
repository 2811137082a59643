// A post whose network has IPv6 only, behind a NAT64. Pages reach the server by the name that a resolver translates; addresses of IPv4 in ICE candidates are
// out of reach. Reports how far the call comes, and what the page says where no voice comes.
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { reasonOf } from './wild/told.mjs';

/** The header of IPv6 is so many bytes longer. */
const OVERHEAD_BYTES = 20;
/** Time in which a page must say why there is no voice. */
const WATCHED_MS = 45_000;
const EVERY_MS = 1_000;

/** One call, one row. @param {{profile: string, seed: number, folder: string}} how */
export async function withoutIpv4({ profile, seed, folder }) {
    await drawTalkingHead();
    const lab = await openLab({ profile, seed, folder: join(folder, `ipv6-${profile}-${seed}`), farIpv6: true });
    const row = { profile, seed, reached: 'nothing', up: null, down: null, told: {}, screens: { post: '', specialist: '' } };
    try {
        await lab.emulator.tell(`set both overhead=${OVERHEAD_BYTES}`);
        await lab.enter();
        row.reached = 'pages';
        await lab.thin();
        const claimed = await lab.call();
        row.reached = 'claimed';
        const [heard, told] = await Promise.all([lab.firstHeard(claimed, WATCHED_MS), reasons(lab, claimed)]);
        Object.assign(row, { up: after(heard.up, claimed), down: after(heard.down, claimed), told });
        if (heard.up && heard.down) row.reached = 'heard';
    } catch (error) {
        await lab.keep(error);
        console.error(error.message.split('\n')[0]);
    } finally {
        row.screens = { post: await screenOf(lab.kiosk), specialist: await screenOf(lab.doctor) };
        await lab.close();
    }
    return [row];
}

const after = (at, since) => (at ? Math.round(at - since) : null);

/** The first reason that each page gives, and after how many ms. */
async function reasons({ kiosk, doctor }, claimed) {
    const told = {};
    while (Date.now() - claimed < WATCHED_MS && !(told.post && told.specialist)) {
        for (const [side, person] of Object.entries({ post: kiosk, specialist: doctor })) {
            const reason = reasonOf(await screenOf(person));
            if (reason) told[side] ??= { reason, ms: Date.now() - claimed };
        }
        await pause(EVERY_MS);
    }
    return told;
}

async function screenOf(person) {
    const text = await person?.page.evaluate(() => document.body.innerText).catch(() => '');
    return (text ?? '').replace(/\s+/g, ' ').trim();
}

/** True if a voice came both ways, or each page told why not. @param {any} row */
export const isHeardOrTold = ({ reached, told }) => reached === 'heard' || Boolean(told.post && told.specialist);

/** @param {any[]} rows */
export function ipv6Table(rows) {
    const head = ['profile', 'seed', 'came as far as', 'first voice up / down, ms', 'the post is told', 'the specialist is told', 'a voice, or why there is none'];
    const said = (one) => (one ? `"${one.reason}" after ${(one.ms / 1_000).toFixed(0)} s` : 'nothing');
    const cells = rows.map((row) => [
        row.profile, row.seed, row.reached, `${row.up ?? '–'} / ${row.down ?? '–'}`, said(row.told.post), said(row.told.specialist), isHeardOrTold(row) ? '✓' : '✗',
    ]);
    const table = [head, head.map(() => '---'), ...cells].map((one) => `| ${one.join(' | ')} |`).join('\n');
    const deaf = rows.filter(({ reached }) => reached !== 'heard');
    const screens = deaf.flatMap((row) => Object.entries(row.screens).map(([side, screen]) => `The ${side}'s screen at the end: ${screen.slice(0, 300) || 'unknown'}`));
    return [table, ...screens].join('\n\n');
}
