// A mail relay on loopback: aiosmtpd, a real SMTP server, which demands STARTTLS and a password.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeTcpPort } from './server.mjs';
import { until } from './wait.mjs';

/** Debian's own Python has Debian's aiosmtpd, whatever other Python is first in the path. */
const PYTHON = '/usr/bin/python3';

/** The reason for which no relay can run here, or false. */
export const lacking = spawnSync(PYTHON, ['-c', 'import aiosmtpd']).status === 0 ? false : 'needs python3-aiosmtpd';

export const USER = 'teranga';
export const PASSWORD = 'relay-s3cret';

export class Relay {
    #said = '';
    #complaints = '';

    /** What came. @returns {{to: string[], from: string, id: string, subject: string, text: string, tls: boolean}[]} */
    get delivered() {
        const lines = this.#said.split('\n').filter(Boolean).map((line) => JSON.parse(line));
        return lines.filter((line) => line.to);
    }

    /** Only the port is settled: nobody answers yet. */
    static async planned() {
        const relay = new Relay();
        relay.port = await freeTcpPort();
        return relay;
    }

    /** @param {{cert: string, key: string}} how */
    async start({ cert, key }) {
        this.port ??= await freeTcpPort();
        const script = join(dirname(fileURLToPath(import.meta.url)), 'relay.py');
        this.child = spawn(PYTHON, [script, String(this.port), cert, key, USER, PASSWORD], { stdio: ['ignore', 'pipe', 'pipe'] });
        this.child.stdout.on('data', (part) => (this.#said += part));
        this.child.stderr.on('data', (part) => (this.#complaints += part));
        await until(`the relay ${this.#complaints}`, () => this.#said.includes('ready'));
    }

    async close() {
        const ended = new Promise((done) => this.child.once('exit', done));
        this.child.kill('SIGKILL');
        await ended;
    }
}
