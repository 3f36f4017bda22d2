"""The files of a WFDB record that came together: kept under names of the app's own, which its headers then name.

A record is a header with its data, or a header that lists segments, each a header with its data of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from myotwitch.errors import RequestError
from myotwitch.language import _
from myotwitch.web.uploads import Received

HEADER_ENDING, DATA_ENDING = ".hea", ".dat"
NO_FILE = "~"
"""How a header says that a segment is a gap, or has no samples."""
LARGEST_HEADER_BYTES = 1_000_000


def wfdb_together(headers: Sequence[Received], data: Sequence[Received], folder: Path) -> tuple[Received, str]:
    """Give the files of a record the names under which they are kept; return its main header and the digest of it all.

    Raises
    ------
    RequestError
        If a file is missing, or they are not one record.
    """
    texts = {file.name: _text(file) for file in headers}
    main = _main(headers, texts)
    segments = [file for file in headers if file is not main]
    if not data or (segments and not _lists_segments(texts[main.name])):
        raise RequestError(_("A WFDB recording is a header (.hea) and its data (.dat); choose both together."))
    names = {PurePosixPath(file.name).name: f"recording_{number}{DATA_ENDING}" for number, file in enumerate(data)}
    records = {PurePosixPath(file.name).stem: f"recording_part_{number}" for number, file in enumerate(segments)}
    if len(names) != len(data) or len(records) != len(segments):
        raise RequestError(_("Two of the files have the same name; choose the files of one recording only."))
    written = {"recording": _named(texts[main.name], "recording", records if segments else names)}
    for file in segments:
        own = records[PurePosixPath(file.name).stem]
        written[own] = _named(texts[file.name], own, names)
    for record, text in written.items():
        (folder / f"{record}{HEADER_ENDING}").write_text(text, encoding="latin-1")
    for file in headers:
        file.path.unlink()
    for file in data:
        file.path.replace(folder / names[PurePosixPath(file.name).name])
    return main, _digest(headers, data)


def _text(header: Received) -> str:
    if header.size > LARGEST_HEADER_BYTES:
        raise RequestError(_("{name} is too large for a WFDB header; it is another file.").format(name=header.name))
    return header.path.read_text(encoding="latin-1")


def _main(headers: Sequence[Received], texts: Mapping[str, str]) -> Received:
    """Return the header of the record itself: the one that lists segments, or the only one."""
    listing = [file for file in headers if _lists_segments(texts[file.name])]
    mains = listing if len(headers) > 1 else list(headers)
    if len(mains) != 1:
        raise RequestError(
            _("{count} headers came, and not exactly one of them lists the others; choose one recording.").format(
                count=len(headers)
            )
        )
    return mains[0]


def _lists_segments(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return "/" in first.split(" ", 1)[0]


def _named(text: str, own: str, names: Mapping[str, str]) -> str:
    """Return a header with its own new name and those of the files that it names; it may name no others.

    Raises
    ------
    RequestError
        If it names a file that did not come with it.
    """
    kept, is_first = [], True
    for line in text.splitlines():
        word, *more = line.split(" ", 1)
        if not line.strip() or line.startswith("#"):
            kept.append(line)
        elif is_first:
            count = word.partition("/")[2]
            kept.append(" ".join([f"{own}/{count}" if count else own, *more]))
            is_first = False
        elif word == NO_FILE or word in names:
            kept.append(" ".join([names.get(word, word), *more]))
        else:
            raise RequestError(
                _("The header names the file {words}, which did not come; choose it as well.").format(
                    words=repr(word[:60])
                )
            )
    return "\n".join(kept) + "\n"


def _digest(headers: Sequence[Received], data: Sequence[Received]) -> str:
    """Return the digest of the data where it is one file, as other programs tell it; else one of all digests."""
    if len(headers) == len(data) == 1:
        return max(*headers, *data, key=lambda file: file.size).sha256
    return hashlib.sha256("".join(sorted(file.sha256 for file in (*headers, *data))).encode()).hexdigest()
