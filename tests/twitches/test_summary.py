import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from myotwitch.errors import RequestError
from myotwitch.twitches import poisson_rate_interval


@given(st.integers(0, 500), st.floats(0.01, 1000))
def test_the_interval_is_where_the_poisson_tails_hold_a_fortieth(count, exposure):
    low, high = poisson_rate_interval(count, exposure)
    assert poisson.cdf(count, high * exposure) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert poisson.sf(count - 1, low * exposure) == pytest.approx(0.025, rel=1e-6)
    else:
        assert low == 0.0


def test_published_limits_of_a_count_of_ten():
    # The exact 95 % limits of a Poisson count of 10 in every table: 4.795 and 18.390.
    low, high = poisson_rate_interval(10, 1.0)
    assert (round(low, 3), round(high, 3)) == (4.795, 18.390)


def test_more_exposure_narrows_the_interval_in_proportion():
    low, high = poisson_rate_interval(7, 2.0)
    assert (2 * low, 2 * high) == pytest.approx(poisson_rate_interval(7, 1.0))


@pytest.mark.parametrize("wrong", [(-1, 1.0, 0.95), (1, 0.0, 0.95), (1, math.nan, 0.95), (1, 1.0, 1.0)])
def test_impossible_requests_are_refused(wrong):
    with pytest.raises(RequestError, match="No Poisson interval"):
        poisson_rate_interval(*wrong)
