// The wait for a doctor: whoever is on duty rings, and the post reads who and why; a call is put on hold, called back, given to another speciality;
// what a doctor declared holds over a restart; a colleague who takes a consultation over reads why; and a notification takes the call of a hidden page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voices } from '../world/fixtures.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { Person, allHear, meet, openCoordinator, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const PHONE = { width: 360, height: 640 };

const colleagueOf = (server) => openDoctor(server, { voice: voices.guest }, server.doctor('obstetrics', 1));

/** Everything that a person sees now. @param {Person} person */
const text = (person) => person.page.locator('body').innerText();

test('who is on duty rings, with the reason; the doctor holds the call and takes it up again; the post asks to be called back', () =>
    scene('queue', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('rings-at').waitFor();
        assert.match(await kiosk.at('rings-at').innerText(), /Dr Awa Ndiaye \(.*de garde/);
        assert.match(await kiosk.at('estimate').innerText(), /pas encore d’estimation/i);
        await doctor.at('rings-now').filter({ hasText: 'Awa Ndiaye' }).waitFor();
        for (const size of [PHONE, { width: 1280, height: 800 }]) {
            await resize(kiosk.page, size);
            assert.deepEqual(await layoutFaults(kiosk.page, ['phone', 'cancel']), [], JSON.stringify(size));
        }

        await kiosk.press('call-back-10');
        await kiosk.at('called-back').waitFor();
        await doctor.at('postponed').first().waitFor();
        assert.equal(await kiosk.at('rings-at').count(), 0, 'nobody rings while the post waits to be called back');
        await kiosk.press('ring-now');
        await kiosk.at('rings-at').waitFor();

        await doctor.claim();
        await allHear([kiosk, doctor]);
        await doctor.press('hangup');
        await doctor.press('hold-5');
        await doctor.at('queue').waitFor();
        await until('the post reads who will be back', async () => (await text(kiosk)).includes('Dr Awa Ndiaye vous reprend vers'));
        await doctor.at('postponed').first().waitFor();
        await doctor.claim();
        await allHear([kiosk, doctor]);

        await doctor.press('hangup');
        await doctor.at('redirect-to').selectOption('paediatrics');
        assert.ok(await doctor.at('redirect-send').isDisabled(), 'a reason is asked for');
        await doctor.at('redirect-why').fill('Le nouveau-né convulse, avis de pédiatrie');
        await doctor.press('redirect-send');
        const paediatrician = await s.enter(openDoctor(s.server, { voice: voices.guest }, s.server.doctor('paediatrics')));
        await paediatrician.page.getByText('Le nouveau-né convulse').first().waitFor();
        await paediatrician.claim();
        await allHear([kiosk, paediatrician]);
        await paediatrician.finish();
        await kiosk.at('closed').waitFor();
    }));

test('a doctor declares until when, which survives a reload and a restart; who is on duty and away is told to the coordinator', () =>
    scene('presence', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_DUTY_ABSENT_S: '2' });
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.at('presence-until').waitFor();
        assert.equal(await doctor.attribute('presence-until', 'data-by'), 'undeclared');
        await doctor.available();
        await doctor.press('until-4h');
        await doctor.at('presence-end').waitFor();
        const end = await doctor.at('presence-end').innerText();
        assert.match(end, /jusqu’à/);
        await s.server.stop();
        await s.server.serve({ TERANGA_DUTY_ABSENT_S: '2' });
        await doctor.page.reload();
        await doctor.at('presence-end').waitFor();
        assert.equal(await doctor.at('presence-end').innerText(), end);

        const coordinator = await s.enter(openCoordinator(s.server));
        await coordinator.page.locator('[data-testid="absent"]', { hasText: 'Dr Fatou Sarr' }).waitFor();
        assert.equal(await coordinator.page.locator('[data-testid="absent"]', { hasText: 'Dr Awa Ndiaye' }).count(), 0);
        await doctor.press('availability-away');
        await doctor.at('duty-reminder').waitFor();
        await coordinator.page.locator('[data-testid="absent"][data-why="declared_away"]', { hasText: 'Dr Awa Ndiaye' }).waitFor();
        await doctor.available();
        await coordinator.page.locator('[data-testid="absent"]', { hasText: 'Dr Awa Ndiaye' }).waitFor({ state: 'detached' });
    }));

test('a server in another zone than the device: every time on the page is that of the server’s country', () =>
    scene('zone', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_TIME_ZONE: 'Europe/Paris' });
        const doctor = await s.enter(openDoctor(s.server, { timezone: 'Africa/Dakar' }));
        await doctor.available();
        await doctor.press('until-1h');
        await doctor.at('presence-end').waitFor();
        const [, hours, minutes] = (await doctor.at('presence-end').innerText()).match(/(\d\d)[:h\s]+(\d\d)/);
        const inParis = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' });
        const minutesOf = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
        const off = Math.abs(minutesOf(`${hours}:${minutes}`) - minutesOf(inParis.format(Date.now() + 3_600_000)));
        assert.ok(Math.min(off, 24 * 60 - off) <= 1, `${hours}:${minutes} is the time in Paris in an hour`);
    }));

test('a colleague reads why a consultation is transferred before accepting it, and the record keeps the reason', () =>
    scene('transfer', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        const colleague = await s.enter(colleagueOf(s.server));
        await meet(kiosk, doctor);
        const why = 'Je pars au bloc, la tension reste à surveiller';
        await doctor.press('invite');
        assert.ok(await doctor.at('transfer').isDisabled(), 'somebody is chosen first');
        await doctor.at('invite-party').filter({ hasText: 'Fatou Sarr' }).click();
        await doctor.at('invite-why').fill(why);
        await doctor.press('transfer');
        assert.match(await colleague.at('invitation-why').innerText(), new RegExp(why));
        await colleague.press('invitation-accept');
        await allHear([kiosk, colleague]);
        await doctor.press('hangup');
        await doctor.press('hangup-yes');
        await colleague.finish();
        await kiosk.at('closed').waitFor();
        await colleague.press('history');
        await colleague.press('history-open');
        await colleague.page.locator('.events li', { hasText: why }).waitFor();
    }));

test('a notification with "Prendre" takes the call of a page that is hidden', () =>
    scene('notification', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        const { context } = doctor.browser;
        await context.grantPermissions(['notifications'], { origin: s.server.url });
        const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
        // Until the first visit's worker runs, the page itself would show the notification, without "Prendre".
        await doctor.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        const shown = () => worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title, actions }) => ({ title, actions: actions.map(({ action }) => action) })));
        const hide = (hidden) =>
            doctor.page.evaluate((value) => {
                Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
                document.dispatchEvent(new Event('visibilitychange'));
            }, hidden);
        await kiosk.fillForm();
        await kiosk.call();
        await doctor.at('claim').first().waitFor();
        assert.deepEqual(await shown(), [], 'a page that is seen needs none');
        await hide(true);
        const [notification] = await until('the notification', async () => ((await shown()).length ? shown() : null));
        assert.match(notification.title, /^Urgence vitale/);
        assert.deepEqual(notification.actions, ['claim']);
        assert.ok(!notification.title.includes('Ndeyefatou'), 'it tells nothing about the patient');
        await worker.evaluate(async () => {
            const [one] = await self.registration.getNotifications();
            self.dispatchEvent(new NotificationEvent('notificationclick', { notification: one, action: 'claim' }));
        });
        await doctor.inCall();
        await until('the notification to go', async () => (await shown()).length === 0);
        await allHear([kiosk, doctor]);
    }));
