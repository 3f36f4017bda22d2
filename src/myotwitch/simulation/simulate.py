"""From a scene to its files: the recording, the truth about it, and what the recording cannot say of its channels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotwitch.errors import RequestError
from myotwitch.simulation.render import render
from myotwitch.simulation.scene import Scene
from myotwitch.simulation.truth import TruthTable
from myotwitch.simulation.write_edf import EdfWriter

Progress = Callable[[float, float], None]


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
            "schema": "myotwitch.simulation/1",
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
    with _replacing(recording) as recording_part, _replacing(truth or recording.with_suffix(".truth")) as truth_part:
        with recording_part.open("wb") as samples, truth_part.open("w", newline="", encoding="utf-8") as rows:
            writer, table = EdfWriter(scene, samples), TruthTable(rows)
            for block in render(scene):
                writer.write(block)
                table.write(block.truth)
                counts.update(row.kind.value for row in block.truth)
                if progress is not None:
                    progress(float(block.start_s + block.seconds), float(scene.duration_s))
        if truth is None:
            truth_part.unlink()
    with _replacing(recording.with_suffix(".json")) as beside:
        beside.write_text(json.dumps(sidecar_of(scene), indent=1) + "\n", encoding="utf-8")
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
def _replacing(path: Path) -> Iterator[Path]:
    """Give out a file to write beside `path`, and put it in its place at the end, or remove it."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        if part.exists():
            part.replace(path)
    except OSError as error:
        raise RequestError(f"The file {path} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
