"""What a person wants on the page for the doctor; what is left out is taken from the diary before anything is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from myotwitch.diary import Diary, Entry, Intake
from myotwitch.diary.entries import Illness, Lab, Note, RecordingMade, Schedule, Symptom
from myotwitch.errors import RequestError, nearest_name
from myotwitch.substances import SUBSTANCES


class Part(StrEnum):
    """What can be on the page or left out."""

    NOTES = "notes"
    MEASURED = "measured"
    SUBSTANCES = "substances"
    ALCOHOL_AND_DRUGS = "alcohol_and_drugs"
    LABORATORY = "laboratory"
    FEELINGS = "feelings"
    OPINION = "opinion"
    AGE = "age"


PARTS: Mapping[Part, bool | None] = MappingProxyType({
    Part.MEASURED: True, Part.SUBSTANCES: True, Part.ALCOHOL_AND_DRUGS: None, Part.LABORATORY: True,
    Part.FEELINGS: True, Part.OPINION: True, Part.AGE: True, Part.NOTES: False,
})  # fmt: skip
"""Every part, and whether it is on the page if nobody says; None: the person is asked."""


class Span(StrEnum):
    """How far back course, measurements and notes are shown."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


DAYS_OF_SPAN: Mapping[Span, float | None] = MappingProxyType(
    {Span.MONTH: 30.0, Span.QUARTER: 92.0, Span.YEAR: 366.0, Span.ALL: None}
)
FEELINGS = frozenset({
    "anxiety", "fear_of_illness", "fear_it_will_not_stop", "low_mood", "annoyance", "agitation", "hyperventilation",
})  # fmt: skip
"""Findings that tell how somebody feels."""
DRUG_FINDINGS = frozenset({"alcohol_dependence", "withdrawal", "overdose"})
DRUGS = frozenset(
    key
    for key, substance in SUBSTANCES.items()
    if substance.class_key == "recreational" or key in ("heroin", "methamphetamine", "phenibut")
)
"""Alcohol, and what is mostly taken for its own sake; not coffee and tobacco, nor what doctors prescribe."""
LONGEST_NAME, LONGEST_QUESTION = 80, 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What is on the page.

    Parameters
    ----------
    parts
        The parts that are on it.
    span
        How far back course, measurements and notes are shown. Since when it twitches, and what was found, is told from
        the whole diary.
    name, question
        Name of the person and what the doctor is asked, as they are to stand on the page; empty for none.
    """

    parts: frozenset[Part] = frozenset(part for part, is_on in PARTS.items() if is_on)
    span: Span = Span.YEAR
    name: str = ""
    question: str = ""

    def __post_init__(self) -> None:
        for words, longest, what in ((self.name, LONGEST_NAME, "name"), (self.question, LONGEST_QUESTION, "question")):
            if len(words) > longest:
                raise RequestError(f"The {what} has {len(words)} characters; up to {longest} fit on the page.")

    def has(self, part: Part) -> bool:
        """Return whether a part is on the page; alcohol and drugs only with substances."""
        if part is Part.ALCOHOL_AND_DRUGS and Part.SUBSTANCES not in self.parts:
            return False
        return part in self.parts

    @property
    def hidden_findings(self) -> frozenset[str]:
        """Findings that appear nowhere."""
        feelings = frozenset() if self.has(Part.FEELINGS) else FEELINGS
        drugs = frozenset() if self.has(Part.ALCOHOL_AND_DRUGS) else DRUG_FINDINGS
        medicines = frozenset() if self.has(Part.SUBSTANCES) else frozenset({"new_medication"})
        return feelings | drugs | medicines

    @property
    def hidden_substances(self) -> frozenset[str]:
        """Substances that appear nowhere."""
        if not self.has(Part.SUBSTANCES):
            return frozenset(SUBSTANCES)
        return frozenset() if self.has(Part.ALCOHOL_AND_DRUGS) else DRUGS


def chosen_part(name: str) -> Part:
    """Return the part of a name.

    Raises
    ------
    RequestError
        If there is none.
    """
    if name not in PARTS:
        known = ", ".join(PARTS)
        raise RequestError(f"There is no part {name[:40]!r}.{nearest_name(name[:40], list(PARTS))} Parts are {known}.")
    return Part(name)


def holds_drugs(diary: Diary) -> bool:
    """Return whether a diary tells of alcohol or drugs, so that the person is asked about them."""
    return any(entry.substance in DRUGS for entry in diary.of(Intake)) or any(
        entry.substance in DRUGS for entry in diary.of(Schedule)
    )


def told_of(diary: Diary, choices: Choices) -> Diary:
    """Return the diary without anything that is left out; what follows from it cannot tell what it does not hold."""
    kept = tuple(told for entry in diary.entries if (told := _told(entry, choices)) is not None)
    person = diary.person
    if person is not None and not choices.has(Part.SUBSTANCES):
        person = person.model_copy(update={"smokes": None, "takes_pill": None})
    return Diary(entries=kept, person=person)


def begin_of(choices: Choices, at: datetime) -> datetime | None:
    """Return from when on course, measurements and notes are shown; None for all of the diary."""
    days = DAYS_OF_SPAN[choices.span]
    return None if days is None else at - timedelta(days=days)


def since(diary: Diary, begin: datetime | None) -> Diary:
    """Return what a diary says from a time on."""
    if begin is None:
        return diary
    return Diary(entries=tuple(entry for entry in diary.entries if entry.time >= begin), person=diary.person)


def _told(entry: Entry, choices: Choices) -> Entry | None:
    """Return an entry as far as it is told; None where it is not."""
    match entry:
        case Note():
            return entry if choices.has(Part.NOTES) else None
        case Lab():
            kept = choices.has(Part.LABORATORY)
        case RecordingMade():
            kept = choices.has(Part.MEASURED)
        case Intake() | Schedule():
            kept = entry.substance not in choices.hidden_substances
        case Symptom() | Illness():
            kept = entry.finding not in choices.hidden_findings
        case _:
            kept = True
    if not kept:
        return None
    return entry if choices.has(Part.NOTES) or entry.text is None else entry.model_copy(update={"text": None})
