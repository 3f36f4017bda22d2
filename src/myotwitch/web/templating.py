"""From a template and values to a page, in the person's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from myotwitch import __version__
from myotwitch.language import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    chosen_language,
    digits,
    in_language,
    ngettext,
    retold,
    translated,
)
from myotwitch.web.dates import FILTERS as DATE_FILTERS
from myotwitch.web.entry_words import amount_words
from myotwitch.web.here import is_example
from myotwitch.web.measures import MEASURES, METRIC, in_measures
from myotwitch.web.sessions import Session

THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE, MEASURES_COOKIE = "myotwitch_language", "myotwitch_theme", "myotwitch_units"
"""Choices that are nobody's secret; everything else stays at the server."""


@cache
def environment() -> Environment:
    """Return the templates, in the language in use when one is filled in."""
    made = Environment(
        loader=PackageLoader("myotwitch.web", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def translate(text: str, **values: Any) -> str:
        return translated(text) % values if values else translated(text)

    def translate_number(one: str, many: str, num: float, **values: Any) -> str:
        return ngettext(one, many, int(num)) % {"num": num, **values}

    made.filters.update(DATE_FILTERS, digits=digits, amount_words=amount_words)
    made.globals.update(_=translate, translated=translated, retold=retold, ngettext=translate_number)
    made.globals.update(
        static=static_address, version=__version__, languages=LANGUAGES, themes=THEMES, measures=MEASURES
    )
    return made


@cache
def static_address(name: str) -> str:
    """Return the address of a file of `static`; it changes with the content."""
    content = files("myotwitch.web").joinpath("static", *name.split("/")).read_bytes()
    return f"/static/{hashlib.sha256(content).hexdigest()[:16]}/{name}"


def language_of(request: Request) -> str:
    """Return the language in which a request is answered."""
    return chosen_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


class Speaking:
    """Lets a request be answered in its language and units, whatever part of the program words the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope) if scope["type"] == "http" else None
        language = SOURCE_LANGUAGE if request is None else language_of(request)
        measures = METRIC if request is None else request.cookies.get(MEASURES_COOKIE, METRIC)
        with in_language(language), in_measures(measures):
            await self.app(scope, receive, send)


def theme_of(request: Request) -> str:
    """Return whether pages are light, dark, or as the machine is."""
    kept = request.cookies.get(THEME_COOKIE, "auto")
    return kept if kept in THEMES else "auto"


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """Return a page."""
    session: Session | None = request.state.session
    told = None
    if session is not None:
        told, session.told = session.told, None
    language = language_of(request)
    with in_language(language):
        text = (
            environment()
            .get_template(template)
            .render(
                language=language,
                theme=theme_of(request),
                path=request.url.path,
                csrf="" if session is None else session.page_token(),
                is_inside=session is not None,
                is_example=is_example(request),
                message=told,
                **(values or {}),
            )
        )
    return HTMLResponse(text, status_code=status)


def said(request: Request, text: str, **values: Any) -> str:
    """Return a sentence in the language of a request, with values put in by name."""
    with in_language(language_of(request)):
        return translated(text) % values if values else translated(text)
