"""The regression beside a drift, against full matrices and plain formulas."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from myotwitch.course.belief import EffectBelief, q_values
from myotwitch.course.covariance import Drift, whitened
from myotwitch.course.elimination import EFFECT_SD, effects_of, normal_of
from myotwitch.course.regression import Sample, deviations, fit, middle_of_belief
from myotwitch.course.robust import error_inflation
from myotwitch.course.self_excitation import echo_of

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def dense(drift: Drift, expected: FloatArray, gaps_h: FloatArray) -> FloatArray:
    time = np.concatenate(([0.0], np.cumsum(gaps_h)))
    latent = drift.variance * np.exp(-np.abs(time[:, np.newaxis] - time) / drift.hours)
    if drift.by_count:
        latent = latent / np.sqrt(np.outer(expected, expected))
    matrix: FloatArray = latent + np.diag(1 / expected + drift.own)
    return matrix


@pytest.mark.parametrize("by_count", [False, True])
@pytest.mark.parametrize("hours", [0.3, 12.0, 2000.0])
def test_whitening_is_that_of_the_full_matrix(hours: float, by_count: bool) -> None:
    generator = np.random.default_rng(1)
    expected, gaps = generator.uniform(0.01, 3.0, 40), generator.uniform(0.5, 30.0, 39)
    columns = generator.standard_normal((40, 3))
    drift = Drift(variance=0.5, hours=hours, own=0.2, by_count=by_count)
    white, log_determinant = whitened(drift, expected, gaps, columns)
    full = dense(drift, expected, gaps)
    np.testing.assert_allclose(white.T @ white, columns.T @ np.linalg.solve(full, columns), rtol=1e-8)
    assert log_determinant == pytest.approx(np.linalg.slogdet(full)[1])


def drifting_sample(seed: int, days: int = 100) -> Sample:
    generator = np.random.default_rng(seed)
    time = (np.arange(days)[:, np.newaxis] * 24 + np.arange(8, 22)).ravel() + 0.5
    kept = np.exp(-np.diff(time) / 12.0)
    latent = np.empty(len(time))
    latent[0] = 0.7 * generator.standard_normal()
    for index, share in enumerate(kept):
        latent[index + 1] = share * latent[index] + 0.7 * np.sqrt(1 - share**2) * generator.standard_normal()
    columns = np.column_stack((np.ones(len(time)), generator.standard_normal(len(time))))
    bouts = generator.poisson(np.exp(0.3 * columns[:, 1] + latent)).astype(np.float64)
    return Sample(
        bouts=bouts, log_watched=np.zeros(len(time)), gaps_h=np.diff(time), columns=columns, precision=np.full(2, 1 / 9)
    )


def test_the_fit_solves_its_equations() -> None:
    sample = drifting_sample(2)
    found = fit(sample)
    expected, deviation = deviations(sample, found.coefficients)
    inverse = np.linalg.inv(dense(found.drift, expected, sample.gaps_h))
    score = sample.columns.T @ inverse @ deviation
    score -= sample.precision * (found.coefficients - middle_of_belief(sample))
    error = np.sqrt(np.diag(np.linalg.inv(sample.columns.T @ inverse @ sample.columns)))
    assert np.all(np.abs(error * score) < 0.02)


def test_the_drift_that_was_simulated_is_found() -> None:
    drifts = [fit(drifting_sample(seed)).drift for seed in range(6)]
    # exp(sd^2) - 1 is the variance of the exponential of a normal variable.
    assert np.mean([drift.variance for drift in drifts]) == pytest.approx(np.exp(0.49) - 1, rel=0.25)
    assert np.exp(np.mean([np.log(drift.hours) for drift in drifts])) == pytest.approx(12.0, rel=0.4)


def test_without_bouts_the_fit_stays_finite() -> None:
    sample = drifting_sample(3, days=5)
    found = fit(Sample(
        bouts=np.zeros(len(sample.bouts)), log_watched=sample.log_watched, gaps_h=sample.gaps_h,
        columns=sample.columns, precision=sample.precision,
    ))  # fmt: skip
    assert np.all(np.isfinite(found.coefficients))


def test_one_course_a_factor_gives_plain_least_squares() -> None:
    generator = np.random.default_rng(4)
    white = generator.standard_normal((200, 5))
    normal, own_share = normal_of(white, np.full(2, 1e-9), np.arange(2), np.zeros(2))
    effects, _ = effects_of(normal, 1e-9)
    gram = white[:, :4].T @ white[:, :4]
    expected = np.linalg.solve(gram, white[:, :4].T @ white[:, 4])[2:]
    errors = np.sqrt(np.diag(np.linalg.inv(gram)))[2:]
    np.testing.assert_allclose([effect.middle[0] for effect in effects], expected, rtol=1e-6)
    np.testing.assert_allclose([effect.error[0] for effect in effects], errors, rtol=1e-6)
    assert np.all((own_share > 0.9) & (own_share <= 1))


def test_the_course_that_made_the_response_gets_the_weight() -> None:
    generator = np.random.default_rng(5)
    courses = generator.standard_normal((400, 3))
    response = EFFECT_SD * courses[:, [1]] + generator.standard_normal((400, 1))
    white = np.column_stack((np.ones(400), courses, response))
    normal, _ = normal_of(white, np.full(1, 1e-9), np.zeros(3, dtype=np.int64), np.zeros(3))
    (effect,), weights = effects_of(normal, 1e-9)
    assert weights.sum() == pytest.approx(1.0)
    assert effect.weight[1] > 0.99


def test_a_belief_of_one_way_is_a_t_distribution_and_its_p_value_fits_its_interval() -> None:
    one = EffectBelief(weight=np.ones(1), middle=np.array([0.3]), error=np.array([0.14]), freedom=20.0)
    assert one.quantile(0.975) == pytest.approx(0.3 + 0.14 * stats.t.ppf(0.975, 20))
    assert one.p_value == pytest.approx(2 * stats.t.sf(0.3 / 0.14, 20))
    mixed = EffectBelief(
        weight=np.array([0.3, 0.7]), middle=np.array([0.1, 0.5]), error=np.array([0.1, 0.2]), freedom=50.0
    )
    assert mixed.below(mixed.quantile(0.025)) == pytest.approx(0.025)
    assert (mixed.p_value < 0.05) == (mixed.quantile(0.025) > 0)
    assert mixed.spread == pytest.approx(np.sqrt(0.3 * 0.01 + 0.7 * 0.04 + 0.3 * 0.7 * 0.16))


def test_a_p_value_is_never_below_0_however_the_weights_are_rounded() -> None:
    weight = np.full(9, 1 / 9) * (1 + 1e-15)
    clear = EffectBelief(weight=weight, middle=np.full(9, -5.0), error=np.full(9, 0.05), freedom=200.0)
    assert 0.0 <= clear.p_value < 1e-12


def test_q_values_are_those_of_hochberg() -> None:
    p_values = np.array([0.02, 0.9, 0.001, 0.03])
    np.testing.assert_allclose(q_values(p_values), [0.06, 0.9, 0.004, 0.06])
    # The slow twin: the least level at which the step-up procedure calls a factor.
    generator = np.random.default_rng(4)
    for _ in range(50):
        given = generator.random(6) ** 3
        ordered = np.sort(given)
        slow = [min((6 - place) * ordered[place] for place in range(6) if ordered[place] >= one) for one in given]
        np.testing.assert_allclose(q_values(given), slow)


def test_with_half_of_the_factors_at_work_a_diary_still_has_a_false_verdict_in_five_per_cent_at_most() -> None:
    generator = np.random.default_rng(8)
    p_values = generator.random((4000, 8))
    p_values[:, :4] *= 1e-6
    false = [bool(np.any(q_values(row)[4:] < 0.05)) for row in p_values]
    assert np.mean(false) <= 0.05 + 0.011


def test_among_harmless_factors_alone_a_diary_has_a_false_verdict_in_five_per_cent() -> None:
    generator = np.random.default_rng(6)
    false = [bool(np.any(q_values(generator.random(8)) < 0.05)) for _ in range(4000)]
    assert np.mean(false) == pytest.approx(0.05, abs=0.011)


def test_errors_are_raised_where_days_hang_together_and_not_where_they_do_not() -> None:
    generator = np.random.default_rng(7)
    day = np.repeat(np.arange(80), 10)
    habit = np.repeat(generator.standard_normal(80), 10)
    independent = generator.standard_normal(800)
    together = independent + np.repeat(generator.standard_normal(80), 10)
    for response, low, high in ((independent, 0.95, 1.25), (together, 2.0, 3.0)):
        white = np.column_stack((np.ones(800), habit, response))
        assert low <= error_inflation(white, np.full(2, 1e-9), day, 1) <= high


def test_an_effect_and_its_opposite_have_the_same_p_value_however_far_from_none() -> None:
    weight, error = np.array([0.4, 0.6]), np.array([0.1, 0.12])
    for middle in (0.1, 0.5, 1.3, 3.0):
        up, down = (
            EffectBelief(weight=weight, middle=sign * middle * np.ones(2), error=error, freedom=300.0).p_value
            for sign in (1, -1)
        )
        assert 0.0 < up == pytest.approx(down, rel=1e-9)
    far = EffectBelief(weight=np.ones(1), middle=np.full(1, -1.2), error=np.full(1, 0.1), freedom=1e9)
    assert far.p_value == pytest.approx(2 * stats.norm.sf(12.0), rel=1e-4)


def test_the_inflation_is_that_of_days_left_out_one_by_one() -> None:
    generator = np.random.default_rng(8)
    day = np.repeat(np.arange(30), generator.integers(1, 9, 30))
    white = generator.standard_normal((len(day), 5))
    white[:, -1] *= np.repeat(generator.uniform(0.5, 2.0, 30), np.bincount(day))
    regressors, response, prior = white[:, :-1], white[:, -1], np.full(4, 0.1)

    def fitted(kept: NDArray[np.bool_]) -> FloatArray:
        rows = regressors[kept]
        found: FloatArray = np.linalg.solve(rows.T @ rows + np.diag(prior), rows.T @ response[kept])
        return found

    whole = fitted(day >= 0)
    jackknife = sum((fitted(day != out) - whole) ** 2 for out in range(30)) * 29 / 30
    variance = np.diag(np.linalg.inv(regressors.T @ regressors + np.diag(prior)))
    ratio = np.mean((jackknife / variance)[-2:])
    assert 0.95**2 < ratio < 9.0
    assert error_inflation(white, prior, day, 2) == pytest.approx(np.sqrt(ratio))


def test_a_single_piece_is_whitened_by_its_own_error() -> None:
    drift = Drift(variance=0.5, hours=12.0, own=0.2)
    white, log_determinant = whitened(drift, np.array([2.0]), np.zeros(0), np.array([[3.0]]))
    assert white.item() == pytest.approx(3.0 / np.sqrt(1.2))
    assert log_determinant == pytest.approx(np.log(1.2))


def test_an_echo_has_the_share_and_delay_of_hawkes_process() -> None:
    share, delay_h = 0.4, 0.9
    fading_h = delay_h / (1 - share)
    variance = share * (2 - share) / (2 * (1 - share) * delay_h)
    found = echo_of(Drift(variance=variance, hours=fading_h, own=0.0, by_count=True), Drift(variance=1, hours=2, own=0))
    assert found is not None
    assert found.share == pytest.approx(share)
    # Counts by the hour make it look half an hour longer, which is taken off; three means stand for all delays.
    assert np.mean(found.delays_h) == pytest.approx(fading_h - 0.5, rel=0.001)


def test_what_lasts_for_half_a_day_is_no_echo() -> None:
    long = Drift(variance=0.3, hours=14.0, own=0.0, by_count=True)
    assert echo_of(long, Drift(variance=0.5, hours=12.0, own=0.0)) is None
