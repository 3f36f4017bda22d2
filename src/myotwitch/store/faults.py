"""From the complaints of a database to sentences that say what to do; never with what an entry says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from myotwitch.errors import StoreError
from myotwitch.language import _, later, translated
from myotwitch.store.address import Address

KEPT = later("What was confirmed before is kept.")

SENTENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("disk is full", "disk i/o error", "no space left", "could not extend", "53100"),
        later("The disk of {address} is full or fails, so this change was not made. {kept} Make room and try again."),
    ),
    (
        ("database is locked", "database table is locked", "database schema is locked"),
        later("Another program writes to {address} and does not end. {kept} Close it and try again."),
    ),
    (
        ("readonly database", "read-only", "25006"),
        later(
            "{address} or its folder may only be read, so nothing can be changed. Give yourself the "
            "right to write to both, or copy the file elsewhere."
        ),
    ),
    (
        ("malformed", "corrupt", "not a database", "hmac check failed"),
        later(
            "{address} is damaged. Copy it away first, then restore the newest backup: myotwitch "
            "diary restore BACKUP --store NEW.db."
        ),
    ),
    (
        ("unable to open database file",),
        later("{address} cannot be opened; check that its folder exists and that you may read and write there."),
    ),
    (
        ("28p01", "28000", "password authentication", "requires a password", "no pg_hba.conf entry"),
        later("{address} does not let this user in; check the user's name and set the password as PGPASSWORD."),
    ),
    (("3d000",), later("There is no database of that name at {address}; make it first with createdb.")),
    (
        (
            "create a connection",
            "network error",
            "communication error",
            "refused",
            "57p03",
            "57p01",
            "server closed",
        ),
        later(
            "There is no connection to {address}; check that the server runs, what its name and port "
            "are, and that there is such a database. {kept}"
        ),
    ),
    (
        ("42501",),
        later("{address} does not allow this user to do that; let the database's owner grant it."),
    ),
)
"""What the databases say in lower case, and what that means for the person."""


@contextmanager
def told_plainly(address: Address) -> Iterator[None]:
    """Turn every complaint of the database inside into a `StoreError`."""
    try:
        yield
    except DBAPIError as error:
        raise plain_error(error, address) from error
    except ConnectionError as error:  # pg8000 lets some through as they are
        raise StoreError(_sentence("network error", address)) from error


def plain_error(error: DBAPIError, address: Address) -> StoreError:
    """Return the error that says what is wrong with a store, and what to do."""
    # The text of SQLAlchemy's own error holds statements and values; only the database's is looked at.
    said = _words_of(error.orig)
    return StoreError(_sentence(said, address) or _unknown(said or type(error).__name__, address))


def _sentence(said: str, address: Address) -> str:
    """Return the sentence for what a database said; empty where there is none."""
    lower = said.lower()
    found = next((sentence for words, sentence in SENTENCES if any(word in lower for word in words)), "")
    return translated(found).format(address=address, kept=translated(KEPT))


def _unknown(said: str, address: Address) -> str:
    return _("{address} cannot be used: {said}. {kept}").format(
        address=address, said=said.splitlines()[0][:200], kept=translated(KEPT)
    )


def _words_of(error: BaseException | None) -> str:
    """Return what a database said; pg8000 gives the fields of PostgreSQL's answer, C its code and M its message."""
    given = error.args[0] if error is not None and error.args else ""
    return f"{given.get('M', '')} ({given.get('C', '')})" if isinstance(given, dict) else str(error)
