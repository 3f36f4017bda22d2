"""Drafts: what stands in a form that was not sent is kept here while it is written, and put in again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field, Json
from starlette.requests import Request

from myotwitch.store import drafts_of, drop_draft, keep_draft
from myotwitch.store.drafts import LONGEST_DRAFT, LONGEST_FORM, MOST_FIELDS
from myotwitch.web.here import person_of, session_of, workplace_of

router = APIRouter(prefix="/drafts")

FormName = Annotated[str, Form(pattern="^/[a-z0-9_/-]*$", max_length=LONGEST_FORM)]
FieldName = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,60}$")]
Value = Annotated[str, Field(max_length=LONGEST_DRAFT)]
NEVER_KEPT = frozenset({"csrf", "passphrase", "password", "sure"})
"""Fields that are secrets or a last question; no page keeps them as a draft, and nobody else may."""


class Drafts(BaseModel):
    """What was begun, by the address to which the form is sent; and what forms must carry now."""

    csrf: str
    drafts: dict[str, dict[str, str]]


class Kept(BaseModel):
    """Whether a draft is kept now."""

    kept: bool


@router.get("")
def begun(request: Request) -> Drafts:
    """Return what this person has begun and not sent."""
    drafts = drafts_of(workplace_of(request).store, person_of(request))
    return Drafts(csrf=session_of(request).page_token(), drafts=drafts)


@router.post("")
def keep(
    request: Request,
    form: FormName,
    values: Annotated[
        Json[Annotated[dict[FieldName, Value], Field(max_length=MOST_FIELDS)]], Form(max_length=LONGEST_DRAFT)
    ],
) -> Kept:
    """Keep what stands in a form; nothing of one that its page has sent meanwhile."""
    session, store, person = session_of(request), workplace_of(request).store, person_of(request)
    mark = session.mark_of(request.headers.get("x-csrf-token")) or ""
    told = {name: value for name, value in values.items() if name not in NEVER_KEPT}
    if not session.taken.is_closed(mark, form):
        keep_draft(store, person, form, told)
    # Asked once more, because it may have been sent while this was being kept.
    is_closed = session.taken.is_closed(mark, form)
    if is_closed:
        drop_draft(store, person, form)
    return Kept(kept=not is_closed)


@router.post("/drop")
def drop(request: Request, form: FormName) -> Kept:
    """Forget what was kept of a form."""
    drop_draft(workplace_of(request).store, person_of(request), form)
    return Kept(kept=False)
