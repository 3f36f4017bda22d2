"""A long recording decided on piece by piece gives what it gives as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from myotwitch.detection import DetectionSettings, detect, segments
from myotwitch.recordings import recording_from_array
from myotwitch.scoring import match_events
from myotwitch.twitches import Twitches

RATE_HZ = 1000.0


@pytest.fixture(scope="module")
def signal() -> NDArray[np.float32]:
    """Fifteen minutes of two channels at rest with twitches, a contraction over a border, and a flat stretch."""
    generator = np.random.default_rng(5)
    samples = generator.normal(0.0, 2.0, (2, 900_000)).astype(np.float32)
    shape = 40.0 * np.sin(np.linspace(0.0, 2 * np.pi, 10)) * np.hanning(10)
    for start in np.sort(generator.integers(1000, 898_000, 120)):
        samples[:, start : start + 10] += shape
    samples[:, 298_000:302_000] += generator.normal(0.0, 60.0, (2, 4000))
    samples[1, 595_000:605_000] = 0.0
    return samples


def rows(twitches: Twitches) -> list[tuple[float, float, str]]:
    return [
        (round(float(onset), 6), round(float(size), 3), kind.value)
        for onset, size, kind in zip(twitches.onset_s, twitches.peak_to_peak_uv, twitches.kind, strict=True)
    ]


def test_segments_of_a_recording_change_nothing_in_the_first_pass(
    signal: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = recording_from_array(signal, RATE_HZ)
    settings = DetectionSettings(detector="threshold")
    whole = detect(recording, settings)
    monkeypatch.setattr(segments, "SEGMENT_S", 300.0)
    assert len(segments.segments_of(recording.duration_s)) == 3
    pieces = detect(recording, settings)
    assert len(whole) > 80
    assert rows(pieces) == rows(whole)
    assert pieces.observation.excluded == whole.observation.excluded
    assert pieces.observation.analysed_s == pytest.approx(whole.observation.analysed_s)


def test_shapes_learned_segment_by_segment_find_the_same_discharges(
    signal: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = recording_from_array(signal, RATE_HZ)
    whole = detect(recording)
    monkeypatch.setattr(segments, "SEGMENT_S", 300.0)
    pieces = detect(recording)
    same = match_events(pieces.onset_s, whole.onset_s, 0.001)
    assert len(same) >= 0.97 * max(len(pieces), len(whole))
    assert pieces.observation.excluded == whole.observation.excluded
    sources = {
        (int(pieces.source[a]), int(whole.source[b])) for a, b in zip(same.found_index, same.true_index, strict=True)
    }
    assert len(sources) <= len(np.unique(whole.source)) + 1


def test_progress_never_goes_back_and_ends_at_the_end(
    signal: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "SEGMENT_S", 300.0)
    seen: list[tuple[float, float]] = []
    detect(recording_from_array(signal, RATE_HZ), progress=lambda done, total: seen.append((done, total)))
    done = [step for step, _ in seen]
    assert done == sorted(done)
    assert seen[-1] == (900.0, 900.0)


@pytest.mark.parametrize("duration_s", [0.01, 3599.0, 3600.0, 7199.0, 7200.5, 86_400.0])
def test_segments_give_every_second_once(duration_s: float) -> None:
    found = segments.segments_of(duration_s)
    assert found[0].start_s == 0.0
    assert found[-1].stop_s == duration_s
    assert [segment.stop_s for segment in found[:-1]] == [segment.start_s for segment in found[1:]]
    assert all(segment.first_s <= segment.start_s < segment.stop_s <= segment.last_s for segment in found)
