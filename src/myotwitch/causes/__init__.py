"""What causes twitching, how likely each cause is, and how soon a doctor should look."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotwitch.causes.advice import Reason
    from myotwitch.causes.assessment import Assessment, Measured, RankedCause
    from myotwitch.causes.catalogue import Catalogue, load_catalogue
    from myotwitch.causes.cause import Cause
    from myotwitch.causes.document import assessment_document, causes_document
    from myotwitch.causes.explanation import Evidence, EvidenceKind
    from myotwitch.causes.questions import Change, Question
    from myotwitch.causes.reasoning import assess
    from myotwitch.causes.vocabulary import CauseGroup, Urgency

__all__ = [
    "Assessment",
    "Catalogue",
    "Cause",
    "CauseGroup",
    "Change",
    "Evidence",
    "EvidenceKind",
    "Measured",
    "Question",
    "RankedCause",
    "Reason",
    "Urgency",
    "assess",
    "assessment_document",
    "causes_document",
    "load_catalogue",
]

_MODULE_OF_NAME = {
    "Assessment": "assessment",
    "Catalogue": "catalogue",
    "Cause": "cause",
    "CauseGroup": "vocabulary",
    "Change": "questions",
    "Evidence": "explanation",
    "EvidenceKind": "explanation",
    "Measured": "assessment",
    "Question": "questions",
    "RankedCause": "assessment",
    "Reason": "advice",
    "Urgency": "vocabulary",
    "assess": "reasoning",
    "assessment_document": "document",
    "causes_document": "document",
    "load_catalogue": "catalogue",
}


def __getattr__(name: str) -> Any:
    """Return one of the room's names; its module is loaded when first asked for, because the types of a case are
    slow.
    """
    if name not in _MODULE_OF_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF_NAME[name]}"), name)
