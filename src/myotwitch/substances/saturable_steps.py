"""Steps of the saturable law: what enters by first order and is cleared by an enzyme that has its limit (alcohol).

Compiled with Numba; `advance_plain` and `run_plain` are the same in plain Python and stand beside it for tests.
Loading Numba takes longer than three years of drinks do by `saturable_episodes`, which comes first for that reason.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from myotwitch.substances.saturable_episodes import LONGEST_STEP_H, NOTHING

FloatArray = NDArray[np.float64]


def saturable_amounts(
    largest_mg_per_h: FloatArray,
    constant_mg: FloatArray,
    absorption_per_h: FloatArray,
    taken_h: FloatArray,
    amount_mg: FloatArray,
    at_h: FloatArray,
) -> FloatArray:
    """Return what is in the body at the sorted times `at_h`, float64[people, times], of doses sorted by time.

    Method
    ------
    d(gut)/dt = -a gut, solved exactly; d(body)/dt = a gut - V body / (K + body), by Runge and Kutta's fourth order in
    equal steps of at most `LONGEST_STEP_H` between one dose or time and the next. Once gut and body are empty, the
    steps are left out.
    """
    amounts = np.empty((len(constant_mg), len(at_h)), dtype=np.float64)
    for row, constants in enumerate(zip(largest_mg_per_h, constant_mg, absorption_per_h, strict=True)):
        _run(*constants, taken_h, amount_mg, at_h, amounts[row])
    return amounts


def run_plain(
    largest: float,
    constant: float,
    absorption: float,
    taken_h: FloatArray,
    amount_mg: FloatArray,
    at_h: FloatArray,
    out: FloatArray,
) -> None:
    """Fill `out` with the amounts at `at_h`, for one person."""
    gut = body = now = 0.0
    dose = 0
    for index in range(len(at_h)):
        while dose < len(taken_h) and taken_h[dose] <= at_h[index]:
            gut, body = _advance(gut, body, taken_h[dose] - now, largest, constant, absorption)
            gut += amount_mg[dose]
            now = taken_h[dose]
            dose += 1
        gut, body = _advance(gut, body, at_h[index] - now, largest, constant, absorption)
        now = at_h[index]
        out[index] = body


def advance_plain(
    gut: float, body: float, hours: float, largest: float, constant: float, absorption: float
) -> tuple[float, float]:
    """Return what is in the gut and in the body after some hours without a dose."""
    if hours <= 0.0 or gut + body <= 0.0:
        return gut, body
    steps = math.ceil(hours / LONGEST_STEP_H)
    step = hours / steps
    half = math.exp(-absorption * step / 2.0)
    for _ in range(steps):
        if gut + body < NOTHING * constant:
            return 0.0, 0.0
        start, middle, end = absorption * gut, absorption * gut * half, absorption * gut * half * half
        first = start - largest * body / (constant + body)
        there = max(body + step / 2.0 * first, 0.0)
        second = middle - largest * there / (constant + there)
        there = max(body + step / 2.0 * second, 0.0)
        third = middle - largest * there / (constant + there)
        there = max(body + step * third, 0.0)
        fourth = end - largest * there / (constant + there)
        # The step sees what comes from the gut by Simpson's rule; what truly came makes up the difference.
        came = gut * (1.0 - half * half) - step / 6.0 * (start + 4.0 * middle + end)
        body = max(body + came + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth), 0.0)
        gut *= half * half
    return gut, body


_advance = njit(cache=True)(advance_plain)
_run = njit(cache=True)(run_plain)
