"""The entries of a diary: what happened when, in the types and words of the contract.

An entry that exists is valid. Times keep the offset from UTC at which they were written, so that an evening stays an
evening wherever the person travels; computations use `hours`, which knows no zones.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from myotwitch.case.analytes import to_catalogue_unit
from myotwitch.case.case import AnalyteName, FindingName, LabNumber, MuscleName, NoteText, Place, Side, SubstanceName
from myotwitch.case.checks import Within, place_of_muscle, refuse
from myotwitch.case.vocabulary import Character, When
from myotwitch.diary.amounts import check_amount, milligrams
from myotwitch.diary.times import check_time, hours_of, local_text
from myotwitch.errors import RequestError
from myotwitch.language import _, later

Time = Annotated[datetime, BeforeValidator(check_time)]
Key = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Level = Annotated[float, Within(low=0.0, high=10.0, unit=later("on the scale from 0 to 10"))]
Minutes = Annotated[float, Within(low=0.0, high=40_320.0, unit=later("minutes"))]
Amount = Annotated[float, Within(low=0.0, high=2_000_000.0, unit="")]
Seconds = Annotated[float, Within(low=0.0, high=31_622_400.0, unit=later("seconds"))]
BoutCount = Annotated[int, Field(ge=1, le=100_000)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Change = Literal["began", "ended"]


def new_key() -> str:
    """Return a key that no other entry has."""
    return uuid.uuid4().hex


def fingerprint_of(said: str) -> str:
    """Return the digest of what an entry says."""
    return hashlib.sha256(said.encode()).hexdigest()


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    key: Key = Field(default_factory=new_key, description="What names this entry for ever.")
    time: Time = Field(description="When it happened, with the offset from UTC.")
    text: NoteText | None = Field(default=None, description="What the person says about it.")

    @property
    def hours(self) -> float:
        """Hours from the beginning of 1970, UTC, to `time`."""
        return hours_of(self.time)

    def to_document(self) -> dict[str, Any]:
        """Return the entry as plain JSON values, without what is not known."""
        document = self.model_dump(mode="json", exclude_none=True)
        document["time"] = local_text(self.time)
        return document

    @property
    def said(self) -> str:
        """What the entry says, without its key, as one JSON text: the same for entries that say the same."""
        document = self.to_document()
        del document["key"]
        return json.dumps(document, sort_keys=True)

    @property
    def fingerprint(self) -> str:
        """A digest of what the entry says: two entries that say the same have the same one, whatever their keys."""
        return fingerprint_of(self.said)


class Bout(_Entry):
    """Twitching that was noticed: one bout, or `count` of them at about the same time."""

    kind: Literal["bout"] = "bout"
    place: Place | None = Field(default=None, description="Where it twitched.")
    muscle: MuscleName | None = Field(default=None, description="The muscle; kept as its key.")
    side: Side | None = None
    count: BoutCount = Field(default=1, description="Bouts that this entry stands for.")
    duration_s: Seconds | None = Field(default=None, description="How long it lasted [s].")
    strength: Level | None = Field(default=None, description="How strong, from 0 to 10.")
    painful: bool | None = None
    character: Character | None = Field(default=None, strict=False)
    when: When | None = Field(default=None, strict=False, description="What the person did when it came.")

    @model_validator(mode="before")
    @classmethod
    def _place_from_muscle(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("place") is None and isinstance(data.get("muscle"), str):
            return {**data, "place": place_of_muscle(data["muscle"])}
        return data


class CheckIn(_Entry):
    """The stretch that ends at `time` was watched: every bout in it is logged. Other hours are unknown, not zero."""

    kind: Literal["check_in"] = "check_in"
    duration_min: Minutes = Field(description="Length of the stretch [min].")


class Intake(_Entry):
    """Something taken."""

    kind: Literal["intake"] = "intake"
    substance: SubstanceName
    amount: Amount | None = Field(default=None, description="How much, in `unit`; None where it is not known.")
    unit: Annotated[str, Field(max_length=10)] | None = Field(default=None, description="mg, g, ug, ml or unit.")

    @model_validator(mode="after")
    def _amount_has_a_unit(self) -> Self:
        check_amount(self.amount, self.unit)
        return self

    @property
    def amount_mg(self) -> float | None:
        """The amount [mg]; None where it is not known, or its unit is no mass."""
        return milligrams(self.substance, self.amount, self.unit)


class Schedule(_Entry):
    """A substance taken by plan, from `time` until `until` or for good; each dose is an intake."""

    kind: Literal["schedule"] = "schedule"
    substance: SubstanceName
    amount: Amount | None = None
    unit: Annotated[str, Field(max_length=10)] | None = None
    at: Annotated[tuple[Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")], ...], Field(min_length=1)] = (
        Field(strict=False, max_length=24, description="Times of the day, such as 08:00.")
    )
    every_days: Annotated[int, Field(ge=1, le=366)] = Field(default=1, description="1: every day.")
    until: Time | None = Field(default=None, description="When it was stopped; None: it goes on.")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.until is not None and self.until < self.time:
            refuse(
                _("It ends at {time}, before it begins at {time_2}.").format(
                    time=local_text(self.until), time_2=local_text(self.time)
                )
            )
        check_amount(self.amount, self.unit)
        return self

    @property
    def amount_mg(self) -> float | None:
        """The amount of one dose [mg]; None where it is not known, or its unit is no mass."""
        return milligrams(self.substance, self.amount, self.unit)


class Sleep(_Entry):
    """Sleep that began at `time`."""

    kind: Literal["sleep"] = "sleep"
    duration_min: Minutes = Field(description="Asleep for so long [min].")
    to_bed: Time | None = Field(default=None, description="When the person lay down.")

    @property
    def awake(self) -> datetime:
        """When it ended."""
        return self.time + timedelta(minutes=self.duration_min)


class Stress(_Entry):
    """Stress over the stretch since the last such entry, at most a day."""

    kind: Literal["stress"] = "stress"
    level: Level


class Exercise(_Entry):
    """Exercise that began at `time`."""

    kind: Literal["exercise"] = "exercise"
    effort: Level
    duration_min: Minutes | None = None


class Screen(_Entry):
    """Time before a screen that began at `time`."""

    kind: Literal["screen"] = "screen"
    duration_min: Minutes


class Symptom(_Entry):
    """A symptom or sign that was there at `time`; severity 0: it was looked for and was not."""

    kind: Literal["symptom"] = "symptom"
    finding: FindingName
    severity: Level | None = None


class Lab(_Entry):
    """A laboratory value of a sample taken at `time`."""

    kind: Literal["lab"] = "lab"
    analyte: AnalyteName
    value: LabNumber
    unit: Annotated[str, Field(max_length=20)]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        try:
            to_catalogue_unit(self.analyte, self.value, self.unit)
        except RequestError as error:
            refuse(str(error))
        return self


class Cycle(_Entry):
    """A period that began or ended."""

    kind: Literal["cycle"] = "cycle"
    event: Change = "began"


class Pregnancy(_Entry):
    """A pregnancy that began (first day of the last period) or ended."""

    kind: Literal["pregnancy"] = "pregnancy"
    event: Change = "began"


class Illness(_Entry):
    """An illness that began or ended; `text` names it."""

    kind: Literal["illness"] = "illness"
    event: Change = "began"
    finding: FindingName | None = None


class Vaccination(_Entry):
    """A vaccination; `text` names it."""

    kind: Literal["vaccination"] = "vaccination"


class RecordingMade(_Entry):
    """A recording that was made, known by its content."""

    kind: Literal["recording"] = "recording"
    sha256: Digest = Field(description="Digest of the file's content.")
    file: Annotated[str, Field(max_length=300)] | None = Field(default=None, description="Its name; for reading only.")
    place: Place | None = None
    muscle: MuscleName | None = None
    side: Side | None = None
    duration_s: Seconds | None = None


class Note(_Entry):
    """Plain words."""

    kind: Literal["note"] = "note"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or "").strip():
            refuse(_("The note is empty; write its text."))
        return self


KINDS: dict[str, type[_Entry]] = {
    "bout": Bout,
    "check_in": CheckIn,
    "intake": Intake,
    "schedule": Schedule,
    "sleep": Sleep,
    "stress": Stress,
    "exercise": Exercise,
    "screen": Screen,
    "symptom": Symptom,
    "lab": Lab,
    "cycle": Cycle,
    "pregnancy": Pregnancy,
    "illness": Illness,
    "vaccination": Vaccination,
    "recording": RecordingMade,
    "note": Note,
}
"""The type of each kind of entry."""

Entry = Annotated[
    Bout
    | CheckIn
    | Intake
    | Schedule
    | Sleep
    | Stress
    | Exercise
    | Screen
    | Symptom
    | Lab
    | Cycle
    | Pregnancy
    | Illness
    | Vaccination
    | RecordingMade
    | Note,
    Field(discriminator="kind"),
]
"""Any entry."""

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
"""Reads an entry from plain values."""
