"""Exporting: every entry of a person in a form that other programs read."""

from __future__ import annotations

from pathlib import Path

from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.store.copies import remember_copy, write_copy
from myotwitch.store.persons import person_id_of
from myotwitch.store.reading import read_diary
from myotwitch.store.store import Store


def form_of(file: Path) -> str:
    """Return the name of the exporter that the ending of a file chooses.

    Raises
    ------
    RequestError
        If there is none for it.
    """
    from myotwitch.diary.exports import ENDINGS

    form = next((form for ending, form in ENDINGS.items() if file.name.lower().endswith(ending)), None)
    if form is None:
        raise RequestError(
            _("The file {file} must end in {endings}; the ending chooses the form.").format(
                file=file, endings=", ".join(ENDINGS)
            )
        )
    return form


def export_diary(store: Store, person: str | None, file: Path, *, force: bool) -> int:
    """Write every entry of a person to a file, in the form that its ending names; return how many.

    Raises
    ------
    RequestError
        If the ending names no form.
    StoreError
        If the file exists and `force` is not given, or it cannot be written.
    """
    from myotwitch.diary.exports import EXPORTERS

    exporter = EXPORTERS[form_of(file)]
    diary = read_diary(store, person)
    write_copy(exporter(diary).encode(), file, force=force)
    with store.reading() as connection:
        person_id = person_id_of(connection, store, person)
    remember_copy(store, person_id, "export", file, is_encrypted=False)
    return len(diary.entries)
