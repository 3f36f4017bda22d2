"""What an entry of the diary says, in the words of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from myotwitch.anatomy import PLACE_LABELS
from myotwitch.case import FINDINGS
from myotwitch.diary import Entry
from myotwitch.substances import SUBSTANCES

Translate = Callable[[str], str]

KIND_WORDS: Mapping[str, str] = {
    "bout": "Twitching", "check_in": "Watched", "intake": "Taken", "schedule": "Taken by plan", "sleep": "Sleep",
    "stress": "Stress", "exercise": "Exercise", "screen": "Screen", "symptom": "Symptom", "lab": "Laboratory value",
    "cycle": "Period", "pregnancy": "Pregnancy", "illness": "Illness", "vaccination": "Vaccination",
    "recording": "Recording", "note": "Note",
}  # fmt: skip
"""Each kind in a word; translated where it is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryWords:
    """An entry as a row of a page.

    Parameters
    ----------
    key, kind, clock, title, detail
        Its key and kind; the time of the day; what it is; what it says besides.
    """

    key: str
    kind: str
    clock: str
    title: str
    detail: str


def words_of(entry: Entry, translate: Translate) -> EntryWords:
    """Return an entry in words."""
    document = entry.to_document()
    subject = _subject(document, translate)
    title = translate(KIND_WORDS[entry.kind])
    if entry.kind in ("bout", "intake", "schedule", "symptom", "lab") and subject:
        title = subject
    details = [*_details(document, translate), document.get("text", "")]
    if subject and title != subject:
        details.insert(0, subject)
    return EntryWords(
        key=entry.key,
        kind=entry.kind,
        clock=f"{entry.time:%H:%M}",
        title=title[:1].upper() + title[1:],
        detail=" · ".join(detail for detail in details if detail),
    )


def _subject(document: Mapping[str, Any], translate: Translate) -> str:
    if "substance" in document:
        return translate(SUBSTANCES[document["substance"]].name)
    if "finding" in document:
        return translate(FINDINGS[document["finding"]].label)
    if "analyte" in document:
        return translate(document["analyte"].replace("_", " "))
    place = translate(PLACE_LABELS[document["place"]]) if "place" in document else ""
    side = translate(document["side"]) if "side" in document else ""
    return ", ".join(part for part in (place, side) if part)


def _details(document: Mapping[str, Any], translate: Translate) -> list[str]:
    told = {
        "count": ("%g times", lambda value: value > 1),
        "duration_s": ("%g s", None),
        "duration_min": ("%g min", None),
        "strength": ("strength %g of 10", None),
        "level": ("%g of 10", None),
        "effort": ("effort %g of 10", None),
        "severity": ("severity %g of 10", lambda value: value > 0),
    }
    details = []
    for name, (pattern, is_told) in told.items():
        value = document.get(name)
        if value is not None and (is_told is None or is_told(value)):
            details.append(translate(pattern) % value)
    if document.get("severity") == 0:
        details.append(translate("not there"))
    if "amount" in document:
        details.append(f"{document['amount']:g} {document['unit']}")
    if document["kind"] == "lab":
        details.append(f"{document['value']:g} {document['unit']}")
    if "at" in document:
        details.append(", ".join(document["at"]))
    if "event" in document:
        details.append(translate(document["event"]))
    return details
