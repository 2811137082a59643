// The sentences for patients: one operator records a sentence with the microphone, a second one listens and signs it off, the tablet fetches it
// while it rests, and plays it in the form, without a network and after a reload, and in a call, where nothing is fetched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { openLink } from '../world/link.mjs';
import { allHear, Doctor, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const line = (person, sentence) => person.page.locator(`[data-testid="spoken-line"][data-sentence="${sentence}"]`);
const slot = (person, sentence) => person.page.locator(`[data-testid="slot"][data-sentence="${sentence}"]`);

/** @param {import('../world/server.mjs').Server} server */
async function openStudio(server, account, voice) {
    const browser = await openBrowser({ url: server.url, voice });
    const operator = new Doctor(browser, await browser.page('/exploitation'));
    await operator.at('login').fill(account.login);
    await operator.at('password').fill(account.password);
    await operator.press('signin');
    await operator.press('studio-open');
    await operator.at('slot').first().waitFor();
    return operator;
}

async function record(operator, sentence, language) {
    await operator.press(`studio-language-${language}`);
    await slot(operator, sentence).getByTestId('slot-open').click();
    await operator.press('booth-record');
    const level = () => operator.page.locator('.booth .level').getAttribute('aria-valuenow');
    await until('the meter to move', async () => Number(await level()) > 20);
    await pause(2_000);
    await operator.press('booth-stop');
    await operator.at('booth-listen').waitFor();
    await operator.press('booth-keep');
    await operator.at('booth-saved').waitFor();
}

/** Plays a sentence, and waits until it is over. Returns the milliseconds that it took. */
async function hear(kiosk, sentence) {
    const button = line(kiosk, sentence).getByTestId('spoken-play');
    await button.click();
    await until('the sentence to play', async () => (await button.getAttribute('data-state')) === 'playing');
    const since = Date.now();
    await until('the sentence to be over', async () => (await button.getAttribute('data-state')) === 'ready', { within: 25_000 });
    return Date.now() - since;
}

/** The share of a tone and of its third in the kept sound of an address, and its length. */
const keptSound = (kiosk, path, tone) =>
    kiosk.page.evaluate(
        async ([address, hertz]) => {
            const kept = await (await caches.open('teranga-spoken')).match(address);
            if (!kept) return null;
            const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await kept.arrayBuffer());
            const samples = sound.getChannelData(0);
            const power = (f) => {
                let [re, im] = [0, 0];
                samples.forEach((sample, i) => {
                    re += sample * Math.cos((2 * Math.PI * f * i) / sound.sampleRate);
                    im += sample * Math.sin((2 * Math.PI * f * i) / sound.sampleRate);
                });
                return re * re + im * im;
            };
            return { seconds: sound.duration, ratio: power(hertz) / power(hertz * 1.37) };
        },
        [path, tone],
    );

const keptPaths = (kiosk) =>
    kiosk.page.evaluate(async () => (await (await caches.open('teranga-spoken')).keys()).map(({ url }) => new URL(url).pathname));

test('a sentence is recorded, signed off by a second person, fetched by the tablet at rest, and played without a network', () =>
    scene('patient-audio', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const [one, two] = s.server.access.operators;
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        await until('the stand-ins to be on the tablet', async () => (await keptPaths(kiosk)).length === 12, { within: 40_000 });

        const first = await s.enter(openStudio(s.server, one, voices.guest));
        assert.equal(await slot(first, 'wait').getAttribute('data-state'), 'stand_in', 'French has a stand-in');
        await record(first, 'wait', 'ff');
        assert.equal(await slot(first, 'wait').getAttribute('data-state'), 'draft');
        assert.equal(await first.at('version-sign').count(), 0, 'nobody signs off what they have recorded');

        const second = await s.enter(openStudio(s.server, two, voices.other));
        await second.press('studio-language-ff');
        await slot(second, 'wait').getByTestId('slot-open').click();
        assert.ok(await second.at('version-sign').isDisabled(), 'it is listened to first');
        await second.at('version-listen').evaluate((audio) => audio.play());
        await until('it to be heard', async () => !(await second.at('version-sign').isDisabled()));
        await second.press('version-sign');
        await until('it to be signed off', async () => (await slot(second, 'wait').getAttribute('data-state')) === 'signed_off');

        await kiosk.page.reload();
        await kiosk.home();
        await until('the recording to be on the tablet', async () => (await keptPaths(kiosk)).includes('/api/spoken/wait/ff/1'), { within: 40_000 });
        const sound = await keptSound(kiosk, '/api/spoken/wait/ff/1', voices.guest.tone);
        assert.ok(sound.seconds > 1 && sound.seconds < 10 && sound.ratio > 20, `the operator's voice: ${JSON.stringify(sound)}`);

        link.cut();
        await kiosk.page.reload();
        await kiosk.home();
        await kiosk.press('urgent-obstetrics');
        await kiosk.press('spoken');
        await kiosk.press('spoken-language-ff');
        assert.equal(await line(kiosk, 'wait').getAttribute('data-state'), 'recorded');
        assert.ok((await hear(kiosk, 'wait')) > 800);
        assert.equal(await line(kiosk, 'drink').getAttribute('data-state'), 'missing');
        assert.equal(await line(kiosk, 'drink').getByTestId('spoken-stand-in').count(), 1, 'the French stand-in is marked as one');
        assert.ok((await hear(kiosk, 'drink')) > 800);
        link.join();

        await second.press('version-withdraw');
        await second.press('version-withdraw-yes');
        await until('it to be withdrawn', async () => (await slot(second, 'wait').getAttribute('data-state')) === 'missing');
        await kiosk.page.reload();
        await kiosk.home();
        await until('the tablet to forget it', async () => !(await keptPaths(kiosk)).includes('/api/spoken/wait/ff/1'), { within: 40_000 });
        assert.ok(!s.server.log.includes(two.name), 'no name is in the log');
    }));

test('beside a voice a sentence plays from the tablet, nothing is fetched, and the voice goes on', () =>
    scene('patient-audio-call', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        await until('the stand-ins to be on the tablet', async () => (await keptPaths(kiosk)).length === 12, { within: 40_000 });
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await kiosk.at('spoken').waitFor({ timeout: 20_000 });
        const before = kiosk.browser.requests.length;
        await kiosk.press('spoken');
        await kiosk.press('spoken-language-wo');
        assert.equal(await line(kiosk, 'consent').getAttribute('data-state'), 'missing');
        const took = await hear(kiosk, 'consent');
        assert.ok(took > 4_000, `${took} ms`);
        await allHear([kiosk, doctor]);
        for (const vital of ['mute', 'phone', 'hangup']) await kiosk.at(vital).first().click({ trial: true });
        const fetched = kiosk.browser.requests.slice(before).filter(({ url }) => url.includes('/api/spoken'));
        assert.deepEqual(fetched, [], 'nothing is fetched beside a voice');
        await kiosk.press('chat');
        await kiosk.at('chat-panel').waitFor();
        await kiosk.at('spoken-panel').waitFor({ state: 'detached' });
        await kiosk.press('spoken');
        await kiosk.at('chat-panel').waitFor({ state: 'detached' });
        await kiosk.page.keyboard.press('Escape');
    }));
