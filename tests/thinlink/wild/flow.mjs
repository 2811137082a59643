// Somebody else's transfer beside a call: one TCP connection between the two network namespaces of the emulated link (flow.py).
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../world/paths.mjs';

const PORT = 5_001;
const PROGRAM = join(root, 'tests/thinlink/wild/flow.py');

/** The congestion controls of this kernel. */
export const controls = () => readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8').trim().split(/\s+/);

/** The control that a link asks for, if the kernel has it, and cubic otherwise. @param {string} wanted @param {string[]} known */
export const controlFor = (wanted, known) => (known.includes(wanted) ? wanted : 'cubic');

/**
 * Fills one direction of the link for some seconds.
 * @param {import('../emulator.mjs').Emulator} emulator @param {{way: 'up' | 'down', tcp: string, seconds: number}} how @param {string} python
 * @returns {Promise<{tcp: string, from: number, to: number, bytes: number}>} wall-clock times, and the bytes that arrived
 */
export async function fill({ near, far, server }, { way, tcp, seconds }, python) {
    const control = controlFor(tcp, controls());
    const down = way === 'down';
    const send = ['send', server, `${PORT}`, control, `${seconds}`];
    const receive = ['receive', server, `${PORT}`, `${seconds}`];
    const from = Date.now();
    const listening = run(near, [...(down ? send : receive), 'listen'], python);
    const connecting = run(far, down ? receive : send, python);
    const told = await Promise.all([listening, connecting]);
    return { tcp: control, from, to: from + seconds * 1_000, bytes: told[down ? 1 : 0].bytes };
}

/** Runs one end in a namespace, and returns what it says at its end. It ends by itself. */
function run(namespace, args, python) {
    return new Promise((done, fail) => {
        const child = spawn('ip', ['netns', 'exec', namespace, python, PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        let [said, error] = ['', ''];
        child.stdout.on('data', (part) => (said += part));
        child.stderr.on('data', (part) => (error += part));
        child.once('error', fail);
        child.once('exit', (code) => (code === 0 ? done(JSON.parse(said)) : fail(new Error(`the transfer by TCP ended with ${code}: ${error}`))));
    });
}
