"""The form of the detection document (``myotwitch.detection/1``), from which its JSON Schema is generated.

Nothing in the program reads documents through these types; they state the contract for those who do. Every entry is
present in every document; ``null`` means not known. Entries may be added without a new version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from myotwitch.twitches.document import SCHEMA_NAME
from myotwitch.twitches.events import ExclusionReason
from myotwitch.twitches.kinds import Extent, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Seconds = Annotated[float, Field(ge=0)]
Above0 = Annotated[float, Field(gt=0)]


class DocumentPart(BaseModel):
    """A part of a document; entries that this version does not know may stand in it."""

    model_config = ConfigDict(extra="allow", frozen=True)


class ChannelEntry(DocumentPart):
    """A channel of the recording, and what became of it in the search."""

    name: Annotated[str, Field(description="Its name in the file; unique within the recording.")]
    place: Annotated[str | None, Field(description="Where it was recorded, in the contract's words.")]
    muscle: Annotated[str | None, Field(description="The muscle, where file or sidecar name it.")]
    side: Literal["left", "right", "both"] | None
    unit: Annotated[Literal["uV"] | None, Field(description="uV, or null where the scale is unknown.")]
    sampling_rate_hz: Annotated[Above0, Field(description="Samples a second [Hz].")]
    usable: Annotated[bool, Field(description="True if it was searched at all.")]
    noise_uv: Annotated[
        float | None, Field(ge=0, description="Robust standard deviation of its filtered background [uV].")
    ]
    problem: Annotated[str | None, Field(description="Why it was not searched, or what limits it, in a sentence.")]


class RecordingEntry(DocumentPart):
    """The recording that was searched."""

    file: Annotated[str, Field(description="The file as the user named it.")]
    duration_s: Annotated[Seconds, Field(description="From the first to after the last sample, gaps included [s].")]
    sampling_rate_hz: Annotated[Above0, Field(description="The highest rate of its channels [Hz].")]
    channels: Annotated[list[ChannelEntry], Field(min_length=1)]


class ExcludedEntry(DocumentPart):
    """A stretch of some channels that was not searched, and why."""

    start_s: Annotated[Seconds, Field(description="Its start, from the recording's start [s].")]
    stop_s: Annotated[Seconds, Field(description="Its end, from the recording's start [s].")]
    channels: Annotated[list[str], Field(min_length=1, description="Names of the channels not searched in it.")]
    reason: ExclusionReason


class TwitchEntry(DocumentPart):
    """One discharge."""

    onset_s: Annotated[Seconds, Field(description="Onset, from the recording's start [s].")]
    duration_s: Annotated[Above0, Field(description="From onset to end [s].")]
    peak_to_peak_uv: Annotated[
        float | None, Field(ge=0, description="On its peak channel [uV]; null where that channel's scale is unknown.")
    ]
    peak_to_noise: Annotated[
        float | None, Field(ge=0, description="Largest deflection over the noise of its peak channel [1].")
    ]
    channels: Annotated[list[str], Field(min_length=1, description="Names of the channels on which it was seen.")]
    peak_channel: Annotated[str, Field(description="The one on which it stood out most.")]
    kind: Kind
    extent: Extent
    source: Annotated[
        int | None, Field(ge=0, description="Number of the motor unit it was sorted to; null where not sorted.")
    ]
    burst: Annotated[
        int | None, Field(ge=0, description="Number shared by the discharges of one burst; null where it is in none.")
    ]
    isolated: Annotated[bool, Field(description="True if no other discharge lies within 250 ms.")]
    confidence: Annotated[
        float | None, Field(ge=0, le=1, description="Calibrated probability of a twitch; null where not calibrated.")
    ]
    naming: Annotated[int | None, Field(ge=0, description="Why it is of its kind: a place in `namings`.")]


class NamingEntry(DocumentPart):
    """A name with the rule that gave it."""

    kind: Kind
    rule: Annotated[str, Field(description="What had to be true, in words.")]
    figures: Annotated[dict[str, float | None], Field(description="What was measured; units are in the names.")]
    sources: Annotated[list[str], Field(description="Texts that the rule rests on; none for a judgement.")]


class SourceEntry(DocumentPart):
    """A motor unit or another generator of like potentials."""

    source: Annotated[int, Field(ge=0)]
    kind: Annotated[Kind, Field(description="Of most of its discharges.")]
    peak_channel: str
    figures: Annotated[
        dict[str, float | None],
        Field(description="How it fires and what its mean potential measures; units are in the names."),
    ]


class PairEntry(DocumentPart):
    """Two sources that fire within 25 ms of one another more often than chance gives."""

    first: Annotated[int, Field(ge=0)]
    second: Annotated[int, Field(ge=0)]
    observed: Annotated[int, Field(ge=0)]
    expected: Annotated[float, Field(ge=0)]


class CourseEntry(DocumentPart):
    """A window of the recording."""

    start_s: Seconds
    stop_s: Seconds
    analysed_s: Annotated[Seconds, Field(description="How much of it was searched [s].")]
    count: Annotated[int, Field(ge=0, description="Discharges in it.")]


class SummaryEntry(DocumentPart):
    """What all discharges together say."""

    count: Annotated[int, Field(ge=0)]
    rate_per_min: Annotated[float | None, Field(ge=0, description="A minute of searched time [1/min].")]
    rate_per_min_interval: Annotated[
        tuple[float, float] | None, Field(description="95 % interval of the rate, clusters allowed for [1/min].")
    ]
    sources: Annotated[int | None, Field(ge=0, description="Motor units told apart; null where not sorted.")]
    smallest_detectable_uv: Annotated[
        float | None, Field(ge=0, description="Peak-to-peak amplitude that could have been seen [uV].")
    ]
    rate_per_min_ruled_out: Annotated[
        float | None,
        Field(ge=0, description="Smallest true rate that a recording without a twitch excludes, 95 % [1/min]."),
    ]
    dispersion: Annotated[float, Field(ge=1, description="Variance over mean of counts in short windows [1].")]


class DetectionDocument(DocumentPart):
    """What ``myotwitch detect RECORDING --json`` prints for one recording."""

    schema_name: Annotated[Literal["myotwitch.detection/1"], Field(alias="schema")]
    recording: RecordingEntry
    detector: Annotated[str, Field(description="The detector and what it was set to.")]
    analysed_s: Annotated[Seconds, Field(description="Time in which at least one channel was searched [s].")]
    excluded: list[ExcludedEntry]
    twitches: Annotated[list[TwitchEntry], Field(description="In order of onset.")]
    namings: list[NamingEntry]
    sources: list[SourceEntry]
    sources_together: list[PairEntry]
    course: Annotated[list[CourseEntry], Field(description="Windows of a minute or longer, at most 60.")]
    summary: SummaryEntry
    notes: Annotated[list[str], Field(description="What reader and detector had to say, in sentences.")]


def detection_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a detection document; the same on every call and machine."""
    schema = DetectionDocument.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}", **schema}
