// Somebody whom nobody knew is asked about in an emergency. Later the post learns who it is: the number of the national record gives the consultation a name in the
// directory, a patient who has the number already is proposed, and the decision is undone. Without the record the number is noted as it is typed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutFaults, resize, SIZES } from '../world/layout.mjs';
import { artifacts, binary } from '../world/paths.mjs';
import { openDoctor, openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

/** A free port of this machine at which nobody listens. */
const NOBODY = 'http://127.0.0.1:9/fhir';

/** An emergency from the form to its end. Without name and number nobody knows who the patient is. Gives the consultation. */
async function emergency(kiosk, doctor, { dpp = '' } = {}) {
    await doctor.available();
    await kiosk.press('urgent-obstetrics');
    if (await kiosk.at('new-patient').count()) await kiosk.press('new-patient');
    await kiosk.at('field-dpp').fill(dpp);
    await kiosk.at('field-pulse').fill(patient.pulse);
    await kiosk.call();
    await until('the request to ring', async () => (await doctor.at('claim').count()) > 0, { within: 30_000 });
    await doctor.claim();
    await doctor.inCall();
    const id = await doctor.attribute('call', 'data-consultation');
    await doctor.advise('Repos');
    await doctor.finish();
    await kiosk.at('closed').first().waitFor();
    await kiosk.press('home');
    await kiosk.home();
    return id;
}

/** Looks at the screen of the tablet at each of its sizes. */
async function look(kiosk, name) {
    for (const [size, pixels] of Object.entries(SIZES.kiosk)) {
        await resize(kiosk.page, pixels);
        await kiosk.page.screenshot({ path: join(artifacts('identified'), `${name}-${size}.png`) });
        assert.deepEqual(await layoutFaults(kiosk.page, []), [], `${name} ${size}`);
    }
    await resize(kiosk.page, SIZES.kiosk.tablet);
}

/** Opens the patient whose line in the list of the last weeks has this text. */
const openPatient = (kiosk, text) => kiosk.at('patient-recent').filter({ hasText: text }).first().click();

test('somebody who was not known is given the number of the national record, is found by name, and is unknown again when that is undone', () =>
    scene('identified', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await emergency(kiosk, doctor, { dpp: 'SN-DEMO-0001' });
        const id = await emergency(kiosk, doctor);
        await kiosk.press('history');
        await kiosk.choosePin('4711');
        await openPatient(kiosk, 'Inconnu');
        await kiosk.press('identify');
        await kiosk.at('identify-number').fill('SN-DEMO-9999');
        await kiosk.press('identify-ask');
        await kiosk.at('identify-unknown').waitFor();
        await kiosk.at('identify-number').fill('SN-DEMO-0001');
        await kiosk.press('identify-ask');
        await kiosk.at('identify-found').filter({ hasText: 'Aïssata Sow, 12/05/1994, Nabadji Civol (SN-DEMO-0001)' }).waitFor();
        await look(kiosk, 'found');
        await kiosk.press('identify-give');
        await kiosk.page.locator('[data-testid="identified"][data-confirmed="true"]').filter({ hasText: 'Aïssata Sow' }).waitFor();

        // Another patient has the same number: the nurse is asked, and nobody is joined by itself.
        await kiosk.at('patient-same-number').waitFor();
        assert.equal(await kiosk.at('patient-before').count(), 1);
        await look(kiosk, 'identified');
        await kiosk.at('patient-same-number').getByTestId('patient-same').click();
        await until('both to be one', async () => (await kiosk.at('patient-before').count()) === 2);
        await kiosk.press('patient-undo');
        await until('both to be apart again', async () => (await kiosk.at('patient-before').count()) === 1);
        await kiosk.press('patient-close');
        await kiosk.at('patient-recent').filter({ hasText: /Aïssata Sow · SN-DEMO-0001/ }).waitFor();
        await look(kiosk, 'directory');
        await kiosk.press('back');

        // The number and the name are proposed in the next form.
        await kiosk.press('urgent-child');
        await kiosk.at('field-name').fill('aissata sow');
        await kiosk.at('patient-proposed').filter({ hasText: 'SN-DEMO-0001' }).first().click();
        await until('the number in the form', async () => (await kiosk.at('field-dpp').inputValue()) === 'SN-DEMO-0001');
        await kiosk.press('back');

        await kiosk.press('history');
        await openPatient(kiosk, 'Aïssata Sow');
        await kiosk.press('identified-undo');
        await kiosk.at('identified').waitFor({ state: 'detached' });
        await kiosk.at('identify').waitFor();
        await kiosk.press('patient-close');
        await kiosk.at('patient-recent').filter({ hasText: 'Inconnu' }).waitFor();
        assert.equal(await kiosk.at('patient-recent').filter({ hasText: 'Aïssata' }).count(), 0);
        const audit = execFileSync(binary, ['audit', id, '--data', s.server.data], { encoding: 'utf8' });
        assert.match(audit, /identified/);
        assert.match(audit, /identification undone/);
        assert.ok(!/Sow|SN-DEMO/.test(s.server.log), 'nothing of a patient is in the log');
    }));

test('while the national record does not answer, a number is noted as it is typed and is told as such', () =>
    scene('identified-away', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_DPP__BASE: NOBODY, TERANGA_DPP__NUMBER_SYSTEM: 'urn:example:dpp' });
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await emergency(kiosk, doctor);
        await kiosk.press('history');
        await kiosk.choosePin('4711');
        await openPatient(kiosk, 'Inconnu');
        await kiosk.press('identify');
        await kiosk.at('identify-number').fill('SN-77');
        await kiosk.at('identify-name').fill('Binta Ka');
        await kiosk.press('identify-ask');
        await kiosk.at('identify-away').waitFor();
        await look(kiosk, 'away');
        await kiosk.press('identify-give');
        await kiosk.page.locator('[data-testid="identified"][data-confirmed="false"]').filter({ hasText: 'pas encore confirmés' }).waitFor();
        // The record can be asked again when it is back.
        await kiosk.press('identify');
        assert.equal(await kiosk.at('identify-number').inputValue(), 'SN-77');
        await look(kiosk, 'typed');
        await kiosk.press('patient-close');
        await kiosk.at('patient-recent').filter({ hasText: /Binta Ka · SN-77/ }).waitFor();
    }));
