"""What drives it: factor by factor with intervals, what changed, and the planner of an own experiment."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.course.experiment_substances import tryables
from myotwitch.course.experiment_text import plan_text
from myotwitch.diary import Diary
from myotwitch.language import _
from myotwitch.pipeline import plan_experiment
from myotwitch.substances import SUBSTANCES
from myotwitch.web.forms import Sent, number, refused
from myotwitch.web.here import back_to, diary_of, person_of, session_of, workplace_of
from myotwitch.web.templating import page, said

if TYPE_CHECKING:
    from myotwitch.web.drives_found import Found

router = APIRouter(prefix="/drives")

OUTCOMES_LAST_S = 3600.0
"""What came out of an experiment depends on the day, too **[s]**."""


@router.get("")
def drives(request: Request) -> Response:
    """Show the page; what takes longer is asked for by it."""
    found = _worked_out(request) if diary_of(request).entries else None
    values = {} if found is None else _values(found)
    return page(request, "drives.html", {
        "has_entries": bool(diary_of(request).entries), "is_ready": found is not None, **values,
        "tryables": [(key, SUBSTANCES[key].name) for key in tryables()],
        "tomorrow": Sent.clock().date() + timedelta(days=1),
    })  # fmt: skip


@router.get("/now")
def drives_now(request: Request) -> Response:
    """Return what drives it as a part of the page; 202 while it is being worked out."""
    found = _worked_out(request)
    if found is None:
        return Response(status_code=202)
    return page(request, "drives_part.html", _values(found))


@router.post("/plan")
async def plan(request: Request) -> Response:
    """Show the plan of an own experiment, or keep the one that was shown."""
    from myotwitch.course.experiment_planning import Wish

    sent = Sent.of(await request.form())
    substance, keep = sent.fields.get("substance", ""), sent.fields.get("keep") == "yes"
    given = sent.fields.get("seed", "")
    seed = int(given) if given.isdecimal() and len(given) < 11 else secrets.randbelow(2**31)
    try:
        begin = date.fromisoformat(sent.fields.get("begin", ""))
    except ValueError:
        raise refused("begin", _("Say on which day it begins, as 2026-12-01.")) from None
    amount = number(sent, "amount_mg")
    made = await run_in_threadpool(
        plan_experiment, workplace_of(request).store, person_of(request), substance, Wish(amount_mg=amount),
        begin=begin, seed=seed, keep=keep,
    )  # fmt: skip
    if keep:
        session_of(request).told = (said(request, "The plan is kept in the diary."), None)
        return back_to("/drives")
    values = {"plan": plan_text(made), "substance": substance, "begin": begin, "seed": seed, "amount_mg": amount}
    return page(request, "drives_plan.html", values)


def _worked_out(request: Request) -> Found | None:
    return workplace_of(request).worked_out("course", person_of(request), _found_in, lasts_s=OUTCOMES_LAST_S)


def _found_in(diary: Diary) -> Found:
    from myotwitch.web.drives_found import found_in  # loaded where it is worked out, so that no page waits for it

    return found_in(diary, Sent.clock())


def _values(found: Found) -> dict[str, Any]:
    from myotwitch.web.drives_found import shown

    return shown(found)
