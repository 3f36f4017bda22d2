"""The program itself: what stands before a command, and how every fault ends."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from myotwitch import __version__
from myotwitch.cli.terminal import complain
from myotwitch.errors import MyotwitchError

app = typer.Typer(
    name="myotwitch",
    help="Finds muscle twitches, explains what likely causes them, and says whether a doctor should look.",
    epilog="Nothing leaves this computer. Decision support for learning and for talking with a doctor; not a medical "
    "device. Start with: myotwitch demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

SOME_FAILED, AT_FAULT, INTERRUPTED = 1, 2, 130

_RequestFault = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
"""The base of everything typer raises about a wrong request; it carries no public name of its own."""


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"myotwitch {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold what stands before a command."""


def main() -> None:
    """Run the command line; every fault of the request or a file ends with its message and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except MyotwitchError as error:
        complain(str(error))
        sys.exit(AT_FAULT)
    except KeyboardInterrupt:
        complain("Interrupted.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        sys.exit(_usage_fault(error))
    finally:
        # What is left goes with the process: to search it for rings once more takes a tenth of a second.
        gc.freeze()
    sys.exit(code if isinstance(code, int) else 0)


def _usage_fault(error: Exception) -> int:
    """Return the exit code of a wrong request after showing it; pass anything else on."""
    if isinstance(error, typer.Abort):
        complain("Interrupted.")
        return INTERRUPTED
    if isinstance(error, _RequestFault):
        error.show()  # type: ignore[attr-defined]  # typer does not export the base class by name
        return AT_FAULT
    raise error
