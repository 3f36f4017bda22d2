"""The tail of rare diseases: names and signs from the Human Phenotype Ontology, shown as one group, never singly.

A rare disease is thousands of times less common than what usually makes people twitch. Its name helps a specialist who
looks for it; as an entry of a ranking it would only frighten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from myotwitch.sources import read_table

ROOM = "myotwitch.causes"
TABLE = "rare_diseases.toml"

RARE_CAUSE = "rare_inherited_disease"
"""The cause of the catalogue that stands for all of them."""

KIND_OF_CHARACTER: Mapping[str, str] = MappingProxyType(
    {
        "flicker": "fasciculation",
        "flutter": "fasciculation",
        "ripple": "myokymia",
        "jerk": "myoclonus",
        "shaking": "tremor",
        "cramp": "spasm",
        "sustained": "spasm",
        "tic": "tic",
    }
)
"""Kind of sign that a character of the contract would be called in the annotations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RareSign:
    """A sign of twitching of a rare disease.

    Parameters
    ----------
    term, name
        Identifier and label in the Human Phenotype Ontology.
    kind
        fasciculation, myokymia, myoclonus, tremor, spasm, tic or tetany.
    frequency
        As annotated, such as ``Very frequent 80-99%`` or ``3/6``; empty where nothing is said.
    """

    term: str
    kind: str
    name: str
    frequency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RareDisease:
    """A rare disease by its OMIM or Orphanet identifier, its name and its signs of twitching."""

    key: str
    name: str
    signs: tuple[RareSign, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of its signs."""
        return frozenset(sign.kind for sign in self.signs)


@dataclass(frozen=True, kw_only=True, slots=True)
class RareDiseases:
    """All of them, with the release they were taken from and how to give credit."""

    diseases: tuple[RareDisease, ...]
    release: str
    attribution: str
    licence: str


@cache
def load_rare_diseases() -> RareDiseases:
    """Return the table of rare diseases; read once, then kept.

    Examples
    --------
    >>> load_rare_diseases().release
    '2025-01-16'
    """
    table = read_table(ROOM, TABLE)
    diseases = tuple(
        RareDisease(
            key=row["id"],
            name=row["name"],
            signs=tuple(
                RareSign(term=term, kind=kind, name=name, frequency=frequency)
                for term, kind, name, frequency in row["signs"]
            ),
        )
        for row in table["disease"]
    )
    return RareDiseases(
        diseases=diseases,
        release=table["release"],
        attribution=table["attribution"],
        licence=table["licence"],
    )


def rare_diseases_with(characters: Collection[str]) -> tuple[RareDisease, ...]:
    """Return the rare diseases that show every kind of movement that was told, those with the fewest other kinds first.

    Parameters
    ----------
    characters
        Words of the contract for what the twitching looks like.

    Examples
    --------
    >>> "Ataxia with fasciculations" in {disease.name for disease in rare_diseases_with(["flicker"])}
    True
    >>> rare_diseases_with([])
    ()
    """
    wanted = {KIND_OF_CHARACTER[word] for word in characters if word in KIND_OF_CHARACTER}
    if not wanted:
        return ()
    fitting = [disease for disease in load_rare_diseases().diseases if wanted <= disease.kinds]
    return tuple(sorted(fitting, key=lambda disease: (len(disease.kinds), disease.key)))
