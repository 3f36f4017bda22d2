"""Tiles show what the recording holds: no peak is lost at any coarseness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotwitch.errors import RequestError
from myotwitch.recordings import Channel, recording_from_array
from myotwitch.web.pyramid import BLOCK_SAMPLES, LARGEST_STEP, MISSING, TILE_BINS, make_wave, open_wave

COUNT = 2 * BLOCK_SAMPLES + 4321


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    noise = np.random.default_rng(3).normal(0.0, 20.0, (3, COUNT)).astype(np.float32)
    noise[0, 5000] = 900.0
    noise[1, 40_000:41_000] = np.nan
    noise[2] += 10_000.0
    return noise


@pytest.fixture(scope="module")
def folder(samples: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("wave")
    make_wave(recording_from_array(samples, 2048.0), made, lambda _done, _total: None)
    return made


@settings(max_examples=40, deadline=None)
@given(power=st.integers(0, 20), place=st.floats(0, 0.999))
def test_every_bin_holds_the_smallest_and_largest_of_its_samples(
    samples: np.ndarray, folder: Path, power: int, place: float
) -> None:
    wave, wide = open_wave(folder), 1 << power
    group = wave.groups[0]
    number = int(place * -(-COUNT // (wide * TILE_BINS)))
    tile = wave.tile(0, wide, number).astype(np.float64)
    step, middle = np.array(group.step)[:, None], np.array(group.middle)[:, None]
    for index in {0, tile.shape[-1] // 2, tile.shape[-1] - 1}:
        first = (number * TILE_BINS + index) * wide
        inside = samples[:, first : first + wide]
        for side, expected in ((0, np.fmin.reduce(inside, axis=1)), (1, np.fmax.reduce(inside, axis=1))):
            shown = tile[:, side, index]
            assert np.array_equal(shown == MISSING, np.isnan(expected))
            values = shown[:, None] * step + middle
            known = ~np.isnan(expected)
            assert np.all(np.abs(values[known, 0] - expected[known]) <= 0.51 * step[known, 0] + 1e-3)


def test_a_step_is_a_65534th_of_the_channels_range(samples: np.ndarray, folder: Path) -> None:
    group = open_wave(folder).groups[0]
    assert group.step == pytest.approx(
        (np.nanmax(samples, axis=1) - np.nanmin(samples, axis=1)) / (2 * LARGEST_STEP), rel=1e-5
    )


def test_each_sampling_rate_has_its_own_levels(tmp_path: Path) -> None:
    fast, slow = np.arange(4000, dtype=np.float32), np.arange(400, dtype=np.float32) * 3

    def read(indexes: object, start: int, stop: int) -> np.ndarray:
        return (fast if list(indexes) == [0] else slow)[None, start:stop]  # type: ignore[call-overload]

    recording = recording_from_array(np.zeros((2, 4000)), 1000.0)
    channels = (Channel(name="a", sampling_rate_hz=1000.0), Channel(name="b", sampling_rate_hz=100.0))
    object.__setattr__(recording, "channels", channels)
    object.__setattr__(recording, "read_samples", read)
    make_wave(recording, tmp_path, lambda _done, _total: None)
    wave = open_wave(tmp_path)
    assert [(group.rate_hz, group.channels, group.count) for group in wave.groups] == [
        (1000.0, (0,), 4000),
        (100.0, (1,), 400),
    ]
    values, rate_hz = wave.samples(1, 1.0, 2.0, 1000)
    assert rate_hz == 100.0
    assert np.diff(values) == pytest.approx(np.full(99, 3.0), abs=0.05)


@pytest.mark.parametrize(("group", "wide", "number"), [(1, 1, 0), (-1, 1, 0), (0, 3, 0), (0, 0, 0), (0, 8, 10**9)])
def test_tiles_that_there_are_not_are_refused(folder: Path, group: int, wide: int, number: int) -> None:
    with pytest.raises(RequestError, match="There is no"):
        open_wave(folder).tile(group, wide, number)


def test_a_pyramid_cut_short_is_refused(tmp_path: Path) -> None:
    make_wave(recording_from_array(np.zeros((1, 5000)), 1000.0), tmp_path, lambda _done, _total: None)
    content = (tmp_path / "wave.bin").read_bytes()
    (tmp_path / "wave.bin").write_bytes(content[:-10])
    with pytest.raises(RequestError, match="cut short"):
        open_wave(tmp_path)
