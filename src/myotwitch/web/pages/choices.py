"""Settings: whose diary, language, light or dark, backup, export, erasing, closing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myotwitch.diary import DiaryPerson
from myotwitch.diary.exports import EXPORTERS
from myotwitch.language import LANGUAGES, _
from myotwitch.store import add_person, set_profile, write_backup
from myotwitch.store.passphrase import SHORTEST
from myotwitch.web.forms import Sent, number, refused
from myotwitch.web.here import COMMAND, back_to, diary_of, is_example, person_of, session_of, workplace_of
from myotwitch.web.measures import (
    CENTIMETRES_PER_INCH,
    KILOGRAMS_PER_POUND,
    MEASURES,
    body_number,
    body_value,
    measures_in_use,
)
from myotwitch.web.templating import LANGUAGE_COOKIE, MEASURES_COOKIE, THEME_COOKIE, THEMES, page, said

router = APIRouter(prefix="/settings")

YEAR_S = 365 * 24 * 3600
MEDIA = {"json": "application/json", "csv": "text/csv", "fhir": "application/fhir+json"}
ENDING = {"json": "json", "csv": "csv", "fhir": "fhir.json"}
CLAIMS = ("smokes", "takes_pill", "liver_disease")


@router.get("")
def settings_page(request: Request) -> Response:
    """Show every setting."""
    workplace, profile = workplace_of(request), diary_of(request).person or DiaryPerson()
    return page(request, "settings.html", {
        "person": person_of(request),
        "names": workplace.names,
        "profile": profile,
        "units": measures_in_use(),
        "weight": body_number(profile.weight_kg, KILOGRAMS_PER_POUND),
        "height": body_number(profile.height_cm, CENTIMETRES_PER_INCH),
        "store": str(workplace.store.address),
        "is_encrypted": workplace.store.is_encrypted,
        "is_file": workplace.store.address.file is not None,
        "exports": tuple(EXPORTERS),
        "shortest": SHORTEST,
    })  # fmt: skip


@router.post("/looks")
async def choose_looks(request: Request) -> Response:
    """Keep the language, the units, and whether pages are light or dark, in this browser."""
    sent = Sent.of(await request.form())
    response = back_to("/settings")
    secure = workplace_of(request).settings.has_tls
    for name, field, allowed in (
        (LANGUAGE_COOKIE, "language", LANGUAGES),
        (THEME_COOKIE, "theme", THEMES),
        (MEASURES_COOKIE, "units", MEASURES),
    ):
        value = sent.fields.get(field)
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=YEAR_S, httponly=True, samesite="strict", secure=secure)
    return response


@router.post("/profile")
async def keep_profile(request: Request) -> Response:
    """Keep what is known of the person."""
    sent = Sent.of(await request.form())
    year, before = number(sent, "birth_year"), diary_of(request).person or DiaryPerson()
    changes: dict[str, Any] = {
        "birth_year": None if year is None else int(year),
        "sex": sent.fields.get("sex", "unknown"),
        "weight_kg": body_value(number(sent, "weight_kg"), before.weight_kg, KILOGRAMS_PER_POUND),
        "height_cm": body_value(number(sent, "height_cm"), before.height_cm, CENTIMETRES_PER_INCH),
        **{name: {"true": True, "false": False}.get(sent.fields.get(name, "")) for name in CLAIMS},
    }
    set_profile(workplace_of(request).store, person_of(request), changes, command=COMMAND)
    session_of(request).told = (said(request, "Kept."), None)
    return back_to("/settings")


@router.post("/passphrase")
async def choose_passphrase(request: Request) -> Response:
    """Put the diary under a passphrase, or under another one."""
    sent = Sent.of(await request.form())
    after = sent.fields.get("after", "")
    if after != sent.fields.get("again", ""):
        raise refused("again", _("The two new passphrases are not the same."))
    await run_in_threadpool(workplace_of(request).encrypt, sent.fields.get("before"), after)
    session_of(request).told = (
        said(request, "The diary is under the passphrase now. It is asked for at the start."),
        None,
    )
    return back_to("/settings")


@router.post("/person")
async def choose_person(request: Request) -> Response:
    """Look at another diary of the store, or begin a new one."""
    sent = Sent.of(await request.form())
    workplace, new, chosen = workplace_of(request), sent.fields.get("new"), sent.fields.get("person")
    if new is not None:
        add_person(workplace.store, new)
        chosen = new
    if chosen not in workplace.names:
        raise refused("person", _("There is no such person in this store."))
    session = session_of(request)
    session.person, session.unknown = chosen, frozenset()
    session.told = (said(request, "This is the diary of %(name)s.", name=chosen), None)
    return RedirectResponse("/", status_code=303)


@router.post("/export/{name}")
def export(request: Request, name: Annotated[str, InPath(pattern="^(json|csv|fhir)$")]) -> Response:
    """Return the whole diary as a file."""
    text = EXPORTERS[name](diary_of(request))
    stem = "diary_simulated" if is_example(request) else "diary"
    headers = {"Content-Disposition": f'attachment; filename="{stem}.{ENDING[name]}"'}
    return Response(text, media_type=MEDIA[name], headers=headers)


@router.post("/backup")
async def backup(request: Request) -> Response:
    """Return everything that the store holds as one encrypted file."""
    passphrase = Sent.of(await request.form()).fields.get("passphrase", "")
    if len(passphrase) < SHORTEST:
        raise refused(
            "passphrase",
            _("Give a passphrase of at least {shortest_passphrase} signs, and keep it safe.").format(
                shortest_passphrase=SHORTEST
            ),
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "backup"
        write_backup(workplace_of(request).store, file, passphrase=passphrase)
        content = file.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="myotwitch.backup.age"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/erase")
async def erase_person(request: Request) -> Response:
    """Erase this person with everything of theirs."""
    person = person_of(request)
    if Sent.of(await request.form()).fields.get("sure") != person:
        raise refused("sure", _("To erase everything, write the name of the diary: {person}.").format(person=person))
    erased = workplace_of(request).erase(person)
    session_of(request).person = None
    return page(request, "erased.html", {"person": person, "erased": erased})
