// An ACME directory (RFC 8555) on loopback: Pebble, the test server of Let's Encrypt, with a name server that resolves every name to
// 127.0.0.1. It proves a name by a connection to the server.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { artifacts, scratch } from './paths.mjs';
import { freeTcpPort, freeUdpPort } from './server.mjs';
import { until } from './wait.mjs';

/** The reason for which no directory can run here, or false. */
export const lacking = spawnSync('pebble', ['-h']).error ? 'needs pebble' : false;

/** Pebble else sleeps before it looks, and refuses every twentieth nonce by lot. */
const PLAIN = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };

export class Directory {
    #folder = scratch('directory');
    #log = createWriteStream(join(artifacts('directory'), 'directory.log'));
    /** @type {import('node:child_process').ChildProcess[]} */
    #running = [];

    /** @param {number} port @param {number} managementPort @param {number} namesPort */
    constructor(port, managementPort, namesPort) {
        Object.assign(this, { port, managementPort, namesPort });
        this.url = `https://localhost:${port}/dir`;
    }

    /** Only the address is settled: nobody answers yet. */
    static async planned() {
        return new Directory(await freeTcpPort(), await freeTcpPort(), await freeUdpPort());
    }

    /** @param {{cert: string, key: string, proofPort: number}} how - its own certificate, and where it asks servers for their proof */
    async start({ cert, key, proofPort }) {
        const file = join(this.#folder, 'pebble.json');
        const pebble = {
            listenAddress: `127.0.0.1:${this.port}`,
            managementListenAddress: `127.0.0.1:${this.managementPort}`,
            certificate: cert,
            privateKey: key,
            tlsPort: proofPort,
            httpPort: 1,
        };
        writeFileSync(file, JSON.stringify({ pebble }));
        const names = `127.0.0.1:${this.namesPort}`;
        const nothingElse = ['-management', '127.0.0.1:0', '-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
        this.#run('pebble-challtestsrv', ['-dns01', names, ...nothingElse]);
        this.#run('pebble', ['-config', file, '-dnsserver', names]);
        this.authority = await until('the directory', () => this.#root());
    }

    /** The certificate that it signs with; a new one at each start. */
    #root() {
        const { managementPort: port } = this;
        return new Promise((resolve, reject) => {
            const request = https.get({ host: '127.0.0.1', port, path: '/roots/0', rejectUnauthorized: false }, (response) => {
                let pem = '';
                response.on('data', (part) => (pem += part));
                response.on('end', () => resolve(pem));
            });
            request.on('error', reject);
        });
    }

    #run(program, args) {
        const child = spawn(program, args, { env: { ...process.env, ...PLAIN }, stdio: ['ignore', 'pipe', 'pipe'] });
        child.stdout.pipe(this.#log, { end: false });
        child.stderr.pipe(this.#log, { end: false });
        this.#running.push(child);
    }

    async stop() {
        const ended = this.#running.map((child) => new Promise((done) => child.once('exit', done)));
        this.#running.forEach((child) => child.kill('SIGKILL'));
        await Promise.all(ended);
        this.#running = [];
    }

    async close() {
        await this.stop();
        this.#log.end();
        rmSync(this.#folder, { recursive: true, force: true });
    }
}
