"""What the tests of the store share: where stores are, entries, a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from myotwitch.diary import Bout
from myotwitch.store import Store, open_store

PASSPHRASE = "many quiet words"
NOON = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a test's store is, and how it is opened."""

    address: str
    passphrase: str | None = None

    def open(self, *, create: bool = True, clock: Callable[[], datetime] | None = None) -> Store:
        more = {} if clock is None else {"clock": clock}
        return open_store(self.address, passphrase=self.passphrase, create=create, **more)


def bout(minutes: float = 0.0, **fields: object) -> Bout:
    """A bout so many minutes after noon."""
    return Bout(time=NOON + timedelta(minutes=minutes), **fields)  # type: ignore[arg-type]


class SetClock:
    """A clock that shows what it is set to."""

    def __init__(self, now: datetime = datetime(2026, 3, 4, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
