// Recorder in every page: one track with the voice that the page sends, as its sender has it, and one with the voices that it receives,
// as they are played. Both run on one audio clock. Each piece carries the wall clock, which is the same for every page of this machine.

/**
 * Runs in the page after the media monitor, and uses nothing else. Its state is `window.recorder`.
 * @param {{everyMs: number}} setting - period of the statistics
 */
export function recorder({ everyMs }) {
    const RATE = 48_000;
    const PIECE = 4_800;
    /** Code of the audio thread, with two inputs and one frame counter. It has to be a string, because it is loaded from a blob. */
    const processor = `registerProcessor('recorder', class extends AudioWorkletProcessor {
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
    const state = { pieces: [], stats: [], pictures: [] };
    // @ts-ignore
    window.recorder = state;
    let context;
    let node;
    const wired = new Map();

    /** Connects every voice that exists now, and disconnects those that are gone. */
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
    /** Keeps the numbers of a report; names and addresses are not needed. */
    const numbers = (stat) =>
        Object.fromEntries(
            Object.entries(stat).filter(([key, value]) => typeof value === 'number' || ['type', 'kind', 'id', 'state'].includes(key)),
        );
    const look = async () => {
        const wall = Date.now();
        const list = await window.world.stats(KEPT);
        state.stats.push({ wall, list: list.map(numbers) });
        // The page's own counters of pictures on the data channel, if it has them (web/client/pictures).
        // @ts-ignore
        const pictures = window.teranga?.pictures;
        if (!pictures) return;
        state.pictures.push({ wall, pictures: { ...pictures } });
        // Each sample tells of the time since the one before.
        pictures.longestStillMs = 0;
    };

    /** Starts recording, or starts it anew. */
    state.start = async () => {
        if (context) return state.clear();
        context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
        await context.audioWorklet.addModule(URL.createObjectURL(new Blob([processor], { type: 'text/javascript' })));
        node = new AudioWorkletNode(context, 'recorder', { numberOfInputs: 2, numberOfOutputs: 1, outputChannelCount: [1] });
        node.port.onmessage = ({ data }) => state.pieces.push(data);
        // The node is silent, but the loudspeaker's clock drives it.
        node.connect(context.destination);
        if (context.state === 'suspended') await context.resume();
        rewire();
        setInterval(rewire, 100);
        setInterval(look, everyMs);
    };

    /** The wall-clock time of the first audible sound at or after `since`; null if there was none. */
    state.firstSound = (since) => {
        for (const { wall, heard } of state.pieces) {
            if (wall + (heard.length / RATE) * 1_000 < since) continue;
            const n = heard.findIndex((sample, i) => Math.abs(sample) > 300 && wall + (i / RATE) * 1_000 >= since);
            if (n >= 0) return wall + (n / RATE) * 1_000;
        }
        return null;
    };

    /** Returns and forgets some recorded pieces, because the control pipe carries only a few at a time. @param {number} count */
    state.take = (count) => {
        const text = (samples) => {
            const bytes = new Uint8Array(samples.buffer);
            let string = '';
            for (let i = 0; i < bytes.length; i += 4_096) string += String.fromCharCode(...bytes.subarray(i, i + 4_096));
            return btoa(string);
        };
        return state.pieces.splice(0, count).map(({ frame, wall, sent, heard }) => ({
            frame,
            wall,
            sent: text(sent),
            heard: text(heard),
        }));
    };
    state.takeRest = () => ({
        stats: state.stats.splice(0),
        pictures: state.pictures.splice(0),
        frames: window.world.frames.splice(0),
    });
    /** Forgets the recording. */
    state.clear = () => {
        state.pieces.length = 0;
        state.takeRest();
    };
}

export const RATE = 48_000;

/**
 * Recording of one page: two voices, the wall clock of some of their frames, statistics, and the times at which remote frames were shown.
 * @typedef {{sent: Int16Array, heard: Int16Array, anchors: [number, number][], stats: any[], pictures: any[], frames: number[]}} Recording
 */

/** Takes the recording of a page until now. @param {import('playwright-core').Page} page @returns {Promise<Recording>} */
export async function collect(page) {
    const AT_ONCE = 100;
    const pieces = [];
    for (;;) {
        const some = await page.evaluate((count) => window.recorder.take(count), AT_ONCE);
        pieces.push(...some);
        if (some.length < AT_ONCE) break;
    }
    const first = pieces[0]?.frame ?? 0;
    return {
        sent: joined(pieces, first, 'sent'),
        heard: joined(pieces, first, 'heard'),
        anchors: pieces.map(({ frame, wall }) => [frame - first, wall]),
        ...(await page.evaluate(() => window.recorder.takeRest())),
    };
}

/** Joins the pieces, each at its own frame: a lost piece becomes silence and does not shift the pieces after it. */
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
