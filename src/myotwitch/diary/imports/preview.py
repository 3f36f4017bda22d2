"""What a file of another program holds, before anything of it becomes part of a diary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from myotwitch.diary.diary import DiaryPerson
from myotwitch.diary.doubts import doubts_about
from myotwitch.diary.entries import ENTRY, KINDS, Entry
from myotwitch.diary.faults import sentences_of
from myotwitch.diary.times import local_text
from myotwitch.errors import DiaryError, Fault, RequestError
from myotwitch.language import _, digits, ngettext, translated

MOST_ENTRIES = 300_000
"""Entries that one import may give; more is no diary of one person."""
MOST_FAULTS = 1_000
"""Faults that are kept; of a file with more, the number is told."""
MOST_REASONS = 500
"""Different notices that are kept, so that a hostile file cannot make one for each of its records."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSettings:
    """What the person says about a file that the file does not say itself.

    Parameters
    ----------
    zone
        Time zone in which times without an offset from UTC were written, such as ``Europe/Berlin``.
    mapping
        What the columns of a table mean, as read from a mapping file; needed for tables of no known program.
    effort
        Effort **[0 to 10]** that stands for exercise whose effort is not told; None leaves such exercise out.
    drink
        Country whose standard drink is meant where drinks are counted, such as ``us``; None keeps the number of drinks.
    skip_faulty
        Leave out what is at fault, and tell it, instead of refusing the file.
    """

    zone: str | None = None
    mapping: Mapping[str, Any] | None = None
    effort: float | None = None
    drink: str | None = None
    skip_faulty: bool = False

    def __post_init__(self) -> None:
        if self.effort is not None and not 0.0 <= self.effort <= 10.0:
            raise RequestError(
                _("The effort {effort} is not possible; it is a number from 0 to 10.").format(
                    effort=digits(self.effort)
                )
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something that the person should know about an import.

    Parameters
    ----------
    reason
        What was left out, or taken in a way that should be checked, and why.
    count
        Records that it holds for.
    example
        One of them.
    is_left_out
        True where these records did not become entries.
    """

    reason: str
    count: int
    example: str
    is_left_out: bool

    def __str__(self) -> str:
        example = f" Such as: {self.example}" if self.example else ""
        return f"{self.reason} ({self.count:,} {'record' if self.count == 1 else 'records'}).{example}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What an import would add to a diary.

    Parameters
    ----------
    source
        Name of the importer.
    file
        The file as the person named it.
    entries
        The entries, in the order of time.
    records
        Records of the file: each became part of an entry, was left out with a notice, or is at fault.
    used
        Records that became part of an entry.
    faulty
        Records at fault.
    notices
        What was left out or should be checked.
    faults
        What is at fault, the first `MOST_FAULTS`; empty unless the person asked to leave faulty records out.
    person
        What the file says about the person; None where it says nothing.
    """

    source: str
    file: str
    entries: tuple[Entry, ...]
    records: int
    used: int
    faulty: int
    notices: tuple[Notice, ...]
    faults: tuple[Fault, ...] = ()
    person: DiaryPerson | None = None

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many entries there are of each kind."""
        return dict(sorted(Counter(entry.kind for entry in self.entries).items()))

    @property
    def first(self) -> datetime | None:
        """Time of the first entry."""
        return self.entries[0].time if self.entries else None

    @property
    def last(self) -> datetime | None:
        """Time of the last entry."""
        return self.entries[-1].time if self.entries else None

    @property
    def left_out(self) -> int:
        """Records that a notice leaves out."""
        return sum(notice.count for notice in self.notices if notice.is_left_out)


@dataclass(kw_only=True)
class Collector:
    """Collects what the records of one file become; for importers only.

    Every record goes through exactly one of `add`, `leave_out` and `refuse`; `tell` comes on top.
    """

    source: str
    file: str
    settings: ImportSettings
    entries: list[Entry] = field(default_factory=list)
    used: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    _left_out: dict[str, tuple[int, str]] = field(default_factory=dict)
    _told: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(
        self, document: Mapping[str, Any], *, records: int = 1, where: str = "", line: int | None = None
    ) -> Entry | None:
        """Take an entry from plain values; what is wrong with it makes its records faulty."""
        plain = {name: value for name, value in document.items() if value is not None}
        if isinstance(plain.get("text"), str):
            plain["text"] = plain["text"].replace("\r\n", "\n").replace("\r", "\n")
        try:
            entry = ENTRY.validate_python(plain)
        except ValidationError as error:
            messages = sentences_of(error, KINDS[plain["kind"]])
            self._fault(records, [(".".join(filter(None, (where, name))), text) for name, text in messages], line)
            return None
        if len(self.entries) >= MOST_ENTRIES:
            raise self.error(
                _("The file holds more than {most_entries} entries; divide it.").format(
                    most_entries=digits(MOST_ENTRIES, ",")
                ),
                line=line,
            )
        self.entries.append(entry)
        self.used += records
        return entry

    def use(self, records: int) -> None:
        """Count records that only said more about an entry that others made."""
        self.used += records

    def leave_out(self, reason: str, example: str = "", count: int = 1) -> None:
        """Leave records out, for a reason."""
        _count(self._left_out, reason, example, count)

    def tell(self, reason: str, example: str = "", count: int = 1) -> None:
        """Tell something about records that were taken."""
        _count(self._told, reason, example, count)

    def refuse(self, message: str, *, records: int = 1, where: str = "", line: int | None = None) -> None:
        """Make records faulty."""
        self._fault(records, [(where, message)], line)

    def error(self, message: str, *, where: str = "", line: int | None = None) -> DiaryError:
        """Return the error that ends the reading of the whole file."""
        return DiaryError(self.file, [Fault(path=where, line=line, message=message)])

    def preview(self, person: DiaryPerson | None = None) -> Preview:
        """Return what was collected.

        Raises
        ------
        DiaryError
            With every fault, unless the person asked to leave faulty records out.
        """
        if self.faulty and not self.settings.skip_faulty:
            hint = ngettext(
                "{number} record is at fault; correct the file, or leave them out with --skip-faulty.",
                "{number} records are at fault; correct the file, or leave them out with --skip-faulty.",
                self.faulty,
            ).format(number=digits(self.faulty, ","))
            raise DiaryError(self.file, [Fault(path="", line=None, message=hint), *self.faults])
        for entry in self.entries:
            for doubt in doubts_about(entry):
                self.tell(doubt.reason, f"{local_text(entry.time)} {entry.kind}: {doubt.given}")
        notices = [
            Notice(reason=reason, count=count, example=example, is_left_out=kind is self._left_out)
            for kind in (self._left_out, self._told)
            for reason, (count, example) in kind.items()
        ]
        left_out = sum(count for count, _ in self._left_out.values())
        return Preview(
            source=self.source,
            file=self.file,
            entries=tuple(sorted(self.entries, key=lambda entry: (entry.time, entry.key))),
            records=self.used + self.faulty + left_out,
            used=self.used,
            faulty=self.faulty,
            notices=tuple(notices),
            faults=tuple(self.faults),
            person=person,
        )

    def _fault(self, records: int, messages: list[tuple[str, str]], line: int | None) -> None:
        self.faulty += records
        room = MOST_FAULTS - len(self.faults)
        self.faults += [Fault(path=place, line=line, message=message) for place, message in messages[:room]]


def _count(kept: dict[str, tuple[int, str]], reason: str, example: str, count: int) -> None:
    reason = translated(reason)
    if reason not in kept and len(kept) >= MOST_REASONS:
        reason = _("Further kinds of records")
    # An example comes from the file: no sign of it may steer a terminal.
    known, first = kept.get(reason, (0, "".join(sign for sign in example[:200] if sign.isprintable())))
    kept[reason] = (known + count, first)
