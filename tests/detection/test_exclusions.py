import numpy as np
import pytest

from myotwitch.detection import detect
from myotwitch.recordings import Channel, recording_from_array
from myotwitch.twitches import ExclusionReason


def reasons(twitches):
    return {stretch.reason for stretch in twitches.observation.excluded}


def excluded_at(twitches, time_s, reason, channel="c0"):
    return any(
        stretch.start_s <= time_s <= stretch.stop_s and stretch.reason is reason and channel in stretch.channels
        for stretch in twitches.observation.excluded
    )


@pytest.fixture
def rest(chance):
    return chance.normal(0, 5, 30_000)


def test_rest_is_searched_in_full(make_recording, rest):
    found = detect(make_recording(rest))
    assert found.observation.excluded == ()
    assert found.observation.analysed_s == 30.0


def test_lost_samples_are_missing(make_recording, rest):
    rest[10_000:12_000] = np.nan
    found = detect(make_recording(rest))
    assert excluded_at(found, 11.0, ExclusionReason.MISSING)
    assert 27.5 <= found.observation.analysed_s <= 28.0


def test_a_signal_that_stands_still_is_flat(make_recording, rest):
    rest[10_000:12_000] = rest[10_000]
    found = detect(make_recording(rest))
    assert excluded_at(found, 11.0, ExclusionReason.FLAT)
    assert len(found) == 0


def test_a_signal_cut_off_at_its_own_limits_is_clipped(make_recording, rest, chance):
    rest[10_000:11_000] = np.clip(chance.normal(0, 2000, 1000), -500, 500)
    assert excluded_at(detect(make_recording(rest)), 10.5, ExclusionReason.CLIPPING)


def test_samples_at_the_stated_limits_are_clipped(make_recording, rest):
    rest[10_000] = 250.0
    found = detect(make_recording(rest, clipping_low=-250.0, clipping_high=250.0))
    assert excluded_at(found, 10.0, ExclusionReason.CLIPPING)
    assert len(found) == 0


def test_coarse_steps_of_a_converter_are_not_clipping(make_recording, rest):
    assert detect(make_recording(np.round(rest / 6) * 6)).observation.excluded == ()


def test_contraction_is_voluntary_and_the_rest_around_it_is_kept(make_recording, rest, chance, add_potentials):
    rest[10_000:14_000] += chance.normal(0, 100, 4000)
    add_potentials(rest, [5.0, 20.0], 80.0)
    found = detect(make_recording(rest))
    assert excluded_at(found, 12.0, ExclusionReason.VOLUNTARY)
    assert found.onset_s == pytest.approx([4.995, 19.995], abs=0.006)


def test_a_regular_train_of_one_unit_is_voluntary(make_recording, rest, chance, add_potentials):
    add_potentials(rest, np.cumsum(chance.normal(0.1, 0.01, 60)) + 10, 80.0)
    found = detect(make_recording(rest))
    assert excluded_at(found, 12.0, ExclusionReason.VOLUNTARY)
    assert len(found) == 0


def test_irregular_twitches_of_two_a_second_stay(make_recording, rest, chance, add_potentials):
    times = 1 + np.cumsum(0.05 + chance.exponential(0.45, 50))
    add_potentials(rest, times, 80.0)
    found = detect(make_recording(rest))
    assert len(found) >= 48
    assert ExclusionReason.VOLUNTARY not in reasons(found)


def test_a_tug_at_the_cable_is_movement(make_recording, rest):
    since = np.maximum(np.arange(30_000) - 15_000, 0) / 1000
    rest += 3000 * (since > 0) * np.exp(-since / 0.3)
    found = detect(make_recording(rest))
    assert excluded_at(found, 15.0, ExclusionReason.MOVEMENT)
    assert len(found) == 0


def test_noise_beyond_100_microvolts_is_not_searched_but_unscaled_noise_is(make_recording, rest):
    assert detect(make_recording(rest * 40)).observation.analysed_s == 0.0
    unscaled = detect(make_recording(rest * 40, unit=None))
    assert unscaled.observation.analysed_s == 30.0
    assert unscaled.observation.smallest_detectable is None


def test_heartbeats_are_taken_away_and_twitches_between_and_beneath_them_are_found(
    make_recording, rest, chance, add_potentials
):
    times = np.arange(-60, 61) / 1000
    beat = 200 * np.exp(-((times / 0.012) ** 2)) - 90 * np.exp(-(((times - 0.03) / 0.012) ** 2))
    peaks = (np.cumsum(chance.normal(0.85, 0.03, 33)) * 1000).astype(int)
    for peak in peaks:
        rest[peak - 60 : peak + 61] += beat
    true_s = [5.5, 12.3, 20.1, float(peaks[20]) / 1000]  # the last one beneath a beat
    add_potentials(rest, true_s, 60.0)
    found = detect(make_recording(rest))
    assert found.onset_s == pytest.approx(sorted(true_s), abs=0.012)
    assert not any(excluded_at(found, time, ExclusionReason.HEARTBEAT) for time in true_s)


def test_mains_with_harmonics_is_taken_out_and_said(make_recording, rest, add_potentials):
    times = np.arange(30_000) / 1000
    rest += 60 * np.sin(2 * np.pi * 50 * times) + 30 * np.sin(2 * np.pi * 150 * times)
    add_potentials(rest, [5.0, 20.0], 80.0)
    found = detect(make_recording(rest))
    assert found.onset_s == pytest.approx([4.995, 19.995], abs=0.008)
    assert any("50, 150 Hz" in note for note in found.observation.notes)


def test_a_channel_that_is_excluded_is_not_named_and_the_other_still_is(make_recording, rest, chance, add_potentials):
    other = chance.normal(0, 5, 30_000)
    rest[10_000:20_000] = np.nan
    add_potentials(rest, [5.0], 80.0)
    add_potentials(other, [5.0, 15.0], 80.0)
    found = detect(make_recording([rest, other]))
    assert found.on_channel.tolist() == [[True, True], [False, True]]
    assert found.observation.analysed_s == 30.0


def test_groups_of_different_rates_see_one_event_once(chance, add_potentials):
    slow, fast = chance.normal(0, 5, 20_000), chance.normal(0, 5, 40_000)
    add_potentials(slow, [10.0], 80.0)
    fast[19_990:20_010] += 80 * np.sin(np.arange(20) * np.pi / 10)
    channels = (
        Channel(name="slow", sampling_rate_hz=1000.0, unit="uV"),
        Channel(name="fast", sampling_rate_hz=2000.0, unit="uV"),
    )
    one = recording_from_array(slow, 1000.0)
    rows = [slow.astype(np.float32), fast.astype(np.float32)]

    def read(indexes, start, stop):
        return np.stack([rows[index][start:stop] for index in indexes])

    both = type(one)(file="two rates", format_name="array", duration_s=20.0, channels=channels, read_samples=read)
    found = detect(both)
    assert found.on_channel.tolist() == [[True, True]]
