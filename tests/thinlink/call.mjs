// A call over the emulated link: the real server and the specialist's browser at its near end, the post's browser at its far end.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowsers, pin } from '../world/browser.mjs';
import { chromium, root } from '../world/paths.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { startServer } from '../world/server.mjs';
import { pause, until } from '../world/wait.mjs';
import { talkingHead } from './camera.mjs';
import { startEmulator } from './emulator.mjs';
import { speech, wav } from './speech.mjs';
import { collect, RATE, recorder } from './recorder.mjs';

/** Time that a nurse needs for the form. The page's pre-warming meanwhile is part of the call. */
const FORM_MS = 8_000;

/** A link on which enrolling and signing in do not take minutes; they are measured elsewhere. */
const GOOD_LINK = 'set both rate=20000000';

/** The server's name where addresses do not do. */
const NAME = 'teranga.test';

/**
 * Properties of a profile that the laboratory needs: bits per second in each direction, and the outages of its schedule.
 * @param {string} profile - its name, or its file @returns {{rate: {up: number, down: number}, outage?: {at_s: number, every_s: number, ms: number}}}
 */
export function linkOf(profile) {
    const known = JSON.parse(readFileSync(join(root, 'tests/thinlink/targets.json'), 'utf8'))[profile];
    if (known) return known;
    const { up, down } = JSON.parse(readFileSync(profile, 'utf8'));
    return { rate: { up: up.rate, down: down.rate } };
}

/**
 * Opens a laboratory. `wide` lets people get ready over a good link, `camera` gives the file of the post's camera, `farMtu` the MTU of its device,
 * `farIpv6` leaves it without IPv4.
 * @param {{profile: string, seed: number, folder: string, wide?: boolean, camera?: (folder: string) => string, farMtu?: number, farIpv6?: boolean}} how
 */
export async function openLab({ profile, seed, folder, wide = true, camera = talkingHead, farMtu, farIpv6 }) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const lab = new Lab(profile, folder);
    lab.camera = camera(folder);
    try {
        lab.emulator = await startEmulator({ profile, seed, csv: join(folder, 'wire.csv'), farMtu, farIpv6 });
        if (wide) await lab.emulator.tell(GOOD_LINK);
        const { near, server: host } = lab.emulator;
        lab.server = await startServer({ name: 'thinlink', elsewhere: { run: ['ip', 'netns', 'exec', near], host, ...(farIpv6 && { name: NAME }) } });
        return lab;
    } catch (error) {
        await lab.close();
        throw error;
    }
}

export class Lab {
    /** @type {import('./emulator.mjs').Emulator} */
    emulator;
    /** @type {import('../world/server.mjs').Server} */
    server;
    /** @type {import('../world/people.mjs').Kiosk} */
    kiosk;
    /** @type {import('../world/people.mjs').Doctor} */
    doctor;
    /** File of the post's camera. */
    camera = talkingHead();
    /** What runs in every page before its own scripts. @type {{run: Function, setting?: unknown}[]} */
    scripts = [{ run: recorder, setting: { everyMs: 250 } }];

    /** @param {string} profile @param {string} folder - the folder of its recordings */
    constructor(profile, folder) {
        this.profile = profile;
        this.folder = folder;
    }

    /** Makes the link thin, and starts its schedule. @returns {Promise<number>} when, by the wall clock */
    async thin() {
        const { up, down } = linkOf(this.profile).rate;
        await this.emulator.tell(`set up rate=${up}`);
        await this.emulator.tell(`set down rate=${down}`);
        await this.emulator.tell('go');
        return Date.now();
    }

    /** The post's browser. @param {Partial<import('../world/browser.mjs').Options>} [options] */
    postOptions(options = {}) {
        return this.#options(this.emulator.far, 'post', { camera: this.camera, ...options });
    }

    /** A browser beside the server. @param {keyof typeof import('./speech.mjs').ORDERS} side */
    nearOptions(side, options = {}) {
        return this.#options(this.emulator.near, side, options);
    }

    /**
     * Makes both people ready: the kiosk enrolled, the specialist available.
     * @param {{post: string, specialist: string}} [audio] - WAV files; by default speech
     */
    async enter(audio) {
        this.doctor = await openDoctor(this.server, this.nearOptions('specialist', audio && { audio: audio.specialist }));
        await this.enterPost(audio);
    }

