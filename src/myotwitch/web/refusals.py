"""What is answered where a request is refused or fails: a page for people, a sentence in JSON for scripts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from myotwitch.errors import MyotwitchError
from myotwitch.web.once import TakenAlreadyError
from myotwitch.web.settings import AppSettings
from myotwitch.web.templating import page, said

LONGEST_TOLD = 4_000


def tell_refusals(app: FastAPI) -> None:
    """Have an app answer every error that is raised on purpose; others are the guard's."""
    app.exception_handler(TakenAlreadyError)(_taken_already)
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_not_valid)
    app.exception_handler(MyotwitchError)(_at_fault)


def closed(request: Request) -> Response:
    """Return the answer to whoever was not let in."""
    settings: AppSettings = request.app.state.settings
    values = {"has_password": settings.password_hash is not None}
    return _told(request, 401, said(request, "This diary is closed"), "closed.html", values)


async def own_fault(request: Request, error: Exception) -> Response:
    """Return the answer to a fault of the program; what went wrong is for the terminal, not for the page."""
    logging.getLogger("myotwitch").error("A page failed: %s", request.url.path, exc_info=error)
    return _told(request, 500, "")


async def _taken_already(_: Request, error: Exception) -> Response:
    assert isinstance(error, TakenAlreadyError)
    return RedirectResponse(error.led_to, status_code=303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 401:
        return closed(request)
    return _told(request, error.status_code, "" if error.status_code == 404 else error.detail)


async def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = (
        "{}: {}".format(".".join(str(part) for part in fault["loc"][1:]), fault["msg"]) for fault in error.errors()
    )
    return _told(request, 422, "; ".join(faults))


async def _at_fault(request: Request, error: Exception) -> Response:
    return _told(request, 422, str(error))


def _told(
    request: Request, status: int, detail: str, template: str = "fault.html", values: Mapping[str, Any] | None = None
) -> Response:
    shown = detail[:LONGEST_TOLD]
    if _is_script(request):
        return JSONResponse({"detail": shown}, status_code=status)
    return page(request, template, values or {"status": status, "detail": shown}, status=status)


def _is_script(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted
