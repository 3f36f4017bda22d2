"""Looks through an HDF5 file in a process of its own, which may hang, swell or crash without harm.

The HDF5 library trusts what it reads: one changed byte in the heap where a file keeps its texts sends it round in
circles for ever, or lets it ask for gigabytes (seen with HDF5 2.0). Neither can be stopped from within the process. So
`hdf5_safety.open_hdf5` runs this file as a script first, and opens the recording only if the script came back.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import h5py

SWELLED = 77
"""Exit status that says that the file asked for too much memory."""

_LARGEST_MEMORY_BYTES = 700_000_000
_DEEPEST = 4
_MOST_MEMBERS = 10_000


def look_through(group: Any, depth: int = 0) -> None:
    """Read every attribute of a group and of what lies in it."""
    _read_attributes(group)
    if depth >= _DEEPEST or not isinstance(group, h5py.Group):
        return
    for number, name in enumerate(group):
        if number >= _MOST_MEMBERS:
            return
        # A member that cannot be opened is no danger: the reader will meet the same error and explain it.
        with contextlib.suppress(Exception):
            if group.get(name, getclass=True, getlink=True) is h5py.HardLink:
                look_through(group[name], depth + 1)


def _read_attributes(member: Any) -> None:
    names: list[str] = []
    with contextlib.suppress(Exception):
        names = list(member.attrs)
    for name in names[:_MOST_MEMBERS]:
        try:
            member.attrs[name]
        except MemoryError:
            sys.exit(SWELLED)
        except Exception as error:
            if "alloc" in str(error) or "memory" in str(error):
                sys.exit(SWELLED)


def main() -> None:
    """Look through the file that the command line names; end with `SWELLED` where it asks for too much memory."""
    limit_memory()
    with contextlib.suppress(OSError), h5py.File(sys.argv[1], "r", locking="best-effort") as file:
        look_through(file)


def limit_memory() -> None:
    """Give this process a limit of memory, where the system knows such a limit (Windows does not)."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_LARGEST_MEMORY_BYTES, _LARGEST_MEMORY_BYTES))


if __name__ == "__main__":
    main()
