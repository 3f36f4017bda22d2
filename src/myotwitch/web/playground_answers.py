"""What the playground answers; apart from what works it out, which is slow to load."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field


class Slider(BaseModel):
    """One ion: its range on the slider, the range of healthy people, and how its effect is known."""

    ion: str
    name: str
    low: float
    high: float
    step: float
    usual: float
    healthy: tuple[float, float] | None
    status: str
    known: str


class Played(BaseModel):
    """What the axon does."""

    threshold_percent: Annotated[float | None, Field(description="Change of the current that it needs [%].")]
    rest_mv: float | None
    fires_alone: bool
    impulses: Annotated[int, Field(description="Impulses after one pulse of the usual strength.")]
    trace_mv: Annotated[list[float], Field(description="Potential of the node, a value every `trace_step_ms`.")]
    trace_step_ms: float
    sentence: str
