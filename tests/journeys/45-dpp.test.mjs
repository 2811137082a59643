// The national record (DPP) beside a request: a nurse finds a patient by number and by two questions, takes the number over, and the doctor reads the
// record; and when the record does not answer, the request goes on without it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { layoutFaults, resize, SIZES } from '../world/layout.mjs';
import { artifacts, binary } from '../world/paths.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { join } from 'node:path';

/** A free port of this machine at which nobody listens. */
const NOBODY = 'http://127.0.0.1:9/fhir';

test('a patient is found in the national record by number and by two questions, and the doctor reads the record', () =>
    scene('dpp', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.at('dpp-patient').filter({ hasText: 'Aïssata Sow, 12/05/1994, Nabadji Civol' }).waitFor();
        await kiosk.at('dpp-grave').filter({ hasText: 'Pénicilline : Urticaire géante' }).waitFor();
        await kiosk.at('dpp-drugs').filter({ hasText: 'Metformine' }).waitFor();
        await kiosk.at('dpp-documents').filter({ hasText: 'Bilan du diabète · 18/07/2026 · Dr Cheikh Fall' }).waitFor();
        for (const [name, size] of Object.entries(SIZES.kiosk)) {
            await resize(kiosk.page, size);
            await kiosk.page.screenshot({ path: join(artifacts('dpp'), `record-${name}.png`), fullPage: true });
            assert.deepEqual(await layoutFaults(kiosk.page), [], name);
        }
        await resize(kiosk.page, SIZES.kiosk.tablet);

        // Another number is another patient: what was read goes.
        await kiosk.at('field-dpp').fill('SN-DEMO-9999');
        await kiosk.at('dpp-record').waitFor({ state: 'detached' });
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unknown"]').waitFor();
        await kiosk.press('dpp-close');

        // Two people of one name: two questions tell whether the patient is the one who was chosen.
        await kiosk.at('field-dpp').fill('');
        await kiosk.at('field-name').fill('Ousmane Sy');
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp-possible"][data-patient="p5"]').click();
        await kiosk.at('dpp-q-born').fill('1/3/1980');
        await kiosk.at('dpp-q-town').fill('Dakar');
        await kiosk.press('dpp-confirm');
        await kiosk.at('dpp-not-confirmed').waitFor();
        assert.equal(await kiosk.at('dpp-record').count(), 0, 'nothing is shown to whoever cannot answer');
        await kiosk.at('dpp-q-town').fill('kanel');
        await kiosk.press('dpp-confirm');
        await kiosk.at('dpp-record').waitFor();
        await kiosk.press('dpp-close');

        await kiosk.at('field-name').fill('');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.press('dpp-take');
        assert.equal(await kiosk.at('field-name').inputValue(), 'Aïssata Sow');
        assert.equal(await kiosk.at('dpp-record').count(), 1, 'the record stays while number and name are taken over');
        await kiosk.press('field-bleeding-heavy');
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.press('dpp-open');
        await doctor.at('dpp-grave').filter({ hasText: 'Pénicilline' }).waitFor();
        await doctor.at('dpp-patient').filter({ hasText: 'Aïssata Sow' }).waitFor();
        await doctor.page.screenshot({ path: join(artifacts('dpp'), 'doctor.png'), fullPage: true });
        const id = await doctor.attribute('call', 'data-consultation');
        const audit = execFileSync(binary, ['audit', id, '--data', s.server.data], { encoding: 'utf8' });
        assert.match(audit, /opened/, 'the reading is in the audit log');
        assert.ok(!/Sow|Pénicilline|SN-DEMO/.test(s.server.log), 'nothing of a patient is in the log');
    }));

test('a national record that does not answer holds nothing up', () =>
    scene('dpp-away', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_DPP__BASE: NOBODY, TERANGA_DPP__NUMBER_SYSTEM: 'urn:example:dpp' });
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unreachable"]').waitFor();
        await kiosk.press('dpp-retry');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unreachable"]').waitFor();
        await kiosk.press('field-bleeding-heavy');
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.press('dpp-open');
        await doctor.page.locator('[data-testid="dpp-absent"][data-state="unreachable"]').waitFor();
        assert.match(s.server.log, /dpp_unreachable/);
    }));
