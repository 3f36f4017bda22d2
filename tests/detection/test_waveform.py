"""The measures of potentials whose measures are known from their formulas."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy.integrate import trapezoid

from myotwitch.detection.waveform import LEAST_SHARE, complex_onset_s, mean_potential, measured_waveform

RATES_HZ = (2000.0, 4000.0, 10_000.0)


def lobe(time_s, middle_s, width_s):
    """A hump of height 1 that ends: one half wave, raised to the second power."""
    inside = np.abs(time_s - middle_s) < width_s / 2
    return np.where(inside, np.cos(np.pi * (time_s - middle_s) / width_s) ** 2, 0.0)


def monophasic(time_s):
    return lobe(time_s, 0.0, 0.006)


def biphasic(time_s):
    return lobe(time_s, 0.0, 0.004) - 0.5 * lobe(time_s, 0.004, 0.004)


def triphasic(time_s):
    return biphasic(time_s) - 0.3 * lobe(time_s, -0.004, 0.004)


def polyphasic(time_s):
    sizes = (0.3, -0.5, 0.7, -0.8, 1.0, -0.6, 0.4)
    return sum(size * lobe(time_s, (place - 4) * 0.002, 0.002) for place, size in enumerate(sizes))


def serrated(time_s):
    """One phase with a notch that does not reach the baseline."""
    return lobe(time_s, 0.0, 0.004) + 0.6 * lobe(time_s, 0.003, 0.004)


SHAPES = {
    monophasic: {"phases": 1, "turns": 1},
    biphasic: {"phases": 2, "turns": 2},
    triphasic: {"phases": 3, "turns": 3},
    polyphasic: {"phases": 7, "turns": 7},
    serrated: {"phases": 1, "turns": 3},
}


def sampled(shape, rate_hz, size=1.0):
    """A potential with its peak 15 ms after the beginning."""
    return size * shape((np.arange(round(0.050 * rate_hz) + 1) - round(0.015 * rate_hz)) / rate_hz)


def crossings(shape, level):
    """First and last time at which a shape passes a level either way."""
    times = np.linspace(-0.015, 0.035, 500_001)
    above = times[np.abs(shape(times)) > level]
    return above[0], above[-1]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_known_shapes_have_their_phases_turns_duration_and_size(shape, rate_hz):
    known = SHAPES[shape]
    start, stop = crossings(shape, LEAST_SHARE)
    measured = measured_waveform(sampled(shape, rate_hz), rate_hz, 0.0)
    assert (measured.phases, measured.turns) == (known["phases"], known["turns"])
    assert measured.duration_s == pytest.approx(stop - start, abs=2 / rate_hz)
    assert measured.end_s == pytest.approx(stop, abs=1.5 / rate_hz)
    assert measured.rise_share == pytest.approx(-start / (stop - start), abs=2 / rate_hz / (stop - start))
    times = np.linspace(-0.015, 0.035, 20_001)
    assert measured.peak_to_peak == pytest.approx(np.ptp(shape(times)), rel=0.02)
    assert measured.area == pytest.approx(trapezoid(np.abs(shape(times)), times), rel=0.05)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_onset_is_where_a_third_of_the_peak_is_first_passed(rate_hz):
    passed_s = crossings(monophasic, 0.3)[0]
    assert measured_waveform(sampled(monophasic, rate_hz), rate_hz, 0.0).onset_s == pytest.approx(
        passed_s, abs=1 / rate_hz
    )


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_trough_is_the_deepest_part_after_the_peak(rate_hz):
    for shape, trough in ((monophasic, 0.0), (biphasic, -0.5), (triphasic, -0.5)):
        assert measured_waveform(sampled(shape, rate_hz), rate_hz, 0.0).trough == pytest.approx(trough, abs=0.02)


@pytest.mark.parametrize("gain", [1e-3, 0.1, 1000.0])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_gain_changes_amplitude_and_area_and_nothing_else(shape, gain, chance):
    row = sampled(shape, 4000.0, 50.0) + chance.normal(0, 0.2, 201)
    plain, scaled = measured_waveform(row, 4000.0, 0.2), measured_waveform(gain * row, 4000.0, gain * 0.2)
    assert scaled.peak_to_peak == pytest.approx(gain * plain.peak_to_peak)
    assert scaled.area == pytest.approx(gain * plain.area)
    assert astuple(scaled)[:-2] == pytest.approx(astuple(plain)[:-2])


def test_noise_adds_no_phase_no_turn_and_little_duration(chance):
    clean = measured_waveform(sampled(triphasic, 10_000.0, 50.0), 10_000.0, 0.0)
    for _ in range(20):
        row = sampled(triphasic, 10_000.0, 50.0) + chance.normal(0, 1.0, 501)
        noisy = measured_waveform(row, 10_000.0, 1.0)
        assert (noisy.phases, noisy.turns) == (clean.phases, clean.turns)
        assert noisy.duration_s == pytest.approx(clean.duration_s, abs=0.002)


def test_a_neighbour_is_no_part_of_a_potential():
    row = sampled(lambda time_s: biphasic(time_s) + biphasic(time_s - 0.020), 4000.0)
    alone = measured_waveform(sampled(biphasic, 4000.0), 4000.0, 0.0)
    assert measured_waveform(row, 4000.0, 0.0) == alone


def test_a_potential_of_nothing_is_measured_without_complaint():
    measured = measured_waveform(np.zeros(200), 4000.0, 1.0)
    assert np.isfinite(astuple(measured)).all()
    assert np.isfinite(astuple(measured_waveform(np.full(200, -3.0), 4000.0, 1.0))).all()
    assert measured.peak_to_peak == 0.0


def test_the_mean_potential_is_the_one_that_recurs_and_single_odd_ones_do_not_change_it(chance):
    rate_hz = 4000.0
    times_s = 0.1 + 0.1 * np.arange(40)
    upright = sum(sampled_at(biphasic, time_s, rate_hz) for time_s in times_s) * 20.0
    odd = upright + 500.0 * sampled_at(monophasic, times_s[7] + 0.002, rate_hz)
    for row in (upright, odd):
        mean, count = mean_potential(row + chance.normal(0, 0.5, row.size), times_s * rate_hz, rate_hz)
        assert count == 40
        np.testing.assert_allclose(mean, sampled(biphasic, rate_hz, 20.0), atol=0.6)


def sampled_at(shape, time_s, rate_hz):
    return shape(np.arange(round(4.5 * rate_hz)) / rate_hz - time_s)


def test_peaks_too_near_the_ends_are_left_out_of_the_mean():
    mean, count = mean_potential(np.zeros(1000), np.array([5.0, 990.0]), 4000.0)
    assert (count, float(np.abs(mean).max())) == (0, 0.0)


@pytest.mark.parametrize("cycle_s", [0.022, 0.040, 0.180])
def test_a_complex_begins_with_its_first_part_though_a_later_one_is_the_largest(chance, cycle_s):
    rate_hz = 10_000.0
    time_s = np.arange(round(4 * rate_hz)) / rate_hz
    peaks_s = np.arange(0.3, 3.7, cycle_s)
    upright = chance.normal(0, 0.02, time_s.size)
    for peak_s in peaks_s:
        for part_s, height in ((-0.011, 0.5), (-0.006, -0.6), (0.0, 1.0), (0.003, 0.4)):
            upright += height * lobe(time_s, peak_s + part_s, 0.002)
    onset_s = complex_onset_s(20 * upright, peaks_s * rate_hz, rate_hz, cycle_s)
    assert onset_s == pytest.approx(-0.0116, abs=0.0006)


def test_a_complex_of_one_part_begins_with_that():
    rate_hz = 10_000.0
    time_s = np.arange(round(2 * rate_hz)) / rate_hz
    peaks_s = np.arange(0.3, 1.7, 0.05)
    upright = 20 * sum(lobe(time_s, peak_s, 0.004) for peak_s in peaks_s)
    assert -0.002 < complex_onset_s(upright, peaks_s * rate_hz, rate_hz, 0.05) < -0.0005
