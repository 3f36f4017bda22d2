"""Now: log a bout in two taps, say that there was none, note what was taken; see what is in the body."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.anatomy import PLACE_LABELS, PLACES, SIDES
from myotwitch.diary import Bout, CheckIn, Diary, Intake
from myotwitch.store import undo
from myotwitch.substances import SUBSTANCES
from myotwitch.web.forms import Sent, entry_from_fields, number, refused
from myotwitch.web.here import COMMAND, back_to, diary_of, keep, person_of, session_of, workplace_of
from myotwitch.web.templating import page, said

router = APIRouter()

FIRST_INTAKES = (("caffeine", 95.0, "mg"), ("alcohol", 13.0, "g"), ("magnesium_supplement", 300.0, "mg"))
"""Offered to somebody who has not noted anything yet; afterwards what they take themselves is offered."""
MOST_INTAKES = 6
LONGEST_WATCH_H = 16.0


@router.get("/")
def now(request: Request) -> Response:
    """Show the page on which everything is noted."""
    diary, sent = diary_of(request), Sent(fields={}, now=Sent.clock())
    today = [bout for bout in diary.of(Bout) if bout.time.date() == sent.now.date()]
    values: dict[str, Any] = {
        "places": [(place, PLACE_LABELS[place]) for place in PLACES],
        "sides": SIDES,
        "today": sum(bout.count for bout in today),
        "last": diary.of(Bout)[-1] if diary.of(Bout) else None,
        "intakes": usual_intakes(diary),
        "substances": sorted((substance.name, key) for key, substance in SUBSTANCES.items()),
    }
    return page(request, "now.html", values)


@router.post("/now/bout")
async def add_bout(request: Request) -> Response:
    """Note a bout."""
    sent = Sent.of(await request.form())
    fields = {
        "time": sent.time(),
        "place": sent.fields.get("place"),
        "muscle": sent.fields.get("muscle"),
        "side": sent.fields.get("side"),
        "count": int(number(sent, "count") or 1),
        "strength": number(sent, "strength"),
        "duration_s": number(sent, "duration_s"),
        "text": sent.fields.get("text"),
    }
    keep(request, entry_from_fields("bout", fields), said(request, "Noted."))
    return back_to("/")


@router.post("/now/none")
async def add_check_in(request: Request) -> Response:
    """Note that nothing twitched for some hours."""
    sent = Sent.of(await request.form())
    hours = number(sent, "hours")
    if hours is None or not 0 < hours <= LONGEST_WATCH_H:
        raise refused("hours", f"Say for how many hours you noticed nothing: above 0, up to {LONGEST_WATCH_H:g}.")
    end = sent.time()
    entry = CheckIn(time=end, duration_min=hours * 60)
    keep(
        request,
        entry,
        said(request, "Noted: nothing else since %(clock)s.", clock=f"{end - timedelta(hours=hours):%H:%M}"),
    )
    return back_to("/")


@router.post("/now/intake")
async def add_intake(request: Request) -> Response:
    """Note something taken."""
    sent = Sent.of(await request.form())
    fields = {
        "time": sent.time(),
        "substance": sent.fields.get("substance"),
        "amount": number(sent, "amount"),
        "unit": sent.fields.get("unit") if sent.fields.get("amount") else None,
    }
    entry = entry_from_fields("intake", fields)
    keep(request, entry, said(request, "Noted."))
    return back_to("/")


@router.post("/undo")
async def take_back(request: Request) -> Response:
    """Take back what was done last, or the action that a message names."""
    sent = Sent.of(await request.form())
    given = sent.fields.get("action", "")
    number_of_action = int(given) if given.isdecimal() and len(given) < 10 else None
    undo(workplace_of(request).store, person_of(request), number_of_action, command=COMMAND)
    session_of(request).told = (said(request, "Taken back."), None)
    return back_to(sent.fields.get("back", "/"))


def usual_intakes(diary: Diary) -> list[dict[str, Any]]:
    """Return what this person takes most often, in their usual amounts."""
    taken = Counter((intake.substance, intake.amount, intake.unit) for intake in diary.of(Intake))
    usual = [known for known, _ in taken.most_common(MOST_INTAKES)]
    usual += [known for known in FIRST_INTAKES if known[0] not in {substance for substance, _, _ in usual}]
    return [
        {"substance": substance, "name": SUBSTANCES[substance].name, "amount": amount, "unit": unit}
        for substance, amount, unit in usual[:MOST_INTAKES]
    ]
