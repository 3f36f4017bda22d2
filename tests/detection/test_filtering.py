import numpy as np
import pytest

from myotwitch.detection.filtering import apply_filter, design_filter, fill_missing, pass_band, without_garbage
from myotwitch.recordings import Channel, ChannelKind

RATE_HZ = 1000.0


def gain_at(chosen, frequency_hz):
    taps = np.arange(chosen.kernel.size)
    return abs(np.sum(chosen.kernel * np.exp(-2j * np.pi * frequency_hz / chosen.sampling_rate_hz * taps)))


@pytest.mark.parametrize("rate_hz", [500.0, 1000.0, 2048.0, 4000.0, 23437.5])
def test_the_band_passes_and_the_rest_does_not(rate_hz):
    low, high = pass_band(Channel(name="c", sampling_rate_hz=rate_hz), None, None)
    chosen = design_filter(rate_hz, low, high)
    assert all(0.97 < gain_at(chosen, frequency) < 1.03 for frequency in (low * 1.25, 50.0, 100.0, high * 0.95))
    assert gain_at(chosen, 5.0) < 0.01
    assert gain_at(chosen, 0.0) < 1e-5


def test_needle_recordings_keep_high_frequencies():
    assert pass_band(Channel(name="n", sampling_rate_hz=20_000.0, kind=ChannelKind.NEEDLE_EMG), None, None)[1] == 5000.0


def test_a_notch_takes_mains_out_and_leaves_its_neighbours():
    chosen = design_filter(RATE_HZ, 20.0, 300.0, (50.0, 150.0))
    assert gain_at(chosen, 50.0) < 0.05
    assert gain_at(chosen, 150.0) < 0.05
    assert gain_at(chosen, 55.0) > 0.97
    assert gain_at(chosen, 100.0) > 0.97


def test_filtering_is_the_plain_convolution(chance):
    samples = chance.normal(size=(2, 30_000)).astype(np.float32)
    chosen = design_filter(RATE_HZ, 20.0, 300.0)
    plain = np.array([np.convolve(row, chosen.kernel, "same") for row in samples.astype(np.float64)])
    inside = slice(chosen.reach, -chosen.reach)
    np.testing.assert_allclose(apply_filter(samples, chosen)[:, inside], plain[:, inside], atol=2e-5)


def test_pieces_with_margins_join_to_the_whole(chance):
    samples = chance.normal(size=(1, 40_000)).astype(np.float32)
    chosen = design_filter(RATE_HZ, 20.0, 300.0, (50.0,))
    whole = apply_filter(samples, chosen)
    piece = apply_filter(samples[:, 10_000 - chosen.reach : 20_000 + chosen.reach], chosen)
    np.testing.assert_allclose(piece[:, chosen.reach : -chosen.reach], whole[:, 10_000:20_000], atol=2e-5)


def test_nothing_moves_in_time():
    samples = np.zeros((1, 8000), dtype=np.float32)
    samples[0, 4000] = 100.0
    assert np.abs(apply_filter(samples, design_filter(RATE_HZ, 20.0, 300.0))).argmax() == 4000


def test_a_large_constant_and_a_step_leave_nothing_behind():
    samples = np.zeros((1, 20_000), dtype=np.float32)
    samples[0, 10_000:] = 1e5
    filtered = apply_filter(samples + np.float32(1e6), design_filter(RATE_HZ, 20.0, 300.0))
    assert np.abs(filtered[:, :9000]).max() < 0.5
    assert np.abs(filtered[:, 11_000:]).max() < 0.5


def test_mains_is_out_at_the_ends_as_well():
    times = np.arange(20_000) / RATE_HZ
    hum = 100 * np.sin(2 * np.pi * 50.02 * times + 1)[np.newaxis].astype(np.float32)
    assert np.abs(apply_filter(hum, design_filter(RATE_HZ, 20.0, 300.0, (50.0,)))).max() < 8.0


def test_missing_samples_are_bridged_and_a_lost_channel_is_zero():
    samples = np.array([[0.0, np.nan, np.nan, 3.0], [np.nan] * 4], dtype=np.float32)
    assert fill_missing(samples).tolist() == [[0.0, 1.0, 2.0, 3.0], [0.0] * 4]


def test_values_that_no_converter_gives_count_as_missing():
    made = without_garbage(np.array([[1.0, np.inf, -3e38, 2.0]], dtype=np.float32))
    assert np.isnan(made).tolist() == [[False, True, True, False]]
