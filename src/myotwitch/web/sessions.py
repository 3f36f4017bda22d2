"""Who may come in: a one-time link is exchanged for a session, which ends by itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from myotwitch.web.once import Taken

LINK_LASTS_S = 600.0
IDLE_S = 12 * 3600.0
LONGEST_S = 7 * 24 * 3600.0
TOKEN_BYTES, MARK_BYTES = 32, 12
MOST_SESSIONS = 50
TRIES = 5
PAUSE_S = 30.0
"""After so many wrong passwords in a row every further one waits so long."""


@dataclass(kw_only=True, slots=True)
class Session:
    """One browser that was let in.

    Parameters
    ----------
    csrf
        What its forms carry, so that no other page can send them.
    began_s, seen_s
        When it was let in, and last seen **[s of the clock]**.
    person
        Whose diary it looks at; None: the first.
    told
        What the next page says, once; with the action that it offers to undo.
    unknown
        Findings that were asked for and are not known.
    taken
        Which forms of it were taken already.
    """

    csrf: str
    began_s: float
    seen_s: float
    person: str | None = None
    told: tuple[str, int | None] | None = None
    unknown: frozenset[str] = frozenset()
    taken: Taken = field(default_factory=Taken)

    def page_token(self) -> str:
        """Return what the forms of one page carry: the session's secret, and a mark of that page."""
        return f"{self.csrf}.{secrets.token_hex(MARK_BYTES)}"

    def mark_of(self, given: str | None) -> str | None:
        """Return the mark of the page whose form carries `given`; None if that is not of this session."""
        secret, _, mark = (given or "").partition(".")
        return mark if is_same(secret, self.csrf) else None


@dataclass(kw_only=True, slots=True)
class Sessions:
    """The sessions of a running app, in memory only: they end with it.

    Parameters
    ----------
    clock
        Tells the time **[s]**, never going back.
    """

    clock: Callable[[], float] = time.monotonic
    _links: dict[bytes, float] = field(default_factory=dict)
    _sessions: dict[bytes, Session] = field(default_factory=dict)
    _failures: int = 0
    _closed_until_s: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def new_link(self) -> str:
        """Return a key that lets one browser in, once, within ten minutes."""
        key = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._links[_digest(key)] = self.clock() + LINK_LASTS_S
        return key

    def enter_by_link(self, key: str) -> str | None:
        """Return the token of a new session, or None if the key is unknown, used or too old."""
        with self._lock:
            expires_s = self._links.pop(_digest(key), None)
        return self._new_session() if expires_s is not None and expires_s > self.clock() else None

    def enter_by_password(self, password: str, password_hash: str) -> str | None:
        """Return the token of a new session, or None if the password is wrong or tried too often."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        with self._lock:
            if self.clock() < self._closed_until_s:
                return None
        try:
            PasswordHasher().verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            with self._lock:
                self._failures += 1
                if self._failures >= TRIES:
                    self._closed_until_s = self.clock() + PAUSE_S
            return None
        with self._lock:
            self._failures = 0
        return self._new_session()

    def _new_session(self) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now_s = self.clock()
        with self._lock:
            self._forget_old(now_s)
            self._sessions[_digest(token)] = Session(
                csrf=secrets.token_urlsafe(TOKEN_BYTES), began_s=now_s, seen_s=now_s
            )
        return token

    def find(self, token: str | None) -> Session | None:
        """Return the living session of a token, and note that it was seen; None if there is none."""
        if not token:
            return None
        now_s = self.clock()
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session is None:
                return None
            if now_s - session.seen_s > IDLE_S or now_s - session.began_s > LONGEST_S:
                del self._sessions[_digest(token)]
                return None
            session.seen_s = now_s
            return session

    def leave(self, token: str | None) -> None:
        """End a session."""
        if token:
            with self._lock:
                self._sessions.pop(_digest(token), None)

    def leave_all(self) -> None:
        """End every session."""
        with self._lock:
            self._sessions.clear()

    def _forget_old(self, now_s: float) -> None:
        old = [key for key, session in self._sessions.items() if now_s - session.seen_s > IDLE_S]
        for key in old:
            del self._sessions[key]
        while len(self._sessions) >= MOST_SESSIONS:
            oldest = min(self._sessions, key=lambda key: self._sessions[key].seen_s)
            del self._sessions[oldest]


def is_same(given: str, expected: str) -> bool:
    """Return whether two secrets are the same, in a time that does not tell how far they agree."""
    return hmac.compare_digest(given.encode("utf-8", errors="surrogatepass"), expected.encode())


def _digest(token: str) -> bytes:
    # Kept as digests, so that neither memory nor the time of a search gives a token away.
    return hashlib.sha256(token.encode("utf-8", errors="surrogatepass")).digest()
