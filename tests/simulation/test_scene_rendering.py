import csv
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.signal import welch

from myotwitch.errors import RequestError
from myotwitch.recordings import ChannelKind, open_recording
from myotwitch.simulation.render import render
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.scene_file import scene_from
from myotwitch.simulation.simulate import simulate
from myotwitch.twitches import read_twitch_table
from myotwitch.twitches.table import COLUMNS


def scene(**changes: Any) -> Scene:
    site = {"muscle": "tibialis anterior", "side": "left", "electrodes": {"along_mm": [20.0, 45.0]}}
    content = {
        "schema": "myotwitch.scene/1",
        "title": "test",
        "site": [site],
        "duration_s": 20,
        "sampling_rate_hz": 1000,
    }
    return scene_from({**content, **changes})


def samples_of(played: Scene) -> np.ndarray:
    return np.concatenate([block.samples for block in render(played)], axis=1)


QUIET = {"electrode_uv": 0.0, "drift_uv": 0.0}


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path) -> None:
    written = []
    for number, seed in enumerate((5, 5, 6)):
        played = scene(seed=seed, fasciculation=[{"rate_per_min": 60.0}], noise={"mains": {}, "heartbeat": {}})
        files = (tmp_path / f"{number}.edf", tmp_path / f"{number}.csv")
        simulate(played, *files)
        written.append(tuple(path.read_bytes() for path in files))
    assert written[0] == written[1]
    assert written[0][0] != written[2][0]
    assert written[0][1] != written[2][1]


def test_a_longer_scene_begins_like_a_shorter_one() -> None:
    short, long = (
        samples_of(scene(duration_s=seconds, fasciculation=[{"rate_per_min": 60.0}], noise={"mains": {}}))
        for seconds in (20, 40)
    )
    assert np.array_equal(short[:, :20_000], long[:, :20_000])


def test_potentials_cross_from_block_to_block_without_a_step() -> None:
    burst = scene(noise=QUIET, voluntary=[{"level": 0.3, "hold_s": 19.0}])
    whole = samples_of(burst)
    steps = np.abs(np.diff(whole[0]))
    assert steps[9_990:10_010].max() <= np.quantile(steps, 0.999) * 2


def test_a_true_event_is_where_and_as_large_as_the_samples_say() -> None:
    played = scene(noise=QUIET, fasciculation=[{"rate_per_min": 30.0, "units": 2, "doublet_share": 0.0}])
    blocks = list(render(played))
    samples = np.concatenate([block.samples for block in blocks], axis=1)
    rows = [row for block in blocks for row in block.truth]
    assert len(rows) >= 4
    for row in rows:
        channel = played.channel_names().index(row.peak_channel)
        start, stop = round(row.onset_s * 1000), round((row.onset_s + row.duration_s) * 1000)
        if not row.isolated or start < 30 or stop > 19_970:
            continue
        around = samples[channel, start - 20 : stop + 20]
        assert np.ptp(around) == pytest.approx(row.peak_to_peak_uv, rel=0.08)
        assert np.abs(samples[channel, start - 20 : start - 2]).max() < 0.15 * np.abs(around).max()


