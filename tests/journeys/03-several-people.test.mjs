// More than two people: a third is invited, two posts ask at once, two doctors claim the same request.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { voices } from '../world/fixtures.mjs';
import { Device } from '../world/http.mjs';
import { allHear, allSee, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';
import { dial, request } from '../world/socket.mjs';

/** Enrols a post without a page and opens its socket. */
async function postBySocket(server, nth) {
    const device = new Device(server.url);
    await device.enroll(server.access.kiosk[nth].code);
    await device.enter();
    const wire = await dial(device);
    await wire.hello();
    return wire;
}

test('a third participant is brought in: everyone hears and sees everyone', (t) =>
    scene('third-participant', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        const guest = await s.enter(openDoctor(s.server, { voice: voices.guest }, s.server.access.guests[0]));
        await meet(kiosk, doctor);
        await doctor.press('invite');
        await doctor.at('invite-party').filter({ hasText: s.server.access.guests[0].name }).first().click();
        const send = doctor.at('invite-send');
        if (await send.count()) await send.first().click();
        await guest.at('invitation').first().waitFor();
        await guest.press('invitation-accept');
        await allHear([kiosk, doctor, guest]);
        await allSee([kiosk, doctor, guest], { within: 30_000 });
        for (const person of [kiosk, doctor, guest]) {
            const voice = await person.received('audio');
            t.diagnostic(`figure: ${person.voice.name} received ${voice.packets} voice packets, lost ${voice.lost}`);
            assert.equal(voice.lost, 0);
        }
    }));

test('two posts press at the same moment: both are in the queue, one is taken, the other waits on', () =>
    scene('two-posts', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        const wire = await postBySocket(s.server, 1);
        s.atEnd(() => wire.end());
        await doctor.available();
        await kiosk.fillForm();
        const other = randomUUID();
        await Promise.all([kiosk.call(), wire.say(request(other))]);
        const requested = await wire.next('requested');
        assert.equal(requested.status.consultation, other);
        await until('two rows in the queue', async () => (await doctor.at('queue-row').count()) === 2);
        await doctor.claim();
        await doctor.inCall();
        const taken = await doctor.attribute('call', 'data-consultation');
        if (taken === other) {
            await wire.next('call');
            assert.equal(await kiosk.requestState(), 'waiting');
        } else {
            await allHear([kiosk, doctor]);
            const waiting = await wire.next('waiting', (status) => status.available === 0);
            assert.equal(waiting.consultation, other);
        }
    }));

test('two doctors press "Prendre" at once: one has it, the other reads a sentence with a name', () =>
    scene('two-doctors', async (s) => {
        const [first, second] = [s.server.doctor('obstetrics', 0), s.server.doctor('obstetrics', 1) ?? s.server.doctor('general')];
        const one = await s.enter(openDoctor(s.server, {}, first));
        const two = await s.enter(openDoctor(s.server, { voice: voices.other }, second));
        const wire = await postBySocket(s.server, 0);
        s.atEnd(() => wire.end());
        await Promise.all([one.available(), two.available()]);
        const names = new Map([[one, first.name], [two, second.name]]);
        wire.say(request(randomUUID()));
        await Promise.all([one, two].map((doctor) => doctor.at('claim').first().waitFor()));
        // Both click at one moment of the clock that they share, because a click by the driver may come when the row is gone.
        const click = (at) =>
            new Promise((done) => {
                const claim = document.querySelector('[data-testid="claim"]');
                setTimeout(() => done(claim.click()), at - Date.now());
            });
        const soon = Date.now() + 500;
        await Promise.all([one, two].map((doctor) => doctor.page.evaluate(click, soon)));
        // Both are watched from now on, because the sentence that the loser reads disappears by itself.
        const inCall = async (doctor) => (await doctor.at('call').count()) > 0;
        const reads = async (doctor, other) => (await doctor.at('notice').allInnerTexts()).join().includes(names.get(other).split(' ').at(-1));
        const outcome = (doctor, other) =>
            until('to be in the call, or to read who is', async () => ((await inCall(doctor)) && 'in') || ((await reads(doctor, other)) && 'told'));
        const [ofOne, ofTwo] = await Promise.all([outcome(one, two), outcome(two, one)]);
        assert.deepEqual([ofOne, ofTwo].sort(), ['in', 'told']);
        const loser = ofOne === 'told' ? one : two;
        assert.equal(await inCall(loser), false);
        assert.equal(await loser.at('queue-row').count(), 0, 'the row is gone');
    }));
