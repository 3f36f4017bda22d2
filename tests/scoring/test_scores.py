import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.scoring import (
    RecordingScore,
    bootstrap,
    f1,
    false_per_min,
    match_events,
    median_onset_error_s,
    precision,
    score_recording,
    sensitivity,
)


def score(found, true, matched, errors=()):
    return RecordingScore(found=found, true=true, matched=matched, observed_s=30.0, errors_s=errors)


def test_figures_pool_events_over_recordings():
    scores = [score(4, 2, 2), score(0, 6, 0)]
    assert sensitivity(scores) == 2 / 8
    assert precision(scores) == 2 / 4
    assert f1(scores) == 2 * 2 / (4 + 8)
    assert false_per_min(scores) == 2.0


def test_what_has_no_events_has_no_sensitivity_and_no_precision():
    assert np.isnan(sensitivity([score(1, 0, 0)]))
    assert np.isnan(precision([score(0, 1, 0)]))
    assert np.isnan(f1([score(0, 0, 0)]))


def test_the_onset_error_is_the_median_distance_over_all_pairs():
    assert median_onset_error_s([score(2, 2, 2, (-0.003, 0.001)), score(1, 1, 1, (0.002,))]) == 0.002


def test_a_recording_is_scored_from_its_matches():
    made = score_recording(match_events(np.array([1.0, 2.0]), np.array([1.002])), 60.0)
    assert (made.found, made.true, made.matched, made.observed_s) == (2, 1, 1, 60.0)


def test_the_bootstrap_draws_recordings_and_not_events():
    # One recording finds all of its 1000 events, the other none: over recordings that is anything from 0 to 1.
    estimate = bootstrap([score(1000, 1000, 1000), score(0, 1000, 0)], sensitivity, np.random.default_rng(1))
    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.0, 1.0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    chance = np.random.default_rng(5)
    covered = 0
    for _ in range(120):
        scores = [score(0, 40, int(chance.binomial(40, chance.beta(14, 6)))) for _ in range(25)]
        estimate = bootstrap(scores, sensitivity, chance, resamples=200)
        covered += estimate.low <= 0.7 <= estimate.high
    assert 0.85 <= covered / 120 <= 1.0


def test_no_recording_gives_no_interval():
    with pytest.raises(RequestError, match="at least one"):
        bootstrap([], f1, np.random.default_rng(0))
