// Takes pictures of every screen at every size, and puts them on one contact sheet for each page: node tests/screens.mjs [fr|en]
// The sheets are in target/screens/. With --readme it takes the README's three pictures into docs/img/ instead.
// Needs a built server and pages (scripts/build), like the journeys.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { drawTalkingHead, talkingHead } from './thinlink/camera.mjs';
import { openBrowser } from './world/browser.mjs';
import { layoutFaults, resize, SIZES } from './world/layout.mjs';
import { chromium as executablePath, root, target } from './world/paths.mjs';
import { Doctor, openDoctor, openKiosk } from './world/people.mjs';
import { scene } from './world/scene.mjs';
import { tour } from './world/tour.mjs';
import { pause } from './world/wait.mjs';

/** A tablet of a post, and a laptop. */
const TABLET = { width: 1024, height: 600 };
const LAPTOP = { width: 1366, height: 768 };
/** The time in which the link is judged and the operations page has something to draw. */
const SETTLED_MS = 25_000;

const patient = { age: '24', term: '34', systolic: '171', diastolic: '113', pulse: '131', reason: 'Saignement depuis ce matin' };

if (process.argv.includes('--readme')) await takeReadmePictures();
else await takeContactSheets(process.argv[2] === 'en' ? 'en' : 'fr');

async function takeContactSheets(language) {
    const folder = join(target, 'screens');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const pictures = [];
    await scene(`screens-${language}`, async (scene) => {
        for await (const { kind, name, page, vital } of tour(scene, language)) {
            const before = page.viewportSize();
            for (const [size, window] of Object.entries(SIZES[kind])) {
                await resize(page, window);
                for (const colorScheme of kind === 'kiosk' ? ['light'] : ['light', 'dark']) {
                    await page.emulateMedia({ colorScheme });
                    const file = `${pictures.length}.png`;
                    await page.screenshot({ path: join(folder, file) });
                    pictures.push({ kind, title: `${name} · ${size}${colorScheme === 'dark' ? ' · dark' : ''}`, file, faults: [] });
                }
                await page.emulateMedia({ colorScheme: null });
                pictures.at(-1).faults.push(...(await layoutFaults(page, vital)));
            }
            await resize(page, before);
        }
    });
    for (const kind of Object.keys(SIZES)) await drawSheet(folder, kind, pictures.filter((one) => one.kind === kind));
    const faults = pictures.flatMap((one) => one.faults.map((fault) => `${one.kind}, ${one.title}: ${fault}`));
    console.log(`${pictures.length} pictures, ${faults.length} layout faults: ${folder}`);
    faults.forEach((fault) => console.log(`  ${fault}`));
}

async function drawSheet(folder, kind, pictures) {
    const cell = ({ title, file, faults }) => `<figure><img src="${file}"><figcaption>${title}${faults.length ? ` <b>${faults.length} faults</b>` : ''}</figcaption></figure>`;
    const style = 'body{margin:12px;font:15px sans-serif;display:flex;flex-wrap:wrap;gap:14px}figure{margin:0;width:380px}img{width:100%;max-height:420px;object-fit:contain;object-position:left top}b{color:#a00}';
    writeFileSync(join(folder, `${kind}.html`), `<meta charset="utf-8"><style>${style}</style>${pictures.map(cell).join('')}`);
    const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(pathToFileURL(join(folder, `${kind}.html`)).href);
    await page.screenshot({ path: join(folder, `${kind}.png`), fullPage: true });
    await browser.close();
}

async function takeReadmePictures() {
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
}
