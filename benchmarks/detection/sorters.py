"""SpikeInterface: its threshold detector, and a sorter of its own that runs on a processor without further programs."""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.answer import Answer
from benchmarks.detection.scene import Scene
from benchmarks.detection.simple import filtered, onsets_before

JOBS = {"n_jobs": 1, "progress_bar": False, "chunk_duration": "10s"}
GRID_ROWS = 13
STEP_UM = 40.0
"""Electrodes are put 40 um apart, as on the probes that these tools are made for; the real grid has 8 mm."""
WIDE_UM = 1000.0
BEFORE_MS, AFTER_MS = 8.0, 12.0
"""Length of a potential that the sorter is told: its default of 1 and 2.5 ms is that of a nerve cell's."""


def spikeinterface_threshold(scene: Scene) -> Answer:
    """SpikeInterface's `detect_peaks`: 5 noise SDs of either sign, the largest of all channels within 10 ms.

    It gets the band of the other detectors, as its own filter refuses 20 Hz; onsets by the rule of the benchmark.
    """
    from spikeinterface.sortingcomponents.peak_detection import detect_peaks

    signal = filtered(scene)
    settings = {"peak_sign": "both", "detect_threshold": 5, "exclude_sweep_ms": 10.0, "radius_um": WIDE_UM}
    with _quiet():
        peaks = detect_peaks(
            _as_recording(signal, scene.rate_hz), method="locally_exclusive", method_kwargs=settings, job_kwargs=JOBS
        )
    return Answer(onset_s=_onsets(signal, peaks["sample_index"], scene.rate_hz))


def spikeinterface_sorter(scene: Scene) -> Answer | None:
    """SpikeInterface's sorter Tridesclous 2, told of potentials of 20 ms; what it cannot sort it does not find.

    It is asked about scenes without disturbance only: with mains on a grid it takes many minutes. It looks for negative
    peaks, so a scene whose largest deflections are positive is turned over. It fails where it finds no peak at all,
    which counts as nothing found.
    """
    if scene.refusals:
        return None
    import spikeinterface.sorters

    signal = filtered(scene)
    if np.quantile(signal, 0.9999) > -np.quantile(signal, 0.0001):
        signal = -signal
    settings: dict[str, Any] = {
        "apply_preprocessing": False,
        "ms_before": BEFORE_MS,
        "ms_after": AFTER_MS,
        "clustering_ms_before": BEFORE_MS,
        "clustering_ms_after": AFTER_MS,
        "template_max_jitter_ms": 2.0,
        "seed": 1,
        "job_kwargs": JOBS,
        **{f"{part}_radius_um": WIDE_UM for part in ("detection", "features", "split", "template")},
    }
    with tempfile.TemporaryDirectory() as folder, _quiet():
        try:
            saved = _as_recording(signal, scene.rate_hz).save(folder=Path(folder) / "recording", verbose=False, **JOBS)
            sorting = spikeinterface.sorters.run_sorter(
                "tridesclous2", saved, folder=Path(folder) / "sorted", verbose=False, raise_error=True, **settings
            )
        except Exception:
            return Answer(onset_s=np.zeros(0), source=np.zeros(0, dtype=np.int64))
        spikes = sorting.to_spike_vector()
        index, source = spikes["sample_index"].copy(), spikes["unit_index"].copy()
    return Answer(onset_s=_onsets(signal, index, scene.rate_hz), source=source.astype(np.int64))


def _as_recording(signal: np.ndarray, rate_hz: float) -> Any:
    import spikeinterface
    from probeinterface import Probe

    recording = spikeinterface.NumpyRecording([signal.T.astype(np.float32)], rate_hz)
    count = signal.shape[0]
    recording.set_property("gain_to_uV", np.ones(count))
    recording.set_property("offset_to_uV", np.zeros(count))
    probe = Probe(ndim=2)
    places = [[STEP_UM * (row // GRID_ROWS), STEP_UM * (row % GRID_ROWS)] for row in range(count)]
    probe.set_contacts(np.array(places), shapes="circle", shape_params={"radius": 5})
    probe.set_device_channel_indices(np.arange(count))
    recording.set_probe(probe, in_place=True)
    return recording


def _onsets(signal: np.ndarray, index: np.ndarray, rate_hz: float) -> np.ndarray:
    return np.concatenate(
        [np.zeros(0), *(onsets_before(np.abs(signal), np.array([place]), rate_hz) for place in index)]
    )


@contextlib.contextmanager
def _quiet():  # type: ignore[no-untyped-def]
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
