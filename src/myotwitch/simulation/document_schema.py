"""The form of the document of a simulation (``myotwitch.simulation/1``), from which its JSON Schema is generated.

Nothing in the program reads documents through these types; they state the contract for those who do. Entries may be
added without a new version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from myotwitch.simulation.simulate import SCHEMA_NAME
from myotwitch.twitches import Kind
from myotwitch.twitches.document_schema import DIALECT, DocumentPart


class SimulationDocument(DocumentPart):
    """What ``myotwitch simulate --json`` prints: what was written, not the samples or the events themselves."""

    schema_name: Annotated[Literal["myotwitch.simulation/1"], Field(alias="schema")]
    title: Annotated[str, Field(description="Title of the scene.")]
    seed: Annotated[int, Field(ge=0, description="All chance came from it.")]
    duration_s: Annotated[int, Field(ge=1, description="Length of the recording, lost seconds included [s].")]
    sampling_rate_hz: Annotated[int, Field(ge=1, description="Samples a second of every channel [Hz].")]
    channels: Annotated[list[str], Field(min_length=1, description="Names of the file's channels, forces last.")]
    events: Annotated[
        dict[Kind, Annotated[int, Field(ge=1)]], Field(description="How many true events there are, by kind.")
    ]


def simulation_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a simulation's document; the same on every call and machine."""
    schema = SimulationDocument.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"https://myotwitch.invalid/schema/{SCHEMA_NAME}", **schema}
