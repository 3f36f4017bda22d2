"""Scenes are read from TOML; everything that is wrong with a file is told at once, with what to do."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from myotwitch.errors import Fault, RequestError, nearest_name
from myotwitch.simulation.activity.settings import CHECK
from myotwitch.simulation.scene import Scene

LARGEST_BYTES = 1_000_000
LONGEST_NAME = 60
_SCENE: TypeAdapter[Scene] = TypeAdapter(Scene)


def read_scene(path: Path, *, seed: int | None = None, duration_s: int | None = None) -> Scene:
    """Return the scene in a TOML file, with another `seed` or length **[s]** where one is given.

    Raises
    ------
    RequestError
        If the file cannot be read, is not TOML, or breaks the form; the message lists every fault.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise RequestError(f"The scene {path} is larger than {LARGEST_BYTES} bytes; a scene is a page of text.")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RequestError(f"The scene {path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"The scene {path} is not UTF-8 text; save it as UTF-8.") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"The scene {path} is not TOML: {error}. Correct that line.") from error
    others = {"seed": seed, "duration_s": duration_s}
    return scene_from(content | {name: value for name, value in others.items() if value is not None}, str(path))


def scene_from(content: dict[str, Any], name: str = "The scene") -> Scene:
    """Return the scene with this content, as TOML gives it; `name` stands in messages.

    Raises
    ------
    RequestError
        If the content breaks the form; the message lists every fault.
    """
    try:
        return _SCENE.validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        faults = [_fault(detail) for detail in error.errors(include_url=False)]
        head = f"{name} has {len(faults)} fault{'s' if len(faults) != 1 else ''}:"
        raise RequestError("\n".join([head, *(f"  {fault}" for fault in faults)])) from error


def _fault(detail: Any) -> Fault:
    place = [part for part in detail["loc"] if isinstance(part, int) or part.isidentifier()]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    given = _shown(detail["input"])
    match detail["type"]:
        case "unexpected_keyword_argument":
            known = _known_names(place[:-1])
            hint = nearest_name(str(place[-1]), known) if len(str(place[-1])) <= LONGEST_NAME else ""
            message = f"there is no such entry.{hint} Allowed are {', '.join(known)}."
        case "missing" | "missing_argument":
            message = "it is missing; add it."
        case "value_error":
            message = detail["msg"].removeprefix("Value error, ")
        case kind if kind == CHECK:
            message = detail["msg"]
        case "tuple_type" | "list_type" if isinstance(detail["input"], dict):
            message = f"it is one block; there may be several, so write [[{path}]], with double brackets."
        case "dataclass_type" | "dict_type" if isinstance(detail["input"], list):
            message = f"it is a list of blocks; there is only one, so write [{path}], with single brackets."
        case "literal_error":
            message = f"{given} is not possible; allowed is {detail['ctx']['expected']}."
        case _:
            message = f"{given} is not possible: {detail['msg'][0].lower()}{detail['msg'][1:]}."
    return Fault(path=path, line=None, message=message)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a block of entries"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 3]}..."


def _known_names(place: list[Any]) -> list[str]:
    """Return the entries that a block of a scene may have, by its place in the scene."""
    block: Any = Scene
    for part in place:
        if isinstance(part, str):
            kinds = {field.name: field.type for field in dataclasses.fields(block)}
            block = _dataclass_in(_resolved(block, part) if isinstance(kinds[part], str) else kinds[part])
    return sorted(field.name for field in dataclasses.fields(block))


def _resolved(block: Any, name: str) -> Any:
    from typing import get_type_hints

    return get_type_hints(block)[name]


def _dataclass_in(annotation: Any) -> Any:
    """Return the dataclass that an annotation such as ``tuple[Site, ...]`` speaks of."""
    if dataclasses.is_dataclass(annotation):
        return annotation
    return next(found for part in get_args(annotation) if (found := _dataclass_in(part)) is not None)
