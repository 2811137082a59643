// Two specialists who press "Prendre" for the same request within 5 ms, by two clients without pages. Prints how many claims had one winner, and how
// long the loser waited to be told; exits with 1 if one had none or two, or if a loser waited a second. Run by scripts/measure-claims [TIMES].
import { randomUUID } from 'node:crypto';
import { Device, Visitor } from '../tests/world/http.mjs';
import { scene } from '../tests/world/scene.mjs';
import { dial, request } from '../tests/world/socket.mjs';

const TIMES = Number(process.argv[2] ?? 1000);
const TOLD_WITHIN_MS = 1_000;
/** A round whose claims were further apart, because the machine paused the client, does not count. */
const CLAIMS_WITHIN_MS = 5;
/** Each of two posts may ask twelve times at once; a restart forgets how often it has asked. */
const BATCH = 24;

/** A connected specialist without a page. */
async function specialist(server, nth) {
    const visitor = new Visitor(server.url);
    await visitor.signIn(server.doctor('obstetrics', nth));
    return connected(visitor);
}

async function connected(visitor) {
    const wire = await dial(visitor);
    await wire.hello();
    return wire;
}

/** The time at which the answer to a claim of `wire` came, and whether it won. The times come from the arrival of messages, not from polling. */
function answered(wire, consultation) {
    return new Promise((resolve) => {
        const hear = (data) => {
            const message = JSON.parse(data.toString());
            const won = message.type === 'call' && message.consultation === consultation;
            const lost = message.type === 'error' && message.of === 'claim' && message.code === 'already_taken';
            if (!won && !lost) return;
            wire.socket.off('message', hear);
            resolve({ won, at: performance.now() });
        };
        wire.socket.on('message', hear);
    });
}

/** One request that both claim at once. Returns how many won, the span between the two claims, and the wait of the one who lost. */
async function compete(post, pair) {
    const id = randomUUID();
    post.say(request(id));
    await post.next('requested', ({ request: asked }) => asked.request === id);
    await Promise.all(pair.map((wire) => wire.next('entry', ({ consultation }) => consultation === id)));
    const order = Math.random() < 0.5 ? pair : [...pair].reverse();
    const answers = order.map((wire) => answered(wire, id));
    const said = order.map((wire) => {
        wire.say({ type: 'claim', consultation: id });
        return performance.now();
    });
    const heard = await Promise.all(answers);
    const loser = heard.findIndex(({ won }) => !won);
    order[heard.findIndex(({ won }) => won)].say({ type: 'close', consultation: id, disposition: 'advice' });
    await post.next('closed', ({ consultation }) => consultation === id);
    for (const wire of [post, ...pair]) wire.heard = wire.heard.filter(({ type }) => type === 'pace').slice(-1);
    const toldMs = loser < 0 ? Number.POSITIVE_INFINITY : heard[loser].at - said[loser];
    return { winners: heard.filter(({ won }) => won).length, apartMs: said[1] - said[0], toldMs };
}

/** As many rounds as the two posts of the demonstration may ask for before the server finds them too fast. */
async function batch(server, tablets, times) {
    const posts = [await connected(tablets[0]), await connected(tablets[1])];
    const pair = [await specialist(server, 0), await specialist(server, 1)];
    const rounds = [];
    for (let n = 0; n < times; n += 1) rounds.push(await compete(posts[n % posts.length], pair));
    for (const wire of [...posts, ...pair]) wire.end();
    return rounds;
}

const rounds = [];
await scene('measure-claims', async (s) => {
    const tablets = await Promise.all(s.server.access.kiosk.map(async ({ code }) => {
        const tablet = new Device(s.server.url);
        await tablet.enroll(code);
        return tablet;
    }));
    while (rounds.length < TIMES) {
        await Promise.all(tablets.map((tablet) => tablet.enter()));
        const made = await batch(s.server, tablets, Math.min(BATCH, TIMES - rounds.length));
        rounds.push(...made.filter(({ winners, apartMs }) => winners !== 1 || apartMs <= CLAIMS_WITHIN_MS));
        if (rounds.length === TIMES) break;
        await s.server.stop();
        await s.server.serve();
    }
});
const waits = rounds.map(({ toldMs }) => toldMs).sort((a, b) => a - b);
const single = rounds.filter(({ winners }) => winners === 1).length;
const apart = Math.max(...rounds.map(({ apartMs }) => apartMs));
const rank = (share) => waits[Math.ceil(share * waits.length) - 1].toFixed(1);
console.log(`${rounds.length} double claims at most ${apart.toFixed(2)} ms apart: ${single} with one winner; the loser was told after p50 ${rank(0.5)} ms, p99 ${rank(0.99)} ms, at most ${rank(1)} ms`);
process.exit(single === TIMES && waits[TIMES - 1] < TOLD_WITHIN_MS ? 0 : 1);
