"""The command that answers a case or a diary: ``assess``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from myotwitch.cli.diary_store import PassphraseFile, Person, StoreAt, opened
from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, ForDoctor, Quiet, print_json, show_progress
from myotwitch.errors import RequestError


@app.command(
    epilog="\b\nExamples:\n  myotwitch assess case.yaml\n  myotwitch assess case.yaml --report answer.html\n"
    "  myotwitch assess --store me.db"
)
def assess(
    case: Annotated[
        Path | None, typer.Argument(help="A case (.yaml or .json).", metavar="CASE", readable=False)
    ] = None,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page (.html).")] = None,
    doctor: ForDoctor = False,
    quiet: Quiet = False,
) -> None:
    """Say how urgent a person's twitching is, what likely causes it and why: of a case, or of a diary."""
    from myotwitch.causes import assessment_document
    from myotwitch.pipeline import answer, answer_from_diary, write_case_report
    from myotwitch.report import assessment_text

    if case is not None:
        with show_progress("Searching the recordings", quiet) as progress:
            answered = answer(case, progress)
    elif store is not None:
        from myotwitch.store import read_diary

        with opened(store, passphrase_file) as there:
            answered = answer_from_diary(read_diary(there, person))
    else:
        raise RequestError("Name a case, such as case.yaml, or the store of a diary with --store FILE.db.")
    if report:
        write_case_report(answered, report)
    if as_json:
        print_json(assessment_document(answered.assessment))
    else:
        typer.echo(assessment_text(answered.assessment, for_doctor=doctor))
