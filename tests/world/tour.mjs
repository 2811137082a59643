// A tour through every screen with its longest content, for those who measure layouts or take pictures. The people on it have names of
// 60 characters, and the doctor writes 4,000.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, scratch } from './paths.mjs';
import { openBrowser } from './browser.mjs';
import { voices } from './fixtures.mjs';
import { openLink } from './link.mjs';
import { patientCamera } from './patient-camera.mjs';
import { Doctor, Kiosk, openDoctor } from './people.mjs';
import { until } from './wait.mjs';

/**
 * @typedef {object} Stop
 * @property {'kiosk' | 'doctor' | 'ops' | 'reception' | 'ambulance' | 'coordination'} kind - the page, which decides at which sizes it is seen
 * @property {string} name - of the screen and its state
 * @property {import('playwright-core').Page} page
 * @property {string[]} vital - test ids of what must be visible without scrolling at every size
 */

const POST = { id: 'poste-du-bout-du-fleuve', name: 'Poste de santé de Sinthiou Bamambé-Banadji du bout du fleuve' };
const DOCTOR = { login: 'la.plus.longue', password: 'une phrase longue et sans accent', name: 'Pr Mame Diarra Bousso Sokhna Ndiaye-Diallo de Saint-Louis-Sor' };
const HOSPITAL = { id: 'hopital-du-bout', name: 'Établissement public de santé de Thilogne-Sinthiane du bout du fleuve', login: 'sage.femme', password: 'quatre mots pour la porte' };
const SENTENCE = 'Sulfate de magnésium : 4 g en intraveineuse lente sur 20 minutes, puis 5 g en intramusculaire dans chaque fesse ; surveiller les réflexes et la diurèse.\n';
const ADVICE = SENTENCE.repeat(40).slice(0, 3_990);
/** A chat message of 500 characters, with a word that has no place to break. */
const LONG_TEXT = `${SENTENCE.repeat(3)}${'n'.repeat(90)}`.trim().slice(0, 500);
const FIVE_DANGERS = {
    age: '16',
    term: '34',
    systolic: '182',
    diastolic: '124',
    pulse: '151',
    temperature: '40,4',
    reason: 'Saignement abondant depuis ce matin, convulsions deux fois dans la nuit, patiente très fatiguée et pâle, venue de loin en charrette',
};

/**
 * Goes through all screens in one language, and stops at each.
 * @param {import('./scene.mjs').Scene} scene
 * @param {'fr' | 'en'} language
 * @returns {AsyncGenerator<Stop>}
 */
