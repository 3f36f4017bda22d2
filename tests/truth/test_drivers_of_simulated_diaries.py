"""Intervals hold the true effects, and harmless habits are not called triggers.

``python -m validation.diaries`` runs 300 diaries a world; docs/course.md keeps its table.
"""

from __future__ import annotations

import pytest
from validation.diaries.scores import OURS, Score, lines_of, score
from validation.diaries.worlds import TUNING

WORLDS = ("poisson", "drifting", "confounded", "elimination", "unlogged", "clustered")
DIARIES = 6
SEED = 41


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    lines = [
        line
        for number in range(DIARIES)
        for world in WORLDS
        for line in lines_of(world, TUNING[world], SEED, number, rivals=True)
    ]
    return {
        method: score(line for line in lines if line.method == method) for method in {line.method for line in lines}
    }


def test_intervals_hold_about_as_often_as_they_say(scores: dict[str, Score]) -> None:
    # 252 intervals: their share scatters by 1.4 of a hundred, and those of one diary hang together a little.
    assert 0.905 <= scores[OURS].coverage <= 0.99


def test_harmless_habits_are_seldom_called_triggers(scores: dict[str, Score]) -> None:
    # About 126 harmless factors: at a true share of 2.5 % more than 7 are called in less than 3 of a hundred runs.
    assert scores[OURS].false_verdicts <= 0.06


def test_real_effects_are_mostly_found(scores: dict[str, Score]) -> None:
    assert scores[OURS].power >= 0.65


def test_regressions_that_take_counts_as_independent_are_surer_than_they_may_be(scores: dict[str, Score]) -> None:
    assert scores["Poisson regression"].coverage < 0.9
    assert scores["Poisson regression"].false_verdicts > 2 * scores[OURS].false_verdicts
