// The scene of one journey: a server and some people, made when they are needed and removed at the end. Logs and screenshots of a failure are kept.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowsers } from './browser.mjs';
import { artifacts } from './paths.mjs';
import { startServer } from './server.mjs';

/**
 * Runs `play` with a server and a way to add people; cleans up whatever happens.
 * @param {string} name - of the folder for what a failure leaves
 * @param {(scene: Scene) => Promise<void>} play
 * @param {Parameters<typeof startServer>[0]} [how]
 */
export async function scene(name, play, how = {}) {
    const scene = new Scene(name);
    try {
        scene.server = await startServer({ name, ...how });
        await scene.watched(() => play(scene));
    } finally {
        await scene.close();
    }
}

export class Scene {
    /** @type {import('./people.mjs').Person[]} */
    people = [];
    /** @type {(() => unknown)[]} */
    endings = [];

    constructor(name) {
        this.name = name;
    }

    /** @template {import('./people.mjs').Person} P @param {Promise<P>} coming @returns {Promise<P>} */
    async enter(coming) {
        const person = await coming;
        this.people.push(person);
        return person;
    }

    /** Remembers what is to be done at the end. @param {() => unknown} ending */
    atEnd(ending) {
        this.endings.push(ending);
    }

    async keep(error) {
        const said = await Promise.all([...openBrowsers].map((browser) => browser.keep(this.name)));
        writeFileSync(join(artifacts(this.name), 'pages.log'), `${error.stack}\n\n${said.join('\n\n')}\n`);
    }

    /** Does `what` with the scene, and keeps what it looked like if that fails. @template T @param {() => Promise<T>} what */
    async watched(what) {
        try {
            return await what();
        } catch (error) {
            await this.keep(error);
            throw error;
        }
    }

    async close() {
        await Promise.all([...openBrowsers].map((browser) => browser.close()));
        for (const ending of this.endings) await ending();
        await this.server?.close();
    }
}
