"""What several twitching muscles have in common: the nerves and roots that drive all of them.

Twitching of muscles that share a root but no nerve points to the root; of muscles that share a nerve but lie in
different roots, to the nerve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from myotwitch.anatomy.muscles import MUSCLES, Muscle
from myotwitch.anatomy.nerves import NERVES, with_trunks
from myotwitch.errors import RequestError, UnknownNameError, nearest_name


class SupplyKind(StrEnum):
    """At which level muscles are driven together."""

    NERVE = "nerve"
    ROOT = "root"


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedSupply:
    """A nerve or root that drives all of the given muscles.

    Parameters
    ----------
    kind
        Nerve or root.
    key
        Key of the nerve, or the root such as ``L5``.
    name
        The doctor's name.
    plain_name
        The name that a person understands.
    muscle_count
        How many muscles of the catalogue it drives: the fewer, the more it says that they are among them.
    """

    kind: SupplyKind
    key: str
    name: str
    plain_name: str
    muscle_count: int


def nerves_of(muscle: Muscle) -> frozenset[str]:
    """Return the keys of its nerves and of the nerves of which these are branches."""
    return frozenset(key for nerve in muscle.nerves for key in with_trunks(nerve))


def shared_supply(muscle_keys: Sequence[str]) -> tuple[SharedSupply, ...]:
    """Return the nerves and roots that drive all given muscles, those that drive fewest other muscles first.

    Parameters
    ----------
    muscle_keys
        At least one key of `MUSCLES`.

    Returns
    -------
    Nothing where no nerve and no root is common to them.

    Raises
    ------
    RequestError
        If no muscle is given.
    UnknownNameError
        If a key is not in the catalogue.

    Examples
    --------
    >>> [supply.key for supply in shared_supply(["tibialis_anterior", "gluteus_medius"])]
    ['L4', 'L5']
    >>> shared_supply(["tibialis_anterior", "extensor_hallucis_longus"])[0].name
    'deep fibular (peroneal) nerve'
    """
    if not muscle_keys:
        raise RequestError("No muscle was given; shared supply needs at least one.")
    for key in muscle_keys:
        if key not in MUSCLES:
            raise UnknownNameError(f"The muscle {key!r} is not in the catalogue.{nearest_name(key, list(MUSCLES))}")
    muscles = [MUSCLES[key] for key in muscle_keys]
    nerves = frozenset.intersection(*(nerves_of(muscle) for muscle in muscles))
    roots = frozenset.intersection(*(frozenset(muscle.roots) for muscle in muscles))
    supplies = [_supply_of_nerve(key) for key in nerves] + [_supply_of_root(root) for root in roots]
    return tuple(sorted(supplies, key=lambda supply: (supply.muscle_count, supply.kind, supply.key)))


def _supply_of_nerve(key: str) -> SharedSupply:
    nerve = NERVES[key]
    return SharedSupply(
        kind=SupplyKind.NERVE,
        key=key,
        name=nerve.name,
        plain_name=nerve.plain_name,
        muscle_count=_muscles_of_nerve(key),
    )


def _supply_of_root(root: str) -> SharedSupply:
    name = f"cranial nerve {root.removeprefix('CN ')}" if root.startswith("CN ") else f"nerve root {root}"
    return SharedSupply(
        kind=SupplyKind.ROOT,
        key=root,
        name=name,
        plain_name=name,
        muscle_count=_muscles_of_root(root),
    )


@cache
def _muscles_of_nerve(key: str) -> int:
    return sum(key in nerves_of(muscle) for muscle in MUSCLES.values())


@cache
def _muscles_of_root(root: str) -> int:
    return sum(root in muscle.roots for muscle in MUSCLES.values())
