// Traffic over the emulated link, from the emulator's own counters: one row for each second, direction and kind of packet.
import { readFileSync } from 'node:fs';

/** @returns {Record<string, any>[]} */
export function readCsv(path) {
    const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
    const names = head.split(',');
    return lines.map((line) => {
        const fields = line.split(',');
        return Object.fromEntries(names.map((name, i) => [name, /^-?[\d.]+$/.test(fields[i]) ? Number(fields[i]) : fields[i]]));
    });
}

/**
 * Returns the traffic of both directions between two seconds of the emulator's clock.
 * @param {string} csv @param {number} from @param {number} to
 */
export function readTraffic(csv, from, to) {
    const within = ({ second }) => second >= Math.ceil(from) && second < Math.floor(to);
    const packets = sinceGo(readCsv(csv)).filter(within);
    const queue = sinceGo(readCsv(`${csv}.queue.csv`)).filter(within);
    const seconds = Math.max(1, Math.floor(to) - Math.ceil(from));
    const of = (way) => ({
        ...rates(packets.filter(({ direction }) => direction === way), seconds),
        ...standing(queue.filter(({ direction }) => direction === way)),
    });
    return { up: of('up'), down: of('down') };
}

/** Returns the bytes of both directions since the last `go`. @param {string} csv @returns {{up: number, down: number}} */
export function sumOfBytes(csv) {
    const rows = sinceGo(readCsv(csv));
    const of = (way) => rows.filter(({ direction }) => direction === way).reduce((sum, { bytes }) => sum + bytes, 0);
    return { up: of('up'), down: of('down') };
}

/** Returns the rows since the last `go`. @param {Record<string, any>[]} rows */
export function sinceGo(rows) {
    const start = rows.findLastIndex((row, i) => i > 0 && row.second < rows[i - 1].second);
    return rows.slice(Math.max(0, start));
}

function rates(rows, seconds) {
    const kbits = {};
    const perSecond = new Map();
    let dropped = 0;
    let lost = 0;
    for (const row of rows) {
        kbits[row.kind] = (kbits[row.kind] ?? 0) + (row.bytes * 8) / 1_000 / seconds;
        perSecond.set(row.second, (perSecond.get(row.second) ?? 0) + (row.bytes * 8) / 1_000);
        dropped += row.queue_dropped;
        lost += row.lost;
    }
    const total = Object.values(kbits).reduce((sum, one) => sum + one, 0);
    return { kbits: total, maxKbits: Math.max(0, ...perSecond.values()), byKind: kbits, dropped, lost };
}

function standing(rows) {
    const means = rows.map(({ mean_ms: ms }) => ms).sort((a, b) => a - b);
    return {
        queueMean: means.reduce((sum, one) => sum + one, 0) / Math.max(1, means.length),
        queueP95: means[Math.min(means.length - 1, Math.floor(means.length * 0.95))] ?? 0,
        queueMax: Math.max(0, ...rows.map(({ max_ms: ms }) => ms)),
        stalls: rows.reduce((sum, { stalls }) => sum + stalls, 0),
        worstStall: Math.max(0, ...rows.map(({ worst_stall_ms: ms }) => ms)),
    };
}
