// The desktop's notification service, as Chromium speaks to it on Linux: org.freedesktop.Notifications (Desktop Notifications Specification 1.2) on a
// D-Bus of the test's own. It shows nothing, keeps what Chromium wants to be shown, and presses a button as a person would, so that the browser itself
// wakes the service worker and lets it open a window.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { until } from './wait.mjs';

/** The reason why there is no such service here, or false. */
export const lacking = spawnSync('dbus-daemon', ['--version']).error && 'dbus-daemon is not installed';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';
const CALL = 1;
const RETURN = 2;
const SIGNAL = 4;
/** The header fields of a message (D-Bus Specification, "Header Fields") with the types of their values. */
const FIELDS = { path: [1, 'o'], interface: [2, 's'], member: [3, 's'], reply: [5, 'u'], destination: [6, 's'], sender: [7, 's'], signature: [8, 'g'] };

/** Writes values in D-Bus's little-endian form. */
class Writer {
    #bytes = [];

    get bytes() {
        return Buffer.from(this.#bytes);
    }

    align(to) {
        while (this.#bytes.length % to) this.#bytes.push(0);
    }

    byte(value) {
        this.#bytes.push(value);
    }

    u(value) {
        this.align(4);
        for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
    }

    s(text) {
        const bytes = Buffer.from(text);
        this.u(bytes.length);
        this.#bytes.push(...bytes, 0);
    }

    g(text) {
        this.byte(text.length);
        this.#bytes.push(...Buffer.from(text), 0);
    }

    /** Writes bytes that are aligned already. @param {Buffer} bytes */
    raw(bytes) {
        this.#bytes.push(...bytes);
    }

    /** Writes an array of texts. @param {string[]} texts */
    as(texts) {
        const inner = new Writer();
        for (const text of texts) inner.s(text);
        this.u(inner.bytes.length);
        this.raw(inner.bytes);
    }

    /** Writes a value of a type. @param {string} type */
    value(type, value) {
        if (type === 'as') this.as(value);
        else this[type === 'o' ? 's' : type](value);
    }
}

/** Reads values of a message. */
class Reader {
    #bytes;
    at;

    constructor(bytes, at = 0) {
        this.#bytes = bytes;
        this.at = at;
    }

    align(to) {
        this.at = Math.ceil(this.at / to) * to;
    }

    u() {
        this.align(4);
        this.at += 4;
        return this.#bytes.readUInt32LE(this.at - 4);
    }

    text(length) {
        this.at += length + 1;
        return this.#bytes.toString('utf8', this.at - length - 1, this.at - 1);
    }

    byte() {
        return this.#bytes[this.at++];
    }

    s() {
        return this.text(this.u());
    }

    g() {
        return this.text(this.byte());
    }

    as() {
        const length = this.u();
        const end = this.at + length;
        const texts = [];
        while (this.at < end) texts.push(this.s());
        return texts;
    }

    /** Reads a value whose type stands before it. */
    variant() {
        const type = this.g();
        return type === 'u' ? this.u() : type === 'g' ? this.g() : this.s();
    }
}

/** A message with these fields and body. @param {number} type @param {number} serial @param {Record<string, unknown>} fields @param {[string, unknown][]} body */
function message(type, serial, fields, body = []) {
    const content = new Writer();
    for (const [kind, value] of body) content.value(kind, value);
    const all = { ...fields, ...(body.length && { signature: body.map(([kind]) => kind).join('') }) };
    const header = new Writer();
    for (const [name, value] of Object.entries(all)) {
        const [number, kind] = FIELDS[name];
        header.align(8);
        header.byte(number);
        header.g(kind);
        header.value(kind, value);
    }
    const whole = new Writer();
    for (const byte of [0x6c, type, 0, 1]) whole.byte(byte);
    whole.u(content.bytes.length);
    whole.u(serial);
    whole.u(header.bytes.length);
    whole.raw(header.bytes);
    whole.align(8);
    whole.raw(content.bytes);
    return whole.bytes;
}

/** Takes the first message from `bytes`; null if it is not whole. @param {Buffer} bytes */
function take(bytes) {
    if (bytes.length < 16) return null;
    const [length, fieldsLength] = [bytes.readUInt32LE(4), bytes.readUInt32LE(12)];
    const begin = Math.ceil((16 + fieldsLength) / 8) * 8;
    if (bytes.length < begin + length) return null;
    const reader = new Reader(bytes, 16);
    const fields = {};
    while (reader.at < 16 + fieldsLength) {
        reader.align(8);
        const number = reader.byte();
        const value = reader.variant();
        const name = Object.keys(FIELDS).find((one) => FIELDS[one][0] === number);
        if (name) fields[name] = value;
    }
    const body = new Reader(bytes.subarray(begin, begin + length));
    return { type: bytes[1], serial: bytes.readUInt32LE(8), fields, body, rest: bytes.subarray(begin + length) };
}

/** Rejects when the bus ends by itself, or cannot be started. @param {import('node:child_process').ChildProcess} bus */
async function ended(bus) {
    const [code] = await once(bus, 'exit');
    throw new Error(`dbus-daemon ended with ${code}`);
}

/** The notifications that a browser shows. Make it before the browser is started. */
export class NotificationService {
    /** What is shown: the text and the buttons, by the number of the notification. @type {Map<number, {title: string, text: string, actions: Map<string, string>}>} */
    shown = new Map();
    #serial = 0;
    #last = 0;

    /** Starts a bus and takes the place of the desktop on it. */
    static async start() {
        const service = new NotificationService();
        const bus = (service.bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address']));
        bus.stderr.resume();
        try {
            await Promise.race([service.#begin(), ended(bus)]);
            return service;
        } catch (error) {
            service.stop();
            throw error;
        }
    }

    /** Ends the bus. */
    stop() {
        delete process.env.DBUS_SESSION_BUS_ADDRESS;
        this.socket?.destroy();
        this.bus.kill();
    }

    /** Presses the button with this text on the newest notification that has it. @param {string} label */
    async press(label) {
        const find = () => [...this.shown].reverse().find(([, { actions }]) => actions.has(label));
        const [id, { actions }] = await until(`a notification with "${label}"`, find);
        this.#say(SIGNAL, { path: PATH, interface: NAME, member: 'ActionInvoked' }, [['u', id], ['s', actions.get(label)]]);
    }

    async #begin() {
        const [line] = await once(this.bus.stdout, 'data');
        this.address = String(line).trim();
        await this.#connect(/unix:path=([^,]+)/.exec(this.address)[1]);
        process.env.DBUS_SESSION_BUS_ADDRESS = this.address;
    }

    async #connect(path) {
        const socket = (this.socket = createConnection(path));
        // It rejects if the bus cannot be reached, and later errors only end the socket.
        await once(socket, 'connect');
        socket.on('error', () => undefined);
        socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid())).toString('hex')}\r\n`);
        await once(socket, 'data');
        socket.write('BEGIN\r\n');
        let bytes = Buffer.alloc(0);
        socket.on('data', (more) => {
            bytes = Buffer.concat([bytes, more]);
            for (let one = take(bytes); one; one = take(bytes)) {
                bytes = one.rest;
                this.#heard(one);
            }
        });
        const bus = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', destination: 'org.freedesktop.DBus' };
        this.#say(CALL, { ...bus, member: 'Hello' });
        this.#say(CALL, { ...bus, member: 'RequestName' }, [['s', NAME], ['u', 0]]);
    }

    #say(type, fields, body) {
        this.socket.write(message(type, ++this.#serial, fields, body));
    }

    #heard({ type, serial, fields, body }) {
        if (type !== CALL) return;
        this.#say(RETURN, { reply: serial, destination: fields.sender }, this.#answer(fields.member, body));
    }

    #answer(member, body) {
        if (member === 'GetCapabilities') return [['as', ['actions', 'body', 'persistence']]];
        if (member === 'GetServerInformation') return ['desktop', 'Teranga', '1', '1.2'].map((text) => ['s', text]);
        if (member === 'CloseNotification') return this.#close(body.u());
        if (member === 'Notify') return [['u', this.#show(body)]];
        return [];
    }

    #show(body) {
        body.s();
        const replaced = body.u();
        body.s();
        const [title, text, actions] = [body.s(), body.s(), body.as()];
        const id = replaced || ++this.#last;
        const byLabel = new Map();
        for (let at = 0; at < actions.length; at += 2) byLabel.set(actions[at + 1], actions[at]);
        this.shown.set(id, { title, text, actions: byLabel });
        return id;
    }

    #close(id) {
        this.shown.delete(id);
        this.#say(SIGNAL, { path: PATH, interface: NAME, member: 'NotificationClosed' }, [['u', id], ['u', 3]]);
        return [];
    }
}
