"""For the doctor: the answer with its evidence as one page to take along."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.pipeline import answer_from_diary
from myotwitch.report import case_page
from myotwitch.web.here import diary_of
from myotwitch.web.pages.answer import missing_in
from myotwitch.web.templating import page

router = APIRouter(prefix="/doctor")


@router.get("")
def doctor(request: Request) -> Response:
    """Show what the page will hold, or what is still needed for one."""
    return page(request, "doctor.html", {"missing": missing_in(diary_of(request))})


@router.post("/report")
def report(request: Request) -> Response:
    """Return the report as one HTML file that needs nothing else."""
    answered = answer_from_diary(diary_of(request))
    text = case_page(answered.case, answered.assessment, [])
    headers = {"Content-Disposition": 'attachment; filename="twitching.html"'}
    return Response(text, media_type="text/html", headers=headers)
