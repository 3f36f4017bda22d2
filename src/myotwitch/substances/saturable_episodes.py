"""Steps of the saturable law for all episodes of drinking at once, in NumPy: no compiler has to be loaded for them.

An episode is a row of doses with no long pause in it. Between two of them the body is mostly empty, so that each is
stepped from nothing, beside all others; where something was left of the one before, the next is stepped again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

LONGEST_STEP_H = 1.0 / 20.0
"""Longest step **[h]**. Of 55 g of alcohol it is off by at most 6 mg, by 14 mg at 2.5 times the middle elimination."""
NOTHING = 1e-4
"""Share of the law's constant below which the body counts as empty: a tenth of a milligram of alcohol."""
PAUSE_H = 7.0
"""A new episode begins so long after what was taken should have left **[h]**; what comes out does not depend on it."""
MOST_ROUNDS, MOST_STEPS = 3, 4000
"""Where more episodes in a row hang together, or one has more steps, as in someone who is never without, the compiled
steps are faster."""
MOST_STEPS_IN_ALL = 4_000_000
"""Steps of all episodes and of the pauses between them, of some twenty years: so many fit well into memory."""
_LOOKED_AFTER = 16
"""Steps after which it is looked where nothing is left."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Schedule:
    """The steps of every episode, one episode after the other.

    Parameters
    ----------
    source
        int[times]: the event (dose or time, in their order) at whose arrival the body is as at each time.
    interval
        int[steps]: the event after which each step comes.
    length_h
        float64[events]: length of the steps after each event **[h]**.
    dose_mg
        float64[steps + 1]: what is taken at the beginning of each **[mg]**.
    is_last
        bool[steps]: whether it is the last before the next event.
    first_event, first_step, last_dose
        int[episodes + 1] twice, and int[episodes]: where each episode begins, and the step that has its last dose.
    """

    source: IntArray
    interval: IntArray
    length_h: FloatArray
    dose_mg: FloatArray
    is_last: NDArray[np.bool_]
    first_event: IntArray
    first_step: IntArray
    last_dose: IntArray


class _Law(NamedTuple):
    """Constants in columns, one row a person; `largest` in units of `constant`, `rates` the different absorptions."""

    largest: FloatArray
    constant: FloatArray
    rates: FloatArray
    rate_of: IntArray


def amounts_of_episodes(
    largest_mg_per_h: FloatArray,
    constant_mg: FloatArray,
    absorption_per_h: FloatArray,
    taken_h: FloatArray,
    amount_mg: FloatArray,
    at_h: FloatArray,
) -> FloatArray | None:
    """Return what `saturable_amounts` does, by the same steps; None where these are faster or need less memory.

    The times `at_h` may be in any order.
    """
    if len(taken_h) == 0 or len(at_h) == 0:
        return np.zeros((len(constant_mg), len(at_h)))
    span_h = max(taken_h[-1], at_h.max()) - min(taken_h[0], at_h.min())
    if span_h / LONGEST_STEP_H + len(taken_h) + len(at_h) > MOST_STEPS_IN_ALL:
        return None
    begin = _begins(taken_h, amount_mg, float(largest_mg_per_h.min()))
    law, schedule = _law(largest_mg_per_h, constant_mg, absorption_per_h), _schedule(taken_h, amount_mg, at_h, begin)
    if (schedule.last_dose - schedule.first_step[:-1]).max() > MOST_STEPS:
        return None
    episodes = len(begin)
    body_at = np.zeros((len(schedule.length_h), len(constant_mg)))
    states = np.zeros((2, len(constant_mg), episodes + 1))
    waiting = np.arange(episodes)
    for _ in range(MOST_ROUNDS):
        for episode in waiting.tolist():
            body_at[schedule.first_event[episode] + 1 : schedule.first_event[episode + 1] + 1] = 0.0
        ends = _run(law, schedule, waiting, states, body_at)
        is_other = (ends != states[:, :, waiting + 1]).any(axis=(0, 1))
        states[:, :, waiting + 1] = ends
        waiting = waiting[is_other & (waiting < episodes - 1)] + 1
        if len(waiting) == 0:
            body_at *= law.constant.T
            return body_at[schedule.source].T
    return None


def _law(largest: FloatArray, constant: FloatArray, absorption: FloatArray) -> _Law:
    rates, rate_of = np.unique(absorption, return_inverse=True)
    return _Law(
        largest=(largest / constant)[:, np.newaxis],
        constant=constant[:, np.newaxis],
        rates=rates[:, np.newaxis],
        rate_of=rate_of,
    )


def _begins(taken_h: FloatArray, amount_mg: FloatArray, slowest_mg_per_h: float) -> IntArray:
    """Return the doses with which episodes begin: nothing should be left of those before, even in the slowest."""
    begins, left_mg, before_h = [], 0.0, -np.inf
    for dose, (now_h, mg) in enumerate(zip(taken_h.tolist(), amount_mg.tolist(), strict=True)):
        left_mg -= slowest_mg_per_h * (now_h - before_h)
        if left_mg < -slowest_mg_per_h * PAUSE_H:
            begins.append(dose)
        left_mg, before_h = max(left_mg, 0.0) + mg, now_h
    return np.array(begins)


def _schedule(taken_h: FloatArray, amount_mg: FloatArray, at_h: FloatArray, begin: IntArray) -> _Schedule:
    doses, every = len(taken_h), np.concatenate((taken_h, at_h))
    order = np.argsort(every, kind="stable")  # a dose comes before a time that is the same
    events = np.arange(len(order))
    place = np.empty_like(order)
    place[order] = events
    hours = np.diff(every[order], append=every[order[-1]])
    count = np.ceil(hours / LONGEST_STEP_H).astype(np.intp)
    before = np.concatenate(([0], np.cumsum(count)))
    dose_mg = np.zeros(before[-1] + 1)
    np.add.at(dose_mg, before[place[:doses]], amount_mg)
    is_last = np.zeros(before[-1], dtype=np.bool_)
    is_last[before[1:][count > 0] - 1] = True
    first_event = np.append(place[begin], events[-1])
    arrived = np.maximum.accumulate(np.where(np.concatenate(([False], count[:-1] > 0)), events, 0))
    return _Schedule(
        source=arrived[place[doses:]],
        interval=np.repeat(events, count),
        length_h=hours / np.maximum(count, 1),
        dose_mg=dose_mg,
        is_last=is_last,
        first_event=first_event,
        first_step=before[first_event],
        last_dose=before[place[np.append(begin[1:], doses) - 1]],
    )


def _run(law: _Law, schedule: _Schedule, episodes: IntArray, states: FloatArray, body_at: FloatArray) -> FloatArray:
    """Fill `body_at` for some episodes, each from its state; return the states at their ends.

    States are float64[2, people, episodes]: what is in the gut and in the body, in units of the constant.
    """
    ends = np.zeros((2, body_at.shape[1], len(episodes)))
    rows, now, stop = np.arange(len(episodes)), schedule.first_step[episodes], schedule.first_step[episodes + 1]
    gut, body = states[:, :, episodes]
    steps = 0
    while len(rows):
        is_done = now >= stop
        if steps % _LOOKED_AFTER == 0:
            is_done |= (now > schedule.last_dose[episodes[rows]]) & ~(gut + body).any(axis=0)
        if is_done.any():
            ends[0][:, rows[is_done]], ends[1][:, rows[is_done]] = gut[:, is_done], body[:, is_done]
            goes_on = ~is_done
            rows, now, stop = rows[goes_on], now[goes_on], stop[goes_on]
            gut, body = gut[:, goes_on], body[:, goes_on]
        interval = schedule.interval[now]
        dose_mg = schedule.dose_mg[now]
        if dose_mg.any():
            gut += dose_mg / law.constant
        gut, body = _stepped(law, gut, body, schedule.length_h[interval])
        arrives = np.flatnonzero(schedule.is_last[now])
        if len(arrives):
            body_at[interval[arrives] + 1] = body[:, arrives].T
        now = now + 1
        steps += 1
    return ends


def _stepped(law: _Law, gut: FloatArray, body: FloatArray, hours: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return gut and body after one step, float64[people, episodes] each; as `advance_plain` has it, in other terms.

    With the body in units of the constant, what leaves in half a step is c - c / (1 + body), c what would leave at
    most. What comes from the gut is in all four slopes and in their mean again, so that only what leaves is averaged.
    """
    is_there = (gut + body >= NOTHING).astype(np.float64)
    half_h = hours / 2.0
    shares = law.rates * half_h
    kept = np.exp(-shares).take(law.rate_of, axis=0)
    most, come = law.largest * half_h, shares.take(law.rate_of, axis=0) * gut
    without = body - most
    first = most / (1.0 + body)
    there = np.maximum(without + come + first, 0.0)
    second = most / (1.0 + there)
    come *= kept
    without += come
    there = np.maximum(without + second, 0.0)
    third = most / (1.0 + there)
    there = np.maximum(2.0 * (without + third) - body, 0.0)
    second += third
    second *= 2.0
    second += first
    second += most / (1.0 + there)
    second /= 3.0
    left = gut * kept
    left *= kept
    second += body + (gut - left)
    second -= 2.0 * most
    return left * is_there, np.maximum(second, 0.0) * is_there
