import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from myotwitch.errors import RequestError, TableError
from myotwitch.simulation.activity import (
    CLASSES,
    Body,
    Discharges,
    Stream,
    draw,
    episode,
    episodes_of,
    statistic,
    statistics,
)
from myotwitch.simulation.activity.discharges import in_bouts, silence, together, within
from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.muscle.pool import build_pool
from myotwitch.sources import Grade


@pytest.fixture(scope="module")
def body() -> Body:
    return Body(pool=build_pool("tibialis_anterior", np.random.default_rng(0)), axon=Axon())


def discharges_of(name: str, body: Body, stop_s: float, seed: int = 1, **settings: object) -> list[Discharges]:
    plan = CLASSES[name].settings(**settings)  # type: ignore[arg-type]
    return Stream(episodes_of(name, plan, body, stop_s, np.random.default_rng(seed))).until(stop_s)


def onsets_of(episodes: list[Discharges], unit: int = 0) -> np.ndarray:
    return np.sort(np.concatenate([item.onset_s[item.unit == unit] for item in episodes]))


def test_every_figure_has_a_unit_a_grade_and_its_source() -> None:
    assert len(statistics()) > 50
    for name, figure in statistics().items():
        assert figure.unit, name
        assert figure.grade is Grade.EXPERT or figure.sources, name
    with pytest.raises(TableError, match=r"Did you mean 'cramp\.rate'"):
        statistic("cramp.rat")


def test_no_figure_of_a_class_hides_in_its_code() -> None:
    # What a class does stands in the table. Names in capitals say how it is worked out, defaults what a scene means.
    harmless = {0.0, 0.5, 1.0, 1e-9}
    for path in sorted(Path(inspect.getfile(CLASSES["tic"].settings)).parent.glob("*.py")):
        if path.stem in ("settings", "statistics", "discharges", "classes"):
            continue
        functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        figures = {
            node.value
            for function in functions
            for node in ast.walk(function)
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        }
        assert figures <= harmless, path.name


def test_a_drawn_value_lies_within_the_spread_and_half_of_them_below_the_usual_value() -> None:
    chance = np.random.default_rng(0)
    for name in ("fasciculation.als_rate", "jerk.cortical_s"):
        figure = statistic(name)
        drawn = np.array([draw(name, chance) for _ in range(800)])
        assert drawn.min() >= figure.low * (1 - 1e-9)
        assert drawn.max() <= figure.high * (1 + 1e-9)
        assert np.mean(drawn < figure.value) == pytest.approx(0.5, abs=0.07)


def test_onsets_must_ascend() -> None:
    with pytest.raises(RequestError, match="ascend"):
        Discharges(onset_s=np.array([1.0, 0.5]), unit=np.zeros(2, int), size=np.ones(2), burst=np.zeros(2, int))


def test_a_stream_gives_out_every_episode_once_whatever_the_blocks() -> None:
    def items() -> list[Discharges]:
        return [episode([moment, moment + 0.5]) for moment in (0.1, 0.4, 3.0, 7.0)]

    stream = Stream(iter(items()))
    given = [item.first_s for stop_s in (0.05, 0.3, 0.35, 5.0, 9.0) for item in stream.until(stop_s)]
    assert given == [0.1, 0.4, 3.0, 7.0]


def test_silence_passes_on_up_to_when_nothing_begins_and_is_not_given_out() -> None:
    trains = [iter([silence(20.0), silence(40.0), silence(60.0)]), iter([episode(5.0), episode(30.0), episode(70.0)])]
    stream = Stream(within(together(trains), 1.0, 50.0))
    assert [item.first_s for item in stream.until(45.0)] == [6.0, 31.0]
    assert stream.until(100.0) == []


def test_bouts_keep_their_share_of_the_time() -> None:
    chance = np.random.default_rng(2)
    ticks = (episode(0.1 * count) for count in range(60_000))
    kept = sum(len(item) for item in in_bouts(ticks, 20.0, 20.0, chance))
    assert kept / 60_000 == pytest.approx(0.5, abs=0.12)


