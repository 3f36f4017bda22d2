"""The form of the course document (``myotwitch.course/1``), from which its JSON Schema is generated.

Nothing in the program reads documents through these types; they state the contract for those who do. Every entry is
present in every document; ``null`` means not known. Entries may be added without a new version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from myotwitch.course.document import SCHEMA_NAME
from myotwitch.course.drivers import Verdict
from myotwitch.twitches.document_schema import DIALECT, DocumentPart

Above0 = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Interval = Annotated[tuple[Above0, Above0], Field(description="95 % interval; always finite.")]


class FactorEntry(DocumentPart):
    """What one factor does to the rate of bouts."""

    factor: Annotated[
        str, Field(description="Substance, or stress, sleep, exercise, screen, illness, vaccination, cycle.")
    ]
    usual_dose: Annotated[
        Above0,
        Field(
            description="Median intake; 3 points of stress; 2 h less of sleep; 1 session; screen time of a usual day; "
            "being ill; days after a vaccination; days before a period."
        ),
    ]
    unit: Annotated[str | None, Field(description="Of the usual dose; null where no amount was written.")]
    rate_ratio: Annotated[
        Above0,
        Field(
            description="What the rate is multiplied by; of a substance at the peak of one usual dose in an empty body."
        ),
    ]
    interval: Interval
    p_value: Annotated[Share, Field(description="Before correction for the number of factors.")]
    q_value: Annotated[Share, Field(description="After it.")]
    verdict: Verdict
    attributable_share: Annotated[
        float, Field(le=1, description="Share of the bouts that would not be without it; negative: it prevents some.")
    ]
    detectable_ratio: Annotated[
        Above0, Field(description="Smallest ratio above 1 that such a diary calls raising in about 80 %.")
    ]
    days_to_see: Annotated[
        int | None,
        Field(
            ge=0,
            description="Watched days until one of 1.4 is called so in 80 % [d]; null: over ten years, or unknown.",
        ),
    ]
    follows_clock: Annotated[bool, Field(description="True: it cannot be told from the pattern of hours and weeks.")]
    text: Annotated[str, Field(description="The same in a sentence.")]


class ChangeEntry(DocumentPart):
    """A change of the rate that no known factor explains."""

    at: Annotated[Day, Field(description="Day on which the rate changed.")]
    at_interval: Annotated[tuple[Day, Day], Field(description="Days between which that was, 95 %.")]
    raised: Annotated[Day, Field(description="Day of the alarm.")]
    ratio: Annotated[Above0, Field(description="Rate after over rate before.")]
    interval: Interval
    false_alarms_per_year: Annotated[float, Field(ge=0)]


class InBodyEntry(DocumentPart):
    """How much of a substance is in the body."""

    substance: str
    at: Annotated[str, Field(description="The time at which that is so; ISO 8601 with offset.")]
    now: Annotated[float, Field(ge=0)]
    unit: str
    interval: Annotated[tuple[float, float], Field(description="Holds 95 % of people.")]
    gone_by: Annotated[str, Field(description="When hardly any is left; ISO 8601 with offset.")]


class CourseDocument(DocumentPart):
    """What ``myotwitch course --json`` prints."""

    schema_name: Annotated[Literal["myotwitch.course/1"], Field(alias="schema")]
    observed_hours: Annotated[float, Field(ge=0, description="Watched time [h].")]
    bouts: Annotated[int, Field(ge=0, description="Bouts in watched time.")]
    rate_per_hour: Annotated[float | None, Field(ge=0, description="Null where nothing was watched [1/h].")]
    factors: list[FactorEntry]
    inseparable: Annotated[list[list[str]], Field(description="Groups of factors that come together too often.")]
    changes: list[ChangeEntry]
    taken_back: Annotated[
        list[ChangeEntry],
        Field(description="Alarms of which the days since leave open whether the rate changed at all."),
    ]
    patterns: Annotated[
        dict[str, Any] | None,
        Field(description="Trend, bursts, hours, places, before and after; null: nothing watched."),
    ]
    in_body: list[InBodyEntry]


def course_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a course document; the same on every call and machine."""
    schema = CourseDocument.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}", **schema}
