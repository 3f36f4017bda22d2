"""The command that makes a recording whose truth is known: ``simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, Quiet, print_json, show_progress
from myotwitch.errors import RequestError


@app.command(
    epilog="\b\nExamples:\n  myotwitch simulate scene.toml --out recording.edf --truth truth.csv\n"
    "  myotwitch simulate scene.toml --out night.edf --duration 28800 --seed 7"
)
def simulate(
    scene: Annotated[Path, typer.Argument(help="A scene (.toml).", metavar="SCENE", readable=False)],
    out: Annotated[Path, typer.Option(help="Recording to write (.edf).")],
    truth: Annotated[Path | None, typer.Option(help="Write the true twitches as .csv.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed than the scene's.")] = None,
    duration: Annotated[int | None, typer.Option(help="Another length than the scene's, in seconds.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over existing files.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a recording of simulated muscles, with the truth about every twitch in it."""
    from myotwitch.pipeline import simulate_file

    sidecar = out.with_suffix(".json")
    _check_targets(scene, {out: ".edf", sidecar: ".json"} | ({truth: ".csv"} if truth else {}), force=force)
    with show_progress(f"Simulating {scene.name}", quiet) as progress:
        simulated = simulate_file(scene, out, truth, seed=seed, duration_s=duration, progress=progress)
    if as_json:
        print_json(simulated.document())
        return
    played = simulated.scene
    events = ", ".join(f"{count} {kind}" for kind, count in simulated.events.items()) or "none"
    typer.echo(f"{out}: {played.title}")
    channels = len(played.channel_names())
    typer.echo(
        f"  {played.duration_s} s, {channels} channel{'s' if channels != 1 else ''} at {played.sampling_rate_hz} Hz, "
        f"seed {played.seed}"
    )
    typer.echo(f"  True events: {events}")
    typer.echo(
        f"  What the channels are stands beside it in {sidecar.name}" + (f", the truth in {truth}." if truth else ".")
    )


def _check_targets(scene: Path, targets: dict[Path, str], *, force: bool) -> None:
    """Pass if the scene is there, and every file can be written where it is wanted."""
    if not scene.is_file():
        raise RequestError(f"There is no scene {scene}; examples lie in examples/scenes.")
    for target, ending in targets.items():
        if target.suffix.lower() != ending:
            raise RequestError(f"The file {target} must end in {ending}; name it so.")
        if not target.parent.is_dir():
            raise RequestError(f"There is no folder {target.parent} to write {target.name} to; make it first.")
        if target.is_dir():
            raise RequestError(f"{target} is a folder; name a file.")
        if target.resolve() == scene.resolve():
            raise RequestError(f"{target} is the scene itself; choose another name.")
        if target.exists() and not force:
            raise RequestError(
                f"The file {target} exists already; choose another name, or add --force to write over it."
            )
