"""A substance that is known to do something to muscles or salts reaches the catalogue of causes."""

from __future__ import annotations

import pytest

from myotwitch.causes import load_catalogue
from myotwitch.causes.exposure import members
from myotwitch.substances import SUBSTANCES

SPEAKING = tuple(name for name, substance in SUBSTANCES.items() if substance.effects or substance.lowers)


@pytest.fixture(scope="module")
def reached() -> frozenset[str]:
    """Return every substance on which the probability of at least one cause depends."""
    named: set[str] = set()
    for cause in load_catalogue().causes.values():
        if cause.exposure is not None:
            named |= members(cause.exposure.substances, cause.exposure.classes)
        for name in cause.risk_exposures:
            named |= members((name,), ()) if name in SUBSTANCES else members((), (name,))
    return frozenset(named)


@pytest.mark.parametrize("name", SPEAKING)
def test_a_substance_with_an_effect_or_a_salt_that_it_lowers_reaches_a_cause(
    name: str, reached: frozenset[str]
) -> None:
    assert name in reached


def test_no_substance_multiplies_the_odds_of_a_cause_twice_by_its_class_and_a_synonym_of_it() -> None:
    for cause in load_catalogue().causes.values():
        classes = [members((), (name,)) for name in cause.risk_exposures if name not in SUBSTANCES]
        assert sum(map(len, classes)) == len(frozenset().union(*classes)), cause.name
