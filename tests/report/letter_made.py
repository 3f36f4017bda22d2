"""Pages for the doctor that tests look at: of the made-up person of the documentation."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO

from docs.letter_picture import LAST, example_diary, example_recording

from myotwitch.diary import Diary
from myotwitch.language import in_language
from myotwitch.pipeline import report_basis
from myotwitch.report.letter import Basis, Choices, Part, Recorded, ReportContent, content_of

EVERYTHING = frozenset(Part)


@cache
def example() -> tuple[Diary, Recorded]:
    """The diary and the recording of the example, made once."""
    return example_diary(), example_recording()


def basis_of(choices: Choices, diary: Diary | None = None, *, now: datetime = LAST) -> Basis:
    """What the page is made from; of the example with its recording, if no diary is given."""
    known, recorded = example()
    return report_basis(known if diary is None else diary, choices, [recorded] if diary is None else [], now=now)


def made(choices: Choices, diary: Diary | None = None, language: str = "en") -> ReportContent:
    """What the page says."""
    with in_language(language):
        return content_of(basis_of(choices, diary))


def pdf_text(pdf: bytes) -> str:
    """Return what a reader of a PDF can read, on one line."""
    from pypdf import PdfReader

    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    """Return a text without blanks and breaks, so that where lines end does not matter."""
    return "".join(text.replace("\u200b", "").split())
