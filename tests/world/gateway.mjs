// An SMS gateway on loopback: Kannel as operators run it, bearerbox and smsbox, with its `fake` connection to an operator's SMS centre. This file
// is the centre's end of that connection, and keeps what telephones would get.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { artifacts, scratch } from './paths.mjs';
import { freeTcpPort } from './server.mjs';
import { until } from './wait.mjs';

const BEARERBOX = '/usr/sbin/bearerbox';
const SMSBOX = '/usr/sbin/smsbox';

/** The reason for which no gateway can run here, or false. */
export const lacking = spawnSync(BEARERBOX, ['--version']).error ? 'needs kannel' : false;

export const USER = 'teranga';
export const PASSWORD = 'gateway-s3cret';

export class Gateway {
    #folder = scratch('gateway');
    #log = createWriteStream(join(artifacts('gateway'), 'kannel.log'));
    /** @type {import('node:child_process').ChildProcess[]} */
    #running = [];
    /** @type {net.Socket | undefined} */
    #centre;
    /** What telephones got. @type {{from: string, to: string, text: string}[]} */
    delivered = [];

    /** Only the address is settled: nobody answers yet. */
    static async planned() {
        const gateway = new Gateway();
        const [admin, boxes, centre, port] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
        Object.assign(gateway, { admin, boxes, centre, port });
        gateway.url = `http://127.0.0.1:${port}/cgi-bin/sendsms`;
        return gateway;
    }

    async start() {
        const local = '127.0.0.1';
        const groups = [
            { group: 'core', 'admin-port': this.admin, 'admin-password': 'x', 'admin-interface': local, 'smsbox-port': this.boxes, 'smsbox-interface': local, 'box-allow-ip': local, 'store-type': 'file', 'store-location': join(this.#folder, 'store') },
            { group: 'smsc', smsc: 'fake', 'smsc-id': 'fake', port: this.centre, 'connect-allow-ip': local },
            { group: 'smsbox', 'bearerbox-host': local, 'bearerbox-port': this.boxes, 'sendsms-port': this.port, 'sendsms-interface': local },
            { group: 'sendsms-user', username: USER, password: PASSWORD, 'max-messages': 1 },
            { group: 'sms-service', keyword: 'default', text: 'none', 'max-messages': 0 },
        ];
        const lines = (group) => Object.entries(group).map(([key, value]) => `${key} = ${value}`).join('\n');
        const file = join(this.#folder, 'kannel.conf');
        writeFileSync(file, `${groups.map(lines).join('\n\n')}\n`);
        this.#run(BEARERBOX, file);
        await until('the bearerbox', () => this.#connect());
        this.#run(SMSBOX, file);
        await until('the smsbox', () => answers(this.port));
    }

    /** The SMS centre connects, and reads a line for each SMS: sender, receiver, kind, text. */
    async #connect() {
        const socket = net.connect(this.centre, '127.0.0.1');
        await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
        let rest = '';
        socket.on('data', (part) => {
            const lines = (rest + part).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) {
                const [from, to, , ...words] = line.trim().split(' ');
                this.delivered.push({ from, to, text: words.join(' ') });
            }
        });
        socket.on('error', () => undefined);
        this.#centre = socket;
        return true;
    }

    #run(program, file) {
        const child = spawn(program, ['-v', '1', file], { stdio: ['ignore', 'pipe', 'pipe'] });
        child.stdout.pipe(this.#log, { end: false });
        child.stderr.pipe(this.#log, { end: false });
        this.#running.push(child);
    }

    async close() {
        this.#centre?.destroy();
        const ended = this.#running.map((child) => new Promise((done) => child.once('exit', done)));
        this.#running.forEach((child) => child.kill('SIGKILL'));
        await Promise.all(ended);
        this.#log.end();
        rmSync(this.#folder, { recursive: true, force: true });
    }
}

const answers = (port) =>
    new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