export async function* tour(scene, language) {
    const { server } = scene;
    const teranga = (args, input) => execFileSync(binary, [...args, '--data', server.data], { input, encoding: 'utf8' });
    teranga(['place', 'put', POST.id, '--kind', 'post', '--name', POST.name, '--district', 'Matam', '--region', 'Matam']);
    const [, code] = teranga(['enroll', POST.id]).match(/^code:\s+(\S+)/m) ?? [];
    if (!code) throw new Error('no enrolment code was printed');
    const account = ['user', 'add', DOCTOR.login, '--name', DOCTOR.name, '--role', 'doctor', '--place', 'hopital-dakar', '--speciality', 'obstetrics'];
    teranga(account, `${DOCTOR.password}\n`);

    const folder = scratch('tour');
    scene.atEnd(() => rmSync(folder, { recursive: true, force: true }));
    const speaks = [{ run: speak, setting: language }];
    const link = await openLink(server.url);
    scene.atEnd(() => link.close());
    const enter = (made) => scene.enter(made);
    const stop = (kind, name, person, vital = []) => ({ kind, name, page: person.page, vital });

    const doors = await enter(person(Doctor, server, '/', { scripts: speaks }));
    await doors.page.locator('h1').first().waitFor();
    yield stop('kiosk', 'doors', doors);
    const stranger = await enter(person(Doctor, server, '/medecin', { scripts: speaks }));
    await stranger.at('signin').waitFor();
    yield stop('doctor', 'sign in', stranger);

    const kiosk = await enter(person(Kiosk, server, '/poste', { voice: voices.kiosk, scripts: speaks, link, camera: patientCamera(folder) }));
    yield stop('kiosk', 'enrolment', kiosk);
    await kiosk.enroll(code);
    yield stop('kiosk', 'home', kiosk, ['urgent-obstetrics']);
    await kiosk.press('consultation');
    await kiosk.at('speciality-general').waitFor();
    yield stop('kiosk', 'specialities', kiosk, ['back']);
    await kiosk.press('back');
    await kiosk.press('check');
    await kiosk.at('check-mic').waitFor();
    yield stop('kiosk', 'device check', kiosk);
    await kiosk.press('check-skip').catch(() => kiosk.press('check-done'));
    await kiosk.home();
    await kiosk.fillForm(FIVE_DANGERS);
    await kiosk.at('danger').first().waitFor();
    yield stop('kiosk', 'form with five dangers', kiosk);
    await kiosk.call();
    await kiosk.at('request-state').first().waitFor();
    await kiosk.at('measure').first().waitFor();
    yield stop('kiosk', 'waiting, and nobody is there', kiosk, ['phone', 'cancel']);

    const doctor = await enter(openDoctor(server, { scripts: speaks }, DOCTOR));
    yield stop('doctor', 'desk while away', doctor, ['availability-available']);
    await doctor.available();
    await doctor.at('claim').first().waitFor();
    yield stop('doctor', 'ringing', doctor, ['claim']);
    yield stop('kiosk', 'waiting while it rings', kiosk, ['phone', 'cancel']);
    await doctor.press('device-check');
    await doctor.at('check-mic').waitFor();
    yield stop('doctor', 'device check', doctor);
    await doctor.page.keyboard.press('Escape');
    await doctor.claim();
    await doctor.inCall();
    await kiosk.at('call-screen').waitFor();
    const IN_CALL = ['mute', 'camera'];
    await until('a picture', async () => Number(await kiosk.attribute('tile', 'data-frames')) > 0);
    yield stop('kiosk', 'call', kiosk, [...IN_CALL, 'phone', 'hangup']);
    yield stop('doctor', 'call', doctor, [...IN_CALL, 'close']);
    await doctor.press('ask-photo');
    await kiosk.at('photo-request').waitFor();
    yield stop('kiosk', 'call, a photo is asked for', kiosk, [...IN_CALL, 'phone', 'hangup', 'photo-take']);
    await kiosk.press('photo-take');
    await kiosk.at('photo-shoot').waitFor();
    yield stop('kiosk', 'call, framing a photo', kiosk, [...IN_CALL, 'phone', 'hangup', 'photo-shoot']);
    await kiosk.press('photo-shoot');
    await kiosk.at('photo-still').waitFor();
    yield stop('kiosk', 'call, the photo taken', kiosk, [...IN_CALL, 'phone', 'hangup', 'photo-send']);
    await kiosk.press('photo-send');
    await until('the photo', async () => (await doctor.attribute('photo', 'data-state')) === 'whole', { within: 60_000 });
    await doctor.at('advice').fill(ADVICE);
    yield stop('doctor', 'call, writing 4,000 characters beside a photo', doctor, [...IN_CALL, 'close']);
    await doctor.press('advice-sign');
    await kiosk.at('advice-item').first().waitFor();
    yield stop('kiosk', 'call, with 4,000 characters of advice and a photo', kiosk, [...IN_CALL, 'phone', 'hangup']);
    yield stop('doctor', 'call, advice signed', doctor, [...IN_CALL, 'close']);
    yield* writeToEachOther(kiosk, doctor, stop, IN_CALL);
    await doctor.press('invite');
    await doctor.at('invite-dialog').waitFor();
    yield stop('doctor', 'inviting', doctor);
    await doctor.page.keyboard.press('Escape');
    await kiosk.press('mute');
    await doctor.at('far-voice').first().waitFor();
    yield stop('doctor', 'call, the post is muted', doctor, [...IN_CALL, 'close']);
    await kiosk.press('mute');

    link.cut();
    await kiosk.at('outage').waitFor();
    await doctor.at('far-outage').waitFor();
    yield stop('kiosk', 'call, link lost', kiosk, [...IN_CALL, 'phone', 'outage']);
    yield stop('doctor', 'call, the post is lost', doctor, [...IN_CALL, 'close', 'far-outage']);
    link.join();
    await kiosk.at('outage').waitFor({ state: 'detached', timeout: 60_000 });

    yield* receive(scene, doctor, teranga, speaks, stop);

    await doctor.press('close');
    await doctor.at('close-dialog').waitFor();
    yield stop('doctor', 'closing', doctor, ['close-confirm']);
    await doctor.press('disposition-advice');
    await doctor.press('close-confirm');
    await kiosk.at('closed').first().waitFor();
    yield stop('kiosk', 'ended, with advice', kiosk, ['home']);
    yield stop('doctor', 'desk after the end', doctor, ['availability-available']);
    await kiosk.choosePin('4711');
    await kiosk.at('pin-new').waitFor({ state: 'detached' });
    await kiosk.press('home');
    await kiosk.home();
    yield stop('kiosk', 'home after a consultation', kiosk, ['urgent-obstetrics']);
    await kiosk.press('history');
    await kiosk.at('history-row').first().click();
    yield stop('kiosk', 'history', kiosk, ['back']);
    await doctor.press('history');
    await doctor.press('history-open');
    await doctor.at('advice-item').first().waitFor();
    yield stop('doctor', 'history', doctor, ['history']);

    turnKeysOver(teranga, server, folder);
    const ops = await enter(person(Doctor, server, '/exploitation', { scripts: speaks }));
    const { login, password } = server.access.operators[0];
    await ops.at('login').fill(login);
    await ops.at('password').fill(password);
    await ops.press('signin');
    await ops.at('store-state').waitFor();
    yield stop('ops', 'overview', ops, ['store-state']);
    await ops.at('signing-key').waitFor();
    await ops.at('withdrawn-key').nth(1).scrollIntoViewIfNeeded();
    yield stop('ops', 'signing keys', ops);

    const rota = await enter(person(Doctor, server, '/coordination', { scripts: speaks }));
    const coordinator = server.access.coordinators[0];
    await rota.at('login').fill(coordinator.login);
    await rota.at('password').fill(coordinator.password);
    await rota.press('signin');
    await rota.at('week').waitFor();
    yield stop('coordination', 'week', rota, []);
    await rota.press('tab-absences');
    yield stop('coordination', 'leave and swaps', rota, []);
}

