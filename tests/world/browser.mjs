// Real browsers, Chromium or Firefox: one process per participant, each with a fake microphone and camera of its own.
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { chromium, firefox } from 'playwright-core';
import { monitorMedia } from './media-monitor.mjs';
import { camera, microphone, voices } from './fixtures.mjs';
import { serveKept } from './kept-pages.mjs';
import { artifacts, chromium as executablePath, firefox as firefoxPath, scratch } from './paths.mjs';

const QUIET = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-domain-reliability',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
];

/**
 * Features of Chromium that are off. The first lines are what Playwright turns off, because the last such list is the only one that counts. The
 * last is the list under the address bar, which is a page of its own and takes a second of a processor at each start.
 */
const OFF = [
    ...['AutoDeElevate', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'BoundaryEventDispatchTracksNodeRemoval', 'DestroyProfileOnBrowserClose', 'DialMediaRouteProvider'],
    ...['GlobalMediaControls', 'HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'OptimizationHints', 'PaintHolding', 'RenderDocument', 'ThirdPartyStoragePartitioning', 'Translate'],
    ...['WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'WebUIOmniboxPopup'],
];

/** SHA-256 of a certificate's public key, as Chromium pins it. @param {Buffer | string} raw - DER or PEM */
export const pin = (raw) => {
    const der = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(der).digest('base64');
};

/**
 * The pins of a server's own key and of its authority's.
 * @param {string} url @returns {Promise<{leaf: string, authority: string}>}
 */
export function pinsOf(url) {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
        const socket = tls.connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
            const { raw, issuerCertificate } = socket.getPeerCertificate(true);
            socket.destroy();
            resolve({ leaf: pin(raw), authority: pin(issuerCertificate?.raw ?? raw) });
        });
        socket.once('error', reject);
    });
}

/** Trusts the server's authority, as a tablet on which it was installed. @param {Options} options */
async function trust({ url, pin: known }) {
    if (!url.startsWith('https:')) return [];
    return [`--ignore-certificate-errors-spki-list=${known ?? (await pinsOf(url)).authority}`];
}

/**
 * @typedef {object} Options
 * @property {string} url - the server
 * @property {'chromium' | 'firefox'} [engine] - Firefox knows only the options `voice`, `profile`, `viewport`, `scripts` and, for its
 *     media, `link`
 * @property {import('./fixtures.mjs').Voice} [voice]
 * @property {string} [audio] - a WAV file instead of the voice's tone
 * @property {string} [profile] - a user-data folder that is kept; by default a new one, removed at the end
 * @property {import('./link.mjs').Link} [link] - everything goes through it
 * @property {'granted' | 'refused'} [permission]
 * @property {boolean} [hasCamera]
 * @property {{width: number, height: number}} [viewport]
 * @property {string} [netLog] - file for Chromium's own record of everything it connects to
 * @property {string} [timezone] - of the device, such as Europe/Paris; that of this machine by default
 * @property {string[]} [args]
 * @property {string[]} [off] - further features of Chromium that are turned off
 * @property {string} [executable] - started instead of Chromium, with its arguments; it starts Chromium elsewhere
 * @property {string} [pin] - the authority's, for a server that only the browser can reach
 * @property {string} [camera] - a Y4M or MJPEG file instead of the voice's colour
 * @property {string} [pages] - a folder of kept pages (`kept-pages.mjs`) that this browser gets instead of the server's
 * @property {{run: Function, setting?: unknown}[]} [scripts] - run in every page before its own, after the media monitor; a page's
 *     rules on where scripts may come from are lifted for them
 */

/**
 * @param {Options} options
 * @returns {Promise<Browser>}
 */
export async function openBrowser(options) {
    const voice = options.voice ?? voices.other;
    const profile = options.profile ?? scratch('profile');
    const launch = options.engine === 'firefox' ? launchFirefox : launchChromium;
    const context = await launch(options, voice, profile);
    if (options.pages) await serveKept(context, options.pages);
    return new Browser(options, context, profile, voice);
}

/** Debian's Firefox, driven by WebDriver BiDi. Its fake microphone plays the voice's tone, and its fake camera changes colour. */
function launchFirefox({ viewport, scripts }, { tone }, profile) {
    return firefox.launchPersistentContext(profile, {
        channel: 'moz-firefox',
        executablePath: firefoxPath,
        headless: true,
        bypassCSP: Boolean(scripts),
        viewport: viewport ?? { width: 1280, height: 800 },
        locale: 'fr-FR',
        ignoreHTTPSErrors: true,
        firefoxUserPrefs: {
            'media.navigator.streams.fake': true,
            'media.navigator.audio.fake_frequency': tone,
            'media.navigator.permission.disabled': true,
            'media.autoplay.default': 0,
            // The server of a test listens on the loopback address.
            'media.peerconnection.ice.loopback': true,
        },
    });
}

