"""What scenes are made of: real rest, real motor-unit shapes and real disturbances, split by source into two sets.

Nothing of one recording is in both sets, with one exception that is said wherever results are shown: the only grid at
hand has one recording, of which the sets take different motor units and different seconds of rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt
from scipy.signal.windows import tukey

from myotwitch.recordings import open_recording

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
GRID_CHANNELS = 64
RANK = 3
"""Components kept of a unit's mean over the grid; the others are what is left of the contraction around it."""
Samples = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shape:
    """A motor unit's potential as seen on some channels; its largest deflection is 1.

    `onset` is the sample at which the largest channel first passes a third of its peak.
    """

    name: str
    samples: Samples
    onset: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Materials:
    """Everything that scenes of one set are made of; lists are real stretches, each an array (channels, samples).

    Stretches of rest come recording by recording: one scene takes all of its background from one.
    """

    name: str
    surface_rest: list[list[Samples]]
    needle_quiet: Samples
    grid_rest: Samples
    grid_shapes: list[Shape]
    needle_shapes: list[Shape]
    heart: Samples
    contractions: list[Samples]
    discharge_s: list[Samples]
    """Times at which each unit of `grid_shapes` fired in its voluntary contraction."""


SURFACE_RATE_HZ, NEEDLE_RATE_HZ, GRID_RATE_HZ = 1000.0, 4000.0, 2048.0
NOMINAL_SCALE = 3e3 / 2**16
"""OpenSignals counts to about microvolts; the gain is not known, and scenes are made by ratios to the noise."""
_SOLO_REST_S = (
    (0.0, 2.3),
    (16.1, 18.8),
    (20.0, 22.6),
    (40.3, 43.1),
    (50.6, 53.2),
    (54.0, 57.0),
    (57.6, 60.1),
    (73.0, 77.4),
)
_REST = {
    "tune": (("emg_1000_hz_16_bits_solo.h5", 0, _SOLO_REST_S),),
    "report": (
        ("emg_1000_hz_16_bits.h5", 0, ((0.0, 1.6),)),
        ("emg_1000_hz_8_16_bits.h5", 0, ((0.0, 1.5),)),
    ),
}
_CONTRACTIONS = {
    "tune": (("emg_fatigue.h5", 0, ((1.0, 4.4), (5.7, 8.4), (9.7, 12.7))),),
    "report": (("emg_bursts.h5", 0, ((1.0, 2.5), (4.4, 5.9), (7.7, 9.1))),),
}
_UNITS = {"tune": (0, 3), "report": (1, 2, 4)}
_GRID_REST_S = {"tune": (0.0, 0.9), "report": (31.6, 32.5)}
_QUIET = {"tune": ("emg_myopathy", 16.80, 16.95), "report": ("emg_neuropathy", 18.50, 18.65)}
_NEEDLE_UNIT = {"tune": ("emg_healthy", 3.5, 4.4, 600.0), "report": ("emg_neuropathy", 0.0, 9.0, 400.0)}
_HEART = {"tune": ("ecg_wfdb/100.hea", 0, 360.0), "report": ("surface_plux/ecg_5_min.h5", 0, 1000.0)}


@cache
def load_materials(name: str) -> Materials:
    """Return the materials of the set ``tune`` or ``report``."""
    return Materials(
        name=name,
        surface_rest=[_stretches((row,)) for row in _REST[name]],
        needle_quiet=_needle_quiet(*_QUIET[name]),
        grid_rest=_grid_rest(*_GRID_REST_S[name]),
        grid_shapes=[_grid_shape(unit) for unit in _UNITS[name]],
        needle_shapes=[_needle_shape(*_NEEDLE_UNIT[name])],
        heart=_heart(*_HEART[name]),
        contractions=_stretches(_CONTRACTIONS[name]),
        discharge_s=[_discharges(unit) / GRID_RATE_HZ for unit in _UNITS[name]],
    )


@cache
def _whole(file: str) -> tuple[Samples, float]:
    recording = open_recording(DATA / file)
    rate_hz = max(rate for rate, _ in recording.channel_groups())
    indexes = dict(recording.channel_groups())[rate_hz]
    return recording.read(indexes, 0, recording.sample_count(indexes[0])).astype(np.float64), rate_hz


