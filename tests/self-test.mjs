// `scripts/demo --self-test`: a whole consultation between two real browsers, with a verdict that a person can read.
import { meet, allSee, openDoctor, openKiosk } from './world/people.mjs';
import { Scene } from './world/scene.mjs';
import { startServer } from './world/server.mjs';
import { now, until } from './world/wait.mjs';

const ADVICE = 'Voie veineuse, position latérale gauche, évacuer vers l’hôpital';
const began = now();
const rows = [];
const say = (what, figure) => {
    rows.push([what, figure]);
    console.log(`  ${what.padEnd(46)} ${figure}`);
};
const ms = (from, to) => `${Math.round(to - from)} ms`;

async function consultation(scene) {
    scene.server = await startServer({ name: 'self-test' });
    say('server answers', `${scene.server.url} after ${ms(began, now())}`);
    const kiosk = await scene.enter(openKiosk(scene.server));
    say('kiosk enrolled by its code', scene.server.access.kiosk[0].post);
    const account = scene.server.doctor('obstetrics');
    const doctor = await scene.enter(openDoctor(scene.server, {}, account));
    say('specialist signed in', account.name);

    const clicked = await meet(kiosk, doctor);
    const voice = [await kiosk.firstHeard(doctor, clicked), await doctor.firstHeard(kiosk, clicked)];
    say('"Prendre" to first voice, post / specialist', voice.map((at) => ms(clicked, at)).join(' / '));
    await allSee([kiosk, doctor]);
    const frame = [await kiosk.firstFrame(clicked), await doctor.firstFrame(clicked)];
    say('"Prendre" to first picture, post / specialist', frame.map((at) => ms(clicked, at)).join(' / '));

    await until('five seconds of conversation', async () => (await doctor.received('audio')).packets > 250, { within: 30_000 });
    for (const [name, person, other] of [['post', kiosk, doctor], ['specialist', doctor, kiosk]]) {
        const [sound, picture] = [await person.received('audio'), await person.received('video')];
        const heard = Math.round(100 * (await person.hears(other, 3_000)));
        say(`${name} received`, `${sound.packets} voice packets (${sound.lost} lost), ${picture.frames} pictures decoded`);
        say(`${name} heard`, `the tone of ${other.voice.tone} Hz in ${heard} % of 3 s`);
        if (heard < 70 || picture.frames < 10) throw new Error(`the ${name} hears or sees too little`);
    }
    const { tlsVersion, srtpCipher } = (await doctor.stats(['transport']))[0];
    say('protected by', `DTLS ${tlsVersion === 'FEFC' ? '1.3' : '1.2'}, ${srtpCipher}`);

    await doctor.advise(ADVICE);
    await kiosk.at('advice-item').filter({ hasText: 'latérale' }).first().waitFor();
    say('advice signed and read at the post', 'yes');
    await doctor.finish();
    await kiosk.at('closed').first().waitFor();
    say('consultation closed', 'avis');
}

const scene = new Scene('self-test');
console.log('\nTeranga: one consultation between two browsers\n');
let fault = null;
try {
    await consultation(scene);
} catch (error) {
    fault = error;
    await scene.keep(error).catch(() => {});
} finally {
    await scene.close().catch(() => {});
}
console.log(fault ? `\nFAILED: ${fault.message}\nWhat the pages and the server said: target/test-artifacts/self-test/` : `\nPASSED in ${Math.round((now() - began) / 1_000)} s`);
process.exit(fault ? 1 : 0);
