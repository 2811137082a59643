// Input that no page would send. The answer is a code, the socket or the server stays, and nobody else notices.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { Device, Visitor } from '../world/http.mjs';
import { openLink } from '../world/link.mjs';
import { allHear, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { startServer } from '../world/server.mjs';
import { now, pause, until } from '../world/wait.mjs';
import { dial, request, VERSION } from '../world/socket.mjs';

/** The joins of a page under each kind of forged packets; `TERANGA_JOINS` sets another number. */
const JOINS_UNDER_ATTACK = Number(process.env.TERANGA_JOINS ?? 3);

let server;
/** One server for all tests, so that each also runs after the bad input of the others. */
before(async () => (server = await startServer({ name: 'bad-input' })));
after(() => server.close());

async function doctorBySocket(nth = 0, how = {}) {
    const visitor = new Visitor(server.url);
    await visitor.signIn(server.doctor('obstetrics', nth) ?? server.access.doctors[nth]);
    const wire = await dial(visitor);
    await wire.hello({ take_over: true, ...how });
    return { visitor, wire };
}

/** One tablet for all tests, enrolled when it is first needed. @type {Promise<Device> | undefined} */
let enrolled;
async function tablet() {
    enrolled ??= (async () => {
        const device = new Device(server.url);
        await device.enroll(server.access.kiosk[0].code);
        return device;
    })();
    const device = await enrolled;
    await device.enter();
    return device;
}

test('malformed and unknown messages are refused by code, and the socket stays', async () => {
    const { wire } = await doctorBySocket();
    const cases = [
        ['not JSON at all', ''],
        ['{"type":', ''],
        ['[]', ''],
        ['{"type":"fly"}', null],
        ['{"type":"claim"}', null],
        ['{"type":"claim","consultation":"not-a-uuid"}', null],
        [`{"type":"claim","consultation":"${randomUUID()}","more":1}`, null],
        ['{"type":"note","consultation":"' + randomUUID() + '","revision":-1,"text":"x"}', null],
        [JSON.stringify({ type: 'beat', n: 1 }).replace('1', '1e99'), null],
        ['\u0000', ''],
    ];
    for (const [text] of cases) {
        wire.raw(text);
        const error = await wire.next('error');
        assert.equal(error.code, 'malformed', `${text} → ${JSON.stringify(error)}`);
    }
    wire.say({ type: 'claim', consultation: randomUUID() });
    assert.equal((await wire.refusal('claim')).code, 'not_found');
    wire.say({ type: 'beat', n: 77 });
    await wire.next('beat', (beat) => beat.n === 77);
    wire.end();
});

test('binary and oversized messages do not reach anybody; the server goes on', async () => {
    for (const junk of [randomBytes(2_000), Buffer.alloc(70_000, 'x').toString(), '{"type":"note","text":"' + 'x'.repeat(2_000_000) + '"}']) {
        const { wire } = await doctorBySocket();
        wire.raw(junk);
        await until('a refusal or the end of the socket', () => wire.closed || wire.heard.some((message) => message.type === 'error' || message.type === 'bye'));
        wire.end();
    }
    assert.equal((await new Visitor(server.url).get('/livez')).status, 200);
});

test('another version, no hello, two hellos', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn(server.doctor('obstetrics'));
    const old = await dial(visitor);
    old.say({ type: 'hello', version: 999, take_over: true });
    assert.equal((await old.refusal('hello')).code, 'version');
    old.end();
    const rude = await dial(visitor);
    rude.say({ type: 'availability', state: 'available' });
    assert.equal((await rude.next('error')).code, 'order');
    rude.end();
    const { wire } = await doctorBySocket();
    wire.say({ type: 'hello', version: VERSION, take_over: false });
    assert.equal((await wire.next('error')).code, 'order');
    wire.end();
});

test('a flood of nonsense ends the socket, not the server', async () => {
    const { wire } = await doctorBySocket();
    for (let i = 0; i < 5_000 && !wire.closed; i += 1) wire.raw('{}');
    await until('the socket to be closed as abuse', () => wire.closed, { within: 10_000 });
    assert.ok(wire.heard.some((message) => message.type === 'bye' && message.reason === 'abuse'));
    wire.end();
});

