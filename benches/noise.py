"""Noise and scores for benches/noise.mjs: `make FOLDER` mixes sentences with a ward's noise, `score FOLDER` scores the recordings."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from pesq import PesqError, pesq
from pystoi import stoi
from scipy.io import wavfile
from scipy.signal import butter, correlate, resample_poly, sosfilt

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = [
    "tests/assets/speech-long.wav",
    "tests/assets/speech-short.wav",
    "tests/thinlink/assets/speech-0890.wav",
    "tests/thinlink/assets/speech-0920.wav",
    "tests/thinlink/assets/speech-0930.wav",
]
RATE = 48_000
LEAD_S = 6  # Noise without speech, from which a suppressor learns.
LOUD = 0.08  # RMS of speech, -22 dB of full scale: half an arm's length from a tablet with its default gain.
SPOKEN = ["still", "snr10", "snr5"]
QUIET = ["zeros", "lsb", "room80", "room70", "room60"]
CHANCE = np.random.default_rng(7)


def read(path):
    rate, samples = wavfile.read(ROOT / path)
    samples = resample_poly(samples / 32_768, RATE, rate)
    return samples / active(samples) * LOUD


def active(samples):
    """RMS of the 20 ms in which somebody speaks."""
    frames = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    power = np.mean(frames**2, axis=1)
    return np.sqrt(np.mean(power[power > power.max() / 300]))


def said():
    parts = [np.zeros(LEAD_S * RATE)]
    for path in SENTENCES:
        parts += [read(path), np.zeros(RATE)]
    return np.concatenate(parts)


def ward(length):
    """Noise of a ward: voices (played backwards, so that no word is the speaker's), a fan, a monitor. The fan is half of the energy."""
    def level(samples, db):
        return samples / np.sqrt(np.mean(samples**2)) * 10 ** (db / 20)

    babble = np.zeros(length)
    for voice in range(6):
        line = np.concatenate([read(path)[::-1] for path in np.roll(SENTENCES, voice)])
        babble += np.resize(np.roll(line, CHANCE.integers(len(line))), length)
    white = CHANCE.standard_normal(length)
    fan = sosfilt(butter(1, 300, "low", fs=RATE, output="sos"), white) + 0.02 * CHANCE.standard_normal(length)
    fan *= 1 + 0.1 * np.sin(2 * np.pi * 0.4 * np.arange(length) / RATE)
    t = np.arange(length) / RATE
    beeps = np.sin(2 * np.pi * 960 * t) * ((t % 0.8) < 0.12)
    return level(babble, -3) + level(fan, 0) + level(beeps, -9)


def make(folder):
    clean = said()
    noise = ward(len(clean))
    noise /= np.sqrt(np.mean(noise**2))
    second = CHANCE.standard_normal(RATE * 10)
    mixes = {
        "still": clean + CHANCE.standard_normal(len(clean)) * 10 ** (-62 / 20),  # A quiet room is not digital silence.
        "snr10": clean + noise * LOUD * 10 ** (-10 / 20),
        "snr5": clean + noise * LOUD * 10 ** (-5 / 20),
        "zeros": second * 0,
        "lsb": np.sign(second) * (np.abs(second) > 1) / 32_768,
        **{f"room{db}": second * 10 ** (-db / 20) for db in (80, 70, 60)},
    }
    for name, samples in mixes.items():
        wavfile.write(folder / f"{name}.wav", RATE, np.round(np.clip(samples, -1, 1) * 32_767).astype(np.int16))


def score(folder):
    warnings.simplefilter("ignore")
    clean = resample_poly(said(), 1, 3)
    kinds = ["raw", "suppressed", "raw-rnnoise", "bare", "page", "bare-rnnoise", "raw-opus", "suppressed-opus", "bare-opus", "page-opus"]
    print(f"{'':8}{'':14}{'PESQ':>6}{'STOI':>7}  noise in pauses, dB below speech")
    rows = {}
    for name in SPOKEN:
        for kind in kinds:
            path = folder / f"{name}-{kind}.f32"
            if not path.exists():
                continue
            row = judge(clean, resample_poly(np.fromfile(path, np.float32).astype(float), 1, 3))
            rows[f"{name} {kind}"] = row
            print(f"{name:8}{kind:14}{row['pesq']:6.2f}{row['stoi']:7.3f}{row['pause_db']:8.1f}", flush=True)
    (folder / "score.json").write_text(json.dumps(rows, indent=1))
    print("\nsilence: peak in steps of 16 bits, RMS in dB, and what getStats says of half seconds, dB, least and most")
    for name in QUIET:
        for kind in ["raw", "page"]:
            sources = np.array(json.loads((folder / f"{name}-{kind}-levels.json").read_text())["sources"][6:])
            halves = [energy(sources[i : i + 2]) for i in range(len(sources) - 1)]
            samples = np.fromfile(folder / f"{name}-{kind}.f32", np.float32)[RATE * 3 :]
            rms = 20 * np.log10(max(np.sqrt(np.mean(samples**2)), 1e-9))
            told = f"{min(halves):9.1f}{max(halves):9.1f}"
            print(f"{name:8}{kind:6}{np.abs(samples).max() * 32_768:9.1f}{rms:9.1f}{told}")


def energy(sources):
    (_, e0, d0), (_, e1, d1) = sources[0], sources[-1]
    return 10 * np.log10(max((e1 - e0) / (d1 - d0), 1e-12))


def judge(clean, heard):
    """Scores each sentence by itself, at its best shift, because a resampled clock drifts."""
    utterances, at = [], LEAD_S * 16_000
    for path in SENTENCES:
        length = len(resample_poly(read(path), 1, 3))
        utterances.append((at, at + length))
        at += length + 16_000
    heard = np.concatenate([np.zeros(4 * 16_000), heard])  # The file began to play before the recording did.
    lag = int(np.argmax(np.abs(correlate(heard, clean[:at], "valid", "fft"))))
    scores = []
    for first, last in utterances:
        reach = 1_600
        among = heard[max(0, first + lag - reach) : last + lag + reach]
        if len(among) < last - first + reach:
            continue
        shift = int(np.argmax(np.abs(correlate(among, clean[first:last], "valid", "fft"))))
        got = among[shift : shift + last - first]
        try:
            scores.append((pesq(16_000, clean[first:last], got, "wb"), stoi(clean[first:last], got, 16_000)))
        except (PesqError, ValueError):
            scores.append((1.0, stoi(clean[first:last], got, 16_000)))
    pauses = np.concatenate([heard[last + lag + 4_000 : last + lag + 12_000] for _, last in utterances[:-1]])
    speech = np.concatenate([heard[first + lag : last + lag] for first, last in utterances])
    pause_db = 20 * np.log10(active(speech) / max(np.sqrt(np.mean(pauses**2)), 1e-7))
    return {"pesq": float(np.mean([p for p, _ in scores])), "stoi": float(np.mean([s for _, s in scores])), "pause_db": float(pause_db), "sentences": len(scores)}


if __name__ == "__main__":
    {"make": make, "score": score}[sys.argv[1]](Path(sys.argv[2]))
