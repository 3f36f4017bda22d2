"""``python -m myotwitch.web.apart``: what is uploaded is parsed here, in a process of its own that may crash.

It stands in the folder of the upload, is told in one line of JSON on its input what to do, and answers with lines of
JSON: progress, and at the end the answer or the fault. It ends when its input closes, so it never outlives the app.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

Tell = Callable[[Mapping[str, Any]], None]
Task = Callable[[Mapping[str, Any], Tell], Mapping[str, Any]]


def main() -> int:
    """Do the task that the input names; return 0 if there was an answer or a fault that can be told."""
    answers = _own_output()
    order = json.loads(sys.stdin.readline())
    _limit(order["memory_bytes"], order["cpu_s"])
    threading.Thread(target=_end_with_the_app, daemon=True).start()

    def tell(said: Mapping[str, Any]) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    from myotwitch.errors import MyotwitchError
    from myotwitch.language import _, in_language

    try:
        with in_language(order["language"]):
            tell({"answer": TASKS[order["task"]](order["given"], tell)})
    except MyotwitchError as error:
        tell({"fault": str(error)})
    except MemoryError:
        with in_language(order["language"]):
            tell({"fault": _("The file needs more memory than it may have; divide it, or export it anew.")})
    return 0


def _own_output() -> TextIO:
    """Return the way to the app; whatever a format library prints goes nowhere."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    return own


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """Have the system end this process where it takes more memory or computing time than it may."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_app() -> None:
    sys.stdin.read()
    os._exit(3)


def _open(given: Mapping[str, Any], _: Tell) -> Mapping[str, Any]:
    """Answer what a recording is, without reading more of it than its header and its end."""
    from myotwitch.recordings import open_recording

    recording = open_recording(Path(given["main"]))
    return {
        "format": recording.format_name,
        "duration_s": recording.duration_s,
        "sampling_rate_hz": max(channel.sampling_rate_hz for channel in recording.channels),
        "channels": len(recording.channels),
        "notes": list(recording.notes),
    }


def _search(given: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Make the pyramid for the viewer and search the recording; the results are kept beside it."""
    from myotwitch.web.search_apart import search

    return search(given, tell)


def _preview(given: Mapping[str, Any], _: Tell) -> Mapping[str, Any]:
    """Read the file of another program; what it would add is kept beside it."""
    from myotwitch.web.import_apart import preview

    return preview(given)


def _hang(_: Mapping[str, Any], __: Tell) -> Mapping[str, Any]:
    threading.Event().wait()
    return {}


def _crash(_: Mapping[str, Any], __: Tell) -> Mapping[str, Any]:
    import ctypes

    ctypes.string_at(0)
    return {}


def _hoard(_: Mapping[str, Any], __: Tell) -> Mapping[str, Any]:
    return {"size": len(bytearray(1 << 40))}


def _spin(_: Mapping[str, Any], __: Tell) -> Mapping[str, Any]:
    while True:
        pass


TASKS: Mapping[str, Task] = MappingProxyType(
    {"open": _open, "search": _search, "preview": _preview,
     "hang": _hang, "crash": _crash, "hoard": _hoard, "spin": _spin}
)  # fmt: skip
"""What it can be asked to do; the last four are bad days, for tests."""

if __name__ == "__main__":
    sys.exit(main())
