"""Assessment: what likely causes a person's twitching, how urgent it is, why, and what to ask and do next."""

from __future__ import annotations

from dataclasses import dataclass

from myotwitch.anatomy import SharedSupply
from myotwitch.causes.advice import Reason
from myotwitch.causes.cause import Cause
from myotwitch.causes.clearing import Clearing
from myotwitch.causes.explanation import Evidence
from myotwitch.causes.questions import Change, Question
from myotwitch.causes.vocabulary import Urgency
from myotwitch.twitches.summary import Summary


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedCause:
    """One cause in the ranking.

    Parameters
    ----------
    cause
        The cause.
    probability, interval
        That it is active, and between which ends 95 % of the draws of all parameters lie.
    prior
        In people of the same age and sex, before anything else was known.
    evidence
        For and against, the strongest first.
    """

    cause: Cause
    probability: float
    interval: tuple[float, float]
    prior: float
    evidence: tuple[Evidence, ...]

    @property
    def feared(self) -> bool:
        """True if its probability must not be shown to a person as a bare percentage."""
        return self.cause.feared


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one recording adds.

    Parameters
    ----------
    file
        The recording.
    summary
        Its figures.
    places
        Places of the channels on which twitches were found.
    """

    file: str
    summary: Summary
    places: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """The answer to a case.

    Parameters
    ----------
    urgency, why
        How soon a doctor should look, and the reasons.
    undecided
        True where the evidence does not separate anything.
    causes
        The ranking; several causes can hold at once.
    ask_next
        Questions worth asking; empty where no answer would tell anything.
    would_change
        Findings not known that alone would raise the urgency.
    watch_for, what_helps
        After which changes to see a doctor; what to do.
    measured
        What the recordings add.
    shared_supply
        Nerves and roots that drive all the muscles that were named, the most telling first; empty where there is none.
    clears
        When each substance that plays a part in a listed cause will be gone.
    limits
        What the answer does not know.
    """

    urgency: Urgency
    why: tuple[Reason, ...]
    undecided: bool
    causes: tuple[RankedCause, ...]
    ask_next: tuple[Question, ...]
    would_change: tuple[Change, ...]
    watch_for: tuple[str, ...]
    what_helps: tuple[str, ...]
    measured: tuple[Measured, ...]
    shared_supply: tuple[SharedSupply, ...]
    clears: tuple[Clearing, ...]
    limits: tuple[str, ...]
