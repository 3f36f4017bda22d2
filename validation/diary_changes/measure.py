"""Measure everything of ``docs/changes.md`` and write the page; cells that are there already are kept.

``python -m validation.diary_changes.measure --diaries 200`` measures what is missing in ``results.json`` and writes the
page; ``--afresh`` forgets what was measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from validation.diary_changes.alarms import alarms_a_year, false_alarms, found_of
from validation.diary_changes.experiments import experiment_levels
from validation.diary_changes.ideal import LONG_BEFORE_DAYS, ideal_found
from validation.diary_changes.page import USUAL, write_page
from validation.diary_changes.pattern_levels import (
    burst_levels,
    clock_levels,
    spreading_levels,
    trend_levels,
    week_levels,
)
from validation.diary_changes.turns import turns_found
from validation.diary_changes.worlds import CHOSEN_ON, REPORTED, World

RESULTS = Path(__file__).with_name("results.json")
SEED = 91_000
TURN_WORLDS = (
    "drift 0.7, 12 h",
    "drift 0.7, 1.5 days",
    "drift 0.7, 3 days",
    "drift 0.35, 5 days",
    "drift 0.7, 6 days",
    "drift 0.5, 17 days",
)
PATTERN_WORLDS = ("Poisson", "drift 0.7, 12 h", "drift 0.7, 3 days", "drift 0.35, 5 days", "drift 0.5, 17 days")
EXPERIMENT_WORLDS = ("Poisson", "drift 0.7, 12 h", "drift 0.7, 3 days", "drift 0.35, 5 days")


def cells(diaries: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the name of each cell and what measures it."""
    for number, (name, world) in enumerate(REPORTED.items()):
        seed = SEED + 1000 * number
        yield f"alarms | {name}", lambda world=world, seed=seed: _alarms(world, seed, diaries)
    for number, (name, world) in enumerate(REPORTED.items()):
        seed = SEED + 400_000 + 1000 * number
        yield f"ideal | {name}", lambda world=world, seed=seed: ideal_found(world, seed=seed, diaries=diaries)
    yield (
        f"ideal, two years | {USUAL}",
        lambda: ideal_found(REPORTED[USUAL], seed=SEED + 450_000, diaries=diaries, before=LONG_BEFORE_DAYS),
    )
    for number, (name, world) in enumerate(CHOSEN_ON.items()):
        seed = SEED + 500_000 + 1000 * number
        yield f"chosen | {name}", lambda world=world, seed=seed: alarms_a_year(world, seed=seed, diaries=diaries)
    for number, name in enumerate(TURN_WORLDS):
        for ratio in (1.0, 0.5):
            seed = SEED + 100_000 + 100 * number + int(10 * ratio)
            yield (
                f"turns | {name} | {ratio:g}",
                lambda name=name, ratio=ratio, seed=seed: asdict(
                    turns_found(REPORTED[name], ratio, seed=seed, diaries=diaries)
                ),
            )
    for number, name in enumerate(PATTERN_WORLDS):
        seed = SEED + 200_000 + 100 * number
        yield (
            f"patterns | {name}",
            lambda name=name, seed=seed: _patterns(REPORTED[name], seed, diaries),
        )
    for number, name in enumerate(EXPERIMENT_WORLDS):
        for ratio in (1.0, 1.5):
            seed = SEED + 300_000 + 10_000 * number + int(10 * ratio) * 300
            yield (
                f"experiments | {name} | {ratio:g}",
                lambda name=name, ratio=ratio, seed=seed: experiment_levels(
                    REPORTED[name], ratio, seed=seed, diaries=diaries
                ),
            )


def _alarms(world: World, seed: int, diaries: int) -> dict[str, Any]:
    measured: dict[str, Any] = {"unchanged": false_alarms(world, seed=seed, diaries=diaries)}
    for place, ratio in enumerate((2.0, 0.5)):
        found, rivals = found_of(world, ratio, seed=seed + 1 + place, diaries=diaries)
        measured[f"{ratio:g}"] = asdict(found) | {"rivals": rivals}
    return measured


def _patterns(world: World, seed: int, diaries: int) -> dict[str, Any]:
    flat = replace(world, swing=0.0)
    return {
        "trend none": trend_levels(world, seed=seed, diaries=diaries),
        "trend 1.4": trend_levels(world, seed=seed + 1, diaries=diaries, per_month=1.4),
        "day none": clock_levels(flat, seed=seed + 2, diaries=diaries),
        "day swing": clock_levels(world, seed=seed + 3, diaries=diaries),
        "week none": week_levels(world, seed=seed + 4, diaries=diaries),
        "week 1.6": week_levels(world, seed=seed + 5, diaries=diaries, weekend=1.6),
        "bursts none": burst_levels(flat, seed=seed + 6, diaries=diaries),
        "bursts": burst_levels(
            replace(flat, branching=0.4, branching_hours=0.25, bouts_per_hour=0.3), seed=seed + 7, diaries=diaries
        ),
        "places none": spreading_levels(world, seed=seed + 8, diaries=diaries),
        "places more watching": spreading_levels(
            replace(world, watched=0.4), seed=seed + 9, diaries=diaries, watched_later=1.0
        ),
        "places three new": spreading_levels(world, seed=seed + 10, diaries=diaries, new=3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--diaries", type=int, default=200)
    parser.add_argument("--afresh", action="store_true")
    parser.add_argument("--only", default="", help="measure only cells whose name begins so")
    given = parser.parse_args()
    results: dict[str, Any] = {}
    if RESULTS.exists() and not given.afresh:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    for name, measure in cells(given.diaries):
        if name in results or not name.startswith(given.only):
            continue
        results[name] = {"diaries": given.diaries, "measured": measure()}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(name, json.dumps(results[name]["measured"]), flush=True)
    write_page(results)


if __name__ == "__main__":
    main()
