"""The one way in: opens a recording of any known format, and turns whatever is wrong with a file into one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import MyotwitchError, RecordingError, nearest_name
from myotwitch.language import _, later, translated
from myotwitch.recordings.bids import apply_bids_sidecars
from myotwitch.recordings.content import HEAD_BYTES, Content, identify_content
from myotwitch.recordings.readers.delimited import read_delimited
from myotwitch.recordings.readers.edf import read_edf
from myotwitch.recordings.readers.matlab_export import read_matlab
from myotwitch.recordings.readers.opensignals import read_opensignals
from myotwitch.recordings.readers.parquet import read_parquet
from myotwitch.recordings.readers.wfdb_format import read_wfdb
from myotwitch.recordings.recording import Recording, SampleReader
from myotwitch.recordings.sidecar_effects import apply_sidecar

Reader = Callable[[Path], Recording]
"""Opens the recording in a file of one format."""


def _read_edf_with_bids(path: Path) -> Recording:
    """Return the recording in an EDF or BDF file, described by the BIDS files beside it."""
    return apply_bids_sidecars(read_edf(path), path)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".edf": _read_edf_with_bids,
        ".bdf": _read_edf_with_bids,
        ".hea": read_wfdb,
        ".dat": read_wfdb,
        ".h5": read_opensignals,
        ".hdf5": read_opensignals,
        ".mat": read_matlab,
        ".csv": read_delimited,
        ".tsv": read_delimited,
        ".txt": read_delimited,
        ".parquet": read_parquet,
    }
)
"""The reader of each file ending, in lower case."""

_FORMATS = later(
    "EDF and BDF (.edf, .bdf), WFDB (.hea, .dat), OpenSignals (.h5, .hdf5), MATLAB (.mat), "
    "text (.csv, .tsv, .txt), Parquet (.parquet)"
)

_EXPECTED: Mapping[str, tuple[Content, ...]] = MappingProxyType(
    {
        ".edf": (Content.EDF,),
        ".bdf": (Content.BDF,),
        ".hea": (Content.TEXT,),
        ".h5": (Content.HDF5,),
        ".hdf5": (Content.HDF5,),
        ".mat": (Content.MATLAB_5, Content.MATLAB_73),
        ".csv": (Content.TEXT,),
        ".tsv": (Content.TEXT,),
        ".txt": (Content.TEXT,),
        ".parquet": (Content.PARQUET,),
    }
)
_ENDING_OF: Mapping[Content, str] = MappingProxyType(
    {
        Content.EDF: ".edf",
        Content.BDF: ".bdf",
        Content.HDF5: ".h5",
        Content.MATLAB_5: ".mat",
        Content.MATLAB_73: ".mat",
        Content.PARQUET: ".parquet",
    }
)
_LONGEST_REASON = 200


def open_recording(path: Path | str) -> Recording:
    """Return the recording in a file of any known format, described by the sidecar files beside it.

    Its samples are read in pieces when they are asked for.

    Parameters
    ----------
    path
        The file; its ending chooses the reader (`READERS`).

    Raises
    ------
    RecordingError
        If it is missing, unreadable, empty, of an unknown format, not what its ending says, damaged, or contradicted by
        its sidecar. Reading from the recording later raises the same where a file turns out to be damaged further in.
    """
    path = Path(path)
    ending = _check_file(path)
    with _explained(path, is_open=False):
        recording = apply_sidecar(READERS[ending](path), path)
        recording = replace(recording, read_samples=_guarded(path, recording.read_samples))
        # A header that lies about the length is found out here, not in the middle of an analysis.
        for _, indexes in recording.channel_groups():
            available = recording.sample_count(indexes[0])
            recording.read(indexes, max(0, available - 1), available)
    return recording


def _check_file(path: Path) -> str:
    """Return the ending of a file that exists, can be read, is not empty and holds what its ending says."""
    try:
        _check_exists(path)
        ending = _check_ending(path)
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except PermissionError as error:
        raise RecordingError(
            _("{path} may not be read by you; change its permissions, or copy it.").format(path=path)
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise RecordingError(
            _("{path} cannot be opened: {reason}.").format(path=format(str(path), ".300"), reason=reason)
        ) from error
    if not head:
        raise RecordingError(_("{path} is empty (0 bytes); export or copy it again.").format(path=path))
    content = identify_content(head)
    allowed = _EXPECTED.get(ending)
    if allowed is not None and content not in allowed:
        raise RecordingError(_disagreement(path, ending, content))
    return ending


def _check_exists(path: Path) -> None:
    # `stat` tells a forbidden folder from a missing file, which `exists` does not.
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise RecordingError(
            _("There is no file {path}.{hint}").format(path=path, hint=nearest_name(path.name, siblings[:1000]))
        ) from error
    if path.is_dir():
        inside = sorted(item.name for item in path.iterdir() if item.suffix.lower() in READERS)[:3]
        text = _("{path} is a folder; name one recording.")
        if inside:
            text = _("{path} is a folder; name one recording, such as {example}.")
        raise RecordingError(text.format(path=path, example=path / inside[0] if inside else ""))
    if not path.is_file():
        raise RecordingError(_("{path} is no ordinary file; name a recording on disk.").format(path=path))


def _check_ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in READERS:
        text = _("{path} has no ending, which tells no known format. Known are {formats}.")
        if path.suffix:
            text = _("{path} has the ending {ending}, which tells no known format. Known are {formats}.")
        raise RecordingError(text.format(path=path, ending=repr(path.suffix), formats=translated(_FORMATS)))
    return ending


def _disagreement(path: Path, ending: str, content: Content) -> str:
    expected = _(" or ").join(translated(allowed.value) for allowed in _EXPECTED[ending])
    head = _("{path} ends in {ending}, which means {expected}, but it holds {value}.").format(
        path=path, ending=ending, expected=expected, value=translated(content.value)
    )
    if content in _ENDING_OF:
        return _("{head} If that is meant, rename it to {name}.").format(
            head=head, name=path.with_suffix(_ENDING_OF[content]).name
        )
    if content is Content.UTF16_TEXT:
        return _("{head} Save it as UTF-8.").format(head=head)
    if content in (Content.ZIP, Content.GZIP):
        return _("{head} Unpack it first.").format(head=head)
    return _("{head} Export it again. Known formats are {formats}.").format(head=head, formats=translated(_FORMATS))


@contextmanager
def _explained(path: Path, *, is_open: bool) -> Iterator[None]:
    """Turn whatever a format library raises over a damaged file into one helpful message."""
    try:
        yield
    except MyotwitchError as error:
        if path.stem in str(error):
            raise
        # What a channel or a recording finds wrong with itself does not know the file that it came from.
        raise RecordingError(f"{path}: {error}") from error
    except MemoryError as error:
        raise RecordingError(
            (
                _("{path} cannot be read: it asks for more memory than there is.")
                if is_open
                else _("{path} cannot be opened: it asks for more memory than there is.")
            ).format(path=path)
        ) from error
    except PermissionError as error:
        raise RecordingError(
            (
                _("{path} cannot be read: {filename} may not be read by you.")
                if is_open
                else _("{path} cannot be opened: {filename} may not be read by you.")
            ).format(path=path, filename=error.filename or path)
        ) from error
    except Exception as error:
        # Format libraries raise whatever they like over a damaged file; none of it may reach the user as a traceback.
        reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise RecordingError(
            (
                _(
                    "{path} cannot be read; it is damaged, cut short, or not quite of its format ({reason}). Export or "
                    "copy it again."
                )
                if is_open
                else _(
                    "{path} cannot be opened; it is damaged, cut short, or not quite of its format ({reason}). Export "
                    "or copy it again."
                )
            ).format(path=path, reason=reason)
        ) from error


def _guarded(path: Path, read_samples: SampleReader) -> SampleReader:
    def read(channel_indexes: Sequence[int], start_index: int, stop_index: int) -> NDArray[np.float32]:
        with _explained(path, is_open=True):
            samples = read_samples(channel_indexes, start_index, stop_index)
        expected = (len(channel_indexes), stop_index - start_index)
        if samples.shape != expected:
            raise RecordingError(
                _(
                    "{path} gave {shape} samples where {expected} were expected; it was cut short or changed "
                    "while it was read."
                ).format(path=path, shape=samples.shape[-1], expected=expected[1])
            )
        return samples

    return read
