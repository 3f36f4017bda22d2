"""Kinds of activity that begin in nerves: fasciculation, myokymia, neuromyotonia, cramp, and voluntary contraction.

Nothing here was taken from how the detector names kinds. Figures in the docstrings are those of the texts; what is
drawn evenly between them, and what is called our judgement, is ours. Potentials of units are real.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.backgrounds import DURATION_S
from benchmarks.detection.places import Place, even_on_log, grouped_train
from benchmarks.detection.twitching import Train
from myotwitch.twitches import Kind


def fasciculation(place: Place, chance: np.random.Generator) -> list[Train]:
    """One to four units that fire alone and irregularly, 10 to 80 times a minute together.

    Now and then a discharge comes back along its own axon 28 to 40 ms later, in up to 5 % of discharges.

    Sources
    -------
    Bashford J et al. (2020) Clin Neurophysiol 131:265-273: median 40.5 a minute, quartiles 10.6 and 79.4. Kleine BU et
    al. (2012) Clin Neurophysiol 123:399-405, doi 10.1016/j.clinph.2011.06.032: pairs at the latency of an F wave, 32
    and 35 ms. Sizes and shapes: see `Place`. Exponential intervals, number of units and share of pairs: judgement.
    """
    units = int(chance.integers(1, 5))
    per_min = even_on_log(chance, (10.0, 80.0)) * chance.dirichlet(np.full(units, 2.0))
    trains = []
    for rate in per_min:
        intervals = 0.05 + chance.exponential(60.0 / max(rate, 2.0), 400)
        times = np.cumsum(intervals) - 0.5 * intervals[0]
        returns = times[chance.random(times.size) < chance.uniform(0, 0.05)] + chance.uniform(0.028, 0.040)
        trains.append(grouped_train(place.unit(chance), [np.concatenate((times, returns))], Kind.FASCICULATION, chance))
    return trains


def myokymia(place: Place, chance: np.random.Generator) -> list[Train]:
    """One or two units whose grouped discharges come back semi-rhythmically 2 to 10 times a second.

    Within a group two to ten discharges follow at 30 to 60 Hz, with silence after them; a unit goes on for 15 s.

    Sources
    -------
    MedLink Neurology, Neuromyotonia and myokymia: grouped discharges that recur semi-rhythmically at 2 to 10 Hz.
    Gutmann L (1991) Muscle Nerve 14:1043-1049, doi 10.1002/mus.880141102: bursts of individual units, rhythmic or
    semirhythmic, usually several a second. Medscape 1141267: potentials of 30 to 60 Hz, each group followed by silence.
    That groups vary by 3 to 20 % in their distance, and leave a third of the time silent: judgement.
    """
    trains = []
    for _ in range(int(chance.integers(1, 3))):
        groups_per_s, within_hz = even_on_log(chance, (2.0, 10.0)), chance.uniform(30, 60)
        most = int(np.clip(1 + 0.67 / groups_per_s * within_hz, 2, 10))
        count = int(chance.integers(2, most + 1))
        start_s = chance.uniform(0.5, 20)
        stop_s = min(DURATION_S - 0.5, start_s + chance.uniform(15, 60))
        number = int((stop_s - start_s) * groups_per_s)
        distance = np.maximum(chance.normal(1, chance.uniform(0.03, 0.2), number), 0.5) / groups_per_s
        groups = []
        for begin in start_s + np.cumsum(distance):
            size = max(2, count + int(chance.integers(-1, 2)))
            steps = np.maximum(chance.normal(1, chance.uniform(0.02, 0.1), size - 1), 0.5) / within_hz
            groups.append(begin + np.concatenate(([0.0], np.cumsum(steps))))
        trains.append(grouped_train(place.unit(chance), groups, Kind.MYOKYMIA, chance, in_bursts=True))
    return trains


def neuromyotonia(place: Place, chance: np.random.Generator) -> list[Train]:
    """One or two units in trains of 150 to 300 Hz that begin and end abruptly and wane.

    Sources
    -------
    GPnotebook, neuromyotonia: higher frequencies (150 to 300 Hz) and waning are what sets it apart from myokymia.
    MedLink Neurology: high-frequency trains of decrementing unit discharges that start and stop abruptly. Kleine BU et
    al. (2008) Muscle Nerve 37:269-274, doi 10.1002/mus.20849: intervals grow within each burst. Lengths of 0.1 to 2 s,
    four to fifteen trains a minute, a fall to 20 to 80 %, and intervals up to a third longer at the end: judgement.
    """
    trains = []
    for _ in range(int(chance.integers(1, 3))):
        shape, rate_hz = place.unit(chance), chance.uniform(150, 300)
        groups, sizes = [], []
        for begin in np.sort(chance.uniform(0.5, DURATION_S - 3, int(chance.integers(4, 16)))):
            length_s = even_on_log(chance, (0.1, 2.0))
            longer = np.linspace(1, chance.uniform(1.05, 1.33), int(length_s * rate_hz))
            times = begin + np.cumsum(longer * chance.normal(1, 0.01, longer.size)) / rate_hz
            if groups and begin < groups[-1][-1] + 0.1:
                continue
            groups.append(times)
            sizes.append(chance.uniform(0.2, 0.8) ** np.linspace(0, 1, times.size))
        trains.append(grouped_train(shape, groups, Kind.NEUROMYOTONIA, chance, in_bursts=True, sizes=sizes))
    return trains


def cramp(place: Place, chance: np.random.Generator) -> list[Train]:
    """Six to fifteen units that join one by one, fire unevenly for some seconds to half a minute, and leave one by one.

    Sources
    -------
    Minetto MA et al. (2009) J Neurophysiol 102:1890-1901 (PubMed 19571196), 48 units: active for 23.6 (SD 16.2) s at
    14.5 (5.1) a second, between 6.0 and 25.0; intervals vary by 44.6 (9.7) %; 4.1 (4.7) % doublets. Roeleveld K et al.
    (2000) doi 10.1152/jappl.2000.88.5.1698: a cramp spreads slowly. Number of units, order of joining: judgement.
    """
    start_s = chance.uniform(3, 15)
    length_s = float(np.clip(chance.normal(23.6, 16.2), 6, 40))
    trains = []
    for _ in range(int(chance.integers(6, 16))):
        begin = start_s + chance.uniform(0, 0.3) * length_s
        end = start_s + length_s * chance.uniform(0.6, 1.0)
        rate_hz = float(np.clip(chance.normal(14.5, 5.1), 6.0, 25.0))
        variation = float(np.clip(chance.normal(0.446, 0.097), 0.25, 0.7))
        shape = 1 / variation**2
        intervals = chance.gamma(shape, 1 / (rate_hz * shape), int(rate_hz * length_s * 2) + 10)
        times = begin + np.cumsum(np.maximum(intervals, 0.015))
        doublets = times[chance.random(times.size) < 0.041] + chance.uniform(0.004, 0.010)
        times = np.sort(np.concatenate((times, doublets)))
        burst = [times[times < end]]
        trains.append(grouped_train(place.unit(chance), burst, Kind.CRAMP, chance, in_bursts=True))
    return trains


def voluntary(place: Place, chance: np.random.Generator) -> list[Train]:
    """The discharge times of real decomposed units in a real voluntary contraction, one to all units of the set.

    They begin within 20 s and are played up to a tenth faster or slower, so that most of the minute is rest.

    Sources
    -------
    The grid recording and its decomposition in ``../shared/data/hdemg_openhdemg``: one trapezoidal contraction.
    """
    units = chance.permutation(len(place.materials.discharge_s))[: int(chance.integers(1, 4))]
    start_s, slower = chance.uniform(0, 20), chance.uniform(0.9, 1.1)
    first_s = min(place.materials.discharge_s[unit][0] for unit in units)
    return [
        grouped_train(
            place.unit(chance),
            [start_s + slower * (place.materials.discharge_s[unit] - first_s)],
            Kind.VOLUNTARY,
            chance,
        )
        for unit in units
    ]