/** A key that ends soon, one that was lost, and one of somebody who left. */
function turnKeysOver(teranga, { access }, folder) {
    const [lost, left] = access.doctors;
    teranga(['signer', 'withdraw', lost.login, '--why', 'lost']);
    teranga(['signer', 'withdraw', left.login, '--why', 'left']);
    const [ministry, request, certificate] = ['ministry', 'request.csr', 'key.pem'].map((name) => join(folder, name));
    execFileSync(binary, ['ministry', 'create', '--folder', ministry, '--name', 'Ministère de la Santé, documents']);
    teranga(['signer', 'trust', join(ministry, 'ministry.pem')]);
    teranga(['signer', 'request', DOCTOR.login, '--out', request]);
    execFileSync(binary, ['ministry', 'certify', '--folder', ministry, '--request', request, '--out', certificate, '--days', '20']);
    teranga(['signer', 'install', certificate]);
}

/** The page of a structure that receives a patient with the longest letter, from the two ways in to the contre-référence. */
async function* receive(scene, doctor, teranga, speaks, stop) {
    const { id, name, login, password } = HOSPITAL;
    teranga(['place', 'put', id, '--kind', 'hospital', '--name', name, '--district', 'Matam', '--region', 'Matam', '--phone', '+221 33 966 11 22']);
    teranga(['user', 'add', login, '--name', DOCTOR.name, '--role', 'guest', '--place', id], `${password}\n`);
    const desk = await scene.enter(person(Doctor, scene.server, '/accueil', { voice: voices.other, scripts: speaks }));
    await desk.at('rc-code').waitFor();
    yield stop('reception', 'the two ways in', desk);
    await desk.at('rc-code').fill('7K3M9-QRT2X-4F7ZP');
    await desk.at('rc-name').fill(DOCTOR.name);
    await desk.press('rc-code-go');
    await desk.at('rc-code-fault').waitFor();
    yield stop('reception', 'a code that opens nothing', desk);
    await desk.at('login').fill(login);
    await desk.at('password').fill(password);
    await desk.press('signin');
    await desk.at('rc-empty').waitFor();
    yield stop('reception', 'nobody is sent', desk);
    await doctor.page.evaluate(orderReferral, { consultation: await doctor.attribute('call', 'data-consultation'), structure: id, text: ADVICE.slice(0, 2_000) });
    await desk.at('rc-row').waitFor({ timeout: 15_000 });
    yield stop('reception', 'a request', desk);
    await desk.press('rc-open');
    await desk.at('rc-letter').waitFor();
    yield stop('reception', 'the longest letter', desk, ['back']);
    await desk.press('rc-reject');
    await desk.at('rc-text').fill(LONG_TEXT);
    yield stop('reception', 'rejecting', desk);
    await desk.page.keyboard.press('Escape');
    await desk.at('rc-accept-text').fill(LONG_TEXT);
    await desk.press('rc-accept');
    await desk.at('rc-arrived').waitFor();
    yield stop('reception', 'accepted', desk, ['back']);
    yield* ride(scene, doctor, speaks, stop);
    await desk.press('rc-arrived');
    await desk.press('rc-counter');
    await desk.at('rc-counter-text').fill(ADVICE);
    yield stop('reception', 'writing back 4,000 characters', desk);
    await desk.press('rc-send');
    await desk.at('rc-counter-shown').waitFor();
    yield stop('reception', 'written back', desk, ['back']);
    await desk.press('back');
    await desk.at('rc-row').waitFor({ state: 'attached' });
    yield stop('reception', 'the list after the end', desk);
}

