"""The commands for a whole diary: ``diary backup``, ``restore``, ``erase``, ``person``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from myotwitch.cli.diary_store import (
    BACKUP_PASSPHRASE,
    PASSPHRASE,
    Encrypt,
    PassphraseFile,
    Person,
    StoreAt,
    ask_passphrase,
    diary,
    opened,
    passphrase_from,
    tell,
)
from myotwitch.cli.terminal import AsJson
from myotwitch.errors import RequestError


@diary.command(epilog="\b\nExample:\n  myotwitch diary backup diary.age --store me.db")
def backup(
    file: Annotated[Path, typer.Argument(help="File to write.", metavar="FILE")],
    plain: Annotated[bool, typer.Option("--plain", help="Do not encrypt it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    store: StoreAt = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write everything in the store, with its history, to one encrypted file (age)."""
    from myotwitch.cli.diary_text import counted
    from myotwitch.store import write_backup

    with opened(store, _for_store(store, passphrase_file)) as there:
        passphrase = None
        if not plain:
            known = passphrase_from(passphrase_file, BACKUP_PASSPHRASE)
            passphrase = known or ask_passphrase("Passphrase of the backup", is_new=True)
            _check_new(passphrase)
        kept = write_backup(there, file, passphrase=passphrase, force=force)
    document = {"file": str(file), "encrypted": not plain, "persons": list(kept.persons), "versions": kept.versions}
    text = f"Wrote {counted(kept.versions, 'version')} of entries of {', '.join(kept.persons) or 'nobody'} to {file}"
    tell(as_json, "myotwitch.diary_backup/1", document, f"{text}, {'not ' if plain else ''}encrypted.")


def _check_new(passphrase: str) -> None:
    """Pass if a backup may have a passphrase; a store from before may have a shorter one."""
    from myotwitch.errors import StoreError
    from myotwitch.store.passphrase import check_new_passphrase

    try:
        check_new_passphrase(passphrase)
    except StoreError as error:
        raise RequestError(
            f"{error} If the store has a shorter one, give that as {PASSPHRASE}, and the backup's own as "
            f"{BACKUP_PASSPHRASE}."
        ) from None


@diary.command(epilog="\b\nExample:\n  myotwitch diary restore diary.age --store new.db")
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", metavar="FILE", readable=False)],
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    encrypt: Encrypt = False,
    as_json: AsJson = False,
) -> None:
    """Bring back what a backup holds, with its history, into a store that has nobody of the same name."""
    from myotwitch.cli.diary_text import counted
    from myotwitch.store import is_sealed, opened_backup, restore_from

    passphrase = None
    if is_sealed(file):
        known = passphrase_from(passphrase_file, BACKUP_PASSPHRASE)
        passphrase = known or ask_passphrase(f"Passphrase of {file}", is_new=False)
    for_store = _for_store(store, passphrase_file, encrypt=encrypt)
    with (
        opened_backup(file, passphrase=passphrase, person=person) as held,
        opened(store, for_store, create=True, encrypt=encrypt) as there,
    ):
        kept = restore_from(there, held)
    document = {"file": str(file), "persons": list(kept.persons), "versions": kept.versions}
    text = f"Restored {counted(kept.versions, 'version')} of entries of {', '.join(kept.persons) or 'nobody'}."
    tell(as_json, "myotwitch.diary_restore/1", document, text)


def _for_store(store: str | None, passphrase_file: Path | None, *, encrypt: bool = False) -> Path | None:
    """Return the file with the passphrase if the store needs one too: the same file serves store and backup."""
    from myotwitch.store.address import Content, address_of, content_of

    if store is None or passphrase_file is None:
        return passphrase_file
    file = address_of(store).file
    if file is None:
        return None
    content = content_of(file)
    return passphrase_file if content is Content.OTHER or (encrypt and content is Content.NOTHING) else None


@diary.command(epilog="\b\nExample:\n  myotwitch diary erase --person anna --store clinic.db")
def erase(
    everybody: Annotated[bool, typer.Option("--all", help="Erase everybody.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person, or everybody, from the store for good: history, free pages and log; this cannot be undone."""
    from myotwitch.cli.diary_text import copies_text, counted
    from myotwitch.store import erase as erase_from

    if everybody == (person is not None):
        raise RequestError("Say who is to be erased: --person NAME, or --all; one of the two.")
    who = "everybody" if person is None else person
    with opened(store, passphrase_file) as there:
        if not yes:
            if not sys.stdin.isatty():
                raise RequestError("Erasing cannot be undone, and there is nobody to ask; add --yes if it is meant.")
            typer.confirm(f"Erase {who} from {there.address} for good?", abort=True, err=True)
        erased = erase_from(there, person)
    document = {"persons": list(erased.persons), "versions": erased.versions,
                "elsewhere": [copy.to_document() for copy in erased.elsewhere]}  # fmt: skip
    text = f"Erased {', '.join(erased.persons) or 'nobody'}: {counted(erased.versions, 'version')} of entries."
    if erased.elsewhere:
        text += "\nThese files are yours and were left alone; delete them, too, if nothing is to stay:\n"
        text += copies_text(erased.elsewhere)
    tell(as_json, "myotwitch.diary_erase/1", document, text)


@diary.command(
    epilog="\b\nExamples:\n  myotwitch diary person --store me.db\n"
    "  myotwitch diary person birth_year=1990 sex=female smokes=no --store me.db"
)
def person(
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FIELD=VALUE...",
            help="birth_year, sex, weight_kg, height_cm, smokes, takes_pill, liver_disease; field= takes it back.",
        ),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Make a new person of the name --person.")] = False,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    encrypt: Encrypt = False,
    as_json: AsJson = False,
) -> None:
    """Show, or change, who is in the store and what is known of a person."""
    from myotwitch.cli.diary_text import value_text
    from myotwitch.cli.diary_words import named_cells, profile_values
    from myotwitch.diary import DiaryPerson
    from myotwitch.store import add_person, names_in, read_profile, set_profile

    values = profile_values(DiaryPerson, named_cells(changes or []))
    if new and person is None:
        raise RequestError("A new person needs a name: --person NAME.")
    with opened(store, passphrase_file, create=new or bool(values), encrypt=encrypt) as there:
        if new:
            add_person(there, str(person))
        if values:
            set_profile(there, person, values, command="diary person")
        names = names_in(there)
        shown = person or (names[0] if len(names) == 1 else None)
        known = read_profile(there, shown) if shown is not None else None
    profile = known.to_document() if known else {}
    lines = [f"In the store: {', '.join(names) or 'nobody yet'}"]
    lines += [f"{shown}:" if profile else f"{shown}: nothing is known"] if shown else []
    lines += [f"  {name} {value_text(value)}" for name, value in profile.items()]
    document = {"persons": list(names), "person": shown, "profile": profile}
    tell(as_json, "myotwitch.diary_person/1", document, "\n".join(lines))
