"""The dialogue of ``myotwitch questions``: what is asked next, what an answer changes, and every sentence it says.

It holds no terminal: whoever leads it reads the replies and shows the texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from myotwitch.case import FINDINGS, Asks, Case, FindingState
from myotwitch.causes import Assessment, Question, Urgency, assess
from myotwitch.report.wording import URGENCY
from myotwitch.twitches import Twitches

SURE_BITS = 0.05
"""A question that tells so much **[bit]** is asked; one that tells less, only if it would change the advice."""
MOST_TRIED = 3
"""So many of the questions that tell less are tried out: each costs two assessments."""
LEADING = 0.3
"""From this probability on a cause shapes the advice."""

INTRODUCTION = (
    "I ask what would help most. Answer y (yes), n (no) or ? (don't know); b goes back, q stops and shows the answer."
)
PROMPT = "   y/n/?/b/q: "
NOT_UNDERSTOOD = "Please answer y (yes), n (no), ? (don't know), b (back) or q (stop)."
NOTHING_BEFORE = "This is the first question: there is nothing to go back to."
OFFER = "Keep the case with your answers? Name a file such as completed.yaml, or press Enter for no: "
KEPT = "The case with your answers: {path}"


class Reply(StrEnum):
    """What can be answered to a question."""

    YES = "y"
    NO = "n"
    UNKNOWN = "?"
    BACK = "b"
    STOP = "q"


class Ending(StrEnum):
    """Why a dialogue ended; the sentence that is said."""

    SETTLED = "I have no further question that is likely to change the advice."
    EMERGENCY = "No more questions: get help first."
    ENOUGH = "That is enough for now; --most allows more questions."
    STOPPED = "Stopped. This is the answer so far."


_REPLIES: Mapping[str, Reply] = MappingProxyType(
    {
        **{reply.value: reply for reply in Reply},
        "yes": Reply.YES,
        "no": Reply.NO,
        "don't know": Reply.UNKNOWN,
        "dont know": Reply.UNKNOWN,
        "d": Reply.UNKNOWN,
        "unknown": Reply.UNKNOWN,
        "back": Reply.BACK,
        "stop": Reply.STOP,
        "quit": Reply.STOP,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Dialogue:
    """A dialogue up to some question.

    Parameters
    ----------
    case
        What is known by now.
    twitches
        What was found in the recordings of the case.
    assessment
        The answer to what is known by now.
    for_doctor
        Whether questions are asked that only an examination or a test answers.
    unknown
        Findings that were asked for and are not known.
    before
        The dialogue before the last reply; None at the beginning.
    """

    case: Case
    twitches: tuple[Twitches, ...]
    assessment: Assessment
    for_doctor: bool = False
    unknown: frozenset[str] = frozenset()
    before: Dialogue | None = None

    @property
    def asked(self) -> int:
        """How many questions have been answered, 'don't know' among them."""
        return 0 if self.before is None else self.before.asked + 1


def begin(
    case: Case, assessment: Assessment, twitches: Sequence[Twitches] = (), *, for_doctor: bool = False
) -> Dialogue:
    """Return the dialogue before its first question, about a case that was assessed."""
    return Dialogue(case=case, twitches=tuple(twitches), assessment=assessment, for_doctor=for_doctor)


def reply_from(text: str) -> Reply | None:
    """Return the reply that a line means; None where it is none.

    Examples
    --------
    >>> reply_from(" Yes ") is Reply.YES, reply_from("maybe") is None
    (True, True)
    """
    return _REPLIES.get(text.strip().lower().replace("’", "'"))


def next_question(dialogue: Dialogue) -> Question | None:
    """Return the question to ask now; None where no answer would change the advice, or where help comes first.

    Method
    ------
    The questions of the assessment in their order. One that is expected to tell little is asked only if one of its
    answers would change the urgency or the causes that shape the advice. For a doctor the signs and tests follow that
    alone would raise the urgency.
    """
    if dialogue.assessment.urgency is Urgency.EMERGENCY:
        return None
    for rank, question in enumerate(dialogue.assessment.ask_next):
        if question.information_bits >= SURE_BITS:
            return question
        if rank < MOST_TRIED and _would_change_advice(dialogue, question.finding):
            return question
    return _examination(dialogue) if dialogue.for_doctor else None


def with_reply(dialogue: Dialogue, finding: str, reply: Reply) -> Dialogue:
    """Return the dialogue after a yes, no or 'don't know' to the question for a finding, assessed anew."""
    if reply is Reply.UNKNOWN:
        unknown = dialogue.unknown | {finding}
        assessment = assess(dialogue.case, dialogue.twitches, unknown)
        return replace(dialogue, unknown=unknown, assessment=assessment, before=dialogue)
    case = _with_finding(dialogue.case, finding, present=reply is Reply.YES)
    return replace(dialogue, case=case, assessment=assess(case, dialogue.twitches, dialogue.unknown), before=dialogue)


def standing(dialogue: Dialogue) -> str:
    """Return how urgent it is by now, in one sentence."""
    wording = URGENCY[dialogue.assessment.urgency]
    return f"So far: {wording.for_doctor if dialogue.for_doctor else wording.headline}"


def change(dialogue: Dialogue) -> str:
    """Return what the last reply changed of the urgency; nothing where it changed nothing."""
    if dialogue.before is None or dialogue.before.assessment.urgency is dialogue.assessment.urgency:
        return ""
    wording = URGENCY[dialogue.assessment.urgency]
    return f"That changes the advice: {wording.for_doctor if dialogue.for_doctor else wording.headline}"


def question_text(dialogue: Dialogue, question: Question) -> str:
    """Return the question with its number."""
    return f"{dialogue.asked + 1}. {question.question}"


def ending_of(dialogue: Dialogue) -> Ending:
    """Return why there is no next question."""
    return Ending.EMERGENCY if dialogue.assessment.urgency is Urgency.EMERGENCY else Ending.SETTLED


def _with_finding(case: Case, finding: str, *, present: bool) -> Case:
    return case.model_copy(update={"findings": (*case.findings, FindingState(finding=finding, present=present))})


def _would_change_advice(dialogue: Dialogue, finding: str) -> bool:
    now = _advice(dialogue.assessment)
    return any(
        _advice(assess(_with_finding(dialogue.case, finding, present=present), dialogue.twitches)) != now
        for present in (True, False)
    )


def _advice(assessment: Assessment) -> tuple[Urgency, bool, frozenset[str]]:
    leading = frozenset(ranked.cause.name for ranked in assessment.causes if ranked.probability >= LEADING)
    return assessment.urgency, assessment.undecided, leading


def _examination(dialogue: Dialogue) -> Question | None:
    """Return the next sign that alone would raise the urgency; where none is left, the next such test result."""
    possible = [FINDINGS[change.finding] for change in dialogue.assessment.would_change]
    for asks in (Asks.DOCTOR, Asks.TEST):
        for finding in possible:
            if finding.asks is asks and finding.name not in dialogue.unknown:
                return Question(finding=finding.name, question=finding.question, asks=asks, information_bits=0.0)
    return None
