"""Every error that myotwitch raises on purpose.

One base class, few children, each named for the reader's problem. A message says what was given, what is allowed and
what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from myotwitch.language import _, ngettext


class MyotwitchError(Exception):
    """The base of every error raised on purpose: catching it catches all of them and nothing else."""


class RecordingError(MyotwitchError):
    """Raised when a file cannot be read as a recording, or holds something no recording can hold."""


class RequestError(MyotwitchError):
    """Raised when an option, a setting or an argument is outside what is allowed."""


class UnknownNameError(MyotwitchError):
    """Raised when a name (of a muscle, a substance, a finding, a cause, a detector) is not in its catalogue."""


class TableError(MyotwitchError):
    """Raised when one of the project's own data tables breaks its rules, such as a number without a source."""


class DownloadError(MyotwitchError):
    """Raised when a sample recording cannot be fetched, or is not the file that was expected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong in a file: where it stands, what was given, what is allowed.

    Parameters
    ----------
    path
        Place inside the file, such as ``twitching[0].place``; empty for the file as a whole.
    line
        Line number counted from 1, or None where the format has no lines.
    message
        What was given, what is allowed (with the nearest known name) and what to do.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        line = "" if self.line is None else _("line {line}").format(line=self.line)
        place = " ".join(part for part in (line, self.path) if part)
        return f"{place}: {self.message}" if place else self.message


class FaultyFileError(MyotwitchError):
    """Raised when a file breaks the contract; carries every fault of the file at once.

    Parameters
    ----------
    file
        The file as the user named it.
    faults
        All faults, in the order in which they stand in the file. At least one.
    """

    most_shown: int | None = None
    """Faults that the message lists; None: all."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        count = len(self.faults)
        most = count if self.most_shown is None else self.most_shown
        shown = [f"  {fault}" for fault in self.faults[:most]]
        if count > most:
            shown.append(_("  ... and {count} more.").format(count=count - most))
        head = ngettext("{file} has {count} fault:", "{file} has {count} faults:", count)
        super().__init__("\n".join([head.format(file=file, count=count), *shown]))


class CaseError(FaultyFileError):
    """Raised when a case file breaks the contract."""


class DiaryError(FaultyFileError):
    """Raised when a file of diary entries, or an entry, breaks the contract; the message shows the first hundred."""

    most_shown = 100


class StoreError(MyotwitchError):
    """Raised when the store of diaries cannot be opened, read or written; what was confirmed before is kept."""


def nearest_name(given: str, known: Sequence[str]) -> str:
    """Return a hint such as `` Did you mean 'magnesium'?`` for a misspelt name, or an empty text.

    Examples
    --------
    >>> nearest_name("magnesum", ["magnesium", "sodium"])
    " Did you mean 'magnesium'?"
    >>> nearest_name("xyzzy", ["magnesium", "sodium"])
    ''
    """
    matches = get_close_matches(given.lower(), list(known), n=1, cutoff=0.6)
    return _(" Did you mean '{name}'?").format(name=matches[0]) if matches else ""
