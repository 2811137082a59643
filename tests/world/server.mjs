// A server for one test: the real binary, a demonstration country in a temporary folder, free ports.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { Visitor } from './http.mjs';
import { artifacts, binary, scratch } from './paths.mjs';
import { now, until } from './wait.mjs';

/**
 * What `teranga demo --access-file` writes.
 * @typedef {object} Access
 * @property {{code: string, post: string, device: string}[]} kiosk
 * @property {{login: string, password: string, name: string, speciality: string}[]} doctors
 * @property {{login: string, password: string, name: string}[]} guests
 * @property {{login: string, password: string, name: string}[]} operators
 * @property {{login: string, password: string, name: string}[]} coordinators
 */

export const freeTcpPort = () =>
    new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });

export const freeUdpPort = () =>
    new Promise((resolve, reject) => {
        const socket = dgram.createSocket('udp4');
        socket.once('error', reject);
        socket.bind(0, '0.0.0.0', () => {
            const { port } = socket.address();
            socket.close(() => resolve(port));
        });
    });

/** The environment of this process without what was set for the tests (`TERANGA_NIGHT`), which the server would take for settings of its own. */
const surroundings = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TERANGA_')));

/**
 * @typedef {object} How
 * @property {string} [name]
 * @property {string} [data]
 * @property {Record<string, string>} [env]
 * @property {boolean} [everywhere] - it listens on every address of this machine: Firefox uses no candidate on loopback
 * @property {{run: string[], host: string, name?: string}} [elsewhere] - a command that runs another one in a network of its own, and the
 *     address there; nobody else has taken a port in it, and we cannot reach it from here
 */

/** @param {How} [how] @returns {Promise<Server>} */
export async function startServer(how = {}) {
    const server = how.elsewhere ? new Server(how, 8443, 8443) : new Server(how, await freeTcpPort(), await freeUdpPort());
    await server.start();
    return server;
}

export class Server {
    /** Standard error: its log, one JSON object a line. */
    log = '';
    /** Standard output: what it tells the person at the terminal, codes and passwords too. */
    said = '';
    url = '';
    /** @type {Access} */
    access;

    /** @param {How} how @param {number} port @param {number} mediaPort */
    constructor({ name = 'server', data, env = {}, elsewhere, everywhere = false }, port, mediaPort) {
        this.name = name;
        this.everywhere = everywhere;
        this.elsewhere = elsewhere;
        this.ownsData = !data;
        this.data = data ?? scratch('data');
        this.env = env;
        this.port = port;
        this.mediaPort = mediaPort;
        this.accessFile = join(this.data, 'access.json');
        this.logFile = join(artifacts(name), 'server.log');
        this.logStream = createWriteStream(this.logFile);
    }

    /** Starts the demonstration, or starts it again on the same data and ports. */
    async start() {
        rmSync(this.accessFile, { force: true });
        const places = ['--data', this.data, '--access-file', this.accessFile];
        const listen = `${this.elsewhere?.host ?? (this.everywhere ? '0.0.0.0' : '127.0.0.1')}:${this.port}`;
        const name = this.elsewhere?.name ? ['--name', this.elsewhere.name] : [];
        this.#run(['demo', ...places, '--listen', listen, ...name, '--media-port', String(this.mediaPort)]);
        const written = () => existsSync(this.accessFile) && JSON.parse(readFileSync(this.accessFile, 'utf8'));
        const { url, access } = await this.#until('the access file', written);
        Object.assign(this, { url, access });
        await this.#answers();
    }

    /** Starts it again as a real installation does, on the demonstration's data. @param {Record<string, string>} settings */
    async serve(settings = {}) {
        this.#run(['serve'], {
            TERANGA_DATA: this.data,
            TERANGA_HTTP__LISTEN: `127.0.0.1:${this.port}`,
            TERANGA_HTTP__NAMES: 'localhost',
            TERANGA_MEDIA__FIRST_PORT: String(this.mediaPort),
            TERANGA_MEDIA__BIND: '127.0.0.1',
            TERANGA_MEDIA__ADVERTISED: '127.0.0.1',
            TERANGA_TLS__MODE: 'internal',
            ...settings,
        });
        await this.#answers();
    }

    #run(args, settings = {}) {
        const env = { ...surroundings(), ...this.env, ...settings };
        const [program, ...rest] = [...(this.elsewhere?.run ?? []), binary, ...args];
        this.child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        this.child.stdout.on('data', (part) => (this.said += part));
        this.child.stderr.on('data', (part) => {
            this.log += part;
            this.logStream.write(part);
        });
        this.ended = null;
        this.exit = new Promise((done) => this.child.once('exit', (code, signal) => done({ code, signal })));
        this.exit.then((how) => (this.ended = how));
    }

    /** Waits for a running server; one that ended is not waited for. */
    async #until(what, probe) {
        const got = await until(what, async () => (this.ended ? this.ended : probe()), { within: 40_000 });
        if (got === this.ended) throw new Error(`the server ended: ${JSON.stringify(got)}\n${this.tail()}`);
        return got;
    }

    /** It listens before it writes the access file: one that we cannot reach is believed. */
    async #answers() {
        const reachable = !this.elsewhere;
        if (reachable) await this.#until('/livez', async () => (await new Visitor(this.url).get('/livez')).status === 200);
        this.listeningSince = now();
    }

    get pid() {
        return this.child.pid;
    }

    /** @param {string} speciality */
    doctor(speciality, nth = 0) {
        return this.access.doctors.filter((doctor) => doctor.speciality === speciality)[nth];
    }

    /** As when the power fails. */
    async kill() {
        this.child.kill('SIGKILL');
        await this.exit;
    }

    /** Asks it to stop, as Ctrl-C does. @returns {Promise<{code: number | null, signal: string | null}>} */
    async stop() {
        this.child.kill('SIGINT');
        return this.exit;
    }

    async close() {
        if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
        await new Promise((done) => this.logStream.end(done));
        if (this.ownsData) rmSync(this.data, { recursive: true, force: true });
    }

    tail(lines = 20) {
        return this.log.trim().split('\n').slice(-lines).join('\n');
    }
}
