"""Memory that goes from hand to hand: getting it from the system anew takes longer than filling it."""

from __future__ import annotations

from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray


class Spare:
    """Arrays that nobody uses at the moment; several threads may take and give back at a time."""

    def __init__(self) -> None:
        self._arrays: SimpleQueue[NDArray[np.float32]] = SimpleQueue()

    def taken(self, size: int) -> NDArray[np.float32]:
        """Return an array of at least so many samples that nobody else uses; what it holds means nothing.

        Examples
        --------
        >>> spare = Spare()
        >>> first = spare.taken(10)
        >>> spare.give_back(first)
        >>> spare.taken(8) is first, spare.taken(8) is first
        (True, False)
        """
        try:
            array = self._arrays.get_nowait()
        except Empty:
            return np.empty(size, dtype=np.float32)
        return array if array.size >= size else np.empty(size, dtype=np.float32)

    def give_back(self, array: NDArray[np.float32]) -> None:
        """Let others use an array that was taken."""
        self._arrays.put(array)
