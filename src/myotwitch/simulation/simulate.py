"""From a scene to its files: the recording, the truth about it, and what the recording cannot say of its channels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from myotwitch.errors import RequestError
from myotwitch.simulation.render import render
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.truth import TruthTable
from myotwitch.simulation.write_edf import EdfWriter

Progress = Callable[[float, float], None]
SCHEMA_NAME = "myotwitch.simulation/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """What was written.

    Parameters
    ----------
    scene
        What was simulated.
    events
        How many true events there are, by kind.
    """

    scene: Scene
    events: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "schema": SCHEMA_NAME,
            "title": self.scene.title,
            "seed": self.scene.seed,
            "duration_s": self.scene.duration_s,
            "sampling_rate_hz": self.scene.sampling_rate_hz,
            "channels": [*self.scene.channel_names(), *(site.force_name for site in self.scene.force_sites())],
            "events": dict(self.events),
        }


def simulate(scene: Scene, recording: Path, truth: Path | None = None, progress: Progress | None = None) -> Simulated:
    """Write the recording of a scene as EDF, a sidecar beside it, and its true events as CSV.

    Parameters
    ----------
    scene
        The scene.
    recording, truth
        Files to write; the truth is left out where it is None. Each appears whole or not at all.
    progress
        Called with the seconds done and the seconds there are.

    Raises
    ------
    RequestError
        If the scene cannot be played, or a file cannot be written.
    """
    counts: Counter[str] = Counter()
    sidecar = recording.with_suffix(".json")
    with ExitStack() as files:
        samples = files.enter_context(_replacing(recording, "wb"))
        rows = files.enter_context(_replacing(truth, "w")) if truth is not None else None
        with _told(recording):
            writer = EdfWriter(scene, samples)
        table = TruthTable(rows) if rows is not None else None
        for block in render(scene):
            with _told(recording):
                writer.write(block)
            if truth is not None and table is not None:
                with _told(truth):
                    table.write(block.truth)
            counts.update(row.kind.value for row in block.truth)
            if progress is not None:
                progress(float(block.start_s + block.seconds), float(scene.duration_s))
    with _replacing(sidecar, "w") as beside, _told(sidecar):
        beside.write(json.dumps(sidecar_of(scene), indent=1) + "\n")
    return Simulated(scene=scene, events=dict(sorted(counts.items())))


def sidecar_of(scene: Scene) -> dict[str, Any]:
    """Return what a sidecar says of a scene's channels: muscle, side, electrode and place on the grid."""
    channels = []
    for site in scene.site:
        for name, place_mm in zip(site.channel_names(), site.electrodes.electrodes().position_mm, strict=True):
            said = {
                "name": name,
                "kind": "needle_emg" if site.electrodes.kind == "needle" else "surface_emg",
                "muscle": site.muscle,
                "side": site.side,
                "position_mm": [round(float(value), 3) for value in place_mm]
                if site.electrodes.kind == "grid"
                else None,
            }
            channels.append({key: value for key, value in said.items() if value is not None})
    channels += [{"name": site.force_name, "kind": "other"} for site in scene.force_sites()]
    return {"schema": "myotwitch.sidecar/1", "channels": channels}


@contextmanager
def _replacing(path: Path, mode: str) -> Iterator[IO[Any]]:
    """Give out a file beside `path`, open for writing, and put it in its place at the end, or remove it."""
    part = path.with_name(f"{path.name}.part")
    try:
        with _told(path):
            stream = part.open(mode) if "b" in mode else part.open(mode, newline="", encoding="utf-8")
        try:
            yield stream
        finally:
            with _told(path):
                stream.close()
        with _told(path):
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a failure to write by the name of the file that was wanted."""
    try:
        yield
    except OSError as error:
        raise RequestError(f"The file {path} cannot be written: {error.strerror or error}.") from error
