"""A first guess at what the columns of a table mean, for the person to correct; never used unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from myotwitch.diary.imports.conversions import finding_of_words, substance_of_words, twitching_of_words
from myotwitch.diary.imports.table import delimiter_of, rows_of, table_text_of
from myotwitch.errors import DiaryError
from myotwitch.language import _

ROWS_LOOKED_AT = 200
_TIME_WORDS = (
    "time",
    "date",
    "datetime",
    "timestamp",
    "when",
    "day",
    "datum",
    "zeit",
    "uhrzeit",
    "start",
    "fecha",
    "hora",
)
FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%Y/%m/%d %H:%M", "%d.%m.%y %H:%M",
)  # fmt: skip
_BRACKETS = re.compile(r"^(.*?)\s*[(\[](.*?)[)\]]\s*$")
_UNITS = {"mg": "mg", "g": "g", "ug": "ug", "mcg": "ug", "µg": "ug", "ml": "ml"}


def guess_mapping(path: Path) -> str:
    """Return a mapping file for a table, as far as its head and first rows allow a guess.

    Raises
    ------
    DiaryError
        If it is no table.
    """
    encoding = "utf-8"
    try:
        text = table_text_of(path, encoding)
    except DiaryError:
        encoding = "cp1252"
        text = table_text_of(path, encoding)
    rows = [row for (_, row), _ in zip(rows_of(text, None, str(path)), range(ROWS_LOOKED_AT), strict=False)]
    names = list(rows[0]) if rows else []
    times = [name for name in names if any(word in re.split(r"[^a-z]+", name.lower()) for word in _TIME_WORDS)][:2]
    lines = [
        _("# A guess from the head and the first rows; correct it before you import with it."),
        f"delimiter = {_quoted(delimiter_of(text))}",
        f"decimal = {_quoted(_decimal(rows, names, times))}",
        f"encoding = {_quoted(encoding)}",
        _('# zone = "Europe/Berlin"   # needed where times have no offset from UTC'),
        "",
        "[time]",
        f"columns = [{', '.join(_quoted(name) for name in times)}]" if times else _('columns = ["?"]   # which one?'),
        *_format_lines(rows, times),
    ]
    for name in names:
        lines += [] if name in times else _entry_lines(name)
    return "\n".join(lines) + "\n"


def _format_lines(rows: Sequence[Mapping[str, str]], times: Sequence[str]) -> list[str]:
    texts = [text for row in rows if (text := " ".join(row.get(name, "") for name in times).strip())]
    if not texts or all(_is_iso(text) for text in texts):
        return []
    fitting = [form for form in FORMATS if all(_fits(text, form) for text in texts)]
    others = _("   # could also be {formats}").format(formats=_(" or ").join(fitting[1:])) if len(fitting) > 1 else ""
    return [f"format = {_quoted(fitting[0])}{others}"] if fitting else [_('format = "?"   # as in strftime')]


def _entry_lines(name: str) -> list[str]:
    """Return the rule for a column whose name says what it holds; none where it does not."""
    match = _BRACKETS.match(name)
    words, unit = (match[1], match[2].lower()) if match else (name, "")
    rule = ["", "[[entry]]", f"needs = [{_quoted(name)}]"]
    column = f"{{ column = {_quoted(name)} }}"
    is_twitching, place = twitching_of_words(words)
    if is_twitching:
        where = [f"fields.place = {{ constant = {_quoted(place)} }}"] if place else []
        return [*rule, 'kind = "bout"', f"fields.count = {column}", *where]
    if words.strip().lower() == "stress":
        return [*rule, 'kind = "stress"', f"fields.value = {column}"]
    if (substance := substance_of_words(words)) is not None:
        known = _UNITS.get(unit, "unit")
        return [*rule, 'kind = "intake"', f"fields.substance = {{ constant = {_quoted(substance)} }}",
                f"fields.amount = {column}", f"fields.unit = {{ constant = {_quoted(known)} }}"]  # fmt: skip
    if (finding := finding_of_words(words)) is not None:
        return [*rule, 'kind = "symptom"', f"fields.finding = {{ constant = {_quoted(finding)} }}",
                f"fields.value = {column}"]  # fmt: skip
    if words.strip().lower() in ("note", "notes", "comment", "comments", "notiz", "notizen"):
        return [*rule, 'kind = "note"', f"fields.text = {column}"]
    return ["", _("# The column {name} was not understood.").format(name=_quoted(name))]


def _decimal(rows: Sequence[Mapping[str, str]], names: Sequence[str], times: Sequence[str]) -> str:
    cells = [row.get(name, "") for row in rows for name in names if name not in times]
    commas, points = (sum(bool(re.fullmatch(rf"-?\d+{sign}\d+", cell)) for cell in cells) for sign in (",", r"\."))
    return "," if commas > points else "."


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _quoted(text: str | None) -> str:
    shown = "".join(sign for sign in text or "" if sign.isprintable() or sign == "\t")
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'
