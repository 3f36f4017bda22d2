"""The page for the doctor as a person asks for it: what can be chosen, and the page in its forms.

Apart from the page of the app, because what makes the letter is slow to load.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from myotwitch.diary import Diary, RecordingMade
from myotwitch.errors import RequestError
from myotwitch.language import _, in_language, language_in_use
from myotwitch.pipeline import report_basis
from myotwitch.report.letter import (
    PARTS,
    Basis,
    Choices,
    Part,
    Recorded,
    ReportContent,
    Span,
    bundle_text,
    content_of,
    file_stem,
    html_page,
    pdf_file,
    png_pages,
    report_bundle,
)
from myotwitch.report.letter.choices import LONGEST_NAME, LONGEST_QUESTION, holds_drugs
from myotwitch.web.forms import Sent, refused
from myotwitch.web.recordings_kept import measured_of
from myotwitch.web.workplace import Workplace

__all__ = ["FORMS", "Form", "choices_from", "file_stem", "letter", "offered", "recorded_of"]

PATIENCE_S, LOOK_AGAIN_S = 120.0, 0.02
"""How long a form waits for what takes time, and how often it looks **[s]**."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One form of the page: its name, what its button says, how it is made, and its type."""

    ending: str
    media: str
    make: Callable[[Basis, ReportContent], str | bytes]


FORMS = {
    "png": Form(ending=".png", media="image/png", make=lambda basis, content: png_pages(content)[0]),
    "pdf": Form(ending=".pdf", media="application/pdf", make=lambda basis, content: pdf_file(content)),
    "html": Form(ending=".html", media="text/html", make=lambda basis, content: html_page(content)),
    "fhir": Form(
        ending=".fhir.json",
        media="application/fhir+json",
        make=lambda basis, content: bundle_text(report_bundle(basis, content, pdf_file(content))),
    ),
}


def offered(diary: Diary) -> Mapping[str, Any]:
    """Return what the page offers to choose."""
    return {
        "is_empty": not diary.entries,
        "has_age": diary.person is not None and diary.person.birth_year is not None,
        "has_drugs": holds_drugs(diary),
        "parts": {part.value: bool(is_on) for part, is_on in PARTS.items()},
        "longest_name": LONGEST_NAME,
        "longest_question": LONGEST_QUESTION,
    }


def choices_from(sent: Sent, diary: Diary) -> Choices:
    """Return what a form chooses.

    Raises
    ------
    DiaryError
        If it does not say whether alcohol and drugs are to be on the page though the diary holds some, or a text is too
        long.
    """
    parts: set[Part] = {part for part in PARTS if part is not Part.ALCOHOL_AND_DRUGS and part.value in sent.fields}
    drugs = sent.fields.get(Part.ALCOHOL_AND_DRUGS.value, "")
    if holds_drugs(diary) and Part.SUBSTANCES in parts and drugs not in ("yes", "no"):
        raise refused(
            Part.ALCOHOL_AND_DRUGS.value,
            _("Say whether alcohol and drugs are to be on the page: with them, or without."),
        )
    if drugs == "yes":
        parts.add(Part.ALCOHOL_AND_DRUGS)
    span = sent.fields.get("span", Span.YEAR.value)
    if span not in set(Span):
        raise refused("span", _("Choose a stretch of time: month, quarter, year or all."))
    try:
        return Choices(
            parts=frozenset(parts),
            span=Span(span),
            name=sent.fields.get("name", ""),
            question=sent.fields.get("question", ""),
        )
    except RequestError as error:
        raise refused("name", str(error)) from error


def recorded_of(workplace: Workplace, diary: Diary) -> tuple[Recorded, ...]:
    """Return the recordings of a diary with what was found in them, without what the person rejected."""
    found = []
    for entry in diary.of(RecordingMade):
        searched = measured_of(workplace, Diary(entries=(entry,), person=diary.person))
        found.append(
            Recorded(
                name=entry.file or entry.sha256[:8],
                made=entry.time,
                place=entry.place,
                muscle=entry.muscle,
                side=entry.side,
                twitches=searched[0] if searched else None,
            )
        )
    return tuple(found)


def letter(workplace: Workplace, person: str, choices: Choices, form: Form, now: datetime) -> str | bytes:
    """Return the page for the doctor in a form, in the language in use; waits while it is being worked out.

    Raises
    ------
    RequestError
        If that takes too long.
    """
    language = language_in_use()
    recorded = recorded_of(workplace, workplace.diary(person))

    plain = replace(choices, name="", question="")

    def make(diary: Diary) -> Basis:
        with in_language(language):
            return report_basis(diary, plain, recorded, now=now)

    counts = [0 if one.twitches is None else len(one.twitches) for one in recorded]
    name = f"letter {language} {sorted(choices.parts)} {choices.span} {counts}"
    basis = _waited(lambda: workplace.worked_out(name, person, make, lasts_s=600.0))
    basis = replace(basis, choices=choices)
    with in_language(language):
        return form.make(basis, content_of(basis))


def _waited(look: Callable[[], Basis | None]) -> Basis:
    """Return what is being worked out, once it is there.

    Raises
    ------
    RequestError
        If it takes too long.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(LOOK_AGAIN_S)
    raise RequestError(_("Working out the page takes longer than usual; ask for it again in a minute."))