def _stretches(table: tuple[tuple[str, int, tuple[tuple[float, float], ...]], ...]) -> list[Samples]:
    found = []
    for file, channel, spans in table:
        samples, rate_hz = _whole(f"surface_plux/{file}")
        for start_s, stop_s in spans:
            cut = samples[channel, round(start_s * rate_hz) : round(stop_s * rate_hz)]
            found.append((cut - np.median(cut))[np.newaxis] * NOMINAL_SCALE)
    return found


def _needle_quiet(record: str, start_s: float, stop_s: float) -> Samples:
    samples, rate_hz = _whole(f"needle_physionet_emgdb/{record}.hea")
    return samples[:, round(start_s * rate_hz) : round(stop_s * rate_hz)]


def _needle_shape(record: str, start_s: float, stop_s: float, least_uv: float) -> Shape:
    samples, rate_hz = _whole(f"needle_physionet_emgdb/{record}.hea")
    signal = band_passed(samples, rate_hz, 20.0, 1900.0)[0]
    cut = signal[round(start_s * rate_hz) : round(stop_s * rate_hz)]
    aside = round(0.008 * rate_hz)
    peaks = [
        index
        for index in range(aside, cut.size - aside)
        if abs(cut[index]) >= least_uv and abs(cut[index]) == np.abs(cut[index - aside : index + aside]).max()
    ]
    snippets = np.array([cut[peak - aside : peak + aside] for peak in peaks])
    return _as_shape(record, np.median(snippets, axis=0)[np.newaxis])


@cache
def _grid() -> Samples:
    samples, rate_hz = _whole("hdemg_openhdemg/otb_testfile.mat")
    return band_passed(samples[:GRID_CHANNELS], rate_hz, 15.0, 500.0)


def _grid_rest(start_s: float, stop_s: float) -> Samples:
    return _grid()[:, round(start_s * GRID_RATE_HZ) : round(stop_s * GRID_RATE_HZ)]


def _discharges(unit: int) -> NDArray[np.int64]:
    samples, _ = _whole("hdemg_openhdemg/otb_testfile.mat")
    return np.flatnonzero(samples[GRID_CHANNELS + unit] > 0)


def _grid_shape(unit: int) -> Shape:
    """The unit's potential: the mean of the grid around its discharges in the decomposition that the file holds."""
    grid = _grid()
    aside = round(0.025 * GRID_RATE_HZ)
    discharges = _discharges(unit)
    inside = discharges[(discharges > 2 * aside) & (discharges < grid.shape[1] - 2 * aside)]
    mean = np.mean([grid[:, index - aside : index + aside] for index in inside], axis=0)
    left, values, right = np.linalg.svd(mean, full_matrices=False)
    return _as_shape(f"unit {unit}", (left[:, :RANK] * values[:RANK]) @ right[:RANK])


def _as_shape(name: str, samples: Samples) -> Shape:
    tapered = samples * tukey(samples.shape[1], 0.3)
    tapered = tapered / np.abs(tapered).max()
    largest = np.abs(tapered).max(axis=1).argmax()
    return Shape(name=name, samples=tapered, onset=onset_of(tapered[largest]))


def onset_of(signal: Samples) -> int:
    """Return the sample at which the signal first passes a third of its peak on the way to it."""
    return int(np.flatnonzero(np.abs(signal) >= np.abs(signal).max() / 3)[0])


def _heart(file: str, channel: int, rate_hz: float) -> Samples:
    samples, _ = _whole(file)
    signal = samples[channel] - np.median(samples[channel])
    if rate_hz != SURFACE_RATE_HZ:
        signal = resample_poly(signal[: round(300 * rate_hz)], round(SURFACE_RATE_HZ), round(rate_hz))
    signal = band_passed(signal[np.newaxis], SURFACE_RATE_HZ, 0.5, 150.0)[0]
    return np.asarray(signal / np.quantile(np.abs(signal), 0.999))


def band_passed(samples: Samples, rate_hz: float, low_hz: float, high_hz: float) -> Samples:
    """Return the samples in a band, without delay."""
    sections = butter(2, [low_hz, min(high_hz, 0.49 * rate_hz)], "bandpass", fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sections, samples, axis=-1))
