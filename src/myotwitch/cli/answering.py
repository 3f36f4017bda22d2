"""The command that answers a case or a diary: ``assess``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from myotwitch.cli.diary_store import At, PassphraseFile, Person, StoreAt, opened, tell_what_waits
from myotwitch.cli.diary_words import clock_now, time_asked
from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, ForDoctor, Quiet, print_json, show_progress
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.pipeline import Answer


@app.command(
    epilog="\b\nExamples:\n  myotwitch assess case.yaml\n  myotwitch assess case.yaml --report answer.html\n"
    "  myotwitch assess --store me.db\n  myotwitch assess --store me.db --at 2026-03-04"
)
def assess(
    case: Annotated[
        Path | None, typer.Argument(help="A case (.yaml or .json).", metavar="CASE", readable=False)
    ] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    at: At = None,
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page (.html).")] = None,
    doctor: ForDoctor = False,
    quiet: Quiet = False,
) -> None:
    """Say how urgent a person's twitching is, what likely causes it and why: of a case, or of a diary."""
    from myotwitch.causes import assessment_document
    from myotwitch.pipeline import answer, write_case_report
    from myotwitch.report import assessment_text

    if case is not None:
        if at is not None:
            raise RequestError("--at names a day of a diary; it goes with --store FILE.db, not with a case.")
        with show_progress("Searching the recordings", quiet) as progress:
            answered = answer(case, progress)
    elif store is not None:
        answered = _of_diary(store, person, passphrase_file, at)
    else:
        raise RequestError("Name a case, such as case.yaml, or the store of a diary with --store FILE.db.")
    if report:
        write_case_report(answered, report)
    if as_json:
        print_json(assessment_document(answered.assessment))
    else:
        typer.echo(assessment_text(answered.assessment, for_doctor=doctor))


def _of_diary(store: str, person: str | None, passphrase_file: Path | None, at: str | None) -> Answer:
    from myotwitch.diary.counted import counted_at
    from myotwitch.pipeline import answer_from_diary
    from myotwitch.store import read_diary

    now = clock_now()
    asked = time_asked(at, now, is_end=True)
    with opened(store, passphrase_file) as there:
        told = read_diary(there, person)
    tell_what_waits(counted_at(told, now, asked))
    return answer_from_diary(told, asked, now=now)
