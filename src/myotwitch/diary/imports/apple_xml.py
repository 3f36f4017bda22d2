"""Reads an Apple Health export element by element, in bounded memory whatever its size.

Entities and external files, which hostile XML is made of, are refused; the list of elements at the top of every export
(its DTD) is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from myotwitch.diary.imports.reading import first_bytes, one_fault, open_archive, open_member, told_as_faults
from myotwitch.errors import DiaryError
from myotwitch.language import _

Attributes = Mapping[str, str]
PIECE_BYTES = 1 << 20
LONGEST_TAG_BYTES = 4_000_000
"""An element of an export has some hundred bytes; what is not complete after so many is hostile."""
DEEPEST = 50
HEAD_BYTES = 100_000
ROOT = b"HealthData"


def is_health_xml(head: bytes) -> bool:
    """Return True if a file that begins so is an Apple Health export."""
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    return text.startswith(b"<") and (b"<!DOCTYPE HealthData" in head or b"<HealthData" in head)


def find_health_member(archive: ZipFile, file: str) -> ZipInfo | None:
    """Return the export in an archive, whatever the phone's language calls it; None where there is none."""
    candidates = [item for item in archive.infolist() if item.filename.lower().endswith(".xml")]
    for member in sorted(candidates, key=lambda item: item.filename.count("/"))[:20]:
        with open_member(archive, member, file) as stream:
            if is_health_xml(stream.read(HEAD_BYTES)):
                return member
    return None


@contextmanager
def open_export(path: Path) -> Iterator[IO[bytes]]:
    """Open the XML of an export, itself or inside ``export.zip``.

    Raises
    ------
    DiaryError
        If it cannot be read, or holds no export.
    """
    file = str(path)
    if first_bytes(path, 4).startswith(b"PK"):
        with open_archive(path) as archive:
            member = find_health_member(archive, file)
            if member is None:
                raise one_fault(file, _("The archive holds no Apple Health export (export.xml)."))
            with open_member(archive, member, file) as stream:
                yield stream
        return
    with told_as_faults(file), path.open("rb") as stream:
        yield stream


class HealthXml:
    """Tells a visitor of every element, and where it stands.

    Parameters
    ----------
    file
        The file as the person named it.
    start
        Called with name, attributes and depth (the root's is 0) where an element begins.
    end
        Called with name and depth where it ends.
    """

    def __init__(
        self, file: str, start: Callable[[str, Attributes, int], None], end: Callable[[str, int], None]
    ) -> None:
        self._file = file
        self._start, self._end = start, end
        self._depth = 0
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.StartDoctypeDeclHandler = self._check_doctype
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.ExternalEntityRefHandler = self._refuse_entity
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    @property
    def line(self) -> int:
        """The line that is being read, counted from 1."""
        return self._parser.CurrentLineNumber

    def read(self, stream: IO[bytes]) -> None:
        """Read the whole stream.

        Raises
        ------
        DiaryError
            If it is no XML of this kind, or is hostile.
        """
        try:
            while piece := stream.read(PIECE_BYTES):
                self._parser.Parse(piece, False)  # noqa: FBT003  expat takes it by place only
                self._fed += len(piece)
                if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG_BYTES:
                    raise self._error(_("An element is longer than any of a health export."))
            self._parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise one_fault(
                self._file,
                _("This is no complete XML ({reason}); export it from the phone once more.").format(reason=reason),
                line=error.lineno,
            ) from error
        except (UnicodeError, LookupError, ValueError) as error:
            raise self._error(_("The encoding of the XML is not known.")) from error

    def _begin(self, name: str, attributes: Attributes) -> None:
        if self._depth == 0 and name != "HealthData":
            raise self._error(_("The XML is no Apple Health export: it does not begin with HealthData."))
        if self._depth > DEEPEST:
            raise self._error(_("The elements are nested too deeply for a health export."))
        self._start(name, attributes, self._depth)
        self._depth += 1

    def _finish(self, name: str) -> None:
        self._depth -= 1
        self._end(name, self._depth)

    def _check_doctype(self, _: str, system_id: str | None, public_id: str | None, __: int) -> None:
        if system_id is not None or public_id is not None:
            self._refuse_entity()

    def _refuse_entity(self, *_given: object) -> NoReturn:
        raise self._error(_("The XML declares entities or refers to other files, which no health export does."))

    def _error(self, message: str) -> DiaryError:
        return one_fault(self._file, message, line=self._parser.CurrentLineNumber)
