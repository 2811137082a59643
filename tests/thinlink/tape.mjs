// Two tapes in every page: the voice that it sends, as its sender has it, and the voices that it receives, as they are played.
// Both run on one audio clock; each piece of tape carries the wall clock, the same for every page of this machine.

/**
 * Runs in the page after the ear, and leans on nothing else: `window.tape`.
 * @param {{everyMs: number}} setting - how often the statistics are written down
 */
export function tape({ everyMs }) {
    const RATE = 48_000;
    const PIECE = 4_800;
    /** In the audio thread: two inputs, one frame counter. Not a module of ours: it must stand in a string. */
    const recorder = `registerProcessor('tape', class extends AudioWorkletProcessor {
        constructor() { super(); this.fresh(); }
        fresh() { this.at = 0; this.buffers = [new Int16Array(${PIECE}), new Int16Array(${PIECE})]; }
        process(inputs) {
            if (this.at === 0) { this.frame = currentFrame; this.wall = Date.now(); }
            inputs.forEach((input, i) => {
                const channel = input[0];
                if (channel) for (let n = 0; n < 128; n += 1) {
                    this.buffers[i][this.at + n] = Math.max(-1, Math.min(1, channel[n])) * 32767;
                }
            });
            this.at += 128;
            if (this.at + 128 > ${PIECE}) {
                const [sent, heard] = this.buffers.map((buffer) => buffer.slice(0, this.at));
                this.port.postMessage({ frame: this.frame, wall: this.wall, sent, heard }, [sent.buffer, heard.buffer]);
                this.fresh();
            }
            return true;
        }
    });`;

    /** @type {any} */
    const tape = { pieces: [], stats: [], pictures: [] };
    // @ts-ignore
    window.tape = tape;
    let context;
    let node;
    const wired = new Map();

    /** Plugs in every voice that there is now, and unplugs those that are gone. */
    const rewire = () => {
        const open = window.world.pcs.filter((pc) => pc.signalingState !== 'closed');
        const voices = (list) => list.map(({ track }) => track).filter((t) => t?.kind === 'audio' && t.readyState === 'live');
        const wanted = new Map([
            ...voices(open.flatMap((pc) => pc.getSenders())).map((track) => [track, 0]),
            ...voices(open.flatMap((pc) => pc.getReceivers())).map((track) => [track, 1]),
        ]);
        for (const [track, input] of wanted) {
            if (wired.has(track)) continue;
            const source = context.createMediaStreamSource(new MediaStream([track]));
            source.connect(node, 0, input);
            wired.set(track, source);
        }
        for (const [track, source] of wired) {
            if (wanted.has(track)) continue;
            source.disconnect();
            wired.delete(track);
        }
    };

    const KEPT = ['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp', 'candidate-pair', 'data-channel', 'media-playout'];
    /** Names and addresses say nothing here; numbers do. */
    const numbers = (stat) =>
        Object.fromEntries(
            Object.entries(stat).filter(([key, value]) => typeof value === 'number' || ['type', 'kind', 'id', 'state'].includes(key)),
        );
    const look = async () => {
        const wall = Date.now();
        const list = await window.world.stats(KEPT);
        tape.stats.push({ wall, list: list.map(numbers) });
        // The page's own count of the pictures that came by the data channel, when it has one (web/client/pictures).
        // @ts-ignore
        const pictures = window.teranga?.pictures;
        if (pictures) tape.pictures.push({ wall, pictures: { ...pictures } });
    };

    /** Starts both tapes. */
    tape.start = async () => {
        context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
        await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' })));
        node = new AudioWorkletNode(context, 'tape', { numberOfInputs: 2, numberOfOutputs: 1, outputChannelCount: [1] });
        node.port.onmessage = ({ data }) => tape.pieces.push(data);
        // Silent, and yet pulled by the loudspeaker's clock.
        node.connect(context.destination);
        if (context.state === 'suspended') await context.resume();
        rewire();
        setInterval(rewire, 100);
        setInterval(look, everyMs);
    };

    /** When the first sound above a whisper was heard at or after `since`, by the wall clock; null if none was. */
    tape.firstSound = (since) => {
        for (const { wall, heard } of tape.pieces) {
            if (wall + (heard.length / RATE) * 1_000 < since) continue;
            const n = heard.findIndex((sample, i) => Math.abs(sample) > 300 && wall + (i / RATE) * 1_000 >= since);
            if (n >= 0) return wall + (n / RATE) * 1_000;
        }
        return null;
    };

    /** What is recorded, a few pieces at a time through the control pipe; what was taken is no longer here. @param {number} count */
    tape.take = (count) => {
        const text = (samples) => {
            const bytes = new Uint8Array(samples.buffer);
            let string = '';
            for (let i = 0; i < bytes.length; i += 4_096) string += String.fromCharCode(...bytes.subarray(i, i + 4_096));
            return btoa(string);
        };
        return tape.pieces.splice(0, count).map(({ frame, wall, sent, heard }) => ({
            frame,
            wall,
            sent: text(sent),
            heard: text(heard),
        }));
    };
    tape.takeRest = () => ({
        stats: tape.stats.splice(0),
        pictures: tape.pictures.splice(0),
        frames: window.world.frames.splice(0),
    });
    /** Forgets what was recorded. */
    tape.clear = () => {
        tape.pieces.length = 0;
        tape.takeRest();
    };
}

export const RATE = 48_000;

/**
 * What one page recorded: two voices, the wall clock of some of their frames, statistics, and when remote frames were shown.
 * @typedef {{sent: Int16Array, heard: Int16Array, anchors: [number, number][], stats: any[], pictures: any[], frames: number[]}} Recording
 */

/** Takes what a page has recorded until now. @param {import('playwright-core').Page} page @returns {Promise<Recording>} */
export async function collect(page) {
    const AT_ONCE = 100;
    const pieces = [];
    for (;;) {
        const some = await page.evaluate((count) => window.tape.take(count), AT_ONCE);
        pieces.push(...some);
        if (some.length < AT_ONCE) break;
    }
    const first = pieces[0]?.frame ?? 0;
    return {
        sent: joined(pieces, first, 'sent'),
        heard: joined(pieces, first, 'heard'),
        anchors: pieces.map(({ frame, wall }) => [frame - first, wall]),
        ...(await page.evaluate(() => window.tape.takeRest())),
    };
}

/** Every piece at its own frame: one that was lost is silence, not a shift of all that follow. */
function joined(pieces, first, which) {
    const last = pieces.at(-1);
    const decoded = pieces.map((piece) => {
        const bytes = Buffer.from(piece[which], 'base64');
        return { at: piece.frame - first, samples: new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)) };
    });
    const whole = new Int16Array(last ? last.frame - first + decoded.at(-1).samples.length : 0);
    for (const { at, samples } of decoded) whole.set(samples, at);
    return whole;
}
