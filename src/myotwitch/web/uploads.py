"""Receives uploads: written to disk as they come, under names of the app's own; one that breaks off leaves nothing."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from myotwitch.errors import RequestError
from myotwitch.language import _, digits

MOST_FILES = 200
"""A WFDB record of many segments is two files a segment."""
MOST_FIELDS = 20
LONGEST_FIELD = 100_000
LONGEST_NAME = 200
OLD_S = 24 * 3600.0
"""After so long what a killed app left half received is cleared away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A file that came whole.

    Parameters
    ----------
    path
        Where it lies, under a name of the app's own.
    name
        How the sender calls it, without folders and steering signs; to be shown, never to be opened.
    sha256, size
        Digest of its content, and its length **[bytes]**.
    """

    path: Path
    name: str
    sha256: str
    size: int

    @property
    def ending(self) -> str:
        """What its name ends in, in lower case."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(kw_only=True, slots=True)
class _Incoming:
    path: Path
    name: str
    stream: IO[bytes]
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0

    def write(self, data: bytes) -> None:
        self.stream.write(data)
        self.digest.update(data)
        self.size += len(data)

    def close(self) -> Received:
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        return Received(path=self.path, name=self.name, sha256=self.digest.hexdigest(), size=self.size)


@contextmanager
def incoming_folder(parent: Path) -> Iterator[Path]:
    """Give a new folder for what comes in; it is gone afterwards, with what is still in it."""
    root = parent / "incoming"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in root.iterdir():
        if time.time() - left.stat().st_mtime > OLD_S:
            shutil.rmtree(left, ignore_errors=True)
    folder = root / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def receive(request: Request, folder: Path) -> tuple[tuple[Received, ...], Mapping[str, str]]:
    """Return the files and the fields of a sent form; files without content and name are left out.

    Method
    ------
    Where the token came in a header the body was not touched yet and is written to the folder as it comes. A form sent
    without scripts was already taken in to find its token; its files are copied.

    Raises
    ------
    RequestError
        If it is no such form, or holds too many files.
    """
    if request.headers.get("x-csrf-token") is None:
        return await _from_form(request, folder)
    reader = _Reader(folder=folder)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RequestError(_("No file came; choose one and send it again."))
    parser = MultipartParser(options[b"boundary"], reader.callbacks())  # type: ignore[arg-type]
    try:
        async for chunk in _chunks(request):
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise RequestError(_("The upload is damaged; send it again.")) from error
    finally:
        reader.stop()
    return await run_in_threadpool(reader.files), reader.fields


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk


async def _from_form(request: Request, folder: Path) -> tuple[tuple[Received, ...], Mapping[str, str]]:
    form = await request.form()
    sent = [value for name, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    if len(sent) > MOST_FILES:
        raise RequestError(
            _("{sent_count} files came; send at most {most_files} at a time.").format(
                sent_count=len(sent), most_files=MOST_FILES
            )
        )
    files = []
    for number, value in enumerate(sent):
        incoming = _begin(folder, number, value.filename or "")
        while chunk := await value.read(1 << 20):
            incoming.write(chunk)
        files.append(await run_in_threadpool(incoming.close))
        await value.close()
    return tuple(files), {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def _begin(folder: Path, number: int, name: str) -> _Incoming:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:]
    path = folder / f"file_{number}"
    return _Incoming(path=path, name=shown, stream=path.open("xb"))


@dataclass(kw_only=True, slots=True)
class _Reader:
    """Takes the parts of a form as they come."""

    folder: Path
    fields: dict[str, str] = field(default_factory=dict)
    _incoming: list[_Incoming] = field(default_factory=list)
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _header: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    _text: bytearray = field(default_factory=bytearray)
    _name: str = ""
    _file: _Incoming | None = None

    def callbacks(self) -> Mapping[str, Any]:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": self._take,
            "on_part_end": self._end_part,
        }

    def files(self) -> tuple[Received, ...]:
        """Return the files, safe on disk."""
        return tuple(incoming.close() for incoming in self._incoming)

    def stop(self) -> None:
        """Hold nothing half read."""
        if self._file is not None:
            self._file.stream.close()

    def _begin_part(self) -> None:
        self._headers = {}
        self._text = bytearray()
        self._file = None

    def _end_header(self) -> None:
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def _begin_content(self) -> None:
        options = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        self._name = options.get(b"name", b"").decode("utf-8", errors="replace")[:LONGEST_NAME]
        file_name = options.get(b"filename")
        if not file_name:
            return
        if len(self._incoming) >= MOST_FILES:
            raise RequestError(_("Send at most {most_files} files at a time.").format(most_files=MOST_FILES))
        self._file = _begin(self.folder, len(self._incoming), file_name.decode("utf-8", errors="replace"))

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            return
        if len(self._text) + end - start > LONGEST_FIELD:
            raise RequestError(
                _("A field is longer than {longest_field} signs.").format(longest_field=digits(LONGEST_FIELD, ","))
            )
        self._text += data[start:end]

    def _end_part(self) -> None:
        if self._file is not None:
            self._incoming.append(self._file)
            self._file = None
        elif len(self.fields) < MOST_FIELDS and b"filename" not in self._headers.get(b"content-disposition", b""):
            self.fields[self._name] = self._text.decode("utf-8", errors="replace").strip()
