"""Loads variables of MATLAB 5 files: matrices of numbers, texts and cell arrays of them.

SciPy loads such files too, but believes what they say of themselves: a few bytes of compressed zeros become gigabytes,
and an unknown code of a data type ends the whole process (seen with SciPy 1.17). Here every claimed size and code is
held against what the file and the limit allow before anything is done with it.

Sources
-------
MAT-File Format, The MathWorks, https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits

LARGEST_VARIABLE_BYTES = 512_000_000
"""Memory that one variable may take when unpacked [bytes]."""

MatlabValue = NDArray[Any] | tuple[str, ...] | list[Any]
"""A matrix of numbers, its axes turned around; the lines of a text; or the values of a cell array, column by column."""

_HEADER_BYTES = 128
_INT8, _INT32, _UINT32, _MATRIX, _COMPRESSED, _UTF8 = 1, 5, 6, 14, 15, 16
_CELL, _CHAR, _OPAQUE = 1, 4, 17
_NUMBERS = range(6, 16)
_COMPLEX_FLAG = 0x0800
_NUMBER_CODES: Mapping[int, str] = MappingProxyType(
    {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
)
_TEXT_CODES: Mapping[int, str] = MappingProxyType(
    {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
)
_PIECE_BYTES = 65_536
_LONGEST_NAME = 1024
_LONGEST_TEXT = 1_000_000
_MOST_VARIABLES = 10_000
_MOST_CELLS = 1_000_000
_DEEPEST = 4


def load_matlab_5(path: Path, wanted: Collection[str]) -> tuple[tuple[str, ...], dict[str, MatlabValue]]:
    """Return the names of all variables of a MATLAB 5 file, and the values of those in `wanted`.

    Raises
    ------
    RecordingError
        If the file ends early, its parts do not fit into each other, or a wanted variable is too large or of a kind
        that no recording needs.
    """
    size = path.stat().st_size
    names: list[str] = []
    values: dict[str, MatlabValue] = {}
    with path.open("rb") as stream:
        order = "<" if stream.read(_HEADER_BYTES)[126:128] == b"IM" else ">"
        position = _HEADER_BYTES
        while position + 8 <= size:
            stream.seek(position)
            kind, byte_count = _tag(order, stream.read(8))
            if kind not in (_MATRIX, _COMPRESSED) or byte_count == 0 or len(names) >= _MOST_VARIABLES:
                raise _damaged(path, _("at byte {position} a variable was expected").format(position=position))
            if position + 8 + byte_count > size:
                raise _damaged(
                    path, _("the variable at byte {position} does not end within the file").format(position=position)
                )
            try:
                name, value = _load_variable(path, stream, order, (kind, byte_count), wanted)
            except (EOFError, struct.error, zlib.error, UnicodeDecodeError) as error:
                raise _damaged(
                    path, _("the variable at byte {position} cannot be unpacked").format(position=position)
                ) from error
            names.append(name)
            if value is not None:
                values[name] = value
            position += 8 + byte_count
    return tuple(names), values


def _load_variable(
    path: Path, stream: BinaryIO, order: str, tag: tuple[int, int], wanted: Collection[str]
) -> tuple[str, MatlabValue | None]:
    kind, byte_count = tag
    part = _Bytes(stream, byte_count, is_compressed=kind == _COMPRESSED)
    if kind == _COMPRESSED:
        kind, byte_count = _tag(order, part.read(8))
        if kind != _MATRIX:
            raise _damaged(path, _("a compressed part holds no variable"))
    loader = _Loader(path=path, part=part, order=order)
    head, left = loader.head(byte_count)
    return head.name, loader.value(head, left, depth=0) if head.name in wanted else None


class _Bytes:
    """Bytes of a file, or those that a compressed part of it unpacks to, read forward only."""

    def __init__(self, stream: BinaryIO, byte_count: int, *, is_compressed: bool) -> None:
        self._stream = stream
        self._left = byte_count
        self._unpacker = zlib.decompressobj() if is_compressed else None
        self._ready = b""

    def read(self, count: int) -> bytearray:
        """Return `count` bytes; raises EOFError where there are fewer."""
        content = bytearray(count)
        filled = 0
        while filled < count:
            self._ready = self._ready or self._next_piece()
            piece, self._ready = self._ready[: count - filled], self._ready[count - filled :]
            content[filled : filled + len(piece)] = piece
            filled += len(piece)
        return content

    def _next_piece(self) -> bytes:
        if self._unpacker is None:
            return self._from_file()
        while True:
            piece = self._unpacker.decompress(self._unpacker.unconsumed_tail or self._from_file(), _PIECE_BYTES)
            if piece:
                return piece
            if self._unpacker.eof:
                raise EOFError

    def _from_file(self) -> bytes:
        piece = self._stream.read(min(self._left, _PIECE_BYTES))
        if not piece:
            raise EOFError
        self._left -= len(piece)
        return piece


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """What an array says of itself before its content."""

    array_class: int
    is_complex: bool
    dimensions: tuple[int, ...]
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Loader:
    """Loads the arrays that lie in one run of bytes."""

    path: Path
    part: _Bytes
    order: str

    def head(self, byte_count: int) -> tuple[_Head, int]:
        """Return the head of an array of `byte_count` bytes, and how many bytes are left after it."""
        (_code, flags), left = self._element(byte_count, 8, (_UINT32,))
        (flag_word,) = struct.unpack(self.order + "I", flags[:4])
        array_class = flag_word & 0xFF
        dimensions = bytearray(8)
        if array_class != _OPAQUE:  # objects of newer versions have none
            (_code, dimensions), left = self._element(left, 256, (_INT32, _UINT32))
        (_code, name), left = self._element(left, _LONGEST_NAME, (_INT8, _UTF8))
        head = _Head(
            array_class=array_class,
            is_complex=bool(flag_word & _COMPLEX_FLAG),
            dimensions=struct.unpack(f"{self.order}{len(dimensions) // 4}i", dimensions),
            name=name.decode("utf-8", "replace"),
        )
        if len(head.dimensions) < 2 or min(head.dimensions) < 0:
            raise _damaged(
                self.path,
                _("the variable {name} has the dimensions {dimensions}").format(
                    name=repr(head.name), dimensions=head.dimensions
                ),
            )
        return head, left

    def value(self, head: _Head, left: int, depth: int) -> MatlabValue:
        """Return what an array holds in its `left` bytes."""
        if left > LARGEST_VARIABLE_BYTES:
            raise RecordingError(
                _(
                    "{path}: {name} takes {left} MB unpacked. MATLAB 5 files are read whole, up to "
                    "{largest_variable_bytes} MB. Save it with -v7.3, or export it as EDF."
                ).format(
                    path=self.path,
                    name=repr(head.name or "a cell"),
                    left=digits(left / 1000000.0, ".0f"),
                    largest_variable_bytes=digits(LARGEST_VARIABLE_BYTES / 1000000.0, ".0f"),
                )
            )
        if head.array_class == _CELL:
            return self._cells(head, left, depth)
        if head.array_class == _CHAR:
            return self._text(head, left)
        if head.array_class in _NUMBERS and not head.is_complex:
            return self._numbers(head, left)
        raise RecordingError(
            _(
                "{path}: a variable of the recording is no matrix of real numbers, text or cell array "
                "(MATLAB class {array_class}). Export the recording from its program again."
            ).format(path=self.path, array_class=head.array_class)
        )

    def _cells(self, head: _Head, left: int, depth: int) -> list[MatlabValue]:
        count = math.prod(head.dimensions)
        if count * 8 > left or count > _MOST_CELLS or depth > _DEEPEST:
            raise _damaged(
                self.path,
                _("{count} cells are claimed in {left} bytes, {depth} deep").format(
                    count=count, left=left, depth=depth
                ),
            )
        values: list[MatlabValue] = []
        for _index in range(count):
            kind, byte_count = _tag(self.order, self.part.read(8))
            left -= 8 + byte_count
            if kind != _MATRIX or left < 0:
                raise _damaged(self.path, _("a cell does not fit into its array"))
            values.append(self._cell(byte_count, depth))
        return values

    def _cell(self, byte_count: int, depth: int) -> MatlabValue:
        if byte_count == 0:  # MATLAB's way to write an empty cell
            return np.empty((0, 0))
        head, left = self.head(byte_count)
        return self.value(head, left, depth + 1)

    def _numbers(self, head: _Head, left: int) -> NDArray[Any]:
        (code, content), _left = self._element(left, left, _NUMBER_CODES)
        numbers = np.frombuffer(content, dtype=self.order + _NUMBER_CODES[code])
        if numbers.size != math.prod(head.dimensions):
            raise _damaged(
                self.path,
                _("{size} numbers are there for the dimensions {dimensions}").format(
                    size=numbers.size, dimensions=head.dimensions
                ),
            )
        return numbers.reshape(head.dimensions[::-1])

    def _text(self, head: _Head, left: int) -> tuple[str, ...]:
        (code, content), _left = self._element(left, min(left, _LONGEST_TEXT), _TEXT_CODES)
        encoding = _TEXT_CODES[code]
        if encoding.startswith("utf-") and encoding != "utf-8":
            encoding += "-le" if self.order == "<" else "-be"
        text = content.decode(encoding)
        lines = head.dimensions[0]
        if len(text) != math.prod(head.dimensions):
            raise _damaged(
                self.path,
                _("{text_count} signs are there for the dimensions {dimensions}").format(
                    text_count=len(text), dimensions=head.dimensions
                ),
            )
        # Texts of several lines are stored column by column.
        return tuple(text[line::lines] for line in range(lines))

    def _element(self, left: int, limit: int, codes: Collection[int]) -> tuple[tuple[int, bytearray], int]:
        """Return code and content of one element of an array, and how many of the array's bytes are left after it."""
        tag = self.part.read(8)
        code, byte_count = _tag(self.order, tag)
        is_small = code >> 16 != 0  # up to four bytes of content stand inside the tag itself
        if is_small:
            code, byte_count = code & 0xFFFF, code >> 16
        # Compressed arrays may end without the padding to eight bytes.
        padding = 0 if is_small else min(-byte_count % 8, max(0, left - 8 - byte_count))
        used = 8 if is_small else 8 + byte_count + padding
        if code not in codes or byte_count > (4 if is_small else limit) or used > left:
            raise _damaged(
                self.path,
                _("an element of type {code} and {byte_count} bytes does not fit into its array").format(
                    code=code, byte_count=byte_count
                ),
            )
        if is_small:
            return (code, tag[4 : 4 + byte_count]), left - used
        content = self.part.read(byte_count)
        self.part.read(padding)
        return (code, content), left - used


def _tag(order: str, head: bytes | bytearray) -> tuple[int, int]:
    """Return type and length of a part from its first eight bytes."""
    kind, byte_count = struct.unpack(order + "II", head)
    return int(kind), int(byte_count)


def _damaged(path: Path, reason: str) -> RecordingError:
    return RecordingError(
        _("{path} is damaged or cut short: {reason}. Save or copy it again.").format(path=path, reason=reason)
    )
