"""The page ``docs/changes.md``, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "changes.md"
MOST_FALSE_ALARMS, LEAST_FOUND = 0.5, 0.8
LEAST_COVERED, MOST_FALSE_TRENDS = 0.93, 0.06
USUAL = "drift 0.7, 12 h"

HEAD = """# What changes

How well the course of a diary tells real changes from drift, on simulated people. The smaller version is
`tests/truth/test_diary_changes.py`; this page is made by

    python -m validation.diary_changes.measure --diaries {diaries} --afresh

A rate of twitching wanders by itself: some weeks are worse, and nothing has changed. The program carries along 52
ways in which a rate may wander (how far, how slowly, how much days scatter), weights each by what the person's own
diary shows, and says only what goes beyond all of them. Nothing here is from real diaries: the worlds are latent
Ornstein-Uhlenbeck processes on the log rate (`drift 0.7, 12 h`: standard deviation and time constant), seen through
Poisson counts in 16 waking hours, about eight bouts a watched day where nothing else is said. The levels of the alarm
were chosen on other worlds with other seeds (`CHOSEN_ON` in `validation/diary_changes/worlds.py`).

## The alarm

"""

AFTER_ALARMS = """
*False alarms*: changes told a year, in diaries of a year in which nothing changes. *In 14 days*: an alarm was raised
within 14 days after the rate doubled (or halved) on day 100, by the days until then alone. *Ideal*: the same for an
alarm that knows how this kind of person's rate wanders (the likeliest of 1,053 processes over twenty years of other
diaries of the world) and is set to half a false alarm a year on yet others; only the usual rate it learns from the
same 100 days. *Day found*: the diary of 180 days shows a change within 14 days of the true one. *Delay*: median days
from the change to the alarm (80: most had none). *Others*: further changes a diary, of which 180 days without any
change would have half the yearly number. Bold: misses the goal (at most {most} false alarms a year; at least
{least:.0%} of doublings).

{verdict}

Why no method can do all of it: with a drift of 0.7 and 12 h, the mean of the 14 days after a doubling has a standard
error of about 0.22 on the log rate, the days before add 0.1; the doubling is 0.69, or 2.9 standard errors. The ideal
alarm finds {ideal_usual} there, and {ideal_long} with two years before the change instead of 100 days. With 0.3 bouts
a day the count of 14 days is 4 or 8, and nothing can be told. Where two drifts are added or bouts set off others, no
process of the grid is quite the true one, and the ideal is only nearly so.

On the worlds on which the levels were chosen, with other seeds, there are {least_chosen} to {most_chosen} false
alarms a year (most: {most_chosen_world}).

The 95% interval of the ratio holds the true one in {ratio_covered}, that of the day in {day_covered} of the changes
found (all worlds together).

### What others would do on the same diaries

"""

AFTER_RIVALS = """
*Segmentation*: least squares on the square root of daily rates with the penalty 3 log n, at least a week a segment
(what PELT finds), scaled by the scatter from one day to the next. *CUSUM*: the textbook's chart on daily rates (slack
0.5, level 5, the first 30 days as baseline). Where days are nearly independent, segmentation is as good as the alarm
when the whole diary is there; it is not made for days as they come. Where the drift lasts days it tells changes in
every diary. CUSUM raises false alarms everywhere, because it takes 30 days for the truth.

## Before and after

Something is begun after a week with {bad_week} times the rate before, and does nothing (1) or halves the rate (0.5).

"""

AFTER_TURNS = """
*Covered*: the 95% interval holds the true ratio. *Effect told*: the interval leaves out 1; for a true 1 that is
false. *Plain*: rate of the two weeks after over that of the two weeks before, and how often a t-test on these days is
significant. What was begun because it was bad seems to help by itself; the program knows how high the drift stood,
and what comes back without help.

{turns_verdict}

The choice of the moment does no harm as long as it rests on what was logged. Whoever begins because of something that
is not in the diary (a bad day that was not watched) is not covered by this.

## Patterns

"""

AFTER_PATTERNS = """
168 days each. *Trend*: rising or falling told, by the last 90 days, where there is none, and where the rate grows by
1.4 a month. *Hours*, *week*: a pattern seen where there is none, and where the rate swings by 0.5 on the log over the
day, or is 1.6 times on weekends; in brackets what a chi-square test of all bouts sees where there is none. *Bursts*:
told where only the drift clusters, and where each bout sets off 0.4 others within a quarter of an hour on average.
*Places*: spreading told where twelve places of unequal frequency are there from the start; where twice to three times
as much is watched in the second half; and where three of the twelve join in then.

{patterns_verdict}

## Own experiments

A diary of 90 days, then a plan for caffeine that should show a factor of 1.5 with 80% within half a year, followed to
its end.

"""

END = """
*Shown*: the interval leaves out 1. *Said*: the power that the plan stated beforehand, on average. *By order*: the
randomisation test alone has p <= 0.05 (three or four pairs cannot reach it: 2 / 2^pairs is the smallest p value). The
model's interval decides, the test is told beside it.

