"""How much of what was taken is in the body at any time: laws of one compartment, for many people at once.

A law holds the constants of one or more people (or of one person of whom they are not known exactly), so that a curve
and its band cost one call.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError
from myotwitch.substances.saturable_episodes import amounts_of_episodes

FloatArray = NDArray[np.float64]

AT_ONCE_PER_H = np.inf
"""Absorption rate of what is in the blood at once: inhaled or injected."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FirstOrderLaw:
    """The same share leaves every hour.

    Parameters
    ----------
    elimination_per_h
        Rate constant with which it leaves the body **[1/h]**, float64[people], above 0.
    absorption_per_h
        Rate constant with which it enters the blood **[1/h]**, float64[people], above 0; `AT_ONCE_PER_H` where it is
        there at once.
    """

    elimination_per_h: FloatArray
    absorption_per_h: FloatArray

    def __post_init__(self) -> None:
        _check_constants(self.elimination_per_h, self.absorption_per_h)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SaturableLaw:
    """An enzyme that can be saturated clears it (Michaelis and Menten).

    Parameters
    ----------
    largest_mg_per_h
        What leaves in an hour where there is plenty **[mg/h]**, float64[people], above 0.
    constant_mg
        Amount in the body at which half of that leaves **[mg]**, float64[people], above 0.
    absorption_per_h
        Rate constant with which it enters the blood **[1/h]**, float64[people], above 0.
    """

    largest_mg_per_h: FloatArray
    constant_mg: FloatArray
    absorption_per_h: FloatArray

    def __post_init__(self) -> None:
        _check_constants(self.largest_mg_per_h, self.constant_mg, self.absorption_per_h)
        if not np.all(np.isfinite(self.absorption_per_h)):
            raise RequestError("What is in the blood at once has no saturable law here; give a finite absorption rate.")


def amounts_over_time(
    law: FirstOrderLaw | SaturableLaw, taken_h: FloatArray, amount_mg: FloatArray, at_h: FloatArray
) -> FloatArray:
    """Return what is in the body at given times, for each of the people of a law.

    Parameters
    ----------
    law
        The constants of `people` people.
    taken_h
        When the doses were taken **[h]**, float64[doses], in any order.
    amount_mg
        How much each dose was **[mg]**, float64[doses], at least 0; under a first-order law any unit will do.
    at_h
        When to look **[h]**, float64[times], in any order, on the clock of `taken_h`.

    Returns
    -------
    float64[people, times], in the unit of the doses. A dose counts from the moment it is taken.

    Raises
    ------
    RequestError
        If arrays do not fit each other, or an amount or time is no possible number.

    Method
    ------
    First order: the state (in the gut, in the body) after each dose follows from that after the dose before, and the
    amount at a time from the last dose before it; this is exact. With elimination e and absorption a, what a filled
    gut adds to the body within t is a (exp(-e t) - exp(-a t)) / (a - e), which near a = e is taken by its limit.
    Saturable: Runge and Kutta's fourth order (see `saturable_steps`), compiled or not.
    """
    taken_h, amount_mg, at_h = _checked(taken_h, amount_mg, at_h)
    order = np.argsort(taken_h, kind="stable")
    doses = taken_h[order], amount_mg[order]
    if isinstance(law, SaturableLaw):
        return _saturable_amounts(law, *doses, at_h)
    return _first_order_amounts(law, *doses, at_h)


