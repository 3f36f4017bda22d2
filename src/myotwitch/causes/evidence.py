"""Turns what is known of a person into a noisy-OR network: priors, positive events and denials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from myotwitch.anatomy.places import Region
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.events import (
    MANY_REGIONS,
    REGIONS,
    Event,
    finding_events,
    lab_events,
    measured_exponent,
    movement_events,
    strongest_in_full,
)
from myotwitch.causes.facts import Facts
from myotwitch.causes.network import Floats, Network
from myotwitch.causes.priors import prior_log_odds
from myotwitch.causes.settings import Counting, Settings


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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Parts:
    """What the network of a person is made of.

    Parameters
    ----------
    prior, prior_sd
        Shape (causes,): log odds before positive events and denials; their sd.
    events
        Positive events.
    denied, denied_sd
        Shape (causes,): log factor of all denials; its sd.
    """

    prior: Floats
    prior_sd: Floats
    events: tuple[Event, ...]
    denied: Floats
    denied_sd: Floats

    @property
    def odds(self) -> Floats:
        """Odds of each cause after the denials, before the positive events."""
        return np.asarray(np.exp(self.prior + self.denied), dtype=np.float64)


def parts_of(facts: Facts, arrays: CatalogueArrays, settings: Settings) -> Parts:
    """Return what the network of a person is made of."""
    counting = settings.counting
    prior, prior_sd = prior_log_odds(facts, arrays, counting)
    events = (
        *finding_events(facts, arrays, settings),
        *movement_events(facts.movements, arrays, counting),
        *lab_events(facts, arrays, counting),
    )
    # What no cause has an influence on changes nothing.
    events = tuple(event for event in events if event.link.any())
    denied, denied_sd = _denied(facts, arrays, counting)
    return Parts(prior=prior, prior_sd=prior_sd, events=events, denied=denied, denied_sd=denied_sd)


def network_from_facts(facts: Facts, arrays: CatalogueArrays, settings: Settings) -> Uncertain:
    """Return the network of a person."""
    return network_from_parts(parts_of(facts, arrays, settings))


def network_from_parts(parts: Parts) -> Uncertain:
    """Return the network that is made of these parts."""
    events, count = parts.events, parts.prior.size
    network = Network(
        prior=1 / (1 + np.exp(-parts.prior)),
        link=np.array([event.link for event in events]).reshape(len(events), count),
        leak=np.array([event.leak for event in events]),
        denied=np.exp(parts.denied),
    )
    return Uncertain(
        network=network,
        prior_sd=parts.prior_sd,
        link_sd=np.array([event.link_sd for event in events]).reshape(len(events), count),
        leak_sd=np.array([event.leak_sd for event in events]),
        denied_sd=parts.denied_sd,
    )


def _denied(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Floats, Floats]:
    """Return the log factor of all denials and of all places where nothing is reported, and its standard deviation."""
    rows = tuple(arrays.finding_row(name) for name, present in sorted(facts.findings.items()) if not present)
    total, variance = _denied_findings(rows, arrays)
    unsaid = _silence(facts.regions, arrays, counting) + _nothing_recorded(facts, arrays, counting)
    return total + unsaid, np.sqrt(variance)


def _nothing_recorded(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> Floats:
    """Return the log factor of recordings in which nothing twitched: weak, and the weaker the shorter they were."""
    total = np.zeros(len(arrays.causes))
    for recording in facts.empty_recordings:
        long_enough = 1 - np.exp(-recording.analysed_s / counting.empty_recording_seconds)
        tells = measured_exponent(recording.region, counting) * counting.empty_recording
        total += long_enough * tells * np.log1p(-arrays.place[REGIONS.index(recording.region)])
    return total


@lru_cache(maxsize=8)
def _missing(arrays: CatalogueArrays) -> tuple[Floats, Floats]:
    """Return the logarithm of the probability that a cause does not bring a finding about, and its sd."""
    # sd of log(1 - link): the sd of the log odds times the link.
    return np.log1p(-arrays.link), arrays.link * arrays.link_sd


@lru_cache(maxsize=256)
def _denied_findings(denied_rows: tuple[int, ...], arrays: CatalogueArrays) -> tuple[Floats, Floats]:
    rows = list(denied_rows)
    log_missing, missing_sd = (table[rows] for table in _missing(arrays))
    total, variance = np.zeros(len(arrays.causes)), np.zeros(len(arrays.causes))
    groups = arrays.group[rows]
    alone = groups < 0
    total += log_missing[alone].sum(axis=0)
    variance += (missing_sd[alone] ** 2).sum(axis=0)
    for group in np.unique(groups[~alone]):
        inside = groups == group
        strength, weights = strongest_in_full(-log_missing[inside], float(arrays.group_exponent[group]))
        total -= strength
        variance += ((weights * missing_sd[inside]) ** 2).sum(axis=0)
    return total, variance


@lru_cache(maxsize=128)
def _silence(told: tuple[Region, ...], arrays: CatalogueArrays, counting: Counting) -> Floats:
    """Return the log factor of the regions of which nothing is said; nothing where the person speaks of the whole
    body.
    """
    regions = set(told)
    if not regions or regions & {Region.WIDESPREAD, Region.WHOLE_SIDE}:
        return np.zeros(len(arrays.causes))
    covered = regions | ({Region.WIDESPREAD} if len(regions) >= MANY_REGIONS else set())
    silent = [row for row, region in enumerate(REGIONS) if region not in covered]
    return np.asarray(counting.unreported_place * np.log1p(-arrays.place[silent]).sum(axis=0), dtype=np.float64)
