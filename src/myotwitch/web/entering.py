"""The doors: who comes in by link or password, what every request must have with it, and leaving."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from myotwitch.web.guard import SAFE_METHODS, cookie_name, is_open
from myotwitch.web.once import take
from myotwitch.web.refusals import closed
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings
from myotwitch.web.templating import said


async def let_in(request: Request) -> None:
    """Refuse a request without a session, except where nothing of the person is shown."""
    if request.state.session is None and not is_open(request.url.path):
        raise HTTPException(401)


async def check_form(request: Request) -> None:
    """Refuse what changes something without the session's own token, in a header or in the form; take a form once."""
    if request.method in SAFE_METHODS or is_open(request.url.path):
        return
    given, form = request.headers.get("x-csrf-token"), None
    if given is None and "form" in request.headers.get("content-type", ""):
        form = await request.form()
        value = form.get("csrf")
        given = value if isinstance(value, str) else None
    mark = request.state.session.mark_of(given)
    if mark is None:
        await request.close()
        sentence = said(request, "This form is from an earlier visit; load the page again and send it once more.")
        raise HTTPException(403, sentence)
    if form is not None and mark:
        await take(request, mark, form)


async def enter(key: str, request: Request) -> Response:
    """Exchange the one-time link for a session."""
    return _entered(request, request.app.state.sessions.enter_by_link(key))


async def enter_by_password(request: Request, password: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Exchange the password for a session."""
    settings: AppSettings = request.app.state.settings
    if settings.password_hash is None:
        raise HTTPException(404)
    return _entered(request, request.app.state.sessions.enter_by_password(password, settings.password_hash))


def _entered(request: Request, token: str | None) -> Response:
    if token is None:
        return closed(request)
    settings: AppSettings = request.app.state.settings
    request.app.state.sessions.leave(request.state.token)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        cookie_name(settings), token, httponly=True, samesite="strict", secure=settings.has_tls, path="/"
    )
    return response


async def leave(request: Request) -> Response:
    """End the session, or every one, and have the browser forget everything of the app."""
    sessions: Sessions = request.app.state.sessions
    if (await request.form()).get("everywhere") is None:
        sessions.leave(request.state.token)
    else:
        sessions.leave_all()
    request.state.session = None
    response = closed(request)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    settings: AppSettings = request.app.state.settings
    # Besides, for browsers that do not know that header or heed it over TLS only.
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="strict", secure=settings.has_tls, path="/")
    return response
