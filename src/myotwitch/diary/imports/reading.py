"""Opens files of other programs within limits: size, depth, number of values, and what archives unpack to."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from myotwitch.case.located import number_from_text
from myotwitch.errors import DiaryError, Fault
from myotwitch.language import _, digits

MOST_JSON_BYTES = 100_000_000
MOST_JSON_VALUES = 4_000_000
"""Counted by their commas, brackets and braces."""
MOST_MEMBERS_BYTES = 50_000_000
"""Size of the list of contents of an archive."""
MOST_TIMES_LARGER = 200
"""An archive's member that unpacks to more times its size is no health record; texts of this kind reach some 50."""
SMALL_MEMBER_BYTES = 20_000_000
"""Members up to this size are read however well they are packed."""
MOST_MEMBER_BYTES = 8_000_000_000

ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    struct.error,
    ValueError,
    OverflowError,
)
"""What Python's reader of archives raises on damaged ones."""


def one_fault(file: str, message: str, *, line: int | None = None) -> DiaryError:
    """Return the error that says what is wrong with a file as a whole."""
    return DiaryError(file, [Fault(path="", line=line, message=message)])


@contextmanager
def told_as_faults(file: str) -> Iterator[None]:
    """Turn complaints of the system about a file into a `DiaryError`."""
    try:
        yield
    except OSError as error:
        reason = _("There is no such file") if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise one_fault(file, _("{reason}; check the name and the folder.").format(reason=reason)) from error


def first_bytes(path: Path, size: int) -> bytes:
    """Return the beginning of a file.

    Raises
    ------
    DiaryError
        If it cannot be read.
    """
    with told_as_faults(str(path)), path.open("rb") as stream:
        return stream.read(size)


def read_json(path: Path) -> Any:
    """Return what a JSON file says.

    Raises
    ------
    DiaryError
        If it cannot be read, is no JSON, or is too large or too deep.
    """
    with told_as_faults(str(path)), path.open("rb") as stream:
        return json_from_stream(stream, str(path))


def json_from_stream(stream: IO[bytes], file: str) -> Any:
    """Return what a JSON text says, read from a stream.

    Raises
    ------
    DiaryError
        If it is no JSON, or is too large or too deep.
    """
    content = stream.read(MOST_JSON_BYTES + 1)
    if len(content) > MOST_JSON_BYTES:
        raise one_fault(
            file,
            _("The JSON is larger than {most_json_bytes} MB; divide it.").format(
                most_json_bytes=MOST_JSON_BYTES // 1_000_000
            ),
        )
    if content.count(b",") + content.count(b"[") + content.count(b"{") > MOST_JSON_VALUES:
        raise one_fault(
            file,
            _("The JSON holds more than {most_json_values} values; divide it.").format(
                most_json_values=digits(MOST_JSON_VALUES, ",")
            ),
        )
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_int=number_from_text, parse_float=number_from_text)
    except UnicodeDecodeError as error:
        raise one_fault(file, _("The text is not in UTF-8.")) from error
    except json.JSONDecodeError as error:
        message = _("This is not valid JSON ({msg} in column {colno}); export the file once more.").format(
            msg=error.msg.lower(), colno=error.colno
        )
        raise one_fault(file, message, line=error.lineno) from error
    except RecursionError as error:
        raise one_fault(file, _("The JSON is nested too deeply to be a health record.")) from error


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP archive whose list of contents is not larger than memory allows.

    Raises
    ------
    DiaryError
        If it is none, is damaged, or its list is too large.
    """
    file = str(path)
    with told_as_faults(file):
        if _size_of_list(path) > MOST_MEMBERS_BYTES:
            raise one_fault(file, _("The archive's list of contents is too large for a health record."))
        try:
            archive = zipfile.ZipFile(path)
        except ARCHIVE_ERRORS as error:
            raise one_fault(file, _("The ZIP archive is damaged or no such archive; export it once more.")) from error
        with archive:
            yield archive


@contextmanager
def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> Iterator[IO[bytes]]:
    """Open one file of an archive, unless it unpacks to far more than it may.

    Raises
    ------
    DiaryError
        If it is packed in a suspicious way, encrypted or damaged, also while it is being read.
    """
    name = "".join(sign for sign in member.filename[:100] if sign.isprintable())
    packed = max(member.compress_size, 1)
    is_suspicious = member.file_size > SMALL_MEMBER_BYTES and member.file_size / packed > MOST_TIMES_LARGER
    if is_suspicious or member.file_size > MOST_MEMBER_BYTES:
        raise one_fault(
            file,
            _("{name} would unpack to {file_size} bytes; that is no health record.").format(
                name=name, file_size=digits(member.file_size, ",")
            ),
        )
    try:
        with archive.open(member) as stream:
            yield stream
    except ARCHIVE_ERRORS as error:
        raise one_fault(
            file, _("{name} in the archive is damaged or encrypted; export it once more.").format(name=name)
        ) from error


def _size_of_list(path: Path) -> int:
    """Return the size that a ZIP archive states for its list of contents **[bytes]**; 0 where it states none."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 66_000))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    if stated != 0xFFFFFFFF:
        return stated
    at = tail.rfind(b"PK\x06\x06", 0, at)
    return int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else MOST_MEMBERS_BYTES + 1
