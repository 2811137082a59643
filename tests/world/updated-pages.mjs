// A server in front of the server, at which the pages can be replaced as an update replaces them: another service worker, another
// version, and files that are gone. The API and the WebSocket pass through unchanged.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import tls from 'node:tls';

/**
 * @param {import('./server.mjs').Server} server
 * @returns {Promise<{url: string, update: (change: Update) => void, close: () => Promise<void>}>}
 */
export async function openFront(server) {
    const folder = join(server.data, 'tls');
    const certificate = { cert: readFileSync(join(folder, 'leaf.pem')), key: readFileSync(join(folder, 'leaf.key')) };
    /** @type {Update | null} */
    let update = null;
    const front = https.createServer(certificate, (request, response) => void pass(server, update, request, response));
    front.on('upgrade', (request, socket, head) => tunnel(server, request, socket, head));
    await new Promise((done) => front.listen(0, '127.0.0.1', () => done()));
    return {
        url: `https://localhost:${front.address().port}`,
        update: (change) => (update = change),
        close: () => new Promise((done) => (front.closeAllConnections(), front.close(() => done()))),
    };
}

/**
 * @typedef {object} Update
 * @property {(sw: string) => string} worker - the text of the new service worker
 * @property {(path: string) => boolean} gone - true for the addresses at which there is nothing any more
 */

/** Answers one request with what the server says, or with what the update has made of it. */
async function pass(server, update, request, response) {
    if (update?.gone(request.url)) return response.writeHead(404).end();
    const isWorker = update && request.url.startsWith('/sw.js');
    const headers = { ...request.headers, ...(isWorker && { 'accept-encoding': 'identity', 'if-none-match': '' }) };
    const own = { host: '127.0.0.1', port: server.port, path: request.url, method: request.method, headers, rejectUnauthorized: false };
    const inner = https.request(own, async (answer) => {
        if (!isWorker) return answer.pipe(response.writeHead(answer.statusCode, answer.headers));
        const parts = [];
        for await (const part of answer) parts.push(part);
        const text = update.worker(Buffer.concat(parts).toString());
        response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' }).end(text);
    });
    inner.on('error', () => response.destroy());
    request.pipe(inner);
}

/** Connects a WebSocket to the server as it is. */
function tunnel(server, request, socket, head) {
    const inner = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false }, () => {
        const lines = [`${request.method} ${request.url} HTTP/1.1`];
        for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
        inner.write(`${lines.join('\r\n')}\r\n\r\n`);
        inner.write(head);
        inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
}
