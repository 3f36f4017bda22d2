"""What an entry of the diary says, in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from myotwitch.anatomy import MUSCLES, PLACE_LABELS
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.course.experiment_text import note_words
from myotwitch.diary import Entry
from myotwitch.language import _, digits, later, ngettext, translated
from myotwitch.substances import SUBSTANCES
from myotwitch.web.measures import laboratory_words

KIND_WORDS: Mapping[str, str] = {
    "bout": later("Twitching"),
    "check_in": later("Watched"),
    "intake": later("Taken"),
    "schedule": later("Taken by plan"),
    "sleep": later("Sleep"),
    "stress": later("Stress"),
    "exercise": later("Exercise"),
    "screen": later("Screen"),
    "symptom": later("Symptom"),
    "lab": later("Laboratory value"),
    "cycle": later("Period"),
    "pregnancy": later("Pregnancy"),
    "illness": later("Illness"),
    "vaccination": later("Vaccination"),
    "recording": later("Recording"),
    "note": later("Note"),
}
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


def words_of(entry: Entry) -> EntryWords:
    """Return an entry in words."""
    document = entry.to_document()
    subject = _subject(document)
    title = translated(KIND_WORDS[entry.kind])
    if entry.kind in ("bout", "intake", "schedule", "symptom", "lab") and subject:
        title = subject
    details = [*_details(document), note_words(document.get("text", ""))]
    if subject and title != subject:
        details.insert(0, subject)
    return EntryWords(
        key=entry.key,
        kind=entry.kind,
        clock=f"{entry.time:%H:%M}",
        title=title[:1].upper() + title[1:],
        detail=" · ".join(detail for detail in details if detail),
    )


def _subject(document: Mapping[str, Any]) -> str:
    if "substance" in document:
        return translated(SUBSTANCES[document["substance"]].name)
    if "finding" in document:
        return translated(FINDINGS[document["finding"]].label)
    if "analyte" in document:
        return translated(ANALYTES[document["analyte"]].label)
    place = translated(PLACE_LABELS[document["place"]]) if "place" in document else ""
    if "muscle" in document:
        place = translated(MUSCLES[document["muscle"]].name)
    side = translated(document["side"]) if "side" in document else ""
    return ", ".join(part for part in (place, side) if part)


def _details(document: Mapping[str, Any]) -> list[str]:
    told = {
        "count": (_("%(num)s times"), lambda value: value > 1),
        "strength": (_("strength %(num)s of 10"), None),
        "level": (_("%(num)s of 10"), None),
        "effort": (_("effort %(num)s of 10"), None),
        "severity": (_("severity %(num)s of 10"), lambda value: value > 0),
    }
    details = []
    if "duration_s" in document:
        details.append(length_words(document["duration_s"]))
    if "duration_min" in document:
        details.append(length_words(60 * document["duration_min"]))
    for name, (pattern, is_told) in told.items():
        value = document.get(name)
        if value is not None and (is_told is None or is_told(value)):
            details.append(pattern % {"num": digits(value)})
    if document.get("severity") == 0:
        details.append(_("not there"))
    if "amount" in document:
        details.append(amount_words(document["amount"], document["unit"]))
    if document["kind"] == "lab":
        details.append(laboratory_words(document["analyte"], document["value"], document["unit"]))
    if "at" in document:
        details.append(", ".join(document["at"]))
    if "event" in document:
        details.append({"began": _("began"), "ended": _("ended")}.get(document["event"], document["event"]))
    return details


def length_words(length_s: float) -> str:
    """Return how long something lasted, in the two largest units that say it.

    Examples
    --------
    >>> length_words(42), length_words(90), length_words(481 * 60), length_words(240 * 60), length_words(0.5)
    ('42 s', '1 min 30 s', '8 h 1 min', '4 h', '0.5 s')
    """
    if length_s < 60:
        return f"{digits(length_s, '.3g')} s"
    seconds = round(length_s)
    units = {"h": seconds // 3600, "min": seconds // 60 % 60, "s": seconds % 60}
    return " ".join([f"{count} {unit}" for unit, count in units.items() if count][:2])


def amount_words(amount: float, unit: str) -> str:
    """Return an amount as it is written in the language in use.

    Examples
    --------
    >>> amount_words(1, "unit"), amount_words(0.5, "mg"), amount_words(50, "ug")
    ('1 piece', '0.5 mg', '50 µg')
    """
    if unit == "unit":
        return ngettext("%(num)s piece", "%(num)s pieces", 1 if amount == 1 else 2) % {"num": digits(amount)}
    return f"{digits(amount)} {'µg' if unit == 'ug' else unit}"
