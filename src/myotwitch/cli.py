"""The command line: a thin edge over the pipeline. Results go to stdout, progress and faults to stderr.

Exit codes: 0 done, 1 some of several inputs failed, 2 the request or a file is at fault, 130 interrupted.
Rooms are imported inside the commands, so that ``myotwitch --help`` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from myotwitch import __version__
from myotwitch.errors import MyotwitchError, RequestError

if TYPE_CHECKING:
    from myotwitch.pipeline import Progress

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

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]


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


@app.command(
    epilog="\b\nExamples:\n  myotwitch detect calf.edf\n"
    "  myotwitch detect calf.edf --plot calf.png --table twitches.csv\n"
    "  myotwitch detect *.edf --json > all.json"
)
def detect(
    recordings: Annotated[list[Path], typer.Argument(help="One or more files.", metavar="RECORDING", readable=False)],
    as_json: AsJson = False,
    table: Annotated[Path | None, typer.Option(help="Write the twitches as .csv or .parquet.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the recording as .png, .svg or .pdf.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page (.html) with picture and figures.")] = None,
    detector: Annotated[str, typer.Option(help="Name of the detector.")] = "threshold",
    quiet: Quiet = False,
) -> None:
    """Find the twitches in recordings: EDF, BDF, WFDB, OpenSignals, MATLAB, CSV, Parquet."""
    from myotwitch.detection import DetectionSettings
    from myotwitch.pipeline import Measurement, measure, write_recording_report
    from myotwitch.report import draw_recording, save_picture, twitches_text
    from myotwitch.twitches import detection_document, write_twitch_table

    if len(recordings) > 1 and (table or plot or report):
        raise RequestError("--table, --plot and --report take one recording; call detect once for each.")
    settings = DetectionSettings(detector=detector)
    documents: list[dict[str, Any]] = []
    failed = 0
    for path in recordings:
        try:
            with _progress(f"Searching {path.name}", quiet) as progress:
                measurement: Measurement = measure(path, settings, progress)
        except MyotwitchError as error:
            if len(recordings) == 1:
                raise
            failed += 1
            _complain(str(error))
            documents.append({"schema": "myotwitch.detection/1", "recording": {"file": str(path)}, "error": str(error)})
            continue
        documents.append(detection_document(measurement.twitches))
        if table:
            write_twitch_table(measurement.twitches, table)
        if plot:
            save_picture(draw_recording(measurement.recording, measurement.twitches), plot)
        if report:
            write_recording_report(measurement, report)
        if not as_json:
            typer.echo(twitches_text(measurement.twitches))
    if as_json:
        _print_json(documents[0] if len(recordings) == 1 else documents)
    if failed:
        _complain(f"{failed} of {len(recordings)} recordings could not be read.")
        raise typer.Exit(SOME_FAILED if failed < len(recordings) else AT_FAULT)


@app.command(epilog="\b\nExamples:\n  myotwitch assess case.yaml\n  myotwitch assess case.yaml --report answer.html")
def assess(
    case: Annotated[Path, typer.Argument(help="A case (.yaml or .json).", metavar="CASE", readable=False)],
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page (.html).")] = None,
    doctor: Annotated[bool, typer.Option("--doctor", help="Use the doctor's words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Say how urgent a person's twitching is, what likely causes it and why."""
    from myotwitch.causes import assessment_document
    from myotwitch.pipeline import answer, write_case_report
    from myotwitch.report import assessment_text

    with _progress("Searching the recordings", quiet) as progress:
        answered = answer(case, progress)
    if report:
        write_case_report(answered, report)
    if as_json:
        _print_json(assessment_document(answered.assessment))
    else:
        typer.echo(assessment_text(answered.assessment, for_doctor=doctor))


@app.command(epilog="\b\nExample:\n  myotwitch causes --json")
def causes(as_json: AsJson = False) -> None:
    """List the catalogue of causes."""
    from myotwitch.causes import causes_document, load_catalogue
    from myotwitch.report import catalogue_text

    document = causes_document(load_catalogue())
    if as_json:
        _print_json(document)
    else:
        typer.echo(catalogue_text(document))


@app.command(epilog="\b\nExample:\n  myotwitch sample emgdb --out recordings")
def sample(
    name: Annotated[str, typer.Argument(help="Name of the set: emgdb.")],
    out: Annotated[Path, typer.Option(help="Folder to put the files in.")] = Path(),
    quiet: Quiet = False,
) -> None:
    """Fetch real recordings that others published (needs the internet)."""
    from myotwitch.recordings.samples import fetch_sample

    with _progress(f"Fetching {name}", quiet) as progress:
        paths = fetch_sample(name, out, progress=progress)
    for path in paths:
        typer.echo(str(path))


@app.command(epilog="\b\nExample:\n  myotwitch demo --out demo-output")
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write the example's report to.")] = Path("demo-output"),
    quiet: Quiet = False,
) -> None:
    """Show the main job on an example: a case with a recording, its twitches, an answer and a report."""
    from importlib.resources import as_file, files

    from myotwitch.pipeline import answer, write_case_report
    from myotwitch.report import assessment_text, draw_recording, save_picture, twitches_text

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"The folder {out} cannot be made: {error.strerror or error}.") from error
    typer.echo("An invented person and a simulated recording, marked as such.\n")
    with as_file(files("myotwitch") / "demonstration") as folder:
        with _progress("Searching the recording", quiet) as progress:
            answered = answer(folder / "case.yaml", progress)
        for measurement in answered.measurements:
            typer.echo(twitches_text(measurement.twitches))
            save_picture(draw_recording(measurement.recording, measurement.twitches), out / "recording.png")
        write_case_report(answered, out / "report.html")
    typer.echo(assessment_text(answered.assessment, for_doctor=False))
    typer.echo(
        f"\nThe report, with the picture: {out / 'report.html'}\nThe picture alone:            {out / 'recording.png'}"
    )


def main() -> None:
    """Run the command line; every fault of the request or a file ends with its message and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except MyotwitchError as error:
        _complain(str(error))
        sys.exit(AT_FAULT)
    except KeyboardInterrupt:
        _complain("Interrupted.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        sys.exit(_usage_fault(error))
    sys.exit(code if isinstance(code, int) else 0)


def _usage_fault(error: Exception) -> int:
    """Return the exit code of a wrong request after showing it; pass anything else on."""
    if isinstance(error, typer.Abort):
        _complain("Interrupted.")
        return INTERRUPTED
    if isinstance(error, _RequestFault):
        error.show()  # type: ignore[attr-defined]  # typer does not export the base class by name
        return AT_FAULT
    raise error


def _complain(message: str) -> None:
    typer.echo(f"myotwitch: {message}", err=True)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def _progress(title: str, quiet: bool) -> Iterator[Progress | None]:
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


if __name__ == "__main__":
    main()
