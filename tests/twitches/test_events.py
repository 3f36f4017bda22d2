import numpy as np
import pytest

from myotwitch.errors import MyotwitchError
from myotwitch.twitches import Excluded, ExclusionReason, summarise
from myotwitch.twitches.events import is_isolated


def test_twitches_are_counted_and_cannot_be_changed(make_twitches):
    twitches = make_twitches()
    assert len(twitches) == 3
    with pytest.raises(ValueError, match="read-only"):
        twitches.onset_s[0] = 1.0


def test_the_given_arrays_stay_the_givers_own(make_twitches):
    onsets = np.array([1.0, 2.0])
    twitches = make_twitches(onsets)
    onsets[0] = 9.0
    assert twitches.onset_s[0] == 1.0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"onset_s": np.array([2.0, 1.0, 3.0])}, "ascend"),
        ({"onset_s": np.array([-1.0, 1.0, 3.0])}, "ascend"),
        ({"onset_s": np.array([1.0, 2.0, 61.0])}, "within the recording"),
        ({"duration_s": np.array([0.1, 0.0, 0.1])}, "longer than 0 s"),
        ({"peak_channel_index": np.array([0, 1, 0])}, "peak channel"),
        ({"kind": ()}, "0 entries for 3"),
        ({"on_channel": np.ones((3, 5), dtype=bool)}, "shape"),
    ],
)
def test_what_cannot_be_is_refused(make_twitches, columns, message):
    with pytest.raises(MyotwitchError, match=message):
        make_twitches(**columns)


def test_an_excluded_stretch_ends_after_its_start():
    with pytest.raises(MyotwitchError, match="end after its start"):
        Excluded(start_s=2.0, stop_s=2.0, channels=("a",), reason=ExclusionReason.FLAT)


def test_more_cannot_be_analysed_than_was_recorded(make_observation):
    with pytest.raises(MyotwitchError, match="Analysed 61"):
        make_observation(analysed_s=61.0)


def test_a_discharge_is_isolated_if_both_neighbours_are_beyond_a_quarter_second():
    assert is_isolated(np.array([0.0, 0.25, 0.6, 1.0])).tolist() == [False, False, True, True]
    assert is_isolated(np.array([5.0])).tolist() == [True]
    assert is_isolated(np.zeros(0)).tolist() == []


def test_the_summary_counts_in_analysed_time(make_twitches):
    summary = summarise(make_twitches())
    assert summary.count == 3
    assert summary.rate_per_min == pytest.approx(3 / 50 * 60)
    low, high = summary.rate_per_min_interval
    assert low < 3.6 < high
    assert summary.sources is None
    assert summary.rate_per_min_ruled_out is None


def test_none_found_rules_out_a_rate_and_not_looked_rules_out_nothing(make_twitches, make_observation):
    found_none = summarise(make_twitches(()))
    assert found_none.rate_per_min == 0.0
    assert found_none.rate_per_min_ruled_out == pytest.approx(-np.log(0.05) / (50 / 60))
    not_looked = summarise(make_twitches((), observation=make_observation(analysed_s=0.0)))
    assert (not_looked.rate_per_min, not_looked.rate_per_min_interval, not_looked.rate_per_min_ruled_out) == (
        None,
        None,
        None,
    )


def test_sources_are_counted_where_discharges_were_sorted(make_twitches):
    assert summarise(make_twitches(source=np.array([4, 4, 7]))).sources == 2
