"""The disturbances of the next blocks, made while the units' potentials of this one are worked out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.recording_noise import NoiseMaker

MOST_WAITING, MOST_WAITING_BYTES = 4, 48_000_000
"""So many blocks may wait to be used, and so much of them in memory **[byte]**."""


class NoiseAhead:
    """Disturbances made by a thread of their own, from the moment that this is entered.

    Parameters
    ----------
    maker
        Makes them; nobody else may ask it meanwhile.
    stretches
        Beginning and length of each block **[s]**.
    block_bytes
        What a block takes in memory **[byte]**.
    """

    def __init__(self, maker: NoiseMaker, stretches: Iterator[tuple[int, int]], *, block_bytes: int) -> None:
        self._maker, self._stretches = maker, stretches
        self._most = max(min(MOST_WAITING, MOST_WAITING_BYTES // block_bytes), 1)
        self._waiting: deque[Future[NDArray[np.float32]]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> NoiseAhead:
        self._ask()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def next_block(self) -> NDArray[np.float32]:
        """Return the next block's disturbances, float32[channels, samples] **[uV]**."""
        block = self._waiting.popleft().result()
        self._ask()
        return block

    def _ask(self) -> None:
        """Have blocks made until as many wait as may."""
        while len(self._waiting) < self._most and (stretch := next(self._stretches, None)) is not None:
            self._waiting.append(self._thread.submit(self._maker.block, *stretch))
