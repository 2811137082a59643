// A participant's link to the server, which a test can cut, restore, and give another address. Everything passes it: the pages' TCP by
// Chromium's resolver rules, the media's UDP and TCP by rewritten candidates.
import dgram from 'node:dgram';
import net from 'node:net';

const HOST = '127.0.0.1';

/**
 * @param {string} url - the server
 * @param {{everywhere?: boolean}} [options] - `everywhere` takes datagrams at every address of this machine, for a browser that uses none on
 *     loopback. Answers to loopback then leave from another address, and Chromium drops them as ICE agents must (RFC 8445 section 7.2.5.2.1).
 * @returns {Promise<Link>}
 */
export async function openLink(url, { everywhere = false } = {}) {
    const link = new Link(new URL(url));
    await link.listen(everywhere ? undefined : HOST);
    return link;
}

export class Link {
    /** Datagrams that came from the page, while recording. @type {Buffer[]} */
    recorded = [];
    recording = false;
    up = true;
    /** Whether datagrams pass; many networks let only TCP through. */
    letsUdp = true;
    bytes = { up: 0, down: 0 };
    /** Somebody who reads the page's datagrams before they pass, and can send others in its name. @type {null | ((data: Buffer, forge: (data: Buffer) => void) => void)} */
    attacker = null;
    /** Voice that does not pass although everything else does: which way, and of which of the page's ports. */
    deafened = { up: 0, down: 0 };

    constructor(server) {
        this.server = server;
        this.tcp = net.createServer((socket) => this.#accept(socket));
        this.udp = dgram.createSocket('udp4');
        this.pairs = new Set();
        this.mediaHost = HOST;
        /** Where the page's datagrams go; learnt from what the server announced. @type {number | null} */
        this.mediaPort = null;
        /** One way to the server for each port of the page. @type {Map<number, dgram.Socket>} */
        this.upstreams = new Map();
        this.upstream = { send: (data, from) => this.#upstreamOf(from).send(data, this.mediaPort, this.mediaHost) };
        this.pagePort = 0;
    }

    async listen(udpHost) {
        await new Promise((done) => this.tcp.listen(0, HOST, () => done()));
        await new Promise((done) => this.udp.bind(0, udpHost, () => done()));
        this.udp.on('message', (data, from) => this.#fromPage(data, from));
    }

    /** For `--host-resolver-rules`. */
    get resolverRule() {
        return `MAP ${this.server.hostname}:${this.server.port} ${HOST}:${this.tcp.address().port}`;
    }

    /** Where the page is to send its media. */
    get media() {
        return { host: HOST, port: this.udp.address().port, tcpPort: this.tcp.address().port };
    }

    /** Where media really goes: any of the server's addresses will do, for they are all on this machine. */
    toMedia(host, port) {
        this.mediaHost = net.isIPv4(host) ? host : HOST;
        this.mediaPort = port;
    }

    /** Nothing passes any more, and nobody is told. */
    cut() {
        this.up = false;
        for (const { near, far } of this.pairs) {
            near.pause();
            far.pause();
        }
    }

    /** It passes again: what TCP kept arrives, what UDP lost is lost. */
    join() {
        this.up = true;
        for (const { near, far } of this.pairs) {
            near.resume();
            far.resume();
        }
    }

    /**
     * From the port that speaks now no voice passes any more this way; STUN and DTLS do. Another port is another way.
     * @param {'up' | 'down'} direction
     */
    deafen(direction) {
        this.deafened[direction] = this.pagePort;
    }

    /** The operator gives another address: streams die unsaid, datagrams come from elsewhere. */
    changeAddress() {
        for (const { near, far } of this.pairs) {
            near.destroy();
            far.destroy();
        }
        this.#closeUpstreams();
    }

    close() {
        for (const { near, far } of this.pairs) {
            near.destroy();
            far.destroy();
        }
        this.tcp.close();
        this.udp.close();
        this.#closeUpstreams();
    }

    #closeUpstreams() {
        for (const socket of this.upstreams.values()) socket.close();
        this.upstreams.clear();
    }

    #accept(near) {
        const far = net.connect(Number(this.server.port), this.server.hostname);
        const pair = { near, far };
        this.pairs.add(pair);
        const end = () => {
            near.destroy();
            far.destroy();
            this.pairs.delete(pair);
        };
        for (const socket of [near, far]) socket.on('error', end).on('close', end);
        near.on('data', (data) => this.#count('up', data) && far.write(data));
        far.on('data', (data) => this.#count('down', data) && near.write(data));
        if (!this.up) {
            near.pause();
            far.pause();
        }
    }

    #count(direction, data) {
        this.bytes[direction] += data.length;
        return true;
    }

    #upstreamOf({ port, address }) {
        const known = this.upstreams.get(port);
        if (known) return known;
        const socket = dgram.createSocket('udp4');
        socket.on('message', (data) => {
            if (!this.up || !this.letsUdp || this.#isDeaf('down', port, data)) return;
            this.bytes.down += data.length + 28;
            this.udp.send(data, port, address);
        });
        socket.on('error', () => {});
        this.upstreams.set(port, socket);
        return socket;
    }

    /** RTP and RTCP are told by their first byte (RFC 7983). */
    #isDeaf(direction, port, data) {
        return this.deafened[direction] === port && data[0] >= 128 && data[0] < 192;
    }

    #fromPage(data, from) {
        if (data[0] >= 128) this.pagePort = from.port;
        if (this.recording) this.recorded.push(Buffer.from(data));
        if (!this.up || !this.letsUdp || !this.mediaPort || this.#isDeaf('up', from.port, data)) return;
        this.bytes.up += data.length + 28;
        this.attacker?.(data, (forged) => this.upstream.send(forged, from));
        this.upstream.send(data, from);
    }
}
