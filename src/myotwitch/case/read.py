"""Reads case files: from a file to a Case, or to every fault that the file has."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from myotwitch.case.json_text import parse_json
from myotwitch.case.located import Located, Path, RefusedTextError, path_text
from myotwitch.case.phenopacket import is_phenopacket, located_from_phenopacket
from myotwitch.case.rules import NOTHING_TWITCHES, broken_rules, twitching_without_place
from myotwitch.errors import CaseError, Fault

if TYPE_CHECKING:
    from myotwitch.case.case import Case

LARGEST_BYTES = 1_000_000
"""Size of the largest case file that is read: some thousand times that of a usual one."""


def _parse_yaml(text: str) -> Located:
    from myotwitch.case.yaml_text import parse_yaml  # slow to load

    return parse_yaml(text)


PARSERS: Mapping[str, Callable[[str], Located]] = {"yaml": _parse_yaml, "json": parse_json}
"""How each format is read."""

FORMAT_OF_ENDING: Mapping[str, str] = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
"""Format of each ending of a file name."""


def read_case(path: str | os.PathLike[str]) -> Case:
    """Return the case that a YAML or JSON file describes.

    Parameters
    ----------
    path
        A file that ends in ``.yaml``, ``.yml`` or ``.json``, in UTF-8, of at most 1 MB; a case or a GA4GH Phenopacket
        (version 2). Recordings that it names must
        lie in its folder or below.

    Raises
    ------
    CaseError
        With every fault of the file, in the order of its lines.
    """
    file = FilePath(path)
    shown = os.fspath(path)
    file_format = FORMAT_OF_ENDING.get(file.suffix.lower())
    if file_format is None:
        given = f"ends in {file.suffix[:20]!r}" if file.suffix else "has no ending"
        raise _one_fault(shown, f"The file {given}; a case file ends in {', '.join(FORMAT_OF_ENDING)}.")
    return case_from_text(_read_text(file, shown), shown, file_format, folder=file.parent)


def case_from_text(text: str, file: str, file_format: str, *, folder: FilePath | None = None) -> Case:
    """Return the case that a text describes.

    Parameters
    ----------
    text
        The whole text.
    file
        Name to show in messages.
    file_format
        ``yaml`` or ``json``.
    folder
        Where the recordings that it names must lie; None where that is not to be checked.

    Raises
    ------
    CaseError
        With every fault, in the order of the lines.

    Examples
    --------
    >>> case_from_text("person: {age_years: 34}\\ntwitching: [{place: eyelid}]", "example", "yaml").twitching[0].place
    'eyelid'
    """
    if file_format not in PARSERS:
        raise _one_fault(file, f"The format {file_format!r} is not known; allowed are {', '.join(PARSERS)}.")
    try:
        located = PARSERS[file_format](text.removeprefix("\ufeff"))
    except RefusedTextError as refused:
        raise CaseError(file, _in_order((*refused.before, refused.fault))) from refused
    return _case_from_located(located, file, folder)


def case_from_document(document: Mapping[str, Any], file: str = "case") -> Case:
    """Return the case that plain values (dictionaries, lists, texts, numbers) describe.

    Raises
    ------
    CaseError
        With every fault; without lines.
    """
    return _case_from_located(Located(value=document, lines={}, faults=()), file, None)


def _case_from_located(located: Located, file: str, folder: FilePath | None) -> Case:
    if is_phenopacket(located.value):
        located = located_from_phenopacket(located)
    # Loading the types takes a tenth of a second, which commands that read no case need not pay.
    from pydantic import ValidationError

    from myotwitch.case.case import Case
    from myotwitch.case.faults import faults_of_types

    broken: list[tuple[Path, str]] = []
    case = None
    try:
        case = Case.model_validate(located.value)
    except ValidationError as error:
        rules = broken_rules(located.value) if isinstance(located.value, dict) else ()
        # The types tell all broken rules in one sentence of the whole case; the rules tell each where it stands.
        broken.extend(rules)
        broken.extend((path, message) for path, message in faults_of_types(error) if path or not rules)
    if isinstance(located.value, dict) and not located.origins:
        broken.extend(twitching_without_place(located.value))
    broken.extend(_missing_recordings(located.value, folder, {path for path, _ in broken}))
    faults = [_fault(located, path, message) for path, message in broken]
    if faults or located.faults or case is None:
        raise CaseError(file, _in_order((*located.faults, *faults)))
    return case


def _fault(located: Located, path: Path, message: str) -> Fault:
    place = located.place_of(path)
    if located.origins and message == NOTHING_TWITCHES:
        message = (
            "No feature of this phenopacket is a twitching, such as HP:0002380 (Fasciculations); add what twitches."
        )
    return Fault(path=path_text(place), line=located.line_of(place), message=message)


def _missing_recordings(document: Any, folder: FilePath | None, faulty: set[Path]) -> list[tuple[Path, str]]:
    recordings = document.get("recordings") if isinstance(document, dict) else None
    if folder is None or not isinstance(recordings, list):
        return []
    missing: list[tuple[Path, str]] = []
    for index, entry in enumerate(recordings[:500]):
        path: Path = ("recordings", index, "file")
        name = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(name, str) or path in faulty:
            continue
        kind = _kind_of_file(folder / name)
        if kind != "file":
            message = f"The recording {name[:60]!r} is {kind}; it must be a file beside the case file."
            missing.append((path, message))
    return missing


def _kind_of_file(path: FilePath) -> str:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "missing"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "file" if stat.S_ISREG(mode) else "no plain file"


def _read_text(file: FilePath, shown: str) -> str:
    """Return the text of a file that can be a case."""
    kind = _kind_of_file(file)
    if kind == "missing":
        raise _one_fault(shown, "There is no such file; check the name and the folder.")
    if kind != "file":
        raise _one_fault(shown, f"This is {kind}; a case is a file in YAML or JSON.")
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _one_fault(shown, f"The file cannot be opened ({reason}); check its permissions.") from error
    if len(content) > LARGEST_BYTES:
        raise _one_fault(shown, f"The file is larger than {LARGEST_BYTES // 1_000_000} MB; a case has some kilobytes.")
    if not content.strip():
        raise _one_fault(shown, "The file is empty; see the examples for what a case looks like.")
    return _decoded(content, shown)


def _decoded(content: bytes, shown: str) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _one_fault(shown, "The file holds binary data; a case is a text in YAML or JSON.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "The text is not in UTF-8; save it as UTF-8 in your editor."
        raise CaseError(shown, [Fault(path="", line=line, message=message)]) from error


def _one_fault(file: str, message: str) -> CaseError:
    return CaseError(file, [Fault(path="", line=None, message=message)])


def _in_order(faults: tuple[Fault, ...]) -> list[Fault]:
    """Return the faults by line, each once."""
    unique = dict.fromkeys(faults)
    return sorted(unique, key=lambda fault: (fault.line is not None, fault.line or 0))
