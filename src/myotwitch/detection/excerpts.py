"""Excerpts: the stretches of the filtered signal that the second pass looks at again, end to end in one array.

Few channels are kept whole. Of many channels, or at high rates, only the surroundings of what stood out a little are
kept: they hold every potential that can be found, in a tenth of the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHOLE_UP_TO_SAMPLES = 24_000_000
"""Samples of all channels of a segment up to which all of it is kept: 100 MB."""
ASIDE_S = 0.020
"""Kept around what stood out."""
GAP = 256
"""Zeros between two stretches: more than the longest filter reaches."""
Samples = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Excerpts:
    """Stretches of some channels, in time order, with zeros between them.

    Parameters
    ----------
    samples
        Shape (channels, places) **[noise SDs]**.
    first_index
        Sample of the recording at which each stretch begins.
    first_place
        Place in `samples` at which each stretch begins.
    length
        Samples in each stretch.
    sampling_rate_hz
        **[Hz]**
    silent_s
        How much of it was set to zero since it is not searched **[s]**.
    """

    samples: Samples
    first_index: NDArray[np.int64]
    first_place: NDArray[np.int64]
    length: NDArray[np.int64]
    sampling_rate_hz: float
    silent_s: float = 0.0

    @property
    def seconds(self) -> float:
        """Length of all stretches that are searched **[s]**."""
        return max(float(self.length.sum() / self.sampling_rate_hz) - self.silent_s, 1 / self.sampling_rate_hz)

    def index_of(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the samples of the recording that lie at `place`; places between stretches go to the stretch before.

        Examples
        --------
        >>> joined_excerpts([(100, np.ones((1, 3), np.float32)), (900, np.ones((1, 2), np.float32))], 1000.0).index_of(
        ...     np.array([1, 3 + GAP])
        ... ).tolist()
        [101, 900]
        """
        stretch = np.maximum(np.searchsorted(self.first_place, place, side="right") - 1, 0)
        return np.asarray(self.first_index[stretch] + place - self.first_place[stretch])

    def place_of(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where samples of the recording lie; -1 where they were not kept."""
        if not self.first_index.size:
            return np.full(index.shape, -1, dtype=np.int64)
        stretch = np.maximum(np.searchsorted(self.first_index, index, side="right") - 1, 0)
        offset = index - self.first_index[stretch]
        is_kept = (offset >= 0) & (offset < self.length[stretch])
        return np.where(is_kept, self.first_place[stretch] + offset, -1)

    def part(self, seconds: float) -> Excerpts:
        """Return about so many seconds of it, in stretches spread evenly over the whole; all where it is shorter."""
        if self.seconds <= 1.2 * seconds:
            return self
        piece = round(PART_S * self.sampling_rate_hz)
        cut = [
            (first + offset, place + offset, min(piece, length - offset))
            for first, place, length in zip(self.first_index, self.first_place, self.length, strict=True)
            for offset in range(0, int(length), piece)
        ]
        lengths = np.cumsum([length for _, _, length in cut]) / self.sampling_rate_hz
        step = self.seconds / seconds
        chosen = np.flatnonzero(np.diff(np.floor(lengths / (step * PART_S)), prepend=0.0) > 0)
        pieces = [(int(cut[row][0]), self.samples[:, cut[row][1] : cut[row][1] + cut[row][2]]) for row in chosen]
        return joined_excerpts(pieces, self.sampling_rate_hz)


PART_S = 5.0
"""Length of the stretches of which a part is made."""


def joined_excerpts(pieces: list[tuple[int, Samples]], sampling_rate_hz: float) -> Excerpts:
    """Return stretches, given by first sample of the recording and samples, as one; neighbours without a gap join.

    Examples
    --------
    >>> both = joined_excerpts([(0, np.ones((1, 3), np.float32)), (3, np.ones((1, 2), np.float32))], 1000.0)
    >>> both.length.tolist()
    [5]
    """
    first_index: list[int] = []
    first_place: list[int] = []
    length: list[int] = []
    parts: list[Samples] = []
    place = 0
    for index, samples in pieces:
        if first_index and index == first_index[-1] + length[-1]:
            length[-1] += samples.shape[1]
        else:
            if parts:
                parts.append(np.zeros((samples.shape[0], GAP), dtype=np.float32))
                place += GAP
            first_index.append(index)
            first_place.append(place)
            length.append(samples.shape[1])
        parts.append(samples)
        place += samples.shape[1]
    # A single one, of a whole segment mostly, is kept where it is.
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1) if parts else np.zeros((0, 0), np.float32)
    return Excerpts(
        samples=whole,
        first_index=np.array(first_index, dtype=np.int64),
        first_place=np.array(first_place, dtype=np.int64),
        length=np.array(length, dtype=np.int64),
        sampling_rate_hz=sampling_rate_hz,
    )


def spans_around(is_marked: NDArray[np.bool_], aside: int) -> list[tuple[int, int]]:
    """Return first and last of the stretches within `aside` samples of a marked one; the last is not part of them.

    Examples
    --------
    >>> spans_around(np.array([True, False, False, False, False, False, True]), 1)
    [(0, 2), (5, 7)]
    """
    marks = np.flatnonzero(is_marked)
    if not marks.size:
        return []
    groups = np.split(marks, np.flatnonzero(np.diff(marks) > 2 * aside) + 1)
    return [(max(0, int(group[0]) - aside), min(is_marked.size, int(group[-1]) + aside + 1)) for group in groups]
