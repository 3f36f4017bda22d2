"""Starts the app: finds a free port, prints the one-time link, opens the browser, and ends cleanly."""

from __future__ import annotations

import socket
import sys
import threading
import time
import webbrowser
from dataclasses import replace

from myotwitch.errors import RequestError
from myotwitch.web.app import create_app
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

PORTS_TRIED = 20
STARTED_WITHIN_S = 20.0


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

    free = replace(settings, port=_free_port(settings, 1 if is_port_fixed else PORTS_TRIED))
    sessions = Sessions()
    config = uvicorn.Config(
        create_app(free, sessions),
        host=free.host,
        port=free.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=5,
        ssl_certfile=free.certificate,
        ssl_keyfile=free.private_key,
    )
    server = uvicorn.Server(config)
    link = f"{free.address}/enter/{sessions.new_link()}" if free.password_hash is None else free.address
    threading.Thread(target=_tell, args=(server, link, opens_browser), daemon=True).start()
    server.run()


def _tell(server: object, link: str, opens_browser: bool) -> None:  # noqa: FBT001  (started as a thread)
    """Print the link once the app answers, and open it."""
    until = time.monotonic() + STARTED_WITHIN_S
    while not getattr(server, "started", False):
        if time.monotonic() > until:
            return
        time.sleep(0.01)
    print(f"myotwitch is open at {link}\nThe link works once. End with Ctrl+C.", file=sys.stderr, flush=True)
    if opens_browser:
        webbrowser.open(link)


def _free_port(settings: AppSettings, tries: int) -> int:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in range(settings.port, min(settings.port + tries, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host.strip("[]"), port))
            except OSError:
                continue
            return port
    raise RequestError(
        f"Port {settings.port} of {settings.host} is taken or not allowed; name another one with --port, or end the "
        "program that uses it."
    )
