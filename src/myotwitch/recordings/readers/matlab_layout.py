"""Walks through a MATLAB 5 file without loading it, and refuses what would not fit into memory.

SciPy loads a variable whole and believes what the file says of its size. A few bytes of compressed zeros can claim
gigabytes. So the nesting is followed here first, in small pieces, and every claimed size is held against what the file
and the limit allow.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from myotwitch.errors import RecordingError

LARGEST_VARIABLE_BYTES = 512_000_000
"""Memory that one variable may take when unpacked [bytes]."""

_HEADER_BYTES = 128
_MATRIX = 14
_COMPRESSED = 15
_CELL = 1
_CHAR = 4
_NUMBERS = range(6, 16)
_PIECE_BYTES = 65_536
_LONGEST_NAME = 1024
_MOST_VARIABLES = 10_000
_DEEPEST = 4
_COMPLEX_FLAG = 0x0800


@dataclass(frozen=True, kw_only=True, slots=True)
class MatlabVariable:
    """A variable of a MATLAB 5 file: its name and its dimensions."""

    name: str
    dimensions: tuple[int, ...]


class _Stream:
    """Bytes of a file, or those that a compressed part of it unpacks to, read forward only."""

    def __init__(self, stream: BinaryIO, byte_count: int, *, is_compressed: bool) -> None:
        self._stream = stream
        self._left = byte_count
        self._unpacker = zlib.decompressobj() if is_compressed else None
        self._ready = b""

    def read(self, count: int) -> bytes:
        """Return `count` bytes; raises EOFError where there are fewer."""
        parts = []
        while count > 0:
            if not self._ready:
                self._ready = self._next_piece()
            part, self._ready = self._ready[:count], self._ready[count:]
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Pass over `count` bytes without keeping them."""
        while count > 0:
            step = min(count, _PIECE_BYTES)
            self.read(step)
            count -= step

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


