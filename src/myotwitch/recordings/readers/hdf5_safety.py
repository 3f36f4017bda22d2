"""Keeps HDF5 files from hanging the process, reaching outside of themselves, or asking for absurd amounts of memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits

LARGEST_CHUNK_BYTES = 64_000_000
_CHUNK_CACHE_SLOTS = 10_007
SWELLED = 77
"""Exit status of the probe for a file that asks for too much memory."""
MOST_BYTES_PER_STORED_BYTE = 5000
"""Deflate shrinks to a thousandth at best; what claims to shrink more is damaged."""
_FEW_BYTES = 100_000_000
_LONGEST_PROBE_S = 10.0


def open_hdf5(path: Path, chunk_cache_bytes: int = 1_000_000) -> Any:
    """Return an open HDF5 file that was looked through in a process of its own before.

    Parameters
    ----------
    path
        The file.
    chunk_cache_bytes
        Memory for unpacked chunks that neighbouring blocks share [bytes].

    Raises
    ------
    RecordingError
        If looking through it hangs, crashes, or takes too much memory.
    """
    import h5py  # slow to import

    probe = [sys.executable, "-P", str(Path(__file__).with_name("hdf5_probe.py")), str(path.absolute())]
    try:
        status = subprocess.run(probe, capture_output=True, timeout=_LONGEST_PROBE_S, check=False).returncode
    except subprocess.TimeoutExpired as error:
        raise RecordingError(
            _(
                "{path} is damaged: its description could not be read within {longest_probe_s} s. Export it again."
            ).format(path=path, longest_probe_s=digits(_LONGEST_PROBE_S, ".0f"))
        ) from error
    if status < 0:
        raise RecordingError(
            _("{path} is damaged so that the HDF5 library breaks down over it. Export it again.").format(path=path)
        )
    if status == SWELLED:
        raise RecordingError(
            _("{path} is damaged: its description asks for more memory than it can need. Export it again.").format(
                path=path
            )
        )
    return h5py.File(path, "r", locking="best-effort", rdcc_nbytes=chunk_cache_bytes, rdcc_nslots=_CHUNK_CACHE_SLOTS)


def member_of(path: Path, group: Any, name: str) -> Any:
    """Return the member `name` of a group of an HDF5 file.

    Raises
    ------
    RecordingError
        If it is missing, or is a link to elsewhere, which could be any file of the reader's computer.
    """
    import h5py

    link = group.get(name, getclass=True, getlink=True)
    if link is None:
        raise RecordingError(
            _("{path} has no {name} in {name_2}; the file is incomplete. Export it again.").format(
                path=path, name=repr(name), name_2=repr(group.name)
            )
        )
    if link is not h5py.HardLink:
        raise RecordingError(
            _(
                "{path}: {name} is a link that may lead to a path outside of the file; such files are "
                "not opened. Export the recording so that it holds its own data."
            ).format(path=path, name=repr(name))
        )
    return group[name]


def refuse_unsafe_dataset(path: Path, dataset: Any) -> Any:
    """Return `dataset` if it holds numbers, its own, and in pieces of bearable size.

    Raises
    ------
    RecordingError
        If it is something else.
    """
    import h5py

    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind not in "iuf" or dataset.shape is None:
        raise RecordingError(
            _("{path}: {dataset} holds no table of numbers.").format(
                path=path, dataset=repr(getattr(dataset, "name", dataset))
            )
        )
    if dataset.external or dataset.is_virtual:
        raise RecordingError(
            _(
                "{path}: {name} keeps its samples at a path outside of the file; such files are not "
                "opened. Export the recording so that it holds its own data."
            ).format(path=path, name=repr(dataset.name))
        )
    chunk_bytes = dataset.dtype.itemsize
    for length in dataset.chunks or ():
        chunk_bytes *= length
    if dataset.chunks and chunk_bytes > LARGEST_CHUNK_BYTES:
        raise RecordingError(
            _(
                "{path}: {name} is stored in pieces of {chunk_bytes} bytes; {largest_chunk_bytes} at "
                "most can be read. Export it with smaller chunks."
            ).format(
                path=path, name=repr(dataset.name), chunk_bytes=chunk_bytes, largest_chunk_bytes=LARGEST_CHUNK_BYTES
            )
        )
    claimed = dataset.size * dataset.dtype.itemsize
    stored = dataset.id.get_storage_size()
    if claimed > _FEW_BYTES and claimed > MOST_BYTES_PER_STORED_BYTE * max(1, stored):
        raise RecordingError(
            _(
                "{path}: {name} claims {claimed} bytes of samples, but {stored} are stored. The file was "
                "cut short or altered; export it again."
            ).format(path=path, name=repr(dataset.name), claimed=claimed, stored=stored)
        )
    return dataset
