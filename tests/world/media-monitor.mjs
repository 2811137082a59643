// Media monitor: measures inside a page what it plays and shows, without the page's help. `monitorMedia` runs in every page before
// its own scripts.

/**
 * Runs in the page, and uses nothing outside itself. Its state is `window.world`.
 * A relay without a host is reached at each of this machine's addresses.
 * @param {{tones: number[], relay: {host: string | null, port: number, tcpPort: number} | null}} setting
 */
export function monitorMedia({ tones, relay }) {
    const WINDOW = 1024;
    const STEP_MS = 10;
    const KEEP_MS = 30_000;
    const now = () => performance.timeOrigin + performance.now();
    /** @type {any} */
    const world = { pcs: [], workers: [], iceServers: [], elements: new Set(), sent: [], windows: [], frames: [], marks: {} };
    // @ts-ignore
    window.world = world;

    const Native = window.RTCPeerConnection;
    if (!Native) return;
    /** Rewrites candidates, so that every media packet passes the test's own relay. */
    const reroute = (text) => {
        if (!relay) return text;
        const byUdp = text.replace(/(candidate:\S+ \d+ udp \d+) (\S+) (\d+) /gi, (_, head, host, port) => {
            // @ts-ignore
            window.worldMedia(host, Number(port));
            return `${head} ${relay.host ?? host} ${relay.port} `;
        });
        return byUdp.replace(/(candidate:\S+ \d+ tcp \d+) \S+ \d+ /gi, (_, head) => `${head} ${relay.host} ${relay.tcpPort} `);
    };
    window.RTCPeerConnection = class extends Native {
        constructor(...args) {
            super(...args);
            world.pcs.push(this);
            world.iceServers.push(...(args[0]?.iceServers ?? []));
        }
        setRemoteDescription(description) {
            if (!description?.sdp) return super.setRemoteDescription(description);
            return super.setRemoteDescription({ type: description.type, sdp: reroute(description.sdp) });
        }
        addIceCandidate(candidate) {
            if (!candidate?.candidate) return super.addIceCandidate(candidate);
            return super.addIceCandidate({ ...candidate, candidate: reroute(candidate.candidate) });
        }
    };

    const NativeWorker = window.Worker;
    window.Worker = class extends NativeWorker {
        constructor(address, ...rest) {
            super(address, ...rest);
            world.workers.push({ address: String(address), worker: this });
        }
    };

    const devices = navigator.mediaDevices;
    if (devices) {
        const ask = devices.getUserMedia.bind(devices);
        devices.getUserMedia = async (constraints) => {
            const stream = await ask(constraints);
            world.sent.push(stream);
            return stream;
        };
    }

    const slot = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
        ...slot,
        set(stream) {
            slot.set.call(this, stream);
            if (stream && !world.elements.has(this)) {
                world.elements.add(this);
                if (this instanceof HTMLVideoElement) watchFrames(this);
            }
        },
    });

    const receivers = (kind) =>
        world.pcs
            .filter((pc) => pc.signalingState !== 'closed')
            .flatMap((pc) => pc.getReceivers())
            .filter((receiver) => receiver.track.kind === kind && receiver.track.readyState === 'live');
    const isRemote = (track) => receivers(track.kind).some((receiver) => receiver.track.id === track.id);

    function watchFrames(element) {
        const onFrame = () => {
            const track = element.srcObject?.getVideoTracks()[0];
            if (track && isRemote(track)) {
                world.frames.push(now());
                if (world.frames.length > 5_000) world.frames.splice(0, 2_500);
            }
            element.requestVideoFrameCallback(onFrame);
        };
        element.requestVideoFrameCallback(onFrame);
    }

    let context = null;
    const taps = new Map();
    const samples = new Float32Array(WINDOW);
    /** Share of the energy of `samples` at `tone`, 0 to about 1 (Goertzel). */
    const share = (tone, energy) => {
        const w = (2 * Math.PI * tone) / context.sampleRate;
        const k = 2 * Math.cos(w);
        let a = 0;
        let b = 0;
        for (let i = 0; i < WINDOW; i += 1) {
            const c = samples[i] + k * a - b;
            b = a;
            a = c;
        }
        return (2 * (a * a + b * b - k * a * b)) / (WINDOW * energy);
    };
    const listen = () => {
        const live = receivers('audio');
        if (live.length === 0) return;
        context ??= new AudioContext();
        if (context.state === 'suspended') context.resume();
        for (const { track } of live) {
            if (!taps.has(track.id)) {
                const analyser = context.createAnalyser();
                analyser.fftSize = WINDOW;
                context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
                taps.set(track.id, analyser);
            }
            taps.get(track.id).getFloatTimeDomainData(samples);
            const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
            if (energy === 0) continue;
            const shares = tones.map((tone) => share(tone, energy));
            world.windows.push({ t: now(), track: track.id, rms: Math.sqrt(energy / WINDOW), shares });
        }
        while (world.windows.length && world.windows[0].t < now() - KEEP_MS) world.windows.splice(0, 200);
    };
    setInterval(listen, STEP_MS);

    const LOUD = 0.003;
    const CLEAR = 0.35;
    const carries = (w, tone) => w.rms > LOUD && w.shares[tones.indexOf(tone)] > CLEAR;

    /** The time at which `tone` was first heard, at or after `since`; null if never. */
    world.firstHeard = (tone, since) => world.windows.find((w) => w.t >= since && carries(w, tone))?.t ?? null;
    /** The time from which `tone` was heard for a whole second, at or after `since`; null if it was not. A remainder of the old voice does not count. */
    world.steadySince = (tone, since) => {
        const BIN_MS = 50;
        const bins = [];
        for (const w of world.windows) {
            if (w.t >= since && carries(w, tone)) bins[Math.floor((w.t - since) / BIN_MS)] ??= w.t;
        }
        const full = (from) => bins.slice(from, from + 20).filter(Boolean).length >= 17;
        return bins.find((t, i) => t !== undefined && full(i)) ?? null;
    };
    /** Share of the last `ms` in which `tone` was heard. */
    world.heard = (tone, ms) => {
        const heard = world.windows.filter((w) => w.t >= now() - ms && carries(w, tone));
        return Math.min(1, (new Set(heard.map((w) => Math.floor(w.t / 50))).size * 50) / ms);
    };
    /** Loudness of the received voices from `since` on, one number each 50 ms. */
    world.envelope = (since) => {
        const bins = [];
        for (const w of world.windows) {
            if (w.t < since) continue;
            const bin = Math.floor((w.t - since) / 50);
            bins[bin] = Math.max(bins[bin] ?? 0, w.rms);
        }
        return Array.from(bins, (level) => level ?? 0);
    };
    /** The time at which a remote frame was first shown, at or after `since`; null if never. */
    world.firstFrame = (since) => world.frames.find((t) => t >= since) ?? null;
    /** True if every received voice reaches the loudspeaker. */
    world.audible = () => {
        const playing = [...world.elements].filter((e) => !e.paused && !e.muted && e.volume > 0);
        const played = new Set(playing.flatMap((e) => e.srcObject?.getAudioTracks().map((t) => t.id) ?? []));
        const voices = receivers('audio').filter((receiver) => !receiver.track.muted);
        return voices.length > 0 && voices.every((receiver) => played.has(receiver.track.id));
    };
    /** Mean colours of the remote pictures on the screen. */
    world.colours = () => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 8;
        const pen = canvas.getContext('2d', { willReadFrequently: true });
        const shown = [...world.elements].filter((e) => {
            const track = e instanceof HTMLVideoElement && e.srcObject?.getVideoTracks()[0];
            return track && isRemote(track) && e.isConnected && e.videoWidth > 0 && e.checkVisibility();
        });
        return shown.map((e) => {
            pen.drawImage(e, 0, 0, 8, 8);
            const { data } = pen.getImageData(0, 0, 8, 8);
            const mean = (c) => data.filter((_, i) => i % 4 === c).reduce((a, b) => a + b, 0) / 64;
            return [mean(0), mean(1), mean(2)];
        });
    };
    /** The statistics of every open connection, those of the types named. */
    world.stats = async (types) => {
        const open = world.pcs.filter((pc) => pc.connectionState !== 'closed');
        const reports = await Promise.all(open.map((pc) => pc.getStats()));
        return reports.flatMap((report) => [...report.values()]).filter((stat) => types.includes(stat.type));
    };
    /** Records the time at which an element that matches `selector` first stands in the page. */
    world.markShown = (selector, mark) => {
        delete world.marks[mark];
        const look = () => {
            if (!document.querySelector(selector)) return;
            world.marks[mark] = now();
            observer.disconnect();
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true });
        look();
    };
    /** Records the time of the next click on `selector`. */
    world.markClick = (selector, mark) => {
        delete world.marks[mark];
        const onClick = (event) => {
            if (!event.target.closest?.(selector)) return;
            world.marks[mark] = now();
            removeEventListener('click', onClick, true);
        };
        addEventListener('click', onClick, true);
    };
}
