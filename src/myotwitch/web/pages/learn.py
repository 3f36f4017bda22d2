"""Learn: the encyclopaedia, and the playground of electrolytes."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any
from unicodedata import combining, normalize

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myotwitch.anatomy import MUSCLES
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.errors import UnknownNameError
from myotwitch.language import language_in_use, later, translated
from myotwitch.report.encyclopaedia.explain import page_of
from myotwitch.report.encyclopaedia.names import find_topics
from myotwitch.report.encyclopaedia.page import DISCLAIMER, PageKind, Topic, figure_text
from myotwitch.substances import SUBSTANCES
from myotwitch.web.forms import Sent
from myotwitch.web.here import session_of
from myotwitch.web.playground_answers import Played
from myotwitch.web.templating import page

router = APIRouter(prefix="/learn")

Name = Annotated[str, Path(pattern="^[A-Za-z0-9_:.-]{1,100}$")]


class Outside(BaseModel):
    """Concentrations around the axon [mmol/l]; ionised ones for calcium and magnesium."""

    model_config = ConfigDict(extra="forbid")

    potassium: Annotated[float, Field(ge=2.0, le=8.0)] = 4.2
    sodium: Annotated[float, Field(ge=105.0, le=165.0)] = 144.2
    calcium: Annotated[float, Field(ge=0.2, le=2.6)] = 1.2
    magnesium: Annotated[float, Field(ge=0.1, le=4.0)] = 0.55


@router.get("")
def index(request: Request) -> Response:
    """Show everything that has a page."""
    return page(request, "learn.html", {"groups": _groups(language_in_use()), "asked": ""})


@router.post("/find")
async def find(request: Request) -> Response:
    """Lead to the page of a name."""
    asked = Sent.of(await request.form()).fields.get("name", "")
    try:
        topic = find_topics(asked)[0]
    except UnknownNameError as error:
        if shown := _shown_as(asked):
            return RedirectResponse(f"/learn/about/{shown[0].kind}/{shown[0].key}", status_code=303)
        session_of(request).told = (str(error), None)
        return RedirectResponse("/learn", status_code=303)
    return RedirectResponse(f"/learn/about/{topic.kind}/{topic.key}", status_code=303)


@router.get("/about/{kind}/{name}")
def about(request: Request, kind: PageKind, name: Name) -> Response:
    """Show the page of a cause, finding, substance, laboratory value, muscle or rare disease."""
    topic = Topic(kind, name)
    if topic not in _known():
        raise HTTPException(404)
    told = page_of(topic)
    sections = [
        {
            "heading": section.heading,
            "is_prose": section.is_prose,
            "lines": [
                {
                    "text": line.text,
                    "doctor_text": line.doctor_text or line.text,
                    "figure": None if line.figure is None else figure_text(line.figure),
                    "about": [known for known in line.about if known != topic and known in _known()],
                }
                for line in section.lines
            ],
        }
        for section in told.sections
    ]
    return page(request, "learn_page.html", {
        "told": told, "sections": sections, "titles": _known(), "limits": DISCLAIMER,
    })  # fmt: skip


@router.get("/playground")
def playground(request: Request) -> Response:
    """Show the sliders and what the axon does as people usually are."""
    usual = Outside()
    from myotwitch.web.playground import SLIDERS, play

    return page(request, "playground.html", {"sliders": SLIDERS, "played": play(**usual.model_dump()), "usual": usual})


@router.post("/playground/axon")
def run_axon(outside: Annotated[Outside, Body()]) -> Played:
    """Return what the axon does between these concentrations."""
    from myotwitch.web.playground import play

    return play(**outside.model_dump())


@cache
def _known() -> dict[Topic, str]:
    """Return every topic that has a page, with its title; translated where it is shown."""
    known = {Topic(PageKind.CAUSE, name): cause.plain_title for name, cause in load_catalogue().causes.items()}
    known |= {Topic(PageKind.FINDING, name): finding.label for name, finding in FINDINGS.items()}
    known |= {Topic(PageKind.SUBSTANCE, key): substance.name for key, substance in SUBSTANCES.items()}
    known |= {Topic(PageKind.ANALYTE, name): analyte.label for name, analyte in ANALYTES.items()}
    known |= {Topic(PageKind.MUSCLE, key): muscle.name for key, muscle in MUSCLES.items()}
    return known


@cache
def _groups(language: str) -> list[dict[str, Any]]:
    """Return every topic by its kind, in the order of a language's alphabet; that language must be the one in use."""
    headings = {
        PageKind.CAUSE: later("Causes"),
        PageKind.FINDING: later("Symptoms, signs and tests"),
        PageKind.SUBSTANCE: later("What people take"),
        PageKind.ANALYTE: later("Ions and laboratory values"),
        PageKind.MUSCLE: later("Muscles"),
    }
    return [
        {
            "heading": heading,
            "kind": kind.value,
            "topics": sorted(
                ((topic.key, translated(title)) for topic, title in _known().items() if topic.kind is kind),
                key=lambda pair: _in_alphabet(pair[1]),
            ),
        }
        for kind, heading in headings.items()
    ]


def _shown_as(asked: str) -> list[Topic]:
    """Return the topics whose titles in the language in use are what was asked, then those that begin with it."""
    words = _in_alphabet(asked.strip())
    titles = {topic: _in_alphabet(translated(title)) for topic, title in _known().items()}
    found = [topic for topic, title in titles.items() if words and title.startswith(words)]
    return sorted(found, key=lambda topic: titles[topic] != words)


def _in_alphabet(text: str) -> str:
    """Return a text by which it is sorted: letters with marks stand beside those without."""
    return "".join(sign for sign in normalize("NFD", text.casefold()) if not combining(sign))
