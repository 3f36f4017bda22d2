"""The commands about recordings: ``detect`` and ``sample``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from myotwitch.cli.program import AT_FAULT, SOME_FAILED, app
from myotwitch.cli.terminal import AsJson, Quiet, complain, print_json, show_progress
from myotwitch.errors import MyotwitchError, RequestError

if TYPE_CHECKING:
    from myotwitch.detection import DetectionSettings
    from myotwitch.pipeline import Measurement


@app.command(
    epilog="\b\nExamples:\n  myotwitch detect calf.edf\n"
    "  myotwitch detect calf.edf --plot calf.png --table twitches.csv\n"
    "  myotwitch detect *.edf --json > all.json\n  myotwitch detect now.edf --follow"
)
def detect(
    recordings: Annotated[list[Path], typer.Argument(help="One or more files.", metavar="RECORDING", readable=False)],
    as_json: AsJson = False,
    table: Annotated[Path | None, typer.Option(help="Write the twitches as .csv or .parquet.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the recording as .png, .svg or .pdf.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page (.html) with picture and figures.")] = None,
    detector: Annotated[str, typer.Option(help="Name of the detector: shapes, or threshold.")] = "shapes",
    follow: Annotated[bool, typer.Option(help="Go on while the file grows, and tell twitches as they come.")] = False,
    idle: Annotated[
        float, typer.Option(help="With --follow: end after so many seconds without growth.", min=1.0)
    ] = 10.0,
    quiet: Quiet = False,
) -> None:
    """Find the twitches in recordings: EDF, BDF, WFDB, OpenSignals, MATLAB, CSV, Parquet."""
    from myotwitch.detection import DetectionSettings
    from myotwitch.pipeline import measure, write_recording_report
    from myotwitch.twitches import detection_document, write_twitch_table

    if len(recordings) > 1 and (table or plot or report):
        raise RequestError("--table, --plot and --report take one recording; call detect once for each.")
    settings = DetectionSettings(detector=detector)
    if follow:
        if len(recordings) > 1 or table or plot or report:
            raise RequestError("--follow takes one recording, and no --table, --plot or --report.")
        _follow(recordings[0], settings, idle, as_json=as_json)
        return
    documents: list[dict[str, Any]] = []
    failed = 0
    for path in recordings:
        try:
            with show_progress(f"Searching {path.name}", quiet) as progress:
                measurement: Measurement = measure(path, settings, progress)
        except MyotwitchError as error:
            if len(recordings) == 1:
                raise
            failed += 1
            complain(str(error))
            documents.append({"schema": "myotwitch.detection/1", "recording": {"file": str(path)}, "error": str(error)})
            continue
        documents.append(detection_document(measurement.twitches))
        if table:
            write_twitch_table(measurement.twitches, table)
        if plot:
            from myotwitch.report import draw_recording, save_picture

            save_picture(draw_recording(measurement.recording, measurement.twitches), plot)
        if report:
            write_recording_report(measurement, report)
        if not as_json:
            from myotwitch.report import twitches_text

            typer.echo(twitches_text(measurement.twitches))
    if as_json:
        print_json(documents[0] if len(recordings) == 1 else documents)
    if failed:
        complain(f"{failed} of {len(recordings)} recordings could not be read.")
        raise typer.Exit(SOME_FAILED if failed < len(recordings) else AT_FAULT)


def _follow(path: Path, settings: DetectionSettings, idle_s: float, *, as_json: bool) -> None:
    """Print the twitches of a growing file as they come: a line each, in JSON a document a line."""
    from myotwitch.pipeline import follow_file
    from myotwitch.report import update_lines
    from myotwitch.twitches import update_documents

    for update in follow_file(path, settings, idle_s):
        found = (update.twitches, update.new, update.offset_s, update.withdrawn_s)
        for line in map(json.dumps, update_documents(*found)) if as_json else update_lines(*found):
            typer.echo(line)


@app.command(epilog="\b\nExample:\n  myotwitch sample emgdb --out recordings")
def sample(
    name: Annotated[str, typer.Argument(help="Name of the set: emgdb.")],
    out: Annotated[Path, typer.Option(help="Folder to put the files in.")] = Path(),
    quiet: Quiet = False,
) -> None:
    """Fetch real recordings that others published (needs the internet)."""
    from myotwitch.recordings.samples import fetch_sample

    with show_progress(f"Fetching {name}", quiet) as progress:
        paths = fetch_sample(name, out, progress=progress)
    for path in paths:
        typer.echo(str(path))
