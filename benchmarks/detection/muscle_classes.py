"""Kinds of activity that begin in muscle fibres: fibrillation, positive sharp waves, myotonia, complex repetitive.

Nothing here was taken from how the detector names kinds. Figures in the docstrings are those of the texts; what is
drawn evenly between them, and what is called our judgement, is ours. Potentials are made: see `single_fibre`.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.backgrounds import DURATION_S
from benchmarks.detection.materials import Samples, Shape
from benchmarks.detection.places import Place, even_on_log, grouped_train
from benchmarks.detection.single_fibre import fibre_complex, positive_wave, spike
from benchmarks.detection.twitching import Train
from myotwitch.twitches import Kind

FIBRE_UV = (20.0, 200.0)
COMPLEX_UV = (100.0, 1000.0)


def fibrillation(place: Place, chance: np.random.Generator) -> list[Train]:
    """One to three fibres whose spikes come regularly, 0.5 to 15 times a second, and may slow down before they stop.

    Sources
    -------
    Davalos L, Kushlaf H. Abnormal Spontaneous Electromyographic Activity. StatPearls 19794: regular, 0.5 to 15 Hz, may
    slow down gradually over several seconds before stopping; 1 to 5 ms; 20 to 200 uV. How regular is not said: that
    intervals vary by 1 to 8 %, that runs last 8 to 50 s, and that the last third slows down to as little as a half is
    judgement.
    """
    return [_regular_fibre(place, spike(chance), Kind.FIBRILLATION, chance) for _ in range(int(chance.integers(1, 4)))]


def positive_sharp_wave(place: Place, chance: np.random.Generator) -> list[Train]:
    """One to three fibres that fire as in fibrillation, seen as positive sharp waves.

    Sources
    -------
    StatPearls 19794 as for `fibrillation`: another form of the same potentials, of 10 to 30 ms.
    """
    return [
        _regular_fibre(place, positive_wave(chance), Kind.POSITIVE_SHARP_WAVE, chance)
        for _ in range(int(chance.integers(1, 4)))
    ]


def _regular_fibre(place: Place, shape: Shape, kind: Kind, chance: np.random.Generator) -> Train:
    rate_hz, variation = even_on_log(chance, (0.5, 15.0)), chance.uniform(0.01, 0.08)
    start_s = chance.uniform(0.5, 8)
    stop_s = min(DURATION_S, start_s + chance.uniform(8, 50))
    slowest = chance.uniform(0.5, 1.0)
    times, now = [], start_s
    while now < stop_s:
        times.append(now)
        late = np.clip((now - start_s) / (stop_s - start_s) * 3 - 2, 0, 1)
        now += max(0.2, chance.normal(1, variation)) / (rate_hz * (1 + late * (slowest - 1)))
    return grouped_train(place.fibre(shape, chance, FIBRE_UV), [np.array(times)], kind, chance)


def myotonia(place: Place, chance: np.random.Generator) -> list[Train]:
    """One or two fibres in runs whose rate, between 20 and 80 Hz, and amplitude both wax and wane.

    Sources
    -------
    AANEM glossary of terms, as quoted with a recording of V. Tsirka: 20 to 80 Hz; spikes of less than 5 ms or positive
    waves of 5 to 20 ms of independent single fibres; amplitude and frequency must both wax and wane. StatPearls 19794
    for sizes of fibres' potentials. Three to eight runs a minute of 1 to 12 s, and that amplitude falls to between a
    fifth and six tenths: judgement.
    """
    trains = []
    for _ in range(int(chance.integers(1, 3))):
        shape = spike(chance) if chance.random() < 0.5 else positive_wave(chance, (0.005, 0.020))
        groups, sizes = [], []
        for begin in np.sort(chance.uniform(0.5, DURATION_S - 4, int(chance.integers(3, 9)))):
            if groups and begin < groups[-1][-1] + 0.5:
                continue
            times, size = _waxing_run(float(begin), chance)
            groups.append(times)
            sizes.append(size)
        trains.append(
            grouped_train(
                place.fibre(shape, chance, FIBRE_UV), groups, Kind.MYOTONIA, chance, in_bursts=True, sizes=sizes
            )
        )
    return trains


def _waxing_run(begin: float, chance: np.random.Generator) -> tuple[Samples, Samples]:
    """Times and sizes of a run; the rate rises and falls once, the amplitude once at its own pace."""
    length_s = even_on_log(chance, (1.0, 12.0))
    low_hz, high_hz = chance.uniform(20, 35), chance.uniform(50, 80)
    top, least = chance.uniform(0.15, 0.6), chance.uniform(0.2, 0.6)
    times, now = [], begin
    while now < begin + length_s:
        times.append(now)
        rate_hz = low_hz + (high_hz - low_hz) * _hill((now - begin) / length_s, top)
        now += max(0.3, chance.normal(1, 0.02)) / rate_hz
    place = (np.array(times) - begin) / length_s
    return np.array(times), least + (1 - least) * _hill(
        place, float(np.clip(top + chance.uniform(-0.1, 0.2), 0.1, 0.8))
    )


def _hill(place: Samples | float, top: float) -> Samples:
    """A curve from 0 at the beginning to 1 at the top and back to 0 at the end, without corners."""
    share = np.where(np.asarray(place) < top, np.asarray(place) / top, (1 - np.asarray(place)) / (1 - top))
    return np.asarray(np.sin(np.pi / 2 * np.clip(share, 0, 1)) ** 2)


def complex_repetitive(place: Place, chance: np.random.Generator) -> list[Train]:
    """One complex of several fibres' spikes that comes back unchanged, as by a clock, and begins and ends abruptly.

    A discharge is one cycle of the complex.

    Sources
    -------
    Posa A et al. (2020) Brain Sci 10:349, 108 discharges: 9.3 (SD 7.8) components in neurogenic and 6.3 (6.2) in
    myogenic disorders; onset and end are usually abrupt. Trontelj J, Stalberg E (1983) J Neurol Neurosurg Psychiatry
    46:310: intervals vary little. Washington University neuromuscular pages: 5 to 150 Hz, mostly 30 to 40. Glossary of
    nervestudy.com: 100 uV to 1 mV, uniform in frequency, shape and amplitude. One to five runs of 1 to 30 s a minute,
    intervals that vary by 0.3 to 1.5 %, and a complex that leaves a fifth of the cycle silent: judgement.
    """
    rate_hz = float(np.clip(chance.lognormal(np.log(35), 0.6), 5, 150))
    components = int(np.clip(round(chance.gamma(1.4, 5.6)), 2, 30))
    shape = fibre_complex(chance, components, 0.8 / rate_hz)
    groups: list[Samples] = []
    for begin in np.sort(chance.uniform(0.5, DURATION_S - 5, int(chance.integers(1, 6)))):
        if groups and begin < groups[-1][-1] + 0.5:
            continue
        count = max(4, int(even_on_log(chance, (1.0, 30.0)) * rate_hz))
        steps = chance.normal(1, chance.uniform(0.003, 0.015), count) / rate_hz
        groups.append(begin + np.cumsum(steps))
    scaled = place.fibre(shape, chance, COMPLEX_UV)
    sizes = [np.ones(group.size) for group in groups]
    return [grouped_train(scaled, groups, Kind.COMPLEX_REPETITIVE, chance, in_bursts=True, sizes=sizes, spread=0.01)]
