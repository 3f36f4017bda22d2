"""Activity that goes on: what does not change its name, and what stands beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.detection.known_activity import (
    LENGTH_S,
    NEEDLE,
    NOISE_UV,
    Discharges,
    fasciculations,
    fibrillation,
    myokymia,
    noisy,
    recording_of,
    signal_of,
    unit,
    voluntary,
)

from myotwitch.detection import detect
from myotwitch.recordings import Channel, ChannelKind, recording_from_array
from myotwitch.twitches import ExclusionReason, Kind

NEEDLE_HZ = 4000.0
NEAR_S = 0.008


def found_in(rows, rate_hz=NEEDLE_HZ, electrode=ChannelKind.NEEDLE_EMG):
    return detect(recording_of(rows, rate_hz, electrode))


def share_near(found_s, true_s):
    return np.mean([np.abs(found_s - time_s).min(initial=np.inf) < NEAR_S for time_s in true_s])


def onsets_of(found, kind):
    return found.onset_s[[name is kind for name in found.kind]]


@pytest.mark.parametrize("kind", NEEDLE)
def test_gain_and_sign_change_no_name(kind):
    chance = np.random.default_rng(11)
    row = noisy(signal_of(NEEDLE[kind](chance), NEEDLE_HZ), chance)

    def found_unscaled(samples):
        channel = Channel(name="c0", sampling_rate_hz=NEEDLE_HZ, kind=ChannelKind.NEEDLE_EMG)
        return detect(recording_from_array(samples, NEEDLE_HZ, channels=[channel]))

    plain = found_unscaled(row)
    assert kind in plain.kind
    for gain in (1000.0, 0.1, -1.0):
        other = found_unscaled(gain * row)
        assert other.kind == plain.kind
        np.testing.assert_allclose(other.onset_s, plain.onset_s, atol=1 / NEEDLE_HZ)


@pytest.mark.parametrize("kind", NEEDLE)
def test_two_channels_that_see_the_same_train_give_one_row_a_discharge(kind):
    chance = np.random.default_rng(12)
    source = NEEDLE[kind](chance)
    signal = signal_of(source, NEEDLE_HZ)
    found = found_in(noisy(np.array([signal, 0.6 * signal]), chance))
    assert share_near(onsets_of(found, kind), source.peak_s) > 0.9
    assert len(found) <= 1.05 * source.peak_s.size + 1


@pytest.mark.parametrize(
    ("rate_hz", "electrode"),
    [
        (1000.0, ChannelKind.SURFACE_EMG),
        (2000.0, ChannelKind.SURFACE_EMG),
        (4000.0, ChannelKind.NEEDLE_EMG),
        (10_000.0, ChannelKind.NEEDLE_EMG),
    ],
)
@pytest.mark.parametrize("sign", [1, -1], ids=["up", "down"])
def test_a_fasciculation_of_300_noise_sds_is_one_row_and_has_no_skirts(rate_hz, electrode, sign):
    chance = np.random.default_rng(13)
    source = replace(fasciculations(chance), size=300.0 * sign)
    found = found_in(noisy(signal_of(source, rate_hz), chance), rate_hz, electrode)
    assert len(found) == source.peak_s.size
    np.testing.assert_allclose(found.onset_s, source.peak_s, atol=NEAR_S)


def test_fasciculations_among_fibrillation_keep_their_own_name():
    chance = np.random.default_rng(14)
    fibre, bundle = fibrillation(chance), replace(fasciculations(chance), size=-80.0)
    apart = np.array([np.abs(fibre.peak_s - peak_s).min() > 0.02 for peak_s in bundle.peak_s])
    found = found_in(noisy(signal_of(fibre, NEEDLE_HZ) + signal_of(bundle, NEEDLE_HZ), chance))
    assert share_near(onsets_of(found, Kind.FIBRILLATION), fibre.peak_s) > 0.85
    assert share_near(onsets_of(found, Kind.FASCICULATION), bundle.peak_s[apart]) > 0.85


def test_two_fibres_that_fire_at_their_own_rates_are_two_sources():
    chance = np.random.default_rng(15)
    slow = fibrillation(chance)
    fast = replace(fibrillation(chance), peak_s=2 + np.cumsum(0.13 * (1 + 0.05 * chance.normal(size=120))), size=60.0)
    found = found_in(noisy(signal_of(slow, NEEDLE_HZ) + signal_of(fast, NEEDLE_HZ), chance))
    own = found.source[[name is Kind.FIBRILLATION for name in found.kind]]
    counts = np.sort(np.unique(own, return_counts=True)[1])[::-1]
    assert counts[0] == pytest.approx(120, abs=8)
    assert counts[1] == pytest.approx(80, abs=8)


def test_the_discharges_of_a_burst_share_its_number():
    chance = np.random.default_rng(16)
    source = myokymia(chance)
    found = found_in(noisy(signal_of(source, 2000.0), chance), 2000.0, ChannelKind.SURFACE_EMG)
    starts = source.peak_s[::6]
    for first, last in zip(starts, source.peak_s[5::6], strict=True):
        inside = (found.onset_s > first - NEAR_S) & (found.onset_s < last + NEAR_S)
        assert np.unique(found.burst[inside]).size == 1
    assert np.unique(found.burst[found.burst >= 0]).size == starts.size


def test_a_named_train_is_not_excluded_and_a_contraction_before_it_is():
    chance = np.random.default_rng(17)
    bursts = myokymia(chance)
    later = Discharges(shape=unit, peak_s=bursts.peak_s[bursts.peak_s > 10], size=25.0)
    row = noisy(signal_of(later, 2000.0), chance)
    row[4000:14_000] += chance.normal(0, 30 * NOISE_UV, 10_000)
    found = found_in(row, 2000.0, ChannelKind.SURFACE_EMG)
    assert share_near(onsets_of(found, Kind.MYOKYMIA), later.peak_s) > 0.9
    stretches = [own for own in found.observation.excluded if own.reason is ExclusionReason.VOLUNTARY]
    assert any(own.start_s < 2.5 and own.stop_s > 6.5 for own in stretches)
    assert not any(own.start_s < peak_s < own.stop_s for own in stretches for peak_s in later.peak_s)


def test_a_voluntary_train_beside_fasciculations_takes_only_its_own_time():
    chance = np.random.default_rng(18)
    train = voluntary(chance)
    early = replace(train, peak_s=train.peak_s[train.peak_s < 9])
    bundle = fasciculations(chance)
    late = replace(bundle, peak_s=bundle.peak_s[bundle.peak_s > 10])
    found = found_in(noisy(signal_of(early, 2000.0) + signal_of(late, 2000.0), chance), 2000.0, ChannelKind.SURFACE_EMG)
    np.testing.assert_allclose(found.onset_s, late.peak_s, atol=NEAR_S)
    assert set(found.kind) == {Kind.FASCICULATION}
    assert found.observation.analysed_s == pytest.approx(LENGTH_S - 7.5, abs=1.0)


@pytest.mark.parametrize("rate_hz", [1000.0, 10_000.0])
def test_noise_alone_is_no_activity(rate_hz):
    electrode = ChannelKind.NEEDLE_EMG if rate_hz > 5000 else ChannelKind.SURFACE_EMG
    found = found_in(noisy(np.zeros((2, round(30 * rate_hz))), np.random.default_rng(19)), rate_hz, electrode)
    assert set(found.kind) <= {Kind.FASCICULATION, Kind.UNKNOWN}
    assert len(found) <= 3
