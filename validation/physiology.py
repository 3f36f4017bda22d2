"""Compares the axon with what was measured in people: ``python -m validation.physiology [--write-docs]``.

Prints a table of every target; with ``--write-docs`` it goes between the marks of ``docs/physiology.md``, and the
pictures are drawn again. Takes about a minute.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from validation.activity_targets import activity_targets, ischaemia_targets
from validation.channel_targets import channel_targets
from validation.norm_targets import cable_targets, further_table, norm_targets, potassium_targets
from validation.target import CONDITION, PREDICTED, UNTESTED, Target, find, table

from myotwitch.simulation.axon.axon import changed_axon
from myotwitch.simulation.axon.discharges import spontaneous_discharges
from myotwitch.simulation.axon.explain import describe_ion
from myotwitch.simulation.axon.ions import Ions
from myotwitch.simulation.axon.protocol import Excitability
from myotwitch.sources import load_sources

DOCS = Path(__file__).parents[1] / "docs"


CALCIUM_MMOL_PER_L = np.round(np.arange(0.70, 0.19, -0.01), 2)
"""Ionised calcium at which the axon is left to itself, until it fires; 1.2 is normal."""
UNMEASURED = (
    ("magnesium", 0.3, "low magnesium 0.30 mmol/l"),
    ("sodium", 120.0, "low sodium 120 mmol/l"),
    ("sodium", 160.0, "high sodium 160 mmol/l"),
)


def divalent_targets(healthy: Excitability) -> Iterator[Target]:
    """Yield A9: calcium and magnesium."""
    levels = (1.2, 1.0, 0.8, 0.6)
    thresholds = [find(calcium=value).threshold_pa for value in levels]
    yield Target(
        name="A9 falling calcium: threshold", measured="falls (textbook)", source="physiology_tetany",
        passes_if="lower at every step (no size could be read)",
        model=", ".join(f"{100 * (one / thresholds[0] - 1):+.0f} %" for one in thresholds[1:]) + " at 1.0, 0.8, 0.6",
        passes=bool(np.all(np.diff(thresholds) < 0)), kind=PREDICTED,
    )  # fmt: skip
    fired = next((value for value in CALCIUM_MMOL_PER_L if _fires(float(value))), 0.0)
    percent = round(100 * fired / 1.2, 1)
    yield Target(
        name="A9 calcium at which the axon fires by itself (of 0.70, 0.69 …)", measured="40 to 50 % of normal",
        source="physiology_tetany", passes_if="40 to 50 %", model=f"{fired:.2f} mmol/l, {percent:.0f} % of normal",
        passes=bool(40 <= percent <= 50), kind=CONDITION,
    )  # fmt: skip
    calcium_up, magnesium_up = (
        find(**{ion: value}).threshold_pa for ion, value in (("calcium", 2.2), ("magnesium", 1.55))
    )
    share = (magnesium_up - healthy.threshold_pa) / (calcium_up - healthy.threshold_pa)
    yield Target(
        name="A9 1 mmol/l more magnesium against 1 more calcium", measured="half or less (frog, squid)",
        source="hille_1975, squid_divalents", model=f"{share:.2f} of the effect on threshold", passes=None,
        kind="chosen",
    )  # fmt: skip
    yield Target(
        name="A9 end-plate potential against calcium", measured="as calcium to the power of 3.78 ± 0.2 (frog)",
        source="end_plate_1967", model="has no end plate", passes=None, kind="not in the model",
    )  # fmt: skip


def untested_targets() -> Iterator[Target]:
    """Yield what the model says of ions that nobody measured on human axons."""
    for ion, at, words in UNMEASURED:
        effect = describe_ion(ion)
        value = float(effect.threshold_percent[list(effect.concentration_mmol_per_l).index(at)])
        yield Target(
            name=f"{words}: threshold", measured="nobody measured it", source="none", model=f"{value:+.0f} %",
            passes=None, kind=UNTESTED,
        )  # fmt: skip


def _fires(calcium_mmol_per_l: float) -> bool:
    """Say whether the axon fires within ten seconds under its random current."""
    axon = changed_axon(Ions(calcium_mmol_per_l=calcium_mmol_per_l))
    return len(spontaneous_discharges(axon, duration_s=10.0, seed=1)) > 0


def all_targets(healthy: Excitability, say: Callable[[str], None] = lambda _: None) -> list[Target]:
    """Return every target in the order of the table."""
    parts = (
        cable_targets, lambda: norm_targets(healthy), potassium_targets, lambda: channel_targets(healthy),
        lambda: activity_targets(healthy), lambda: divalent_targets(healthy), untested_targets,
        lambda: ischaemia_targets(healthy),
    )  # fmt: skip
    targets = []
    for part in parts:
        for target in part():
            say(f"{_verdict(target):6s} {target.name}: {target.model} (passes if: {target.passes_if})\n")
            targets.append(target)
    return targets


def _verdict(target: Target) -> str:
    return "" if target.passes is None else "passes" if target.passes else "fails"


def counted(targets: Sequence[Target]) -> str:
    """Return how many targets pass, fail and are not judged, and how many of those that nothing was fitted to."""
    judged = [one.passes for one in targets if one.passes is not None]
    predicted = [one.passes for one in targets if one.passes is not None and one.kind.startswith(PREDICTED)]
    return (
        f"{sum(judged)} pass, {len(judged) - sum(judged)} fail, {len(targets) - len(judged)} are not judged. "
        f"Of the predictions alone {sum(predicted)} pass and {len(predicted) - sum(predicted)} fail."
    )


def markdown(targets: Sequence[Target], healthy: Excitability) -> str:
    """Return the targets as a table, their count, the indices that the clinic makes of the curves, and the sources."""
    head = ("target", "measured in people", "source", "passes if", "the model gives", "", "how")
    rows = [(one.name, one.measured, one.source, one.passes_if, one.model, _verdict(one), one.kind) for one in targets]
    known = load_sources("myotwitch.simulation")
    keys = sorted({key.strip() for one in targets for key in one.source.split(",")} & set(known))
    listed = "\n".join(f"- `{key}`: {known[key].citation}. {known[key].link}" for key in keys)
    others = f"The indices that the clinic's program makes of the curves:\n\n{further_table(healthy)}"
    return "\n\n".join((table(head, rows), counted(targets), others, f"Sources of the table:\n\n{listed}"))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write-docs", action="store_true", help="write docs/physiology.md and its pictures")
    wanted = parser.parse_args()
    healthy = find()
    targets = all_targets(healthy, sys.stdout.write)
    sys.stdout.write(counted(targets) + "\n")
    if wanted.write_docs:
        from docs.benchmarks_page import replaced
        from validation.axon_pictures import draw_ions, draw_norms

        page = DOCS / "physiology.md"
        page.write_text(
            replaced(page.read_text(encoding="utf-8"), "targets", markdown(targets, healthy)), encoding="utf-8"
        )
        draw_norms(DOCS / "pictures" / "axon_norms.png")
        draw_ions(DOCS / "pictures" / "axon_ions.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
