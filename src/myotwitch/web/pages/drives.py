"""What drives it: factor by factor with intervals, what changed, and the planner of an own experiment."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.course.course import Course, course_of
from myotwitch.course.document import sentence_of
from myotwitch.course.drivers import Driver
from myotwitch.course.experiment_planning import Wish
from myotwitch.course.experiment_substances import tryables
from myotwitch.course.experiment_text import plan_text
from myotwitch.pipeline import outcomes_of, plan_experiment
from myotwitch.report.course_text import change_sentence, names, outcome_text, pattern_sentences
from myotwitch.substances import SUBSTANCES
from myotwitch.web.drives_drawing import ratio_drawing
from myotwitch.web.forms import Sent, number, refused
from myotwitch.web.here import back_to, diary_of, person_of, session_of, workplace_of
from myotwitch.web.templating import page, said

router = APIRouter(prefix="/drives")


@router.get("")
def drives(request: Request) -> Response:
    """Show the frame of the page; what takes longer is asked for by it."""
    return page(request, "drives.html", {
        "has_entries": bool(diary_of(request).entries),
        "tryables": [(key, SUBSTANCES[key].name) for key in tryables()],
        "tomorrow": Sent.clock().date() + timedelta(days=1),
        "outcomes": [outcome_text(outcome) for outcome in outcomes_of(workplace_of(request).store, person_of(request))],
    })  # fmt: skip


@router.get("/now")
def drives_now(request: Request) -> Response:
    """Return what drives it as a part of the page; 202 while it is being worked out."""
    course = workplace_of(request).worked_out("course", person_of(request), course_of)
    if course is None:
        return Response(status_code=202)
    return page(request, "drives_part.html", _values(request, course))


@router.post("/plan")
async def plan(request: Request) -> Response:
    """Show the plan of an own experiment, or keep the one that was shown."""
    sent = Sent.of(await request.form())
    substance, keep = sent.fields.get("substance", ""), sent.fields.get("keep") == "yes"
    given = sent.fields.get("seed", "")
    seed = int(given) if given.isdecimal() and len(given) < 11 else secrets.randbelow(2**31)
    try:
        begin = date.fromisoformat(sent.fields.get("begin", ""))
    except ValueError:
        raise refused("begin", "Say on which day it begins, as 2026-12-01.") from None
    amount = number(sent, "amount_mg")
    made = plan_experiment(
        workplace_of(request).store, person_of(request), substance, Wish(amount_mg=amount), begin=begin, seed=seed,
        keep=keep,
    )  # fmt: skip
    if keep:
        session_of(request).told = (said(request, "The plan is kept in the diary."), None)
        return back_to("/drives")
    values = {"plan": plan_text(made), "substance": substance, "begin": begin, "seed": seed, "amount_mg": amount}
    return page(request, "drives_plan.html", values)


def _values(request: Request, course: Course) -> dict[str, Any]:
    changes = [change for change in course.changes if change.is_clear]
    return {
        "course": course,
        "drivers": [
            {
                "name": said(request, names([driver.factor])[0]).capitalize(),
                "verdict": driver.verdict.value,
                "sentence": sentence_of(driver),
                "dose": _dose(driver),
                "drawing": ratio_drawing(driver.rate_ratio, driver.interval),
            }
            for driver in course.drivers
        ],
        "inseparable": [", ".join(names(group)) for group in course.inseparable],
        "changes": [change_sentence(change) for change in changes],
        "patterns": [] if course.patterns is None else pattern_sentences(course.patterns),
    }


def _dose(driver: Driver) -> str:
    return f"{driver.usual_dose:g} {driver.unit or ''}".strip()
