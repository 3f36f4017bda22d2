"""Writes the two large recordings that speed and memory are measured on.

    python benchmarks/make_large_edf.py --kind hd  OUT.edf    30 minutes, 64 channels, 2048 Hz (472 MB)
    python benchmarks/make_large_edf.py --kind day OUT.edf    24 hours, 4 channels, 1000 Hz (691 MB)

Seeded synthetic muscle at rest: coloured noise, a little mains hum and drift, and biphasic or triphasic potentials of a
few sources at random times. It is written piece by piece; memory stays below 300 MB. The files measure speed; they are
no evidence of what a detector finds.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import edfio
import numpy as np
from numpy.typing import NDArray
from scipy import signal

PIECE_S = 30
RESOLUTION_UV = 0.1
NOISE_UV = 3.0
POTENTIALS_PER_MINUTE = 12.0
SOURCES = 6


@dataclass(frozen=True, kw_only=True)
class Layout:
    channels: int
    sampling_rate_hz: int
    duration_s: int


LAYOUTS = {
    "hd": Layout(channels=64, sampling_rate_hz=2048, duration_s=30 * 60),
    "day": Layout(channels=4, sampling_rate_hz=1000, duration_s=24 * 60 * 60),
}


@dataclass(frozen=True, kw_only=True)
class Source:
    shape: NDArray[np.float32]
    spread: NDArray[np.float32]


def make_sources(layout: Layout, rng: np.random.Generator) -> list[Source]:
    """Return sources whose potentials fade with distance from one channel of a square grid."""
    side = round(layout.channels**0.5)
    rows, columns = np.divmod(np.arange(layout.channels), side)
    times = np.arange(-0.02, 0.02, 1 / layout.sampling_rate_hz)
    sources = []
    for number in range(SOURCES):
        width_s = rng.uniform(0.0015, 0.004)
        bell = np.exp(-0.5 * (times / width_s) ** 2)
        shape = np.gradient(bell) if number % 2 else np.gradient(np.gradient(bell))
        row, column = rng.uniform(0, side, 2)
        distance = np.hypot(rows - row, columns - column)
        amplitude_uv = rng.lognormal(np.log(60), 0.7)
        sources.append(
            Source(
                shape=(shape / np.ptp(shape) * amplitude_uv).astype(np.float32),
                spread=np.exp(-0.5 * (distance / 1.5) ** 2).astype(np.float32),
            )
        )
    return sources


def make_pieces(layout: Layout, rng: np.random.Generator) -> Iterator[NDArray[np.int16]]:
    """Yield stored numbers of shape (records of one second, channels, samples of a second)."""
    rate = layout.sampling_rate_hz
    colour = signal.butter(2, (20, 400), "bandpass", fs=rate, output="sos").astype(np.float32)
    state = np.zeros((colour.shape[0], layout.channels, 2), dtype=np.float32)
    sources = make_sources(layout, rng)
    for start_s in range(0, layout.duration_s, PIECE_S):
        count = min(PIECE_S, layout.duration_s - start_s) * rate
        white = rng.standard_normal((layout.channels, count), dtype=np.float32) * np.float32(NOISE_UV * 1.6)
        samples, state = signal.sosfilt(colour, white, zi=state)
        times = start_s + np.arange(count) / rate
        samples += (0.5 * np.sin(2 * np.pi * 50 * times) + 20 * np.sin(2 * np.pi * 0.2 * times)).astype(np.float32)
        for _ in range(rng.poisson(POTENTIALS_PER_MINUTE * count / rate / 60)):
            source = sources[rng.integers(SOURCES)]
            onset = rng.integers(0, count - source.shape.size)
            samples[:, onset : onset + source.shape.size] += np.outer(source.spread, source.shape)
        stored = np.clip(np.rint(samples / RESOLUTION_UV), -32768, 32767).astype("<i2")
        yield stored.reshape(layout.channels, -1, rate).transpose(1, 0, 2)


def make_header(layout: Layout) -> bytes:
    """Return the header that edfio writes for one record, with the true number of records."""
    silent = [
        edfio.EdfSignal(
            np.zeros(layout.sampling_rate_hz),
            layout.sampling_rate_hz,
            label=f"EMG {number + 1}",
            transducer_type="surface electrode",
            physical_dimension="uV",
            physical_range=(-32768 * RESOLUTION_UV, 32767 * RESOLUTION_UV),
        )
        for number in range(layout.channels)
    ]
    stream = io.BytesIO()
    edfio.Edf(silent, data_record_duration=1).write(stream)
    header = bytearray(stream.getvalue()[: 256 * (layout.channels + 1)])
    header[236:244] = f"{layout.duration_s:<8}".encode()
    return bytes(header)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=sorted(LAYOUTS), required=True)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("out", type=Path)
    wanted = parser.parse_args()
    layout = LAYOUTS[wanted.kind]
    with wanted.out.open("wb") as stream:
        stream.write(make_header(layout))
        for piece in make_pieces(layout, np.random.default_rng(wanted.seed)):
            stream.write(np.ascontiguousarray(piece).data)
    print(f"{wanted.out}: {wanted.out.stat().st_size / 1e6:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
