"""Learn: the encyclopaedia, and the playground of electrolytes."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myotwitch.anatomy import MUSCLES
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.errors import UnknownNameError
from myotwitch.report.encyclopaedia.explain import page_of
from myotwitch.report.encyclopaedia.names import find_topics
from myotwitch.report.encyclopaedia.page import DISCLAIMER, PageKind, Topic, figure_text
from myotwitch.substances import SUBSTANCES
from myotwitch.web.forms import Sent
from myotwitch.web.here import session_of
from myotwitch.web.playground import SLIDERS, Played, play
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
    return page(request, "learn.html", {"groups": _groups(), "asked": ""})


@router.post("/find")
async def find(request: Request) -> Response:
    """Lead to the page of a name."""
    asked = Sent.of(await request.form()).fields.get("name", "")
    try:
        topic = find_topics(asked)[0]
    except UnknownNameError as error:
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
    return page(request, "playground.html", {"sliders": SLIDERS, "played": play(**usual.model_dump()), "usual": usual})


@router.post("/playground/axon")
def run_axon(outside: Annotated[Outside, Body()]) -> Played:
    """Return what the axon does between these concentrations."""
    return play(**outside.model_dump())


@cache
def _known() -> dict[Topic, str]:
    """Return every topic that has a page, with its title."""
    known = {Topic(PageKind.CAUSE, name): cause.plain_title for name, cause in load_catalogue().causes.items()}
    known |= {Topic(PageKind.FINDING, name): finding.label for name, finding in FINDINGS.items()}
    known |= {Topic(PageKind.SUBSTANCE, key): substance.name for key, substance in SUBSTANCES.items()}
    known |= {Topic(PageKind.ANALYTE, name): name.replace("_", " ") for name in ANALYTES}
    known |= {Topic(PageKind.MUSCLE, key): muscle.name for key, muscle in MUSCLES.items()}
    return known


@cache
def _groups() -> list[dict[str, Any]]:
    headings = {
        PageKind.CAUSE: "Causes",
        PageKind.FINDING: "Symptoms, signs and tests",
        PageKind.SUBSTANCE: "What people take",
        PageKind.ANALYTE: "Ions and laboratory values",
        PageKind.MUSCLE: "Muscles",
    }
    return [
        {
            "heading": heading,
            "kind": kind.value,
            "topics": sorted(
                ((topic.key, title) for topic, title in _known().items() if topic.kind is kind),
                key=lambda pair: pair[1].lower(),
            ),
        }
        for kind, heading in headings.items()
    ]
