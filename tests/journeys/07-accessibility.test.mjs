// Accessibility: axe on every screen, targets of a finger's size, and a kiosk that fits a tablet of 1024x600 and a phone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { artifacts } from '../world/paths.mjs';
import { allHear, Doctor, openDoctor, openKiosk, patient, Person } from '../world/people.mjs';
import { Scene } from '../world/scene.mjs';
import { startServer } from '../world/server.mjs';

const NAME = 'for-everyone';
const scene = new Scene(NAME);
before(async () => (scene.server = await startServer({ name: NAME })));
after(() => scene.close());

/** Returns what axe finds serious or critical on the present screen. */
async function judge(page, screen) {
    await page.screenshot({ path: join(artifacts('screens'), `${screen}.png`) }).catch(() => {});
    return seriousFaults(page, screen);
}

/** Returns buttons that are narrower or lower than `px`, as "name WxH". */
const tooSmall = (page, px) =>
    page.evaluate((least) => {
        const things = [...document.querySelectorAll('button, a[href], input, select, textarea')];
        return things
            .filter((thing) => thing.checkVisibility())
            .map((thing) => ({ thing, box: thing.getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0 && (box.width < least - 0.5 || box.height < least - 0.5))
            .map(({ thing, box }) => `${thing.dataset.testid ?? thing.textContent.slice(0, 30)} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }, px);

const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('axe finds nothing serious on any screen of a consultation', async () => {
    const found = [];
    const look = async (person, screen) => found.push(...(await judge(person.page, screen)));
    const { server } = scene;

    const doors = await openBrowser({ url: server.url });
    scene.people.push({ browser: doors, voice: doors.voice, close: () => doors.close() });
    for (const [path, screen] of [['/', 'doors'], ['/poste', 'kiosk-enrol'], ['/medecin', 'doctor-signin'], ['/exploitation', 'ops-signin'], ['/coordination', 'coordination-signin'], ['/accueil', 'reception'], ['/ambulance', 'ambulance']]) {
        const page = await doors.page(path);
        await page.locator('h1').first().waitFor();
        found.push(...(await judge(page, screen)));
        await page.close();
    }

    const kiosk = await scene.enter(openKiosk(server));
    await look(kiosk, 'kiosk-home');
    const doctor = await scene.enter(openDoctor(server));
    await doctor.available();
    await look(doctor, 'doctor-desk');
    await kiosk.fillForm();
    await look(kiosk, 'kiosk-form');
    await kiosk.call();
    await kiosk.at('request-state').first().waitFor();
    await look(kiosk, 'kiosk-wait');
    await doctor.at('queue-row').first().waitFor();
    await look(doctor, 'doctor-ring');
    await doctor.claim();
    await allHear([kiosk, doctor]);
    await look(kiosk, 'kiosk-call');
    await look(doctor, 'doctor-call');
    await doctor.advise('Voie veineuse, surveiller la tension toutes les 15 minutes');
    await kiosk.at('advice-item').first().waitFor();
    await look(kiosk, 'kiosk-advice');
    await doctor.press('close');
    await doctor.at('disposition-advice').waitFor();
    await look(doctor, 'doctor-close');
    await doctor.press('disposition-advice');
    await doctor.press('close-confirm');
    await kiosk.at('closed').first().waitFor();
    await look(kiosk, 'kiosk-ended');
    await look(doctor, 'doctor-ended');

    const operator = server.access.operators[0];
    const ops = await scene.enter(openBrowser({ url: server.url }).then(async (b) => new Doctor(b, await b.page('/exploitation'))));
    await ops.at('login').fill(operator.login);
    await ops.at('password').fill(operator.password);
    await ops.press('signin');
    await ops.at('health').first().waitFor();
    await look(ops, 'ops');

    const { login, password } = server.access.coordinators[0];
    const rota = await scene.enter(openBrowser({ url: server.url }).then(async (b) => new Person(b, await b.page('/coordination'))));
    await rota.at('login').fill(login);
    await rota.at('password').fill(password);
    await rota.press('signin');
    await rota.at('week').waitFor();
    await look(rota, 'rota-week');
    await rota.press('add-duty');
    await rota.at('editor').waitFor();
    await look(rota, 'rota-editor');
    await rota.page.keyboard.press('Escape');
    await rota.at('editor').waitFor({ state: 'detached' });
    for (const tab of ['template', 'absences', 'calendars']) {
        await rota.press(`tab-${tab}`);
        await look(rota, `rota-${tab}`);
    }
    await doctor.press('my-duties');
    await doctor.at('my-duty').first().waitFor();
    await look(doctor, 'doctor-duties');
    assert.deepEqual(found, []);
});

test('the kiosk fits 1024x600 and a phone, with targets of 64 px', async () => {
    const { server } = scene;
    const kiosk = await scene.enter(openKiosk(server, { viewport: { width: 1024, height: 600 } }, 1));
    const wrong = [];
    for (const [name, size] of [['tablet', { width: 1024, height: 600 }], ['phone', { width: 360, height: 640 }]]) {
        await kiosk.page.setViewportSize(size);
        await kiosk.home();
        if ((await overflows(kiosk.page)) > 0) wrong.push(`${name}: home is wider than the screen`);
        wrong.push(...(await tooSmall(kiosk.page, name === 'tablet' ? 64 : 44)).map((one) => `${name}, home: ${one}`));
        await kiosk.page.screenshot({ path: join(artifacts('screens'), `kiosk-home-${name}.png`) });
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('call').waitFor();
        if ((await overflows(kiosk.page)) > 0) wrong.push(`${name}: the form is wider than the screen`);
        await kiosk.page.screenshot({ path: join(artifacts('screens'), `kiosk-form-${name}.png`) });
        await kiosk.press('back');
    }
    assert.deepEqual(wrong, []);
});

test('a dangerous value is marked while it is typed, by more than colour', async () => {
    const kiosk = scene.people.find((person) => person.voice?.name === 'kiosk');
    await kiosk.page.goto(new URL('/poste', scene.server.url).href);
    await kiosk.page.setViewportSize({ width: 1024, height: 600 });
    await kiosk.press('home').catch(() => {});
    await kiosk.press('urgent-obstetrics');
    await kiosk.at('field-systolic').fill(patient.systolic);
    await kiosk.at('danger').first().waitFor();
    assert.ok((await kiosk.at('danger').first().innerText()).trim().length > 3, 'it is said in words');
});
