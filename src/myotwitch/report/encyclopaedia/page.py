"""A page of the encyclopaedia: sections of lines for a person and a doctor, as text and as plain JSON values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from myotwitch.language import _, digits, later, translated
from myotwitch.report.layout import listed, wrapped
from myotwitch.sources import Figure, Grade, Source

SCHEMA_NAME = "myotwitch.page/1"
MOST_REFERENCES = 12
"""Names listed under 'See also' for a person; more are not read."""
MOST_SOURCES = 8
DISCLAIMER = later(
    "This is help for learning and for talking with a doctor. It is not a medical device and does not replace an "
    "examination."
)


class PageKind(StrEnum):
    """What a page is about."""

    CAUSE = "cause"
    ANALYTE = "analyte"
    SUBSTANCE = "substance"
    FINDING = "finding"
    MUSCLE = "muscle"
    RARE = "rare"


class Topic(NamedTuple):
    """What a page is about: the kind and the name in its catalogue."""

    kind: PageKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One statement.

    Parameters
    ----------
    text
        To a person; empty where only a doctor needs it.
    doctor_text
        To a doctor; the same as `text` where it is empty. The figure is added to it.
    figure
        The number behind it; None where there is none, or several.
    about
        What it mentions and a page exists for.
    """

    text: str
    doctor_text: str = ""
    figure: Figure | None = None
    about: tuple[Topic, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Lines under a heading; `is_prose` marks sentences that are no list."""

    heading: str
    lines: tuple[Line, ...]
    is_prose: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """All that is told of one cause, finding, substance, laboratory value, muscle or rare disease.

    Parameters
    ----------
    topic
        What it is about.
    title, doctor_title
        Its name for a person, and the doctor's name with codes.
    sections
        In the order of reading; empty ones are left out.
    sources
        What the page rests on.
    also
        Other pages that the same name could mean.
    """

    topic: Topic
    title: str
    doctor_title: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    also: tuple[Topic, ...] = ()


def prose(heading: str, *texts: str) -> Section:
    """Return a section of sentences that are the same for a person and a doctor."""
    return Section(heading=heading, lines=tuple(Line(text=text) for text in texts if text), is_prose=True)


def bullets(heading: str, texts: Sequence[str]) -> Section:
    """Return a section that lists texts that are the same for a person and a doctor."""
    return Section(heading=heading, lines=tuple(Line(text=text) for text in texts))


def shortened(lines: Sequence[Line], most: int) -> tuple[Line, ...]:
    """Return the lines, those beyond the first `most` for a doctor only."""
    rest = (replace(line, text="", doctor_text=line.doctor_text or line.text) for line in lines[most:])
    return (*lines[:most], *rest)


def number_text(value: float) -> str:
    """Return a number to three significant figures, without powers of ten where they can be avoided.

    Examples
    --------
    >>> number_text(0.000123456), number_text(2.8), number_text(18500.0)
    ('0.000123', '2.8', '18500')
    """
    if value == 0 or not math.isfinite(value):
        return digits(value)
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return digits(value, f".{decimals}f").rstrip("0").rstrip(".,") if decimals else f"{value:.0f}"


def known_words(grade: Grade, sources: Sequence[str]) -> str:
    """Return how something is known, for a doctor: its grade and the keys of its sources.

    Examples
    --------
    >>> known_words(Grade.SOURCED, ["nice_ng42"])
    '[sourced: nice_ng42]'
    """
    return f"[{': '.join(part for part in (translated(grade.value), ', '.join(sources)) if part)}]"


def figure_text(figure: Figure) -> str:
    """Return a figure with spread, grade, population, sources and note, for a doctor."""
    unit = "" if figure.unit == "1" else f" {figure.unit}"
    told = f"{number_text(figure.value)}{unit}"
    if figure.low != figure.high:
        told = _("{value} (spread {low} to {high})").format(
            value=told, low=number_text(figure.low), high=number_text(figure.high)
        )
    told += f" {known_words(figure.grade, figure.sources)}"
    return "; ".join(
        part for part in (told, translated(figure.population), translated(figure.note).rstrip(".")) if part
    )


def page_text(page: Page, *, for_doctor: bool = False) -> str:
    """Return the page as plain text, wrapped to the terminal; with every number and its source for a doctor."""
    parts = [wrapped(page.doctor_title if for_doctor else page.title.upper())]
    if page.also:
        parts.append(wrapped(f"Also: {', '.join(map(str, page.also))} (myotwitch explain {page.also[0]})."))
    parts += [_section_text(section, for_doctor=for_doctor) for section in page.sections]
    parts.append(_sources_text(page.sources, for_doctor=for_doctor))
    references = _references(page, for_doctor=for_doctor)
    if references:
        parts.append(wrapped(f"See also: {', '.join(references)}", "", "  "))
    parts.append(wrapped(DISCLAIMER))
    return "\n\n".join(part for part in parts if part)


def page_document(page: Page) -> dict[str, Any]:
    """Return the page as plain JSON values, with every number."""
    return {
        "schema": SCHEMA_NAME,
        "kind": page.topic.kind.value,
        "name": page.topic.key,
        "title": page.title,
        "doctor_title": page.doctor_title,
        "also": [_topic_document(topic) for topic in page.also],
        "sections": [
            {"heading": section.heading, "lines": [_line_document(line) for line in section.lines]}
            for section in page.sections
        ],
        "sources": [
            {"key": source.key, "citation": source.citation, "link": source.link, "reading": source.reading.value}
            for source in page.sources
        ],
        "limits": DISCLAIMER,
    }


def _section_text(section: Section, *, for_doctor: bool) -> str:
    texts = [text for line in section.lines if (text := _line_text(line, for_doctor=for_doctor))]
    if not texts:
        return ""
    if section.is_prose:
        return "\n".join([section.heading, *(wrapped(text, "  ", "  ") for text in texts)])
    return listed(section.heading, texts)


def _line_text(line: Line, *, for_doctor: bool) -> str:
    if not for_doctor:
        return line.text
    told = line.doctor_text or line.text
    return told if line.figure is None else f"{told}: {figure_text(line.figure)}"


def _sources_text(sources: Sequence[Source], *, for_doctor: bool) -> str:
    if for_doctor:
        return listed("Sources", [f"{one.key}: {one.citation} {one.link} (read: {one.reading})" for one in sources])
    told = [one.citation for one in sources[:MOST_SOURCES]]
    if len(sources) > MOST_SOURCES:
        told.append(f"and {len(sources) - MOST_SOURCES} more: --doctor lists all, with where to find them.")
    return listed("Sources", told)


def _references(page: Page, *, for_doctor: bool) -> list[str]:
    """Return the names under which what the page mentions has a page of its own, in order of their first mention."""
    mentioned = (
        topic
        for section in page.sections
        for line in section.lines
        if for_doctor or line.text
        for topic in line.about
        if topic != page.topic
    )
    names = list(dict.fromkeys(topic.key for topic in mentioned))
    return names if for_doctor else names[:MOST_REFERENCES]


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "doctor_text": line.doctor_text or line.text,
        "figure": None if line.figure is None else _figure_document(line.figure),
        "about": [_topic_document(topic) for topic in line.about],
    }


def _figure_document(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "unit": figure.unit,
        "low": figure.low,
        "high": figure.high,
        "grade": figure.grade.value,
        "sources": list(figure.sources),
        "population": figure.population,
        "note": figure.note,
    }


def _topic_document(topic: Topic) -> dict[str, str]:
    return {"kind": topic.kind.value, "name": topic.key}
