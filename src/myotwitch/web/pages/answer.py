"""Answer: how urgent, why, what helps, what to watch; one question at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myotwitch.case import Case
from myotwitch.causes import Assessment, Question, assess
from myotwitch.diary import Bout, Diary, RecordingMade
from myotwitch.diary.counted import counted_at
from myotwitch.language import _, digits
from myotwitch.pipeline import case_of_diary
from myotwitch.report.content import causes_for_doctor, causes_for_person, is_afraid, told
from myotwitch.report.dialogue import Reply, begin, next_question, reply_from
from myotwitch.report.reassurance import reassurance_for
from myotwitch.report.wording import URGENCY
from myotwitch.store import set_profile
from myotwitch.twitches import Twitches
from myotwitch.web.forms import Sent, entry_from_fields, number, refused
from myotwitch.web.here import COMMAND, back_to, diary_of, keep, person_of, session_of, workplace_of
from myotwitch.web.recordings_kept import measured_of
from myotwitch.web.templating import page, said

router = APIRouter(prefix="/answer")

AHEAD_LASTS_S = 3600.0
"""An answer to a diary with entries that lie ahead is made anew so often: their time may have come **[s]**."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answered:
    """What a diary says as a case, and what follows from it."""

    case: Case
    assessment: Assessment
    question: Question | None


@router.get("")
def answer(request: Request) -> Response:
    """Show the answer, or what is still needed for one."""
    diary = diary_of(request)
    missing = missing_in(diary, Sent.clock())
    answered = None if missing else _worked_out(request)
    values = {} if answered is None else _values(answered)
    return page(
        request,
        "answer.html",
        {"missing": missing, "profile": diary.person, "is_ready": answered is not None, **values},
    )


@router.get("/now")
def answer_now(request: Request) -> Response:
    """Return the answer as a part of the page; 202 while it is being worked out."""
    if missing_in(diary_of(request), Sent.clock()):
        return Response(status_code=204)
    answered = _worked_out(request)
    if answered is None:
        return Response(status_code=202)
    return page(request, "answer_part.html", _values(answered))


def _worked_out(request: Request) -> Answered | None:
    """Return the answer to the diary as it stands; None while it is being worked out."""
    workplace, person = workplace_of(request), person_of(request)
    unknown = session_of(request).unknown
    diary, clock = diary_of(request), Sent.clock()
    searched = measured_of(workplace, diary)
    lasts_s = AHEAD_LASTS_S if diary.last is not None and diary.last > clock else math.inf
    name = f"answer {sorted(unknown)} {[len(twitches) for twitches in searched]}"
    return workplace.worked_out(
        name, person, lambda diary: answered_from(diary, unknown, searched, now=clock), lasts_s=lasts_s
    )


@router.post("/reply")
async def reply(request: Request) -> Response:
    """Keep what was answered to a question, as an entry of the diary."""
    sent = Sent.of(await request.form())
    finding, given = sent.fields.get("finding", ""), reply_from(sent.fields.get("reply", ""))
    if given is Reply.UNKNOWN:
        session = session_of(request)
        session.unknown = session.unknown | {finding}
    elif given in (Reply.YES, Reply.NO):
        fields = {"time": sent.now, "finding": finding, "severity": None if given is Reply.YES else 0.0}
        keep(request, entry_from_fields("symptom", fields), said(request, "Your answer is kept in the diary."))
    else:
        raise refused("reply", _("Answer yes, no or don't know."))
    return RedirectResponse("/answer#question", status_code=303)


@router.post("/person")
async def tell_person(request: Request) -> Response:
    """Keep whose diary it is, as far as the answer depends on it."""
    sent = Sent.of(await request.form())
    age = number(sent, "age_years")
    changes: dict[str, Any] = {"sex": sent.fields.get("sex", "unknown")}
    if age is not None:
        if not 0 <= age <= 120:
            raise refused(
                "age_years", _("An age of {age} years is not possible; allowed is 0 to 120.").format(age=digits(age))
            )
        changes["birth_year"] = sent.now.year - round(age)
    set_profile(workplace_of(request).store, person_of(request), changes, command=COMMAND)
    session_of(request).told = (said(request, "Kept."), None)
    return back_to("/answer")


def answered_from(
    diary: Diary, unknown: frozenset[str], measured: tuple[Twitches, ...] = (), *, now: datetime
) -> Answered:
    """Return the answer to what a diary says up to now and its recordings show."""
    case = case_of_diary(diary, now=now)
    assessment = assess(case, measured, unknown)
    return Answered(case=case, assessment=assessment, question=next_question(begin(case, assessment, measured)))


def missing_in(diary: Diary, now: datetime) -> list[str]:
    """Return what an answer cannot do without and a diary does not tell up to now: ``age``, ``twitching``."""
    diary = counted_at(diary, now).diary
    missing = [] if diary.person is not None and diary.person.birth_year is not None else ["age"]
    twitches = len(diary.of(Bout)) + len(diary.of(RecordingMade)) > 0
    return missing if twitches else [*missing, "twitching"]


def _values(answered: Answered) -> dict[str, Any]:
    assessment = answered.assessment
    return {
        "urgency": assessment.urgency.value,
        "wording": URGENCY[assessment.urgency],
        "why": assessment.why,
        "undecided": assessment.undecided,
        "causes": causes_for_person(assessment),
        "for_doctor": causes_for_doctor(assessment),
        "reassurance": reassurance_for(answered.case, assessment) if is_afraid(answered.case) else (),
        "what_helps": assessment.what_helps,
        "watch_for": assessment.watch_for,
        "question": answered.question,
        "limits": assessment.limits,
        "told_present": told(answered.case, present=True),
        "told_absent": told(answered.case, present=False),
        "shared_supply": assessment.shared_supply,
        "clears": assessment.clears,
    }