def test_an_episode_under_way_is_cut_off_at_the_end() -> None:
    whole = iter([episode([0.0, 1.0, 2.0])])
    assert [item.onset_s.tolist() for item in within(whole, 10.0, 11.5)] == [[10.0, 11.0]]


def test_fasciculations_come_at_the_rate_that_is_asked_and_at_irregular_times(body: Body) -> None:
    episodes = discharges_of("fasciculation", body, 3600.0, rate_per_min=30.0, units=4, doublet_share=0.0)
    assert len(episodes) == pytest.approx(30 * 60, rel=0.08)
    intervals = np.diff(onsets_of(episodes, 1))
    assert intervals.std() / intervals.mean() > 0.7


def test_the_rates_of_diseases_differ_as_published(body: Body) -> None:
    counts = {
        pattern: len(discharges_of("fasciculation", body, 3600.0, pattern=pattern, units=6)) / 60
        for pattern in ("benign", "als")
    }
    assert counts["als"] == pytest.approx(40.5, rel=0.1)
    assert 10 <= counts["als"] / counts["benign"] <= 40


def test_paired_fasciculations_of_als_have_their_reflections_near_35_ms(body: Body) -> None:
    episodes = discharges_of("fasciculation", body, 7200.0, pattern="als", doublet_share=1.0)
    gaps = np.array([item.onset_s[1] - item.onset_s[0] for item in episodes if len(item) == 2])
    late = gaps[gaps > 0.02]
    assert 0.3 < late.size / gaps.size < 0.7
    assert np.median(late) == pytest.approx(0.035, abs=0.001)


def test_regular_fibres_fire_evenly_and_irregular_ones_do_not(body: Body) -> None:
    for share, low, high in ((1.0, 0.0, 0.12), (0.0, 0.25, 1.0)):
        intervals = np.diff(onsets_of(discharges_of("fibrillation", body, 30.0, fibres=1, regular_share=share, seed=4)))
        steady = intervals[intervals < 5 * np.median(intervals)]
        assert low <= steady.std() / steady.mean() <= high


def test_myokymic_groups_have_the_published_rate_within_and_recur_almost_in_rhythm(body: Body) -> None:
    episodes = discharges_of("myokymia", body, 60.0, units=1, burst_rate_hz=2.0, rate_within_hz=45.0)
    starts = np.diff([item.first_s for item in episodes])
    within_group = np.concatenate([np.diff(item.onset_s) for item in episodes])
    assert 1 / np.median(within_group) == pytest.approx(45, rel=0.05)
    assert 1 / starts.mean() == pytest.approx(2.0, rel=0.1)
    assert starts.std() / starts.mean() < 0.35
    assert all((item.burst == 0).all() for item in episodes)


def test_intervals_of_a_neuromyotonic_burst_grow_and_long_trains_lose_size(body: Body) -> None:
    episodes = discharges_of("neuromyotonia", body, 600.0, units=1)
    rates = np.concatenate([1 / np.diff(item.onset_s) for item in episodes])
    assert rates.min() > 20
    assert rates.max() < 400
    multiplets = [item for item in episodes if 3 <= len(item) < 10]
    assert all(np.all(np.diff(np.diff(item.onset_s)) > -1e-9) for item in multiplets)
    trains = [item for item in episodes if len(item) >= 30]
    assert trains
    assert all(item.size[-1] < 0.85 * item.size[0] for item in trains)


def test_myotonic_runs_wax_and_wane_between_the_published_rates(body: Body) -> None:
    for run in discharges_of("myotonia", body, 120.0, fibres=1):
        rates = 1 / np.diff(run.onset_s)
        assert np.percentile(rates, 2) > 10
        assert np.percentile(rates, 98) < 110
        assert np.percentile(rates, 95) > 1.5 * np.percentile(rates, 5)
        assert np.corrcoef(run.size[1:], rates)[0, 1] > 0.5


