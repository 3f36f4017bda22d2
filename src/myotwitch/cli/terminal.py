"""What the commands share: options with one meaning, messages, JSON and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from myotwitch.pipeline import Progress

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
ForDoctor = Annotated[bool, typer.Option("--doctor", help="Use the doctor's words.")]


def complain(message: str) -> None:
    """Write a message to stderr, under the program's name."""
    typer.echo(f"myotwitch: {message}", err=True)


def print_json(document: object) -> None:
    """Write a document to stdout as JSON."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def show_progress(title: str, quiet: bool) -> Iterator[Progress | None]:
    """Give a function to report progress to; it draws only where stderr is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(done: float, total: float) -> None:
            bar.update(task, completed=done, total=total)

        yield report
