"""Asks how often what is called likely is true, on simulated people who differ from the catalogue.

``python -m validation.calibration [--people 5000] [--seed 1] [--write-docs]`` prints the calibration error, the Brier
score and the reliability table; with ``--write-docs`` it writes ``docs/calibration.md`` and its picture.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from validation.simulated_people import People, Telling

from myotwitch.causes.arrays import arrays_from_catalogue, load_arrays
from myotwitch.causes.catalogue import load_catalogue
from myotwitch.causes.evidence import Uncertain, network_from_facts
from myotwitch.causes.quickscore import posterior
from myotwitch.causes.reasoning import DRAW_SEED
from myotwitch.causes.settings import load_settings
from myotwitch.causes.spread import posterior_draws

DOCS = Path(__file__).parents[1] / "docs"
BINS = 10
LEAST_PROBABILITY = 0.01
"""Pairs below it are left out: they are nearly all of the pairs, and nearly all rightly near zero."""

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reliability:
    """Forecasts in bins: how many, what was said on average, and how often it was true."""

    count: NDArray[np.int64]
    said: Floats
    true: Floats

    @property
    def error(self) -> float:
        """Expected calibration error: mean difference of the two over all forecasts."""
        return float(np.sum(self.count * np.abs(self.said - self.true)) / self.count.sum())


def reliability(probability: Floats, truth: Truth, edges: Floats) -> Reliability:
    """Return the forecasts in bins with the given edges; empty bins are left out."""
    place = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, edges.size - 2)
    filled = [number for number in range(edges.size - 1) if np.any(place == number)]
    return Reliability(
        count=np.array([np.sum(place == number) for number in filled]),
        said=np.array([probability[place == number].mean() for number in filled]),
        true=np.array([truth[place == number].mean() for number in filled]),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Calibration:
    """The calibration of one kind of forecast: equal-width and equal-mass bins, and the Brier score."""

    name: str
    equal_width: Reliability
    equal_mass: Reliability
    brier: float


def calibrate(name: str, probability: Floats, truth: Truth) -> Calibration:
    """Return the calibration of forecasts, shape (forecasts,), of what came true."""
    return Calibration(
        name=name,
        equal_width=reliability(probability, truth, np.linspace(0, 1, BINS + 1)),
        equal_mass=reliability(probability, truth, np.quantile(probability, np.linspace(0, 1, BINS + 1))),
        brier=float(np.mean((probability - truth) ** 2)),
    )


def measure(people: int, seed: int, *, mistakes_expected: bool = True) -> tuple[Calibration, Calibration]:
    """Return the calibration over all pairs of a person and a cause, and of the first cause of each person.

    Parameters
    ----------
    mistakes_expected
        Whether the inference allows for mistaken answers, as the program does; else it takes each at its word.
    """
    settings = load_settings()
    # The people are drawn from the figures as they stand; that answers are mistaken happens in the telling.
    at_its_word = arrays_from_catalogue(load_catalogue())
    arrays = load_arrays() if mistakes_expected else at_its_word
    drawn = People(at_its_word, settings, Telling(), np.random.default_rng(seed))
    told = [drawn.twitching_person() for _ in range(people)]
    probability = np.array([_said(network_from_facts(facts, arrays, settings)) for facts, _ in told])
    truth = np.array([active for _, active in told])
    counted, first, everyone = probability >= LEAST_PROBABILITY, probability.argmax(axis=1), np.arange(people)
    return (
        calibrate(f"all pairs of p ≥ {LEAST_PROBABILITY:g}", probability[counted], truth[counted]),
        calibrate("first cause", probability[everyone, first], truth[everyone, first]),
    )


def _said(uncertain: Uncertain) -> Floats:
    """Return what an assessment says: the mean over draws of all figures."""
    at_the_figures = posterior(uncertain.network)
    return posterior_draws(uncertain, at_the_figures, np.random.default_rng(DRAW_SEED)).mean(axis=0)


def table(calibrations: Sequence[Calibration]) -> str:
    """Return the errors as a Markdown table."""
    lines = ["| forecasts | number | ECE, equal width | ECE, equal mass | Brier |", "|---|---|---|---|---|"]
    for one in calibrations:
        number = int(one.equal_width.count.sum())
        errors = f"{one.equal_width.error:.4f} | {one.equal_mass.error:.4f}"
        lines.append(f"| {one.name} | {number:,} | {errors} | {one.brier:.4f} |")
    return "\n".join(lines)


def bins_table(calibration: Calibration) -> str:
    """Return the equal-width bins as a Markdown table."""
    bins = calibration.equal_width
    rows = [
        f"| {count:,} | {said:.3f} | {true:.3f} |"
        for count, said, true in zip(bins.count, bins.said, bins.true, strict=True)
    ]
    return "\n".join(["| forecasts | said | true |", "|---|---|---|", *rows])


def draw(calibrations: Sequence[Calibration], path: Path) -> None:
    """Draw the reliability diagram: what was said against what was true, with 95 % intervals of the latter."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 5.0), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    for one, marker in zip(calibrations, "os", strict=True):
        bins = one.equal_width
        half = 1.96 * np.sqrt(bins.true * (1 - bins.true) / bins.count)
        axes.errorbar(bins.said, bins.true, yerr=half, marker=marker, linewidth=1.2, capsize=2, label=one.name)
    axes.set(xlabel="said probability", ylabel="share that was true", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def page(people: int, seed: int, calibrations: Sequence[Calibration], exact: Sequence[Calibration]) -> str:
    """Return the page of the documentation."""
    telling, counting = Telling(), load_settings().counting
    low, high = telling.asked
    return f"""# Calibration

Is what the program calls 70 % true seven times in ten? Real people with known causes of their twitching do not exist in
such numbers, so this is measured on simulated people, who differ from the catalogue on purpose. It shows that the
inference handles its own uncertainty honestly; it cannot show that the catalogue's figures are right.

Made by `python -m validation.calibration --people {people} --seed {seed} --write-docs`. The allowance for wrong
answers was chosen on people of seed 1.

Each simulated person has **parameters of their own**: priors, links, backgrounds, places and words, drawn from the
spread of the catalogue's figures. From these come the active causes, what they bring about, and the movements. Findings
of one group come together (a Gaussian copula whose correlation is 1 minus the group's exponent). Zero to three
substances are taken, denied or stopped, at random times. Then the person tells: {1 - high:.0%} to {1 - low:.0%} of the
findings are **not asked**, half of the regions that move are not told, {1 - telling.told_word:.0%} of the descriptions
are left out, and {telling.mistaken:.0%} of all answers and descriptions are **wrong**. Only people who tell of a
movement are kept. The program sees what was told, and its own figures.

{table(calibrations)}

ECE is the expected calibration error: the forecasts are put into {BINS} bins, and the difference between the mean
probability said and the share that was true is averaged over all forecasts. *All pairs*: every cause of every person
that is given at least {LEAST_PROBABILITY:.0%}. *First cause*: for each person the cause with the highest probability.
The goal is 0.03 for both.

![Reliability diagram](pictures/reliability.png)

All pairs, bins of equal width:

{bins_table(calibrations[0])}

First cause, bins of equal width:

{bins_table(calibrations[1])}

## What the allowance for mistakes does

The program counts on {counting.mistaken_yes:.1%} mistaken yeses and {counting.mistaken_no:.0%} mistaken noes. On the
same people without that allowance, a single wrong yes to a rare sign outweighs all else:

{table(exact)}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write-docs", action="store_true")
    arguments = parser.parse_args()
    calibrations = measure(arguments.people, arguments.seed)
    sys.stdout.write(f"{table(calibrations)}\n\n{bins_table(calibrations[0])}\n\n{bins_table(calibrations[1])}\n")
    if arguments.write_docs:
        exact = measure(arguments.people, arguments.seed, mistakes_expected=False)
        (DOCS / "pictures").mkdir(exist_ok=True)
        draw(calibrations, DOCS / "pictures" / "reliability.png")
        text = page(arguments.people, arguments.seed, calibrations, exact)
        (DOCS / "calibration.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
