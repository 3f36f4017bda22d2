"""Assesses a list of cases with known truth and prints how often the causes and the urgency were right.

``python validation/assess_cases.py CASES.json [MORE.json ...] [--each]``. A file is a JSON list; an item has
``id``, ``origin``, ``case`` (the contract's form) and ``truth``: ``cause_terms`` and ``icd10`` (either fits),
``acceptable_urgency``, ``must_not_be_below``, ``must_not_exceed`` (may be missing).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotwitch.case import case_from_document
from myotwitch.causes import Assessment, RankedCause, Urgency, assess


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How one case went."""

    name: str
    origin: str
    rank: int | None
    urgency: Urgency
    accepted: bool
    unsafe: bool
    over: bool
    is_emergency: bool
    undecided: bool
    seconds: float
    top: tuple[str, ...]
    wanted: tuple[str, ...]
    why: tuple[str, ...]


def is_hit(ranked: RankedCause, truth: dict[str, Any]) -> bool:
    """Return True if the cause is the true one, by a term in its names or by the beginning of a code."""
    names = " ".join((ranked.cause.name, ranked.cause.title, ranked.cause.plain_title)).lower()
    by_term = any(term.lower() in names for term in truth["cause_terms"])
    return by_term or any(code.startswith(tuple(truth["icd10"])) for code in ranked.cause.icd10 if truth["icd10"])


def judge(item: dict[str, Any], assessment: Assessment, seconds: float) -> Result:
    """Return how the assessment of a case compares with its truth."""
    truth = item["truth"]
    least = Urgency(truth["must_not_be_below"])
    most = Urgency(truth.get("must_not_exceed", "emergency"))
    rank = next((place for place, one in enumerate(assessment.causes, 1) if is_hit(one, truth)), None)
    return Result(
        name=item["id"],
        origin=item.get("origin", ""),
        rank=rank,
        urgency=assessment.urgency,
        accepted=assessment.urgency.value in truth["acceptable_urgency"],
        unsafe=assessment.urgency < least,
        over=assessment.urgency > most,
        is_emergency=truth["acceptable_urgency"] == ["emergency"],
        undecided=assessment.undecided,
        seconds=seconds,
        top=tuple(f"{one.cause.name} {one.probability:.2g}" for one in assessment.causes[:3]),
        wanted=tuple(truth["acceptable_urgency"]),
        why=tuple(reason.rule for reason in assessment.why),
    )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    if count == 0:
        return (0.0, 1.0)
    z, share = 1.959964, hits / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)


def table(results: Sequence[Result]) -> str:
    """Return the figures as a Markdown table."""
    emergencies = [result for result in results if result.is_emergency]
    rows = [
        ("first cause right", [result.rank == 1 for result in results]),
        ("right among the first three", [result.rank is not None and result.rank <= 3 for result in results]),
        ("urgency accepted", [result.accepted for result in results]),
        ("unsafe (too low)", [result.unsafe for result in results]),
        ("over-triage (too high)", [result.over for result in results]),
        ("emergencies found", [result.urgency is Urgency.EMERGENCY for result in emergencies]),
    ]
    lines = ["| figure | cases | share | 95 % interval |", "|---|---|---|---|"]
    for name, hits in rows:
        low, high = wilson(sum(hits), len(hits))
        share = sum(hits) / len(hits) if hits else math.nan
        lines.append(f"| {name} | {sum(hits)}/{len(hits)} | {share:.1%} | {low:.1%} to {high:.1%} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--each", action="store_true", help="print a line for every case")
    arguments = parser.parse_args()
    items = [item for file in arguments.files for item in json.loads(file.read_text(encoding="utf-8"))]
    results = []
    for item in items:
        case = case_from_document(item["case"], item["id"])
        start = time.perf_counter()
        assessment = assess(case)
        results.append(judge(item, assessment, time.perf_counter() - start))
    if arguments.each:
        for result in results:
            mark = "unsafe" if result.unsafe else "over" if result.over else "ok" if result.accepted else "off"
            sys.stdout.write(
                f"{result.name}: rank {result.rank}; {result.urgency} ({mark}; wanted {'/'.join(result.wanted)}) "
                f"{list(result.why)} {list(result.top)}{' undecided' if result.undecided else ''}\n"
            )
    times = sorted(result.seconds for result in results[1:] or results)
    sys.stdout.write(f"{table(results)}\n\nmedian {1e3 * times[len(times) // 2]:.0f} ms, ")
    sys.stdout.write(f"longest {1e3 * times[-1]:.0f} ms a case\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
