"""What the commands of the diary share: which store, which person, and its passphrase."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import complain, print_json
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.diary.counted import Counted
    from myotwitch.store import Store

PASSPHRASE, BACKUP_PASSPHRASE = "MYOTWITCH_PASSPHRASE", "MYOTWITCH_BACKUP_PASSPHRASE"
"""Variables of the environment; a passphrase is never taken from the command line, which others can see."""

StoreAt = Annotated[
    str | None,
    typer.Option(
        "--store", envvar="MYOTWITCH_STORE", show_envvar=False, metavar="FILE",
        help="The store: a file, or postgresql://USER@HOST/DATABASE; also as MYOTWITCH_STORE.",
    ),
]  # fmt: skip
Person = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Whose diary; needed where there are several.")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="File with the passphrase; also as MYOTWITCH_PASSPHRASE."),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME",
        help="The time, or the day with its end, up to which entries count; without it, all whose time has come.",
    ),
]  # fmt: skip
Encrypt = Annotated[bool, typer.Option("--encrypt", help="Make a new store under a passphrase.")]

diary = typer.Typer(
    name="diary", no_args_is_help=True, rich_markup_mode=None,
    help="Keep a diary of twitching and of what may drive it: add, correct, undo, import, export, back up, erase.",
)  # fmt: skip
app.add_typer(diary)


@contextmanager
def opened(
    given: str | None, passphrase_file: Path | None = None, *, create: bool = False, encrypt: bool = False
) -> Iterator[Store]:
    """Give the store that a command names, and close it afterwards.

    Raises
    ------
    RequestError
        If none is named.
    """
    from myotwitch.store import open_store

    if given is None:
        raise RequestError("No store is named; add --store FILE.db, or set MYOTWITCH_STORE.")
    passphrase = _passphrase_of(given, passphrase_file, encrypt=encrypt)
    with open_store(given, passphrase=passphrase, create=create) as store:
        yield store


def _passphrase_of(given: str, passphrase_file: Path | None, *, encrypt: bool) -> str | None:
    """Return the passphrase that a store needs; None for one that needs none."""
    from myotwitch.store.address import Content, address_of, content_of

    file = address_of(given).file
    if file is None:
        return passphrase_from(passphrase_file) if passphrase_file is not None else None
    content = content_of(file)
    known = passphrase_from(passphrase_file)
    if content is Content.SQLITE:
        if encrypt:
            raise RequestError(
                f"{file} exists and is not encrypted. Make a backup of it, then restore that into a new store with "
                "--encrypt."
            )
        if passphrase_file is None and known is not None:
            complain(f"{file} is not encrypted; the passphrase is not used.")
        return known if passphrase_file is not None else None
    if known is not None or (content is Content.NOTHING and not encrypt):
        return known
    return ask_passphrase(f"Passphrase of {file}", is_new=content is Content.NOTHING)


def passphrase_from(passphrase_file: Path | None, *variables: str) -> str | None:
    """Return the passphrase of a file, else of the environment; None where there is neither.

    Raises
    ------
    RequestError
        If the file cannot be read or is empty.
    """
    if passphrase_file is None:
        return next((os.environ[name] for name in (*variables, PASSPHRASE) if os.environ.get(name)), None)
    try:
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"The file {passphrase_file} with the passphrase cannot be read: {error}.") from error
    if not passphrase:
        raise RequestError(f"The file {passphrase_file} with the passphrase is empty.")
    return passphrase


def ask_passphrase(title: str, *, is_new: bool) -> str:
    """Return a passphrase that the person types unseen; a new one twice.

    Raises
    ------
    RequestError
        If there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise RequestError(f"{title} is needed; set {PASSPHRASE}, or give --passphrase-file FILE.")
    return str(typer.prompt(title, hide_input=True, confirmation_prompt=is_new, err=True))


def tell_what_waits(counted: Counted) -> None:
    """Say on stderr which entries do not count because they lie ahead, or that all do."""
    if counted.is_all_ahead:
        complain(
            "Every entry lies ahead of this computer's clock, so all of them count, as if it were the time of the "
            f"last, {counted.at:%Y-%m-%d %H:%M}."
        )
    elif counted.waiting == 1:
        complain("1 entry lies ahead of this computer's clock and does not count yet.")
    elif counted.waiting:
        complain(f"{counted.waiting:,} entries lie ahead of this computer's clock and do not count yet.")


def tell(as_json: bool, schema: str, document: Mapping[str, Any], text: str) -> None:
    """Print what was done, as one JSON document or in words."""
    if as_json:
        print_json({"schema": schema, **document})
    else:
        typer.echo(text)