def _first_order_amounts(
    law: FirstOrderLaw, taken_h: FloatArray, amount_mg: FloatArray, at_h: FloatArray
) -> FloatArray:
    amounts = np.zeros((len(law.elimination_per_h), len(at_h)), dtype=np.float64)
    if len(taken_h) == 0:
        return amounts
    guts, bodies = _states_after_doses(law, np.diff(taken_h, prepend=taken_h[0]), amount_mg)
    last = np.searchsorted(taken_h, at_h, side="right") - 1
    since = np.where(last < 0, 0.0, at_h - taken_h[last])
    kept_in_gut = {rate: np.exp(-rate * since) for rate in set(law.absorption_per_h.tolist()) - {AT_ONCE_PER_H}}
    for row, (elimination, absorption) in enumerate(_constants(law)):
        kept_in_body = np.exp(-elimination * since)
        amounts[row] = bodies[row, last] * kept_in_body
        if not np.isinf(absorption):
            passed_on = _passed_on(elimination, absorption, since, kept_in_body, kept_in_gut[absorption])
            amounts[row] += guts[row, last] * passed_on
    amounts[:, last < 0] = 0.0
    return amounts


def _saturable_amounts(law: SaturableLaw, taken_h: FloatArray, amount_mg: FloatArray, at_h: FloatArray) -> FloatArray:
    """Return the amounts of sorted doses at times in any order, by the way that is faster here.

    Loading Numba costs two thirds of a second: where nothing has loaded it yet, episodes are stepped in NumPy unless
    too many of them hang together. Both take the same steps.
    """
    constants = law.largest_mg_per_h, law.constant_mg, law.absorption_per_h
    if "numba" not in sys.modules:
        amounts = amounts_of_episodes(*constants, taken_h, amount_mg, at_h)
        if amounts is not None:
            return amounts
    from myotwitch.substances.saturable_steps import saturable_amounts

    when = np.argsort(at_h, kind="stable")
    sorted_amounts = saturable_amounts(*constants, taken_h, amount_mg, at_h[when])
    amounts = np.empty_like(sorted_amounts)
    amounts[:, when] = sorted_amounts
    return amounts


def _constants(law: FirstOrderLaw) -> Iterator[tuple[float, float]]:
    return zip(law.elimination_per_h.tolist(), law.absorption_per_h.tolist(), strict=True)


