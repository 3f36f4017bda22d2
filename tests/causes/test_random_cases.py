"""Random valid cases over the whole contract; ``validation/random_cases.py`` runs ten thousand of them."""

from __future__ import annotations

import numpy as np
from validation.random_cases import LARGEST_SIZE, CaseMaker, assess_random_cases


def test_three_hundred_random_cases_get_an_answer_within_the_schema() -> None:
    wall, processor, faults = assess_random_cases(300, seed=2)
    assert faults == []
    assert len(wall) == len(processor) == 300


def test_random_cases_differ_in_size_and_use_every_part_of_the_contract() -> None:
    maker = CaseMaker(np.random.default_rng(3))
    documents = [maker.document() for _ in range(400)]
    assert {len(document["findings"]) for document in documents} == set(range(1, LARGEST_SIZE + 1))
    told = {key for document in documents for entry in document["twitching"] for key in entry}
    assert {"place", "muscle", "side", "since_days", "bout_seconds", "character", "when", "painful", "trend"} <= told
    taken = {key for document in documents for entry in document["exposures"] for key in entry}
    assert {"taken", "stopped_days_ago", "amount_mg", "last_hours_ago", "since_days"} <= taken
    assert any(document["labs"] for document in documents)