{experiments_verdict}
"""


def write_page(results: Mapping[str, Any]) -> None:
    """Write the page from the cells that there are."""
    alarms, ideals, long_ideals = (_cells(results, kind) for kind in ("alarms", "ideal", "ideal, two years"))
    diaries = max((cell["diaries"] for cell in results.values()), default=0)
    found = [cell[ratio] for cell in alarms.values() for ratio in ("2", "0.5") if cell[ratio]["day_is_near"] >= 0.1]
    weights = [one["day_is_near"] for one in found]
    text = HEAD.format(diaries=diaries) + _alarm_table(alarms, ideals)
    text += AFTER_ALARMS.format(
        most=MOST_FALSE_ALARMS,
        least=LEAST_FOUND,
        verdict=_verdict(alarms),
        ideal_usual=f"{ideals[USUAL]['2']:.0%}" if USUAL in ideals else "-",
        ideal_long=f"{long_ideals[USUAL]['2']:.0%}" if USUAL in long_ideals else "-",
        **_chosen(_cells(results, "chosen")),
        ratio_covered=_mean([one["ratio_covered"] for one in found], weights),
        day_covered=_mean([one["day_covered"] for one in found], weights),
    )
    text += _rival_table(alarms) + AFTER_RIVALS.format(bad_week="1.5") + _turn_table(_cells(results, "turns"))
    turns, patterns = _cells(results, "turns"), _cells(results, "patterns")
    text += AFTER_TURNS.format(turns_verdict=_turns_verdict(turns)) + _pattern_table(patterns)
    text += AFTER_PATTERNS.format(patterns_verdict=_patterns_verdict(patterns))
    experiments = _cells(results, "experiments")
    text += _experiment_table(experiments) + END.format(experiments_verdict=_experiments_verdict(experiments))
    PAGE.write_text("\n".join(_wrapped(line) for line in text.split("\n")), encoding="utf-8")


def _wrapped(line: str) -> str:
    return line if line.startswith(("|", " ")) or not line else fill(line, 118, break_on_hyphens=False)


def _cells(results: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        name.removeprefix(f"{kind} | "): cell["measured"]
        for name, cell in results.items()
        if name.startswith(f"{kind} | ")
    }


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "".join("| " + " | ".join(row) + " |\n" for row in (head, ["---"] * len(head), *rows))


def _mean(values: list[float], weights: list[float]) -> str:
    if not weights:
        return "-"
    return f"{sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights):.0%}"


def _marked(value: float, is_good: bool, form: str) -> str:  # noqa: FBT001
    return format(value, form) if is_good else f"**{value:{form}}**"


def _alarm_table(alarms: Mapping[str, Any], ideals: Mapping[str, Any]) -> str:
    rows = []
    for name, cell in alarms.items():
        row = [name, _marked(cell["unchanged"]["alarm"], cell["unchanged"]["alarm"] <= MOST_FALSE_ALARMS, ".2f")]
        for ratio in ("2", "0.5"):
            one = cell[ratio]
            row += [
                _marked(one["alarm_in_time"], one["alarm_in_time"] >= LEAST_FOUND, ".0%"),
                f"{ideals[name][ratio]:.0%}" if name in ideals else "-",
                _marked(one["day_is_near"], one["day_is_near"] >= LEAST_FOUND, ".0%"),
                f"{one['median_delay_days']:.0f}",
            ]
        rows.append([*row, f"{cell['2']['others']:.2f}"])
    head = ["world", "false alarms a year"]
    for ratio in ("doubling", "halving"):
        head += [f"{ratio}: in 14 days", "ideal", "day found", "delay"]
    head += ["others"]
    return _table(head, rows)


def _verdict(alarms: Mapping[str, Any]) -> str:
    kept = [name for name, cell in alarms.items() if cell["unchanged"]["alarm"] <= MOST_FALSE_ALARMS]
    in_time = [name for name, cell in alarms.items() if cell["2"]["alarm_in_time"] >= LEAST_FOUND]
    near = [name for name, cell in alarms.items() if cell["2"]["day_is_near"] >= LEAST_FOUND]
    return (
        f"**What holds and what fails.** False alarms: the goal holds in {len(kept)} of {len(alarms)} worlds. A "
        f"doubling told within 14 days in 80%: holds in {len(in_time)} ({'; '.join(in_time) or 'none'}), fails in the "
        "others. A doubling in a whole diary told with a day within 14 days of the true one in 80%: holds in "
        f"{len(near)} ({'; '.join(near) or 'none'}), fails in the others, which are those with slow drift or few "
        "bouts, where a doubling is no larger than what the rate does by itself."
    )


def _chosen(rates: Mapping[str, float]) -> dict[str, str]:
    """Return the fewest and the most false alarms a year on the worlds of `CHOSEN_ON`, as the page says them."""
    if not rates:
        return dict.fromkeys(("least_chosen", "most_chosen", "most_chosen_world"), "-")
    most = max(rates, key=lambda name: rates[name])
    return {
        "least_chosen": f"{min(rates.values()):.2f}",
        "most_chosen": f"{rates[most]:.2f}",
        "most_chosen_world": most,
    }


def _turns_verdict(turns: Mapping[str, Any]) -> str:
    low = [name.replace(" | ", ", true ratio ") for name, cell in turns.items() if cell["covered"] < LEAST_COVERED]
    return (
        f"**What fails.** Covered below {LEAST_COVERED:.0%}: {'; '.join(low) or 'nowhere'}. A halving is often missed "
        "where the drift is large and lasts days: the verdict is then that it cannot be told."
    )


def _patterns_verdict(patterns: Mapping[str, Any]) -> str:
    high = [name for name, cell in patterns.items() if cell["trend none"]["rising or falling"] > MOST_FALSE_TRENDS]
    return (
        f"**What fails.** A trend told in more than {MOST_FALSE_TRENDS:.0%} where there is none: "
        f"{'; '.join(high) or 'nowhere'}. A drift that lasts weeks is a trend for as long as one looks. A trend is "
        "told late where the rate drifts, and that a rate is steady (within a tenth a month) is hardly ever certain at "
        "eight bouts a day; the verdict is then that it cannot be told."
    )


def _experiments_verdict(experiments: Mapping[str, Any]) -> str:
    low = [
        name.replace(" | ", ", true ratio ") for name, cell in experiments.items() if cell["covered"] < LEAST_COVERED
    ]
    short = [
        name.removesuffix(" | 1.5")
        for name, cell in experiments.items()
        if name.endswith("| 1.5") and cell["shown"] < LEAST_FOUND
    ]
    return (
        f"**What fails.** Covered below {LEAST_COVERED:.0%}: {'; '.join(low) or 'nowhere'}. Shown in fewer than "
        f"{LEAST_FOUND:.0%} although planned for it: {'; '.join(short) or 'nowhere'}; half a year is not enough there, "
        "which the plan says beforehand."
    )


def _rival_table(alarms: Mapping[str, Any]) -> str:
    rows = []
    for name, cell in alarms.items():
        unchanged, rivals = cell["unchanged"], cell["2"]["rivals"]
        rows.append(
            [
                name,
                f"{unchanged['alarm']:.2f}",
                f"{unchanged['segmentation']:.2f}",
                f"{unchanged['cusum']:.2f}",
                f"{cell['2']['day_is_near']:.0%}",
                f"{rivals['segmentation']:.0%}",
                f"{rivals['cusum']:.0%}",
            ]
        )
    head = ["world", "false a year: alarm", "segmentation", "CUSUM"]
    return _table([*head, "doubling, day found: alarm", "segmentation", "CUSUM"], rows)


def _turn_table(turns: Mapping[str, Any]) -> str:
    rows = []
    for name, cell in turns.items():
        world, ratio = name.rsplit(" | ", 1)
        rows.append(
            [
                *(world, ratio, f"{cell['begun']}", f"{cell['covered']:.0%}", f"{cell['false_effects']:.0%}"),
                *(f"{cell['median']:.2f}", f"{cell['naive_median']:.2f}", f"{cell['naive_false']:.0%}"),
            ]
        )
    head = [
        "world",
        "true ratio",
        "diaries",
        "covered",
        "effect told",
        "median ratio",
        "plain ratio",
        "plain effect told",
    ]
    return _table(head, rows)


def _pattern_table(patterns: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            f"{cell['trend none']['rising or falling']:.0%}",
            f"{cell['trend 1.4']['rising or falling']:.0%}",
            f"{cell['day none']['seen']:.0%} ({cell['day none']['chi-square']:.0%})",
            f"{cell['day swing']['seen']:.0%}",
            f"{cell['week none']['seen']:.0%} ({cell['week none']['chi-square']:.0%})",
            f"{cell['week 1.6']['seen']:.0%}",
            f"{cell['bursts none']['seen']:.0%}",
            f"{cell['bursts']['seen']:.0%}",
            f"{cell['places none']:.0%}",
            f"{cell['places more watching']:.0%}",
            f"{cell['places three new']:.0%}",
        ]
        for name, cell in patterns.items()
    ]
    head = ["world", "trend: none", "1.4", "hours: none", "swing", "week: none", "1.6", "bursts: none", "bursts"]
    return _table([*head, "places: none", "more watching", "three new"], rows)


def _experiment_table(experiments: Mapping[str, Any]) -> str:
    rows = []
    for name, cell in experiments.items():
        world, ratio = name.rsplit(" | ", 1)
        rows.append(
            [
                *(world, ratio, f"{cell['covered']:.0%}", f"{cell['shown']:.0%}", f"{cell['power said']:.0%}"),
                *(f"{cell['by order alone']:.0%}", f"{cell['median days']:.0f}"),
            ]
        )
    return _table(["world", "true ratio", "covered", "shown", "said", "by order", "days of the plan"], rows)