    /** Makes the post ready, with a specialist who is there already. @param {{post: string}} [audio] */
    async enterPost(audio) {
        this.kiosk = await openKiosk(this.server, this.postOptions(audio && { audio: audio.post }));
        await this.doctor.available();
        await this.quiet();
    }

    /** Waits until the pages have fetched everything that they cache for the next visit. */
    async quiet() {
        await this.kiosk.page.evaluate(() => navigator.serviceWorker?.ready.then(() => true));
        const asked = () => Math.max(...[this.kiosk, this.doctor].flatMap((person) => person.browser.requests.map(({ at }) => at)));
        await until('pages that ask for nothing', () => Date.now() - asked() > 3_000, { within: 40_000 });
    }

    /**
     * Goes from the form to the claim, which comes as soon as the request shows, or after `waiting`.
     * @returns {Promise<number>} when it was claimed, by the wall clock
     */
    async call(waiting = 0) {
        await this.kiosk.fillForm();
        await pause(FORM_MS);
        await Promise.all([this.kiosk, this.doctor].map((person) => person.page.evaluate(() => window.recorder.start())));
        await this.kiosk.call();
        await this.doctor.at('claim').first().waitFor({ timeout: 60_000 });
        await pause(waiting);
        return this.doctor.claim();
    }

    /** The time at which each side first heard the other. Never is a result, too, and no error. @param {number} since */
    async firstHeard(since, within = 45_000) {
        const ask = (person) =>
            until('a first sound', () => person.page.evaluate((t) => window.recorder.firstSound(t), since), { within, every: 200 })
                .catch(() => null);
        const [up, down] = await Promise.all([ask(this.doctor), ask(this.kiosk)]);
        return { up, down };
    }

    /** Forgets the recordings of both pages. */
    async clear() {
        await Promise.all([this.kiosk, this.doctor].map((person) => person.page.evaluate(() => window.recorder.clear())));
    }

    /** Writes the recordings of both pages: WAV files, and one JSON file with the rest. @param {object} more @param {string} [folder] */
    async record(more, folder = this.folder) {
        mkdirSync(folder, { recursive: true });
        const sides = {};
        for (const [name, person] of Object.entries({ post: this.kiosk, specialist: this.doctor })) {
            const { sent, heard, ...rest } = await collect(person.page);
            for (const [what, samples] of Object.entries({ sent, heard })) {
                writeFileSync(join(folder, `${name}-${what}.wav`), wav(samples, RATE));
            }
            sides[name] = { ...rest, requests: person.browser.requests };
        }
        writeFileSync(join(folder, 'call.json'), JSON.stringify({ ...more, sides }));
    }

    /** Keeps what the pages show and log, for a failed run. @param {Error} error */
    async keep(error) {
        const said = await Promise.all([...openBrowsers].map((browser) => browser.keep('thinlink')));
        writeFileSync(join(this.folder, 'pages.log'), `${error.stack}\n\n${said.join('\n\n')}\n`);
    }

    async close() {
        writeFileSync(join(this.folder, 'server.log'), this.server?.log ?? '');
        await Promise.all([this.kiosk, this.doctor].map((person) => person?.close()));
        await this.server?.close();
        await this.emulator?.close();
    }

    #options(namespace, side, options = {}) {
        const authority = readFileSync(join(this.server.data, 'tls', 'authority.pem'));
        return {
            executable: this.#launcher(namespace),
            pin: pin(authority),
            audio: speech(side),
            camera: talkingHead(),
            scripts: this.scripts,
            // Chromium's own requests would be counted as ours.
            off: ['WebRtcHideLocalIpsWithMdns'],
            args: [`--host-resolver-rules=${this.#resolving(namespace)}`],
            ...options,
        };
    }

    /** Chromium finds the server and nothing else. A host with IPv6 only finds it where a resolver with DNS64 would say. */
    #resolving(namespace) {
        const { far, server, serverOfFar } = this.emulator;
        const translated = namespace === far && serverOfFar !== server;
        const address = translated ? `[${serverOfFar}]` : server;
        // WebRTC asks for the whole name, with a point at its end.
        return `MAP ${NAME} ${address}, MAP ${NAME}. ${address}, MAP * ~NOTFOUND, EXCLUDE ${server}`;
    }

    /** Writes a script that starts Chromium in a network namespace. A pipe controls it, so that control does not use the link. */
    #launcher(namespace) {
        const path = join(this.folder, `chromium-${namespace}`);
        writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${namespace} ${chromium} "$@"\n`, { mode: 0o755 });
        return path;
    }
}
