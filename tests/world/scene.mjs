// One journey's scene: a server and some people, made when asked for, gone at the end, kept on paper if it failed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
        await play(scene);
    } catch (error) {
        await scene.keep(error);
        throw error;
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
        const kept = await Promise.all(this.people.map((person) => person.browser.keep(this.name)));
        const said = kept.map(({ console }, i) => `== ${this.people[i].voice.name}\n${console.join('\n')}`);
        writeFileSync(join(artifacts(this.name), 'pages.log'), `${error.stack}\n\n${said.join('\n\n')}\n`);
    }

    async close() {
        await Promise.all(this.people.map((person) => person.close()));
        for (const ending of this.endings) await ending();
        await this.server?.close();
    }
}
