"""What was found in a recording: when, where, how big, what kind, how sure, and what was looked at."""

from myotwitch.twitches.document import detection_document, update_documents
from myotwitch.twitches.events import (
    Excluded,
    ExclusionReason,
    Observation,
    ObservedChannel,
    SourceShape,
    Twitches,
)
from myotwitch.twitches.kinds import Extent, Kind, Naming
from myotwitch.twitches.summary import Summary, poisson_rate_interval, summarise
from myotwitch.twitches.table import read_twitch_table, write_twitch_table

__all__ = [
    "Excluded",
    "ExclusionReason",
    "Extent",
    "Kind",
    "Naming",
    "Observation",
    "ObservedChannel",
    "SourceShape",
    "Summary",
    "Twitches",
    "detection_document",
    "poisson_rate_interval",
    "read_twitch_table",
    "summarise",
    "update_documents",
    "write_twitch_table",
]
