"""The report as one HTML file that needs nothing else: style, pictures and text in it, no script, no address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from myotwitch import __version__
from myotwitch.case import Case
from myotwitch.causes import Assessment
from myotwitch.errors import RequestError
from myotwitch.recordings import Recording
from myotwitch.report.content import (
    causes_for_person,
    evidence_text,
    interval_text,
    is_afraid,
    measured_sentence,
    person_line,
    probability_text,
    sources_of,
    told,
)
from myotwitch.report.drawing import draw_recording, picture_as_svg
from myotwitch.report.reassurance import reassurance_for
from myotwitch.report.wording import URGENCY
from myotwitch.twitches import Twitches, detection_document, summarise

MOST_ROWS = 200
"""Twitches listed on a page; the table has them all."""
MOST_RANKED = 20


def case_page(case: Case, assessment: Assessment, measurements: Sequence[tuple[Recording, Twitches]]) -> str:
    """Return the report of a case as an HTML page: the person's part first, the doctor's details behind it."""
    ranking = [
        {
            "name": ranked.cause.title,
            "icd10": ranked.cause.icd10,
            "probability_text": probability_text(ranked.probability),
            "interval_text": interval_text(ranked),
            "evidence_text": evidence_text(ranked),
        }
        for ranked in assessment.causes[:MOST_RANKED]
    ]
    return _render(
        "case.html",
        {
            "wording": URGENCY[assessment.urgency],
            "urgency": assessment.urgency.value,
            "person": person_line(case),
            "why": assessment.why,
            "undecided": assessment.undecided,
            "causes": causes_for_person(assessment),
            "reassurance": reassurance_for(case, assessment) if is_afraid(case) else (),
            "measured": [
                {
                    "text": measured_sentence(summarise(twitches), Path(recording.file).name),
                    "picture": _picture(recording, twitches),
                }
                for recording, twitches in measurements
            ],
            "what_helps": assessment.what_helps,
            "watch_for": assessment.watch_for,
            "ask_next": [question.question for question in assessment.ask_next],
            "limits": assessment.limits,
            "told_present": told(case, present=True),
            "told_absent": told(case, present=False),
            "ranking": ranking,
            "sources": sources_of(assessment.causes[:MOST_RANKED]),
        },
    )


def recording_page(recording: Recording, twitches: Twitches) -> str:
    """Return what was found in one recording as an HTML page with its picture, channels and rows."""
    document = detection_document(twitches)
    rows = document["twitches"]
    name = Path(recording.file).name
    return _render(
        "recording.html",
        {
            "file": name,
            "headline": measured_sentence(summarise(twitches), name),
            "detail": _seen_sentence(document["summary"]),
            "picture": _picture(recording, twitches),
            "channels": document["recording"]["channels"],
            "excluded": document["excluded"],
            "rows": rows[:MOST_ROWS],
            "rows_left_out": max(0, len(rows) - MOST_ROWS),
            "notes": document["notes"],
            "detector": document["detector"],
        },
    )


def write_page(page: str, path: Path) -> None:
    """Write a page to `path`.

    Raises
    ------
    RequestError
        If the ending is not ``.html`` or the file cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise RequestError(f"The report {path} must end in .html.")
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"The report {path} cannot be written: {error.strerror or error}.") from error


def _seen_sentence(summary: Mapping[str, Any]) -> str:
    smallest = summary["smallest_detectable_uv"]
    if smallest is None:
        return "The scale of the recording is unknown, so sizes are told in multiples of the noise."
    return f"A twitch of {smallest:.0f} µV peak to peak or more could have been seen on the best channel."


def _picture(recording: Recording, twitches: Twitches) -> Markup:
    return Markup(picture_as_svg(draw_recording(recording, twitches)))


def _render(template: str, values: Mapping[str, Any]) -> str:
    style = files("myotwitch.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    return _environment().get_template(template).render(**values, style=Markup(style), version=__version__)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("myotwitch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
