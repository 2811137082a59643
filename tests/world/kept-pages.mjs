// Serves kept pages (`keep-pages.mjs`) to a browser, as if it had loaded them before the server was replaced. Only pages and
// their files are answered here: the API and the WebSocket reach the server.
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Addresses of the pages, as `src/http/pages.rs` has them. */
const PAGES = { '/poste': 'poste.html', '/medecin': 'medecin.html' };

const TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.webmanifest': 'application/manifest+json',
};

/** Whether the server sends this address from its built pages. @param {URL} url */
const isPage = (url) => url.pathname in PAGES || url.pathname.startsWith('/a/');

/**
 * A file of the fixture, unpacked; nothing if it was not kept.
 * @param {string} folder @param {string} name
 */
function read(folder, name) {
    const path = join(folder, name);
    if (existsSync(`${path}.br`)) return brotliDecompressSync(readFileSync(`${path}.br`));
    return existsSync(path) ? readFileSync(path) : undefined;
}

/**
 * The addresses of the kept files that a browser got.
 * @type {WeakMap<import('playwright-core').BrowserContext, string[]>}
 */
const served = new WeakMap();

/** @param {import('playwright-core').BrowserContext} context */
export const servedFrom = (context) => served.get(context) ?? [];

/** @param {import('playwright-core').BrowserContext} context @param {string} folder */
export function serveKept(context, folder) {
    const names = [];
    served.set(context, names);
    return context.route(isPage, (route) => {
        const { pathname } = new URL(route.request().url());
        const name = PAGES[pathname] ?? pathname.slice(1);
        const body = read(folder, name);
        if (!body) return route.fulfill({ status: 404, body: `${name} was not kept` });
        names.push(name);
        return route.fulfill({ status: 200, contentType: TYPES[extname(name)], body });
    });
}

/** From now on the server's own pages are loaded. @param {import('playwright-core').BrowserContext} context */
export const forgetKept = (context) => context.unrouteAll({ behavior: 'wait' });
