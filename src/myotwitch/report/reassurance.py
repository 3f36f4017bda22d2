"""What is known of people who twitch and are otherwise well, for a person who is afraid, with its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from myotwitch.anatomy import REGION_OF_PLACE, Region
from myotwitch.case import Case
from myotwitch.causes import Assessment, Urgency
from myotwitch.errors import TableError
from myotwitch.sources import check_sources_known, load_sources, read_table


@dataclass(frozen=True, kw_only=True, slots=True)
class Reassurance:
    """One text, and where it comes from.

    Parameters
    ----------
    name, text
        Its name and its words.
    citations
        The sources as a reader finds them; empty for common advice that claims no figure.
    at_most
        The most urgent advice beside which it is still true and fitting.
    fits
        Whether it is about what this case tells.
    """

    name: str
    text: str
    citations: tuple[str, ...]
    at_most: Urgency
    fits: Callable[[Case], bool]


def reassurance_for(case: Case, assessment: Assessment) -> tuple[Reassurance, ...]:
    """Return the texts that fit the case and its advice, in the order of the table; none where a doctor is needed."""
    return tuple(item for item in load_reassurance() if assessment.urgency <= item.at_most and item.fits(case))


@cache
def load_reassurance() -> tuple[Reassurance, ...]:
    """Return every text of ``reassurance.toml``.

    Raises
    ------
    TableError
        If a text cites an unknown source, or claims to be common advice without saying so.
    """
    sources = load_sources("myotwitch.causes")
    texts = []
    for row in read_table("myotwitch.report", "reassurance.toml")["text"]:
        keys = tuple(row["sources"])
        check_sources_known(keys, sources, f"reassurance.toml, {row['name']},")
        if not keys and not row.get("note"):
            raise TableError(
                f"reassurance.toml, {row['name']}, has neither a source nor a note that says why it needs none."
            )
        texts.append(
            Reassurance(
                name=row["name"],
                text=row["text"],
                citations=tuple(sources[key].citation for key in keys),
                at_most=Urgency(row["at_most"]),
                fits=_CONDITIONS[row["needs"]],
            )
        )
    return tuple(texts)


def _regions(case: Case) -> set[Region]:
    return {REGION_OF_PLACE[entry.place] for entry in case.twitching if entry.place is not None}


def _is_any(case: Case) -> bool:
    return bool(case.twitching or case.recordings)


def _is_eyelid_only(case: Case) -> bool:
    return _regions(case) == {Region.EYELID}


def _is_limb_or_widespread(case: Case) -> bool:
    return bool(_regions(case) - {Region.EYELID, Region.FACE, Region.DIAPHRAGM, Region.ABDOMEN})


_CONDITIONS: Mapping[str, Callable[[Case], bool]] = MappingProxyType(
    {"any": _is_any, "eyelid_only": _is_eyelid_only, "widespread_or_limb": _is_limb_or_widespread}
)
