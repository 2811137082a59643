"""Lays a clean sound beside what the page sent of it: the microphone's file is repeated without end, from an unknown moment on, and
what a page sends may stand still for a moment. score.py uses this."""

import numpy as np
from scipy.signal import correlate

# A page that slips by more than this makes the whole call worthless.
SLIP_S = 1.2
# Likeness from which on a repetition counts as found: noise of the same power as the speech leaves .7, other words have .35 at most.
ALIKE = 0.45


def lay(sent, clean, utterances, rate):
    """Finds every repetition of every utterance in what was sent. `sent` and `clean` are of the same band. Returns pairs of first samples:
    in `clean`, in `sent`."""
    found = []
    drift = 0
    period = len(clean)
    offset = phase(sent, clean)
    for round_ in range(-1, len(sent) // period + 2):
        for first, last in utterances:
            near = offset + round_ * period + first + drift
            at, alike = nearest(sent, clean[first:last], near, int(SLIP_S * rate))
            if alike >= ALIKE:
                drift += at - near
                found.append((first, last, at))
    return found


def phase(sent, clean):
    """Sample of `sent` at which the file began: the shift at which all that was sent is most like the repeated file."""
    period = len(clean)
    # All repetitions are put on top of one another.
    rounds = np.zeros(period)
    for start in range(0, len(sent), period):
        part = sent[start : start + period]
        rounds[: len(part)] += part
    spectrum = np.fft.rfft(rounds) * np.conj(np.fft.rfft(clean))
    return int(np.argmax(np.fft.irfft(spectrum, period)))


def nearest(sent, wanted, near, reach):
    """Place near another one that is most like a stretch, and the likeness. Nothing that is not there as a whole is found."""
    start, stop = max(0, near - reach), min(len(sent), near + reach + len(wanted))
    if stop - start < len(wanted):
        return near, 0.0
    among = sent[start:stop]
    products = correlate(among, wanted, "valid", "fft")
    energy = np.cumsum(np.concatenate([[0.0], among**2]))
    energies = energy[len(wanted) :] - energy[: -len(wanted)]
    likeness = products / np.sqrt(np.maximum(energies, 1e-9) * max(np.sum(wanted**2), 1e-9))
    best = int(np.argmax(likeness))
    return start + best, float(likeness[best])
