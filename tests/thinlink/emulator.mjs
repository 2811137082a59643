// The emulated link: a program of its own (emulator/) that reads commands by lines and answers each with a line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { target } from '../world/paths.mjs';

export const emulatorBinary = process.env.THINLINK_EMULATOR ?? join(target, 'debug', 'thinlink-emulator');

/** Why there can be no emulated link here, in a sentence that says what to do; empty if there can. */
export function whyNot() {
    if (process.getuid?.() !== 0) return 'network namespaces need root: run this as root, or in a container with CAP_NET_ADMIN';
    if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun: load the kernel module tun, or give the container the device';
    if (!existsSync(emulatorBinary)) return 'the emulator is not built: run  cargo build -p teranga-thinlink';
    const trial = `thinlink-trial-${process.pid}`;
    const { status, error } = spawnSync('ip', ['netns', 'add', trial]);
    if (error) return 'there is no program ip: install iproute2';
    if (status !== 0) return 'network namespaces are not permitted: give the container CAP_NET_ADMIN and CAP_SYS_ADMIN';
    spawnSync('ip', ['netns', 'delete', trial]);
    return '';
}

/** @param {{profile: string, seed: number, csv: string, farMtu?: number, farIpv6?: boolean}} how @returns {Promise<Emulator>} */
export async function startEmulator(how) {
    const emulator = new Emulator(how);
    await emulator.ready();
    return emulator;
}

export class Emulator {
    near = '';
    far = '';
    server = '';
    /** The server's address for the far host, which is another one if that has IPv6 only. */
    serverOfFar = '';
    said = '';
    /** Those who wait for an answer, in the order of their commands. @type {{done: Function, fail: Function}[]} */
    #waiting = [];

    constructor({ profile, seed, csv, farMtu, farIpv6 }) {
        this.csv = csv;
        // No name: the emulator's own is nobody else's, so that two laboratories do not meet.
        const args = ['--profile', profile, '--seed', String(seed), '--csv', csv, ...(farMtu ? ['--far-mtu', String(farMtu)] : [])];
        if (farIpv6) args.push('--far-ipv6');
        this.child = spawn(emulatorBinary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
        this.child.stderr.on('data', (part) => (this.said += part));
        this.child.stdin.on('error', () => {});
        this.child.once('exit', () => this.#over());
        this.child.once('error', () => this.#over());
        createInterface({ input: this.child.stdout }).on('line', (line) => this.#waiting.shift()?.done(JSON.parse(line)));
    }

    async ready() {
        const { near, far, server, server_of_far: serverOfFar = server } = await this.#answer();
        Object.assign(this, { near, far, server, serverOfFar });
    }

    /** @param {string} command @returns {Promise<{ok: boolean, at_ms: number}>} */
    async tell(command) {
        this.child.stdin.write(`${command}\n`);
        const answer = await this.#answer();
        if (!answer.ok) throw new Error(`the emulator to "${command}": ${JSON.stringify(answer)}`);
        return answer;
    }

    /** Takes the namespaces away. */
    async close() {
        if (this.child.exitCode !== null || this.child.signalCode !== null) return;
        const gone = new Promise((done) => this.child.once('exit', done));
        this.child.stdin.end('quit\n');
        await gone;
    }

    #answer() {
        return new Promise((done, fail) => this.#waiting.push({ done, fail }));
    }

    #over() {
        for (const { fail } of this.#waiting.splice(0)) fail(new Error(`the emulator ended: ${this.said}`));
    }
}
