"""``python -m myotwitch.web``, which ``myotwitch serve`` runs: options to settings."""

from __future__ import annotations

import argparse
import gc
import getpass
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from myotwitch.errors import MyotwitchError, RequestError
from myotwitch.web.settings import AppSettings

AT_FAULT, INTERRUPTED = 2, 130
SHORTEST_PASSWORD = 12


def main(given: Sequence[str] | None = None) -> int:
    """Run the app as the options say; return the exit code."""
    options = _parser().parse_args(given)
    try:
        with _store(options) as store:
            from myotwitch.web.server import serve

            settings = _settings(options, store)
            _ask_passphrase(store)
            serve(settings, opens_browser=not options.no_browser, is_port_fixed=options.port is not None)
    except MyotwitchError as error:
        print(f"myotwitch: {error}", file=sys.stderr)
        return AT_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="myotwitch serve",
        description="Open the app in the browser. It listens on this computer alone, and nothing leaves it.",
    )
    parser.add_argument("--store", help="file (made if it is not there; default: myotwitch.db) or PostgreSQL address")
    parser.add_argument(
        "--example", nargs="?", const="", metavar="FOLDER",
        help="open a simulated example person instead of a store; without a folder nothing of it is kept",
    )  # fmt: skip
    parser.add_argument("--person", help="whose diary is opened, where the store keeps several")
    parser.add_argument("--recordings", type=Path, help="folder for recordings (default: beside the store)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8765, or the next that is free)")
    parser.add_argument("--no-browser", action="store_true", help="print the link only")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others need password and TLS")
    parser.add_argument("--name", action="append", default=[], help="further name under which it is reached")
    parser.add_argument("--password-file", type=Path, help="file whose first line is the password")
    parser.add_argument("--certificate", type=Path, help="certificate for TLS (PEM)")
    parser.add_argument("--private-key", type=Path, help="its private key (PEM)")
    return parser


@contextmanager
def _store(options: argparse.Namespace) -> Iterator[str]:
    """Give the store that the options name, the example's among them."""
    if options.example is None:
        yield options.store or "myotwitch.db"
        return
    if options.store is not None or options.person is not None or options.recordings is not None:
        raise RequestError("--example opens the example person alone; leave --store, --person and --recordings out.")
    from myotwitch.web.example import example_store

    with example_store(Path(options.example) if options.example else None) as store:
        yield str(store)


def _ask_passphrase(store: str) -> None:
    """Ask for the passphrase of an encrypted store, if somebody is there and the environment does not hold it."""
    from myotwitch.store.address import Content, address_of, content_of
    from myotwitch.web.workplace import PASSPHRASE_VARIABLE

    file = address_of(store).file
    if os.environ.get(PASSPHRASE_VARIABLE) or not sys.stdin.isatty() or file is None:
        return
    if content_of(file) is Content.OTHER:
        os.environ[PASSPHRASE_VARIABLE] = getpass.getpass(f"Passphrase of {file}: ")


def _settings(options: argparse.Namespace, store: str) -> AppSettings:
    for file in (options.certificate, options.private_key):
        if file is not None and not file.is_file():
            raise RequestError(f"There is no file {file}; --certificate and --private-key name files in PEM.")
    return AppSettings(
        store=store,
        recordings=options.recordings,
        host=options.host,
        port=8765 if options.port is None else options.port,
        names=tuple(options.name),
        password_hash=None if options.password_file is None else _hashed(options.password_file),
        certificate=options.certificate,
        private_key=options.private_key,
        person=options.person,
    )


def _hashed(file: Path) -> str:
    from argon2 import PasswordHasher

    try:
        password = file.read_text(encoding="utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"The password file {file} cannot be read: {error}.") from error
    if len(password) < SHORTEST_PASSWORD:
        raise RequestError(f"The password has {len(password)} signs; give at least {SHORTEST_PASSWORD}.")
    return PasswordHasher().hash(password)


if __name__ == "__main__":
    # Nothing that loading makes is garbage, and to look for it takes a sixth of the start; the server goes on later.
    gc.disable()
    sys.exit(main())
