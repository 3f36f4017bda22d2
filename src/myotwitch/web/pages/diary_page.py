"""Diary: day, week and year; entries are corrected, taken out and brought back here."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from myotwitch.anatomy import MUSCLES, PLACE_LABELS
from myotwitch.case import ANALYTES, FINDINGS, Character, When
from myotwitch.diary import KINDS, Bout, CheckIn, Diary, Entry
from myotwitch.language import _, translated
from myotwitch.store import add_entry, edit_entry, history_of, remove_entry
from myotwitch.substances import SUBSTANCES
from myotwitch.web.diary_drawing import week_drawing, year_drawing
from myotwitch.web.entry_words import KIND_WORDS, words_of
from myotwitch.web.forms import Sent, entry_from_fields, refused
from myotwitch.web.here import COMMAND, back_to, diary_of, draft_of, person_of, session_of, workplace_of
from myotwitch.web.measures import laboratory_units
from myotwitch.web.templating import page, said

router = APIRouter(prefix="/diary")

VIEWS = ("day", "week", "year")
Key = Annotated[str, Path(pattern="^[0-9a-f]{4,32}$")]
NUMBERS = frozenset({
    "duration_s", "duration_min", "strength", "level", "effort", "severity", "amount", "value", "count", "every_days",
})  # fmt: skip
FIELDS_ASIDE = frozenset({"key", "kind", "time", "at", "sha256", "file"})


@router.get("")
def diary_page(
    request: Request,
    view: Annotated[str, Query(pattern="^(day|week|year)$")] = "week",
    day: date | None = None,
    kind: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a day, a week or a year."""
    diary = diary_of(request)
    shown = min(max(day or Sent.clock().date(), date(1900, 1, 8)), date(2190, 1, 1))
    first, last = _span(view, shown)
    inside = _between(diary, first, last)
    listed = [entry for entry in inside if kind in ("", entry.kind)]
    return page(request, "diary.html", {
        "view": view, "views": VIEWS, "day": shown, "first": first, "last": last, "kind": kind,
        "before": first - timedelta(days=1), "after": last + timedelta(days=365 if view == "year" else 1),
        "kinds": [(name, KIND_WORDS[name]) for name in KINDS],
        "days": _by_day(request, listed) if view != "year" else [],
        "months": _months(inside) if view == "year" else [],
        "drawing": _drawing(diary, inside, view, first, last),
        "bouts": sum(entry.count for entry in inside if isinstance(entry, Bout)),
        "watched_hours": sum(entry.duration_min for entry in inside if isinstance(entry, CheckIn)) / 60,
    })  # fmt: skip


@router.get("/new/{kind}")
def new_entry(request: Request, kind: Annotated[str, Path(max_length=20)]) -> Response:
    """Show the empty form of a kind."""
    _check_kind(kind)
    return _form(request, kind, {"time": Sent.clock().replace(second=0, microsecond=0)}, None)


@router.post("/new/{kind}")
async def add(request: Request, kind: Annotated[str, Path(max_length=20)]) -> Response:
    """Add an entry."""
    _check_kind(kind)
    sent = Sent.of(await request.form())
    entry = entry_from_fields(kind, {**_fields(kind, sent), "time": sent.time()})
    changed = add_entry(
        workplace_of(request).store, person_of(request), entry, command=COMMAND, draft=draft_of(request)
    )
    session_of(request).told = (said(request, "Noted."), changed.action)
    return back_to("/diary")


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise refused(
            "kind",
            _("The kind {kind} is not known; allowed are {kinds}.").format(kind=repr(kind), kinds=", ".join(KINDS)),
        )


@router.get("/entry/{key}")
def entry_page(request: Request, key: Key) -> Response:
    """Show an entry, its form and its history."""
    entry = _entry(diary_of(request), key)
    return _form(request, entry.kind, dict(entry), entry)


@router.post("/entry/{key}")
async def correct(request: Request, key: Key) -> Response:
    """Correct an entry; the earlier version is kept."""
    entry = _entry(diary_of(request), key)
    sent = Sent.of(await request.form())
    fields: dict[str, Any] = dict.fromkeys(_editable(entry.kind))
    fields |= _fields(entry.kind, sent)
    if "time" in sent.fields:
        fields["time"] = sent.time().isoformat()
    store, person = workplace_of(request).store, person_of(request)
    changed = edit_entry(store, person, entry.key, fields, command=COMMAND, draft=draft_of(request))
    session_of(request).told = (said(request, "Corrected; the earlier version is kept."), changed.action)
    return back_to("/diary")


@router.post("/entry/{key}/remove")
async def take_out(request: Request, key: Key) -> Response:
    """Take an entry out; it can be brought back."""
    action, _ = remove_entry(workplace_of(request).store, person_of(request), key, command=COMMAND)
    session_of(request).told = (said(request, "Taken out."), action)
    return back_to("/diary")


