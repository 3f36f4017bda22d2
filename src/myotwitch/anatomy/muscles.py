"""Every muscle that can be named: where it is, which nerve and which roots drive it.

A muscle is one line of ``muscles.csv``. Contraction times of a single twitch stand in ``twitch_times.toml``, where a
source that was read gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.anatomy.nerves import NERVES, check_roots_known
from myotwitch.anatomy.places import PLACES, REGION_OF_PLACE, Region
from myotwitch.anatomy.rows import read_rows, split_cell
from myotwitch.errors import TableError, UnknownNameError, nearest_name
from myotwitch.language import _
from myotwitch.sources import Figure, Grade, check_sources_known, figure_from_row, load_sources, read_table

ROOM = "myotwitch.anatomy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Muscle:
    """A muscle, or a named part of one, with its supply.

    Parameters
    ----------
    key
        Latin name without ``musculus``, in lower case with underscores.
    latin
        Full Latin name.
    name
        What it is called in plain English.
    synonyms
        Other names that mean this muscle alone.
    loose_names
        Everyday names that it shares with other muscles, such as ``hamstring``.
    place
        The place of the contract at which its twitching is noticed.
    nerves
        Keys of the nerves that drive it, the main one first.
    roots
        Spinal roots or cranial nerve, the main one first. Where texts differ, all that are commonly taught.
    grade
        ``sourced`` where a text was read that gives this nerve and these roots, else ``expert``.
    sources
        Keys of the room's sources.
    note
        Where texts differ, and why a row is graded ``expert``.
    contraction_time
        Time from the onset to the peak force of a single twitch **[ms]**; None where no source was read.
    """

    key: str
    latin: str
    name: str
    synonyms: tuple[str, ...]
    loose_names: tuple[str, ...]
    place: str
    nerves: tuple[str, ...]
    roots: tuple[str, ...]
    grade: Grade
    sources: tuple[str, ...]
    note: str
    contraction_time: Figure | None

    def __post_init__(self) -> None:
        where = f"The muscle {self.key}"
        if not self.latin or not self.name:
            raise TableError(f"{where} lacks its Latin or its plain name.")
        if self.place not in PLACES:
            raise TableError(f"{where} is at the unknown place {self.place!r}.{nearest_name(self.place, PLACES)}")
        if not self.nerves:
            raise TableError(f"{where} names no nerve.")
        for nerve in self.nerves:
            if nerve not in NERVES:
                raise TableError(f"{where} names the unknown nerve {nerve!r}.{nearest_name(nerve, list(NERVES))}")
        check_roots_known(self.roots, where)
        if self.grade is Grade.SOURCED and not self.sources:
            raise TableError(f"{where} is graded sourced but names no source.")
        if self.grade is not Grade.SOURCED and not self.note:
            raise TableError(f"{where} is graded {self.grade} but its note says not why.")

    @property
    def region(self) -> Region:
        """The region of the catalogue of causes in which it lies."""
        return REGION_OF_PLACE[self.place]

    @property
    def main_root(self) -> str:
        """The root that contributes most."""
        return self.roots[0]


def _load_contraction_times() -> Mapping[str, Figure]:
    """Return the contraction time [ms] of every muscle for which one was read."""
    rows = read_table(ROOM, "twitch_times.toml")
    return {key: figure_from_row(row, "ms", f"The contraction time of {key}") for key, row in rows.items()}


def _load_muscles() -> Mapping[str, Muscle]:
    """Return the muscles of ``muscles.csv`` by key, each checked."""
    sources = load_sources(ROOM)
    times = _load_contraction_times()
    muscles: dict[str, Muscle] = {}
    for key, row in read_rows("muscles.csv").items():
        try:
            grade = Grade(row["grade"])
        except ValueError as error:
            raise TableError(f"The muscle {key}: {error}.") from error
        muscles[key] = Muscle(
            key=key,
            latin=row["latin"],
            name=row["name"],
            synonyms=split_cell(row["synonyms"]),
            loose_names=split_cell(row["loose_names"]),
            place=row["place"],
            nerves=split_cell(row["nerves"]),
            roots=split_cell(row["roots"]),
            grade=grade,
            sources=split_cell(row["sources"]),
            note=row["note"],
            contraction_time=times.get(key),
        )
        cited = muscles[key].sources + (times[key].sources if key in times else ())
        check_sources_known(cited, sources, f"The muscle {key}")
    if unknown := set(times) - set(muscles):
        raise TableError(f"twitch_times.toml names the unknown muscle {min(unknown)!r}.")
    return MappingProxyType(muscles)


MUSCLES: Mapping[str, Muscle] = _load_muscles()
"""Every muscle by its key, from head to foot."""


def muscles_of_place(place: str) -> tuple[Muscle, ...]:
    """Return the muscles whose twitching is noticed at `place`; none for places such as ``widespread``.

    Raises
    ------
    UnknownNameError
        If `place` is none of the contract's places.

    Examples
    --------
    >>> [muscle.key for muscle in muscles_of_place("eyelid")][0]
    'orbicularis_oculi'
    """
    if place not in PLACES:
        raise UnknownNameError(
            _("The place {place} is not known; allowed are {places}.{hint}").format(
                place=repr(place), places=", ".join(PLACES), hint=nearest_name(place, PLACES)
            )
        )
    return tuple(muscle for muscle in MUSCLES.values() if muscle.place == place)
