"""For the doctor: what is on the page to take along, and the page as PDF, web page or FHIR."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.demonstration import EXAMPLE_PERSON
from myotwitch.language import _
from myotwitch.web.forms import Sent, refused
from myotwitch.web.here import diary_of, is_example, person_of, workplace_of
from myotwitch.web.templating import page

router = APIRouter(prefix="/doctor")


@router.get("")
def doctor(request: Request) -> Response:
    """Show what the page can hold, to be chosen."""
    from myotwitch.web.letters import offered

    return page(request, "doctor.html", offered(diary_of(request)))


@router.post("/report")
async def report(request: Request) -> Response:
    """Return the page in the form that was asked for, as a file to keep."""
    from myotwitch.web.letters import FORMS, choices_from, file_stem, letter

    sent = Sent.of(await request.form())
    form = FORMS.get(sent.fields.get("form", "pdf"))
    if form is None:
        raise refused("form", _("Choose the form: pdf, html or fhir."))
    choices, now = choices_from(sent, diary_of(request)), sent.now
    if is_example(request):
        choices = replace(choices, name=EXAMPLE_PERSON)
    made = await run_in_threadpool(letter, workplace_of(request), person_of(request), choices, form, now)
    name = f"{'simulated-' if is_example(request) else ''}{file_stem(now)}{form.ending}"
    return Response(made, media_type=form.media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