def survey_matlab_5(path: Path, wanted: Collection[str]) -> tuple[MatlabVariable, ...]:
    """Return the variables of a MATLAB 5 file, those in `wanted` checked to the last number.

    Raises
    ------
    RecordingError
        If the file ends early, its parts do not fit into each other, or a wanted variable is too large.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
        order = "<" if header[126:128] == b"IM" else ">"
        variables: list[MatlabVariable] = []
        position = _HEADER_BYTES
        while position + 8 <= size:
            stream.seek(position)
            kind, byte_count = _tag(order, stream.read(8))
            if kind not in (_MATRIX, _COMPRESSED) or byte_count == 0:
                raise _damaged(path, f"at byte {position} a variable was expected")
            if position + 8 + byte_count > size or len(variables) >= _MOST_VARIABLES:
                raise _damaged(path, f"the variable at byte {position} does not end within the file")
            try:
                variables.append(_survey_variable(path, stream, order, (kind, byte_count), wanted))
            except (EOFError, struct.error, zlib.error) as error:
                raise _damaged(path, f"the variable at byte {position} cannot be unpacked") from error
            position += 8 + byte_count
    return tuple(variables)


def _survey_variable(
    path: Path, stream: BinaryIO, order: str, tag: tuple[int, int], wanted: Collection[str]
) -> MatlabVariable:
    kind, byte_count = tag
    part = _Stream(stream, byte_count, is_compressed=kind == _COMPRESSED)
    if kind == _COMPRESSED:
        kind, byte_count = _tag(order, part.read(8))
        if kind != _MATRIX:
            raise _damaged(path, "a compressed part holds no variable")
    walk = _Walk(path=path, part=part, order=order)
    return walk.matrix(byte_count, wanted=wanted, depth=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Walk:
    """The way through one variable."""

    path: Path
    part: _Stream
    order: str

    def matrix(self, byte_count: int, wanted: Collection[str] | None, depth: int) -> MatlabVariable:
        """Follow one array and everything in it; only its head where its name is not `wanted`."""
        if depth > _DEEPEST:
            raise _damaged(self.path, "its cells are nested too deeply")
        if byte_count == 0:
            return MatlabVariable(name="", dimensions=(0, 0))
        (flags, left) = self._small(byte_count, 64)
        (dimensions_bytes, left) = self._small(left, 256)
        (name_bytes, left) = self._small(left, _LONGEST_NAME)
        (flag_word,) = struct.unpack(self.order + "I", flags[:4])
        count = len(dimensions_bytes) // 4
        dimensions = struct.unpack(f"{self.order}{count}i", dimensions_bytes[: 4 * count])
        name = name_bytes.decode("latin-1")
        if min(dimensions, default=-1) < 0:
            raise _damaged(self.path, f"the variable {name!r} has the dimensions {dimensions}")
        variable = MatlabVariable(name=name, dimensions=dimensions)
        if wanted is not None and name not in wanted:
            return variable
        if byte_count > LARGEST_VARIABLE_BYTES:
            raise RecordingError(
                f"{self.path}: {name or 'a cell'!r} takes {byte_count / 1e6:.0f} MB unpacked. MATLAB 5 files are read "
                f"whole, up to {LARGEST_VARIABLE_BYTES / 1e6:.0f} MB. Save it with -v7.3, or export it as EDF."
            )
        left = self._body(flag_word, dimensions, left, depth)
        self.part.skip(left)
        return variable

    def _body(self, flag_word: int, dimensions: tuple[int, ...], left: int, depth: int) -> int:
        """Follow what an array holds and return how many of its bytes are left."""
        array_class = flag_word & 0xFF
        if array_class == _CELL:
            cells = 1
            for length in dimensions:
                cells *= length
            if cells * 8 > left:
                raise _damaged(self.path, f"{cells} cells are claimed in {left} bytes")
            for _ in range(cells):
                kind, byte_count = _tag(self.order, self.part.read(8))
                if kind != _MATRIX or byte_count > left - 8:
                    raise _damaged(self.path, "a cell does not fit into its array")
                self.matrix(byte_count, wanted=None, depth=depth + 1)
                left -= 8 + byte_count
            return left
        if array_class != _CHAR and array_class not in _NUMBERS:
            raise RecordingError(
                f"{self.path}: a variable of the recording is no matrix, text or cell array (MATLAB class "
                f"{array_class}). Export the recording from its program again."
            )
        for _ in range(2 if flag_word & _COMPLEX_FLAG else 1):
            left = self._skip_numbers(left)
        return left

    def _skip_numbers(self, left: int) -> int:
        head = self.part.read(8)
        kind, byte_count = _tag(self.order, head)
        if kind >> 16:  # up to four bytes of data stand inside the tag itself
            return left - 8
        padded = byte_count + -byte_count % 8
        if byte_count > left - 8:
            raise _damaged(self.path, "an array does not fit into its variable")
        padded = min(padded, left - 8)
        self.part.skip(padded)
        return left - 8 - padded

    def _small(self, left: int, limit: int) -> tuple[bytes, int]:
        """Return the data of a small part and how many bytes are left after it."""
        head = self.part.read(8)
        kind, byte_count = _tag(self.order, head)
        if kind >> 16:
            return head[4 : 4 + min(4, kind >> 16)], left - 8
        padded = byte_count + -byte_count % 8
        if byte_count > limit or padded > left - 8:
            raise _damaged(self.path, "the head of a variable does not fit into it")
        return self.part.read(padded)[:byte_count], left - 8 - padded


def _tag(order: str, head: bytes) -> tuple[int, int]:
    """Return kind and length of a part from its first eight bytes."""
    kind, byte_count = struct.unpack(order + "II", head)
    return int(kind), int(byte_count)


def _damaged(path: Path, reason: str) -> RecordingError:
    return RecordingError(f"{path} is damaged or cut short: {reason}. Save or copy it again.")
