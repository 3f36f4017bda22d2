"""Gate: the writers of one program, one after the other, and none any more once the store is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from myotwitch.errors import StoreError
from myotwitch.language import _


class Gate:
    """Lets one writer through at a time, until it is shut for good."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._is_shut = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold the gate as long as the block lasts.

        Raises
        ------
        StoreError
            If it was shut.
        """
        with self._lock:
            if self._is_shut:
                raise StoreError(
                    _("The store was put under another passphrase just now. Nothing was changed; send it again.")
                )
            yield

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Wait for the writer on its way, then let nobody through; if the block fails, all is as before."""
        with self._lock:
            yield
            self._is_shut = True
