// The certificate of a real installation: requested from an ACME directory, proved by a handshake on the server's own port, and kept. The
// directory's own certificate is issued by an authority that only the configuration names.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { Directory, lacking } from '../world/directory.mjs';
import { chromium, scratch } from '../world/paths.mjs';
import { startServer } from '../world/server.mjs';
import { until } from '../world/wait.mjs';

const NAME = 'teranga.example.sn';

/** Connects as a browser that trusts only `ca`. @returns {Promise<{status: number, issuer: string}>} */
const livez = (port, ca) =>
    new Promise((resolve, reject) => {
        const lookup = (_name, _how, found) => found(null, [{ address: '127.0.0.1', family: 4 }]);
        const request = https.get({ host: NAME, port, path: '/livez', ca, lookup, agent: false }, (response) => {
            const issuer = response.socket.getPeerCertificate().issuer.CN;
            response.resume().on('end', () => resolve({ status: response.statusCode, issuer }));
        });
        request.on('error', reject);
    });

test('a directory certifies the server, however late it answers', { skip: lacking }, async (t) => {
    const directory = await Directory.planned();
    const server = await startServer({ name: 'certificate' });
    t.after(async () => {
        await server.close();
        await directory.close();
    });
    // The demonstration's internal authority plays the ministry's, which vouches for the directory.
    const [authority, cert, key] = ['authority.pem', 'leaf.pem', 'leaf.key'].map((file) => join(server.data, 'tls', file));
    const settings = {
        TERANGA_HTTP__NAMES: NAME,
        TERANGA_TLS__MODE: 'acme',
        TERANGA_TLS__DOMAINS: NAME,
        TERANGA_TLS__CONTACT: 'informatique@example.sn',
        TERANGA_TLS__DIRECTORY: directory.url,
        TERANGA_TLS__AUTHORITY: authority,
    };
    const restart = async () => {
        await server.kill();
        server.log = '';
        return server.serve(settings);
    };

    const certified = restart();
    const complaint = /"directory":"https:\/\/localhost:\d+\/dir"/;
    await until('a second complaint', () => server.log.split('gave no certificate').length > 2);
    assert.match(server.log.split('\n').find((line) => line.includes('gave no certificate')) ?? '', complaint);
    assert.match(server.log, /refused/, 'the log tells why');

    const asked = performance.now();
    await directory.start({ cert, key, proofPort: server.port });
    await certified;
    t.diagnostic(`figure: certified ${((performance.now() - asked) / 1_000).toFixed(1)} s after the directory came up`);
    const seen = await livez(server.port, directory.authority);
    assert.equal(seen.status, 200);
    assert.match(seen.issuer, /Pebble/);
    await assert.rejects(livez(server.port, undefined), 'only who trusts the authority is content');
    assert.equal(statSync(join(server.data, 'acme')).mode & 0o777, 0o700, 'its keys are nobody else\'s');

    const known = directory.authority;
    await directory.stop();
    await restart();
    assert.equal((await livez(server.port, known)).status, 200, 'the certificate is kept');
    assert.doesNotMatch(server.log, /gave no certificate/, 'and nobody is asked for another');
});

const noCertutil = spawnSync('certutil', ['-H']).error && 'certutil (libnss3-tools) is not installed';

test('Chromium trusts the internal authority with its name constraints, and nobody who does not know it', { skip: noCertutil }, async (t) => {
    const server = await startServer({ name: 'authority' });
    t.after(() => server.close());
    const seen = (home) => {
        const url = `https://localhost:${server.port}/livez`;
        const flags = ['--headless=new', '--no-sandbox', `--user-data-dir=${scratch('profile')}`, '--dump-dom', url];
        return spawnSync(chromium, flags, { env: { ...process.env, HOME: home }, timeout: 60_000 }).stdout.toString();
    };
    const [stranger, tablet] = [scratch('stranger'), scratch('tablet')];
    const database = join(tablet, '.pki', 'nssdb');
    mkdirSync(database, { recursive: true });
    const certutil = (...args) => assert.equal(spawnSync('certutil', ['-d', `sql:${database}`, ...args]).status, 0, args.join(' '));
    certutil('-N', '--empty-password');
    certutil('-A', '-n', 'teranga', '-t', 'C,,', '-i', join(server.data, 'tls', 'authority.pem'));
    assert.match(seen(tablet), />ok</);
    assert.doesNotMatch(seen(stranger), />ok</);
});
