// An HTTP client without a page (docs/API.md): one visitor with one cookie.
import { generateKeyPairSync, sign } from 'node:crypto';
import https from 'node:https';

/** Every request opens a connection of its own, because a shared one would hide the behaviour of new connections. */
const agent = new https.Agent({ rejectUnauthorized: false, keepAlive: false });

const SESSION = '__Host-teranga=';

export class Visitor {
    cookie = '';

    /** @param {string} url */
    constructor(url) {
        this.url = new URL(url);
        this.origin = this.url.origin;
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {{body?: unknown, raw?: string | Buffer, headers?: Record<string, string>, whenSent?: () => void}} [what] - `whenSent` is called when
     *     the system has all bytes of the request
     * @returns {Promise<{status: number, headers: import('node:http').IncomingHttpHeaders, bytes: Buffer, json: any}>}
     */
    ask(method, path, { body, raw, headers = {}, whenSent = () => {} } = {}) {
        const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
        const sent = {
            ...(method === 'GET' ? {} : { origin: this.origin }),
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
            ...(this.cookie ? { cookie: this.cookie } : {}),
            ...headers,
        };
        return new Promise((resolve, reject) => {
            const request = https.request(new URL(path, this.url), { method, agent, headers: sent }, (response) => {
                const parts = [];
                response.on('data', (part) => parts.push(part));
                response.on('end', () => {
                    const set = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
                    this.cookie = set.find((cookie) => cookie.startsWith(SESSION)) ?? this.cookie;
                    const bytes = Buffer.concat(parts);
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, json: parsed(bytes) });
                });
                response.on('error', reject);
            });
            request.setTimeout(10_000, () => request.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
            request.on('error', reject);
            request.on('finish', whenSent);
            request.end(payload);
        });
    }

    get(path, headers) {
        return this.ask('GET', path, { headers });
    }

    post(path, body) {
        return this.ask('POST', path, { body });
    }

    /** @param {{login: string, password: string}} doctor */
    async signIn({ login, password }) {
        return expect(200, await this.post('/api/signin', { login, password })).json;
    }
}

/** A kiosk without a page: a device key, and what one does with it. */
export class Device extends Visitor {
    keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

    /** The raw uncompressed point, base64url. */
    get publicKey() {
        const { x, y } = this.keys.publicKey.export({ format: 'jwk' });
        const point = [Buffer.from([4]), Buffer.from(String(x), 'base64url'), Buffer.from(String(y), 'base64url')];
        return Buffer.concat(point).toString('base64url');
    }

    /** @param {string} code */
    async enroll(code) {
        const answer = await this.post('/api/devices/enroll', { code, public_key: this.publicKey });
        this.device = expect(200, answer).json.device;
        return this.device;
    }

    async challenge() {
        return expect(200, await this.post('/api/devices/challenge', { device: this.device })).json.challenge;
    }

    /** @param {string} challenge */
    signature(challenge) {
        const bytes = Buffer.from(challenge, 'base64url');
        const key = { key: this.keys.privateKey, dsaEncoding: /** @type {const} */ ('ieee-p1363') };
        return sign('sha256', bytes, key).toString('base64url');
    }

    async enter() {
        const challenge = await this.challenge();
        const body = { device: this.device, challenge, signature: this.signature(challenge) };
        return expect(200, await this.post('/api/devices/signin', body)).json;
    }
}

/** @template {{status: number, bytes: Buffer}} T @param {number} status @param {T} answer @returns {T} */
export function expect(status, answer) {
    if (answer.status !== status) {
        throw new Error(`expected ${status}, got ${answer.status}: ${answer.bytes.toString().slice(0, 200)}`);
    }
    return answer;
}

function parsed(bytes) {
    try {
        return JSON.parse(bytes.toString());
    } catch {
        return null;
    }
}
