"""What a file holds, told from its first bytes: an ending can be wrong, its content cannot."""

from __future__ import annotations

from enum import StrEnum

from myotwitch.language import later

HEAD_BYTES = 4096
"""Bytes from the beginning of a file that are enough for `identify_content`."""

_MAT_HEADER_BYTES = 128
_MAT_VERSION_5 = b"\x00\x01IM"
_MAT_VERSION_5_BIG_ENDIAN = b"\x01\x00MI"
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


class Content(StrEnum):
    """The kinds of content that are told apart, in the words of messages."""

    EDF = "EDF"
    BDF = "BDF"
    HDF5 = "HDF5"
    MATLAB_5 = "MATLAB 5"
    MATLAB_73 = "MATLAB 7.3"
    PARQUET = "Parquet"
    WFDB_HEADER = later("a WFDB header")
    TEXT = later("text")
    UTF16_TEXT = later("UTF-16 text")
    ZIP = later("a ZIP archive")
    GZIP = later("gzip-compressed data")
    BINARY = later("binary data of no known format")


_SIGNATURES: tuple[tuple[bytes, Content], ...] = (
    (b"\xffBIOSEMI", Content.BDF),
    (b"0       ", Content.EDF),
    (_HDF5_SIGNATURE, Content.HDF5),
    (b"PAR1", Content.PARQUET),
    (b"PK\x03\x04", Content.ZIP),
    (b"\x1f\x8b", Content.GZIP),
    (b"\xff\xfe", Content.UTF16_TEXT),
    (b"\xfe\xff", Content.UTF16_TEXT),
)


def identify_content(head: bytes) -> Content:
    """Return what a file holds.

    Parameters
    ----------
    head
        Its first `HEAD_BYTES` bytes, or all where it is shorter.

    Limits
    ------
    A WFDB header is text like any other; it is told from a table of numbers by its file name only.

    Examples
    --------
    >>> identify_content(b"PAR1...").value
    'Parquet'
    >>> identify_content(b"time_s;emg").value
    'text'
    """
    for signature, content in _SIGNATURES:
        if head.startswith(signature):
            return content
    # A MAT file begins with 116 bytes of free text; what names it are the four bytes that end its header.
    ending = head[_MAT_HEADER_BYTES - 4 : _MAT_HEADER_BYTES]
    if ending in (_MAT_VERSION_5, _MAT_VERSION_5_BIG_ENDIAN):
        return Content.MATLAB_5
    if head[512 : 512 + len(_HDF5_SIGNATURE)] == _HDF5_SIGNATURE:
        return Content.MATLAB_73 if head.startswith(b"MATLAB") else Content.HDF5
    return Content.BINARY if b"\x00" in head else Content.TEXT
