"""Found twitches against true ones: matching, scores with intervals over recordings, agreement of sources."""

from myotwitch.scoring.agreement import adjusted_mutual_information
from myotwitch.scoring.matching import Matches, match_events
from myotwitch.scoring.scores import (
    Estimate,
    RecordingScore,
    bootstrap,
    f1,
    false_per_min,
    median_onset_error_s,
    precision,
    score_recording,
    sensitivity,
)

__all__ = [
    "Estimate",
    "Matches",
    "RecordingScore",
    "adjusted_mutual_information",
    "bootstrap",
    "f1",
    "false_per_min",
    "match_events",
    "median_onset_error_s",
    "precision",
    "score_recording",
    "sensitivity",
]
