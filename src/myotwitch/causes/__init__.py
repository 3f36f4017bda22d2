"""What causes twitching, how likely each cause is, and how soon a doctor should look."""

from myotwitch.causes.advice import Reason
from myotwitch.causes.assessment import Assessment, Measured, RankedCause
from myotwitch.causes.catalogue import Catalogue, load_catalogue
from myotwitch.causes.cause import Cause
from myotwitch.causes.document import assessment_document, causes_document
from myotwitch.causes.explanation import Evidence
from myotwitch.causes.pieces import EvidenceKind
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
