// The server is killed between an act and its answer, while medicines are dispensed and while patients are evacuated. Whoever acted says it again under the same
// name until there is an answer, and in the end each act is one fact. TERANGA_KILLS is the number of kills of each journey; TERANGA_SEED repeats the moments.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Signer, usual } from '../judges/signing.mjs';
import { numbersOf } from '../world/chance.mjs';
import { Device, expect, Visitor } from '../world/http.mjs';
import { binary } from '../world/paths.mjs';
import { scene } from '../world/scene.mjs';
import { dial, intake, request } from '../world/socket.mjs';
import { pause, until } from '../world/wait.mjs';

const KILLS = Number(process.env.TERANGA_KILLS ?? 5);
/** Half of the kills come while a fact is on its way to the disk, the others at any time until the answer, in ms after the act was sent. */
const [UNTIL_DURABLE_MS, UNTIL_ANSWERED_MS] = [12, 70];
/** The largest numbers that the server takes of one prescription and of one consultation. */
const [DISPENSINGS, REFERRALS] = [50, 5];
const HOSPITALS = ['hopital-matam', 'hopital-ourossogui'];

/**
 * Something that somebody does, and may have to say twice.
 * @typedef {object} Act
 * @property {Visitor} who
 * @property {string} path
 * @property {object} body
 * @property {(view: any) => unknown} isIn - true if it is in the consultation
 */

/** A post, its specialist and what is counted. */
class Night {
    /** Kills after which the act was not on the disk, after which it was, and kills of an act that was there and was said again. */
    kills = { before_durable: 0, after_durable: 0, said_again: 0 };
    acts = 0;
    lost = 0;
    doubled = 0;

    constructor(server, seed) {
        this.server = server;
        this.random = numbersOf(seed);
        this.post = new Device(server.url);
        this.signer = new Signer(server);
    }

    async begin() {
        await this.post.enroll(this.server.access.kiosk[0].code);
        await this.post.enter();
        await this.signer.begin();
        await this.connect();
    }

    /** The page of the post connects. */
    async connect() {
        this.socket = await dial(this.post);
        await this.socket.hello();
    }

    isOver() {
        return this.kills.before_durable + this.kills.after_durable >= KILLS;
    }

    /** The post asks, and the specialist takes the call. */
    async call() {
        const id = randomUUID();
        this.socket.say(request(id, { intake: intake({ name: 'Ndeye Mbaye', age_years: 27, weight_g: 62_000 }) }));
        await this.signer.take(id);
    }

    /** The consultation as its specialist reads it: the events are its facts, one each, and the record is what they lead to. */
    async view() {
        return expect(200, await this.signer.visitor.get(`/api/consultations/${this.signer.consultation}`)).json;
    }

    /** Does something, and says it again after each kill until it is answered. @param {Act} act */
    async do(act) {
        this.acts++;
        let wasDurable = false;
        while (!(await this.isAnswered(act))) {
            const isDurable = Boolean(act.isIn(await this.view()));
            if (wasDurable && !isDurable) this.lost++;
            this.kills[wasDurable ? 'said_again' : isDurable ? 'after_durable' : 'before_durable']++;
            wasDurable = isDurable;
        }
    }

    /** Sends an act. True if the answer came before the server was killed; otherwise it runs again. @param {Act} act */
    async isAnswered({ who, path, body }) {
        const delay_ms = this.random() * (this.random() < 0.5 ? UNTIL_DURABLE_MS : UNTIL_ANSWERED_MS);
        let answer;
        let isThere = false;
        const sent = new Promise((whenSent) => {
            const isOver = () => whenSent((isThere = true));
            answer = who.ask('POST', path, { body, whenSent }).catch(() => null).finally(isOver);
        });
        if (!this.isOver()) {
            await sent;
            await pause(delay_ms);
            if (!isThere) await this.server.kill();
        }
        const answered = await answer;
        if (this.server.ended) await this.restart();
        if (!answered) return false;
        expect(200, answered);
        return answered.json.stored !== false;
    }

    /** The server runs again, and the pages are connected again. */
    async restart() {
        await this.server.serve();
        await Promise.all([this.connect(), this.signer.connect()]);
    }

    /** Compares the acts of a consultation that should be there with those that are. Facts that are in the journal and not in the record have come twice. */
    compare(wanted, found, facts) {
        const times = (act) => found.filter((one) => one === act).length;
        this.lost += wanted.filter((act) => times(act) === 0).length;
        this.doubled += wanted.reduce((sum, act) => sum + Math.max(0, times(act) - 1), 0) + Math.abs(facts - found.length);
        assert.equal(found.filter((act) => !wanted.includes(act)).length, 0, 'nobody else has acted');
    }

    figures() {
        return `${JSON.stringify(this.kills)} of ${this.acts} acts; ${this.lost} lost, ${this.doubled} doubled`;
    }
}

const count = (view, kind) => view.events.filter((event) => event.kind === kind).length;

/** A post and pharmacies give one unit after the other of a prescription, in the call or after it. @param {Night} night */
async function dispense(night) {
    await night.call();
    const prescription = await signed(night);
    if (night.random() < 0.5) await night.signer.close('prescription');
    const pharmacy = new Visitor(night.server.url);
    const given = [];
    for (let n = 0; n < DISPENSINGS && !night.isOver(); n++) {
        const [act, isPharmacy] = [randomUUID(), night.random() < 0.5];
        const body = { act, lines: [{ line: n % 3, quantity: 1 }] };
        given.push(act);
        await night.do({
            ...(isPharmacy
                ? { who: pharmacy, path: `/api/verifier/prescriptions/${prescription}/dispensings`, body: { ...body, pharmacy: 'Pharmacie du Fleuve', person: 'Awa Sow' } }
                : { who: night.post, path: `/api/consultations/${night.signer.consultation}/prescriptions/${prescription}/dispensings`, body: { ...body, at: Date.now() } }),
            isIn: (view) => view.record.prescriptions[0].dispensed?.some((one) => one.act === act),
        });
    }
    const view = await night.view();
    const found = (view.record.prescriptions[0].dispensed ?? []).map((one) => one.act);
    night.compare(given, found, count(view, 'dispensed'));
    if (view.summary.state === 'running') await night.signer.close('prescription');
}

