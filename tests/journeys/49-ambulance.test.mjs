// The telephone of an ambulance in the call of its evacuation: the post and the doctor make a link, a telephone without an account opens it once, all three hear each other,
// it comes back by itself after a reload and a restart of the server, and it is out when it is withdrawn, when the link is replaced, and when the call ends.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { expect, Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { allHear, meet, openDoctor, openKiosk, patient, Person } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const PHONE = { width: 360, height: 640 };
const NAME = 'Moussa Diop, ambulancier';
const KEY = 'a key of twenty-two chars';

/** The page of an ambulance. */
class Telephone extends Person {
    /** Waits until the page stands there. @param {string} where */
    stands(where) {
        return this.page.locator(`[data-testid="amb"][data-at="${where}"]`).waitFor({ timeout: 20_000 });
    }

    inCall() {
        return this.page.locator('[data-testid="amb-state"][data-state="live"]').waitFor({ timeout: 20_000 });
    }

    /** Tells a name and enters the call. */
    async enter() {
        await this.at('amb-name').fill(NAME);
        await this.press('amb-go');
        await this.inCall();
    }

    /** Looks at the screen at the size of a telephone, and with axe. @param {string[]} vital */
    async fits(vital) {
        await resize(this.page, PHONE);
        assert.deepEqual(await layoutFaults(this.page, vital), []);
        assert.deepEqual(await seriousFaults(this.page, String(vital)), []);
    }
}

/** A telephone at an address of the server. @param {import('../world/scene.mjs').Scene} s */
async function openTelephone(s, path) {
    const browser = await openBrowser({ url: s.server.url, voice: voices.guest, viewport: PHONE });
    return s.enter(Promise.resolve(new Telephone(browser, await browser.page(path))));
}

/** An evacuation out of the call that its structure has accepted with the code of the letter. Resolves with the consultation. */
async function accepted(s, doctor) {
    const id = await doctor.attribute('call', 'data-consultation');
    await doctor.refer(id, 'district-matam');
    const stored = await doctor.page.evaluate(async (of) => (await (await fetch(`/api/consultations/${of}`)).json()).record.referrals[0], id);
    const body = { code: stored.order.code, act: randomUUID(), event: { event: 'accepted' }, name: 'Dr Sy' };
    expect(200, await new Visitor(s.server.url).post('/api/liaison/events', body));
    for (const person of [doctor]) await person.page.locator('[data-testid="ev-item"][data-state="accepted"]').first().waitFor({ timeout: 20_000 });
    return id;
}

/** The code of a link that a page makes. @param {Person} person */
async function makeLink(person) {
    await person.press('amb-make');
    return (await person.at('amb-link-code').innerText()).trim();
}

const ambulanceAt = (person) => person.page.locator('[data-testid="tile"]').filter({ hasText: NAME });

test('an ambulance comes into the call of its evacuation by a link, and goes with it', (t) =>
    scene('ambulance', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await accepted(s, doctor);
        const code = await makeLink(doctor);

        const phone = await openTelephone(s, '/ambulance');
        await phone.stands('code');
        await phone.fits(['amb-code', 'amb-go']);
        await phone.at('amb-code').fill('0000-0000-0000');
        await phone.press('amb-go');
        await phone.at('amb-fault').waitFor();
        await phone.at('amb-code').fill(code.toLowerCase());
        await phone.press('amb-go');
        await phone.at('amb-whose').waitFor();
        assert.match(await phone.at('amb-whose').innerText(), /Nabadji.*Matam/s);
        await phone.fits(['amb-name', 'amb-go']);
        await phone.enter();
        await allHear([kiosk, doctor, phone]);
        await phone.fits(['amb-state', 'amb-mute', 'amb-hangup']);
        for (const person of [kiosk, doctor]) await ambulanceAt(person).first().waitFor();
        const words = await phone.page.locator('body').innerText();
        assert.ok(!words.includes(patient.reason) && !words.includes(patient.systolic), 'nothing of the patient');
        assert.deepEqual((await phone.received('video')).frames, 0, 'voices alone');

        const thief = new Visitor(s.server.url);
        expect(403, await thief.post('/api/ambulance/join', { code, key: KEY, name: 'X Y' }));

        await phone.page.reload();
        await phone.stands('ready');
        await phone.press('amb-go');
        await phone.inCall();
        await allHear([kiosk, doctor, phone]);

        await s.server.kill();
        await s.server.start();
        await allHear([kiosk, doctor, phone], { within: 30_000 });

        await doctor.press('amb-withdraw');
        await phone.stands('out');
        await phone.fits([]);
        for (const person of [kiosk, doctor]) await until('the ambulance is out', async () => (await ambulanceAt(person).count()) === 0);
        await allHear([kiosk, doctor]);

        await makeLink(kiosk);
        const address = new URL(await kiosk.attribute('amb-qr', 'data-address'));
        assert.deepEqual([address.host, address.pathname], [new URL(s.server.url).host, '/ambulance']);
        const next = await openTelephone(s, `/ambulance${address.hash}`);
        await next.at('amb-whose').waitFor();
        assert.equal(await next.page.evaluate(() => location.hash), '', 'the secret stays in no history');
        await next.enter();
        await allHear([kiosk, doctor, next], { within: 20_000 });
        await next.press('amb-hangup');
        await next.stands('ready');
        await until('the ambulance has hung up', async () => (await ambulanceAt(doctor).count()) === 0);
        await next.press('amb-go');
        await next.inCall();

        await doctor.finish('evacuation');
        await next.stands('over');
        assert.ok((await next.at('amb-phone').count()) > 0, 'whom to telephone');
        await next.fits([]);
        t.diagnostic('the call took the ambulance with it');
    }));
