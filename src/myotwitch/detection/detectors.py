"""The detectors by name, and the one function that calls them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from myotwitch.detection.search import Progress
from myotwitch.detection.settings import DetectionSettings
from myotwitch.detection.two_passes import detect_in_passes
from myotwitch.errors import UnknownNameError, nearest_name
from myotwitch.recordings.recording import Recording
from myotwitch.twitches import Twitches


class Detector(Protocol):
    """Finds twitches in a recording. A new detector is one function of this form and one entry in `DETECTORS`."""

    def __call__(self, recording: Recording, settings: DetectionSettings, progress: Progress | None, /) -> Twitches:
        """Return what was found and what was looked at."""
        ...


DETECTORS: Mapping[str, Detector] = MappingProxyType({"shapes": detect_in_passes, "threshold": detect_in_passes})
"""Every detector by the name that settings and the command line use."""

_DEFAULT = DetectionSettings()


def detect(
    recording: Recording, settings: DetectionSettings = _DEFAULT, *, progress: Progress | None = None
) -> Twitches:
    """Return the twitches of a recording, and what was looked at to find them.

    Parameters
    ----------
    recording
        Read in pieces; memory does not grow with its length.
    settings
        Which detector, and what it is asked to do.
    progress
        Called now and then with the seconds done and the seconds to do.

    Raises
    ------
    UnknownNameError
        If there is no detector of that name.
    RequestError
        If the pass band does not fit the sampling rate.

    Examples
    --------
    >>> import numpy as np
    >>> from myotwitch.recordings.recording import recording_from_array
    >>> samples = np.random.default_rng(1).normal(0.0, 1.0, 10_000)
    >>> samples[5000:5006] += [20.0, 60.0, 30.0, -30.0, -60.0, -20.0]
    >>> found = detect(recording_from_array(samples, 1000.0))
    >>> len(found), found.kind[0].value
    (1, 'fasciculation')
    """
    try:
        detector = DETECTORS[settings.detector]
    except KeyError:
        raise UnknownNameError(
            f"There is no detector {settings.detector!r}; there is {', '.join(DETECTORS)}."
            f"{nearest_name(settings.detector, list(DETECTORS))}"
        ) from None
    return detector(recording, settings, progress)
