"""Scores one recorded call: a folder with call.json and four WAV files becomes score.json in the same folder.

`up` is what the specialist heard of the post, `down` what the post heard of the specialist. The reference is what the sender's
page gave to its connection, so what a microphone or a page does to a voice is nobody's loss here. Where somebody speaks in noise, or
softly, `clean` compares what was sent and what was heard with the same words without noise as well.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from clean import lay, nearest
from pesq import PesqError, pesq
from pystoi import stoi
from scipy.io import wavfile
from scipy.signal import butter, correlate, resample_poly, sosfiltfilt

RATE = 16_000
FRAME = RATE // 50  # 20 ms
DELAY_MIN_MS, DELAY_MAX_MS = -50, 5_000
WINDOW_MS, HOP_MS = 500, 250
# Likeness from which on a window counts as heard; speech of other words gives 0.2 to 0.35.
ALIKE = 0.5
ALIKE_SHORT = 0.65
HEARD_STOI = 0.5
# Time after an event in which lost speech is counted.
LOST_WITHIN_MS = 10_000


def main(folder):
    global DELAY_MAX_MS
    call = json.loads((folder / "call.json").read_text())
    # A long queue of somebody else's packets delays a voice by more than any of the profiles does.
    DELAY_MAX_MS = call.get("delayMaxMs", DELAY_MAX_MS)
    scores = {
        "up": direction(folder, call, "post", "specialist"),
        "down": direction(folder, call, "specialist", "post"),
    }
    (folder / "score.json").write_text(json.dumps(scores, indent=1))


def direction(folder, call, speaker, listener):
    said = Track(folder / f"{speaker}-sent.wav", call["sides"][speaker]["anchors"])
    heard = Track(folder / f"{listener}-heard.wav", call["sides"][listener]["anchors"])
    start, end = call["from"], call["to"]
    clean = Clean(folder / call["clean"][speaker], said) if speaker in call.get("clean", {}) else None
    spoken = clean.utterances if clean else utterances_of(said.samples)
    utterances = [u for u in spoken if start <= said.wall(u[0]) and said.wall(u[1]) <= end]
    windows = [w for u in utterances for w in delays(said, heard, *u)]
    found = [w["ms"] for w in windows if w["ms"] is not None]
    each = [score(said, heard, u, windows, clean) for u in utterances]
    stats = call["sides"][listener]["stats"]
    sender = call["sides"][speaker]["stats"]
    return {
        "utterances": len(each),
        "heard": share(each, lambda one: one["stoi"] >= HEARD_STOI),
        "stoi": mean(one["stoi"] for one in each),
        "stoiRigid": mean(one["stoiRigid"] for one in each),
        **({"clean": {name: mean(one["clean"][name] for one in each) for name in CLEAN}} if clean else {}),
        "stoiWorst": min((one["stoi"] for one in each), default=None),
        "pesq": mean(one["pesq"] for one in each),
        "m2e": percentile(found, 50),
        "m2eP95": percentile(found, 95),
        "unheardWindows": share(windows, lambda one: one["ms"] is None),
        "silent": mean(one["silent"] for one in each),
        "concealed": concealed(stats, said, utterances, percentile(found, 50), start, end),
        "longestGapMs": longest_gap(stats, said, utterances, percentile(found, 50), start, end),
        "audio": counters(stats, start, end),
        "video": video(stats, start, end),
        "pictures": pictures(call["sides"][listener]["pictures"], start, end),
        "seen": seen(call["sides"][listener], start, end),
        "sent": sending(sender, start, end),
        "returns": returns(call.get("outages", []), windows, said, heard, shown(call["sides"][listener])),
        "clockSlips": {"said": said.slips(start, end), "heard": heard.slips(start, end)},
        "each": each,
        "delays": [[round(w["at"] - start), w["ms"]] for w in windows],
    }


class Track:
    """Samples, with the wall-clock time at which each was said or heard."""

    def __init__(self, path, anchors):
        rate, samples = wavfile.read(path)
        self.samples = resample_poly(samples.astype(np.float64) / 32_768, 1, rate // RATE)
        frames, walls = np.array(anchors, dtype=np.float64).T
        self.frames = frames * RATE / rate
        late = walls - self.frames * 1_000 / RATE
        # Pieces are stamped late and never early, so the earliest of a second's neighbours is right. The audio clock may
        # also slip when the machine stalls, so there is no single offset for the whole recording.
        self.offsets = np.array([late[max(0, i - 5) : i + 6].min() for i in range(len(late))])
        self.band = in_band(self.samples)

    def wall(self, index):
        return index * 1_000 / RATE + np.interp(index, self.frames, self.offsets)

    def index(self, wall):
        """Returns the sample at a moment."""
        return int(np.interp(wall, self.frames * 1_000 / RATE + self.offsets, self.frames))

    def slips(self, start, end):
        """Slip of the audio clock in the window, ms, which bounds the error of delays."""
        inside = [o for f, o in zip(self.frames, self.offsets) if start <= f * 1_000 / RATE + o <= end]
        return round(max(inside) - min(inside), 1) if inside else None


# The words are laid beside what was sent in stretches of this many samples.
CLEAN_WINDOW = RATE // 2
CLEAN = ["stoiSent", "stoiHeard", "pesqSent", "pesqHeard"]


class Clean:
    """What there was to understand, at the samples at which it was said. Noise hides where an utterance begins, so that is known from here."""

    def __init__(self, path, said):
        rate, samples = wavfile.read(path)
        words = resample_poly(samples.astype(np.float64) / 32_768, 1, rate // RATE)
        band = in_band(words)
        found = lay(said.band, band, utterances_of(words), RATE)
        self.samples = np.zeros(len(said.samples))
        self.utterances = [(at, at + last - first) for first, last, at in found]
        for (start, end), (first, _, _) in zip(self.utterances, found):
            self.samples[start:end] = follow(words, start, end, pieces(said.band, band, (start, end), first))


def pieces(sent, clean, utterance, first):
    """The shift of each half second of what was sent, because a microphone's clock may jump in the middle of a sentence."""
    start, end = utterance
    own = []
    for at in range(start, max(start + 1, end - CLEAN_WINDOW + 1), CLEAN_WINDOW // 2):
        place, alike = nearest(clean, sent[at : at + CLEAN_WINDOW], at - start + first, RATE // 2)
        near = own[-1]["lag"] if own else first - start
        own.append({"first": at, "lag": place - at if alike >= ALIKE else near})
    return own


def in_band(samples):
    return sosfiltfilt(butter(4, [100, 3_000], "bandpass", fs=RATE, output="sos"), samples)


def loudness(samples):
    """RMS of each 20 ms."""
    count = len(samples) // FRAME
    return np.sqrt(np.mean(samples[: count * FRAME].reshape(count, FRAME) ** 2, axis=1) + 1e-12)


def is_speech(levels):
    return levels > max(0.003, np.percentile(levels, 95) * 10 ** (-30 / 20))


def utterances_of(samples):
    """First and last sample of every utterance: speech whose silences are shorter than half a second."""
    utterances = []
    for frame in np.flatnonzero(is_speech(loudness(samples))):
        if utterances and frame - utterances[-1][1] < 25:
            utterances[-1][1] = frame
        else:
            utterances.append([frame, frame])
    return [(first * FRAME, (last + 1) * FRAME) for first, last in utterances if last - first > 35]


def delays(said, heard, first, last):
    """The delay of every half second of an utterance; None where nothing like it was heard."""
    size, hop = WINDOW_MS * RATE // 1_000, HOP_MS * RATE // 1_000
    for at in range(first, last - size + 1, hop):
        lag, alike = find(said, heard, at, at + size)
        yield {"first": at, "at": float(said.wall(at)), "lag": lag, "ms": delay(said, heard, at, lag) if alike >= ALIKE else None}


def delay(said, heard, at, lag):
    return round(float(heard.wall(at + lag) - said.wall(at)), 1)


def find(said, heard, first, last):
    """Finds a stretch of `said` in `heard`: shift in samples, likeness 0 to 1."""
    said_at = said.wall(first)
    start = max(0, heard.index(said_at + DELAY_MIN_MS))
    stop = min(len(heard.band), heard.index(said_at + DELAY_MAX_MS) + last - first)
    wanted, among = said.band[first:last], heard.band[start:stop]
    if len(among) <= len(wanted):
        return 0, 0.0
    products = correlate(among, wanted, "valid", "fft")
    energy = np.cumsum(np.concatenate([[0.0], among**2]))
    energies = energy[len(wanted) :] - energy[: -len(wanted)]
    norm = np.sqrt(np.maximum(energies, 1e-6) * max(np.sum(wanted**2), 1e-9))
    likeness = products / norm
    best = int(np.argmax(likeness))
    return start + best - first, float(likeness[best])


def score(said, heard, utterance, windows, clean=None):
    """Scores one utterance as a whole at its best shift, and its silent share at each window's own shift. With `clean` also against the
    words without noise: P.862 wants a reference without noise, and people want to understand the words."""
    first, last = utterance
    own = [w for w in windows if first <= w["first"] < last and w["ms"] is not None]
    lag = int(np.median([w["lag"] for w in own])) if own else find(said, heard, first, last)[0]
    lag = refine(said, heard, first, last, lag)
    reference, received = said.samples[first:last], piece(heard.samples, first + lag, last + lag)
    followed = follow(heard.samples, first, last, own) if own else received
    return {
        "at": round(float(said.wall(first))),
        "seconds": round((last - first) / RATE, 2),
        "m2e": delay(said, heard, first, lag) if own else None,
        "stoi": intelligibility(reference, followed),
        "stoiRigid": intelligibility(reference, received),
        "pesq": quality(reference, received),
        "silent": silent(said, heard, utterance, own, lag),
        **({"clean": beside(clean.samples[first:last], reference, followed, received)} if clean else {}),
    }


def beside(words, sent, followed, received):
    """What was sent and what was heard, against the words. Their difference is what the link and the codec cost."""
    return {
        "stoiSent": intelligibility(words, sent),
        "stoiHeard": intelligibility(words, followed),
        "pesqSent": quality(words, sent),
        "pesqHeard": quality(words, received),
    }


def refine(said, heard, first, last, lag):
    """Best shift of the whole within 60 ms of the windows' median."""
    reach = RATE * 60 // 1_000
    wanted = said.band[first:last]
    among = piece(heard.band, first + lag - reach, last + lag + reach)
    return lag - reach + int(np.argmax(correlate(among, wanted, "valid", "fft")))


def follow(samples, first, last, own):
    """Aligns each half second of what was heard by its own shift. People do not hear a jitter buffer that stretches a vowel by
    20 ms, but it would cost a rigid comparison a tenth of STOI."""
    fade = RATE // 100
    middles = np.array([w["first"] + WINDOW_MS * RATE // 2_000 for w in own])
    cuts = [first, *((middles[1:] + middles[:-1]) // 2), last]
    out = np.zeros(last - first + 2 * fade)
    for window, a, b in zip(own, cuts, cuts[1:]):
        ramp = np.ones(b - a + 2 * fade)
        ramp[: 2 * fade] = np.linspace(0, 1, 2 * fade)
        ramp[-2 * fade :] = np.minimum(ramp[-2 * fade :], np.linspace(1, 0, 2 * fade))
        taken = piece(samples, a - fade + window["lag"], b + fade + window["lag"])
        out[a - first : b - first + 2 * fade] += ramp * taken
    return out[fade:-fade]


def piece(samples, first, last):
    """Returns a stretch, with silence after the end of the recording."""
    out = np.zeros(last - first)
    a, b = max(0, first), min(len(samples), last)
    if b > a:
        out[a - first : b - first] = samples[a:b]
    return out


def intelligibility(reference, received):
    if np.max(np.abs(received)) < 1e-3:
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return round(max(0.0, float(stoi(reference, received, RATE))), 4)


def quality(reference, received):
    if np.max(np.abs(received)) < 1e-3:
        return 1.0
    try:
        return round(float(pesq(RATE, reference, received, "wb")), 3)
    except PesqError:
        return 1.0


def silent(said, heard, utterance, own, lag):
    """Share of an utterance's speech that is silent at the listener: 25 dB below its level."""
    first, last = utterance
    levels = loudness(said.samples[first:last])
    speech = is_speech(levels)
    gains, blanks = [], []
    for n in np.flatnonzero(speech):
        at = first + n * FRAME
        nearest = min(own, key=lambda w: abs(w["first"] + RATE // 4 - at))["lag"] if own else lag
        got = loudness(piece(heard.samples, at + nearest, at + nearest + FRAME))[0]
        gains.append(got / levels[n])
    if not gains:
        return None
    usual = np.median(gains)
    blanks = np.array(gains) < max(usual, 1e-3) * 10 ** (-25 / 20)
    return round(float(np.mean(blanks)), 4)


def shown(side):
    """Times at which pictures were shown: camera frames, or pictures of the data channel, to the period of the page's counters."""
    looks = side["pictures"]
    drawn = [new["wall"] for old, new in zip(looks, looks[1:]) if new["pictures"]["decoded"] > old["pictures"]["decoded"]]
    return sorted(side["frames"] + drawn)


def returns(outages, windows, said, heard, frames):
    if not outages:
        return []
    # The delay before the first outage.
    before = [w["ms"] for w in windows if w["ms"] is not None and w["at"] + w["ms"] + WINDOW_MS < outages[0]["from"]]
    return [back(outage, said, heard, frames, percentile(before, 50)) for outage in outages]


def back(outage, said, heard, frames, usual):
    """Seconds from an outage's end until voice, picture and the usual delay were back; None if never."""
    end = outage["to"]
    until = outage.get("until", end + 30_000)
    # Short windows find the first syllable. Speech from before the end counts too, because it may have been buffered.
    size, hop = RATE // 4, RATE // 20
    first, last = said.index(end - DELAY_MAX_MS), min(said.index(until), len(said.band) - size)
    speech = is_speech(loudness(said.samples))
    coming, heard_at, delays_, lost = None, None, [], 0
    for at in range(max(0, first), last, hop):
        if np.mean(speech[at // FRAME : (at + size) // FRAME]) < 0.8:
            continue
        due = said.wall(at) + (usual or 0)
        if coming is None and due >= end:
            coming = due
        lag, alike = find(said, heard, at, at + size)
        moment = float(heard.wall(at + lag))
        if alike < ALIKE_SHORT and end <= due < end + LOST_WITHIN_MS:
            lost += hop / RATE
        if alike >= ALIKE_SHORT and end <= moment <= until:
            heard_at = min(heard_at or moment, moment)
            delays_.append((moment, moment - said.wall(at)))
    normal = None
    if usual is not None:
        for i, (moment, _) in enumerate(delays_):
            if all(delay_ <= usual + 100 for later, delay_ in delays_[i:] if later < moment + 3_000):
                normal = moment
                break
    seen = next((f for f in frames if f >= end), None)
    # What a link held comes after the event, and before anything that was said later is due.
    seconds = lambda moment, since=end: None if moment is None else round(max(0, moment - since) / 1_000, 2)
    return {
        "outage": seconds(end, outage["from"]),
        # The wait counts only from the moment at which somebody speaks.
        "voiceBack": seconds(heard_at, max(end, coming or end)),
        "m2eBack": seconds(normal),
        "pictureBack": seconds(seen),
        "speechLost": round(lost, 2),
    }


def grown(before, after, kind, names, type_="inbound-rtp"):
    """Growth of counters between two samples. A connection that was opened anew begins at 0."""
    old = {s["id"]: s for s in before["list"] if s["type"] == type_ and s.get("kind") == kind}
    streams = [s for s in after["list"] if s["type"] == type_ and s.get("kind") == kind]
    return {name: sum(growth(old.get(s["id"], {}).get(name, 0), s.get(name, 0)) for s in streams) for name in names}


def growth(before, after):
    return after - before if after >= before else after


CONCEALED = ["concealedSamples", "concealmentEvents", "totalSamplesReceived"]


def during_speech(stats, said, utterances, usual, start, end):
    """Growth of the player's counters over the sample intervals in which somebody's speech was played."""
    if usual is None:
        return
    spans = [(said.wall(a) + usual, said.wall(b) + usual) for a, b in utterances]
    for before, after in zip(stats, stats[1:]):
        middle = (before["wall"] + after["wall"]) / 2
        if start <= middle <= end and any(a <= middle <= b for a, b in spans):
            yield grown(before, after, "audio", CONCEALED)


def concealed(stats, said, utterances, usual, start, end):
    """Share of concealed samples during speech, by Chromium's own count."""
    looks = list(during_speech(stats, said, utterances, usual, start, end))
    made_up, played = [sum(look[name] for look in looks) for name in ("concealedSamples", "totalSamplesReceived")]
    return round(made_up / played, 5) if played > 0 else None


def longest_gap(stats, said, utterances, usual, start, end):
    """Upper bound of the longest concealed stretch of speech, ms: gaps between two samples count as one."""
    longest = run = 0
    for look in during_speech(stats, said, utterances, usual, start, end):
        run = look["concealedSamples"] + (0 if look["concealmentEvents"] else run)
        longest = max(longest, run)
    return round(longest / 48)


def change(stats, start, end, kind, names, type_="inbound-rtp"):
    """Growth of counters in the window, and the seconds between its first and its last sample."""
    inside = [look for look in stats if start <= look["wall"] <= end]
    total = dict.fromkeys(names, 0)
    for before, after in zip(inside, inside[1:]):
        for name, more in grown(before, after, kind, names, type_).items():
            total[name] += more
    return total, (inside[-1]["wall"] - inside[0]["wall"]) / 1_000 if len(inside) > 1 else 0


AUDIO = [
    "packetsReceived", "packetsLost", "packetsDiscarded", "retransmittedPacketsReceived", "nackCount",
    "concealedSamples", "silentConcealedSamples", "concealmentEvents", "totalSamplesReceived",
    "removedSamplesForAcceleration", "insertedSamplesForDeceleration", "jitterBufferDelay", "jitterBufferEmittedCount",
]


def counters(stats, start, end):
    counted, _ = change(stats, start, end, "audio", AUDIO)
    emitted = counted.pop("jitterBufferEmittedCount")
    counted["jitterBufferMs"] = round(1_000 * counted.pop("jitterBufferDelay") / emitted) if emitted else None
    return counted


def pictures(looks, start, end):
    """Pictures of the data channel, by the page's own counters; None for a page without them."""
    inside = [look for look in looks if start <= look["wall"] <= end]
    if len(inside) < 2:
        return None
    first, last = inside[0], inside[-1]
    seconds = (last["wall"] - first["wall"]) / 1_000
    grown = {name: last["pictures"].get(name, 0) - first["pictures"].get(name, 0) for name in ("decoded", "lost", "bytes")}
    # Each sample has the age of the last picture; a person sees the median of all samples.
    ages = [look["pictures"]["lastAgeMs"] for look in inside if look["pictures"].get("lastAgeMs") is not None]
    return {
        "perMinute": round(grown["decoded"] * 60 / seconds, 2),
        "kbits": round(grown["bytes"] * 8 / 1_000 / seconds, 2),
        "lost": grown["lost"],
        "ageMs": percentile(ages, 50),
    }


def seen(side, start, end):
    """What a person could see: pictures on the screen when the browser painted it, camera frames or those of the data channel,
    and the longest time in which nothing new came. None for a page without these counts."""
    looks = [look for look in side["pictures"] if start <= look["wall"] <= end]
    if len(looks) < 2 or "drawn" not in looks[0]["pictures"]:
        return None
    frames = [wall for wall in side["frames"] if start <= wall <= end]
    drawn = looks[-1]["pictures"]["drawn"] - looks[0]["pictures"]["drawn"]
    stills = [after - before for before, after in zip(frames, frames[1:])]
    if drawn > len(frames):
        stills = [look["pictures"]["longestStillMs"] for look in looks[1:]]
    return {
        "perSecond": round((len(frames) + drawn) * 1_000 / (end - start), 2),
        "longestStill": round(max(stills) / 1_000, 2) if stills else None,
    }


def video(stats, start, end):
    counted, seconds = change(stats, start, end, "video", ["framesDecoded", "freezeCount", "totalFreezesDuration"])
    sizes = [(s.get("frameWidth"), s.get("frameHeight")) for look in stats if start <= look["wall"] <= end
             for s in look["list"] if s["type"] == "inbound-rtp" and s.get("kind") == "video" and s.get("frameWidth")]
    size = max(set(sizes), key=sizes.count) if sizes else None
    return {
        "fps": round(counted["framesDecoded"] / seconds, 2) if seconds else 0,
        "size": f"{size[0]}x{size[1]}" if size else None,
        "freezes": counted["freezeCount"],
        "frozenSeconds": round(counted["totalFreezesDuration"], 2),
    }


def sending(stats, start, end):
    counted, seconds = change(stats, start, end, "audio", ["packetsSent", "bytesSent", "headerBytesSent"], "outbound-rtp")
    packets = counted["packetsSent"]
    return {
        "packetsPerSecond": round(packets / seconds, 2) if seconds else 0,
        "opusKbits": round(counted["bytesSent"] * 8 / 1_000 / seconds, 2) if seconds else 0,
    }


def share(list_, test):
    return round(sum(map(test, list_)) / len(list_), 4) if list_ else None


def mean(numbers):
    numbers = [n for n in numbers if n is not None]
    return round(float(np.mean(numbers)), 4) if numbers else None


def percentile(numbers, nth):
    return round(float(np.percentile(numbers, nth)), 1) if numbers else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
