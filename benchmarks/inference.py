"""Times the inference: posterior and intervals on a random network, and whole assessments with the catalogue.

``python -m benchmarks.inference [--repeats 50]``. The random network has 100 causes and 174 findings with nine parents
each; 8 findings are present and 40 denied. Medians; the goal on two cores is 1 ms for the posterior and 50 ms for the
intervals.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.results import markdown_table, setting, told_setting, write_result
from myotwitch.case import case_from_document
from myotwitch.causes import assess
from myotwitch.causes.evidence import Uncertain
from myotwitch.causes.network import Network
from myotwitch.causes.quickscore import explained_posterior, posterior, quickscore
from myotwitch.causes.spread import posterior_draws

CAUSES, FINDINGS, PARENTS = 100, 174, 9
PRESENT, DENIED = 8, 40
SPREAD_SD = 0.5


def random_network(generator: np.random.Generator, present: int = PRESENT, denied: int = DENIED) -> Uncertain:
    """Return a network of one person: two causes drawn, their findings present first, others denied."""
    prior = 10 ** generator.uniform(-5, -1, CAUSES)
    link = np.zeros((FINDINGS, CAUSES))
    for finding in range(FINDINGS):
        parents = generator.choice(CAUSES, PARENTS, replace=False)
        link[finding, parents] = generator.uniform(0.05, 0.9, PARENTS)
    leak = 10 ** generator.uniform(-3, -0.7, FINDINGS)
    active = generator.choice(CAUSES, 2, replace=False)
    chance = 1 - (1 - leak) * np.prod(1 - link[:, active], axis=1)
    order = np.argsort(-(chance + generator.uniform(0, 0.3, FINDINGS)))
    positive, negative = order[:present], order[-denied:]
    network = Network(
        prior=prior,
        link=link[positive],
        leak=leak[positive],
        denied=np.prod(1 - link[negative], axis=0),
    )
    return Uncertain(
        network=network,
        prior_sd=np.full(CAUSES, SPREAD_SD),
        link_sd=np.full((present, CAUSES), SPREAD_SD),
        leak_sd=np.full(present, SPREAD_SD),
        denied_sd=np.full(CAUSES, SPREAD_SD),
    )


def median_ms(function: Callable[[], object], repeats: int) -> float:
    """Return the median time of a call in milliseconds, after one call to warm up."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def time_network(uncertain: Uncertain, present: int, repeats: int) -> list[tuple[str, float]]:
    """Return the median times of the algorithms on one network, by name [ms]."""
    network = uncertain.network
    probabilities = posterior(network)
    intervals = partial(posterior_draws, uncertain, probabilities)
    return [
        (f"posterior, {present} present + {DENIED} denied", median_ms(partial(posterior, network), repeats)),
        (f"  quickscore alone, {present}", median_ms(partial(quickscore, network), repeats)),
        (f"  without subtraction, {present}", median_ms(partial(explained_posterior, network), repeats)),
        (
            f"intervals from 200 draws, {present}",
            median_ms(lambda: intervals(np.random.default_rng(1)), repeats // 5 + 1),
        ),
    ]


def measure(repeats: int = 50) -> dict[str, Any]:
    """Return the median times of everything, with when and on what they were measured."""
    generator = np.random.default_rng(1)
    rows: list[tuple[str, float]] = []
    for present in (2, 4, 8, 12):
        rows.extend(time_network(random_network(generator, present), present, repeats))
    case = case_from_document(
        {
            "schema": "myotwitch.case/1",
            "person": {"age_years": 35, "sex": "male"},
            "twitching": [{"place": "eyelid", "side": "left", "since_days": 21, "character": "flicker"}],
            "findings": [
                {"finding": "stress", "present": True},
                {"finding": "sleep_deprivation", "present": True},
                {"finding": "weakness", "present": False},
            ],
            "exposures": [{"substance": "caffeine", "amount_mg": 500, "times_per_day": 1}],
        }
    )
    rows.append(("a whole assessment, eyelid and coffee", median_ms(lambda: assess(case), repeats)))
    return {**setting(("myotwitch", "numpy")), "repeats": repeats, "rows": rows}


def render(result: dict[str, Any]) -> str:
    """Return the result as a table in Markdown."""
    table = markdown_table(("what", "median, ms"), [(name.strip(), f"{taken:.3f}") for name, taken in result["rows"]])
    return f"{table}\n\n{told_setting(result)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=50)
    result = measure(parser.parse_args().repeats)
    write_result("inference", result)
    for name, milliseconds in result["rows"]:
        sys.stdout.write(f"{name:45s} {milliseconds:9.3f} ms\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