test('the door: no cookie, a stolen origin, a wrong password, a used code, a replayed challenge', async () => {
    const stranger = new Visitor(server.url);
    await assert.rejects(dial(stranger), /40[13]/);
    await stranger.signIn(server.doctor('obstetrics'));
    await assert.rejects(dial(stranger, { origin: 'https://evil.example' }), /403/);
    const foreign = await stranger.ask('POST', '/api/signin', { body: server.doctor('obstetrics'), headers: { origin: 'https://evil.example' } });
    assert.deepEqual([foreign.status, foreign.json?.code], [403, 'origin']);
    const wrong = await stranger.post('/api/signin', { login: server.doctor('obstetrics').login, password: 'wrong-wrong-wrong' });
    assert.deepEqual([wrong.status, wrong.json.code], [401, 'credentials']);
    const nobody = await stranger.post('/api/signin', { login: 'nobody-at-all', password: 'wrong-wrong-wrong' });
    assert.deepEqual([nobody.status, nobody.json.code], [401, 'credentials']);
    assert.equal((await stranger.ask('POST', '/api/signin', { raw: '{' })).json.code, 'malformed');
    assert.equal((await stranger.ask('POST', '/api/signin', { raw: Buffer.alloc(8_000, 'x') })).status, 413);

    const device = await tablet();
    const again = new Device(server.url);
    const used = await again.post('/api/devices/enroll', { code: server.access.kiosk[0].code, public_key: again.publicKey });
    assert.deepEqual([used.status, used.json.code], [403, 'enroll_code']);
    const challenge = await device.challenge();
    const body = { device: device.device, challenge, signature: device.signature(challenge) };
    assert.equal((await device.post('/api/devices/signin', body)).status, 200);
    assert.deepEqual((await device.post('/api/devices/signin', body)).json.code, 'challenge');
    const fresh = await device.challenge();
    const forged = { device: device.device, challenge: fresh, signature: again.signature(fresh) };
    assert.equal((await device.post('/api/devices/signin', forged)).status, 403);
});

test('what one may not see does not exist: a consultation of others and none at all sound alike', async () => {
    const device = await tablet();
    const wire = await dial(device);
    await wire.hello({ take_over: true });
    const consultation = randomUUID();
    wire.say(request(consultation));
    await wire.next('requested');
    const other = new Visitor(server.url);
    await other.signIn(server.doctor('paediatrics') ?? server.access.doctors.at(-1));
    const [theirs, none] = [await other.get(`/api/consultations/${consultation}`), await other.get(`/api/consultations/${randomUUID()}`)];
    assert.deepEqual([theirs.status, theirs.bytes.toString()], [none.status, none.bytes.toString()]);
    assert.equal(theirs.status, 404);
    const operator = new Visitor(server.url);
    await operator.signIn(server.access.operators[0]);
    assert.equal((await operator.get(`/api/consultations/${consultation}`)).status, 404);
    assert.equal((await other.get('/api/ops/health')).status, 404);
    wire.say({ type: 'cancel', consultation });
    await wire.next('closed');
    wire.end();
});

