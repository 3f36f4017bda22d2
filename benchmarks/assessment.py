"""How often the causes and the urgency of written cases are right: ``python -m benchmarks.assessment``.

Cases come from hands that did not write the catalogue: the development cases beside the project, and those of
``validation/cases``, whose authors had not seen the program (its README tells what each is). ``sealed_2.json`` and
``sealed_3.json`` are scored and never looked at.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from validation.assess_cases import Result, judge, wilson

from benchmarks.results import markdown_table, setting, told_setting, write_result
from myotwitch.case import case_from_document
from myotwitch.causes import Urgency, assess

ROOT = Path(__file__).resolve().parents[1]
SETS = {
    "development": ROOT.parent / "shared" / "cases" / "development.json",
    "open": ROOT / "validation" / "cases" / "open.json",
    "emergencies": ROOT / "validation" / "cases" / "emergencies.json",
    "open_2": ROOT / "validation" / "cases" / "open_2.json",
    "emergencies_2": ROOT / "validation" / "cases" / "emergencies_2.json",
    "open_3": ROOT / "validation" / "cases" / "open_3.json",
    "emergencies_3": ROOT / "validation" / "cases" / "emergencies_3.json",
    "sealed_2": ROOT / "validation" / "cases" / "sealed_2.json",
    "sealed_3": ROOT / "validation" / "cases" / "sealed_3.json",
}
"""Where the cases lie; a set that is missing is left out and named."""


def measure() -> dict[str, Any]:
    """Return for each set how many of its cases were right in which way."""
    sets: dict[str, Any] = {}
    for name, path in SETS.items():
        if path.exists():
            sets[name] = _counts([_result(item) for item in json.loads(path.read_text(encoding="utf-8"))])
        else:
            print(f"The set {name} is missing and left out.", file=sys.stderr)
    return {**setting(), "sets": sets}


def render(result: dict[str, Any]) -> str:
    """Return the figures of every set as a Markdown table."""
    names = list(result["sets"])
    figures = list(next(iter(result["sets"].values())))
    rows = [[figure, *(_share(*result["sets"][name][figure]) for name in names)] for figure in figures]
    return f"{told_setting(result)}\n\n{markdown_table(['figure', *names], rows)}"


def main() -> int:
    result = measure()
    write_result("assessment", result)
    print(render(result))
    return 0


def _result(item: dict[str, Any]) -> Result:
    case = case_from_document(item["case"], item["id"])
    begin = time.perf_counter()
    assessment = assess(case)
    return judge(item, assessment, time.perf_counter() - begin)


def _counts(results: list[Result]) -> dict[str, tuple[int, int]]:
    emergencies = [result for result in results if result.is_emergency]
    return {
        "first cause right": (sum(result.rank == 1 for result in results), len(results)),
        "right among the first three": (sum(result.rank in (1, 2, 3) for result in results), len(results)),
        "urgency accepted": (sum(result.accepted for result in results), len(results)),
        "unsafe (too low)": (sum(result.unsafe for result in results), len(results)),
        "over-triage (too high)": (sum(result.over for result in results), len(results)),
        "emergencies found": (sum(result.urgency is Urgency.EMERGENCY for result in emergencies), len(emergencies)),
    }


def _share(hits: int, count: int) -> str:
    low, high = wilson(hits, count)
    return f"{hits}/{count} ({100 * low:.0f}–{100 * high:.0f} %)"


if __name__ == "__main__":
    raise SystemExit(main())
