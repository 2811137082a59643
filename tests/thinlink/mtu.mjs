// A link that carries small packets only. The post's host knows it (`told`: its device has that MTU), or nobody does (`silent`: larger
// packets that forbid fragments vanish). Reports whether the call is set up, heard and seen.
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { readCsv } from './traffic.mjs';

const WATCHED_MS = 20_000;

/** @param {{profile: string, mtus: number[], folder: string}} how */
export async function narrow({ profile, mtus, folder }) {
    await drawTalkingHead();
    const rows = [];
    for (const mtu of mtus) {
        for (const told of [true, false]) {
            const row = await one(profile, mtu, told, join(folder, `mtu-${profile}-${mtu}-${told ? 'told' : 'silent'}`));
            console.log(line(row));
            rows.push(row);
        }
    }
    return rows;
}

/** How far it came is a result. */
async function one(profile, mtu, told, folder) {
    const lab = await openLab({ profile, seed: 1, folder, farMtu: told ? mtu : undefined });
    const row = { profile, mtu, told, reached: 'nothing' };
    try {
        await lab.emulator.tell(`set both mtu=${mtu}`);
        await lab.enter();
        row.reached = 'pages';
        await lab.thin();
        const claimed = await lab.call();
        row.reached = 'claimed';
        const { up, down } = await lab.firstHeard(claimed);
        Object.assign(row, { up: after(up, claimed), down: after(down, claimed) });
        row.reached = up && down ? 'heard' : 'not heard';
        await pause(WATCHED_MS);
        Object.assign(row, await seen(lab));
    } catch (error) {
        await lab.keep(error);
    } finally {
        await lab.close();
        row.oversize = readCsv(join(folder, 'wire.csv')).reduce((sum, { oversize }) => sum + oversize, 0);
    }
    return row;
}

const after = (at, since) => (at ? Math.round(at - since) : null);

/** What has arrived on each side, and by which protocol the post's media goes. */
async function seen({ kiosk, doctor }) {
    const [atPost, atDoctor] = await Promise.all([kiosk, doctor].map(async (person) => ({
        frames: (await person.received('video')).frames,
        pictures: await person.page.evaluate(() => window.teranga?.pictures?.decoded ?? 0),
    })));
    const way = (await kiosk.stats(['local-candidate'])).map(({ protocol }) => protocol);
    return { atPost, atDoctor, protocol: way.join() };
}

const line = (row) => JSON.stringify(row);

/** @param {any[]} rows */
export function narrowTable(rows) {
    const head = ['profile', 'MTU', 'the post knows', 'came as far as', 'first voice up / down, ms', 'by', 'frames up / down', 'pictures up / down', 'vanished'];
    const cells = rows.map((r) => [
        r.profile, r.mtu, r.told ? 'yes' : 'no', r.reached, `${r.up ?? '–'} / ${r.down ?? '–'}`, r.protocol ?? '–',
        `${r.atDoctor?.frames ?? '–'} / ${r.atPost?.frames ?? '–'}`, `${r.atDoctor?.pictures ?? '–'} / ${r.atPost?.pictures ?? '–'}`, r.oversize,
    ]);
    return [head, head.map(() => '---'), ...cells].map((one) => `| ${one.join(' | ')} |`).join('\n');
}
