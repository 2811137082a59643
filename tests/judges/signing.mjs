// Prescriptions that a specialist without a page signs over HTTP in a call with a post's page, and their certificate.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, Visitor } from '../world/http.mjs';
import { binary } from '../world/paths.mjs';
import { patient } from '../world/people.mjs';
import { dial } from '../world/socket.mjs';
import { until } from '../world/wait.mjs';

/** Drugs of the formulary, each with thousandths of its unit at an intake, intakes a day, and days. */
const DRUGS = [
    ['amoxicilline-500-gel', 2_000, 3, 5],
    ['paracetamol-500-cp', 2_000, 3, 3],
    ['acide-folique-5-cp', 1_000, 1, 30],
    ['azithromycine-500-cp', 1_000, 1, 3],
    ['cetirizine-10-cp', 1_000, 1, 7],
    ['al-20-120-cp', 4_000, 2, 3],
    ['amlodipine-5-cp', 1_000, 1, 30],
    ['butylscopolamine-10-cp', 1_000, 3, 5],
    ['albendazole-400-cp', 1_000, 1, 1],
    ['chlorhexidine-7-1-gel', 1_000, 1, 7],
];

/** Directions of which no two have the same words, so that compression shortens them as little as real ones. */
const DIRECTIONS = [
    'après les repas, avec un grand verre d’eau',
    'si la fièvre dépasse 38,5 °C, sans aller plus loin',
    'le matin à jeun, pendant toute la grossesse',
    'une heure avant le déjeuner, ne pas interrompre',
    'au coucher ; éviter de conduire ensuite',
    'avec un aliment gras, lait ou pâte d’arachide',
];
const DIRECTIONS_CHARS = 50;

const lineOf = ([listed, dose_milli, per_day, days], directions) => ({ drug: { listed }, dose_milli, per_day, days, directions });

/** Lines as most prescriptions have them: something is added to the first one. */
export const usual = (count) => DRUGS.slice(0, count).map((drug, i) => lineOf(drug, i === 0 ? 'après les repas' : ''));

/** Six lines with whole directions, the first `chars` characters of each. */
const wordy = (chars) => DRUGS.slice(0, 6).map((drug, i) => lineOf(drug, DIRECTIONS[i].slice(0, chars).trim()));

export class Signer {
    /** @param {import('../world/server.mjs').Server} server */
    constructor(server) {
        this.server = server;
        this.account = server.doctor('obstetrics');
        this.visitor = new Visitor(server.url);
    }

    /** Signs in and connects. */
    async begin() {
        await this.visitor.signIn(this.account);
        await this.connect();
    }

    async connect() {
        this.wire = await dial(this.visitor);
        await this.wire.hello();
    }

    /** Takes a request that waits: this one, or the first. @param {string} [request] */
    async take(request) {
        const fits = (entry) => Boolean(entry.intake) && (!request || entry.consultation === request);
        const { consultation } = await this.wire.next('entry', fits, 20_000);
        this.consultation = consultation;
        this.wire.say({ type: 'claim', consultation });
        await this.wire.next('call', (call) => call.consultation === consultation);
    }

    /** Signs prescriptions with one, three, five and ten lines, and six lines with as many words as the server signs. */
    async signAll() {
        for (const count of [1, 3, 5, 10]) expect(200, await this.sign(usual(count)));
        let most;
        for (let chars = DIRECTIONS_CHARS; chars > 0 && most?.status !== 200; chars -= 1) {
            most = await this.sign(wordy(chars));
            if (most.json.code !== 'prescription_long') expect(200, most);
        }
        expect(200, most);
        const { json } = expect(200, await this.visitor.get(`/api/consultations/${this.consultation}`));
        return json.record.prescriptions.map(({ signed }) => signed);
    }

