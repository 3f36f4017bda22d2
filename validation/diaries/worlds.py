"""The worlds in which simulated people live: how their bouts come, what they take, and for how long they watch.

Independent of the program: no figure and no law is read from it. The worlds of `TUNING` are those on which the method
was chosen; those of `REPORTED` differ from them in seeds and in parameters, and nothing was chosen on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How a person takes one substance.

    Parameters
    ----------
    dose
        Usual dose **[unit]**.
    unit
        Unit in which it is written.
    a_day
        Mean number of doses on a day on which any are taken.
    days
        Share of the days on which it is taken.
    hours
        Ends of the hours of the clock at which doses are taken **[h]**.
    half_life_h
        Of the population **[h]**; 0 for alcohol, which has a law of its own.
    absorption_per_h
        Rate of absorption **[1/h]**; infinite where it is in the blood at once.
    """

    dose: float
    unit: str
    a_day: float
    days: float
    hours: tuple[float, float]
    half_life_h: float
    absorption_per_h: float


@dataclass(frozen=True, kw_only=True, slots=True)
class More:
    """What a person writes besides, and how things go of which that is.

    Parameters
    ----------
    cycle_days, cycle_sd_between, cycle_sd_within
        Length of a cycle, how it scatters between people, and between the cycles of one **[d]**.
    periods_written
        Share of the beginnings of periods that are written.
    screen_days, screens_a_day, screen_min
        Share of the days with time before a screen, mean number of stretches on these, median length **[min]**.
    illnesses, illness_days, illness_log_sd
        Mean number in 100 days, median length **[d]**, and standard deviation of its log.
    ends_written
        Share of the ends of illnesses that are written.
    vaccinations
        Mean number in 100 days.
    """

    cycle_days: float
    cycle_sd_between: float
    cycle_sd_within: float
    periods_written: float
    screen_days: float
    screens_a_day: float
    screen_min: float
    illnesses: float
    illness_days: float
    illness_log_sd: float
    ends_written: float
    vaccinations: float


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """How bouts come in one kind of person.

    Parameters
    ----------
    days
        Length of the diary **[d]**.
    bouts_per_hour
        Rate without any factor **[1/h]**.
    daily_swing
        Amplitude of the pattern over the hours of the day, on the log rate.
    trend
        Change of the log rate over the whole diary.
    drift_sd, drift_hours
        Standard deviation of a latent Ornstein-Uhlenbeck process on the log rate, and its time constant **[h]**.
    second_drift_sd, second_drift_hours
        Another, slower one.
    shape
        Shape of the gamma variable with mean 1 that multiplies each hour's rate; None: Poisson.
    branching, branching_hours
        Mean number of bouts that each sets off, and the mean delay **[h]**.
    is_confounded
        Poor sleep leads to coffee, stress to alcohol and magnesium.
    elimination
        Ends between which the person's rate of elimination lies, over the population's (log-uniform).
    watched
        Share of the waking hours that is watched.
    watching_follows
        Change of the log odds of watching for one more of the log rate.
    block_hours
        Length of a watched stretch **[h]**.
    effect
        Ends of the size of a true effect on the log rate of a usual dose.
    harmless
        Share of the factors that do nothing.
    habits
        What may be taken.
    taken
        Number of the habits that a person has.
    more
        What is written besides; None: nothing.
    """

    days: int = 120
    bouts_per_hour: float = 0.5
    daily_swing: float = 0.4
    trend: float = 0.0
    drift_sd: float = 0.0
    drift_hours: float = 12.0
    second_drift_sd: float = 0.0
    second_drift_hours: float = 200.0
    shape: float | None = None
    branching: float = 0.0
    branching_hours: float = 1.0
    is_confounded: bool = False
    elimination: tuple[float, float] = (1.0, 1.0)
    watched: float = 1.0
    watching_follows: float = 0.0
    block_hours: float = 1.0
    effect: tuple[float, float] = (0.2, 0.6)
    harmless: float = 0.5
    habits: Mapping[str, Habit] = field(default_factory=dict)
    taken: int = 4
    more: More | None = None


_TUNING_HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "caffeine": Habit(
            dose=95, unit="mg", a_day=2.5, days=0.85, hours=(6.5, 17), half_life_h=5.0, absorption_per_h=4.0
        ),
        "alcohol": Habit(dose=14, unit="g", a_day=2.0, days=0.4, hours=(18, 23), half_life_h=0.0, absorption_per_h=2.0),
        "nicotine": Habit(
            dose=1, unit="mg", a_day=6, days=0.8, hours=(7, 23), half_life_h=2.0, absorption_per_h=float("inf")
        ),
        "magnesium_supplement": Habit(
            dose=300, unit="mg", a_day=1.2, days=0.5, hours=(7, 22), half_life_h=12.0, absorption_per_h=0.6
        ),
        "salbutamol": Habit(
            dose=200, unit="ug", a_day=1.5, days=0.3, hours=(7, 23), half_life_h=4.6, absorption_per_h=6.0
        ),
    }
)

