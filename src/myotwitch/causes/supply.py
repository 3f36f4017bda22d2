"""Which nerve or root the twitching muscles share, and what that says of the causes that hit a nerve or root."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from myotwitch.anatomy import MUSCLES, SharedSupply, muscles_of_place, shared_supply
from myotwitch.anatomy.supply import nerves_of
from myotwitch.causes.cause import Cause, Supply
from myotwitch.causes.movements import Movement
from myotwitch.causes.settings import Counting

MOST_SHARED = 3
"""Nerves and roots that are named, those that drive the fewest other muscles first."""


def shared_by(movements: Sequence[Movement]) -> tuple[SharedSupply, ...]:
    """Return the nerves and roots that drive all the muscles that were named; nothing for fewer than two of them.

    Nothing either where both sides of the body twitch, or a place without a muscle was told besides: one nerve or root
    then explains only part of it.
    """
    told = [movement for movement in movements if not movement.is_measured]
    muscles = sorted({movement.muscle for movement in told if movement.muscle is not None})
    if len(muscles) < 2 or any(movement.muscle is None for movement in told) or _on_both_sides(told):
        return ()
    return shared_supply(muscles)[:MOST_SHARED]


def supply_log_factor(cause: Cause, movements: tuple[Movement, ...], counting: Counting) -> float:
    """Return the log factor on the odds of a cause from which muscles, or which places, twitch together; 0 for others.

    Method
    ------
    If the cause is active, one of its nerves or roots is hit, each as likely. A muscle that then twitches is one that
    it drives, all of them alike, or, with the probability `Counting.supply_astray`, any muscle of the cause's territory
    and of the places told. The factor is the probability of these muscles and places together, over that if each were
    hit by a nerve or root of its own and the muscle were any of its place; that the cause twitches at such a place at
    all is counted elsewhere. It lies within `Counting.supply_ratio_limit`. Where both sides twitch it is 1 at most.
    """
    told = tuple(movement for movement in movements if not movement.is_measured)
    if cause.supply is None or not any(_muscles_at(movement) for movement in told):
        return 0.0
    spots = sorted({(movement.muscle or "", movement.place or "") for movement in told if _muscles_at(movement)})
    value = _log_ratio(cause.supply, tuple(spots), counting.supply_astray)
    limit = float(np.log(counting.supply_ratio_limit))
    return min(max(value, -limit), 0.0 if _on_both_sides(told) else limit)


@lru_cache(maxsize=1024)
def _log_ratio(supply: Supply, spots: tuple[tuple[str, str], ...], astray: float) -> float:
    driven = [_driven_by_root(root) for root in supply.roots] + [_driven_by_nerve(nerve) for nerve in supply.nerves]
    places = {MUSCLES[muscle].place if muscle else place for muscle, place in spots}
    territory = frozenset().union(*driven, *(_keys_at(place) for place in places))
    together, apart = np.ones(len(driven)), 1.0
    for muscle, place in spots:
        here = _keys_at(MUSCLES[muscle].place if muscle else place)
        at_place = np.array([_chance(here, keys, territory, astray) for keys in driven])
        apart *= float(at_place.mean()) / (len(here) if muscle else 1)
        if muscle:
            at_place = np.array([_chance(frozenset({muscle}), keys, territory, astray) for keys in driven])
        together *= at_place
    return float(np.log(together.mean() / apart))


def _chance(wanted: frozenset[str], driven: frozenset[str], territory: frozenset[str], astray: float) -> float:
    """Return the probability that a muscle that twitches is one of those wanted."""
    return (1 - astray) * len(wanted & driven) / len(driven) + astray * len(wanted) / len(territory)


@lru_cache(maxsize=256)
def _driven_by_root(root: str) -> frozenset[str]:
    return frozenset(key for key, muscle in MUSCLES.items() if root in muscle.roots)


@lru_cache(maxsize=256)
def _driven_by_nerve(nerve: str) -> frozenset[str]:
    return frozenset(key for key, muscle in MUSCLES.items() if nerve in nerves_of(muscle))


@lru_cache(maxsize=256)
def _keys_at(place: str) -> frozenset[str]:
    return frozenset(muscle.key for muscle in muscles_of_place(place))


def _muscles_at(movement: Movement) -> frozenset[str]:
    """Return the keys of the muscles that can be meant."""
    if movement.muscle is not None:
        return frozenset({movement.muscle})
    return frozenset() if movement.place is None else _keys_at(movement.place)


def _on_both_sides(told: Sequence[Movement]) -> bool:
    sides = {movement.side for movement in told}
    return "both" in sides or {"left", "right"} <= sides
