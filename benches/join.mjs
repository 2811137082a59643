// Time from "Prendre" to the first voice (bound 500 ms) and to the first decoded picture (bound 800 ms), p50 of 10, with both browsers and
// the server on one machine. Prints each consultation and the medians; exits with 1 above a bound. Run by scripts/measure-join [TIMES].
import { meet, openDoctor, openKiosk, allSee } from '../tests/world/people.mjs';
import { Scene } from '../tests/world/scene.mjs';
import { startServer } from '../tests/world/server.mjs';
import { median } from '../tests/world/wait.mjs';

const TIMES = Number(process.argv[2] ?? 10);
const BOUNDS = { voice: 500, picture: 800 };
const scene = new Scene('measure-join');
const runs = [];
try {
    scene.server = await startServer({ name: 'measure-join' });
    const kiosk = await scene.enter(openKiosk(scene.server));
    const doctor = await scene.enter(openDoctor(scene.server));
    for (let n = 1; n <= TIMES; n += 1) {
        const clicked = await meet(kiosk, doctor);
        await allSee([kiosk, doctor]);
        const voice = Math.max(await kiosk.firstHeard(doctor, clicked), await doctor.firstHeard(kiosk, clicked)) - clicked;
        const picture = Math.max(await kiosk.firstFrame(clicked), await doctor.firstFrame(clicked)) - clicked;
        runs.push({ voice, picture });
        console.log(`${String(n).padStart(3)}  voice both ways ${voice.toFixed(0).padStart(5)} ms   picture both ways ${picture.toFixed(0).padStart(5)} ms`);
        await doctor.finish();
        await kiosk.at('closed').first().waitFor();
        await kiosk.press('home');
        await kiosk.home();
    }
} catch (error) {
    await scene.keep(error);
    throw error;
} finally {
    await scene.close();
}
const voice = median(runs.map((run) => run.voice));
const picture = median(runs.map((run) => run.picture));
console.log(`p50  voice both ways ${voice.toFixed(0).padStart(5)} ms   picture both ways ${picture.toFixed(0).padStart(5)} ms   (bounds ${BOUNDS.voice}, ${BOUNDS.picture})`);
process.exit(voice <= BOUNDS.voice && picture <= BOUNDS.picture ? 0 : 1);
