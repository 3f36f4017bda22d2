"""The page for the doctor as PDF: laid out by typst, accessible (PDF/UA-1) and fit for an archive (PDF/A-2a).

The template lies in the package; everything that is said is handed to it as data, so that no text is ever read as
markup. Only the fonts that typst brings are used, so that it looks alike on every machine.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from myotwitch.report.letter.content import Figure, Items, ReportContent, Table, Words

STANDARDS: tuple[Literal["ua-1"], Literal["a-2a"]] = ("ua-1", "a-2a")
LONGEST_WORD = 22
"""Signs after which a word may be broken, so that none runs out of its column."""
BREAK = "\u200b"
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("äöüÄÖÜßµ×–…“”„‚‘’·°≤≥±→←↑↓ \u00a0\u200b\u00ad")
"""Signs that the fonts are known to have."""
_FONT_TEST = b'#set document(title: "t")\n#set text(font: "Libertinus Serif")\n#sys.inputs.sign'


def pdf_file(content: ReportContent) -> bytes:
    """Return the page with its details as a PDF file."""
    import typst

    return bytes(
        typst.compile(
            _template(),
            sys_inputs={"report": _data(content)},
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=content.made.replace(microsecond=0),
        )
    )


def png_pages(content: ReportContent, *, dots_per_inch: float = 110.0) -> list[bytes]:
    """Return every page as a picture."""
    import typst

    pages: Any = typst.compile(
        _template(), sys_inputs={"report": _data(content)}, ignore_system_fonts=True, format="png", ppi=dots_per_inch
    )
    return [bytes(pages)] if isinstance(pages, bytes) else [bytes(page) for page in pages]


def shown(text: str) -> str:
    """Return a text with what the fonts lack told by its name, and long words breakable.

    Examples
    --------
    >>> shown("It tickles 🙂")
    'It tickles [slightly smiling face]'
    """
    signs = "".join(sign if sign in PLAIN or _has_sign(sign) else _name(sign) for sign in text.replace(" %", "\u00a0%"))
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", _broken, signs)


def _broken(match: re.Match[str]) -> str:
    word = match.group()
    pieces = re.split(r"(?<=[/_.-])", word)
    return BREAK.join(
        BREAK.join(piece[at : at + LONGEST_WORD] for at in range(0, len(piece), LONGEST_WORD))
        for piece in pieces
        if piece
    )


def _name(sign: str) -> str:
    # Joiners and shades of a picture sign have no meaning without it.
    if unicodedata.category(sign) in ("Cf", "Mn", "Me", "Sk"):
        return ""
    return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"


@lru_cache(maxsize=4096)
def _has_sign(sign: str) -> bool:
    """Return whether a sign can be shown: the standard for accessible files refuses a text that cannot."""
    import typst

    try:
        typst.compile(
            _FONT_TEST, sys_inputs={"sign": sign}, ignore_system_fonts=True, format="pdf", pdf_standards="ua-1"
        )
    except typst.TypstError:
        return False
    return True


def _template() -> bytes:
    return files("myotwitch.report").joinpath("templates", "letter.typ").read_bytes()


def _data(content: ReportContent) -> str:
    values = asdict(content)
    values["made"] = content.made.isoformat(timespec="minutes")
    values["details"] = [
        {"title": section.title, "blocks": [{"kind": _KINDS[type(block)], **asdict(block)} for block in section.blocks]}
        for section in content.details
    ]
    return json.dumps(_each_text(values, shown), ensure_ascii=False)


_KINDS: Mapping[type, str] = {Table: "table", Figure: "figure", Words: "words", Items: "items"}


def _each_text(value: Any, change: Callable[[str], str], name: str = "") -> Any:
    """Return plain values with every text but drawings changed."""
    if isinstance(value, str):
        return value if name == "svg" else change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(part, change, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, change) for part in value]
    return value
