"""The app: guard, session, pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from importlib.resources import files
from mimetypes import guess_type

from fastapi import Depends, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse

from myotwitch import __version__
from myotwitch.web.entering import check_form, enter, enter_by_password, leave, let_in
from myotwitch.web.guard import Guard
from myotwitch.web.once import Once
from myotwitch.web.openapi import document_of
from myotwitch.web.refusals import own_fault, tell_refusals
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings
from myotwitch.web.templating import Speaking, static_address

PAGES = (
    "now", "diary_page", "import_page", "answer", "drives", "recordings", "viewer", "learn", "doctor", "choices",
    "drafts",
)  # fmt: skip
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
        redirect_slashes=False,
        dependencies=[Depends(let_in), Depends(check_form)],
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.sessions = own_sessions
    app.get("/enter/{key}", include_in_schema=False)(enter)
    app.post("/enter/", include_in_schema=False)(enter_by_password)
    app.get("/static/{digest}/{name:path}", include_in_schema=False)(_static)
    app.get("/health", include_in_schema=False)(_health)
    app.get("/openapi.json", include_in_schema=False)(_schema)
    app.post("/leave")(leave)
    for name in PAGES:
        app.include_router(import_module(f"myotwitch.web.pages.{name}").router)
    tell_refusals(app)
    app.add_middleware(Once)
    app.add_middleware(Speaking)
    app.add_middleware(Guard, settings=settings, sessions=own_sessions, tell_own_fault=own_fault)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    from myotwitch.web.example import search_example
    from myotwitch.web.workplace import Workplace

    with Workplace(app.state.settings) as workplace:
        app.state.workplace = workplace
        search_example(app.state, workplace)
        yield


async def _static(digest: str, name: str) -> Response:
    """Return one of the app's own files, and never any other of this computer."""
    if name not in _static_names() or static_address(name) != f"/static/{digest}/{name}":
        raise HTTPException(404)
    content = files("myotwitch.web").joinpath("static", name).read_bytes()
    return Response(content, media_type=guess_type(name)[0] or "application/octet-stream")


@cache
def _static_names() -> frozenset[str]:
    return frozenset(file.name for file in files("myotwitch.web").joinpath("static").iterdir() if file.is_file())


async def _schema(request: Request) -> Response:
    """Return what the app answers to, for programs; like every page, to whoever was let in."""
    return JSONResponse(document_of(request.app))


async def _health() -> Response:
    return PlainTextResponse("well")
