"""How probable each cause is before findings and movements: age, sex, what is taken, what speaks against it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from myotwitch.case.case import Exposure
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.clearing import body_of
from myotwitch.causes.exposure import Body, LogOdds, exposed_log_odds, risk_log_factor
from myotwitch.causes.facts import Facts, Laboratory
from myotwitch.causes.following import following_log_factors
from myotwitch.causes.laboratory import lab_log_ratio
from myotwitch.causes.movements import Movement
from myotwitch.causes.network import Floats, log_odds
from myotwitch.causes.settings import Counting
from myotwitch.causes.supply import supply_log_factor

SMALLEST_LOG_ODDS, LARGEST_LOG_ODDS = -40.0, 25.0
"""Ends of the log odds of a prior, so that no product of factors overflows."""


def prior_log_odds(facts: Facts, arrays: CatalogueArrays, counting: Counting) -> tuple[Floats, Floats]:
    """Return the log odds of each cause before findings and movements, and their standard deviation."""
    base_values, base_sds = _base(arrays, facts.age_years, facts.sex, facts.pregnant)
    values, variances = base_values.copy(), base_sds**2
    if facts.exposures or facts.labs:
        person = (facts.age_years, facts.sex, facts.pregnant)
        exposed = _exposed(arrays, person, facts.exposures, body_of(facts), counting)
        values, variances = exposed[0].copy(), exposed[1].copy()
        for lab in facts.labs:
            values += _against_by(lab, facts.sex, arrays, counting)
    if facts.own_effects:
        values += following_log_factors(facts.own_effects, arrays, counting)
    values[list(arrays.bound_to_nerves)] += _supply_log_factors(arrays, facts.movements, counting)
    rows = [arrays.finding_row(name) for name, present in facts.findings.items() if present]
    values += arrays.against[rows].sum(axis=0)
    variances = variances + (arrays.against_sd[rows] ** 2).sum(axis=0)
    return np.clip(values, SMALLEST_LOG_ODDS, LARGEST_LOG_ODDS), np.sqrt(variances)


@lru_cache(maxsize=128)
def _supply_log_factors(arrays: CatalogueArrays, movements: tuple[Movement, ...], counting: Counting) -> Floats:
    """Return the log factor of the muscles that twitch together, for each cause that is bound to nerves or roots."""
    causes = (arrays.causes[place] for place in arrays.bound_to_nerves)
    return np.array([supply_log_factor(cause, movements, counting) for cause in causes])


@lru_cache(maxsize=128)
def _exposed(
    arrays: CatalogueArrays,
    person: tuple[float, str | None, bool | None],
    exposures: tuple[Exposure, ...],
    body: Body,
    counting: Counting,
) -> tuple[Floats, Floats]:
    """Return the log odds of each cause, and their variance, given what was taken or stopped."""
    base_values, base_sds = _base(arrays, *person)
    values, variances = base_values.copy(), base_sds**2
    for place in arrays.conditional:
        cause = arrays.causes[place]
        base = LogOdds(value=float(values[place]), sd=float(base_sds[place]))
        exposed = exposed_log_odds(cause, base, exposures, counting, body)
        risk = risk_log_factor(cause, exposures, counting)
        values[place] = exposed.value + risk.value
        variances[place] = exposed.sd**2 + risk.sd**2
    return values, variances


@lru_cache(maxsize=256)
def _against_by(lab: Laboratory, sex: str | None, arrays: CatalogueArrays, counting: Counting) -> Floats:
    """Return the log factor by which a laboratory value lowers the odds of each cause that it does not fit."""
    return np.array(
        [
            min(lab_log_ratio(lab, cause.labs[lab.analyte], sex, counting), 0.0) if lab.analyte in cause.labs else 0.0
            for cause in arrays.causes
        ]
    )


def population_prior(facts: Facts, arrays: CatalogueArrays) -> Floats:
    """Return the probability of each cause in people of this age, sex and pregnancy, before anything else is known."""
    values, _ = _base(arrays, facts.age_years, facts.sex, facts.pregnant)
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float64)


@lru_cache(maxsize=64)
def _base(
    arrays: CatalogueArrays,
    age_years: float,
    sex: str | None,
    pregnant: bool | None,  # noqa: FBT001
) -> tuple[Floats, Floats]:
    """Return the log odds of the first prior that applies, for each cause, and its standard deviation."""
    if sex is None:
        # Half of the people are of each sex: the mean of the probabilities, not of the log odds.
        both = [_base(arrays, age_years, known, pregnant) for known in ("female", "male")]
        mean = np.mean([1 / (1 + np.exp(-values)) for values, _ in both], axis=0)
        values, sds = log_odds(mean), np.max([sds for _, sds in both], axis=0)
    else:
        rows = [
            next((value, sd) for row, value, sd in rows if row.applies(age_years, sex, pregnant=pregnant))
            for rows in arrays.priors
        ]
        values, sds = np.array(rows).reshape(len(rows), 2).T
    values.setflags(write=False)
    sds.setflags(write=False)
    return values, sds