const offerOf = (lines) => ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');
const AUDIO = [
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:abcdefghijklmnopqrstuvwxyz',
    `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
];
const BAD_OFFERS = {
    'RTP/AVP': offerOf(['m=audio 9 RTP/AVP 111', ...AUDIO]),
    'no fingerprint': offerOf(['m=audio 9 UDP/TLS/RTP/SAVPF 111', ...AUDIO.filter((line) => !line.includes('fingerprint'))]),
    '1,000 candidates': offerOf(['m=audio 9 UDP/TLS/RTP/SAVPF 111', ...AUDIO, ...Array.from({ length: 1_000 }, (_, i) => `a=candidate:${i} 1 udp 1 10.0.0.1 ${1_000 + i} typ host`)]),
    'not SDP': 'hello',
    empty: '',
};

test('offers that must not pass: RTP/AVP, no fingerprint, 1,000 candidates; and tokens work once', async () => {
    const device = await tablet();
    const wire = await dial(device);
    await wire.hello({ take_over: true });
    for (const [name, sdp] of Object.entries(BAD_OFFERS)) {
        const consultation = randomUUID();
        wire.say(request(consultation));
        const { grant } = await wire.next('requested', (message) => message.status.consultation === consultation);
        wire.say({ type: 'join', token: grant.token, sdp });
        const { code } = await wire.refusal('join');
        assert.ok(['offer', 'too_large', 'malformed'].includes(code), `${name}: ${code}`);
        wire.say({ type: 'join', token: grant.token, sdp });
        const second = (await wire.refusal('join')).code;
        // A message over its bounds is refused before its token is looked at.
        assert.equal(second, code === 'offer' ? 'grant' : code, `${name}: a used token`);
        wire.say({ type: 'cancel', consultation });
        await wire.next('closed', (message) => message.consultation === consultation);
    }
    wire.say({ type: 'join', token: randomBytes(16).toString('hex'), sdp: BAD_OFFERS['not SDP'] });
    assert.equal((await wire.refusal('join')).code, 'grant');
    wire.end();
});

test('a socket that sends half a header is dropped', async () => {
    const { hostname, port } = new URL(server.url);
    const began = now();
    const socket = tls.connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    socket.on('error', () => {});
    const ended = new Promise((done) => socket.once('close', done));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    await Promise.race([ended, pause(20_000)]);
    socket.destroy();
    assert.ok(now() - began < 18_000, 'a header may take 15 s, for thin links');
});

test('garbage and replays on the media port: no answer grows, no call suffers', (t) =>
    scene('media-garbage', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        link.recording = true;
        await meet(kiosk, doctor);
        link.recording = false;
        assert.ok(link.recorded.length > 50, 'there is something to replay');

        const foreign = dgram.createSocket('udp4');
        s.atEnd(() => foreign.close());
        let sent = 0;
        let got = 0;
        foreign.on('message', (data) => (got += data.length));
        const send = (data) =>
            new Promise((done) => {
                sent += data.length;
                foreign.send(data, link.mediaPort, '127.0.0.1', done);
            });
        const before = await doctor.received('audio');
        // Every datagram of the post since its first STUN request, its ClientHello too, is sent again from another address.
        for (const data of link.recorded) await send(data);
        for (let i = 0; i < 2_000; i += 1) await send(randomBytes(1 + (i % 1_400)));
        await pause(500);
        t.diagnostic(`figure: sent ${sent} bytes from a foreign address, got ${got} back`);
        assert.ok(got <= sent / 10, `amplified or answered: ${got} of ${sent}`);
        await until('both to hear on', async () => (await kiosk.hears(doctor)) > 0.7 && (await doctor.hears(kiosk)) > 0.7);
        const after = await doctor.received('audio');
        assert.ok(after.packets > before.packets, 'the voice goes on');
    }));

test('a replayed ClientHello during a join does not stop it', (t) =>
    scene('foreign-dtls', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        const foreign = dgram.createSocket('udp4');
        s.atEnd(() => foreign.close());
        // During the join every datagram of the post arrives from another address first, and then from its own.
        link.recording = true;
        const echo = setInterval(() => {
            if (!link.mediaPort) return; // the answer that names the port has not passed yet
            for (const data of link.recorded.splice(0)) foreign.send(data, link.mediaPort, '127.0.0.1');
        }, 1);
        s.atEnd(() => clearInterval(echo));
        await meet(kiosk, doctor);
        t.diagnostic(`figure: joined in spite of a second sender`);
    }));

/** True for a record of DTLS 1.2 form that holds the beginning of a ClientHello (RFC 6347 section 4.2.2). */
const isClientHello = (data) => data[0] === 22 && data.readUInt16BE(3) === 0 && data[13] === 1;

test('a ClientHello that somebody forges in the name of a page does not stop its join', (t) =>
    scene('forged-dtls', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        link.recording = true;
        await meet(kiosk, doctor);
        link.recording = false;
        const hello = link.recorded.filter(isClientHello).slice(0, 2);
        assert.ok(hello.length > 0, 'the ClientHello of the first join was overheard');
        let forged = 0;
        for (const [name, most, every_ms] of [
            ['one ClientHello', 1, 0],
            ['one each 20 ms', 100, 20],
        ]) {
            const joined_ms = [];
            for (let join = 0; join < JOINS_UNDER_ATTACK; join += 1) {
                const attack = attackOn(link, hello, most, every_ms);
                const began = now();
                await kiosk.page.reload();
                await allHear([kiosk, doctor]);
                joined_ms.push((now() - began).toFixed(0));
                forged += attack.stop();
            }
            t.diagnostic(`figure: ${name}: ${joined_ms.length} joins came through, after ${joined_ms.join(', ')} ms`);
        }
        assert.ok(forged > 2 * JOINS_UNDER_ATTACK, `${forged} forged`);
    }));

/**
 * Forges ClientHellos in the name of a link's page from its first STUN request on: copies of a former one with another random, which stands
 * behind the headers of record and message and the version.
 */
function attackOn(link, hello, most, every_ms) {
    let sent = 0;
    let timer;
    const forge = (send) => {
        sent += 1;
        for (const part of hello) {
            const copy = Buffer.from(part);
            if (copy.readUIntBE(19, 3) === 0) copy.writeUInt16BE(sent, 27);
            send(copy);
        }
        if (sent >= most) clearInterval(timer);
    };
    link.attacker = (data, send) => {
        if (data[0] > 3) return;
        link.attacker = null;
        timer = setInterval(forge, every_ms, send);
        forge(send);
    };
    return {
        stop: () => {
            link.attacker = null;
            clearInterval(timer);
            return sent;
        },
    };
}