/** The specialist signs three lines, which have 78 units. */
async function signed(night) {
    expect(200, await night.signer.sign(usual(3)));
    return (await night.view()).record.prescriptions[0].signed.prescription;
}

/** Referrals of one consultation, each from the order to what the hospital writes back. @param {Night} night @param {Record<string, Visitor>} hospitals */
async function evacuate(night, hospitals) {
    await night.call();
    const said = [];
    for (let n = 0; n < REFERRALS && !night.isOver(); n++) said.push(await refer(night, hospitals));
    const view = await night.view();
    const { referrals } = view.record;
    night.compare(said.map(({ referral }) => referral), referrals.map(({ order }) => order.referral), count(view, 'referred'));
    const steps = referrals.flatMap((one) => one.steps);
    // Nobody says that a letter was opened, or that the next structure is asked: the server notes it.
    const known = steps.filter(({ event }) => !['received', 'asked_next'].includes(event.event));
    night.compare(said.flatMap(({ acts }) => acts), known.map(({ act }) => act), count(view, 'referral_moved') - (steps.length - known.length));
    for (const { state, counter_referral } of referrals) assert.deepEqual([state, counter_referral.text], ['completed', COUNTER]);
    if (view.summary.state === 'running') await night.signer.close('evacuation');
}

const COUNTER = 'Césarienne faite, mère et enfant vont bien.';

/** One referral. The first hospital may have no bed. Returns the acts under their names. */
async function refer(night, hospitals) {
    const [referral, acts] = [randomUUID(), []];
    const at = `/api/consultations/${night.signer.consultation}/referrals`;
    const find = (view) => view.record.referrals?.find(({ order }) => order.referral === referral);
    const letter = { patient: 'N. M., 27 ans', reason: 'Prééclampsie sévère', findings: '171/113', done: 'Sulfate de magnésium', not_examined: '', question: 'Césarienne ?' };
    const order = { referral, structure: HOSPITALS[0], others: [HOSPITALS[1]], needs: ['cesarean'], letter };
    await night.do({ who: night.signer.visitor, path: at, body: order, isIn: find });
    const moved = async (who, path, event) => {
        const act = randomUUID();
        acts.push(act);
        await night.do({ who, path: `${path}/events`, body: { act, event }, isIn: (view) => find(view).steps?.some((step) => step.act === act) });
    };
    const hospital = (id, event) => moved(hospitals[id], `/api/referrals/${referral}`, event);
    const hasBed = night.random() < 0.5;
    const taker = HOSPITALS[hasBed ? 0 : 1];
    if (!hasBed) {
        await hospital(HOSPITALS[0], { event: 'rejected', reason: 'no_bed' });
        await until('the next structure to be asked', async () => find(await night.view()).structure.id === taker);
    }
    expect(200, await hospitals[taker].get(`/api/referrals/${referral}`));
    await hospital(taker, { event: 'accepted' });
    await moved(night.post, `${at}/${referral}`, { event: 'departed', transport: 'ambulance_of_district', eta_min: 45 });
    await hospital(taker, { event: 'arrived' });
    await hospital(taker, { event: 'in_care' });
    await hospital(taker, { event: 'counter_referral', text: COUNTER });
    return { referral, acts };
}

/** Gives a structure an account that receives patients. */
async function openHospital(server, place) {
    const [login, password] = [`garde.${place}`, 'quatre-mots-pour-la-porte'];
    const args = ['user', 'add', login, '--name', 'Dr Fatoumata Kane', '--role', 'guest', '--place', place, '--data', server.data];
    execFileSync(binary, args, { input: `${password}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
    const visitor = new Visitor(server.url);
    await visitor.signIn({ login, password });
    return visitor;
}

/** Kills the server until there were enough kills, and prints what became of the acts. */
function killed(name, play) {
    return (t) =>
        scene(name, async (s) => {
            const seed = Number(process.env.TERANGA_SEED ?? Date.now() % 1_000_000);
            const night = new Night(s.server, seed);
            await night.begin();
            const began = Date.now();
            await play(night);
            t.diagnostic(`figure: ${name}, TERANGA_SEED=${seed}, ${Math.round((Date.now() - began) / 1_000)} s: kills ${night.figures()}`);
            assert.deepEqual([night.lost, night.doubled], [0, 0]);
            execFileSync(binary, ['audit', 'verify', '--data', s.server.data], { stdio: ['ignore', 'ignore', 'pipe'] });
        });
}

test(
    'kills of the server between what a post or a pharmacy gives and the answer: nothing is lost, nothing is given twice',
    killed('kills-dispensing', async (night) => {
        while (!night.isOver()) await dispense(night);
    }),
);

test(
    'kills of the server between a step of an evacuation and the answer: no step is lost, none is there twice',
    killed('kills-evacuation', async (night) => {
        const hospitals = {};
        for (const place of HOSPITALS) hospitals[place] = await openHospital(night.server, place);
        while (!night.isOver()) await evacuate(night, hospitals);
    }),
);
