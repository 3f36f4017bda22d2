"""The command ``diary report``: the page for the doctor as PDF, web page or FHIR."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from myotwitch.cli.diary_store import PassphraseFile, Person, StoreAt, diary, opened, tell
from myotwitch.cli.terminal import AsJson
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.diary import Diary
    from myotwitch.report.letter import Basis, Choices, Part, Recorded

ENDINGS = (".pdf", ".html", ".json")


@diary.command(
    name="report",
    epilog="\b\nExamples:\n  myotwitch diary report letter.pdf --store me.db --without alcohol_and_drugs\n"
    "  myotwitch diary report letter.fhir.json --with notes --with alcohol_and_drugs --span quarter --store me.db",
)
def report(
    file: Annotated[
        Path, typer.Argument(help="File to write: .pdf, .html, or .json for a FHIR R4 document.", metavar="FILE")
    ],
    put_in: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="PART",
            help="What is on the page beside the usual: notes, alcohol_and_drugs; may be given again.",
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="PART",
            help="What is not: measured, substances, alcohol_and_drugs, laboratory, feelings, opinion, age.",
        ),
    ] = None,
    span: Annotated[str, typer.Option(help="Course and values of the last month, quarter or year, or all.")] = "year",
    name: Annotated[str, typer.Option(help="Name of the person on the page.")] = "",
    question: Annotated[str, typer.Option(help="What the doctor is asked.")] = "",
    recording: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A recording to search and show; may be given again.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write the page for the doctor: read in a minute, details behind it; what is left out appears nowhere."""
    from myotwitch.pipeline import report_basis
    from myotwitch.store import read_diary

    if file.suffix.lower() not in ENDINGS:
        raise RequestError(f"The page {file} must end in one of {', '.join(ENDINGS)}.")
    if file.exists() and not force:
        raise RequestError(f"{file} exists already; choose another name, or add --force to write over it.")
    with opened(store, passphrase_file) as there:
        told = read_diary(there, person)
    choices = _choices(told, put_in or [], leave_out or [], span, name, question)
    basis = report_basis(told, choices, _recorded(told, recording or []))
    content = _written(basis, file)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise RequestError(f"The page {file} cannot be written: {error.strerror or error}.") from error
    parts = [part.value for part in _parts() if choices.has(part)]
    document = {"file": str(file), "bytes": len(content), "parts": parts, "span": choices.span.value}
    tell(as_json, "myotwitch.diary_report/1", document, f"Wrote {file} with: {', '.join(parts)}.")


def _parts() -> tuple[Part, ...]:
    from myotwitch.report.letter import PARTS

    return tuple(PARTS)


def _choices(told: Diary, put_in: list[str], leave_out: list[str], span: str, name: str, question: str) -> Choices:
    from myotwitch.report.letter import PARTS, Choices, Part, Span, chosen_part
    from myotwitch.report.letter.choices import holds_drugs

    with_them, without = {chosen_part(one) for one in put_in}, {chosen_part(one) for one in leave_out}
    if both := with_them & without:
        raise RequestError(f"{min(both)} is asked for both with and without; say one of them.")
    if span not in set(Span):
        raise RequestError(f"The span {span[:20]!r} is not known; it is one of {', '.join(Span)}.")
    parts = ({part for part, is_on in PARTS.items() if is_on} | with_them) - without
    asked = Part.ALCOHOL_AND_DRUGS
    if holds_drugs(told) and Part.SUBSTANCES in parts and asked not in with_them | without:
        raise RequestError(
            f"The diary tells of alcohol or drugs. Say whether the page does: --with {asked}, or --without {asked}."
        )
    return Choices(parts=frozenset(parts), span=Span(span), name=name, question=question)


def _recorded(told: Diary, files: list[Path]) -> list[Recorded]:
    """Return the recordings given, searched, and those of the diary that were not given."""
    from myotwitch.diary import RecordingMade
    from myotwitch.pipeline import measure
    from myotwitch.report.letter import Recorded

    known = {entry.sha256: entry for entry in told.of(RecordingMade)}
    found = []
    for path in files:
        twitches = measure(path).twitches
        entry = known.pop(_digest(path), None)
        channel = next((one for one in twitches.observation.channels if one.place), None)
        found.append(
            Recorded(
                name=path.name,
                made=None if entry is None else entry.time,
                place=entry.place if entry is not None else None if channel is None else channel.place,
                muscle=entry.muscle if entry is not None else None if channel is None else channel.muscle,
                side=entry.side if entry is not None else None if channel is None else channel.side,
                twitches=twitches,
            )
        )
    rest = (
        Recorded(
            name=entry.file or entry.sha256[:8], made=entry.time, place=entry.place, muscle=entry.muscle,
            side=entry.side, twitches=None,
        )
        for entry in known.values()
    )  # fmt: skip
    return [*found, *rest]


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _written(basis: Basis, file: Path) -> bytes:
    from myotwitch.report.letter import bundle_text, content_of, html_page, pdf_file, report_bundle

    content = content_of(basis)
    match file.suffix.lower():
        case ".pdf":
            return pdf_file(content)
        case ".html":
            return html_page(content).encode()
        case _:
            return bundle_text(report_bundle(basis, content, pdf_file(content))).encode()
