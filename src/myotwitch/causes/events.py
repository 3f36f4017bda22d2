"""What was said or measured, as events that a cause brings about or that happen by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from myotwitch.anatomy.places import Region
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.facts import Facts, Laboratory
from myotwitch.causes.laboratory import lab_log_ratios
from myotwitch.causes.movements import Movement
from myotwitch.causes.network import LARGEST_LINK, Floats
from myotwitch.causes.settings import Counting, Settings

MANY_REGIONS = 4
"""From this number of regions on, what is told counts as widespread as well."""

REGIONS = tuple(Region)

MANY_MEASURED_REGIONS = 3
"""From this number of regions on, in which recordings found twitches, the twitching counts as widespread."""

UPPER_LIMB = frozenset({Region.SHOULDER, Region.ARM, Region.HAND})
LOWER_LEG = frozenset({Region.LEG, Region.FOOT})

PLACE_LEAK_SD = 0.5
"""Standard deviation of the log odds of a place's background: a factor of 2.7 within 95 %."""

LARGEST_EXPLAINED = 0.99
"""Probability of a laboratory value under the cause that explains it best, in the scale of its event."""

LAB_LINK_SD = 0.5
"""Standard deviation of the log odds with which a laboratory value speaks: a factor of 2.7 within 95 %."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Event:
    """Something positive that needs an explanation.

    Parameters
    ----------
    link, link_sd
        Shape (causes,): probability that the cause brings it about; sd of its log odds.
    leak, leak_sd
        Probability without any cause; sd of its log odds.
    """

    link: Floats
    link_sd: Floats
    leak: float
    leak_sd: float


def finding_events(facts: Facts, arrays: CatalogueArrays, settings: Settings) -> tuple[Event, ...]:
    """Return one event for each group of findings that are present, and for each that is in no group."""
    counted = {
        arrays.finding_row(name): settings.counting.repeated_descriptor if _is_echo(name, facts, settings) else 1.0
        for name, present in sorted(facts.findings.items())
        if present
    }
    # A finding that no cause brings about (only some against it) needs no explanation.
    rows = [row for row in counted if arrays.link[row].any()]
    groups: dict[int, list[int]] = {}
    for row in rows:
        # Every finding that is in no group is a group of its own.
        group = int(arrays.group[row])
        groups.setdefault(group if group >= 0 else -1 - row, []).append(row)
    return tuple(
        _finding_event(
            tuple(members),
            tuple(counted[row] for row in members),
            float(arrays.group_exponent[group]) if group >= 0 else 1.0,
            arrays,
        )
        for group, members in sorted(groups.items())
    )


def _is_echo(finding: str, facts: Facts, settings: Settings) -> bool:
    """Return True if an entry of the twitching has said the same already."""
    for told in settings.echo.get(finding, ()):
        name, word = told.split(":")
        for movement in facts.movements:
            if movement.region == word if name == "place" else word in movement.words.get(name, ()):
                return True
    return False


@lru_cache(maxsize=1024)
def _finding_event(
    rows: tuple[int, ...], weights_of_findings: tuple[float, ...], exponent: float, arrays: CatalogueArrays
) -> Event:
    """Return one event for findings that are not independent.

    Method
    ------
    By how much cause j makes finding i likelier is c_ij = log(P_ij / leak_i) with P_ij = 1 - (1 - leak_i)(1 -
    link_ij), times the weight with which the finding counts. For each cause the strongest c counts in full, the
    others times the group's exponent. The leak of the event is formed likewise, so that P stays a probability. A
    further finding never lowers a cause that it belongs to.
    """
    places, counted = list(rows), np.array(weights_of_findings)
    leak, link = arrays.leak[places], arrays.link[places]
    probability = 1 - (1 - leak)[:, None] * (1 - link)
    gain, weights = strongest_in_full(counted[:, None] * np.log(probability / leak[:, None]), exponent)
    log_leak, leak_weights = strongest_in_full(-counted[:, None] * np.log(leak)[:, None], exponent)
    joint_leak = float(np.exp(-log_leak[0]))
    joint = np.minimum(joint_leak * np.exp(gain), LARGEST_LINK)
    variance = (counted[:, None] * weights * arrays.link_sd[places]) ** 2
    return Event(
        link=np.clip((joint - joint_leak) / (1 - joint_leak), 0.0, LARGEST_LINK),
        link_sd=np.sqrt(variance.sum(axis=0)),
        leak=joint_leak,
        leak_sd=float(np.sqrt(np.sum((counted * leak_weights[:, 0] * arrays.leak_sd[places]) ** 2))),
    )


def strongest_in_full(values: Floats, exponent: float) -> tuple[Floats, Floats]:
    """Return for each column the largest value plus `exponent` times the others, and the weights, shape of `values`."""
    weights = np.full(values.shape, exponent)
    np.put_along_axis(weights, values.argmax(axis=0)[None, :], 1.0, axis=0)
    return (weights * values).sum(axis=0), weights


def lab_events(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Event, ...]:
    """Return one event for each laboratory value that some cause makes likelier.

    Method
    ------
    The event has, for each cause alone against the leak, exactly the ratio of `lab_log_ratios`; as an event it is
    explained once: low magnesium that one cause accounts for no longer speaks for the others. Where the value
    speaks against a cause, the ratio enters the prior instead.
    """
    return tuple(_lab_event(lab, facts.sex, arrays, counting) for lab in facts.labs)


@lru_cache(maxsize=256)
def _lab_event(lab: Laboratory, sex: str | None, arrays: CatalogueArrays, counting: Counting) -> Event:
    effects = [cause.labs.get(lab.analyte) for cause in arrays.causes]
    ratios = np.array(lab_log_ratios(lab, effects, sex, counting)).clip(min=0.0)
    leak = LARGEST_EXPLAINED * float(np.exp(-ratios.max(initial=0.0)))
    return Event(
        link=(leak * np.exp(ratios) - leak) / (1 - leak),
        link_sd=np.full(ratios.size, LAB_LINK_SD),
        leak=leak,
        leak_sd=LAB_LINK_SD,
    )


@lru_cache(maxsize=128)
def movement_events(movements: tuple[Movement, ...], arrays: CatalogueArrays, counting: Counting) -> tuple[Event, ...]:
    """Return one event for each region that moves: at this place, of this kind, then, for so long.

    Method
    ------
    The link is the probability that the cause makes movement noticed in the region, times for each thing told of it the
    probability of that word under the cause, over the largest such probability among all causes and the background; the
    leak likewise. Where the same thing is told of a second place its exponent is `Counting.repeated_descriptor`,
    because one description colours the others. Four or more regions are one more event: widespread; so are three in
    which recordings found twitches that the person did not report. Where no place is told, the link is the probability
    that the cause makes anything move.
    """
    events, told = [], set[str]()
    reported = [movement for movement in movements if not movement.is_measured]
    for region in dict.fromkeys(movement.region for movement in movements):
        here = [movement for movement in movements if movement.region is region]
        exponent = measured_exponent(region, counting) if here[0].is_measured else 1.0
        event = _place_event(region, arrays, exponent)
        for movement in here:
            for name in sorted(movement.words):
                weight = exponent * (counting.repeated_descriptor if name in told else 1.0)
                event = _described(event, arrays, name, movement.words[name], weight)
                told.add(name)
        events.append(event)
    regions = {movement.region for movement in reported} - {None}
    measured = {movement.region for movement in movements if movement.is_measured}
    if len(regions) >= MANY_REGIONS and Region.WIDESPREAD not in regions:
        events.append(_place_event(Region.WIDESPREAD, arrays, counting.many_places))
    elif len(measured) >= MANY_MEASURED_REGIONS and Region.WIDESPREAD not in regions:
        events.append(_place_event(Region.WIDESPREAD, arrays, counting.measured_many))
    return tuple(events)


def measured_exponent(region: Region | None, counting: Counting) -> float:
    """Return how much a twitch found by a recording counts: a calf twitches in anybody, an upper arm seldom."""
    if region in UPPER_LIMB:
        return counting.measured_arm
    return counting.measured_leg if region in LOWER_LEG else counting.measured_place


def _place_event(region: Region | None, arrays: CatalogueArrays, exponent: float) -> Event:
    if region is None:
        return Event(
            link=np.minimum(1 - np.prod(1 - arrays.place, axis=0), LARGEST_LINK),
            link_sd=arrays.place_sd,
            leak=float(1 - np.prod(1 - arrays.place_leak)),
            leak_sd=PLACE_LEAK_SD,
        )
    row = REGIONS.index(region)
    return Event(
        link=np.minimum(arrays.place[row] ** exponent, LARGEST_LINK),
        link_sd=exponent * arrays.place_sd,
        leak=float(arrays.place_leak[row] ** exponent),
        leak_sd=exponent * PLACE_LEAK_SD,
    )


def _described(event: Event, arrays: CatalogueArrays, name: str, words: Sequence[str], weight: float) -> Event:
    table = arrays.words[name]
    rows = [table.words.index(word) for word in words]
    by_cause, background = table.by_cause[rows].mean(axis=0), float(table.background[rows].mean())
    largest = max(float(by_cause.max(initial=0.0)), background)
    return Event(
        link=event.link * (by_cause / largest) ** weight,
        link_sd=np.hypot(event.link_sd, weight * table.sd),
        leak=event.leak * (background / largest) ** weight,
        leak_sd=event.leak_sd,
    )
