"""What a page needs of the running app: the workplace, the session, whose diary it is; and how it answers a change."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse

from myotwitch.demonstration import EXAMPLE_PERSON
from myotwitch.diary import Diary, Entry
from myotwitch.store import Changed, add_entry
from myotwitch.web.sessions import Session
from myotwitch.web.workplace import Workplace

COMMAND = "app"
"""Under which the history keeps what was done here."""
PAGES_TO_RETURN_TO = ("/", "/diary", "/answer", "/drives", "/recordings", "/learn", "/doctor", "/settings")


def workplace_of(request: Request) -> Workplace:
    """Return the open store and what is worked out from it."""
    workplace: Workplace = request.app.state.workplace
    return workplace


def session_of(request: Request) -> Session:
    """Return the session of a request that was let in."""
    session: Session = request.state.session
    return session


def person_of(request: Request) -> str:
    """Return the name of the person whose diary is looked at."""
    return session_of(request).person or workplace_of(request).first_person


def is_example(request: Request) -> bool:
    """Return whether the person looked at is the simulated one of the example; False for whoever was not let in."""
    return request.state.session is not None and person_of(request) == EXAMPLE_PERSON


def diary_of(request: Request) -> Diary:
    """Return the diary that is looked at, as it stands now."""
    return workplace_of(request).diary(person_of(request))


def draft_of(request: Request) -> str | None:
    """Return the form in which was written what is sent, if what stood in it was kept meanwhile."""
    draft: str | None = getattr(request.state, "draft", None)
    return draft


def keep(request: Request, entry: Entry, told: str) -> Changed:
    """Add an entry; the next page says so and offers to undo it."""
    changed = add_entry(
        workplace_of(request).store, person_of(request), entry, command=COMMAND, draft=draft_of(request)
    )
    session_of(request).told = (told, changed.action)
    return changed


def back_to(path: str) -> RedirectResponse:
    """Return the answer to a change: the page from which it came, if that is one of the app's own."""
    is_own = any(path == known or path.startswith(f"{known}/") for known in PAGES_TO_RETURN_TO if known != "/")
    return RedirectResponse(path if is_own and "//" not in path else "/", status_code=303)
