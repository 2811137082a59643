// A doctor on duty who has no page open is reminded by SMS and by e-mail, once a duty, also over a restart and a gateway that was away; the
// coordinator reads what was sent; an SMS goes out when a vital emergency rings, to the doctor of a vital case, and to a coordinator without a
// page when its deadline lapses. The desk says so before. Kannel and aiosmtpd are the gateway and the relay.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as kannel from '../world/gateway.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { binary, scratch } from '../world/paths.mjs';
import { openCoordinator, openDoctor, openKiosk } from '../world/people.mjs';
import * as mail from '../world/relay.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const PHONE = '+221771234567';
const COORDINATOR_PHONE = '+221780000001';
const EMAIL = 'awa.ndiaye@example.sn';

/** A retry comes after 30 s. */
const RETRY = { within: 45_000 };

/** `teranga user` on the data of a server. */
function user(server, ...args) {
    const done = spawnSync(binary, ['user', ...args, '--data', server.data], { encoding: 'utf8' });
    return { code: done.status, said: done.stdout + done.stderr };
}

/** The desk says what a closed page means, and how a hidden one may notify. */
async function deskTells(doctor) {
    await doctor.page.getByText('Page fermée : rien ne sonne ici. Un SMS part au +221 …67.').waitFor();
    const permission = await doctor.page.evaluate(() => Notification.permission);
    assert.notEqual(permission, 'granted', 'nobody has permitted it yet');
    await doctor.at(`notify-${permission}`).waitFor();
    assert.equal(await doctor.at('notify-allow').count(), permission === 'default' ? 1 : 0);
    await doctor.page.context().grantPermissions(['notifications']);
    await doctor.page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await doctor.at(`notify-${permission}`).waitFor({ state: 'detached' });
}

/** The settings of a server with a gateway and a relay. */
function settings(server, gateway, relay) {
    const folder = scratch('secrets');
    const secret = (name, text) => {
        writeFileSync(join(folder, name), `${text}\n`);
        return join(folder, name);
    };
    return {
        TERANGA_DUTY_ABSENT_S: '3',
        TERANGA_CASES__STAT_S: '40',
        TERANGA_SMS__GATEWAY: gateway.url,
        TERANGA_SMS__USER: kannel.USER,
        TERANGA_SMS__PASSWORD_FILE: secret('sms', kannel.PASSWORD),
        TERANGA_SMS__SENDER: 'TERANGA',
        TERANGA_MAIL__RELAY: `localhost:${relay.port}`,
        TERANGA_MAIL__SECURITY: 'starttls',
        TERANGA_MAIL__FROM: 'teranga@example.sn',
        TERANGA_MAIL__USER: mail.USER,
        TERANGA_MAIL__PASSWORD_FILE: secret('mail', mail.PASSWORD),
        TERANGA_MAIL__AUTHORITY: join(server.data, 'tls', 'authority.pem'),
    };
}

