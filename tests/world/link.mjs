// A participant's link to the server, which a test can cut, join again, and give another address. Everything passes it:
// the pages' TCP by Chromium's own resolver rules, the media's UDP and TCP by the candidates that the page is told.
import dgram from 'node:dgram';
import net from 'node:net';

const HOST = '127.0.0.1';

/** @param {string} url - the server; @returns {Promise<Link>} */
export async function openLink(url) {
    const link = new Link(new URL(url));
    await link.listen();
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

    constructor(server) {
        this.server = server;
        this.tcp = net.createServer((socket) => this.#accept(socket));
        this.udp = dgram.createSocket('udp4');
        this.pairs = new Set();
        this.mediaHost = HOST;
        /** Where the page's datagrams go; learnt from what the server announced. @type {number | null} */
        this.mediaPort = null;
        this.upstream = null;
        this.page = null;
    }

    async listen() {
        await new Promise((done) => this.tcp.listen(0, HOST, () => done()));
        await new Promise((done) => this.udp.bind(0, HOST, () => done()));
        this.udp.on('message', (data, from) => this.#fromPage(data, from));
        this.#newUpstream();
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

    /** The operator gives another address: streams die unsaid, datagrams come from elsewhere. */
    changeAddress() {
        for (const { near, far } of this.pairs) {
            near.destroy();
            far.destroy();
        }
        this.upstream.close();
        this.#newUpstream();
    }

    close() {
        for (const { near, far } of this.pairs) {
            near.destroy();
            far.destroy();
        }
        this.tcp.close();
        this.udp.close();
        this.upstream.close();
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

    #newUpstream() {
        const socket = dgram.createSocket('udp4');
        socket.on('message', (data) => {
            if (!this.up || !this.letsUdp || !this.page) return;
            this.bytes.down += data.length + 28;
            this.udp.send(data, this.page.port, this.page.address);
        });
        socket.on('error', () => {});
        this.upstream = socket;
    }

    #fromPage(data, from) {
        this.page = from;
        if (this.recording) this.recorded.push(Buffer.from(data));
        if (!this.up || !this.letsUdp || !this.mediaPort) return;
        this.bytes.up += data.length + 28;
        this.upstream.send(data, this.mediaPort, this.mediaHost);
    }
}
