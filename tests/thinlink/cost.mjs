// What a call costs: all IPv4 bytes of both directions in ten minutes, by what they are for. The two people take turns, as people do.
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { speech } from './speech.mjs';
import { readCsv, sinceGo } from './traffic.mjs';

/** The call that is priced, and what it may cost. */
const MINUTES = 10;
const BOUND_MB = 3.5;
/** The beginning of a call costs more than the rest of it, and happens once. */
const BEGINS_MS = 20_000;
/** Recordings are forgotten each so often, because nobody scores them here. */
const FORGET_MS = 30_000;

/**
 * One call of `seconds`; a shorter one than ten minutes is continued at the rate of its last part.
 * @param {{profile: string, seed: number, seconds: number, folder: string}} how
 */
export async function costOf({ profile, seed, seconds, folder }) {
    await drawTalkingHead();
    const place = join(folder, `cost-${profile}-${seed}`);
    const lab = await openLab({ profile, seed, folder: place });
    try {
        await lab.enter({ post: speech('asking'), specialist: speech('answering') });
        const wentAt = await lab.thin();
        const claimed = await lab.call();
        await lab.firstHeard(claimed);
        for (const end = claimed + seconds * 1_000; Date.now() < end; ) {
            await pause(Math.min(FORGET_MS, Math.max(0, end - Date.now())));
            await lab.clear();
        }
        const [from, to] = [claimed, Date.now()].map((wall) => (wall - wentAt) / 1_000);
        // The emulator writes a second's row when it is over.
        await pause(2_000);
        return [{ profile, seed, seconds: to - from, ...priced(sinceGo(readCsv(join(place, 'wire.csv'))), from, to) }];
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/**
 * The price of ten minutes from the rows of a call that begins at second `from` and is watched until second `to`.
 * @param {Record<string, any>[]} rows @param {number} from @param {number} to
 */
export function priced(rows, from, to) {
    const sum = (list) => list.reduce((bytes, row) => bytes + row.bytes, 0);
    const within = (start, end) => rows.filter(({ second }) => second >= Math.floor(start) && second < Math.floor(end));
    const seen = within(from, to);
    const settled = within(from + BEGINS_MS / 1_000, to);
    const settledSeconds = Math.floor(to) - Math.floor(from + BEGINS_MS / 1_000);
    const left = Math.max(0, MINUTES * 60 - (Math.floor(to) - Math.floor(from)));
    const price = (of) => (sum(seen.filter(of)) + (sum(settled.filter(of)) * left) / Math.max(1, settledSeconds)) / 1e6;
    const kinds = [...new Set(seen.map(({ kind }) => kind))].map((kind) => [kind, price((row) => row.kind === kind)]);
    return {
        up: price(({ direction }) => direction === 'up'),
        down: price(({ direction }) => direction === 'down'),
        megabytes: price(() => true),
        byKind: Object.fromEntries(kinds.sort((a, b) => b[1] - a[1])),
    };
}

/** True if a call on this link may cost what it does. @param {{profile: string, megabytes: number}} row */
export const isCheap = ({ profile, megabytes }) => profile !== 'P4' || megabytes <= BOUND_MB;

/** @param {any[]} rows */
export function costTable(rows) {
    const head = ['profile', 'seed', 'watched, s', 'MB in 10 min', 'up', 'down', 'for what'];
    const kinds = (byKind) => Object.entries(byKind).map(([kind, mb]) => `${kind} ${mb.toFixed(2)}`).join(', ');
    const lines = rows.map((row) => [
        row.profile, row.seed, row.seconds.toFixed(0), `${row.megabytes.toFixed(2)} ${isCheap(row) ? '✓' : '✗'}`,
        row.up.toFixed(2), row.down.toFixed(2), kinds(row.byKind),
    ]);
    return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
