// Takes the README's screenshots during a consultation: node tests/screens.mjs
// Needs a built server and pages (scripts/build), like the journeys.
import { join } from 'node:path';
import { drawTalkingHead, talkingHead } from './thinlink/camera.mjs';
import { openBrowser } from './world/browser.mjs';
import { root } from './world/paths.mjs';
import { Doctor, openDoctor, openKiosk } from './world/people.mjs';
import { scene } from './world/scene.mjs';
import { pause } from './world/wait.mjs';

/** A tablet of a post, and a laptop. */
const TABLET = { width: 1024, height: 600 };
const LAPTOP = { width: 1366, height: 768 };
/** Until the link is judged and the operations page has something to draw. */
const SETTLED_MS = 25_000;

const patient = { age: '24', term: '34', systolic: '171', diastolic: '113', pulse: '131', reason: 'Saignement depuis ce matin' };

await drawTalkingHead();
await scene('screens', async (scene) => {
    const { server } = scene;
    const camera = talkingHead();
    const kiosk = await scene.enter(openKiosk(server, { camera, viewport: TABLET }));
    const doctor = await scene.enter(openDoctor(server, { camera, viewport: LAPTOP }));
    const operator = await scene.enter(
        openBrowser({ url: server.url, viewport: LAPTOP }).then(async (b) => new Doctor(b, await b.page('/exploitation'))),
    );
    const { login, password } = server.access.operators[0];
    await operator.at('login').fill(login);
    await operator.at('password').fill(password);
    await operator.press('signin');
    await doctor.available();
    await kiosk.fillForm(patient);
    await kiosk.call();
    await doctor.claim();
    await doctor.inCall();
    await doctor.at('advice').fill('Sulfate de magnésium : 4 g en intraveineuse lente, puis évacuation sur Matam.');
    await pause(SETTLED_MS);
    for (const [person, name] of [[kiosk, 'kiosk'], [doctor, 'doctor'], [operator, 'ops']])
        await person.page.screenshot({ path: join(root, 'docs', 'img', `${name}.png`) });
});