def _form(request: Request, kind: str, values: Mapping[str, Any], entry: Entry | None) -> Response:
    history = []
    if entry is not None:
        history = [
            {
                "recorded": version.recorded.astimezone(),
                "words": None if version.entry is None else words_of(version.entry),
            }
            for version in history_of(workplace_of(request).store, person_of(request), entry.key)
        ]
    choices = {
        "place": [(place, label) for place, label in PLACE_LABELS.items()],
        "substance": _in_order((key, substance.name) for key, substance in SUBSTANCES.items()),
        "finding": _in_order((name, finding.label) for name, finding in FINDINGS.items()),
        "analyte": [(name, analyte.label) for name, analyte in ANALYTES.items()],
        "side": [(side, side) for side in ("left", "right", "both")],
        "unit": [(unit, unit) for unit in ("mg", "g", "ug", "ml", "unit")] if kind != "lab" else None,
        "event": [("began", "began"), ("ended", "ended")],
        "muscle": [(key, muscle.name) for key, muscle in MUSCLES.items()],
        "character": [(character.value, character.value) for character in Character],
        "when": [(when.value, when.value.replace("_", " ")) for when in When],
    }
    fields = sorted((name for name in _editable(kind) if name != "at"), key=lambda name: name == "text")
    return page(request, "diary_entry.html", {
        "kind": kind, "title": KIND_WORDS[kind], "entry": entry, "values": values, "history": history,
        "fields": fields, "choices": choices, "numbers": NUMBERS,
        "required": [name for name in fields if KINDS[kind].model_fields[name].is_required()],
        "laboratory_units": laboratory_units() if kind == "lab" else [],
        "time": values["time"].strftime("%Y-%m-%dT%H:%M"),
    })  # fmt: skip


def _in_order(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return keys and words in the order of the alphabet in the language in use."""
    return sorted(choices, key=lambda choice: translated(choice[1]).casefold())


def _editable(kind: str) -> list[str]:
    return [name for name in KINDS[kind].model_fields if name not in FIELDS_ASIDE]


def _fields(kind: str, sent: Sent) -> dict[str, Any]:
    """Return the fields of a kind that a form says."""
    fields: dict[str, Any] = {}
    for name in _editable(kind):
        text = sent.fields.get(name)
        if text is None:
            continue
        fields[name] = text
        if name in NUMBERS:
            try:
                value = float(text.replace(",", "."))
            except ValueError:
                raise refused(name, _("{text} is not a number.").format(text=repr(text[:40]))) from None
            fields[name] = int(value) if name in ("count", "every_days") and value.is_integer() else value
        elif name == "painful":
            fields[name] = text == "true"
        elif name in ("until", "to_bed"):
            fields[name] = sent.time(name)
    if kind == "schedule":
        fields["at"] = tuple(sent.fields.get("at", "").split())
    return fields


def _entry(diary: Diary, key: str) -> Entry:
    found = [entry for entry in diary.entries if entry.key.startswith(key)]
    if len(found) != 1:
        raise refused("entry", _("There is no such entry any more; it may have been taken out."))
    return found[0]


def _span(view: str, day: date) -> tuple[date, date]:
    if view == "day":
        return day, day
    monday = day - timedelta(days=day.weekday())
    return (monday, monday + timedelta(days=6)) if view == "week" else (monday - timedelta(days=364), day)


def _between(diary: Diary, first: date, last: date) -> list[Entry]:
    """Return the entries of some days, by the calendar where they were written."""
    begin, end = (
        datetime.combine(first, datetime.min.time()),
        datetime.combine(last + timedelta(days=1), datetime.min.time()),
    )
    # Offsets from UTC are below a day, so all of these days lie between the same times of UTC a day further out.
    start, stop = (time.replace(tzinfo=UTC) for time in (begin - timedelta(days=1), end + timedelta(days=1)))
    first_index = bisect_left(diary.entries, start, key=_time)
    near = diary.entries[first_index : bisect_left(diary.entries, stop, lo=first_index, key=_time)]
    return [entry for entry in near if begin <= entry.time.replace(tzinfo=None) < end]


def _time(entry: Entry) -> datetime:
    return entry.time


def _by_day(request: Request, entries: list[Entry]) -> list[dict[str, Any]]:
    days: dict[date, list[Any]] = {}
    for entry in entries:
        days.setdefault(entry.time.date(), []).append(words_of(entry))
    return [{"day": day, "rows": rows} for day, rows in sorted(days.items(), reverse=True)]


def _months(entries: list[Entry]) -> list[dict[str, Any]]:
    bouts: Counter[str] = Counter()
    watched: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Bout):
            bouts[f"{entry.time.year}-{entry.time.month:02}"] += entry.count
        elif isinstance(entry, CheckIn):
            watched[f"{entry.time.year}-{entry.time.month:02}"] += round(entry.duration_min)
    return [
        {"month": month, "bouts": bouts[month], "watched_hours": watched[month] / 60}
        for month in sorted({*bouts, *watched}, reverse=True)
    ]


def _drawing(diary: Diary, inside: Sequence[Entry], view: str, first: date, last: date) -> Any:
    if view == "day":
        return None
    if view == "week":
        around = _between(diary, first - timedelta(days=1), last + timedelta(days=1))
        return week_drawing(Diary(entries=tuple(around)), first)
    counts: Counter[date] = Counter()
    watched: dict[date, float] = {}
    for entry in inside:
        if isinstance(entry, Bout):
            counts[entry.time.date()] += entry.count
        elif isinstance(entry, CheckIn):
            watched[entry.time.date()] = watched.get(entry.time.date(), 0.0) + entry.duration_min
    return year_drawing(counts, watched, last)
