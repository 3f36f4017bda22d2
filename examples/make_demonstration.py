"""Make the recording of `myotwitch demo`: a calf at rest, with known twitches, simulated and marked as such.

Run with ``python examples/make_demonstration.py``; the same bytes come out every time. Three motor units fire now
and then by themselves, the person tenses the calf once, and a cable is moved. A motor unit potential is the sum over
its fibres of a tripole of current that travels from the end plate to both tendons, as two skin electrodes 20 mm apart
see it (the plane-conductor picture of textbooks; none of it is known to the detector).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from edfio import Edf, EdfSignal, Patient, Recording
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[1] / "src" / "myotwitch" / "demonstration"
SAMPLING_RATE_HZ = 1000.0
DURATION_S = 180.0
SEED = 20261123
UNITS = (  # fibres, depth of the nearest [mm], place along the muscle [mm], firing by itself [1/min], size [uV]
    (60, 6.0, 0.0, 5.0, 62.0),
    (35, 9.0, 24.0, 3.0, 38.0),
    (90, 12.0, -8.0, 2.0, 90.0),
)
ELECTRODES_MM = ((-10.0, 10.0), (30.0, 50.0))  # two bipolar pairs along the calf
VOLUNTARY_S = (96.0, 104.0)
MOVEMENT_S = (130.0, 131.2)


def motor_unit_potential(
    generator: np.random.Generator, fibres: int, depth_mm: float, offset_mm: float
) -> NDArray[np.float64]:
    """Return the potential at both electrode pairs, shape (pairs, samples), 40 ms long, largest peak to peak 1."""
    time_ms = np.arange(-5.0, 35.0, 1000.0 / SAMPLING_RATE_HZ)
    potential = np.zeros((len(ELECTRODES_MM), time_ms.size))
    for _ in range(fibres):
        depth = depth_mm + generator.uniform(0.0, 5.0)
        velocity_mm_per_ms = generator.normal(4.0, 0.3)
        end_plate_mm = offset_mm + generator.normal(0.0, 5.0)
        half_length_mm = generator.normal(65.0, 5.0)
        for direction in (-1.0, 1.0):
            travelled = np.clip(velocity_mm_per_ms * time_ms, 0.0, half_length_mm)
            running = (time_ms > 0) & (travelled < half_length_mm)
            for strength, lag_mm in ((1.0, 0.0), (-1.35, 3.0), (0.35, 9.0)):
                along = end_plate_mm + direction * np.maximum(travelled - lag_mm, 0.0)
                for pair, (first, second) in enumerate(ELECTRODES_MM):
                    potential[pair] += (
                        strength
                        * running
                        * (1.0 / np.hypot(first - along, depth) - 1.0 / np.hypot(second - along, depth))
                    )
    return potential / np.ptp(potential, axis=1).max()


def simulate(generator: np.random.Generator) -> tuple[NDArray[np.float64], list[tuple[float, int]]]:
    """Return the recording, shape (pairs, samples) [uV], and the true (time [s], motor unit) of its twitches."""
    count = int(DURATION_S * SAMPLING_RATE_HZ)
    time_s = np.arange(count) / SAMPLING_RATE_HZ
    signal = generator.normal(0.0, 2.2, (2, count))
    signal += 1.2 * np.sin(2 * np.pi * 50.0 * time_s + 0.4) + 15.0 * np.sin(2 * np.pi * 0.08 * time_s)
    truth: list[tuple[float, int]] = []
    shapes = [motor_unit_potential(generator, fibres, depth, offset) * size for fibres, depth, offset, _, size in UNITS]
    for number, (_, _, _, rate_per_min, _) in enumerate(UNITS):
        moment = generator.exponential(60.0 / rate_per_min)
        while moment < DURATION_S - 0.1:
            at_rest = not VOLUNTARY_S[0] - 1 < moment < VOLUNTARY_S[1] + 1 and not abs(moment - MOVEMENT_S[0]) < 2.5
            if at_rest:
                _add(signal, shapes[number] * generator.normal(1.0, 0.05), moment)
                truth.append((moment, number))
            moment += 0.3 + generator.exponential(60.0 / rate_per_min)
    for _ in range(14):
        fibres, depth, offset = int(generator.integers(20, 150)), generator.uniform(6, 18), generator.normal(0.0, 10.0)
        shape = motor_unit_potential(generator, fibres, depth, offset) * generator.uniform(30.0, 160.0)
        moment = VOLUNTARY_S[0] + generator.uniform(0.0, 2.0)
        while moment < VOLUNTARY_S[1] - generator.uniform(0.0, 1.5):
            _add(signal, shape, moment)
            moment += max(0.03, generator.normal(0.095, 0.015))
    moving = (time_s >= MOVEMENT_S[0]) & (time_s < MOVEMENT_S[1])
    swing = np.cumsum(generator.normal(0.0, 35.0, (2, int(moving.sum()))), axis=1)
    signal[:, moving] += swing * np.hanning(swing.shape[1])
    return signal, sorted(truth)


def _add(signal: NDArray[np.float64], shape: NDArray[np.float64], moment_s: float) -> None:
    start = round(moment_s * SAMPLING_RATE_HZ)
    stop = min(start + shape.shape[1], signal.shape[1])
    signal[:, start:stop] += shape[:, : stop - start]


def main() -> None:
    """Write ``calf.edf`` and ``calf_truth.csv`` into the demonstration folder of the package."""
    signal, truth = simulate(np.random.default_rng(SEED))
    signals = [
        EdfSignal(
            np.clip(row, -3000.0, 3000.0),
            SAMPLING_RATE_HZ,
            label=label,
            transducer_type="surface electrodes, 20 mm apart (simulated)",
            physical_dimension="uV",
            physical_range=(-3000.0, 3000.0),
        )
        for row, label in zip(signal, ("EMG calf upper", "EMG calf lower"), strict=True)
    ]
    edf = Edf(
        signals,
        patient=Patient(code="simulated"),
        recording=Recording(equipment_code="simulated", additional=("myotwitch_demonstration",)),
    )
    edf.write(FOLDER / "calf.edf")
    with (FOLDER / "calf_truth.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["onset_s", "source"])
        writer.writerows([f"{moment:.4f}", unit] for moment, unit in truth)


if __name__ == "__main__":
    main()
