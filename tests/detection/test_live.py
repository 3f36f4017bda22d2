"""Following a recording that grows: the same events as afterwards, at most a second behind."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from myotwitch.detection import Follower, detect
from myotwitch.recordings import Recording, recording_from_array

RATE_HZ = 1000.0
STEP_S = 0.5


@pytest.fixture
def samples(chance, add_potentials) -> NDArray[np.float64]:
    times = np.cumsum(chance.uniform(0.4, 2.5, 60))
    return add_potentials(chance.normal(0, 5, 90_000), times[times < 88], 60.0)


def so_far(samples: NDArray[np.float64], seconds: float) -> Recording:
    return recording_from_array(samples[: round(seconds * RATE_HZ)], RATE_HZ)


def test_what_was_told_is_what_detect_finds_in_the_recording_so_far(samples: NDArray[np.float64]) -> None:
    follower = Follower()
    for seconds in np.arange(2.0, 28.0, 2.0):
        update = follower.update(so_far(samples, float(seconds)))
        assert update is not None
        assert update.is_whole
    # Units that were known before make the search begin elsewhere; a fresh one must agree.
    fresh = detect(so_far(samples, 26.0)).onset_s
    known = fresh[fresh < update.known_to_s]
    assert follower.told_s.size == known.size
    np.testing.assert_allclose(follower.told_s, known, atol=0.001)


def test_every_twitch_is_told_within_a_second(samples: NDArray[np.float64]) -> None:
    follower = Follower()
    told_at: dict[float, float] = {}
    for seconds in np.arange(2.0, 90.0 + STEP_S, STEP_S):
        update = follower.update(so_far(samples, float(seconds)))
        assert update is not None
        for onset in update.twitches.onset_s[update.new] + update.offset_s:
            told_at.setdefault(round(float(onset), 2), float(seconds))
    late = [onset for onset, seconds in told_at.items() if seconds - onset > 1.0 + STEP_S and onset > 2.0]
    assert len(told_at) > 40
    assert len(late) <= 1


def test_at_the_end_the_events_are_those_of_detect(samples: NDArray[np.float64]) -> None:
    follower = Follower()
    for seconds in np.arange(5.0, 90.1, 5.0):
        follower.update(so_far(samples, float(seconds)))
    follower.update(so_far(samples, 90.0), is_last=True)
    offline = detect(so_far(samples, 90.0)).onset_s
    assert follower.told_s.size == offline.size
    np.testing.assert_allclose(follower.told_s, offline, atol=0.001)


def test_a_recording_without_twitches_tells_none_and_a_short_one_waits(chance) -> None:
    follower = Follower()
    rest = chance.normal(0, 5, 20_000)
    assert follower.update(so_far(rest, 1.0)) is None
    update = follower.update(so_far(rest, 20.0))
    assert update is not None
    assert update.new.size <= 1
