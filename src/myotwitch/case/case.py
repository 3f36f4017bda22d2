"""Case: what is known of a person's twitching, in the types of the contract.

A value that exists is valid: names are of the catalogues, numbers lie in possible ranges, entries do not contradict one
another. What is not said is None: unknown, not absent.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from myotwitch.anatomy import PLACES, SIDES
from myotwitch.case.analytes import ANALYTES, to_catalogue_unit
from myotwitch.case.checks import (
    Within,
    check_analyte,
    check_factor,
    check_finding,
    check_free_text,
    check_muscle,
    check_place,
    check_relative_path,
    check_side,
    check_substance,
    place_of_muscle,
    plain_number,
    refuse,
)
from myotwitch.case.findings import FINDINGS
from myotwitch.case.rules import LONGEST_LIST, broken_rules
from myotwitch.case.vocabulary import HABITS, Character, KnownBy, Sex, Trend, When
from myotwitch.language import _, later
from myotwitch.substances import SUBSTANCES

SCHEMA_NAME: Literal["myotwitch.case/1"] = "myotwitch.case/1"

OLDEST_YEARS = 120.0
_LONGEST_DAYS = 44_000.0  # 120 years

Years = Annotated[float, Within(low=0.0, high=OLDEST_YEARS, unit=later("years"))]
Days = Annotated[float, Within(low=0.0, high=_LONGEST_DAYS, unit=later("days"))]
Hours = Annotated[float, Within(low=0.0, high=_LONGEST_DAYS * 24, unit=later("hours"))]
Seconds = Annotated[float, Within(low=0.0, high=31_622_400.0, unit=later("seconds"))]
PerDay = Annotated[float, Within(low=0.0, high=100_000.0, unit=later("times a day"))]
Kilograms = Annotated[float, Within(low=0.3, high=700.0, unit="kg")]
Milligrams = Annotated[float, Within(low=0.0001, high=2_000_000.0, unit="mg")]
Ratio = Annotated[float, Within(low=1e-6, high=1e6, unit="")]
LabNumber = Annotated[float, Within(low=0.0, high=1e12, unit="")]

Place = Annotated[str, AfterValidator(check_place), WithJsonSchema({"type": "string", "enum": list(PLACES)})]
Side = Annotated[str, AfterValidator(check_side), WithJsonSchema({"type": "string", "enum": list(SIDES)})]
MuscleName = Annotated[str, AfterValidator(check_muscle)]
FindingName = Annotated[
    str,
    AfterValidator(check_finding),
    WithJsonSchema({"type": "string", "anyOf": [{"enum": list(FINDINGS)}, {"pattern": "^HP:[0-9]{7}$"}]}),
]
SubstanceName = Annotated[
    str, AfterValidator(check_substance), WithJsonSchema({"type": "string", "examples": list(SUBSTANCES)})
]
FactorName = Annotated[
    str, AfterValidator(check_factor), WithJsonSchema({"type": "string", "examples": [*HABITS, "caffeine"]})
]
AnalyteName = Annotated[str, AfterValidator(check_analyte), WithJsonSchema({"type": "string", "enum": list(ANALYTES)})]
NoteText = Annotated[str, Field(max_length=2000), AfterValidator(check_free_text)]
RelativePath = Annotated[str, AfterValidator(check_relative_path)]


class _Part(BaseModel):
    # Strict: "34" is not 34 and 1 is not true. A file that means something else than it says is refused.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Person(_Part):
    """The person who twitches.

    A person of any sex may be pregnant: `sex` is what laboratory ranges go by.
    """

    age_years: Years = Field(description="Age [years], 0 to 120; parts of a year for infants.")
    sex: Sex = Field(default=Sex.UNKNOWN, strict=False, description="Sex, as laboratory ranges go by it.")
    pregnant: bool | None = Field(default=None, description="Whether the person is pregnant; null where not known.")
    weight_kg: Kilograms | None = Field(default=None, description="Body weight [kg].")


class TwitchingPlace(_Part):
    """Twitching at one place of the body, as the person notices it."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["place"]}, {"required": ["muscle"]}]})

    place: Place | None = Field(
        default=None, description="Where it twitches; a muscle given without a place brings its own."
    )
    muscle: MuscleName | None = Field(
        default=None, description="The muscle that twitches, by any name of the muscle catalogue; kept as its key."
    )
    side: Side | None = Field(default=None, description="Side of the body.")
    since_days: Days | None = Field(default=None, description="How long ago it began [days].")
    bout_seconds: Seconds | None = Field(default=None, description="Typical length of one bout [s]; 0 for an instant.")
    bouts_per_day: PerDay | None = Field(default=None, description="Typical number of bouts a day.")
    character: Character | None = Field(default=None, strict=False, description="How the movement looks or feels.")
    when: tuple[Annotated[When, Field(strict=False)], ...] = Field(
        default=(),
        strict=False,
        max_length=len(When),
        description="Circumstances in which it twitches; empty: not known.",
    )
    painful: bool | None = Field(default=None, description="Whether the twitching itself hurts.")
    visible: bool | None = Field(default=None, description="Whether it can be seen.")
    trend: Trend | None = Field(default=None, strict=False, description="How it has changed since it began.")

    @model_validator(mode="before")
    @classmethod
    def _place_from_muscle(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("place") is None and isinstance(data.get("muscle"), str):
            place = place_of_muscle(data["muscle"])
            return {**data, "place": place} if place is not None else data
        return data


class FindingState(_Part):
    """A symptom, sign, trigger, test or part of the history that is present, or that was asked for and is absent."""

    finding: FindingName = Field(description="Name of the finding, or its HPO identifier; kept as its name.")
    present: bool = Field(description="True: it is there. False: it was looked for and is not there.")
    since_days: Days | None = Field(default=None, description="For how long it has been present [days].")


class Exposure(_Part):
    """Something that the person takes, took, or says not to take."""

    substance: SubstanceName = Field(description="Substance, by any name of the substance catalogue; kept as its key.")
    taken: bool | None = Field(
        default=None, description="False: said not to be taken. Not given: taken, unless `stopped_days_ago` is given."
    )
    amount_mg: Milligrams | None = Field(default=None, description="Usual amount at one time [mg].")
    times_per_day: PerDay | None = Field(default=None, description="How often a day this amount is taken.")
    last_hours_ago: Hours | None = Field(default=None, description="Time since it was last taken [h].")
    since_days: Days | None = Field(
        default=None, description="Time since it was begun, or the dose last raised [days]."
    )
    stopped_days_ago: Days | None = Field(default=None, description="Time since it was stopped [days].")

    @property
    def is_taken(self) -> bool:
        """True if it is being taken: neither denied nor stopped."""
        return self.taken is not False and self.stopped_days_ago is None

    @property
    def daily_amount_mg(self) -> float | None:
        """Amount a day [mg]; the single amount where it is not said how often; None where no amount is given."""
        if self.amount_mg is None:
            return None
        return self.amount_mg if self.times_per_day is None else self.amount_mg * self.times_per_day


class LabValue(_Part):
    """A laboratory value with its unit."""

    analyte: AnalyteName = Field(description="Name of the analyte catalogue.")
    value: LabNumber = Field(description="The value, in `unit`.")
    unit: str = Field(max_length=20, description="Its unit: one that the analyte catalogue accepts for this analyte.")
    days_ago: Days | None = Field(default=None, description="How long ago the sample was taken [days].")

    @property
    def in_catalogue_unit(self) -> float:
        """The value in the unit of the analyte's catalogue row."""
        return to_catalogue_unit(self.analyte, self.value, self.unit)


class OwnEffect(_Part):
    """What this person's own diary shows that something does to the rate of the twitching."""

    factor: FactorName = Field(description="A substance, by any of its names, or a habit or state.")
    rate_ratio: Ratio = Field(description="What the rate is multiplied by: a usual dose, more of it, less sleep.")
    low: Ratio = Field(description="Lower end of the 95 % interval.")
    high: Ratio = Field(description="Upper end of the 95 % interval.")
    known_by: Annotated[KnownBy, Field(strict=False)] = Field(
        default=KnownBy.FACTORS, description="How it is known, best first: by chance, by a change, by the diary."
    )

    @model_validator(mode="after")
    def _is_within(self) -> Self:
        if not self.low <= self.rate_ratio <= self.high:
            refuse(
                _("The rate ratio {ratio} lies outside its own interval, {low} to {high}.").format(
                    ratio=plain_number(self.rate_ratio), low=plain_number(self.low), high=plain_number(self.high)
                )
            )
        return self


class RecordingReference(_Part):
    """A recording of the twitching, beside the case file."""

    file: RelativePath = Field(max_length=1000, description="Path relative to the case file, inside its folder.")
    place: Place | None = Field(default=None, description="Where it was recorded.")
    muscle: MuscleName | None = Field(default=None, description="The muscle recorded from; kept as its key.")
    side: Side | None = Field(default=None, description="Side of the body.")


class Case(_Part):
    """What is known of a person's twitching.

    At least one of `twitching` and `recordings` has an entry.
    """

    model_config = ConfigDict(
        title=SCHEMA_NAME,
        serialize_by_alias=True,
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"minItems": 1}}} for name in ("twitching", "recordings")
            ]
        },
    )

    schema_name: Literal["myotwitch.case/1"] = Field(
        default=SCHEMA_NAME, alias="schema", description="Name and version of this form."
    )
    person: Person = Field(description="The person who twitches.")
    twitching: tuple[TwitchingPlace, ...] = Field(
        default=(), strict=False, max_length=LONGEST_LIST, description="What twitches: one entry a place."
    )
    findings: tuple[FindingState, ...] = Field(
        default=(),
        strict=False,
        max_length=LONGEST_LIST,
        description="Accompanying symptoms, signs, history and tests.",
    )
    exposures: tuple[Exposure, ...] = Field(
        default=(), strict=False, max_length=LONGEST_LIST, description="What was taken, stopped, or is not taken."
    )
    labs: tuple[LabValue, ...] = Field(
        default=(), strict=False, max_length=LONGEST_LIST, description="Laboratory values."
    )
    own_effects: tuple[OwnEffect, ...] = Field(
        default=(),
        strict=False,
        max_length=LONGEST_LIST,
        description="What this person's own diary shows to raise or lower the rate, or to leave it as it is.",
    )
    notes: tuple[NoteText, ...] = Field(
        default=(),
        strict=False,
        max_length=LONGEST_LIST,
        description="What is known besides, in plain sentences; shown, but not reasoned with.",
    )
    recordings: tuple[RecordingReference, ...] = Field(
        default=(), strict=False, max_length=LONGEST_LIST, description="Measured twitching."
    )

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        broken = [message for _, message in broken_rules(self.to_document())]
        if broken:
            refuse(" ".join(broken))
        return self

    def to_document(self) -> dict[str, Any]:
        """Return the case as plain JSON values, without what is not known."""
        return _without_empty_lists(self.model_dump(mode="json", exclude_none=True))

    def finding_state(self, finding: str) -> bool | None:
        """Return True if the finding is present, False if it is absent, None if nothing is said about it."""
        return next((state.present for state in self.findings if state.finding == finding), None)


def _without_empty_lists(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without lists that say nothing, also inside its entries."""
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, list) and value:
            kept[name] = [_without_empty_lists(entry) if isinstance(entry, dict) else entry for entry in value]
        elif not isinstance(value, list):
            kept[name] = value
    return kept
