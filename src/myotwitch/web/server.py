"""Starts the app: finds a free port, prints the one-time link, opens the browser, and ends cleanly."""

from __future__ import annotations

import gc
import socket
import sys
import threading
import time
import webbrowser
from dataclasses import replace

from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.web.app import create_app
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

PORTS_TRIED = 20
_LINK_ENDS, _PASSWORD_OPENS = "The link works once.", "The password opens it."
BACKLOG = 2048
"""Connections that may wait to be taken."""
STARTED_WITHIN_S = 20.0
WARM_AFTER_S = 1.0
"""The first page goes before what later ones need **[s]**."""


def serve(settings: AppSettings, *, opens_browser: bool, is_port_fixed: bool) -> None:
    """Run the app until it is interrupted.

    Parameters
    ----------
    settings
        What it is told.
    opens_browser
        Open the person's browser on it.
    is_port_fixed
        The port was asked for; else the next free one is taken.

    Raises
    ------
    RequestError
        If the port is taken.
    """
    import uvicorn

    listening = listen(settings, 1 if is_port_fixed else PORTS_TRIED)
    with listening:
        bound = replace(settings, port=listening.getsockname()[1])
        sessions = Sessions()
        config = uvicorn.Config(
            create_app(bound, sessions),
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws="none",
            timeout_keep_alive=20,
            timeout_graceful_shutdown=5,
            ssl_certfile=bound.certificate,
            ssl_keyfile=bound.private_key,
        )
        server = uvicorn.Server(config)
        link = f"{bound.address}/enter/{sessions.new_link()}" if bound.password_hash is None else bound.address
        how = _LINK_ENDS if bound.password_hash is None else _PASSWORD_OPENS
        threading.Thread(target=_tell, args=(server, link, how, opens_browser), daemon=True).start()
        server.run(sockets=[listening])


def listen(settings: AppSettings, tries: int) -> socket.socket:
    """Return a socket that listens already on the first free of some ports, so that nobody else can take it.

    Parameters
    ----------
    tries
        How many ports are tried, from that of the settings on.

    Raises
    ------
    RequestError
        If all are taken or not allowed.
    """
    host = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(settings.port, min(settings.port + tries, 65536)):
        # With the protocol named, asyncio sends at once (TCP_NODELAY); else every answer waits 40 ms for the reader.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            _make_exclusive(listening)
            listening.bind((host, port))
            # At once: two programs may bind a port that none of them listens on yet.
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            continue
        return listening
    raise RequestError(
        _(
            "Port {port} of {host} is taken or not allowed; name another one with --port, or end the program that "
            "uses it."
        ).format(port=settings.port, host=settings.host)
    )


def _make_exclusive(listening: socket.socket) -> None:
    """Let a port be taken again right after the last program ended, but never beside one that runs."""
    if sys.platform == "win32":
        # There SO_REUSEADDR would let another program take the same port.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _tell(server: object, link: str, how: str, opens_browser: bool) -> None:  # noqa: FBT001  (started as a thread)
    """Print the link once the app answers, and open it."""
    until = time.monotonic() + STARTED_WITHIN_S
    while not getattr(server, "started", False):
        if time.monotonic() > until:
            gc.enable()
            return
        time.sleep(0.01)
    print(f"myotwitch is open at {link}\n{how} End with Ctrl+C.", file=sys.stderr, flush=True)
    later = threading.Timer(WARM_AFTER_S, _warm_up)
    later.daemon = True
    later.start()
    if opens_browser:
        webbrowser.open(link)


def _warm_up() -> None:
    """Load what some pages need and no start should wait for, so that the first of them comes as fast as the others."""
    # What is there now stays; from here on garbage is looked for, among what is new alone.
    gc.freeze()
    gc.enable()
    from myotwitch.web import drives_found, letters  # noqa: F401
    from myotwitch.web.playground import play

    play(potassium=4.2, sodium=144.2, calcium=1.2, magnesium=0.55)
