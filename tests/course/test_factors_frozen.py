"""What is said of diaries with the contract's kinds alone stays what it was before more kinds became factors.

``python -m tests.course.test_factors_frozen`` makes ``frozen_factors.json`` anew, where it is meant to change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from validation.diaries.simulate import simulate
from validation.diaries.worlds import TUNING

from myotwitch.course.course import course_of
from myotwitch.course.document import course_document
from myotwitch.diary import Diary, table_from_text

FROZEN = Path(__file__).with_name("frozen_factors.json")
KEPT = json.loads(FROZEN.read_text(encoding="utf-8"))
EXACT = ("factor", "usual_dose", "unit", "verdict")


def factors_of(world: str) -> list[dict[str, Any]]:
    simulated = simulate(TUNING[world], np.random.default_rng([77, 0]))
    diary = Diary(entries=table_from_text(simulated.csv(), "simulated").entries)
    fields = KEPT[f"{world}0"][0]
    return [{name: factor[name] for name in fields} for factor in course_document(course_of(diary))["factors"]]


@pytest.mark.parametrize("world", [name.removesuffix("0") for name in KEPT])
def test_a_diary_of_the_contract_s_kinds_has_the_factors_that_it_had(world: str) -> None:
    before, now = KEPT[f"{world}0"], factors_of(world)
    assert [[factor[name] for name in EXACT] for factor in now] == [
        [factor[name] for name in EXACT] for factor in before
    ]
    for one, other in zip(now, before, strict=True):
        for name in one.keys() - set(EXACT):
            # Four figures are kept; the last may be rounded otherwise on another machine.
            assert one[name] == pytest.approx(other[name], rel=2e-3), (one["factor"], name)


if __name__ == "__main__":
    lines = ((name, [json.dumps(factor) for factor in factors_of(name.removesuffix("0"))]) for name in KEPT)
    worlds = [f'  "{name}": [\n    ' + ",\n    ".join(rows) + "\n  ]" for name, rows in lines]
    FROZEN.write_text("{\n" + ",\n".join(worlds) + "\n}\n", encoding="utf-8")