test('a doctor on duty without a page gets one SMS and one e-mail, and the coordinator reads what was sent', { skip: kannel.lacking || mail.lacking }, () =>
    scene('reminders', async (s) => {
        const gateway = await kannel.Gateway.planned();
        const relay = new mail.Relay();
        await relay.start({ cert: join(s.server.data, 'tls', 'leaf.pem'), key: join(s.server.data, 'tls', 'leaf.key') });
        s.atEnd(() => relay.close());
        await s.server.stop();
        assert.match(user(s.server, 'phone', 'awa.ndiaye', '77 12').said, /a telephone number has 9 figures/);
        assert.equal(user(s.server, 'phone', 'awa.ndiaye', '77 123 45 67').code, 0);
        assert.equal(user(s.server, 'email', 'awa.ndiaye', EMAIL).code, 0);
        assert.equal(user(s.server, 'phone', s.server.access.coordinators[0].login, COORDINATOR_PHONE).code, 0);
        const how = settings(s.server, gateway, relay);
        await s.server.serve(how);

        const coordinator = await s.enter(openCoordinator(s.server));
        const rowOf = (name) => coordinator.page.locator('[data-testid="absent"]', { hasText: name });
        const awa = rowOf('Dr Awa Ndiaye');
        await awa.getByText('SMS en attente : passerelle injoignable').waitFor();
        await awa.getByText(/E-mail envoyé à \d\d:\d\d/).waitFor();
        await rowOf('Dr Fatou Sarr').getByText('aucun téléphone enregistré').waitFor();
        for (const size of [{ width: 360, height: 640 }, { width: 1366, height: 768 }]) {
            await resize(coordinator.page, size);
            assert.deepEqual(await layoutFaults(coordinator.page, []), [], JSON.stringify(size));
        }

        await gateway.start();
        s.atEnd(() => gateway.close());
        await awa.getByText(/SMS envoyé à \d\d:\d\d/).waitFor({ timeout: RETRY.within });
        const [sms] = await until('the SMS on the telephone', () => gateway.delivered.length && gateway.delivered);
        assert.deepEqual([sms.from, sms.to], ['TERANGA', PHONE]);
        assert.match(sms.text, /^Dr Awa Ndiaye, de garde en gynecologie depuis \d\d:\d\d: vous n'etes pas en ligne\. Ouvrez https:\/\/localhost:\d+\/medecin/);
        assert.ok(sms.text.length <= 160, sms.text);
        const [letter] = relay.delivered;
        assert.deepEqual([letter.to, letter.from, letter.tls], [[EMAIL], 'teranga@example.sn', true]);
        assert.equal(letter.subject, 'Vous êtes de garde, et vous n’êtes pas en ligne');
        assert.match(letter.text, /prévenez la coordination/);

        await s.server.kill();
        await s.server.serve(how);
        await coordinator.page.reload();
        await awa.getByText(/SMS envoyé à \d\d:\d\d/).waitFor();
        await pause(2_000);
        assert.deepEqual([gateway.delivered.length, relay.delivered.length], [1, 1], 'a restart sends nothing twice');

        const doctor = await s.enter(openDoctor(s.server));
        await awa.waitFor({ state: 'detached' });
        await deskTells(doctor);
        await doctor.page.close();
        const kiosk = await s.enter(openKiosk(s.server));
        await kiosk.fillForm();
        await kiosk.call();
        const urgent = await until('the SMS of the emergency', () => gateway.delivered[1], RETRY);
        assert.match(urgent.text, /^Dr Awa Ndiaye: URGENCE VITALE en attente en gynecologie/);
        assert.ok(!/Ndeyefatou|Nabadji/i.test(urgent.text), 'it tells neither the patient nor the post');
        assert.equal(gateway.delivered.length, 2);

        await coordinator.page.close();
        await kiosk.press('cancel');
        await kiosk.press('cancel-yes');
        await kiosk.home();
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.press('file-urgency-stat');
        await kiosk.press('file-send');
        const ofCase = await until('the SMS of the case', () => gateway.delivered[2], RETRY);
        assert.equal(ofCase.to, PHONE);
        assert.match(ofCase.text, /^Dr Awa Ndiaye: un cas VITAL en gynecologie attend votre reponse avant \d\d:\d\d\. Ouvrez/);
        const lapsed = await until('the SMS of the deadline', () => gateway.delivered[3], { within: 60_000 });
        assert.equal(lapsed.to, COORDINATOR_PHONE);
        assert.match(lapsed.text, /: delai depasse, un cas VITAL en gynecologie reste sans reponse\. Ouvrez https:\/\/localhost:\d+\/coordination\.$/);
        for (const { text } of gateway.delivered) assert.ok(!/Ndeyefatou|Nabadji/i.test(text), 'none tells the patient or the post');

        for (const secret of ['771234567', COORDINATOR_PHONE, EMAIL, kannel.PASSWORD, mail.PASSWORD, 'Ndiaye']) {
            assert.ok(!s.server.log.includes(secret), `the log holds ${secret}`);
        }
    }));