async function launchChromium(options, voice, profile) {
    const args = [
        ...QUIET,
        ...(await trust(options)),
        `--use-file-for-fake-audio-capture=${options.audio ?? microphone(voice)}`,
        ...(options.hasCamera === false
            ? ['--use-fake-device-for-media-stream=device-count=0']
            : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${options.camera ?? camera(voice)}`]),
        options.permission === 'refused' ? '--deny-permission-prompts' : '--use-fake-ui-for-media-stream',
        `--disable-features=${[...OFF, ...COUNTED, ...(options.pages ? KEPT : []), ...(options.off ?? [])].join()}`,
        ...resolverRules(options.link),
        ...(options.netLog ? [`--log-net-log=${options.netLog}`] : []),
        ...(options.args ?? []),
    ];
    return chromium.launchPersistentContext(profile, {
        executablePath: options.executable ?? executablePath,
        headless: true,
        args,
        ignoreDefaultArgs: ['--mute-audio'],
        chromiumSandbox: false,
        bypassCSP: Boolean(options.scripts),
        viewport: options.viewport ?? { width: 1280, height: 800 },
        locale: 'fr-FR',
        ...(options.timezone && { timezoneId: options.timezone }),
        // A worker's requests pass by the routes: it would fetch the server's own pages.
        serviceWorkers: options.pages ? 'block' : 'allow',
    });
}

/**
 * Chromium asks the world a few things on its own, and tells its neighbours by multicast the names behind which it hides
 * local addresses. Neither is the pages' doing; a test that counts packets wants none of it.
 */
const COUNTED = process.env.WORLD_COUNTED ? ['WebRtcHideLocalIpsWithMdns'] : [];

/**
 * A page that a route answered came from no address: Chromium takes it for one of the public internet, and would not let it
 * speak to a server on this machine.
 */
const KEPT = ['LocalNetworkAccessChecks'];

function resolverRules(link) {
    const rules = [link?.resolverRule, process.env.WORLD_COUNTED && 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'];
    const said = rules.filter(Boolean).join(', ');
    return said ? [`--host-resolver-rules=${said}`] : [];
}

/** Every browser that is open in this process. @type {Set<Browser>} */
export const openBrowsers = new Set();

export class Browser {
    /** @type {{url: string, method: string, at: number}[]} */
    requests = [];
    /** @type {string[]} */
    console = [];

    constructor(options, context, profile, voice) {
        this.options = options;
        this.url = options.url;
        this.context = context;
        this.profile = profile;
        this.voice = voice;
        this.keepProfile = Boolean(options.profile);
        openBrowsers.add(this);
        context.setDefaultTimeout(15_000);
        context.on('request', (request) => this.requests.push({ url: request.url(), method: request.method(), at: Date.now() }));
    }

    /** Opens a page at `path`. @returns {Promise<import('playwright-core').Page>} */
    async page(path) {
        const page = await this.context.newPage();
        const { link } = this.options;
        if (link) await page.exposeFunction('worldMedia', (host, port) => link.toMedia(host, port));
        await this.#monitor(page);
        for (const { run, setting } of this.options.scripts ?? []) await page.addInitScript(run, setting);
        this.#listen(page);
        await page.goto(new URL(path, this.url).href);
        return page;
    }

    /** Lets the next page that opens by itself be measured like one that `page` opens. @returns {Promise<() => Promise<import('playwright-core').Page>>} */
    async awaitPage() {
        await this.#monitor(this.context);
        const opened = this.context.waitForEvent('page');
        opened.catch(() => undefined);
        return async () => {
            const page = await opened;
            this.#listen(page);
            return page;
        };
    }

    #monitor(target) {
        const { link, engine } = this.options;
        return target.addInitScript(monitorMedia, {
            tones: Object.values(voices).map((v) => v.tone),
            // Firefox pairs no loopback candidate with another.
            relay: link ? { ...link.media, ...(engine === 'firefox' && { host: null }) } : null,
        });
    }

    #listen(page) {
        page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
        page.on('pageerror', (error) => this.console.push(`pageerror: ${error.message}`));
        page.on('websocket', (socket) => this.requests.push({ url: socket.url(), method: 'WS', at: Date.now() }));
    }

    /** Ids of this browser's processes. */
    pids() {
        const ours = (pid) => {
            try {
                return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.profile);
            } catch {
                return false;
            }
        };
        return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter(ours).map(Number);
    }

    /** As when the battery is pulled out: nobody says goodbye. */
    async kill() {
        for (const pid of this.pids()) {
            try {
                process.kill(pid, 'SIGKILL');
            } catch {
                // It went by itself.
            }
        }
        openBrowsers.delete(this);
        await this.context.close().catch(() => {});
    }

    async close() {
        openBrowsers.delete(this);
        await this.context.close().catch(() => {});
        if (!this.keepProfile) rmSync(this.profile, { recursive: true, force: true, maxRetries: 3 });
    }

    /** Keeps what the pages show and said, for whoever reads a failed run. @param {string} name */
    async keep(name) {
        const folder = artifacts(name);
        const pages = this.context.pages();
        const shot = (page, i) => ({ path: join(folder, `${this.voice.name}-${i}.png`), timeout: 5_000 });
        await Promise.all(pages.map((page, i) => page.screenshot(shot(page, i)).catch(() => {})));
        const where = pages.map((page) => page.url());
        return [`== ${this.voice.name}: ${where.join(' ')}`, ...this.console].join('\n');
    }
}
