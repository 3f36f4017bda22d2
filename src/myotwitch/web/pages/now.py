"""Now: log a bout in two taps, say that there was none, note what was taken; see what is in the body."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.anatomy import MUSCLES
from myotwitch.diary import Bout, CheckIn, Diary
from myotwitch.diary.counted import counted_at
from myotwitch.language import _, digits, later, translated
from myotwitch.report.body_map import HEAT_DAYS, VIEWS, Heat, Part, drawing_of, heat_of, part_of
from myotwitch.store import undo
from myotwitch.substances import SUBSTANCES, find_substance
from myotwitch.web.dates import time_words
from myotwitch.web.forms import Sent, entry_from_fields, number, refused
from myotwitch.web.here import COMMAND, back_to, diary_of, keep, person_of, session_of, workplace_of
from myotwitch.web.in_body_drawing import LASTS_S, present
from myotwitch.web.in_body_words import in_body_rows
from myotwitch.web.noting import (
    LONGEST_WATCH_H,
    SHARED_DAYS,
    Shared,
    in_words,
    rows_by_group,
    shared_of_late,
    stretches_to_check,
    used_of_late,
)
from myotwitch.web.servings import all_offers, offers
from myotwitch.web.templating import page, said

router = APIRouter()

QUICK_KINDS = (
    ("sleep", later("Sleep")),
    ("stress", later("Stress")),
    ("exercise", later("Exercise")),
    ("symptom", later("Symptom")),
    ("note", later("Note")),
)
UNITS = ("mg", "g", "ug", "ml", "unit")


@router.get("/")
def now(request: Request) -> Response:
    """Show the page on which everything is noted."""
    clock = Sent.clock()
    diary = counted_at(diary_of(request), clock).diary
    bouts = diary.of(Bout)
    heat = heat_of(bouts, clock)
    midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    return page(request, "now.html", {
        "today": sum(bout.count for bout in bouts[-1000:] if bout.time >= midnight),
        "last": _last(bouts[-1], clock) if bouts else None,
        "again": [(part.name, in_words(part)) for part in used_of_late(bouts, clock)],
        "views": VIEWS, "drawings": _drawings(heat),
        "groups": rows_by_group(heat), "heat_days": HEAT_DAYS,
        "shared": [_shared_words(shared) for shared in shared_of_late(bouts, clock)],
        "shared_days": SHARED_DAYS,
        "stretches": stretches_to_check(diary, clock),
        "offers": offers(diary, clock), "servings": all_offers(),
        "substances": sorted(translated(substance.name) for substance in SUBSTANCES.values()), "units": UNITS,
        "quick_kinds": QUICK_KINDS, "present": _present(request, clock),
    })  # fmt: skip


@router.get("/now/in-body")
def show_in_body(request: Request) -> Response:
    """Show what is in the body."""
    return page(request, "in_body.html", {"present": _present(request, Sent.clock())})


@router.get("/now/in-body/part")
def in_body_part(request: Request) -> Response:
    """Return the part of the page Now that shows what is in the body; status 202 while it is being worked out."""
    rows = _present(request, Sent.clock())
    return Response(status_code=202) if rows is None else page(request, "in_body_part.html", {"present": rows})


@router.post("/now/bout")
async def add_bout(request: Request) -> Response:
    """Note a bout."""
    sent = Sent.of(await request.form())
    part = part_of(sent.fields.get("where") or sent.fields.get("muscle") or sent.fields.get("place", ""))
    count = number(sent, "count")
    fields = {
        "time": sent.time(),
        "place": part.place,
        "muscle": part.key if part.is_muscle else None,
        "side": sent.fields.get("side") or part.side,
        "count": 1 if count is None else int(count) if count.is_integer() else count,
        "strength": number(sent, "strength"),
        "duration_s": number(sent, "duration_s"),
        "text": sent.fields.get("text"),
    }
    keep(request, entry_from_fields("bout", fields), said(request, "Noted."))
    answer = back_to("/")
    view = sent.fields.get("view")
    if view in {known.key for known in VIEWS}:
        answer.headers["location"] = f"/#{view}"
    return answer


@router.post("/now/none")
async def add_check_in(request: Request) -> Response:
    """Note that nothing else twitched since a time or for some hours."""
    sent = Sent.of(await request.form())
    end = sent.time()
    begin = _begin(diary_of(request), sent, end)
    keep(
        request,
        CheckIn(time=end, duration_min=(end - begin) / timedelta(minutes=1)),
        said(request, "Noted: nothing else since %(clock)s.", clock=begin.strftime("%H:%M")),
    )
    return back_to("/")


def _begin(diary: Diary, sent: Sent, end: datetime) -> datetime:
    """Return when the stretch began that a form tells.

    Raises
    ------
    DiaryError
        If it tells none, or one that nobody can have watched.
    """
    since, longest = sent.fields.get("since"), digits(LONGEST_WATCH_H)
    if since is not None:
        for stretch in stretches_to_check(diary, end):
            if stretch.key == since:
                return stretch.time
        raise refused(
            "since", _("That is not known, or longer than {hours} hours ago; give hours instead.").format(hours=longest)
        )
    hours = number(sent, "hours")
    if hours is None or not 0 < hours <= LONGEST_WATCH_H:
        raise refused(
            "hours", _("Say for how many hours you noticed nothing: above 0, up to {hours}.").format(hours=longest)
        )
    return end - timedelta(hours=hours)


@router.post("/now/intake")
async def add_intake(request: Request) -> Response:
    """Note something taken."""
    sent = Sent.of(await request.form())
    fields = {
        "time": sent.time(),
        "substance": _substance(sent.fields.get("substance", "")),
        "amount": number(sent, "amount"),
        "unit": sent.fields.get("unit") if sent.fields.get("amount") else None,
    }
    keep(request, entry_from_fields("intake", fields), said(request, "Noted."))
    return back_to("/")


def _substance(name: str) -> str:
    """Return the key of what a person calls by a name, in their language or ours."""
    shown = {translated(substance.name).casefold(): key for key, substance in SUBSTANCES.items()}
    return name if name in SUBSTANCES else shown.get(name.casefold()) or find_substance(name[:200]).key


@router.post("/undo")
async def take_back(request: Request) -> Response:
    """Take back what was done last, or the action that a message names."""
    sent = Sent.of(await request.form())
    given = sent.fields.get("action", "")
    number_of_action = int(given) if given.isdecimal() and len(given) < 10 else None
    undo(workplace_of(request).store, person_of(request), number_of_action, command=COMMAND)
    session_of(request).told = (said(request, "Taken back."), None)
    return back_to(sent.fields.get("back", "/"))


def _drawings(heat: Heat) -> dict[str, Markup]:
    """Return every drawing of the map, coloured."""
    often = _("%(what)s (%(num)d in %(days)d days)")
    sides = {"left": _("your left"), "right": _("your right")}

    def title(part: Part, count: int) -> str:
        words = in_words(part)
        return often % {"what": words, "num": count, "days": HEAT_DAYS} if count else words

    return {
        key: drawing_of(key, label=translated(label), sides=sides, title=title, heat=heat)
        for view in VIEWS
        for key, label in view.sheets
    }


def _last(bout: Bout, now: datetime) -> tuple[str, str]:
    """Return where it twitched last, and when."""
    key = bout.muscle or bout.place
    where = _("somewhere") if key is None else in_words(Part(key=key, side=bout.side))
    return where, f"{bout.time:%H:%M}" if bout.time.date() == now.date() else time_words(bout.time)


def _shared_words(shared: Shared) -> dict[str, Any]:
    names = [in_words(Part(key=key, side=None)) for key in shared.muscles]
    return {
        "side": shared.side,
        "muscles": list(zip(shared.muscles, names, strict=True)),
        "supply": None if shared.supply is None else translated(shared.supply.plain_name),
        "driven": shared.driven,
        "muscle_count": 0 if shared.supply is None else shared.supply.muscle_count,
        "catalogue_count": len(MUSCLES),
    }


def _present(request: Request, clock: datetime) -> list[dict[str, Any]] | None:
    """Return what is in the body; None while it is being worked out."""
    found = workplace_of(request).worked_out(
        "in_body", person_of(request), lambda diary: present(diary, Sent.clock()), lasts_s=LASTS_S
    )
    return None if found is None else in_body_rows(found, clock)