def test_the_truth_is_a_table_of_twitches_in_order_of_onset(tmp_path: Path) -> None:
    played = scene(fasciculation=[{"rate_per_min": 60.0, "doublet_share": 0.5}], myoclonus=[{"rate_per_min": 30.0}])
    done = simulate(played, tmp_path / "a.edf", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as stream:
        assert tuple(next(csv.reader(stream))) == COLUMNS
    rows = read_twitch_table(tmp_path / "a.csv")
    onsets = [row["onset_s"] for row in rows]
    assert onsets == sorted(onsets)
    assert done.events == {"fasciculation": sum(row["kind"] == "fasciculation" for row in rows)} | {
        "myoclonus": sum(row["kind"] == "myoclonus" for row in rows)
    }
    bursts = [row["burst"] for row in rows if row["burst"] is not None]
    assert bursts and all(bursts.count(burst) == 2 for burst in bursts)
    assert {row["extent"] for row in rows if row["kind"] == "myoclonus"} == {"belly"}
    for row, before, after in zip(rows[1:-1], rows, rows[2:], strict=False):
        near = min(row["onset_s"] - before["onset_s"], after["onset_s"] - row["onset_s"])
        assert row["isolated"] == (near > 0.25) or near == pytest.approx(0.25, abs=1e-4)


def test_the_file_holds_what_was_rendered_and_its_sidecar_says_what_the_channels_are(tmp_path: Path) -> None:
    played = scene(noise={"mains": {}})
    simulate(played, tmp_path / "a.edf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.edf", "a.json"]
    recording = open_recording(tmp_path / "a.edf")
    read = recording.read([0, 1], 0, 20_000)
    assert np.abs(read - samples_of(played)).max() <= 5000 / 32_767
    assert [channel.muscle for channel in recording.channels] == ["tibialis_anterior"] * 2
    assert recording.channels[0].side == "left"
    assert recording.notes == ()


def test_another_program_reads_the_file_alike(tmp_path: Path) -> None:
    import edfio

    played = scene()
    simulate(played, tmp_path / "a.edf")
    other = edfio.read_edf(tmp_path / "a.edf")
    assert [signal.label for signal in other.signals] == list(played.channel_names())
    assert np.allclose(other.signals[0].data, open_recording(tmp_path / "a.edf").read([0], 0, 20_000)[0], atol=0.01)


def test_lost_seconds_are_missing_in_the_file_and_no_true_event_lies_in_them(tmp_path: Path) -> None:
    played = scene(noise={"lost": [{"start_s": 4, "stop_s": 9}]}, fasciculation=[{"rate_per_min": 120.0}])
    simulate(played, tmp_path / "a.edf", tmp_path / "a.csv")
    recording = open_recording(tmp_path / "a.edf")
    assert recording.duration_s == 20
    missing = np.isnan(recording.read([0], 0, 20_000)[0])
    assert np.array_equal(np.flatnonzero(missing), np.arange(4000, 9000))
    onsets = np.array([row["onset_s"] for row in read_twitch_table(tmp_path / "a.csv")])
    assert onsets.size > 5
    assert not np.any((onsets >= 4) & (onsets < 9))


def test_a_channel_that_was_off_is_flat_alone() -> None:
    name = "EMG left shin 2"
    off = samples_of(scene(noise={"lost": [{"start_s": 12, "stop_s": 14, "channel": name}]}))
    assert np.all(off[1, 12_000:14_000] == 0)
    assert off[0, 12_000:14_000].std() > 1
    assert off[1, 14_000:15_000].std() > 1


OFF = [{"start_s": 5, "stop_s": 12, "channel": "EMG left shin 1"}]


@pytest.mark.parametrize(
    "activity",
    [{"fasciculation": [{"rate_per_min": 200.0}]}, {"myoclonus": [{"rate_per_min": 600.0}]}],
    ids=["discharges", "movements"],
)
def test_a_channel_that_was_off_stands_in_no_true_event_and_the_other_tells_it(activity: dict[str, Any]) -> None:
    on, off = (
        [row for block in render(scene(noise={"lost": lost}, **activity)) for row in block.truth] for lost in ([], OFF)
    )
    assert len(on) == len(off)
    during = [row for row in off if 5 <= row.onset_s < 12]
    assert len(during) >= 5
    assert {row.peak_channel for row in on if 5 <= row.onset_s < 12} == {"EMG left shin 1"}
    assert {(row.channels, row.peak_channel) for row in during} == {(("EMG left shin 2",), "EMG left shin 2")}
    outside = [row for row in off if not 5 <= row.onset_s < 12]
    assert [replace(row, isolated=True) for row in outside] == [
        replace(row, isolated=True) for row in on if not 5 <= row.onset_s < 12
    ]


def test_the_largest_of_the_channels_that_were_on_gives_size_and_time_of_an_event() -> None:
    played = scene(
        noise={**QUIET, "lost": OFF}, fasciculation=[{"rate_per_min": 30.0, "units": 2, "doublet_share": 0.0}]
    )
    blocks = list(render(played))
    samples = np.concatenate([block.samples for block in blocks], axis=1)
    rows = [row for block in blocks for row in block.truth if 5 <= row.onset_s < 11.9 and row.isolated]
    assert rows
    for row in rows:
        start, stop = round(row.onset_s * 1000), round((row.onset_s + row.duration_s) * 1000)
        assert np.ptp(samples[1, start - 20 : stop + 20]) == pytest.approx(row.peak_to_peak_uv, rel=0.08)


def test_an_event_while_every_channel_was_off_is_no_row() -> None:
    off = [{**OFF[0], "channel": f"EMG left shin {number}"} for number in (1, 2)]
    rows = [
        row
        for block in render(scene(noise={"lost": off}, fasciculation=[{"rate_per_min": 200.0}]))
        for row in block.truth
    ]
    assert len(rows) >= 10
    assert not [row for row in rows if 5 <= row.onset_s < 12]


@pytest.mark.parametrize("name", ["cramp", "tremor", "voluntary"])
def test_every_true_event_lies_inside_the_recording(name: str, tmp_path: Path) -> None:
    settings = {"cramp": {"units": 60}, "tremor": {}, "voluntary": {"hold_s": 30.0}}[name]
    simulate(scene(**{name: [settings]}), tmp_path / "a.edf", tmp_path / "a.csv")
    rows = read_twitch_table(tmp_path / "a.csv")
    ends = np.array([row["onset_s"] + row["duration_s"] for row in rows])
    assert ends.max() == pytest.approx(20.0, abs=0.25)
    assert ends.max() <= 20.0 + 1e-5  # as the table rounds
    assert all(row["onset_s"] >= 0 and row["duration_s"] > 0 for row in rows)


def test_nothing_exceeds_what_the_recorder_takes() -> None:
    loud = samples_of(scene(noise={"clipping_uv": 50.0, "heartbeat": {"peak_uv": 400.0}}))
    assert np.abs(loud).max() == 50.0
    assert np.mean(np.abs(loud) == 50.0) > 0.001


def test_the_mains_has_its_harmonics_and_stays_near_its_frequency() -> None:
    hum = samples_of(scene(noise={**QUIET, "mains": {"frequency_hz": 60.0, "peak_uv": 10.0, "harmonics": [0.0, 0.5]}}))
    frequency, power = welch(hum[0].astype(float), 1000.0, nperseg=8000)
    at = {hz: power[np.abs(frequency - hz) < 1].max() for hz in (60, 120, 180)}
    assert at[60] > at[180] > 100 * at[120]
    assert frequency[power.argmax()] == pytest.approx(60, abs=0.3)


def test_harmonics_that_the_rate_cannot_hold_are_left_out() -> None:
    def hum(harmonics: list[float]) -> np.ndarray:
        mains = {"frequency_hz": 50.0, "peak_uv": 10.0, "harmonics": harmonics}
        return samples_of(scene(sampling_rate_hz=500, noise={**QUIET, "mains": mains}))

    # 100 to 200 Hz can be held; 250 Hz is half the rate, and 300 and 350 Hz would be seen as 200 and 150 Hz.
    assert np.array_equal(hum([0.5, 0.5, 0.5, 2.0, 2.0, 2.0]), hum([0.5, 0.5, 0.5, 0.0, 0.0, 0.0]))
    assert not np.array_equal(hum([0.5, 0.5, 0.5]), hum([0.5, 0.5, 0.0]))


def test_the_heart_beats_at_its_rate_and_with_its_height() -> None:
    beating = samples_of(scene(duration_s=60, noise={**QUIET, "heartbeat": {"rate_per_min": 75.0, "peak_uv": 200.0}}))
    row = beating[0] / beating[0].max()
    peaks = np.flatnonzero((row[1:-1] > 0.7) & (row[1:-1] >= row[:-2]) & (row[1:-1] > row[2:]))
    assert peaks.size == pytest.approx(75, abs=4)
    assert 100 < beating[0].max() < 350
    assert 0.01 < np.diff(peaks).std() / np.diff(peaks).mean() < 0.15


def test_electrodes_and_baseline_are_as_noisy_as_asked() -> None:
    noisy = samples_of(scene(duration_s=60, noise={"electrode_uv": 3.0, "drift_uv": 0.0}))
    assert noisy.std() == pytest.approx(3.0, rel=0.02)
    drifting = samples_of(scene(duration_s=600, noise={"electrode_uv": 0.0, "drift_uv": 20.0}))
    assert drifting.std() == pytest.approx(20.0, rel=0.25)
    frequency, power = welch(drifting[0].astype(float), 1000.0, nperseg=4096)
    assert power[frequency > 20].sum() < 1e-4 * power.sum()


def test_a_movement_is_slow_and_lasts_as_long_as_asked() -> None:
    moved = samples_of(scene(noise={**QUIET, "movement": [{"at_s": 9.0, "lasting_s": 2.0, "peak_uv": 300.0}]}))
    assert np.abs(moved).max() == pytest.approx(300, rel=0.01)
    assert not moved[:, :9000].any()
    assert not moved[:, 11_001:].any()


def test_memory_does_not_grow_with_the_length_of_a_scene() -> None:
    def peak(seconds: int) -> int:
        site = {
            "muscle": "tibialis anterior",
            "electrodes": {"kind": "grid", "along_mm": [10.0], "rows": 4, "columns": 4},
        }
        long = scene(site=[site], duration_s=seconds, fasciculation=[{"rate_per_min": 60.0}], noise={"mains": {}})
        tracemalloc.start()
        for _ in render(long):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    first = peak(60)
    assert peak(240) <= 1.15 * first


def test_more_fasciculating_units_than_a_muscle_has_are_refused() -> None:
    with pytest.raises(RequestError, match="the muscle has 153"):
        list(render(scene(fasciculation=[{"units": 300, "rate_per_min": 60.0}])))


def test_the_force_of_single_twitches_is_that_of_the_unit_and_stands_in_the_file(tmp_path: Path) -> None:
    site = {"muscle": "tibialis anterior", "force_up_to_mn": 1000.0}
    played = scene(site=[site], duration_s=60, fasciculation=[{"rate_per_min": 20.0, "units": 1, "doublet_share": 0.0}])
    blocks = list(render(played))
    force = np.concatenate([block.force_mn for block in blocks], axis=1)[0]
    onsets = np.array([row.onset_s for block in blocks for row in block.truth])
    alone = [at for at in onsets if np.sum(np.abs(onsets - at) < 1.2) == 1 and at < 58]
    pieces = [force[round(at * 1000) - 20 : round(at * 1000) + 400] for at in alone]
    assert len(pieces) >= 2
    peaks = [piece.max() for piece in pieces]
    assert np.ptp(peaks) < 0.02 * max(peaks)
    assert 40 <= np.median([piece.argmax() - 20 for piece in pieces]) <= 160  # ms to the peak
    simulate(played, tmp_path / "a.edf")
    recording = open_recording(tmp_path / "a.edf")
    assert recording.channels[-1].kind is ChannelKind.OTHER
    read = recording.read([len(recording.channels) - 1], 0, 60_000)[0]
    assert np.abs(read - force).max() < 0.05


def test_a_contraction_grows_far_beyond_its_first_twitches_and_fuses() -> None:
    site = {"muscle": "tibialis anterior", "force_up_to_mn": 100_000.0}
    played = scene(site=[site], duration_s=10, voluntary=[{"level": 0.3, "hold_s": 8.0}])
    force = np.concatenate([block.force_mn for block in render(played)], axis=1)[0]
    assert force[4000] > 5 * force[400] > 0
    assert force[3000:5000].std() < 0.3 * force[3000:5000].mean()


@pytest.mark.parametrize(
    ("electrodes", "told"),
    [
        ({"kind": "needle", "depth_mm": 60.0}, "inside the bone"),
        ({"kind": "needle", "along_mm": [150.0]}, "its fibres reach"),
        ({"kind": "needle", "along_mm": [2.0]}, "place it at least 5 mm along"),
    ],
)
def test_a_needle_where_no_fibre_is_is_refused(electrodes: dict[str, Any], told: str) -> None:
    site = {"muscle": "tibialis anterior", "electrodes": electrodes}
    with pytest.raises(RequestError, match=told):
        list(render(scene(site=[site], positive_sharp_wave=[{}])))


@pytest.mark.parametrize("with_truth", [False, True])
def test_a_folder_that_is_missing_is_told_by_the_name_of_the_recording(tmp_path: Path, with_truth: bool) -> None:
    truth = tmp_path / "a.csv" if with_truth else None
    with pytest.raises(RequestError, match=r"The file .*no/a\.edf cannot be written"):
        simulate(scene(), tmp_path / "no" / "a.edf", truth)
    assert not list(tmp_path.iterdir())


def test_a_truth_that_cannot_be_written_is_told_by_its_own_name_and_leaves_no_recording(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"The file .*no/a\.csv cannot be written"):
        simulate(scene(), tmp_path / "a.edf", tmp_path / "no" / "a.csv")
    assert not list(tmp_path.iterdir())


def test_a_file_that_stops_taking_bytes_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv.part").symlink_to("/dev/full")
    with pytest.raises(RequestError, match=r"a\.csv cannot be written: No space left"):
        simulate(scene(), tmp_path / "a.edf", tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
