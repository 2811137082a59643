// A post without a network says what is wrong with a structure; the proposal leaves by itself, a coordinator accepts one and rejects another, and the post sees both.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts } from '../world/paths.mjs';
import { openCoordinator, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };
const HOSPITAL = 'Centre de santé de Matam';

/** A structure of the list that is open. */
const structure = (kiosk, name = HOSPITAL) => kiosk.at('nearest-structure').filter({ hasText: name });

/** Opens the list of structures. */
async function openList(kiosk) {
    await kiosk.press('nearest');
    await structure(kiosk).waitFor();
}

/** Proposes: what is wrong, and "Proposer". @param {(kiosk: import('../world/people.mjs').Kiosk) => Promise<void>} say */
async function propose(kiosk, say) {
    await openList(kiosk);
    await structure(kiosk).getByTestId('nearest-correct').click();
    await say(kiosk);
    await kiosk.press('propose-send');
    await kiosk.at('nearest-list').waitFor({ state: 'detached' });
}

const choose = (kiosk, text) => kiosk.at('propose-choice').filter({ hasText: text }).click();
const rows = (coordinator) => coordinator.at('proposal-row').allInnerTexts();
/** The states of the proposals, as the post reads them. */
const states = (kiosk) => kiosk.at('proposal').evaluateAll((all) => all.map((one) => one.dataset.state));

test('a post corrects a structure without a network, and a coordinator answers', () =>
    scene('directory', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        const coordinator = await s.enter(openCoordinator(s.server));
        assert.equal(await coordinator.at('proposals').count(), 0, 'nothing waits');
        await kiosk.settle();
        await openList(kiosk);
        await structure(kiosk).getByTestId('nearest-correct').click();
        await kiosk.at('propose').waitFor();
        for (const size of [PHONE, TABLET]) {
            await resize(kiosk.page, size);
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `propose-${size.width}.png`) });
            assert.deepEqual(await layoutFaults(kiosk.page, []), [], `${size.width}`);
        }
        assert.deepEqual(await seriousFaults(kiosk.page, 'propose'), []);
        await kiosk.press('propose-back');
        await kiosk.press('nearest-close');

        // Without a network it is kept, and leaves by itself.
        link.cut();
        await kiosk.at('without-link').waitFor({ timeout: 60_000 });
        await propose(kiosk, async () => {
            await choose(kiosk, 'Téléphone');
            await kiosk.at('propose-phone').fill('appelez');
            await kiosk.press('propose-send');
            await kiosk.at('propose').getByRole('alert').waitFor();
            await kiosk.at('propose-phone').fill('33 966 99 88');
        });
        await kiosk.at('outgoing').waitFor();
        await openList(kiosk);
        await until('the kept proposal', async () => (await states(kiosk)).join() === 'kept');
        await kiosk.press('nearest-close');
        link.join();
        await kiosk.at('without-link').waitFor({ state: 'detached', timeout: 60_000 });
        await kiosk.at('outgoing').waitFor({ state: 'detached', timeout: 60_000 });
        await propose(kiosk, () => choose(kiosk, 'Laboratoire'));

        await coordinator.page.reload();
        await until('both proposals', async () => (await rows(coordinator)).length === 2);
        const [phone, laboratory] = await rows(coordinator);
        assert.match(phone, /Centre de santé de Matam, Matam · Téléphone\s+Connu.: 33 000 00 \d+\s+Proposé.: 33 966 99 88\s+.*Nabadji/s);
        assert.match(laboratory, /Laboratoire\s+Connu.: possible\s+Proposé.: pas possible/);
        await resize(coordinator.page, PHONE);
        await coordinator.at('proposals').screenshot({ path: join(artifacts('screens'), 'proposals-360.png') });
        assert.deepEqual(await layoutFaults(coordinator.page, []), []);
        assert.deepEqual(await seriousFaults(coordinator.page, 'proposals'), []);
        const [first, second] = [coordinator.at('proposal-row').nth(0), coordinator.at('proposal-row').nth(1)];
        await second.getByTestId('proposal-reject').click();
        await second.getByTestId('proposal-reason').fill('Le laboratoire est ouvert.');
        await second.getByTestId('proposal-confirm').click();
        await until('one proposal', async () => (await rows(coordinator)).length === 1);
        await first.getByTestId('proposal-accept').click();
        await until('no proposal', async () => (await rows(coordinator)).length === 0);

        await openList(kiosk);
        await until('both answers', async () => (await states(kiosk)).join() === 'rejected,accepted');
        assert.match(await kiosk.at('proposals').innerText(), /Laboratoire.: pas possible\s+Refusé le .*.: Le laboratoire est ouvert\./);
        await structure(kiosk).filter({ hasText: '33 966 99 88' }).waitFor();
        assert.ok(!s.server.log.includes('laboratoire est ouvert'), 'the log repeats no text');
    }));