def test_complex_repetitive_cycles_hardly_vary(body: Body) -> None:
    cycles = discharges_of("complex_repetitive", body, 3.0, rate_hz=40.0, fibres=4)
    assert all(len(item) == 4 and item.is_movement for item in cycles)
    intervals = np.diff([item.first_s for item in cycles])
    assert intervals.std() / intervals.mean() < 0.02
    delays = np.array([item.onset_s[-1] - item.onset_s[0] for item in cycles])
    assert delays.std() < 1e-4


def test_cramping_units_fire_as_in_the_published_cramps(body: Body) -> None:
    cramp = discharges_of("cramp", body, 200.0, units=60)[0]
    trains = [np.diff(cramp.onset_s[cramp.unit == unit]) for unit in range(60)]
    rates = np.array([1 / train.mean() for train in trains])
    variations = np.array([train.std() / train.mean() for train in trains])
    assert rates.mean() == pytest.approx(14.5, abs=3.5)
    assert variations.mean() == pytest.approx(0.446, abs=0.12)
    assert (cramp.burst == 0).all()


@pytest.mark.parametrize(
    ("name", "settings", "low_s", "high_s"),
    [
        ("myoclonus", {"rate_per_min": 60.0}, 0.0, 0.05),
        ("hypnic_jerk", {"rate_per_hour": 600.0}, 0.03, 0.26),
        ("tic", {"rate_per_min": 60.0}, 0.015, 0.21),
    ],
)
def test_jerks_last_as_long_as_published_and_are_one_event(
    body: Body, name: str, settings: dict[str, float], low_s: float, high_s: float
) -> None:
    jerks = discharges_of(name, body, 300.0, **settings)
    assert len(jerks) > 20
    assert all(item.is_movement for item in jerks)
    lasting = np.array([item.onset_s[-1] - item.onset_s[0] for item in jerks])
    assert lasting.min() >= low_s
    assert lasting.max() <= high_s


def test_tremor_has_the_rhythm_of_its_origin(body: Body) -> None:
    for origin, low_hz, high_hz in (("physiological", 8, 12), ("essential", 4, 8), ("parkinson", 4, 6)):
        bursts = discharges_of("tremor", body, 60.0, origin=origin)
        assert low_hz - 0.2 <= len(bursts) / 60 <= high_hz + 0.2


def test_a_stronger_contraction_recruits_more_units(body: Body) -> None:
    weak, strong = (discharges_of("voluntary", body, 10.0, level=level, hold_s=5.0)[0] for level in (0.05, 0.4))
    assert np.unique(strong.unit).size > np.unique(weak.unit).size > 3
    assert np.unique(weak.unit).max() < np.unique(strong.unit).max()


def test_a_last_node_without_most_fast_potassium_under_the_myelin_fires_and_a_healthy_one_does_not() -> None:
    from myotwitch.simulation.scene import Nerve

    pool = build_pool("tibialis_anterior", np.random.default_rng(0))
    sick = Body(pool=pool, axon=Nerve(channels={"fast_potassium_under_myelin": 0.1}, at_last_node=True).axon())
    well = Body(pool=pool, axon=Nerve(at_last_node=True).axon())
    assert sum(len(item) for item in discharges_of("ectopic", sick, 20.0, units=2)) > 10
    assert discharges_of("ectopic", well, 20.0, units=2) == []


@pytest.mark.parametrize("name", [name for name in CLASSES if name != "ectopic"])
def test_the_same_seed_gives_the_same_discharges_and_another_gives_others(name: str, body: Body) -> None:
    def told(seed: int) -> list[list[float]]:
        return [
            item.onset_s.tolist()
            for item in discharges_of(name, body, 900.0 if name == "hypnic_jerk" else 60.0, seed=seed)
        ]

    assert told(7) == told(7)
    assert told(7) != told(8)
