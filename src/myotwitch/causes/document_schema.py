"""The form of the assessment document (``myotwitch.assessment/1``), from which its JSON Schema is generated.

Nothing in the program reads documents through these types; they state the contract for those who do. Every entry is
present in every document; ``null`` means not known. Entries may be added without a new version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from myotwitch.anatomy import SupplyKind
from myotwitch.case.findings import Asks
from myotwitch.causes.document import SCHEMA_NAME
from myotwitch.causes.pieces import EvidenceKind
from myotwitch.causes.vocabulary import CauseGroup, Urgency
from myotwitch.twitches.document_schema import DIALECT, DocumentPart

Probability = Annotated[float, Field(ge=0, le=1)]


class ReasonEntry(DocumentPart):
    """Why the urgency is what it is."""

    text: Annotated[str, Field(description="To the person.")]
    doctor_text: Annotated[str, Field(description="To the doctor.")]
    rule: Annotated[str, Field(description="Name of the rule, or what else in the ranking gave the advice.")]
    source: Annotated[str, Field(description="Where it comes from: citations, or the reasoning of a judgement.")]


class EvidenceEntry(DocumentPart):
    """What one piece of evidence does to one cause."""

    finding: Annotated[str, Field(description="Finding, substance or analyte; twitching:<place> for a twitching.")]
    kind: EvidenceKind
    label: Annotated[str, Field(description="The same in plain words.")]
    present: Annotated[bool, Field(description="False where it was denied.")]
    log_odds: Annotated[float, Field(description="Change of the cause's log odds; negative speaks against it.")]
    source: Annotated[str, Field(description="Where the number behind it comes from.")]


class CauseEntry(DocumentPart):
    """One cause of the ranking."""

    cause: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", description="Its name in the catalogue.")]
    name: Annotated[str, Field(description="The doctor's name of it.")]
    plain_name: Annotated[str, Field(description="The name that a person understands.")]
    icd10: Annotated[list[str], Field(description="ICD-10 codes, the main one first.")]
    group: CauseGroup
    feared: Annotated[
        bool, Field(description="True: its probability is never to be shown to a person as a bare percentage.")
    ]
    seriousness: Annotated[Urgency, Field(description="What it deserves once it is likely.")]
    probability: Annotated[Probability, Field(description="That it is active; causes need not sum to one.")]
    interval: Annotated[
        tuple[Probability, Probability], Field(description="Ends between which 95 % of the parameter draws lie.")
    ]
    evidence: Annotated[list[EvidenceEntry], Field(description="For and against, the strongest first.")]


class QuestionEntry(DocumentPart):
    """A question worth asking next."""

    finding: str
    question: Annotated[str, Field(description="In plain words.")]
    asks: Annotated[Asks, Field(description="Who can answer it.")]
    information_bits: Annotated[float, Field(ge=0, description="What an answer is expected to tell [bits].")]


class ChangeEntry(DocumentPart):
    """A finding that is not known and alone would raise the urgency."""

    finding: str
    label: str
    urgency: Urgency


class MeasuredEntry(DocumentPart):
    """What one recording adds."""

    file: str
    places: Annotated[list[str], Field(description="Places of the channels on which twitches were found.")]
    count: Annotated[int, Field(ge=0)]
    rate_per_min: Annotated[float | None, Field(ge=0, description="A minute of searched time [1/min].")]
    rate_per_min_interval: Annotated[
        tuple[float, float] | None, Field(description="Exact 95 % Poisson interval of the rate [1/min].")
    ]
    sources: Annotated[int | None, Field(ge=0, description="Motor units told apart; null where not sorted.")]
    smallest_detectable_uv: Annotated[
        float | None, Field(ge=0, description="Peak-to-peak amplitude that could have been seen [uV].")
    ]
    rate_per_min_ruled_out: Annotated[
        float | None,
        Field(ge=0, description="Smallest true rate that a recording without a twitch excludes, 95 % [1/min]."),
    ]


class SupplyEntry(DocumentPart):
    """A nerve or root that drives all the muscles that were named."""

    kind: SupplyKind
    key: Annotated[str, Field(description="Key of the nerve, or the root such as L5.")]
    name: Annotated[str, Field(description="The doctor's name of it.")]
    plain_name: Annotated[str, Field(description="The name that a person understands.")]


class HoursEntry(DocumentPart):
    """A time with the ends of its spread [h]."""

    value: Annotated[float, Field(ge=0)]
    low: Annotated[float, Field(ge=0)]
    high: Annotated[float, Field(ge=0)]


class ExposureEntry(DocumentPart):
    """When something that was taken, and plays a part in a cause of the list, will be gone."""

    substance: str
    name: Annotated[str, Field(description="Its name for a reader.")]
    gone_in_hours: Annotated[
        HoursEntry, Field(description="From now, or from the last intake where that was not told [h]; 0: gone.")
    ]
    outlasts: Annotated[
        bool, Field(description="True: the effect outlasts the substance; the time is that of the effect.")
    ]
    causes: Annotated[list[str], Field(description="Causes of the list in which it plays a part.")]


class AssessmentDocument(DocumentPart):
    """What ``myotwitch assess CASE --json`` prints."""

    schema_name: Annotated[Literal["myotwitch.assessment/1"], Field(alias="schema")]
    urgency: Urgency
    why: Annotated[list[ReasonEntry], Field(min_length=1)]
    undecided: Annotated[bool, Field(description="True where the evidence separates nothing: a result, no error.")]
    causes: Annotated[list[CauseEntry], Field(description="By probability, the highest first.")]
    ask_next: list[QuestionEntry]
    would_change: list[ChangeEntry]
    watch_for: Annotated[list[str], Field(description="Changes after which to see a doctor.")]
    what_helps: list[str]
    measured: Annotated[list[MeasuredEntry], Field(description="One entry a recording of the case.")]
    shared_supply: Annotated[list[SupplyEntry], Field(description="What drives all the muscles named, if anything.")]
    exposures: list[ExposureEntry]
    limits: Annotated[list[str], Field(description="What the answer does not know.")]


def assessment_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an assessment document; the same on every call and machine."""
    schema = AssessmentDocument.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}", **schema}
