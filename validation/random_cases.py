"""Assesses random valid cases over the whole contract: each must get an answer within its schema, and in time.

``python validation/random_cases.py [--count 10000] [--seed 1]`` prints median, 99th percentile and maximum of the time
of an assessment, on the clock and of the processor. Exit code 1 if a case got no answer, or one outside the schema.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np

from myotwitch.anatomy import MUSCLES, PLACES, SIDES
from myotwitch.case import ANALYTES, FINDINGS, case_from_document
from myotwitch.causes import assess, assessment_document
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.substances import SUBSTANCES

SCHEMA = Path(__file__).parents[1] / "docs" / "schema" / "assessment.schema.json"
LARGEST_SIZE = 25
"""Most findings of a case; also the most pieces of its other lists together, roughly."""


class CaseMaker:
    """Makes random cases; each is valid, however improbable."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator

    def document(self) -> dict[str, Any]:
        """Return a case of random size: from a place and one finding to five and twenty of them, and more."""
        size = int(self.generator.integers(1, LARGEST_SIZE + 1))
        share = self.generator.random()
        person = {
            "age_years": float(np.round(self.generator.uniform(0, 100), 1)) if self.chance(0.05) else self.below(101),
            "sex": self.one(["female", "male", "other", "unknown"]),
        }
        if person["sex"] == "female" and 15 <= person["age_years"] <= 50 and self.chance(0.2):
            person["pregnant"] = self.chance(0.5)
        if self.chance(0.2):
            person["weight_kg"] = float(self.generator.uniform(3, 150))
        oldest = max(1, int(person["age_years"] * 365))
        return {
            "schema": "myotwitch.case/1",
            "person": person,
            "twitching": self.twitching(1 + self.below(max(2, size // 3)), oldest),
            "findings": [self.finding(name, share, oldest) for name in self.some(list(FINDINGS), size)],
            "exposures": [
                self.exposure(name, oldest) for name in self.some(list(SUBSTANCES), self.below(1 + size // 3))
            ],
            "labs": [self.lab(name) for name in self.some(list(ANALYTES), self.below(1 + size // 4))],
        }

    def twitching(self, count: int, oldest: int) -> list[dict[str, Any]]:
        named = [{"place": place} for place in self.some(list(PLACES), count)]
        muscles = [{"muscle": muscle} for muscle in self.some(list(MUSCLES), count)]
        return [
            {**(where if self.chance(0.8) else muscle), **self.description(oldest)}
            for where, muscle in zip(named, muscles, strict=True)
        ]

    def description(self, oldest: int) -> dict[str, Any]:
        every = {
            "side": self.one(SIDES),
            "since_days": self.below(min(oldest, 4000)),
            "bout_seconds": float(10 ** self.generator.uniform(-1, 5)),
            "bouts_per_day": float(10 ** self.generator.uniform(-1, 3)),
            "character": self.one(DESCRIPTORS["characters"]),
            "when": self.some(DESCRIPTORS["when"], self.below(4)),
            "painful": self.chance(0.5),
            "visible": self.chance(0.5),
            "trend": self.one(DESCRIPTORS["trend"]),
        }
        told = self.generator.random()
        return {name: value for name, value in every.items() if self.chance(told)}

    def finding(self, name: str, share: float, oldest: int) -> dict[str, Any]:
        if not self.chance(share):
            return {"finding": name, "present": False}
        since = {"since_days": self.below(min(oldest, 2000))} if self.chance(0.3) else {}
        return {"finding": name, "present": True, **since}

    def exposure(self, name: str, oldest: int) -> dict[str, Any]:
        match self.below(6):
            case 0:
                told: dict[str, Any] = {"taken": False}
            case 1:
                told = {"stopped_days_ago": self.below(min(oldest, 60))}
            case 2:
                told = {
                    "amount_mg": float(10 ** self.generator.uniform(-1, 5)),
                    "times_per_day": self.one([1, 2, 3, 8]),
                }
            case 3:
                told = {"last_hours_ago": float(10 ** self.generator.uniform(-1, 3))}
            case 4:
                told = {"since_days": self.below(min(oldest, 900))}
            case _:
                told = {}
        return {"substance": name, **told}

    def lab(self, name: str) -> dict[str, Any]:
        analyte = ANALYTES[name]
        reference = analyte.reference_range()
        value = reference.mean + 4 * reference.sd * self.generator.normal()
        unit = str(self.one(list(analyte.factors)))
        inside = min(max(value, analyte.plausible.low * 1.001), analyte.plausible.high * 0.999)
        age = {"days_ago": self.below(200)} if self.chance(0.5) else {}
        return {"analyte": name, "value": inside / analyte.factors[unit], "unit": unit, **age}

    def one(self, items: Sequence[Any]) -> Any:
        return items[self.below(len(items))]

    def some(self, items: Sequence[Any], count: int) -> list[Any]:
        return [items[int(place)] for place in self.generator.permutation(len(items))[:count]]

    def below(self, end: int) -> int:
        return int(self.generator.integers(max(1, end)))

    def chance(self, probability: float) -> bool:
        return bool(self.generator.random() < probability)


def assess_random_cases(count: int, seed: int) -> tuple[list[float], list[float], list[str]]:
    """Return the times of the assessments on the clock and of the processor [s], and what went wrong."""
    generator = np.random.default_rng(seed)
    maker = CaseMaker(generator)
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    wall, processor, faults = [], [], []
    for number in range(count):
        document = maker.document()
        try:
            case = case_from_document(document)
            start, start_cpu = time.perf_counter(), time.process_time()
            assessment = assess(case)
            wall.append(time.perf_counter() - start)
            processor.append(time.process_time() - start_cpu)
            answer = json.loads(json.dumps(assessment_document(assessment), allow_nan=False))
            faults.extend(f"case {number}: {error.message}" for error in validator.iter_errors(answer))
        except Exception:  # whatever it is, it is a fault, and the next case is tried
            faults.append(f"case {number}: {traceback.format_exc(limit=-3)}\n{json.dumps(document)}")
    return wall, processor, faults


def figures(seconds: Sequence[float]) -> str:
    """Return median, 99th percentile and maximum, without the first, which loads the catalogue."""
    middle, late = np.quantile(seconds[1:], [0.5, 0.99])
    return f"median {1e3 * middle:.0f} ms, 99th percentile {1e3 * late:.0f} ms, longest {1e3 * max(seconds[1:]):.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    wall, processor, faults = assess_random_cases(arguments.count, arguments.seed)
    for fault in faults[:20]:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{arguments.count} cases, {len(faults)} faults\nclock:     {figures(wall)}\n")
    sys.stdout.write(f"processor: {figures(processor)}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