def _states_after_doses(law: FirstOrderLaw, gaps_h: FloatArray, amount_mg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is in the gut and in the body right after each dose, float64[people, doses] each.

    `gaps_h` is the time since the dose before.
    """
    guts, bodies = np.zeros((2, len(law.elimination_per_h), len(gaps_h)))
    for row, (elimination, absorption) in enumerate(_constants(law)):
        kept_in_body = np.exp(-elimination * gaps_h)
        if np.isinf(absorption):
            bodies[row] = _carried_on(kept_in_body, amount_mg)
            continue
        kept_in_gut = np.exp(-absorption * gaps_h)
        guts[row] = _carried_on(kept_in_gut, amount_mg)
        passed_on = _passed_on(elimination, absorption, gaps_h, kept_in_body, kept_in_gut)
        bodies[row] = _carried_on(kept_in_body, np.concatenate(([0.0], guts[row, :-1])) * passed_on)
    return guts, bodies


def _carried_on(kept: FloatArray, added: FloatArray) -> FloatArray:
    """Return the states of which each is what is kept of the one before and what is added.

    They solve a system of equations with two diagonals, the first all ones.
    """
    from scipy.linalg.lapack import dtbtrs  # slow to load

    diagonals = np.ones((2, len(kept)), order="F")
    diagonals[1, :-1] = -kept[1:]
    states, _ = dtbtrs(diagonals, added, uplo="L", diag="U")
    return np.asarray(states, dtype=np.float64).ravel()


def _passed_on(
    elimination: float, absorption: float, hours: FloatArray, kept_in_body: FloatArray, kept_in_gut: FloatArray
) -> FloatArray:
    """Return which share of what was in the gut is in the body after some hours."""
    difference = absorption - elimination
    shares = (kept_in_body - kept_in_gut) * (absorption / difference if difference else 0.0)
    alike = hours < (1e-4 / abs(difference) if difference else np.inf)
    if alike.any():
        # The difference quotient loses its digits, so its series stands in.
        exponent = difference * hours[alike]
        series = 1.0 - exponent / 2.0 + exponent**2 / 6.0
        shares[alike] = absorption * hours[alike] * kept_in_body[alike] * series
    return shares


def peaks_of_one_dose(law: FirstOrderLaw | SaturableLaw, amount_mg: float) -> FloatArray:
    """Return the largest amount that one dose reaches in a body that was empty.

    Returns
    -------
    float64[people], in the unit of `amount_mg`.

    Method
    ------
    First order: amount * exp(-e t) at the time of the peak t. Saturable: the largest of its amounts at every minute of
    the first day; the peak is so flat that this is good to 0.1 %.
    """
    if isinstance(law, SaturableLaw):
        at_h = np.arange(0.0, 24.0, 1.0 / 60.0)
        peaks: FloatArray = amounts_over_time(law, np.zeros(1), np.array([amount_mg]), at_h).max(axis=1)
        return peaks
    return amount_mg * np.exp(-law.elimination_per_h * times_to_peak_h(law))


def times_to_peak_h(law: FirstOrderLaw) -> FloatArray:
    """Return after which time one dose is at its peak **[h]**, float64[people]; 0 where it is there at once.

    Method
    ------
    ln(a / e) / (a - e); where both rates are alike 1 / e.
    """
    elimination, absorption = law.elimination_per_h, law.absorption_per_h
    excess = np.where(np.isinf(absorption), 0.0, absorption) / elimination - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.abs(excess) < 1e-6, 1.0 - excess / 2.0, np.log1p(excess) / excess)
    return np.where(np.isinf(absorption), 0.0, ratio / elimination)


def absorption_for_peak_per_h(time_to_peak_h: float, elimination_per_h: float) -> float:
    """Return the absorption rate **[1/h]** that puts the peak of one dose at a time.

    Method
    ------
    The time of the peak falls as the rate grows, from endless to 0, so exactly one rate fits; it is found by halving
    the stretch of its logarithm. A peak later than 1 / elimination means that absorption is the slower of the two.

    Examples
    --------
    >>> round(absorption_for_peak_per_h(0.83, 0.1386), 1)
    4.3
    """
    low, high = np.log(1e-6 * elimination_per_h), np.log(1e9 * elimination_per_h)
    for _ in range(80):
        middle = (low + high) / 2.0
        law = FirstOrderLaw(
            elimination_per_h=np.array([elimination_per_h]), absorption_per_h=np.array([np.exp(middle)])
        )
        low, high = (middle, high) if times_to_peak_h(law)[0] > time_to_peak_h else (low, middle)
    return float(np.exp((low + high) / 2.0))


def _check_constants(*constants: FloatArray) -> None:
    if len({constant.shape for constant in constants}) != 1 or constants[0].ndim != 1:
        raise RequestError(
            f"The constants of a law have the shapes {[constant.shape for constant in constants]}; each needs one "
            "number a person."
        )
    if not all(np.all(constant > 0.0) for constant in constants):
        raise RequestError("A constant of a law is not above 0; nothing could then enter or leave the body.")


def _checked(taken_h: FloatArray, amount_mg: FloatArray, at_h: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    taken, amounts, at = (np.asarray(values, dtype=np.float64) for values in (taken_h, amount_mg, at_h))
    if taken.ndim != 1 or taken.shape != amounts.shape or at.ndim != 1:
        raise RequestError(
            f"Times of doses, amounts and times to look at have the shapes {taken.shape}, {amounts.shape}, {at.shape}; "
            "give as many amounts as times of doses, and each as one row."
        )
    if not (np.all(np.isfinite(taken)) and np.all(np.isfinite(at))):
        raise RequestError("A time is not a finite number of hours.")
    if not np.all(np.isfinite(amounts) & (amounts >= 0.0)):
        raise RequestError("An amount is negative or not finite; leave out doses of which the amount is not known.")
    return taken, amounts, at
