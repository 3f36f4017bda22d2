"""Own experiments: drawn by chance, long enough, never with what a doctor prescribes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_own import own_process_of
from myotwitch.course.changes_transition import transition_days
from myotwitch.course.experiment import Plan, random_order
from myotwitch.course.experiment_planning import Wish, make_plan
from myotwitch.course.experiment_power import power_of, simulated_counts
from myotwitch.course.experiment_substances import tryable, tryables
from myotwitch.course.experiment_text import entries_of, plan_code, plan_from_code, plan_text, plans_of
from myotwitch.diary import Diary, DiaryPerson, Illness, Note, Pregnancy, Symptom
from myotwitch.errors import RequestError, UnknownNameError
from myotwitch.substances import SUBSTANCES, Circumstance

BEGIN = date(2026, 3, 2)


def diary_days(rate: float = 8.0, length: int = 90, seed: int = 1) -> WatchedDays:
    bouts = np.random.default_rng(seed).poisson(rate, length).astype(float)
    return WatchedDays(first=date(2025, 12, 1), bouts=bouts, exposure_h=np.full(length, 12.0))


def caffeine(**wish: float | int) -> Plan:
    return make_plan("coffee", begin=BEGIN, seed=7, wish=Wish(**wish))  # type: ignore[arg-type]


def test_every_substance_that_is_not_in_the_table_is_refused_with_a_word_about_the_doctor() -> None:
    refused = [key for key in SUBSTANCES if key not in tryables()]
    assert {"sertraline", "alprazolam", "propranolol", "levothyroxine", "lithium", "prednisolone"} <= set(refused)
    for key in refused:
        with pytest.raises(RequestError, match="doctor"):
            make_plan(key, begin=BEGIN, seed=1)


def test_the_table_holds_three_things_that_everybody_may_leave_or_take() -> None:
    assert set(tryables()) == {"caffeine", "alcohol", "magnesium_supplement"}
    assert all(tried.cautions and tried.note for tried in tryables().values())


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        tryable("cofee beans")


def test_each_pair_has_one_period_with_and_one_without() -> None:
    for seed in range(30):
        order = random_order(5, np.random.default_rng(seed))
        assert all(order[place] != order[place + 1] for place in range(0, 10, 2))


def test_chance_decides_the_order_and_the_seed_repeats_it() -> None:
    orders = {make_plan("caffeine", begin=BEGIN, seed=seed, wish=Wish(pairs=4)).order for seed in range(40)}
    assert len(orders) > 8
    assert caffeine(pairs=4) == caffeine(pairs=4)


def test_periods_follow_one_another_and_count_when_the_body_is_through() -> None:
    plan = caffeine(pairs=3, period_days=8)
    assert plan.transition_days == 3
    assert plan.periods[0].first == BEGIN
    assert all((one.last - one.first).days == 7 and (one.counts_from - one.first).days == 3 for one in plan.periods)
    assert all((two.first - one.last).days == 1 for one, two in zip(plan.periods, plan.periods[1:], strict=False))
    assert plan.last == plan.periods[-1].last


def test_who_clears_more_slowly_gets_longer_transitions() -> None:
    assert transition_days("caffeine", [Circumstance.ORAL_CONTRACEPTIVE]) > transition_days("caffeine")
    assert transition_days("magnesium_supplement") == 14


@pytest.mark.parametrize("amount_mg", [None, 0.0, 300.0])
def test_magnesium_needs_an_amount_within_the_official_limit(amount_mg: float | None) -> None:
    with pytest.raises(RequestError, match="250 mg"):
        make_plan("magnesium", begin=BEGIN, seed=1, wish=Wish(amount_mg=amount_mg))


def test_periods_that_leave_nothing_to_count_are_refused() -> None:
    with pytest.raises(RequestError, match="leave nothing to count"):
        caffeine(period_days=3)


@pytest.mark.parametrize("wish", [{"ratio": 1.0}, {"pairs": 2}, {"pairs": 11}, {"period_days": 1}])
def test_a_wish_that_no_plan_fulfils_is_refused(wish: dict[str, int]) -> None:
    with pytest.raises(RequestError):
        caffeine(**wish)


def test_a_plan_is_read_back_from_its_line_and_one_that_was_altered_is_not() -> None:
    plan = make_plan("magnesium", begin=BEGIN, seed=9, wish=Wish(amount_mg=200.0, pairs=3))
    code = plan_code(plan)
    assert plan_from_code(f"something before. {code} and after") == plan
    for sign, other in (("+-", "-+"), ("-+", "+-")):
        altered = code.replace(f"order {sign}", f"order {other}")
        assert altered == code or plan_from_code(altered) is None
    assert plan_from_code("nothing of the kind") is None


def test_the_entries_are_notes_and_no_intakes_and_the_diary_gives_the_plan_back() -> None:
    plan = caffeine(pairs=3)
    entries = entries_of(plan, offset_h=1.0)
    assert all(isinstance(entry, Note) for entry in entries)
    assert len(entries) == 6 + 2
    assert entries[0].time.isoformat().startswith("2026-03-02T07:00:00+01:00")
    assert plans_of(Diary(entries=entries)) == (plan,)


def test_the_text_names_every_period_every_caution_and_the_prescribed_medicines() -> None:
    plan = make_plan("caffeine", begin=BEGIN, seed=2, days=diary_days(), wish=Wish(pairs=3))
    text = plan_text(plan)
    assert all(str(period.first) in text and str(period.last) in text for period in plan.periods)
    assert all(caution in text for caution in tryable("caffeine").cautions)
    assert "prescribed" in text
    assert "with 80%" in text


def test_the_document_holds_the_whole_plan() -> None:
    document = make_plan("caffeine", begin=BEGIN, seed=2, days=diary_days()).to_document()
    assert document["schema"] == "myotwitch.plan/1"
    assert [period["taken"] for period in document["periods"]].count(True) * 2 == len(document["periods"])
    assert document["power"]["detectable_ratio"] > 1


def test_a_diary_that_is_too_short_gives_no_power_but_says_what_it_needs() -> None:
    with pytest.raises(RequestError, match="14 days"):
        make_plan("caffeine", begin=BEGIN, seed=1, days=diary_days(length=9))


def test_more_pairs_show_smaller_ratios_and_fewer_bouts_only_larger_ones() -> None:
    def detectable(rate: float, pairs: int) -> float:
        power = make_plan(
            "caffeine", begin=BEGIN, seed=3, days=diary_days(rate), wish=Wish(pairs=pairs, period_days=8)
        ).power
        assert power is not None
        return power.detectable_ratio

    assert detectable(8.0, 8) < detectable(8.0, 3) < detectable(1.0, 3)


def test_the_plan_that_is_chosen_is_the_shortest_that_shows_the_ratio() -> None:
    large, small = (
        make_plan("caffeine", begin=BEGIN, seed=3, days=diary_days(), wish=Wish(ratio=ratio)) for ratio in (2.5, 1.5)
    )
    assert large.last <= small.last
    assert small.power is not None
    assert small.power.probability > 0.7


def test_the_power_told_beforehand_is_the_share_of_experiments_that_show_it() -> None:
    own = own_process_of(diary_days())
    plan = caffeine(pairs=4, period_days=8)
    is_taken = np.repeat(plan.order, 8)
    counts_day = np.tile(np.arange(8) >= 3, 8)
    nothing, _ = power_of(own, is_taken, counts_day, 1.0 + 1e-9, np.random.default_rng(1), 1500)
    assert nothing <= 0.035
    _, detectable = power_of(own, is_taken, counts_day, 1.4, np.random.default_rng(2), 1500)
    reached, _ = power_of(own, is_taken, counts_day, detectable, np.random.default_rng(3), 1500)
    assert reached == pytest.approx(0.8, abs=0.04)


def test_simulated_counts_have_the_rate_of_the_diary() -> None:
    own = own_process_of(diary_days(6.0, 200))
    counts, exposure = simulated_counts(own, np.zeros(40, dtype=bool), 0.0, np.random.default_rng(1), 2000)
    assert counts.mean() == pytest.approx(6.0, rel=0.05)
    assert (exposure == 12.0).all()


NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("substance", "diary"),
    [
        ("magnesium", Diary(entries=(Symptom(time=NOW, finding="kidney_disease"),))),
        ("alcohol", Diary(entries=(Illness(time=NOW, finding="alcohol_dependence"),))),
        ("caffeine", Diary(entries=(Pregnancy(time=NOW),))),
        ("caffeine", Diary(entries=(), person=DiaryPerson(birth_year=2012))),
    ],
)
def test_nobody_whose_diary_speaks_against_it_gets_a_plan(substance: str, diary: Diary) -> None:
    with pytest.raises(RequestError, match="doctor"):
        make_plan(substance, begin=BEGIN, seed=1, wish=Wish(amount_mg=200.0), diary=diary)


def test_what_is_over_or_was_denied_does_not_speak_against_it() -> None:
    entries = (
        Symptom(time=NOW, finding="kidney_disease", severity=0.0),
        Pregnancy(time=NOW),
        Pregnancy(time=NOW + timedelta(days=1), event="ended"),
    )
    diary = Diary(entries=entries, person=DiaryPerson(birth_year=1980))
    assert make_plan("magnesium", begin=BEGIN, seed=1, wish=Wish(amount_mg=200.0), diary=diary)
