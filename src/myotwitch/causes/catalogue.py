"""The catalogue of causes: loads it, checks every file of it, and says all that is wrong.

``python -m myotwitch.causes`` prints every fault of every file, or that all are sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from myotwitch.case.analytes import ANALYTES
from myotwitch.causes.catalogue_files import KnownNames, read_background, read_cause, read_finding_groups
from myotwitch.causes.cause import Background, Cause, FindingGroup
from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.sources import Reading, Source, load_sources, read_table
from myotwitch.substances.substance import CLASS_KEYS, SUBSTANCES

ROOM = "myotwitch.causes"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Catalogue:
    """Every cause, the background, the groups of findings, and the sources of it all.

    Parameters
    ----------
    causes
        By name, in alphabetical order.
    background
        What is said where no cause is active.
    finding_groups
        Findings that are not independent.
    sources
        By key.
    """

    causes: Mapping[str, Cause]
    background: Background
    finding_groups: tuple[FindingGroup, ...]
    sources: Mapping[str, Source]

    def cause(self, name: str) -> Cause:
        """Return the cause called `name`.

        Raises
        ------
        UnknownNameError
            If there is none; the message has the nearest known name.
        """
        try:
            return self.causes[name]
        except KeyError:
            raise UnknownNameError(
                f"The cause {name!r} is not in the catalogue.{nearest_name(name, list(self.causes))} "
                "List them with 'myotwitch causes'."
            ) from None


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue; read once, then kept.

    Raises
    ------
    TableError
        If any file is at fault; the message lists all faults of all files.
    """
    catalogue, faults = read_catalogue()
    if faults:
        raise TableError("The catalogue of causes has faults:\n" + "\n".join(f"  {fault}" for fault in faults))
    return catalogue


def read_catalogue() -> tuple[Catalogue, tuple[str, ...]]:
    """Return the catalogue as far as it can be read, and every fault in it."""
    faults: list[str] = []
    known = _known_names(faults)
    causes = {}
    folder = files(ROOM).joinpath("catalogue")
    for file_name in sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml")):
        row = _read(f"catalogue/{file_name}", faults)
        if row:
            name = file_name.removesuffix(".toml")
            causes[name] = read_cause(name, row, known, faults)
    background = read_background(_read("background.toml", faults), known, faults)
    groups = read_finding_groups(_read("finding_groups.toml", faults), known, faults)
    catalogue = Catalogue(
        causes=MappingProxyType(causes), background=background, finding_groups=groups, sources=known.sources
    )
    return catalogue, tuple(faults)


def _read(file_name: str, faults: list[str]) -> Mapping[str, Any]:
    try:
        return read_table(ROOM, file_name)
    except TableError as error:
        faults.append(str(error))
        return {}


def _known_names(faults: list[str]) -> KnownNames:
    return KnownNames(substances=SUBSTANCES, classes=CLASS_KEYS, analytes=ANALYTES, sources=_sources(faults))


def _sources(faults: list[str]) -> Mapping[str, Source]:
    try:
        return load_sources(ROOM)
    except TableError as error:
        # One faulty source must not make every other one unknown, or its fault drowns among a thousand.
        faults.append(str(error))
    sources = {}
    for name in sorted(item.name for item in files(ROOM).joinpath("sources").iterdir()):
        for key, row in _read(f"sources/{name}", []).items():
            with suppress(KeyError, ValueError, TypeError, TableError):
                sources[key] = Source(
                    key=key, citation=row["citation"], link=row["link"], reading=Reading(row["reading"])
                )
    return sources
