// The hosts that a browser contacts, from Chromium's own log, and those that a process contacts, from the kernel.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Hosts that Chromium contacts by itself, whatever page it shows. No page can make such a request. */
const CHROMIUMS_OWN = /(^|\.)(google|googleapis|gvt1|gstatic)\.com$/;

const mine = () => new Set(Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? []));

/** @param {string} host - a name or an address */
export const isHere = (host) =>
    /^(localhost|127\.|::1$|0\.0\.0\.0$|::$|::ffff:127\.)/.test(host) || mine().has(host.replace(/^::ffff:/, ''));

/**
 * The hosts that pages asked for, from Chromium's NetLog. A request that a page started counts whatever its host; one
 * that Chromium started by itself counts unless it is for Chromium's own services.
 * @param {string} file @returns {{requests: number, elsewhere: string[]}}
 */
export function pagesHosts(file) {
    const log = netLog(file);
    const name = Object.fromEntries(Object.entries(log.constants.logEventTypes).map(([key, value]) => [value, key]));
    const starts = log.events.filter((event) => name[event.type] === 'URL_REQUEST_START_JOB' && event.params?.url);
    const elsewhere = starts
        .map(({ params }) => ({ host: hostOf(params.url), byPage: /^https?:/.test(params.initiator ?? '') }))
        .filter(({ host, byPage }) => host && !isHere(host) && (byPage || !CHROMIUMS_OWN.test(host)))
        .map(({ host }) => host);
    return { requests: starts.length, elsewhere: [...new Set(elsewhere)] };
}

/** Chromium closes the list only when it ends well. */
function netLog(file) {
    const text = readFileSync(file, 'utf8').trimEnd();
    try {
        return JSON.parse(text);
    } catch {
        return JSON.parse(`${text.replace(/,$/, '')}]}`);
    }
}

function hostOf(url) {
    const { protocol, hostname } = new URL(url);
    return /^(https?|wss?):$/.test(protocol) ? hostname.replace(/^\[|\]$/g, '') : '';
}

/** Looks at a process's sockets again and again until it is stopped. */
export class SocketWatch {
    /** @type {Set<string>} */
    peers = new Set();
    looks = 0;

    /** @param {() => number} pid */
    constructor(pid) {
        this.timer = setInterval(() => this.#look(pid()), 50).unref();
    }

    /** @returns {string[]} addresses that are not of this machine */
    stop() {
        clearInterval(this.timer);
        return [...this.peers].filter((peer) => !isHere(peer));
    }

    #look(pid) {
        const inodes = socketsOf(pid);
        this.looks += 1;
        if (inodes.size === 0) return;
        for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
            for (const line of readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1)) {
                const fields = line.trim().split(/\s+/);
                if (inodes.has(fields[9])) this.peers.add(addressOf(fields[2].split(':')[0]));
            }
        }
    }
}

/** The process may have ended: then it has none. */
function socketsOf(pid) {
    const inodes = new Set();
    let open = [];
    try {
        open = readdirSync(`/proc/${pid}/fd`);
    } catch {
        return inodes;
    }
    for (const fd of open) {
        try {
            const found = readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/);
            if (found) inodes.add(found[1]);
        } catch {
            // Closed meanwhile.
        }
    }
    return inodes;
}

/** The kernel's hexadecimal words, each in this machine's byte order. @param {string} hex */
export function addressOf(hex) {
    const words = hex.match(/.{8}/g).map((word) => Buffer.from(word, 'hex').reverse());
    const bytes = Buffer.concat(words);
    if (bytes.length === 4) return bytes.join('.');
    const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2));
    if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) return bytes.subarray(12).join('.');
    if (groups.slice(0, 7).every((g) => g === 0)) return groups[7] === 0 ? '::' : `::${groups[7].toString(16)}`;
    return groups.map((g) => g.toString(16)).join(':');
}