_REPORTED_HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "caffeine": Habit(
            dose=80, unit="mg", a_day=3.2, days=0.9, hours=(7, 20), half_life_h=5.5, absorption_per_h=3.0
        ),
        "alcohol": Habit(
            dose=12, unit="g", a_day=2.6, days=0.3, hours=(17, 23.5), half_life_h=0.0, absorption_per_h=1.5
        ),
        "nicotine": Habit(
            dose=1.2, unit="mg", a_day=9, days=0.7, hours=(7, 23), half_life_h=1.8, absorption_per_h=float("inf")
        ),
        "magnesium_supplement": Habit(
            dose=250, unit="mg", a_day=1.0, days=0.6, hours=(8, 23), half_life_h=9.0, absorption_per_h=0.8
        ),
        "pseudoephedrine": Habit(
            dose=60, unit="mg", a_day=1.8, days=0.25, hours=(7, 22), half_life_h=5.8, absorption_per_h=1.5
        ),
    }
)

_TUNING_MORE = More(
    cycle_days=28.5, cycle_sd_between=2.5, cycle_sd_within=2.5, periods_written=0.95,
    screen_days=0.85, screens_a_day=2.0, screen_min=60.0,
    illnesses=2.0, illness_days=6.0, illness_log_sd=0.5, ends_written=0.6, vaccinations=0.8,
)  # fmt: skip
_REPORTED_MORE = More(
    cycle_days=29.5, cycle_sd_between=3.0, cycle_sd_within=3.0, periods_written=0.9,
    screen_days=0.9, screens_a_day=3.0, screen_min=75.0,
    illnesses=1.7, illness_days=7.0, illness_log_sd=0.6, ends_written=0.7, vaccinations=0.7,
)  # fmt: skip

_PLAIN = World(habits=_TUNING_HABITS)
_DRIFTING = replace(_PLAIN, drift_sd=0.7)

TUNING: Mapping[str, World] = MappingProxyType(
    {
        "poisson": _PLAIN,
        "overdispersed": replace(_PLAIN, shape=1.5),
        "drifting": _DRIFTING,
        "slow drift": replace(_PLAIN, drift_sd=0.6, drift_hours=48.0, second_drift_sd=0.4),
        "clustered": replace(_PLAIN, bouts_per_hour=0.3, branching=0.45, drift_sd=0.3),
        "clustered alone": replace(_PLAIN, bouts_per_hour=0.25, branching=0.5, branching_hours=0.7),
        "fast drift": replace(_DRIFTING, drift_hours=3.0),
        "confounded": replace(_DRIFTING, is_confounded=True, drift_sd=0.5),
        "elimination": replace(_DRIFTING, elimination=(0.4, 2.5)),
        "unlogged": replace(_DRIFTING, watched=0.6),
        "watched when it twitches": replace(_DRIFTING, watched=0.6, watching_follows=0.8),
        "trend": replace(_DRIFTING, trend=1.0, drift_sd=0.5),
        "few bouts": replace(_DRIFTING, bouts_per_hour=0.06, drift_sd=0.5),
        "short": replace(_DRIFTING, days=60),
        "long": replace(_DRIFTING, days=180, elimination=(0.5, 2.0)),
        "more written": replace(_DRIFTING, more=_TUNING_MORE, taken=2),
    }
)

_REPORTED = World(
    habits=_REPORTED_HABITS, days=100, bouts_per_hour=0.4, daily_swing=0.6, effect=(0.25, 0.5), block_hours=2.0
)
_REPORTED_DRIFTING = replace(_REPORTED, drift_sd=0.75, drift_hours=9.0)

REPORTED: Mapping[str, World] = MappingProxyType(
    {
        "poisson": _REPORTED,
        "overdispersed": replace(_REPORTED, shape=1.0, block_hours=1.0),
        "drifting": _REPORTED_DRIFTING,
        "slow drift": replace(_REPORTED, drift_sd=0.5, drift_hours=72.0, second_drift_sd=0.5, second_drift_hours=400.0),
        "clustered": replace(_REPORTED, bouts_per_hour=0.25, branching=0.55, branching_hours=0.5),
        "confounded": replace(_REPORTED_DRIFTING, is_confounded=True, drift_sd=0.6),
        "elimination": replace(_REPORTED_DRIFTING, elimination=(0.4, 2.5), drift_sd=0.6),
        "unlogged": replace(_REPORTED_DRIFTING, watched=0.6, block_hours=1.0),
        "watched when it twitches": replace(_REPORTED_DRIFTING, watched=0.6, watching_follows=1.0),
        "trend": replace(_REPORTED_DRIFTING, trend=-0.8),
        "few bouts": replace(_REPORTED_DRIFTING, bouts_per_hour=0.05, days=150),
        "short": replace(_REPORTED_DRIFTING, days=60),
        "long": replace(_REPORTED_DRIFTING, days=180, elimination=(0.45, 2.2)),
        "more written": replace(_REPORTED_DRIFTING, more=_REPORTED_MORE, taken=3, days=150),
        "more written, slow drift": replace(
            _REPORTED,
            drift_sd=0.5,
            drift_hours=72.0,
            second_drift_sd=0.5,
            second_drift_hours=400.0,
            more=_REPORTED_MORE,
            taken=3,
            days=150,
        ),
    }
)
