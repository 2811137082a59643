// Faults of the server's machine: ports in use, a broken configuration, a full disk, a stop during work.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';
import { join } from 'node:path';
import { test } from 'node:test';
import { pinsOf } from '../world/browser.mjs';
import { fillUp } from '../world/disk.mjs';
import { Device, Visitor } from '../world/http.mjs';
import { binary, root, scratch } from '../world/paths.mjs';
import { allHear, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { startServer } from '../world/server.mjs';
import { now, pause, until } from '../world/wait.mjs';
import { dial, request } from '../world/socket.mjs';

/** Runs the binary until it exits, which it must. */
function run(args, env = {}) {
    const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8', timeout: 15_000, env: { ...process.env, ...env } });
    return { status, said: `${stdout}\n${stderr}` };
}

test('a port that is in use: one sentence that names it, and exit 1', async () => {
    const server = await startServer({ name: 'port-in-use' });
    const data = scratch('second');
    try {
        const second = run(['demo', '--data', data, '--listen', `127.0.0.1:${server.port}`, '--media-port', String(server.mediaPort + 100)]);
        assert.notEqual(second.status, 0);
        assert.notEqual(second.status, null, 'it ends by itself');
        assert.match(second.said, new RegExp(`${server.port}`));
        assert.ok(!/panicked|backtrace/i.test(second.said), second.said);

        const socket = dgram.createSocket('udp4');
        await new Promise((done) => socket.bind(0, '0.0.0.0', () => done()));
        const { port } = socket.address();
        const third = run(['demo', '--data', data, '--listen', '127.0.0.1:0', '--media-port', String(port)]);
        socket.close();
        assert.notEqual(third.status, 0);
        assert.match(third.said, new RegExp(`${port}`));
        assert.ok(!/panicked/i.test(third.said), third.said);
    } finally {
        await server.close();
        rmSync(data, { recursive: true, force: true });
    }
});

test('a corrupt configuration is told by its place, before a port opens', () => {
    const folder = scratch('config');
    for (const [name, text] of [
        ['not-toml', 'data = = 3'],
        ['unknown-key', 'dtaa = "x"\n'],
        ['wrong-type', '[http]\nlisten = 7\n'],
        ['binary', '\u0000\u0001\u0002'],
    ]) {
        const file = join(folder, `${name}.toml`);
        writeFileSync(file, text);
        const { status, said } = run(['serve', '--config', file, '--check-config']);
        assert.ok(status !== 0 && status !== null, `${name} was accepted: ${said}`);
        assert.ok(!/panicked/i.test(said), said);
        assert.ok(said.trim().length > 10, `${name}: nothing was said`);
    }
    assert.notEqual(run(['serve', '--config', join(folder, 'absent.toml')]).status, 0);
    rmSync(folder, { recursive: true });
});

const NEEDS_ROOT = { skip: process.getuid?.() !== 0 && 'needs root for a small file system' };

/** Runs `play` with a server whose data is on a disk of so many megabytes, and with what fills that disk up and empties it again. */
async function onSmallDisk(name, megabytes, play) {
    const disk = scratch('disk');
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
    assert.equal(status, 0, 'a small file system is mounted');
    const ballast = join(disk, 'ballast');
    try {
        await scene(name, (s) => play(s, { fill: () => fillUp(disk, ballast), empty: () => rmSync(ballast) }), { data: join(disk, 'data') });
    } finally {
        spawnSync('umount', [disk]);
        rmSync(disk, { recursive: true, force: true });
    }
}

test('a full disk: the request is refused as not stored, nothing is acknowledged, and it recovers', NEEDS_ROOT, () =>
    onSmallDisk('full-disk', 8, async ({ server }, { fill, empty }) => {
        const device = new Device(server.url);
        await device.enroll(server.access.kiosk[0].code);
        await device.enter();
        const wire = await dial(device);
        await wire.hello();
        fill();

        const lost = randomUUID();
        wire.say(request(lost, { intake: { reason: 'x'.repeat(400) } }));
        const error = await wire.next('error', ({ of }) => of === 'request');
        assert.equal(error.code, 'storage');
        assert.equal((await new Visitor(server.url).get('/livez')).status, 200, 'the process answers');

        empty();
        wire.say(request(lost, { intake: { reason: 'x'.repeat(400) } }));
        await wire.next('requested', ({ status }) => status.consultation === lost);
        wire.end();
        await server.kill();
        await server.start();
        await device.enter();
        const again = await dial(device);
        const welcome = await again.hello();
        assert.equal(welcome.waiting?.status.consultation, lost, 'what was acknowledged is there after a kill');
        again.end();
    }));

test('a full disk under a page: the request and the picture stay on the tablet and say so, operations see why, and both are sent once there is space', NEEDS_ROOT, () =>
    onSmallDisk('full-disk-page', 40, async (s, { fill, empty }) => {
        const operator = new Visitor(s.server.url);
        await operator.signIn(s.server.access.operators[0]);
        const health = async () => (await operator.get('/api/ops/health')).json;
        assert.equal((await health()).disk.low, false);
        const kiosk = await s.enter(openKiosk(s.server));
        const states = (name) => kiosk.at(name).evaluateAll((all) => all.map(({ dataset }) => dataset.state));
        await kiosk.fillForm();
        fill();
        await kiosk.call();
        await kiosk.at('attach-file').setInputFiles(join(root, 'tests', 'fixtures', 'documents', 'ecg.pdf'));
        await kiosk.at('own-attachment').waitFor();
        await pause(5_000);
        assert.notEqual(await kiosk.requestState(), 'waiting', 'what is not stored is not called sent');
        assert.equal((await states('own-attachment')).length, 1, 'the picture is kept on the tablet');
        await until('operations to be told', async () => (await health()).disk.low);
        assert.equal((await health()).store_ok, false);

        empty();
        await until('the request to be sent', async () => (await kiosk.requestState()) === 'waiting', { within: 30_000 });
        await until('the picture to be sent', async () => `${await states('own-attachment')}` === 'sent', { within: 90_000 });
        const id = await kiosk.page.evaluate(async () => (await (await fetch('/api/consultations')).json())[0].id);
        const view = await kiosk.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`);
        assert.equal(view.record.attachments.length, 1, 'once');
        await until('operations to see the space', async () => !(await health()).disk.low && (await health()).store_ok);
    }));

test('a browser that was told once to trust the server is not asked again after the next start', async () => {
    const server = await startServer({ name: 'same-certificate' });
    try {
        const before = await pinsOf(server.url);
        await server.kill();
        await server.start();
        const after = await pinsOf(server.url);
        assert.equal(after.authority, before.authority, 'the same authority');
        assert.equal(after.leaf, before.leaf, "the same key: a page whose user clicked the warning away must come back without a click");
    } finally {
        await server.close();
    }
});

test('killed at any moment: what was acknowledged is there, once', async (t) => {
    const server = await startServer({ name: 'acknowledged' });
    try {
        const device = new Device(server.url);
        await device.enroll(server.access.kiosk[0].code);
        const doctor = new Visitor(server.url);
        const account = server.doctor('obstetrics');
        const ROUNDS = 4;
        let acknowledged = 0;
        for (let round = 0; round < ROUNDS; round += 1) {
            await device.enter();
            await doctor.signIn(account);
            const [post, desk] = [await dial(device), await dial(doctor)];
            await Promise.all([post.hello({ take_over: true }), desk.hello({ take_over: true })]);
            const consultation = randomUUID();
            post.say(request(consultation));
            await post.next('requested');
            desk.say({ type: 'claim', consultation });
            await desk.next('call');
            const saved = [];
            for (let revision = 1; revision <= 40; revision += 1) desk.say({ type: 'advise', consultation, revision, text: `avis ${revision}` });
            await pause(5 + 25 * round);
            await server.kill();
            for (const { type, what, revision } of desk.heard) if (type === 'saved' && what === 'advice') saved.push(revision);
            post.end();
            desk.end();
            await server.start();
            await doctor.signIn(account);
            const view = (await doctor.get(`/api/consultations/${consultation}`)).json;
            const kept = view.record.advice.map(({ revision }) => revision);
            assert.deepEqual(saved.filter((revision) => !kept.includes(revision)), [], `round ${round}: acknowledged and gone`);
            assert.equal(new Set(kept).size, kept.length, `round ${round}: twice`);
            acknowledged += saved.length;
            const closing = await dial(doctor);
            await closing.hello({ take_over: true });
            closing.say({ type: 'close', consultation, disposition: 'advice' });
            await closing.next('closed');
            closing.end();
        }
        t.diagnostic(`figure: ${ROUNDS} kills, ${acknowledged} acknowledged texts, 0 gone, 0 twice`);
    } finally {
        await server.close();
    }
});

test('Ctrl-C drains: no new work, the call goes on until its end or the deadline, the data stays', (t) =>
    scene('drain', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_DRAIN_DEADLINE_S: '45' });
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        s.server.child.kill('SIGINT');
        await until('/readyz to say no', async () => (await new Visitor(s.server.url).get('/readyz')).status === 503);
        assert.equal((await new Visitor(s.server.url).get('/livez')).status, 200);
        await allHear([kiosk, doctor]);
        await doctor.finish();
        const asked = now();
        const { code } = await s.server.exit;
        t.diagnostic(`figure: the server ended ${(now() - asked).toFixed(0)} ms after the last consultation`);
        assert.equal(code, 0);
        await s.server.serve();
        await until('the kiosk to be back by itself', async () => (await kiosk.attribute('connection', 'data-state')) === 'ready', { within: 20_000 });
    }));

test('liveness asks nobody, the version is told, the numbers are for operators only', async () => {
    const server = await startServer({ name: 'ops' });
    try {
        const visitor = new Visitor(server.url);
        assert.equal((await visitor.get('/livez')).status, 200);
        assert.equal((await visitor.get('/readyz')).status, 200);
        assert.match((await visitor.get('/version')).json.version, /^\d+\.\d+\.\d+/);
        assert.equal((await visitor.get('/metrics')).status, 404);
        await visitor.signIn(server.access.operators[0]);
        const metrics = await visitor.get('/metrics');
        assert.equal(metrics.status, 200);
        assert.match(metrics.bytes.toString(), /^# HELP /m);
    } finally {
        await server.close();
    }
});
