"""Laws of detection: what must hold for every recording, whatever was found in it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from myotwitch.detection import DetectionSettings, detect
from myotwitch.recordings import Channel, ChannelKind, recording_from_array
from myotwitch.twitches import ExclusionReason

RATE_HZ = 1000.0
LENGTH = 16_000
NEAR_S = 0.0015
CLEAR = DetectionSettings(threshold_factor=7.0)
"""Noise alone does not reach it, and every twitch of these recordings passes it by far: no law hangs on a hair."""
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(FEW, max_examples=6)

SEEDS = st.integers(0, 2**32 - 1)
OTHER_SEEDS = 1_000_000
COUNTS = st.integers(0, 8)
CHANNELS = st.integers(1, 4)


def potential():
    times = np.arange(-8, 9) / RATE_HZ
    return (1 - (times / 0.002) ** 2) * np.exp(-((times / 0.003) ** 2) / 1.2)


def twitching(seed, count, channels=1, length=LENGTH):
    """Noise of SD 5 and clear twitches at random, never nearer than 0.4 s, seen by all channels."""
    chance = np.random.default_rng(seed)
    samples = chance.normal(0, 5, (channels, length))
    slots = chance.choice(np.arange(2, length // 500 - 2), size=min(count, length // 500 - 4), replace=False)
    peaks = np.sort(slots * 500 + chance.integers(-40, 40, slots.size))
    for peak in peaks:
        samples[:, peak - 8 : peak + 9] += chance.uniform(100, 300, (channels, 1)) * potential()
    return samples, peaks / RATE_HZ


def found_in(samples, choice=CLEAR, unit="uV", rate_hz=RATE_HZ):
    rows = np.atleast_2d(samples)
    channels = [
        Channel(name=f"c{row}", sampling_rate_hz=rate_hz, kind=ChannelKind.SURFACE_EMG, unit=unit)
        for row in range(rows.shape[0])
    ]
    return detect(recording_from_array(rows, rate_hz, channels=channels), choice)


def two_units(seed, channels=2, length=LENGTH):
    """Noise of SD 5, and two units of different shape and place that each fire eight times, one after the other."""
    chance = np.random.default_rng(seed)
    samples = chance.normal(0, 5, (channels, length))
    slow = np.interp(np.linspace(-8, 8, 33), np.arange(-8, 9), potential())
    places = np.linspace(1, 0.3, channels)[:, np.newaxis]
    slots = np.sort(chance.choice(np.arange(2, length // 700 - 2), size=16, replace=False)) * 700
    for place, peak in enumerate(slots + chance.integers(-100, 100, 16)):
        shape, loudness = ((potential(), places), (-slow, places[::-1]))[place % 2]
        half = shape.size // 2
        samples[:, peak - half : peak + half + 1] += 150 * loudness * shape
    return samples


def partition(found):
    """Which discharges belong together, whatever their numbers."""
    first = {number: row for row, number in reversed(list(enumerate(found.source.tolist())))}
    return [first[number] for number in found.source.tolist()]


def same_onsets(found, expected):
    assert found.size == expected.size
    np.testing.assert_allclose(found, expected, atol=NEAR_S)


@FEW
@given(SEEDS, COUNTS, CHANNELS)
def test_every_clear_twitch_is_found_and_nothing_else(seed, count, channels):
    samples, peaks = twitching(seed, count, channels)
    found = found_in(samples)
    np.testing.assert_allclose(found.onset_s, peaks - 0.005, atol=0.006)


@FEW
@given(SEEDS, COUNTS, st.floats(1e-3, 1e3))
def test_a_gain_moves_no_onset_and_scales_amplitudes(seed, count, gain):
    samples, _ = twitching(seed, count)
    plain, scaled = found_in(samples, unit=None), found_in(samples * gain, unit=None)
    same_onsets(scaled.onset_s, plain.onset_s)
    np.testing.assert_allclose(scaled.peak_to_noise, plain.peak_to_noise, rtol=1e-3)
    if plain.observation.channels[0].noise:
        assert scaled.observation.channels[0].noise == pytest.approx(
            gain * plain.observation.channels[0].noise, rel=1e-3
        )


@FEW
@given(SEEDS, COUNTS)
def test_turning_the_sign_changes_nothing(seed, count):
    samples, _ = twitching(seed, count)
    plain, turned = found_in(samples), found_in(-samples)
    np.testing.assert_array_equal(turned.onset_s, plain.onset_s)
    np.testing.assert_allclose(turned.peak_to_peak_uv, plain.peak_to_peak_uv, rtol=1e-4)


@FEW
@given(SEEDS, COUNTS, st.integers(1, 4000))
def test_a_shift_in_time_shifts_the_onsets(seed, count, shift):
    samples, _ = twitching(seed, count)
    before = np.random.default_rng(seed + 1).normal(0, 5, (1, shift))
    later = found_in(np.concatenate((before, samples), axis=1))
    same_onsets(later.onset_s, found_in(samples).onset_s + shift / RATE_HZ)


@FEW
@given(SEEDS, COUNTS, st.permutations(range(4)))
def test_the_order_of_channels_does_not_matter(seed, count, order):
    samples, _ = twitching(seed, count, 4)
    plain, mixed = found_in(samples), found_in(samples[list(order)])
    # Sums over channels are rounded in their order: a billionth of a second.
    np.testing.assert_allclose(mixed.onset_s, plain.onset_s, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(mixed.on_channel, plain.on_channel[:, list(order)])
    np.testing.assert_allclose(mixed.peak_to_noise, plain.peak_to_noise, rtol=1e-6)


@FEW
@given(SEEDS, SEEDS, COUNTS, COUNTS)
def test_two_recordings_joined_give_the_twitches_of_both(first_seed, second_seed, first_count, second_count):
    first, _ = twitching(first_seed, first_count)
    second, _ = twitching(second_seed + OTHER_SEEDS, second_count)  # the same samples twice would be a copy
    joined = found_in(np.concatenate((first, second), axis=1))
    apart = np.concatenate((found_in(first).onset_s, found_in(second).onset_s + LENGTH / RATE_HZ))
    away = np.abs(joined.onset_s - LENGTH / RATE_HZ) > 0.3
    same_onsets(joined.onset_s[away], apart[np.abs(apart - LENGTH / RATE_HZ) > 0.3])


@FEW
@given(SEEDS, COUNTS, st.booleans(), st.integers(400, 5000))
def test_an_added_silence_is_reported_and_changes_nothing_elsewhere(seed, count, is_lost, silence):
    before, _ = twitching(seed, count)
    after, _ = twitching(seed + OTHER_SEEDS, count)
    gap = np.full((1, silence), np.nan if is_lost else 12.0)
    found = found_in(np.concatenate((before, gap, after), axis=1))
    reason = ExclusionReason.MISSING if is_lost else ExclusionReason.FLAT
    middle_s = (LENGTH + silence / 2) / RATE_HZ
    assert any(
        stretch.start_s < middle_s < stretch.stop_s and stretch.reason is reason
        for stretch in found.observation.excluded
    )
    alone = [found_in(samples).onset_s for samples in (before, after)]
    same_onsets(found.onset_s, np.concatenate((alone[0], alone[1] + (LENGTH + silence) / RATE_HZ)))


@FEW
@given(SEEDS, st.integers(5, 60), st.floats(10.0, 45.0), st.integers(1, 3))
def test_the_size_of_the_blocks_does_not_matter(seed, count, block_s, workers):
    samples, _ = twitching(seed, count, 2, length=50_000)
    whole = found_in(samples, DetectionSettings(threshold_factor=7.0, block_s=3600.0))
    cut = found_in(samples, DetectionSettings(threshold_factor=7.0, block_s=block_s, workers=workers))
    np.testing.assert_allclose(cut.onset_s, whole.onset_s, atol=1e-9)
    np.testing.assert_allclose(cut.peak_to_peak_uv, whole.peak_to_peak_uv, rtol=1e-3)
    assert cut.observation.excluded == whole.observation.excluded


@SOME
@given(SEEDS, COUNTS, CHANNELS, st.sampled_from([2, 4]))
def test_a_higher_sampling_rate_shows_the_same_twitches(seed, count, channels, times):
    samples, _ = twitching(seed, count, channels)
    plain = found_in(samples)
    finer = found_in(resample_poly(samples, times, 1, axis=1), rate_hz=times * RATE_HZ)
    same_onsets(finer.onset_s, plain.onset_s)
    assert finer.kind == plain.kind


@SOME
@given(SEEDS, st.floats(1e-3, 1e3), st.booleans())
def test_gain_and_sign_change_no_source_and_no_kind(seed, gain, is_turned):
    samples = two_units(seed)
    plain = found_in(samples, DetectionSettings(), unit=None)
    other = found_in(samples * (-gain if is_turned else gain), DetectionSettings(), unit=None)
    same_onsets(other.onset_s, plain.onset_s)
    assert other.kind == plain.kind
    assert partition(other) == partition(plain)
    np.testing.assert_allclose(other.confidence, plain.confidence, atol=1e-3)


@SOME
@given(SEEDS, st.permutations(range(3)))
def test_the_order_of_channels_changes_no_source_and_no_kind(seed, order):
    samples = two_units(seed, 3)
    plain, mixed = (found_in(rows, DetectionSettings()) for rows in (samples, samples[list(order)]))
    np.testing.assert_allclose(mixed.onset_s, plain.onset_s, rtol=0, atol=1e-6)
    assert mixed.kind == plain.kind
    assert partition(mixed) == partition(plain)
    assert [order[row] for row in mixed.peak_channel_index] == plain.peak_channel_index.tolist()


@SOME
@given(SEEDS, st.sampled_from([2, 4]))
def test_a_higher_sampling_rate_shows_the_same_sources(seed, times):
    samples = two_units(seed)
    plain = found_in(samples)
    finer = found_in(resample_poly(samples, times, 1, axis=1), rate_hz=times * RATE_HZ)
    same_onsets(finer.onset_s, plain.onset_s)
    sorted_in_both = (plain.source >= 0) & (finer.source >= 0)
    assert sorted_in_both.mean() > 0.85
    pairs = set(zip(plain.source[sorted_in_both].tolist(), finer.source[sorted_in_both].tolist(), strict=True))
    assert len(pairs) == np.unique(plain.source[sorted_in_both]).size == 2


@SOME
@given(SEEDS, SEEDS, st.integers(0, 5000))
def test_units_stay_the_same_when_recordings_are_joined_or_fall_silent_between(first_seed, second_seed, silence):
    first, second = two_units(first_seed), two_units(second_seed + OTHER_SEEDS)
    joined = found_in(np.concatenate((first, np.full((2, silence), np.nan), second), axis=1))
    alone = [found_in(first), found_in(second)]
    same_onsets(joined.onset_s, np.concatenate((alone[0].onset_s, alone[1].onset_s + (LENGTH + silence) / RATE_HZ)))
    numbers, counts = np.unique(joined.source[joined.source >= 0], return_counts=True)
    assert numbers.size == 2
    assert counts.sum() >= 0.9 * len(joined)


@FEW
@given(SEEDS, COUNTS)
def test_a_lower_threshold_loses_nothing_clear(seed, count):
    samples, _ = twitching(seed, count)
    strict, loose = found_in(samples), found_in(samples, DetectionSettings(threshold_factor=5.5))
    assert all(np.abs(loose.onset_s - onset).min() < 0.01 for onset in strict.onset_s)


@FEW
@given(
    SEEDS,
    st.integers(1, 12_000),
    CHANNELS,
    st.sampled_from([500.0, 1000.0, 2048.0, 4000.0]),
    st.lists(st.sampled_from(["gap", "flat", "clip", "spike", "garbage", "step", "huge"]), max_size=4),
)
def test_no_recording_crashes_it_and_every_answer_is_sound(seed, length, channels, rate_hz, faults):
    chance = np.random.default_rng(seed)
    samples = chance.normal(0, 10 ** chance.uniform(-6, 6), (channels, length))
    for fault in faults:
        first, last = np.sort(chance.integers(0, length + 1, 2))
        part = samples[chance.integers(channels), first:last]
        if fault == "gap":
            part[:] = np.nan
        elif fault == "flat":
            part[:] = 3.0
        elif fault == "clip":
            np.clip(part, -2.0, 2.0, out=part)
        elif fault == "spike" and part.size:
            part[0] = 1e7
        elif fault == "garbage":
            part[:] = chance.uniform(-32768, 32767, part.size)
        elif fault == "step":
            part[:] += 1e5
        else:
            part[:] = np.inf
    with np.errstate(over="ignore"):
        found = detect(recording_from_array(samples, rate_hz))
    observation = found.observation
    excluded = {
        name: [(stretch.start_s, stretch.stop_s) for stretch in observation.excluded if name in stretch.channels]
        for name in (channel.name for channel in observation.channels)
    }
    for row in range(len(found)):
        start, stop = found.onset_s[row], found.onset_s[row] + found.duration_s[row]
        assert found.on_channel[row].any()
        for channel, seen in zip(observation.channels, found.on_channel[row], strict=True):
            if seen:
                assert not any(first < stop and last > start for first, last in excluded[channel.name])
    assert all(0 <= stretch.start_s < stretch.stop_s <= observation.recorded_s for stretch in observation.excluded)
