"""The command ``serve``: the app runs as a program of its own, so that the command line knows nothing of it."""

from __future__ import annotations

import subprocess
import sys

import typer

from myotwitch.cli.program import INTERRUPTED, app


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def serve(context: typer.Context) -> None:
    """Open the app in the browser: diary, answer, recordings, page for the doctor."""
    process = subprocess.Popen([sys.executable, "-m", "myotwitch.web", *context.args])
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the app has it, too, and ends by itself
            continue
        raise typer.Exit(INTERRUPTED if code < 0 else code)
