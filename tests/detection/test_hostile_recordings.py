"""Hostile recordings are searched or refused with words; ``validation/fuzz_detector.py`` makes twenty thousand."""

from __future__ import annotations

import numpy as np
import pytest
from validation.fuzz_detector import RecordingMaker, faults_of, fuzz

from myotwitch.detection import detect
from myotwitch.recordings import recording_from_array


def test_forty_hostile_recordings_get_a_sound_answer() -> None:
    outcomes, faults = fuzz(40, first=1000)
    assert faults == []
    assert outcomes.total() == 40
    assert outcomes["found"] > 5


def test_the_same_number_makes_the_same_recording() -> None:
    first, second = (RecordingMaker(7).recording() for _ in range(2))
    assert first.channels == second.channels
    samples = [made.read([0], 0, made.sample_count(0)) for made in (first, second)]
    np.testing.assert_array_equal(*samples)


@pytest.mark.parametrize("length", [1, 2, 3, 1999])
def test_a_recording_of_few_samples_is_answered(length: int) -> None:
    recording = recording_from_array(np.ones(length), 1000.0)
    found = detect(recording)
    assert len(found) == 0
    assert faults_of(found, recording) == []


def test_a_complex_that_begins_with_its_peak_is_a_train_all_the_same() -> None:
    outcomes, faults = fuzz(1, first=900_162)
    assert not faults
    assert outcomes["found"] == 1
