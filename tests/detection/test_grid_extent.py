"""Centre, spread and conduction velocity of potentials that are known to travel, or to stand, under a grid."""

import numpy as np
import pytest

from myotwitch.detection import detect
from myotwitch.detection.grid_extent import extent_figures
from myotwitch.recordings import Channel, recording_from_array

RATE_HZ = 2048.0
PITCH_MM = 8.0
SIDE = 8
VELOCITY = "conduction_velocity_m_per_s"


def grid(is_placed=True, order=None):
    """Channels of a square grid, and their places along and across [mm], in the order asked for."""
    along, across = (axis.ravel() * PITCH_MM for axis in np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"))
    rows = np.arange(SIDE * SIDE) if order is None else order
    channels = [
        Channel(
            name=f"c{row}",
            sampling_rate_hz=RATE_HZ,
            unit="uV",
            position_mm=(float(along[row]), float(across[row])) if is_placed else None,
        )
        for row in rows
    ]
    return channels, along[rows], across[rows]


def hump(time_s):
    """A potential of two phases, about 8 ms long."""
    return -time_s / 0.0015 * np.exp(0.5 - (time_s / 0.0015) ** 2 / 2)


def travelling(along, across, velocity_m_per_s, middle_mm=24.0, width_mm=8.0, noise=0.0, rate_hz=RATE_HZ):
    """What each electrode sees of a potential that travels along the grid, loudest at one place across."""
    time_s = np.arange(round(0.060 * rate_hz)) / rate_hz - 0.020
    arrival_s = 1e-3 * along / velocity_m_per_s if velocity_m_per_s else np.zeros(along.size)
    loudness = 100 * np.exp(-(((across - middle_mm) / width_mm) ** 2))
    samples = loudness[:, np.newaxis] * hump(time_s - arrival_s[:, np.newaxis])
    return samples + np.random.default_rng(1).normal(0, noise, samples.shape)


@pytest.mark.parametrize("velocity", [2.5, 4.0, 5.5, -4.0], ids=lambda value: f"{value} m per s")
@pytest.mark.parametrize("noise", [0.0, 0.5], ids=["clean", "noisy"])
def test_the_velocity_of_a_travelling_potential_is_known_to_a_tenth(velocity, noise):
    channels, along, across = grid()
    figures = extent_figures(travelling(along, across, velocity, noise=noise), channels, RATE_HZ)
    assert figures[VELOCITY] == pytest.approx(abs(velocity), rel=0.1)


def test_centre_and_spread_are_where_the_potential_is_large():
    channels, along, across = grid()
    figures = extent_figures(travelling(along, across, 4.0), channels, RATE_HZ)
    assert figures["centre_across_mm"] == pytest.approx(24.0, abs=1.0)
    assert figures["centre_along_mm"] == pytest.approx(28.0, abs=1.0)
    # Only the row in the middle is above a half: exp(-1) at the next; it is seven steps long.
    assert figures["spread_mm"] == pytest.approx(7 * PITCH_MM)
    assert figures["channels_at_half"] == SIDE


def test_a_potential_of_one_place_has_its_centre_there_and_a_small_spread():
    channels, along, across = grid()
    distance_mm = np.hypot(along - 40.0, across - 16.0)
    samples = np.exp(-((distance_mm / 10.0) ** 2))[:, np.newaxis] * hump(np.arange(100) / RATE_HZ - 0.020)
    figures = extent_figures(samples, channels, RATE_HZ)
    assert (figures["centre_along_mm"], figures["centre_across_mm"]) == pytest.approx((40.0, 16.0), abs=0.5)
    assert figures["spread_mm"] <= 2 * PITCH_MM
    assert VELOCITY not in figures


@pytest.mark.parametrize("noise", [0.0, 0.5], ids=["clean", "noisy"])
def test_a_standing_potential_has_no_velocity(noise):
    channels, along, across = grid()
    figures = extent_figures(travelling(along, across, None, noise=noise), channels, RATE_HZ)
    assert VELOCITY not in figures


def test_what_is_faster_than_muscle_fibres_has_no_velocity():
    channels, along, across = grid()
    assert VELOCITY not in extent_figures(travelling(along, across, 60.0), channels, RATE_HZ)


def test_noise_has_no_velocity():
    channels, _, _ = grid()
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 1, (SIDE * SIDE, 120))
        assert VELOCITY not in extent_figures(noise, channels, RATE_HZ)


def test_the_order_and_the_size_of_the_channels_do_not_matter():
    order = np.random.default_rng(2).permutation(SIDE * SIDE)
    plain, mixed = (
        extent_figures(gain * travelling(along, across, 4.0), channels, RATE_HZ)
        for gain, (channels, along, across) in ((1.0, grid()), (0.01, grid(order=order)))
    )
    assert mixed == pytest.approx(plain)


def test_without_positions_there_are_no_figures():
    channels, along, across = grid(is_placed=False)
    assert dict(extent_figures(travelling(along, across, 4.0), channels, RATE_HZ)) == {}


def test_one_placed_channel_or_a_silent_grid_gives_no_figures():
    channels, along, across = grid()
    assert dict(extent_figures(travelling(along, across, 4.0)[:1], channels[:1], RATE_HZ)) == {}
    assert dict(extent_figures(np.zeros((SIDE * SIDE, 100)), channels, RATE_HZ)) == {}


def test_a_twitch_that_travels_under_a_grid_is_found_with_its_velocity_and_centre():
    channels, along, across = grid()
    chance = np.random.default_rng(3)
    samples = chance.normal(0, 4, (SIDE * SIDE, round(12 * RATE_HZ)))
    potential = travelling(along, across, 4.0)
    for start in (np.arange(8) * 1.3 + 0.5 + chance.uniform(0, 0.4, 8)) * RATE_HZ:
        samples[:, int(start) : int(start) + potential.shape[1]] += potential
    found = detect(recording_from_array(samples, RATE_HZ, channels=channels))
    assert len(found) == 8
    (shape,) = found.shapes
    assert shape.figures[VELOCITY] == pytest.approx(4.0, rel=0.1)
    assert shape.figures["centre_across_mm"] == pytest.approx(24.0, abs=2.0)
    assert shape.figures["spread_mm"] == pytest.approx(7 * PITCH_MM, abs=2 * PITCH_MM)
