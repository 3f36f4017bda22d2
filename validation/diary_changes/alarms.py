"""False alarms on diaries in which nothing changes, and what is found of a doubling and of a halving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from validation.diary_changes.rivals import cusum, segmentation
from validation.diary_changes.worlds import FIRST, World, simulate

from myotwitch.course.alarm import raise_alarms
from myotwitch.course.changes import Change, changes_of

UNCHANGED_DAYS = 365
BEFORE_DAYS, AFTER_DAYS = 100, 80
NEAR_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is found of a change, as shares of the diaries.

    Parameters
    ----------
    alarm_in_time
        An alarm was raised within 14 days after the change.
    day_is_near
        The whole diary shows a change within 14 days of the true one.
    median_delay_days
        From change to alarm; more than the diary has where fewer than half have one.
    ratio_covered, day_covered
        Share of the found in which the 95 % interval holds the true ratio, and the true day.
    median_ratio
        Of the found.
    others
        Further changes a diary, beside the true one.
    """

    alarm_in_time: float
    day_is_near: float
    median_delay_days: float
    ratio_covered: float
    day_covered: float
    median_ratio: float
    others: float


def false_alarms(world: World, *, seed: int, diaries: int) -> dict[str, float]:
    """Return alarms a year in diaries of a year in which nothing changes: the program's, and the rivals'."""
    hourly = simulate(world, np.random.default_rng(seed), diaries=diaries, days=UNCHANGED_DAYS)
    counts = {"alarm": 0, "any": 0, "segmentation": 0, "segmentation_any": 0, "cusum": 0}
    for diary in range(diaries):
        days = hourly.days(diary)
        alarms, segments = raise_alarms(days), segmentation(days)
        counts["alarm"] += len(alarms)
        counts["any"] += bool(alarms)
        counts["segmentation"] += len(segments)
        counts["segmentation_any"] += bool(segments)
        counts["cusum"] += len(cusum(days))
    years = diaries * UNCHANGED_DAYS / 365.25
    return {name: count / (years if not name.endswith("any") else diaries) for name, count in counts.items()}


def alarms_a_year(world: World, *, seed: int, diaries: int) -> float:
    """Return only the program's alarms a year in diaries of a year in which nothing changes."""
    hourly = simulate(world, np.random.default_rng(seed), diaries=diaries, days=UNCHANGED_DAYS)
    return sum(len(raise_alarms(hourly.days(diary))) for diary in range(diaries)) / (diaries * UNCHANGED_DAYS / 365.25)


def found_of(world: World, ratio: float, *, seed: int, diaries: int) -> tuple[Found, dict[str, float]]:
    """Return what is found of a change after 100 of 180 days, by the program and by the rivals."""
    step = np.where(np.arange(BEFORE_DAYS + AFTER_DAYS) >= BEFORE_DAYS, np.log(ratio), 0.0)
    hourly = simulate(
        world, np.random.default_rng(seed), diaries=diaries, days=BEFORE_DAYS + AFTER_DAYS, log_ratio=step
    )
    each = [changes_of(hourly.days(diary)) for diary in range(diaries)]
    rivals = {"segmentation": 0.0, "cusum": 0.0, "cusum_in_time": 0.0}
    for diary in range(diaries):
        days = hourly.days(diary)
        rivals["segmentation"] += any(abs(at - BEFORE_DAYS) <= NEAR_DAYS for at in segmentation(days)) / diaries
        alarms = cusum(days)
        rivals["cusum"] += any(abs(at - BEFORE_DAYS) <= NEAR_DAYS for _, at in alarms) / diaries
        rivals["cusum_in_time"] += any(0 <= at - BEFORE_DAYS < NEAR_DAYS for at, _ in alarms) / diaries
    return _summary(each, ratio), rivals


def _summary(each: list[tuple[Change, ...]], ratio: float) -> Found:
    delays, near = [], []
    for changes in each:
        late = [index for change in changes if (index := (change.raised - FIRST).days) >= BEFORE_DAYS]
        delays.append(late[0] - BEFORE_DAYS if late else AFTER_DAYS)
        near += [change for change in changes if abs((change.at - FIRST).days - BEFORE_DAYS) <= NEAR_DAYS][:1]
    number = max(len(near), 1)
    return Found(
        alarm_in_time=float(np.mean(np.array(delays) < NEAR_DAYS)),
        day_is_near=len(near) / len(each),
        median_delay_days=float(np.median(delays)),
        ratio_covered=sum(change.ratio.low <= ratio <= change.ratio.high for change in near) / number,
        day_covered=sum(
            (change.earliest - FIRST).days <= BEFORE_DAYS <= (change.latest - FIRST).days for change in near
        )
        / number,
        median_ratio=float(np.median([change.ratio.value for change in near])) if near else float("nan"),
        others=sum(len(changes) for changes in each) / len(each) - len(near) / len(each),
    )
