"""The app: guard, session, pages."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.resources import files
from mimetypes import guess_type
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from myotwitch import __version__
from myotwitch.errors import MyotwitchError
from myotwitch.web.guard import SAFE_METHODS, Guard, cookie_name, is_open
from myotwitch.web.sessions import Sessions, is_same
from myotwitch.web.settings import AppSettings
from myotwitch.web.templating import page, static_address

PAGES = ("now", "diary_page", "import_page", "answer", "drives", "recordings", "viewer", "learn", "doctor", "choices")
"""Modules of ``web.pages``, each with a ``router``."""


def create_app(settings: AppSettings, sessions: Sessions | None = None) -> FastAPI:
    """Return the app.

    Parameters
    ----------
    settings
        What it is told.
    sessions
        Who is let in; new ones if none are given.
    """
    own_sessions = sessions or Sessions()
    app = FastAPI(
        title="myotwitch",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(_let_in), Depends(_check_form)],
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.sessions = own_sessions
    app.get("/enter/{key}", include_in_schema=False)(_enter)
    app.post("/enter/", include_in_schema=False)(_enter_by_password)
    app.get("/static/{digest}/{name:path}", include_in_schema=False)(_static)
    app.get("/health", include_in_schema=False)(_health)
    app.get("/openapi.json", include_in_schema=False)(_schema)
    app.post("/leave")(_leave)
    for name in PAGES:
        app.include_router(import_module(f"myotwitch.web.pages.{name}").router)
    app.exception_handler(HTTPException)(_told_http)
    app.exception_handler(RequestValidationError)(_told_validation)
    app.exception_handler(MyotwitchError)(_told_fault)
    app.exception_handler(Exception)(_told_own_fault)
    app.add_middleware(Guard, settings=settings, sessions=own_sessions)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    from myotwitch.web.workplace import Workplace

    with Workplace(app.state.settings) as workplace:
        app.state.workplace = workplace
        yield


async def _let_in(request: Request) -> None:
    """Refuse a request without a session, except where nothing of the person is shown."""
    if request.state.session is None and not is_open(request.url.path):
        raise HTTPException(401)


async def _check_form(request: Request) -> None:
    """Refuse what changes something without the session's own token, in a header or in the form."""
    if request.method in SAFE_METHODS or is_open(request.url.path):
        return
    given = request.headers.get("x-csrf-token")
    if given is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get("csrf")
        given = value if isinstance(value, str) else None
    if not is_same(given, request.state.session.csrf):
        await request.close()
        raise HTTPException(403, "This form is from an earlier visit; load the page again and send it once more.")


async def _enter(key: str, request: Request) -> Response:
    """Exchange the one-time link for a session."""
    return _entered(request, request.app.state.sessions.enter_by_link(key))


async def _enter_by_password(request: Request, password: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Exchange the password for a session."""
    settings: AppSettings = request.app.state.settings
    if settings.password_hash is None:
        raise HTTPException(404)
    return _entered(request, request.app.state.sessions.enter_by_password(password, settings.password_hash))


def _entered(request: Request, token: str | None) -> Response:
    if token is None:
        return _closed(request)
    settings: AppSettings = request.app.state.settings
    request.app.state.sessions.leave(request.state.token)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        cookie_name(has_tls=settings.has_tls),
        token,
        httponly=True,
        samesite="strict",
        secure=settings.has_tls,
        path="/",
    )
    return response


def _closed(request: Request) -> Response:
    settings: AppSettings = request.app.state.settings
    return page(request, "closed.html", {"has_password": settings.password_hash is not None}, status=401)


async def _leave(request: Request) -> Response:
    """End the session and have the browser forget everything of the app."""
    request.app.state.sessions.leave(request.state.token)
    request.state.session = None
    response = _closed(request)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


async def _static(digest: str, name: str) -> Response:
    """Return one of the app's own files."""
    try:
        is_known = static_address(name) == f"/static/{digest}/{name}"
    except (OSError, ValueError):
        is_known = False
    if not is_known:
        raise HTTPException(404)
    content = files("myotwitch.web").joinpath("static", *name.split("/")).read_bytes()
    return Response(content, media_type=guess_type(name)[0] or "application/octet-stream")


async def _schema(request: Request) -> Response:
    """Return what the app answers to, for programs; like every page, to whoever was let in."""
    return JSONResponse(request.app.openapi())


async def _health() -> Response:
    return PlainTextResponse("well")


async def _told_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 401:
        return _closed(request)
    detail = error.detail if isinstance(error, HTTPException) and status != 404 else ""
    return page(request, "fault.html", {"status": status, "detail": detail}, status=status)


async def _told_validation(request: Request, error: Exception) -> Response:
    details = error.errors() if isinstance(error, RequestValidationError) else []
    text = "; ".join(f"{'.'.join(str(part) for part in detail['loc'][1:])}: {detail['msg']}" for detail in details)
    return page(request, "fault.html", {"status": 422, "detail": text}, status=422)


async def _told_fault(request: Request, error: Exception) -> Response:
    return page(request, "fault.html", {"status": 422, "detail": str(error)}, status=422)


async def _told_own_fault(request: Request, error: Exception) -> Response:
    """Say that the fault is the program's; what went wrong is for the terminal, not for the page."""
    logging.getLogger("myotwitch").error("A page failed: %s", request.url.path, exc_info=error)
    return page(request, "fault.html", {"status": 500, "detail": ""}, status=500)
