"""The choices of inference and advice, read from ``settings.toml`` with the reasoning of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from myotwitch.causes.vocabulary import Urgency
from myotwitch.errors import TableError
from myotwitch.sources import Figure, figure_from_row, read_table

ROOM = "myotwitch.causes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """How evidence is counted; the reasoning of each figure stands in ``settings.toml``.

    Parameters
    ----------
    mistaken_yes, mistaken_no
        Probability that a finding which is not there is answered by yes, at most, and one which is there by no.
    mistaken_yes_root
        The same yes to a rare finding, over the root of the finding's share of people without its causes.
    repeated_descriptor
        Exponent of a description told of a further place.
    unreported_place
        Exponent of the silence about a place.
    many_places
        Exponent of widespread twitching that is only seen from the number of regions.
    measured_place, measured_arm, measured_leg
        Exponent of a twitch that a recording found where the person reported none: anywhere, in shoulder, arm or hand,
        in lower leg or foot.
    measured_many
        Exponent of widespread twitching that is only seen from the regions in which recordings found twitches.
    empty_recording
        Share of such an exponent with which a long recording without any twitch counts as a denial.
    empty_recording_seconds
        Time constant with which it reaches that weight **[s]**.
    supply_astray
        Probability that a muscle twitches by itself, beside those of the nerve or root that is hit.
    supply_ratio_limit
        Largest factor on the odds of a cause from which muscles twitch together.
    lab_ratio_limit
        Largest factor on the odds of a cause from one laboratory value.
    lab_halving_days
        Age at which a value tells half as much **[days]**.
    recent_days
        How long a substance counts as newly begun **[days]**.
    risk_ratio_limit
        Largest factor on the odds from all risk exposures together.
    follows_ratio, follows_spread
        Usual rate ratio of what twitching follows, and its standard deviation on the log scale.
    chance_spread_experiment, chance_spread_before_after, chance_spread_factors
        Standard deviation, on the log scale, of what else makes a rate seem to follow something, by how it is known.
    """

    mistaken_yes: float
    mistaken_yes_root: float
    mistaken_no: float
    repeated_descriptor: float
    unreported_place: float
    many_places: float
    measured_place: float
    measured_arm: float
    measured_leg: float
    measured_many: float
    empty_recording: float
    empty_recording_seconds: float
    supply_astray: float
    supply_ratio_limit: float
    lab_ratio_limit: float
    lab_halving_days: float
    recent_days: float
    risk_ratio_limit: float
    follows_ratio: float
    follows_spread: float
    chance_spread_experiment: float
    chance_spread_before_after: float
    chance_spread_factors: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """An advice that the ranking gives where causes of at least this seriousness reach this probability together.

    A cause counts only where it alone reaches `each`.
    """

    advice: Urgency
    seriousness: Urgency
    each: float
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """What of the answer is shown.

    Parameters
    ----------
    most_causes, least_probability
        How many causes are listed, and from which probability.
    undecided_below, alike_ratio
        When the evidence counts as not having separated anything.
    least_information_bits, most_questions
        Which questions are worth asking **[bits]**, and how many.
    serious_weight
        How much more a question counts that tells about an urgent cause.
    """

    most_causes: int
    least_probability: float
    undecided_below: float
    alike_ratio: float
    least_information_bits: float
    serious_weight: float
    most_questions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All choices together.

    Parameters
    ----------
    counting, steps, showing
        As they say.
    echo
        By finding, what an entry of the twitching can have said already: ``place:tongue``, ``characters:cramp``.
    """

    counting: Counting
    echo: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    showing: Showing


@cache
def load_settings() -> Settings:
    """Return the choices of ``settings.toml``.

    Raises
    ------
    TableError
        If one is missing, unknown or not a complete figure.
    """
    table = read_table(ROOM, "settings.toml")
    try:
        showing = _values(table["showing"], "showing")
        return Settings(
            counting=Counting(**_values(table["counting"], "counting")),
            echo=MappingProxyType({name: tuple(told) for name, told in table["echo"].items()}),
            steps=tuple(_step(row) for row in table["step"]),
            showing=Showing(
                most_causes=round(showing.pop("most_causes")),
                most_questions=round(showing.pop("most_questions")),
                **showing,
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"settings.toml of {ROOM} is incomplete: {error}.") from error


def settings_figures() -> tuple[Figure, ...]:
    """Return every figure of the settings, to be counted and listed with the others."""
    table = read_table(ROOM, "settings.toml")
    rows = [
        *table["counting"].values(),
        *table["showing"].values(),
        *(row[name] for row in table["step"] for name in ("each", "probability")),
    ]
    return tuple(figure_from_row(row, "1", "settings.toml") for row in rows)


def _values(rows: Mapping[str, Any], where: str) -> dict[str, float]:
    return {name: figure_from_row(row, "1", f"settings.toml [{where}] {name}").value for name, row in rows.items()}


def _step(row: Mapping[str, Any]) -> Step:
    return Step(
        advice=Urgency(row["advice"]),
        seriousness=Urgency(row["seriousness"]),
        each=figure_from_row(row["each"], "1", "settings.toml [[step]]").value,
        probability=figure_from_row(row["probability"], "1", "settings.toml [[step]]").value,
    )
