"""The guard before every page: whose request is answered at all, how much it may send, and what browsers are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from myotwitch.language import _
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import MEGABYTE, AppSettings
from myotwitch.web.templating import said

SAFE_METHODS = frozenset({"GET", "HEAD"})
METHODS = frozenset({*SAFE_METHODS, "POST"})
LARGEST_FORM_BYTES = 1 * MEGABYTE
UPLOAD_PATHS = ("/recordings/upload", "/diary/import/upload")
LONGEST_LENGTH = 15
"""Digits of a length; what has more is no length."""
SILENCE_S, FORM_S, UPLOAD_S = 60.0, 60.0, 4 * 3600.0
"""For how long a sender may say nothing, and how long a form and an upload may take in all."""
OPEN_PATHS = ("/enter/", "/static/", "/health")
"""What is answered without a session; nothing of the person is among it."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STATIC_CACHE = "private, max-age=31536000, immutable"
"""For files whose address changes with their content."""


class Guard:
    """Lets through what this app's own pages send, within limits, and nothing else.

    Method
    ------
    The Host header must be one of the app's own names (a page of others whose name is bound to this machine has
    another). What changes something must come from the app's own origin, as Origin or Sec-Fetch-Site tells. Everything
    but the way in needs a session. A body is counted as it comes.

    Sources
    -------
    OWASP ASVS 5.0: 3.4, 3.5, 7.2, 14.3.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: AppSettings,
        sessions: Sessions,
        tell_own_fault: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        self.app = app
        self.settings = settings
        self.sessions = sessions
        self.tell_own_fault = tell_own_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        told = _Told(send=send, path=scope["path"], settings=self.settings)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refused(*refusal, headers)(scope, receive, told)
            return
        token = session_token(headers, self.settings)
        scope.setdefault("state", {})
        scope["state"]["token"] = token
        scope["state"]["session"] = self.sessions.find(token)
        is_upload = scope["path"] in UPLOAD_PATHS
        counted = _counted(receive, self._largest(scope["path"]), UPLOAD_S if is_upload else FORM_S)
        try:
            await self.app(scope, counted, told)
        except Exception as error:
            if told.has_begun:
                raise
            await (await self.tell_own_fault(Request(scope), error))(scope, receive, told)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Return the status and the reason with which a request is refused; None if it is let through."""
        checks = (self._wrong_name, _wrong_method, self._wrong_length, self._wrong_origin)
        return next((refusal for check in checks if (refusal := check(scope, headers)) is not None), None)

    def _wrong_name(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        is_own = len(hosts) == 1 and hosts[0].lower() in self.settings.hosts
        return None if is_own else (400, "This name does not belong to the app.")

    def _wrong_length(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        length, largest = headers.get("content-length", "0"), self._largest(scope["path"])
        if not length.isdecimal():
            return 400, "The length of the request is no number."
        if len(length) > LONGEST_LENGTH or int(length) > largest:
            megabytes = largest // MEGABYTE
            told = said(Request(scope), "The request is too large; at most %(num)s MB are taken.", num=megabytes)
            return 413, told
        return None

    def _wrong_origin(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if scope["method"] not in SAFE_METHODS:
            return None if self._is_own(headers) else (403, "The request comes from another page.")
        return (403, "Other pages may not use parts of this app.") if _is_foreign_part(headers) else None

    def _largest(self, path: str) -> int:
        return self.settings.largest_upload_bytes if path in UPLOAD_PATHS else LARGEST_FORM_BYTES

    def _is_own(self, headers: Headers) -> bool:
        """Tell whether a request that changes something comes from a page of the app.

        Because pages send no referrer, browsers tell the origin of a form as ``null``; that counts only where they also
        say that the page is the app's own, which no page can make them say.
        """
        origins, site = headers.getlist("origin"), headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        if origins:
            own = f"{self.settings.scheme}://{headers['host'].lower()}"
            return len(origins) == 1 and (origins[0].lower() == own or (origins[0] == "null" and site is not None))
        return site == "same-origin"


def _refused(status: int, text: str, headers: Headers) -> Response:
    if "application/json" in headers.get("accept", ""):
        return JSONResponse({"detail": text}, status_code=status)
    return PlainTextResponse(text, status_code=status)


def _wrong_method(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    return None if scope["method"] in METHODS else (405, "Only GET and POST are answered.")


def _is_foreign_part(headers: Headers) -> bool:
    """Tell whether another page wants to have this one as a picture, script or frame; links to it are allowed."""
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    target = headers.get("sec-fetch-dest", "document")
    is_foreign = site in ("cross-site", "same-site")
    return is_foreign and not (mode == "navigate" and target == "document")


def cookie_name(settings: AppSettings) -> str:
    """Return the name of the session's cookie: bound to this host where TLS allows it.

    Cookies do not know ports, so it names the port: two running apps do not put out each other's.
    """
    return f"{'__Host-' if settings.has_tls else ''}myotwitch_{settings.port}"


def session_token(headers: Headers, settings: AppSettings) -> str | None:
    """Return the session's token that a request carries, whatever other programs of this computer set besides."""
    return cookie_parser(headers.get("cookie", "")).get(cookie_name(settings))


def is_open(path: str) -> bool:
    """Return whether a path is answered without a session."""
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in OPEN_PATHS)


class _Told:
    """Sends answers with every protecting header, and knows whether one has begun."""

    def __init__(self, *, send: Send, path: str, settings: AppSettings) -> None:
        self.send = send
        self.path = path
        # Browsers heed it for every port of a name; "localhost" is shared with other programs of this computer.
        self.wants_tls_only = settings.has_tls and not settings.is_loopback
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            _set(headers, HEADERS.items())
            if self.path.startswith("/static/") and message["status"] == 200:
                headers["Cache-Control"] = STATIC_CACHE
            if self.wants_tls_only:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await self.send(message)


def _set(headers: MutableHeaders, values: Iterable[tuple[str, str]]) -> None:
    for name, value in values:
        headers[name] = value


class TooLargeError(HTTPException):
    """Raised while a body is read that grows beyond what is taken."""

    def __init__(self) -> None:
        super().__init__(413, _("The request is too large."))


class TooSlowError(HTTPException):
    """Raised while a body is read that does not come, or takes longer than anybody needs."""

    def __init__(self) -> None:
        super().__init__(408, _("The request did not come to its end in time; send it again."))


def _counted(receive: Receive, largest: int, longest_s: float) -> Receive:
    """Return a way to receive a body that ends where it grows too large or comes too slowly."""
    seen, is_whole, until_s = 0, False, time.monotonic() + longest_s

    async def counted() -> Message:
        nonlocal seen, is_whole
        if is_whole:
            return await receive()  # waits for the browser to go, for as long as it takes
        try:
            message = await asyncio.wait_for(receive(), min(SILENCE_S, max(0.0, until_s - time.monotonic())))
        except TimeoutError:
            raise TooSlowError from None
        if message["type"] == "http.request":
            is_whole = not message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > largest:
                raise TooLargeError
        return message

    return counted
