"""The command ``demo``: the main job on an example, and then the app on an example person."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import Quiet, show_progress
from myotwitch.errors import RequestError

LINK_BEGINS = "http://"
ANSWERS_WITHIN_S = 20.0
MARK = "simulated"
"""Stands on every page of the example person."""


@app.command(epilog="\b\nExample:\n  myotwitch demo --out demo-output")
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write the example's report and store to.")] = Path("demo-output"),
    quiet: Quiet = False,
) -> None:
    """Show the main job on an example: a recording, its twitches, an answer and a report; then open the app."""
    _show_main_job(out, quiet)
    _show_app(out / "example")


def _show_main_job(out: Path, quiet: bool) -> None:
    from importlib.resources import as_file, files

    from myotwitch.pipeline import answer, write_case_report
    from myotwitch.report import assessment_text, draw_recording, save_picture, twitches_text

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"The folder {out} cannot be made: {error.strerror or error}.") from error
    typer.echo("An invented person and a simulated recording, marked as such.\n")
    with as_file(files("myotwitch") / "demonstration") as folder:
        with show_progress("Searching the recording", quiet) as progress:
            answered = answer(folder / "case.yaml", progress)
        for measurement in answered.measurements:
            typer.echo(twitches_text(measurement.twitches))
            save_picture(draw_recording(measurement.recording, measurement.twitches), out / "recording.png")
        write_case_report(answered, out / "report.html")
    typer.echo(assessment_text(answered.assessment, for_doctor=False))
    typer.echo(
        f"\nThe report, with the picture: {out / 'report.html'}\nThe picture alone:            {out / 'recording.png'}"
    )


def _show_app(folder: Path) -> None:
    """Open the app on the example person: until Enter is pressed, or, where nobody is there, until it has answered."""
    with _running_app(folder) as link:
        typer.echo("\nThe app, opened on an example person whose three months are simulated and marked as such:\n")
        if _is_somebody_there():
            typer.echo(f"    {link}\n\nOpen this address in a browser on this computer; it works once.")
            _wait_for_enter()
        else:
            began_s = time.monotonic()
            _check_first_page(link)
            took_s = time.monotonic() - began_s
            typer.echo(
                f"    {link.split('/enter/')[0]}\n\nIts first page came in {took_s:.2f} s. "
                "Nobody is at a terminal here, so it was ended again."
            )
    typer.echo(f"Open it again with: myotwitch serve --example {folder}")


@contextmanager
def _running_app(folder: Path) -> Iterator[str]:
    """Give the one-time link of the running app; it is ended afterwards."""
    command = [sys.executable, "-m", "myotwitch.web", "--example", str(folder), "--no-browser"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        yield _link_from(process.stderr)
    finally:
        process.terminate()
        process.stderr.close()
        try:
            process.wait(ANSWERS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _link_from(stream: IO[str]) -> str:
    told = []
    for line in stream:
        told.append(line)
        if "/enter/" in line:
            return line[line.index(LINK_BEGINS) :].strip()
    raise RequestError(f"The app did not start: {''.join(told).strip() or 'it said nothing'}")


def _is_somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI")


def _wait_for_enter() -> None:
    try:
        input("Press Enter here to end it. ")
    except (KeyboardInterrupt, EOFError):
        typer.echo()


def _check_first_page(link: str) -> None:
    """Come in by the link as a browser does.

    Raises
    ------
    RequestError
        If the first page does not come, or does not say that the person is simulated.
    """
    from http.cookiejar import CookieJar
    from urllib.error import URLError
    from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

    # A proxy must not be asked for what runs on this computer.
    opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))
    try:
        with opener.open(link, timeout=ANSWERS_WITHIN_S) as answer:
            page = answer.read().decode()
    except (URLError, TimeoutError) as error:
        raise RequestError(f"The app started, but its first page did not come: {error}.") from error
    if MARK not in page:
        raise RequestError("The app started, but its first page does not say that the person is simulated.")