    /** Signs a draft with these lines. Every question that the checks ask is answered. */
    async sign(lines) {
        const path = `/api/consultations/${this.consultation}/prescriptions`;
        const draft = { prescription: randomUUID(), consultation: this.consultation, lines };
        const { flawed, findings } = expect(200, await this.visitor.post(`${path}/check`, draft)).json;
        if (flawed !== null) throw new Error(`line ${flawed} is incomplete: ${JSON.stringify(lines[flawed])}`);
        const justifications = findings.map(({ line, kind }) => ({ line, kind, why: 'vu et accepté' }));
        const body = { draft: { ...draft, justifications }, password: this.account.password };
        let answer;
        await until('the prescription to be stored', async () => {
            answer = await this.visitor.post(path, body);
            return answer.status !== 200 || answer.json.stored;
        });
        return answer;
    }

    /** Ends the consultation. */
    async close(disposition = 'prescription') {
        this.wire.say({ type: 'close', consultation: this.consultation, disposition });
        await this.wire.next('closed', (closed) => closed.consultation === this.consultation);
    }
}

/** The post's page, whose patient has a name, asks for the call in which the prescriptions are signed. */
export async function signedInCall(server, kiosk) {
    const signer = new Signer(server);
    await kiosk.fillForm({ name: 'Ndeye Fatou Diagne Mbaye', ...patient });
    await kiosk.call();
    await signer.begin();
    await signer.take();
    const signed = await signer.signAll();
    await signer.close();
    signer.wire.end();
    return signed;
}

/**
 * Gives the signer of the demonstration a key with a certificate of an authority of its own, as docs/OPERATING.md tells. The server must be stopped.
 * @param {import('../world/server.mjs').Server} server @param {string} folder - gets the files of both authorities and the certificates
 */
export function certify(server, folder) {
    const teranga = (...args) => execFileSync(binary, args, { env: { ...process.env, TERANGA_DATA: server.data }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    const { login } = server.doctor('obstetrics');
    const [request, certificate] = [`${folder}/signer.csr`, `${folder}/signer.pem`];
    // Both have the same name, so that only their keys tell them apart.
    for (const authority of ['ministry', 'stranger']) teranga('ministry', 'create', '--folder', `${folder}/${authority}`, '--name', 'Ministère de la Santé, documents');
    teranga('signer', 'trust', `${folder}/ministry/ministry.pem`);
    teranga('signer', 'request', login, '--out', request);
    teranga('ministry', 'certify', '--folder', `${folder}/ministry`, '--request', request, '--out', certificate);
    teranga('ministry', 'certify', '--folder', `${folder}/stranger`, '--request', request, '--out', `${folder}/stranger.pem`);
    const isRefused = refuses(() => teranga('signer', 'install', `${folder}/stranger.pem`));
    const waiting = () => teranga('signer', 'list').split('\n').filter((line) => line.endsWith('waits for its certificate')).length;
    const before = waiting();
    teranga('signer', 'install', certificate);
    const demonstration = `${server.data}/demo-ministry/ministry.pem`;
    const verifies = (authority, file) => !refuses(() => execFileSync('openssl', ['verify', '-CAfile', authority, file], { stdio: 'pipe' }));
    const ministry = `${folder}/ministry/ministry.pem`;
    return [
        { what: 'openssl verify: the signer’s certificate and the ministry', good: true, accepted: verifies(ministry, certificate) },
        { what: 'openssl verify: a certificate of another authority of the same name', good: false, accepted: verifies(ministry, `${folder}/stranger.pem`) },
        { what: 'openssl verify: that certificate and its own authority', good: true, accepted: verifies(`${folder}/stranger/ministry.pem`, `${folder}/stranger.pem`) },
        { what: 'openssl verify: the signer’s certificate and the authority of the demonstration', good: false, accepted: verifies(demonstration, certificate) },
        { what: 'teranga signer install: a certificate of another authority of the same name', good: false, accepted: !isRefused },
        { what: 'teranga signer list: the key waits for its certificate, and then no more', good: true, accepted: before === 1 && waiting() === 0 },
    ];
}

/** True if a program ends with an error. */
function refuses(run) {
    try {
        run();
        return false;
    } catch (error) {
        if (error.status === undefined || error.status === null) throw error;
        return true;
    }
}
