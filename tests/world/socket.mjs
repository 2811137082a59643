// A WebSocket client without a page (signaling/PROTOCOL.md), for messages that no page would send.
import WebSocket from 'ws';
import { until } from './wait.mjs';

export const VERSION = 2;

/** @param {import('./http.mjs').Visitor} visitor - signed in @param {Record<string, string>} [headers] */
export async function dial(visitor, headers = {}) {
    const socket = new WebSocket(`wss://${visitor.url.host}/ws`, {
        rejectUnauthorized: false,
        perMessageDeflate: false,
        headers: { origin: visitor.origin, cookie: visitor.cookie, ...headers },
    });
    const wire = new SocketClient(socket);
    await wire.opened;
    return wire;
}

export class SocketClient {
    /** Every message of the server. @type {any[]} */
    heard = [];
    closed = false;

    constructor(socket) {
        this.socket = socket;
        this.opened = new Promise((resolve, reject) => {
            socket.once('open', resolve);
            socket.once('unexpected-response', (_, response) => {
                response.resume();
                reject(new Error(`the socket was refused: ${response.statusCode}`));
            });
            socket.on('error', reject);
        });
        socket.on('message', (data) => this.heard.push(JSON.parse(data.toString())));
        socket.on('close', (code) => {
            this.closed = true;
            this.code = code;
            clearInterval(this.beating);
        });
    }

    /** @param {Record<string, unknown>} message */
    say(message) {
        this.socket.send(JSON.stringify(message));
    }

    /** Sends what need not be a message. @param {string | Buffer} data */
    raw(data) {
        this.socket.send(data);
    }

    /** Says hello, waits for the welcome, and beats as it was told. @param {{resume?: string, take_over?: boolean}} [how] */
    async hello(how = {}) {
        this.say({ type: 'hello', version: VERSION, take_over: false, ...how });
        const welcome = await this.next('welcome');
        this.beat(welcome.pace.heartbeat_ms);
        return welcome;
    }

    /** @param {number} everyMs */
    beat(everyMs) {
        clearInterval(this.beating);
        let n = 0;
        this.beating = setInterval(() => {
            const pace = this.heard.findLast?.((message) => message.type === 'pace')?.heartbeat_ms ?? everyMs;
            if (pace !== everyMs) return this.beat(pace);
            if (this.socket.readyState === WebSocket.OPEN) this.say({ type: 'beat', n: (n += 1) });
        }, everyMs);
    }

    /** The next message of `type` not yet taken. @param {string} type @param {(message: any) => boolean} [fits] */
    async next(type, fits = () => true, within = 5_000) {
        const at = await until(
            `"${type}" on the socket`,
            () => {
                const found = this.heard.findIndex((message) => message.type === type && fits(message));
                if (found < 0 && this.closed) throw new Error(`the socket closed (${this.code})`);
                return found + 1;
            },
            { within, every: 10 },
        ).catch((error) => {
            const types = this.heard.map((message) => message.type + (message.code ? `:${message.code}` : ''));
            throw new Error(`${error.message}; heard ${types.slice(-12).join(' ')}`);
        });
        return this.heard.splice(at - 1, 1)[0];
    }

    /** Waits for the refusal of a message of type `of`. @param {string} of */
    refusal(of) {
        return this.next('error', (message) => message.of === of);
    }

    end() {
        clearInterval(this.beating);
        this.socket.terminate();
    }
}

/** A form as a post fills it in. */
export const intake = (more = {}) => ({ reason: 'saignement depuis ce matin', ...more });

/** A request as a post sends it. @param {string} request - a UUID */
export const request = (request, more = {}) => ({
    type: 'request',
    request,
    speciality: 'obstetrics',
    urgency: 'stat',
    intake: intake(),
    ...more,
});
