"""Recordings made by hand for the tests of detection."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.recordings import Channel, ChannelKind, recording_from_array


@pytest.fixture
def chance():
    return np.random.default_rng(20_260)


@pytest.fixture
def make_recording():
    """Make a recording of rows of samples; kind and unit hold for every channel."""

    def make(samples, rate_hz=1000.0, kind=ChannelKind.SURFACE_EMG, unit="uV", **limits):
        rows = np.atleast_2d(samples)
        channels = [
            Channel(name=f"c{row}", sampling_rate_hz=rate_hz, kind=kind, unit=unit, **limits)
            for row in range(rows.shape[0])
        ]
        return recording_from_array(rows, rate_hz, channels=channels)

    return make


@pytest.fixture
def potential():
    """A motor unit's potential of three phases, its peak 1, at 1000 Hz, 12 ms long."""
    times = np.arange(-8, 9) / 1000
    return (1 - (times / 0.002) ** 2) * np.exp(-((times / 0.003) ** 2) / 1.2)


@pytest.fixture
def add_potentials(potential):
    """Add potentials of a size to a row of samples, their peaks at given times."""

    def add(row, times_s, size):
        for time in np.atleast_1d(times_s):
            peak = round(time * 1000)
            row[peak - 8 : peak + 9] += size * potential
        return row

    return add
