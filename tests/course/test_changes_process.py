"""What a day's count tells of a drifting rate, against plain numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import wrightomega
from scipy.stats import norm, poisson

from myotwitch.course.changes_process import (
    Belief,
    Processes,
    _lambert_of_exponential,
    belief_before,
    usual_processes,
)
from myotwitch.course.changes_regression import Mixture, effects_under_drift


def one_process(sd: float, days: float, scatter: float) -> Processes:
    return Processes(
        drift_sd=np.array([sd]), drift_days=np.array([days]), scatter=np.array([scatter]), log_prior=np.zeros(1)
    )


def belief_of(mean: float, sd: float, process: Processes) -> Belief:
    return belief_before(process, mean=np.array([mean]), sd=np.array([sd]))


FLAT = np.ones((2, 1, 1))


def test_lambert_is_that_of_scipy() -> None:
    exponent = np.linspace(-40.0, 500.0, 20_001)
    np.testing.assert_allclose(_lambert_of_exponential(exponent), wrightomega(exponent), rtol=1e-6)


@pytest.mark.parametrize(("bouts", "exposure_h"), [(0, 8.0), (1, 8.0), (5, 16.0), (30, 16.0)])
def test_a_count_is_absorbed_as_numerical_integration_says(bouts: int, exposure_h: float) -> None:
    belief = belief_of(float(np.log(0.4)), 0.3, one_process(0.4, 2.0, 0.1))
    belief.absorb(float(bouts), exposure_h, FLAT)
    # The log rate of the day is the sum of constant, drift and scatter: integrate over it, share what it moved by.
    variances = np.array([0.3**2, 0.4**2, 0.1])
    total = variances.sum()
    log_rate = np.linspace(-6, 5, 20_001)
    weight = norm.pdf(log_rate, np.log(0.4), np.sqrt(total)) * poisson.pmf(bouts, exposure_h * np.exp(log_rate))
    evidence = np.trapezoid(weight, log_rate)
    shift = np.trapezoid(weight * log_rate, log_rate) / evidence - np.log(0.4)
    assert belief.log_evidence[0] == pytest.approx(np.log(evidence), abs=0.03)
    assert belief.mean[0, 0, 0] - np.log(0.4) == pytest.approx(shift * variances[0] / total, abs=0.02)
    assert belief.mean[1, 0, 0] == pytest.approx(shift * variances[1] / total, abs=0.03)


def test_the_drift_is_forgotten_by_its_time_constant_and_the_constant_is_not() -> None:
    belief = belief_of(0.0, 0.5, one_process(0.6, 3.0, 0.05))
    belief.absorb(20.0, 8.0, FLAT)
    constant, drift = belief.mean[:, 0, 0].copy()
    belief.pass_days(3.0)
    assert belief.mean[0, 0, 0] == constant
    assert belief.mean[1, 0, 0] == pytest.approx(drift / np.e)
    belief.pass_days(1000.0)
    assert belief.covariance[1, 1, 0, 0] == pytest.approx(0.36)


def test_passing_days_one_by_one_is_passing_them_at_once() -> None:
    slow, quick = (belief_of(0.0, 0.5, one_process(0.6, 3.0, 0.05)) for _ in range(2))
    for belief in (slow, quick):
        belief.absorb(7.0, 8.0, FLAT)
    for _ in range(5):
        slow.pass_days(1.0)
    quick.pass_days(5.0)
    np.testing.assert_allclose(slow.covariance, quick.covariance)
    np.testing.assert_allclose(slow.mean, quick.mean)


def test_the_processes_thought_possible_have_probabilities_that_sum_to_one() -> None:
    for shares in ((1.0, 1.0, 1.0, 1.0), (0.9, 0.07, 0.02, 0.01)):
        assert np.exp(usual_processes(shares).log_prior).sum() == pytest.approx(1.0)


def test_a_mixture_of_one_normal_has_its_quantiles() -> None:
    mixture = Mixture(weight=np.ones(1), mean=np.array([0.3]), sd=np.array([0.2]))
    ratio = mixture.ratio()
    assert np.log(ratio.low) == pytest.approx(0.3 - 1.959964 * 0.2, abs=1e-5)
    assert np.log(ratio.value) == pytest.approx(0.3, abs=1e-5)


def test_an_effect_in_many_counts_without_drift_is_their_ratio() -> None:
    is_on = np.arange(200) % 2 == 1
    bouts = np.where(is_on, 60.0, 40.0)
    effect = effects_under_drift(bouts, np.full(200, 10.0), is_on[:, np.newaxis].astype(float), np.array([1.0]))[0]
    ratio = effect.ratio()
    assert ratio.value == pytest.approx(1.5, rel=0.01)
    assert ratio.low > 1.4
    assert ratio.high < 1.6


def test_days_that_were_not_watched_are_passed_over_whatever_their_count() -> None:
    generator = np.random.default_rng(4)
    bouts, exposure = generator.poisson(6.0, 80).astype(float), np.full(80, 10.0)
    exposure[20:30] = 0.0
    design = (np.arange(80) >= 40)[:, np.newaxis].astype(float)
    plain = effects_under_drift(bouts, exposure, design, np.array([1.0]))[0].ratio()
    bouts[20:30] = 99.0
    assert effects_under_drift(bouts, exposure, design, np.array([1.0]))[0].ratio() == plain


def test_a_chain_forked_on_a_day_is_the_step_of_a_design_that_begins_then() -> None:
    generator = np.random.default_rng(5)
    bouts, begins, step_sd = generator.poisson(5.0, 30).astype(float), 12, 0.8
    processes = usual_processes()
    forked = belief_before(processes, mean=np.array([-1.0]), sd=np.array([2.0]))
    forked.add_change(step_sd)
    designed = belief_before(processes, mean=np.array([-1.0, 0.0]), sd=np.array([2.0, step_sd]))
    for day, count in enumerate(bouts):
        if day == begins:
            forked.fork(np.array([0]), step_sd)
        for belief in (forked, designed):
            belief.pass_days(1.0)
        forked.absorb(count, 10.0)
        designed.absorb(count, 10.0, np.array([1.0, float(day >= begins), 1.0])[:, np.newaxis, np.newaxis])
    np.testing.assert_allclose(forked.log_weight[:, 1], designed.log_weight[:, 0])
    np.testing.assert_allclose(forked.mean[0, :, 1], designed.mean[1, :, 0])
    np.testing.assert_allclose(forked.covariance[0, 0, :, 1], designed.covariance[1, 1, :, 0])
    # In the other chain nothing changed, and nothing was learnt of the change.
    np.testing.assert_allclose(forked.covariance[0, 0, :, 0], step_sd**2)
    assert (forked.mean[0, :, 0] == 0).all()
