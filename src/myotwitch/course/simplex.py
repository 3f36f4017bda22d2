"""The lowest point of a function of few variables, by Nelder and Mead's simplex.

The same steps as SciPy's, whose package of optimizers takes as long to load as half the searches of a long diary.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from myotwitch.course.hours import FloatArray


def lowest_point(
    cost: Callable[[FloatArray], float], simplex: FloatArray, *, most_calls: int, near: float, alike: float
) -> tuple[FloatArray, float]:
    """Return where a function is lowest, and its value there.

    Parameters
    ----------
    cost
        The function.
    simplex
        float64[variables + 1, variables]: where the search begins.
    most_calls
        No new step begins after so many calls.
    near, alike
        The search ends where no corner lies farther than `near` from the best in any variable, and none is higher by
        more than `alike`.

    Sources
    -------
    Nelder JA, Mead R. A simplex method for function minimization. Computer Journal 1965;7:308-313.
    """
    corners = simplex.astype(np.float64)
    costs = np.array([cost(corner) for corner in corners])
    calls = len(costs)
    corners, costs = _sorted(corners, costs)
    while calls < most_calls and not (
        np.abs(corners[1:] - corners[0]).max() <= near and (costs[1:] - costs[0]).max() <= alike
    ):
        corners, costs, made = _step(cost, corners, costs)
        calls += made
    return corners[0], float(costs[0])


def _sorted(corners: FloatArray, costs: FloatArray) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(costs)
    return corners[order], costs[order]


def _step(
    cost: Callable[[FloatArray], float], corners: FloatArray, costs: FloatArray
) -> tuple[FloatArray, FloatArray, int]:
    """Return the corners after one step, best first, their costs, and how often the function was called."""
    worst = corners[-1]
    middle = corners[:-1].sum(axis=0) / len(worst)
    mirrored = 2.0 * middle - worst
    mirrored_cost = cost(mirrored)
    if costs[0] <= mirrored_cost < costs[-2]:
        return *_with_last(corners, costs, mirrored, mirrored_cost), 1
    if mirrored_cost < costs[0]:
        other = 3.0 * middle - 2.0 * worst
    elif mirrored_cost < costs[-1]:
        other = 1.5 * middle - 0.5 * worst
    else:
        other = 0.5 * middle + 0.5 * worst
    other_cost = cost(other)
    if mirrored_cost < costs[0] and other_cost >= mirrored_cost:
        return *_with_last(corners, costs, mirrored, mirrored_cost), 2
    is_better = other_cost <= mirrored_cost if mirrored_cost < costs[-1] else other_cost < costs[-1]
    if is_better:
        return *_with_last(corners, costs, other, other_cost), 2
    drawn = corners[0] + 0.5 * (corners - corners[0])
    drawn_costs = np.array([costs[0], *(cost(corner) for corner in drawn[1:])])
    return *_sorted(drawn, drawn_costs), 1 + len(drawn)


def _with_last(
    corners: FloatArray, costs: FloatArray, corner: FloatArray, corner_cost: float
) -> tuple[FloatArray, FloatArray]:
    """Return the corners, best first, with another one in the place of the worst."""
    return _sorted(np.vstack((corners[:-1], corner)), np.append(costs[:-1], corner_cost))
