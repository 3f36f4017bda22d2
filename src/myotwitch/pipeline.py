"""The whole flow on one screen: recording → twitches, case (+ twitches) → assessment → report.

Every edge (command line, scripts, later the web) goes through these functions; they do nothing but hand one room's
result to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from myotwitch.case import Case, read_case
from myotwitch.causes import Assessment, assess
from myotwitch.detection import DetectionSettings, Update, detect, follow
from myotwitch.errors import RecordingError
from myotwitch.recordings import Recording, open_recording
from myotwitch.report import case_page, recording_page, write_page
from myotwitch.twitches import Twitches

if TYPE_CHECKING:
    from myotwitch.simulation.simulate import Simulated

Progress = Callable[[float, float], None]
"""Called with the seconds of recording done and the seconds there are."""

DEFAULTS = DetectionSettings()
POLL_S = 0.25
"""How often a growing file is looked at."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Measurement:
    """A recording and what was found in it."""

    recording: Recording
    twitches: Twitches


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """A case, what its recordings showed, and what follows from both."""

    case: Case
    measurements: tuple[Measurement, ...]
    assessment: Assessment


def measure(path: Path, settings: DetectionSettings = DEFAULTS, progress: Progress | None = None) -> Measurement:
    """Return the recording at `path` with its twitches.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording.
    """
    recording = open_recording(path)
    return Measurement(recording=recording, twitches=detect(recording, settings, progress=progress))


def follow_file(path: Path, settings: DetectionSettings = DEFAULTS, idle_s: float = 10.0) -> Iterator[Update]:
    """Yield what is new in a recording whose file grows, until it has not grown for `idle_s` seconds.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording at the beginning.
    """

    def states() -> Iterator[Recording]:
        recording, grown_at = open_recording(path), time.monotonic()
        yield recording
        while time.monotonic() - grown_at < idle_s:
            time.sleep(POLL_S)
            with suppress(RecordingError):  # its last record may be half written
                longer = open_recording(path)
                if longer.duration_s > recording.duration_s:
                    recording, grown_at = longer, time.monotonic()
                    yield recording

    yield from follow(states(), settings)


def answer(path: Path, progress: Progress | None = None) -> Answer:
    """Return the case at `path`, the measurements of its recordings and the assessment of all of it.

    Raises
    ------
    CaseError
        With all faults of the case file.
    RecordingError
        If one of its recordings cannot be read.
    """
    case = read_case(path)
    measurements = tuple(measure(path.parent / reference.file, progress=progress) for reference in case.recordings)
    return Answer(
        case=case,
        measurements=measurements,
        assessment=assess(case, tuple(measurement.twitches for measurement in measurements)),
    )


def simulate_file(
    path: Path,
    recording: Path,
    truth: Path | None = None,
    *,
    seed: int | None = None,
    duration_s: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Write the recording of the scene at `path`, and the truth about it; return what was written.

    Parameters
    ----------
    seed, duration_s
        Others than the scene's own; the length in **[s]**.

    Raises
    ------
    RequestError
        With all faults of the scene, or if a file cannot be written.
    """
    from myotwitch.simulation.scene_file import read_scene
    from myotwitch.simulation.simulate import simulate

    return simulate(read_scene(path, seed=seed, duration_s=duration_s), recording, truth, progress)


def write_case_report(answered: Answer, path: Path) -> None:
    """Write what a person and their doctor read, with pictures of the recordings, as one HTML file to `path`."""
    pictures = [(measurement.recording, measurement.twitches) for measurement in answered.measurements]
    write_page(case_page(answered.case, answered.assessment, pictures), path)


def write_recording_report(measurement: Measurement, path: Path) -> None:
    """Write what was found in one recording, with its picture, as one HTML file to `path`."""
    write_page(recording_page(measurement.recording, measurement.twitches), path)
