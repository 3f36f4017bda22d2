"""What a person's own diary shows to drive the twitching is evidence for the causes that it fits, within bounds."""

from __future__ import annotations

import math

import pytest

from myotwitch.case import Case, case_from_document
from myotwitch.causes import Assessment, assess
from myotwitch.causes.arrays import load_arrays
from myotwitch.errors import CaseError


def case(*effects: tuple[str, float, float, float], known_by: str = "factors") -> Case:
    rows = [
        {"factor": factor, "rate_ratio": ratio, "low": low, "high": high, "known_by": known_by}
        for factor, ratio, low, high in effects
    ]
    document = {
        "schema": "myotwitch.case/1",
        "person": {"age_years": 34},
        "twitching": [{"place": "calf", "since_days": 60}, {"place": "eyelid", "since_days": 30}],
        "exposures": [{"substance": "caffeine", "amount_mg": 95, "times_per_day": 3}],
        "own_effects": rows,
    }
    return case_from_document(document)


def odds(assessment: Assessment, name: str) -> float:
    probability = next(one.probability for one in assessment.causes if one.cause.name == name)
    return probability / (1 - probability)


NOTHING = odds(assess(case()), "caffeine_effect")


@pytest.mark.parametrize(
    ("effect", "says"),
    [
        (("caffeine", 1.5, 1.25, 1.8), "for"),
        (("caffeine", 1.0, 0.93, 1.08), "against"),
        (("caffeine", 0.7, 0.6, 0.8), "against"),
        (("caffeine", 0.02, 0.019, 0.021), "against"),
    ],
)
def test_what_follows_caffeine_comes_from_it_more_probably_and_what_does_not_less(
    effect: tuple[str, float, float, float], says: str
) -> None:
    ratio = odds(assess(case(effect)), "caffeine_effect") / NOTHING
    assert ratio > 1.5 if says == "for" else ratio < 0.7


def test_an_interval_that_tells_nothing_changes_hardly_anything() -> None:
    assert odds(assess(case(("caffeine", 1.2, 0.3, 5.0))), "caffeine_effect") == pytest.approx(NOTHING, rel=0.1)


def test_an_experiment_counts_more_than_the_diary_as_it_was_kept() -> None:
    effect = ("caffeine", 1.35, 1.15, 1.6)
    kept, tried = (
        odds(assess(case(effect, known_by=known_by)), "caffeine_effect") for known_by in ("before_after", "experiment")
    )
    assert tried > kept > NOTHING


def test_no_diary_however_sure_changes_the_odds_by_more_than_the_catalogue_allows() -> None:
    catalogue = load_arrays().catalogue
    follows = catalogue.cause("caffeine_effect").follows["caffeine"].value
    background = catalogue.background.follows.value
    sure = odds(assess(case(("caffeine", 5.0, 4.9, 5.1), known_by="experiment")), "caffeine_effect") / NOTHING
    assert 3 < sure <= follows / background * 1.05
    never = odds(assess(case(("caffeine", 1.0, 0.99, 1.01), known_by="experiment")), "caffeine_effect") / NOTHING
    assert (1 - follows) / (1 - background) * 0.95 <= never < 0.5


def test_it_is_told_as_evidence_with_its_reason() -> None:
    first = assess(case(("caffeine", 1.6, 1.4, 1.9))).causes[0]
    assert first.cause.name == "caffeine_effect"
    told = next(evidence for evidence in first.evidence if evidence.kind == "own_effect")
    assert (told.finding, told.present) == ("own:caffeine", True)
    assert told.log_odds > 0.5
    assert told.source.startswith("expert estimate")


@pytest.mark.parametrize("factor", ["stress", "sleep", "exercise"])
def test_no_habit_makes_a_serious_disease_more_or_less_probable_by_itself(factor: str) -> None:
    serious = ("amyotrophic_lateral_sclerosis", "multiple_sclerosis", "brain_tumour", "hypocalcaemia")
    assert not any(factor in load_arrays().catalogue.cause(name).follows for name in serious)


def test_a_ratio_outside_its_interval_is_refused_with_both() -> None:
    with pytest.raises(CaseError, match=r"1\.9.*1\.1 to 1\.5"):
        case(("caffeine", 1.9, 1.1, 1.5))


def test_the_order_of_effects_never_matters() -> None:
    effects = (("caffeine", 1.4, 1.1, 1.8), ("stress", 1.3, 1.1, 1.6), ("sleep", 1.0, 0.9, 1.1))
    there, back = assess(case(*effects)), assess(case(*reversed(effects)))
    for one, other in zip(there.causes, back.causes, strict=True):
        assert one.cause.name == other.cause.name
        assert math.isclose(one.probability, other.probability, rel_tol=1e-9)
