"""The commands that move entries in and out: ``diary import``, ``export``."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from myotwitch.cli.diary_store import Encrypt, PassphraseFile, Person, StoreAt, diary, opened, tell
from myotwitch.cli.terminal import AsJson, complain, print_json
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.diary.imports import Importer, Preview
    from myotwitch.store import Imported


@diary.command(
    name="import",
    epilog="\b\nExamples:\n  myotwitch diary import diary.csv --store me.db\n"
    "  myotwitch diary import export.zip --preview --store me.db\n"
    "  myotwitch diary import table.csv --mapping columns.toml --zone Europe/Berlin --store me.db",
)
def import_file(
    file: Annotated[Path, typer.Argument(help="A table (.csv), or what another program exported.", metavar="FILE")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would be added, and change nothing.")] = False,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Where it comes from; else seen from its content.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of times without an offset, as Europe/Berlin.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What the columns of a table mean (.toml).")
    ] = None,
    guess_mapping: Annotated[
        bool, typer.Option("--guess-mapping", help="Print a first guess at a mapping, and change nothing.")
    ] = False,
    effort: Annotated[
        float | None, typer.Option(help="Effort (0 to 10) of exercise whose effort is not told; else it is left out.")
    ] = None,
    drink: Annotated[
        str | None, typer.Option(metavar="COUNTRY", help="Country whose standard drink is counted, as us.")
    ] = None,
    skip_faulty: Annotated[
        bool,
        typer.Option("--skip-faulty", help="Leave out what is at fault instead of refusing the file."),
    ] = False,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    encrypt: Encrypt = False,
    as_json: AsJson = False,
) -> None:
    """Add the entries of a file, all or none; what the diary says already is left out."""
    from myotwitch.diary import imports
    from myotwitch.store import Imported, import_entries, preview_import

    if guess_mapping:
        typer.echo(imports.guess_mapping(file), nl=False)
        return
    settings = imports.ImportSettings(
        zone=zone, mapping=imports.read_mapping(mapping) if mapping else None, effort=effort, drink=drink,
        skip_faulty=skip_faulty,
    )  # fmt: skip
    found = _importer(form, file, has_mapping=mapping is not None)(file, settings)
    if preview and store is not None and "://" not in store and not Path(store).exists():
        imported = Imported(action=None, added=found.entries, duplicates=())
    else:
        with opened(store, passphrase_file, create=not preview, encrypt=encrypt) as there:
            if preview:
                imported = preview_import(there, person, found.entries)
            else:
                imported = import_entries(
                    there, person, found.entries, source=str(file), command="diary import", profile=found.person
                )
    _tell_imported(found, imported, preview=preview, as_json=as_json)


def _importer(form: str | None, file: Path, *, has_mapping: bool) -> Importer:
    from myotwitch.diary.imports import IMPORTERS, recognise
    from myotwitch.errors import nearest_name

    name = form or ("table" if has_mapping else recognise(file))
    if name not in IMPORTERS:
        raise RequestError(
            f"The format {name!r} is not known.{nearest_name(name, list(IMPORTERS))} "
            f"Allowed are {', '.join(IMPORTERS)}."
        )
    return IMPORTERS[name]


def _notices(found: Preview) -> list[str]:
    notices = [str(notice) for notice in found.notices]
    if found.faulty:
        notices.append(f"{found.faulty:,} records at fault were left out, such as: {found.faults[0]}")
    now = datetime.now(UTC)
    future = [entry.time for entry in found.entries if entry.time > now and entry.kind != "schedule"]
    if future:
        first = f"{min(future):%Y-%m-%d}"
        notices.append(
            f"1 entry lies in the future (on {first}); it is kept and counts once its time has come."
            if len(future) == 1
            else f"{len(future):,} entries lie in the future (the first on {first}); they are kept and count once "
            "their time has come."
        )
    return notices


def _tell_imported(found: Preview, imported: Imported, *, preview: bool, as_json: bool) -> None:
    from myotwitch.cli.diary_text import counted

    kinds = dict(sorted(Counter(entry.kind for entry in imported.added).items()))
    added, duplicates = len(imported.added), len(imported.duplicates)
    notices = _notices(found)
    if as_json:
        print_json(
            {
                "schema": "myotwitch.diary_import/1", "file": found.file, "format": found.source, "preview": preview,
                "action": imported.action, "records": found.records, "left_out": found.left_out,
                "faulty": found.faulty, "read": added + duplicates, "added": added, "duplicates": duplicates,
                "kinds": kinds, "notices": notices,
            }
        )  # fmt: skip
        return
    for notice in notices:
        complain(notice)
    verb = "would be added" if preview else "added"
    typer.echo(f"{found.file}: {counted(added, 'entry', 'entries')} {verb}, {duplicates:,} already there.")
    for name, count in kinds.items():
        typer.echo(f"  {name:<11} {count:>7,}")
    if imported.action is not None:
        typer.echo(f"Take it back as a whole with: diary undo {imported.action}")


@diary.command(
    epilog="\b\nExamples:\n  myotwitch diary export diary.csv --store me.db\n"
    "  myotwitch diary export diary.fhir.json --store me.db"
)
def export(
    file: Annotated[Path, typer.Argument(help="File to write (.json, .csv or .fhir.json).", metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write every entry to a file that other programs read; it is not encrypted."""
    from myotwitch.store import export_diary, form_of

    form = form_of(file)
    with opened(store, passphrase_file) as there:
        count = export_diary(there, person, file, force=force)
    document = {"file": str(file), "format": form, "entries": count}
    tell(as_json, "myotwitch.diary_export/1", document, f"Wrote {count:,} entries to {file}. Anybody can read it.")
