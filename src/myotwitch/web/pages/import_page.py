"""Import: a file of another program is looked at first, and then taken as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from myotwitch.diary.imports import IMPORTERS
from myotwitch.errors import MyotwitchError, RequestError
from myotwitch.language import _, digits, later, ngettext
from myotwitch.store import import_entries, preview_import
from myotwitch.web.apart_run import ApartError, Limits, run_apart
from myotwitch.web.entry_words import KIND_WORDS
from myotwitch.web.forms import LONGEST_FIELD
from myotwitch.web.here import COMMAND, session_of, workplace_of
from myotwitch.web.imports_waiting import Waiting, imports_of
from myotwitch.web.templating import page, said
from myotwitch.web.uploads import incoming_folder, receive

router = APIRouter(prefix="/diary/import")

Token = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
LIMITS = Limits(cpu_s=600, silence_s=600.0)
"""A health record of ten years unpacks to gigabytes."""
WORDS: Mapping[str, str] = {
    "": later("find out"),
    "csv": later("Table of a diary"),
    "json": later("Diary of myotwitch (JSON)"),
    "table": later("Any other table (CSV)"),
    "apple_health": "Apple Health",
    "fitbit": "Fitbit",
    "nomie": "Nomie",
    "bearable": "Bearable",
    "fhir": "FHIR R4",
}
"""Each importer as a person calls it; translated where it is shown."""
DRINKS = ("us", "gb", "au", "jp", "ca", "fr", "it")
LONGEST_MAPPING = 50_000


@router.get("")
def import_page(request: Request) -> Response:
    """Show which files can be imported, and the upload."""
    return page(request, "import.html", {"words": [WORDS[name] for name in IMPORTERS]})


@router.post("/upload")
async def upload(request: Request) -> Response:
    """Look at a file; nothing of it becomes part of the diary yet."""
    with incoming_folder(workplace_of(request).recordings) as folder:
        files, fields = await receive(request, folder)
        if len(files) != 1 or not files[0].size:
            return _answered(request, fault=_("No file came; choose one that is not empty."))
        token = imports_of(request).begin(request, files[0].path, files[0].name)
    waiting = _found(request, token)
    try:
        await run_in_threadpool(_look, waiting, {"zone": fields.get("zone", "")})
    except MyotwitchError as error:
        imports_of(request).end(token)
        return _answered(request, fault=str(error))
    return _answered(request, token)


@router.get("/look/{token}")
def look(request: Request, token: Token) -> Response:
    """Show what a file would add."""
    waiting = _found(request, token)
    told = dict(waiting.told)
    kinds, duplicates = told.get("kinds"), None
    if kinds is not None:
        entries, _ = waiting.entries()
        duplicates = len(preview_import(workplace_of(request).store, waiting.person, entries).duplicates)
    return page(request, "import_look.html", {
        "token": token, "name": waiting.name, "told": told, "chosen": waiting.chosen, "duplicates": duplicates,
        "kinds": [] if kinds is None else [(KIND_WORDS[kind], count) for kind, count in kinds.items()],
        "first": _day(told.get("first")), "last": _day(told.get("last")), "importers": WORDS,
        "drinks": DRINKS, "zones": sorted(available_timezones()), "longest": LONGEST_MAPPING,
    })  # fmt: skip


@router.post("/look/{token}")
async def look_again(request: Request, token: Token) -> Response:
    """Look at a file once more, with what the person said about it."""
    waiting = _found(request, token)
    form = await request.form(max_part_size=LONGEST_MAPPING * 4)
    fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    await run_in_threadpool(_look, waiting, fields)
    return RedirectResponse(f"/diary/import/look/{token}", status_code=303)


@router.post("/keep/{token}")
def keep_all(request: Request, token: Token) -> Response:
    """Take everything that is new; the file is deleted, and one step takes all of it back."""
    waiting = _found(request, token)
    if "kinds" not in waiting.told:
        raise RequestError(_("The file could not be read as it is; correct what the page names first."))
    entries, person = waiting.entries()
    imported = import_entries(
        workplace_of(request).store, waiting.person, entries,
        source=str(waiting.told["importer"]), command=COMMAND, profile=person,
    )  # fmt: skip
    imports_of(request).end(token)
    count = len(imported.added)
    text = ngettext("%(num)s entry is in the diary now.", "%(num)s entries are in the diary now.", count)
    if imported.action is None:
        text = _("Everything in the file was in the diary already.")
    session_of(request).told = (text % {"num": digits(count, ",")}, imported.action)
    return RedirectResponse("/diary", status_code=303)


@router.post("/drop/{token}")
def drop(request: Request, token: Token) -> Response:
    """Delete a file that was looked at; nothing of it is kept."""
    _found(request, token)
    imports_of(request).end(token)
    session_of(request).told = (said(request, "The file is deleted; nothing of it was kept."), None)
    return RedirectResponse("/diary/import", status_code=303)


def _found(request: Request, token: str) -> Waiting:
    waiting = imports_of(request).find(request, token)
    if waiting is None:
        raise HTTPException(404)
    return waiting


def _answered(request: Request, token: str = "", *, fault: str = "") -> Response:
    """Answer an upload: a script by JSON, a form by a page."""
    address = f"/diary/import/look/{token}"
    if request.headers.get("x-csrf-token") is not None:
        answer, status = ({"detail": fault}, 422) if fault else ({"address": address}, 200)
        return JSONResponse(answer, status_code=status)
    if fault:
        raise RequestError(fault)
    return RedirectResponse(address, status_code=303)


def _look(waiting: Waiting, fields: Mapping[str, str]) -> None:
    """Have the separate process read the file, and remember its answer."""
    chosen = _chosen(fields)
    (waiting.folder / "entries.json").unlink(missing_ok=True)
    waiting.chosen, waiting.told = chosen, {}
    try:
        told = dict(run_apart("preview", waiting.folder, chosen, limits=LIMITS))
    except ApartError as error:
        told = {"importer": chosen["importer"], "faults": [str(error)], "needs_zone": False, "count": 1}
    waiting.told = {"needs_zone": False, "notices": [], **told}


def _chosen(fields: Mapping[str, str]) -> dict[str, Any]:
    importer, zone, mapping = fields.get("importer", ""), fields.get("zone", ""), fields.get("mapping", "")
    if importer not in WORDS or len(zone) > 60 or len(mapping) > LONGEST_MAPPING:
        raise RequestError(
            _("Choose a program from the list; a mapping has at most {longest_mapping} signs.").format(
                longest_mapping=digits(LONGEST_MAPPING, ",")
            )
        )
    effort = fields.get("effort", "")[:LONGEST_FIELD].replace(",", ".")
    try:
        effort_value = float(effort) if effort else None
    except ValueError:
        raise RequestError(
            _("{effort} is not a number; the effort is 0 to 10.").format(effort=repr(effort[:40]))
        ) from None
    if effort_value is not None and not 0.0 <= effort_value <= 10.0:
        raise RequestError(
            _("The effort {effort_value} is not possible; it is a number from 0 to 10.").format(
                effort_value=digits(effort_value)
            )
        )
    drink = fields.get("drink", "")
    return {
        "importer": importer, "zone": zone, "mapping": mapping, "effort": effort_value,
        "drink": drink if drink in DRINKS else "", "skip_faulty": fields.get("skip_faulty") == "true",
    }  # fmt: skip


def _day(time: str | None) -> date | None:
    return None if time is None else datetime.fromisoformat(time).date()
