"""The collector of lost objects kept still where many are made and none is lost."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let Python not look for lost objects inside; afterwards it does so again, if it did before.

    Reading tens of thousands of entries, or the catalogue, makes so many objects that Python searches all there are
    several times over; a third of the time goes into that, and nothing is ever found.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
