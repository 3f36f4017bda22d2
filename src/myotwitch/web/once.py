"""A form is taken once, however often it is sent, and takes its draft with it when it is kept.

A lost connection leaves a browser not knowing whether a form arrived; it then sends it again. Every page gives its
forms a mark, so the same content from the same page is recognised: the second sending waits for the first and gets its
answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from myotwitch.errors import MyotwitchError
from myotwitch.store import drop_draft
from myotwitch.store.drafts import LONGEST_FORM

MOST_REMEMBERED = 200
WAITS_S = 120.0
ASIDE = ("csrf", "offset_min", "draft")
"""Fields that belong to the sending, not to what is sent."""


@dataclass(kw_only=True, slots=True)
class Taken:
    """The forms of one session that were taken: where each led, while its first sending goes on a promise of that."""

    _led_to: OrderedDict[str, asyncio.Future[str | None]] = field(default_factory=OrderedDict)
    _pages: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)

    async def begin(self, key: str) -> str | None:
        """Return where a form led that was taken before; None if this sending is the one to be taken.

        Raises
        ------
        HTTPException
            If its first sending does not come to an end.
        """
        while (promise := self._led_to.get(key)) is not None:
            try:
                led_to = await asyncio.wait_for(asyncio.shield(promise), WAITS_S)
            except TimeoutError:
                raise HTTPException(409) from None
            if led_to is not None:
                return led_to
        self._led_to[key] = asyncio.get_running_loop().create_future()
        while len(self._led_to) > MOST_REMEMBERED:
            self._led_to.popitem(last=False)
        return None

    def end(self, key: str, led_to: str | None) -> None:
        """Say where a form led; None: it was refused, and may be sent again."""
        promise = self._led_to.get(key)
        if promise is None or promise.done():
            return
        if led_to is None:
            del self._led_to[key]
        promise.set_result(led_to)

    def close(self, mark: str, form: str) -> None:
        """Note that a page's form was kept, so that a draft of it that comes late is none any more."""
        self._pages[mark, form] = None
        while len(self._pages) > MOST_REMEMBERED:
            self._pages.popitem(last=False)

    def is_closed(self, mark: str, form: str) -> bool:
        """Return whether a page's form was kept already."""
        return (mark, form) in self._pages


class TakenAlreadyError(Exception):
    """Raised to answer a form that was taken before as it was answered then."""

    def __init__(self, led_to: str) -> None:
        super().__init__(led_to)
        self.led_to = led_to


async def take(request: Request, mark: str, form: FormData) -> None:
    """Let a sent form through if it was not taken before.

    Raises
    ------
    TakenAlreadyError
        If it was; with where it led.
    """
    key = _key(request.url.path, mark, form)
    taken: Taken = request.state.session.taken
    led_to = await taken.begin(key)
    if led_to is not None:
        raise TakenAlreadyError(led_to)
    request.state.sending = (key, mark)
    draft = form.get("draft")
    if isinstance(draft, str) and draft:
        request.state.draft = draft[:LONGEST_FORM]


def _key(path: str, mark: str, form: FormData) -> str:
    digest = hashlib.sha256(f"{mark}\0{path}".encode())
    for name, value in form.multi_items():
        if name not in ASIDE:
            said = f"{value.filename}\0{value.size}" if isinstance(value, UploadFile) else value
            digest.update(f"\0{len(name)}\0{name}\0{len(said)}\0{said}".encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()


class Once:
    """Remembers where forms led, and forgets the drafts of those that were kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        session = scope.get("state", {}).get("session")
        if scope["type"] != "http" or scope["method"] != "POST" or session is None:
            await self.app(scope, receive, send)
            return
        person = session.person
        led_to: str | None = None

        async def told(message: Message) -> None:
            nonlocal led_to
            if message["type"] == "http.response.start" and message["status"] < 400:
                led_to = Headers(raw=message["headers"]).get("location") if message["status"] == 303 else None
                if led_to is not None and "draft" in scope["state"]:
                    session.taken.close(scope["state"]["sending"][1], scope["state"]["draft"])
                    await run_in_threadpool(_drop, scope, person)
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            sending = scope["state"].get("sending")
            if sending is not None:
                session.taken.end(sending[0], led_to)


def _drop(scope: Scope, person: str | None) -> None:
    """Forget the draft of a form that was kept, where its page did not do so in the same step."""
    workplace = scope["app"].state.workplace
    try:
        drop_draft(workplace.store, person or workplace.first_person, scope["state"]["draft"])
    except MyotwitchError:
        return  # the person was erased by that form, with every draft
