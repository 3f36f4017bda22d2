"""What a scene may say of an activity: limits of every number, and what all classes share."""

from __future__ import annotations

import math
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, GetCoreSchemaHandler
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from myotwitch.twitches import Kind

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)
"""Nothing unknown, nothing infinite, no text for a number."""
CHECK = "scene_check"
"""Type of every fault found here: its message is a sentence already."""
LONGEST_S = 31 * 86_400.0
LARGEST_WRITTEN_OUT = 1e15


def refuse(message: str) -> None:
    """Raise the fault with this sentence."""
    raise PydanticCustomError(CHECK, "{sentence}", {"sentence": message})


def plain_number(value: float) -> str:
    """Return a number as a person writes it: whole ones with all their digits.

    Examples
    --------
    >>> [plain_number(value) for value in (4294967295, 0.25, 1e30)]
    ['4294967295', '0.25', '1e+30']
    """
    return f"{value:.0f}" if abs(value) < LARGEST_WRITTEN_OUT and value == round(value) else f"{value:g}"


@plain_dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """The claim that a number lies between two ends; stands in the annotation of a field.

    Parameters
    ----------
    low, high
        Smallest and largest value **[unit]**.
    unit
        In plain words; empty for a pure number.
    """

    low: float
    high: float
    unit: str = ""

    def check(self, value: float) -> float:
        """Return the value, or raise the fault that names what is allowed."""
        if not (math.isfinite(value) and self.low <= value <= self.high):
            given = f"{plain_number(value)} {self.unit}".strip()
            allowed = f"{plain_number(self.low)} to {plain_number(self.high)} {self.unit}".strip()
            refuse(f"{given} is not possible; allowed is {allowed}.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def checked(value: Any, inner: core_schema.ValidatorFunctionWrapHandler) -> Any:
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.check(value)  # first, so that 1e9 for a whole number is told its range
            return inner(value)

        return core_schema.no_info_wrap_validator_function(checked, handler(source))


Moment = Annotated[float, Within(low=0, high=LONGEST_S, unit="s")]
Span = Annotated[float, Within(low=0.01, high=LONGEST_S, unit="s")]
PerMinute = Annotated[float, Within(low=0.01, high=600, unit="per minute")]
PerHour = Annotated[float, Within(low=0.1, high=600, unit="per hour")]
RateHz = Annotated[float, Within(low=0.1, high=300, unit="Hz")]
Share = Annotated[float, Within(low=0, high=1)]
UnitCount = Annotated[int, Within(low=1, high=400, unit="units")]
FibreCount = Annotated[int, Within(low=1, high=40, unit="fibres")]


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Activity:
    """What is common to all classes of activity.

    Parameters
    ----------
    site
        Name of the site at which it happens; None where the scene has one site only.
    start_s, stop_s
        When it may happen **[s]**; `stop_s` None: to the end.
    bout_s, pause_s
        Mean length of bouts and of the quiet between them **[s]**; both None: it goes on throughout.
    nearest
        Whether its units are those that the electrodes see best, instead of any.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    is_of_fibres: ClassVar[bool] = False
    """True if single muscle fibres fire, which only a needle shows."""

    site: str | None = None
    start_s: Moment = 0.0
    stop_s: Moment | None = None
    bout_s: Span | None = None
    pause_s: Span | None = None
    nearest: bool = True

    def __post_init__(self) -> None:
        if self.stop_s is not None and self.stop_s <= self.start_s:
            refuse(f"it stops at {self.stop_s:g} s, before it starts at {self.start_s:g} s; exchange the two.")
        if (self.bout_s is None) != (self.pause_s is None):
            refuse("bout_s and pause_s go together; give both or neither.")

    @property
    def generator_count(self) -> int | None:
        """How many units or fibres fire; None where all units of the muscle may."""
        return None

    @property
    def true_kind(self) -> Kind:
        """What its discharges are called in the truth."""
        return self.kind
