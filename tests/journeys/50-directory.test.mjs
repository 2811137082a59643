// A post without a network says what is wrong with a structure; the proposal leaves by itself, a coordinator accepts one and rejects another, and the post sees both.
// An operator imports specialists from a list.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, binary } from '../world/paths.mjs';
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

/** What `teranga user import` says of a list. */
function imported(s, rows, ...more) {
    const file = join(s.server.data, 'specialists.csv');
    writeFileSync(file, ['order,name,specialities,structure,phone,email,active', ...rows, ''].join('\n'));
    const { status, stdout, stderr } = spawnSync(binary, ['user', 'import', file, ...more, '--data', s.server.data], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
}

test('the specialists of a list get accounts that a password opens, and nobody loses a right', () =>
    scene('specialists', async (s) => {
        const NEW = 'SN-9001,Dr Coumba Gueye,surgery,hopital-matam,77 123 45 67,,yes';
        const refused = imported(s, [NEW, 'SN-9002,Dr Alioune Thiam,dentistry,nowhere,,,yes']);
        assert.equal(refused.status, 2);
        assert.match(refused.said, /line 3, column specialities: .*nothing was changed/s);
        const unknown = imported(s, [NEW.replace('hopital-matam', 'nowhere')]);
        assert.match(unknown.said, /line 2: its structure is not known here/);
        assert.match(imported(s, [NEW], '--dry-run').said, /1 added, 0 corrected, 0 unchanged\nnothing was changed/);

        const account = { login: 'sn-9001', password: 'six-mots-pour-le-bloc-de-matam' };
        const stored = imported(s, [NEW]);
        assert.match(stored.said, /\(line 2\): added without a password; its password is set by `teranga user passwd "sn-9001"`/);
        assert.match(stored.said, /demo-person-1: the list does not name it any more; it keeps its rights/);
        assert.ok(!/Gueye|Ndiaye/.test(stored.said), 'no person is named');
        const surgeon = new Visitor(s.server.url);
        await assert.rejects(surgeon.signIn(account), 'nobody knows a password of it');
        execFileSync(binary, ['user', 'passwd', account.login, '--data', s.server.data], { input: `${account.password}\n` });
        await surgeon.signIn(account);
        assert.match(imported(s, [NEW.replace('surgery', 'surgery general')]).said, /\(line 2\): corrected: specialities/);
        assert.deepEqual((await surgeon.get('/api/me')).json.specialities, ['surgery', 'general']);
    }));