/** The page of an ambulance, from the code that is typed to the call and out of it. */
async function* ride(scene, doctor, speaks, stop) {
    await doctor.press('amb-make');
    yield stop('doctor', 'the link for an ambulance', doctor);
    const code = (await doctor.at('amb-link-code').innerText()).trim();
    const phone = await scene.enter(person(Doctor, scene.server, '/ambulance', { voice: voices.guest, scripts: speaks }));
    await phone.at('amb-code').waitFor();
    yield stop('ambulance', 'a code is wanted', phone, ['amb-code']);
    await phone.at('amb-code').fill('0000-0000-0000');
    await phone.press('amb-go');
    await phone.at('amb-fault').waitFor();
    yield stop('ambulance', 'a code that opens nothing', phone);
    await phone.at('amb-code').fill(code);
    await phone.press('amb-go');
    await phone.at('amb-name').waitFor();
    yield stop('ambulance', 'a name is wanted', phone);
    await phone.at('amb-name').fill(DOCTOR.name.slice(0, 60));
    await phone.press('amb-go');
    await phone.page.locator('[data-testid="amb-state"][data-state="live"]').waitFor({ timeout: 20_000 });
    yield stop('ambulance', 'in the call', phone, ['amb-state']);
    await doctor.press('amb-withdraw');
    await phone.page.locator('[data-testid="amb"][data-at="out"]').waitFor();
    yield stop('ambulance', 'withdrawn', phone);
    await phone.page.close();
}

/** Runs in the page of the doctor: the longest letter, for all that a structure may be able to do. */
async function orderReferral({ consultation, structure, text }) {
    const needs = ['cesarean', 'surgery', 'transfusion', 'neonatal', 'imaging', 'laboratory', 'maternity'];
    const letter = { patient: text, reason: text, findings: text, done: text, not_examined: text, question: text };
    const body = JSON.stringify({ referral: crypto.randomUUID(), structure, others: [], needs, letter });
    const answer = await fetch(`/api/consultations/${consultation}/referrals`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok) throw new Error(`the order was refused: ${answer.status}`);
}

/** The longest texts that two people may write to each other, with the chat closed and open on each side. */
async function* writeToEachOther(kiosk, doctor, stop, inCall) {
    for (const person of [kiosk, doctor]) await person.at('chat').waitFor({ timeout: 20_000 });
    await kiosk.press('chat');
    await kiosk.at('chat-field').waitFor();
    yield stop('kiosk', 'call, the chat is empty', kiosk, [...inCall, 'phone', 'hangup', 'chat', 'chat-close', 'chat-field', 'chat-send']);
    await kiosk.at('chat-field').fill(LONG_TEXT);
    await kiosk.press('chat-send');
    await kiosk.at('chat-phrase').first().click();
    await doctor.at('chat-notice').waitFor();
    yield stop('doctor', 'call, a text has come', doctor, [...inCall, 'close', 'chat', 'chat-open']);
    await doctor.press('chat-open');
    await doctor.at('chat-field').fill(LONG_TEXT);
    await doctor.press('chat-send');
    await doctor.at('chat-field').fill(`${LONG_TEXT}${LONG_TEXT}`);
    await doctor.press('chat-send');
    await doctor.at('chat-problem').waitFor();
    const written = ['chat', 'chat-close', 'chat-field', 'chat-send'];
    yield stop('doctor', 'call, the chat, with a text that is too long', doctor, [...inCall, 'close', 'hangup', ...written]);
    yield stop('kiosk', 'call, the chat', kiosk, [...inCall, 'phone', 'hangup', ...written]);
    await kiosk.press('chat-close');
    await doctor.at('chat-field').fill(LONG_TEXT);
    await doctor.press('chat-send');
    await kiosk.at('chat-notice').waitFor();
    yield stop('kiosk', 'call, a text has come', kiosk, [...inCall, 'phone', 'hangup', 'chat', 'chat-open']);
    await doctor.press('chat-close');
    await kiosk.press('chat-open');
    await kiosk.press('chat-close');
    await kiosk.press('spoken');
    yield stop('kiosk', 'call, the sentences for the patient', kiosk, [...inCall, 'phone', 'hangup', 'chat', 'spoken-close']);
    await kiosk.press('spoken-close');
}

/** Opens a browser with one page at `path`. */
async function person(Role, server, path, options) {
    const browser = await openBrowser({ url: server.url, ...options });
    return new Role(browser, await browser.page(path));
}

/** Runs in the page before its own scripts: chooses the language as somebody did on an earlier visit. */
function speak(language) {
    localStorage.setItem('language', language);
}
