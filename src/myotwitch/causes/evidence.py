"""Turns what is known of a person into a noisy-OR network: priors, positive events and denials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from myotwitch.anatomy.places import Region
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.exposure import LogOdds, exposed_log_odds, risk_log_factor
from myotwitch.causes.facts import Facts, Movement
from myotwitch.causes.laboratory import lab_log_ratio
from myotwitch.causes.network import LARGEST_LINK, Floats, Network
from myotwitch.causes.settings import Counting

MANY_REGIONS = 4
"""From this number of regions on, what is told counts as widespread as well."""

REGIONS = tuple(Region)

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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Uncertain:
    """A network with the spread of its parameters.

    Parameters
    ----------
    network
        At the values of the parameters.
    prior_sd
        Shape (causes,): sd of the log odds of the priors.
    link_sd, leak_sd
        Shapes (events, causes) and (events,): sd of their log odds.
    denied_sd
        Shape (causes,): sd of the logarithm of `Network.denied`.
    """

    network: Network
    prior_sd: Floats
    link_sd: Floats
    leak_sd: Floats
    denied_sd: Floats


def network_from_facts(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> Uncertain:
    """Return the network of a person."""
    prior, prior_sd = prior_log_odds(facts, arrays, counting)
    events = (
        *finding_events(facts, arrays),
        *movement_events(facts.movements, arrays, counting),
        *lab_events(facts, arrays, counting),
    )
    # What no cause has an influence on changes nothing.
    events = tuple(event for event in events if event.link.any())
    denied, denied_sd = _denied(facts, arrays, counting)
    count = len(arrays.causes)
    network = Network(
        prior=1 / (1 + np.exp(-prior)),
        link=np.array([event.link for event in events]).reshape(len(events), count),
        leak=np.array([event.leak for event in events]),
        denied=np.exp(denied),
    )
    return Uncertain(
        network=network,
        prior_sd=prior_sd,
        link_sd=np.array([event.link_sd for event in events]).reshape(len(events), count),
        leak_sd=np.array([event.leak_sd for event in events]),
        denied_sd=denied_sd,
    )


def prior_log_odds(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Floats, Floats]:
    """Return the log odds of each cause before findings and movements, and their standard deviation."""
    base_values, base_sds = _base(arrays, facts.age_years, facts.sex, facts.pregnant)
    values, variances = base_values.copy(), base_sds**2
    if facts.exposures or facts.labs:
        for place in arrays.conditional:
            cause = arrays.causes[place]
            base = LogOdds(value=float(values[place]), sd=float(base_sds[place]))
            exposed = exposed_log_odds(cause, base, facts.exposures, counting)
            risk = risk_log_factor(cause, facts.exposures, counting)
            against = sum(
                min(lab_log_ratio(lab, cause.labs[lab.analyte], facts.sex, counting), 0.0)
                for lab in facts.labs
                if lab.analyte in cause.labs
            )
            values[place] = exposed.value + risk.value + against
            variances[place] = exposed.sd**2 + risk.sd**2
    sds = np.sqrt(variances)
    for name, present in facts.findings.items():
        if present:
            row_number = arrays.finding_row(name)
            values += arrays.against[row_number]
            sds = np.hypot(sds, arrays.against_sd[row_number])
    return np.clip(values, -40.0, 25.0), sds


def population_prior(facts: Facts, arrays: CatalogueArrays) -> Floats:
    """Return the probability of each cause in people of this age, sex and pregnancy, before anything else is known."""
    values, _ = _base(arrays, facts.age_years, facts.sex, facts.pregnant)
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float64)


@lru_cache(maxsize=64)
def _base(
    arrays: CatalogueArrays, age_years: float, sex: str | None, pregnant: bool | None  # noqa: FBT001
) -> tuple[Floats, Floats]:
    """Return the log odds of the first prior that applies, for each cause, and its standard deviation."""
    rows = [
        next(
            (value, sd) for row, value, sd in rows if row.applies(age_years, sex, pregnant=pregnant)
        )
        for rows in arrays.priors
    ]
    values, sds = np.array(rows).reshape(len(rows), 2).T
    values.setflags(write=False)
    sds.setflags(write=False)
    return values, sds


def finding_events(facts: Facts, arrays: CatalogueArrays) -> tuple[Event, ...]:
    """Return one event for each group of findings that are present, and for each that is in no group."""
    rows = [arrays.finding_row(name) for name, present in sorted(facts.findings.items()) if present]
    # A finding that no cause brings about (only some against it) needs no explanation.
    rows = [row for row in rows if arrays.link[row].any()]
    alone = [_single_event(row, arrays) for row in rows if arrays.group[row] < 0]
    groups = sorted({int(arrays.group[row]) for row in rows if arrays.group[row] >= 0})
    return (
        *alone,
        *(_group_event([row for row in rows if arrays.group[row] == group], group, arrays) for group in groups),
    )


def _single_event(row: int, arrays: CatalogueArrays) -> Event:
    return Event(
        link=arrays.link[row],
        link_sd=arrays.link_sd[row],
        leak=float(arrays.leak[row]),
        leak_sd=float(arrays.leak_sd[row]),
    )


def _group_event(rows: Sequence[int], group: int, arrays: CatalogueArrays) -> Event:
    """Return one event for findings that are not independent.

    Method
    ------
    By how much cause j makes finding i likelier is c_ij = log(P_ij / leak_i) with P_ij = 1 - (1 - leak_i)(1 - link_ij). For each
    cause the strongest c counts in full, the others times the group's exponent. The leak of the event is formed likewise, so
    that P stays a probability. A further finding never lowers a cause that it belongs to.
    """
    if len(rows) == 1:
        return _single_event(rows[0], arrays)
    exponent = float(arrays.group_exponent[group])
    leak, link = arrays.leak[rows], arrays.link[rows]
    probability = 1 - (1 - leak)[:, None] * (1 - link)
    gain, weights = _strongest_in_full(np.log(probability / leak[:, None]), exponent)
    log_leak, leak_weights = _strongest_in_full(-np.log(leak)[:, None], exponent)
    joint_leak = float(np.exp(-log_leak[0]))
    joint = np.minimum(joint_leak * np.exp(gain), LARGEST_LINK)
    variance = (weights * (1 - link) * arrays.link_sd[rows]) ** 2
    return Event(
        link=np.clip((joint - joint_leak) / (1 - joint_leak), 0.0, LARGEST_LINK),
        link_sd=np.sqrt(variance.sum(axis=0)),
        leak=joint_leak,
        leak_sd=float(np.sqrt(np.sum((leak_weights[:, 0] * arrays.leak_sd[rows]) ** 2))),
    )


def _strongest_in_full(values: Floats, exponent: float) -> tuple[Floats, Floats]:
    """Return for each column the largest value plus `exponent` times the others, and the weights, shape of `values`."""
    weights = np.full(values.shape, exponent)
    np.put_along_axis(weights, values.argmax(axis=0)[None, :], 1.0, axis=0)
    return (weights * values).sum(axis=0), weights


def lab_events(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Event, ...]:
    """Return one event for each laboratory value that some cause makes likelier.

    Method
    ------
    The event has, for each cause alone against the leak, exactly the ratio of `lab_log_ratio`; as an event it is explained
    once: low magnesium that one cause accounts for no longer speaks for the others. Where the value speaks against a
    cause, the ratio enters the prior instead.
    """
    events = []
    for lab in facts.labs:
        ratios = np.array(
            [
                lab_log_ratio(lab, cause.labs[lab.analyte], facts.sex, counting) if lab.analyte in cause.labs else 0.0
                for cause in arrays.causes
            ]
        ).clip(min=0.0)
        leak = LARGEST_EXPLAINED * float(np.exp(-ratios.max(initial=0.0)))
        events.append(
            Event(
                link=(leak * np.exp(ratios) - leak) / (1 - leak),
                link_sd=np.full(ratios.size, LAB_LINK_SD),
                leak=leak,
                leak_sd=LAB_LINK_SD,
            )
        )
    return tuple(events)


def movement_events(
    movements: Sequence[Movement], arrays: CatalogueArrays, counting: Counting
) -> tuple[Event, ...]:
    """Return one event for each region that moves: at this place, of this kind, then, for so long.

    Method
    ------
    The link is the probability that the cause makes movement noticed in the region, times for each thing told of it the
    probability of that word under the cause, over the largest such probability among all causes and the background; the
    leak likewise. Where the same thing is told of a second place its exponent is `Counting.repeated_descriptor`, because one
    description colours the others. Four or more regions are one more event: widespread.
    """
    events, told = [], set[str]()
    reported = [movement for movement in movements if not movement.is_measured]
    for region in dict.fromkeys(movement.region for movement in movements):
        here = [movement for movement in movements if movement.region is region]
        exponent = counting.measured_place if here[0].is_measured else 1.0
        event = _place_event(region, arrays, exponent)
        for movement in here:
            for name in sorted(movement.words):
                weight = exponent * (counting.repeated_descriptor if name in told else 1.0)
                event = _described(event, arrays, name, movement.words[name], weight)
                told.add(name)
        events.append(event)
    regions = {movement.region for movement in reported}
    if len(regions) >= MANY_REGIONS and Region.WIDESPREAD not in regions:
        events.append(_place_event(Region.WIDESPREAD, arrays, counting.many_places))
    return tuple(events)


def _place_event(region: Region, arrays: CatalogueArrays, exponent: float) -> Event:
    row = REGIONS.index(region)
    return Event(
        link=np.minimum(arrays.place[row] ** exponent, LARGEST_LINK),
        link_sd=exponent * arrays.place_sd,
        leak=float(arrays.place_leak[row] ** exponent),
        leak_sd=exponent * 0.5,
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


def _denied(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Floats, Floats]:
    """Return the log factor of all denials and of all places where nothing is reported, and its standard deviation."""
    rows = [arrays.finding_row(name) for name, present in sorted(facts.findings.items()) if not present]
    log_missing = np.log1p(-arrays.link[rows])
    # sd of log(1 - link): the sd of the log odds times the link.
    missing_sd = arrays.link[rows] * arrays.link_sd[rows]
    total, variance = np.zeros(len(arrays.causes)), np.zeros(len(arrays.causes))
    groups = arrays.group[rows]
    alone = groups < 0
    total += log_missing[alone].sum(axis=0)
    variance += (missing_sd[alone] ** 2).sum(axis=0)
    for group in np.unique(groups[~alone]):
        inside = groups == group
        strength, weights = _strongest_in_full(-log_missing[inside], float(arrays.group_exponent[group]))
        total -= strength
        variance += ((weights * missing_sd[inside]) ** 2).sum(axis=0)
    return total + _silence(facts, arrays, counting), np.sqrt(variance)


def _silence(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> Floats:
    """Return the log factor of the regions of which nothing is said; nothing where the person speaks of the whole body."""
    regions = set(facts.regions)
    if not regions or regions & {Region.WIDESPREAD, Region.WHOLE_SIDE}:
        return np.zeros(len(arrays.causes))
    covered = regions | ({Region.WIDESPREAD} if len(regions) >= MANY_REGIONS else set())
    silent = [row for row, region in enumerate(REGIONS) if region not in covered]
    return np.asarray(counting.unreported_place * np.log1p(-arrays.place[silent]).sum(axis=0), dtype=np.float64)
