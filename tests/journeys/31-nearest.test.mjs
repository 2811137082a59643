// The structures near a post: the tablet has their telephone numbers without a network, also after a power cut, and says how old they are.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, binary, scratch } from '../world/paths.mjs';
import { Kiosk, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

/** What `teranga place import` says about a file. */
function imported(s, text, ...more) {
    const file = join(s.server.data, 'places.csv');
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(binary, ['place', 'import', file, ...more, '--data', s.server.data], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
}

const OGO = [
    'id,name,kind,district,region,latitude,longitude,position,phone,capabilities,hours',
    'centre-ogo,Centre de santé d’Ogo,district,Matam,Matam,15.70,-13.35,exact,33 966 12 34,cesarean laboratory maternity,24h',
    '',
].join('\n');

const shown = (kiosk) => kiosk.at('nearest-structure').evaluateAll((all) => all.map((one) => one.innerText.split('\n')));

test('a post finds the structures near it without a network, and an operator tells them in a file', () =>
    scene('nearest', async (s) => {
        const refused = imported(s, OGO.replace('15.70', '157.0'));
        assert.equal(refused.status, 2);
        assert.match(refused.said, /line 2, column latitude: 157, -13\.35 is outside of the country.*nothing was changed/s);
        assert.match(imported(s, OGO).said, /1 structures known/);
        const stranger = new Visitor(s.server.url);
        await stranger.signIn(s.server.doctor('obstetrics'));
        assert.equal((await stranger.get('/api/structures/nearest')).status, 404, 'the list is for posts');

        const profile = scratch('kept-profile');
        const link = await openLink(s.server.url);
        s.atEnd(() => (link.close(), rmSync(profile, { recursive: true, force: true, maxRetries: 3 })));
        const first = await s.enter(openKiosk(s.server, { profile, link }));
        const isFetched = () =>
            performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('/structures/nearest') && responseEnd > 0);
        await until('the tablet to have fetched the list', () => first.page.evaluate(isFetched), { within: 20_000 });
        await first.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        link.cut();
        await first.browser.kill();

        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile, link });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.at('without-link').waitFor({ timeout: 20_000 });
        await kiosk.press('nearest');
        await until('all structures', async () => (await shown(kiosk)).length >= 10);
        const all = await shown(kiosk);
        const of = (name) => all.find(([first]) => first === name).join(' ');
        assert.match(of('Centre de santé d’Ogo'), /Centre de santé · ouvert 24 h\/24 [4-6] km à vol d’oiseau · environ \d+.min de route .* Césarienne Laboratoire Maternité Renseignements du .* 33 966 12 34/);
        assert.match(of('Centre de santé de Matam'), /1[56] km .* Distance à quelques kilomètres près\./);
        assert.equal(all[0][0], 'Centre de santé d’Ogo', 'the nearest of a higher level comes first');
        assert.match(await kiosk.at('nearest-list').innerText(), /Données de démonstration/);

        // Each need leaves only the structures that can do all of what is needed.
        const need = (what) => kiosk.at(`nearest-need-${what}`).click({ force: true });
        await need('transfusion');
        await until('fewer structures', async () => (await shown(kiosk)).length < all.length);
        const able = await shown(kiosk);
        assert.ok(able.length >= 3 && able.every((one) => one.includes('Transfusion')), JSON.stringify(able));
        await need('neonatal');
        await until('still fewer structures', async () => (await shown(kiosk)).length < able.length);
        const both = await shown(kiosk);
        assert.ok(both.length > 0 && both.every((one) => one.includes('Transfusion') && one.includes('Nouveau-nés')), JSON.stringify(both));
        await need('transfusion');
        await need('neonatal');
        await until('all structures again', async () => (await shown(kiosk)).length === all.length);

        assert.equal(await kiosk.at('nearest-structure').first().locator('a').getAttribute('href'), 'tel:339661234');
        assert.match(await kiosk.at('nearest-list').innerText(), /Liste du \S+ \d+(er)? \S+ \d{4}/);
        assert.equal(await kiosk.at('nearest-close').innerText(), 'Fermer');
        for (const [width, height] of [[360, 640], [1280, 800]]) {
            await resize(kiosk.page, { width, height });
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `nearest-${width}.png`) });
            assert.deepEqual(await layoutFaults(kiosk.page, []), [], `${width}x${height}`);
        }
        await kiosk.press('nearest-close');

        // It is there in the wait, too, on the smallest tablet.
        await kiosk.fillForm();
        await kiosk.call();
        await resize(kiosk.page, { width: 360, height: 640 });
        await kiosk.at('nearest').waitFor();
        await kiosk.page.screenshot({ path: join(artifacts('screens'), 'nearest-wait-360.png') });
        assert.deepEqual(await layoutFaults(kiosk.page, ['cancel', 'phone']), []);
        await kiosk.press('nearest');
        await kiosk.at('nearest-structure').first().waitFor();
    }));
