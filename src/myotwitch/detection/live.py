"""Live: the same detector on a recording that still grows, with its events at most about a second behind."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection.second_pass import Known
from myotwitch.detection.settings import DetectionSettings
from myotwitch.detection.two_passes import search_recording
from myotwitch.recordings.part import part_of
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import Twitches

DELAY_S = 0.5
"""What lies nearer to the end is not told yet: the filter and the shape of a potential reach so far."""
TAIL_S = 30.0
"""Last stretch that is searched at every update; the whole is searched as often as its cost allows."""
MARGIN_S = 2.0
"""Beginning of the tail in which the whole is trusted rather than the tail."""
SHARE_OF_TIME = 0.25
"""Of the time that passes, what searching the whole anew may take."""
SAME_S = 0.003
SHORTEST_S = 2.0
"""A recording shorter than this is waited for."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Update:
    """What is new at a moment of a recording that grows.

    Parameters
    ----------
    known_to_s
        Up to where it is known what there is **[s]**.
    twitches
        All of a search, the whole one or that of the last stretch.
    offset_s
        Where that search began **[s]**: its onsets count from there.
    new
        Rows of `twitches` that were not told before.
    withdrawn_s
        Onsets that were told and that the longer recording no longer shows **[s]**.
    is_whole
        True if the whole recording was searched: then all that was told is what `detect` finds in the recording so far.
    """

    known_to_s: float
    twitches: Twitches
    offset_s: float
    new: NDArray[np.int64]
    withdrawn_s: NDArray[np.float64]
    is_whole: bool


@dataclass(kw_only=True, slots=True, eq=False)
class Follower:
    """Follows one recording: tells at every update what is new.

    Method
    ------
    At every update the last half minute is searched with what is known; whenever that costs less than a
    share of the time that has passed since, and at the end, the whole recording is searched anew. Then what was told is
    set right: events of units that became known later are told late, and what turned out to be none is withdrawn.
    """

    settings: DetectionSettings = field(default_factory=DetectionSettings)
    told_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    _known: tuple[Known, ...] = ()
    _searched_s: float = 0.0
    _cost_s: float = 0.0

    def update(self, recording: Recording, *, is_last: bool = False) -> Update | None:
        """Return what is new in the recording as it is now; None where it is too short to say anything.

        Parameters
        ----------
        recording
            The same recording as before, longer.
        is_last
            True at its end: then nothing is held back.
        """
        if recording.duration_s < SHORTEST_S and not is_last:
            return None
        passed_s = recording.duration_s - self._searched_s
        is_whole = is_last or recording.duration_s <= TAIL_S or self._cost_s <= SHARE_OF_TIME * passed_s
        start_s = 0.0 if is_whole else float(np.floor(recording.duration_s - TAIL_S))
        began = time.monotonic()
        found = search_recording(part_of(recording, start_s, recording.duration_s), self.settings, self._known)
        if is_whole:
            self._known, self._searched_s, self._cost_s = found.known, recording.duration_s, time.monotonic() - began
        return self._compared(found.twitches, start_s, recording.duration_s - (0.0 if is_last else DELAY_S), is_whole)

    def _compared(self, twitches: Twitches, start_s: float, known_to_s: float, is_whole: bool) -> Update:  # noqa: FBT001
        onset_s = twitches.onset_s + start_s
        from_s = 0.0 if is_whole else start_s + MARGIN_S
        rows = np.flatnonzero((onset_s >= from_s) & (onset_s < known_to_s))
        before = self.told_s[self.told_s >= from_s]
        new = rows[~_is_near(onset_s[rows], before)]
        withdrawn_s = before[~_is_near(before, onset_s[rows])]
        kept = np.setdiff1d(self.told_s, withdrawn_s)
        self.told_s = np.sort(np.concatenate((kept, onset_s[new])))
        return Update(
            known_to_s=known_to_s,
            twitches=twitches,
            offset_s=start_s,
            new=new,
            withdrawn_s=withdrawn_s,
            is_whole=is_whole,
        )


def follow(recordings: Iterable[Recording], settings: DetectionSettings | None = None) -> Iterator[Update]:
    """Yield an update for each state of a growing recording; the last state is taken as its end.

    Parameters
    ----------
    recordings
        The recording again and again, longer each time.

    Examples
    --------
    >>> from myotwitch.recordings.recording import recording_from_array
    >>> samples = np.random.default_rng(1).normal(0.0, 1.0, 10_000)
    >>> samples[5000:5006] += [20.0, 60.0, 30.0, -30.0, -60.0, -20.0]
    >>> states = (recording_from_array(samples[:length], 1000.0) for length in range(1000, 10_001, 1000))
    >>> [round(float(onset), 2) for update in follow(states) for onset in update.twitches.onset_s[update.new]]
    [5.0]
    """
    follower = Follower(settings=settings or DetectionSettings())
    last: Recording | None = None
    for recording in recordings:
        last = recording
        update = follower.update(recording)
        if update is not None:
            yield update
    if last is not None:
        update = follower.update(last, is_last=True)
        if update is not None:
            yield update


def _is_near(times_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which times have another, in ascending order, within `SAME_S`."""
    if not others_s.size:
        return np.zeros(times_s.size, dtype=np.bool_)
    after = np.searchsorted(others_s, times_s)
    distance = np.minimum(
        np.abs(others_s[np.minimum(after, others_s.size - 1)] - times_s),
        np.abs(times_s - others_s[np.maximum(after - 1, 0)]),
    )
    return np.asarray(distance <= SAME_S)
