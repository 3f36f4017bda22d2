"""The command line: a thin edge over the pipeline. Results go to stdout, progress and faults to stderr.

Exit codes: 0 done, 1 some of several inputs failed, 2 the request or a file is at fault, 130 interrupted.
Rooms are imported inside the commands, so that ``myotwitch --help`` answers at once.
"""

from myotwitch.cli import measuring, answering, asking  # noqa: F401, I001  (in the order in which --help lists them)
from myotwitch.cli import diary_entries, diary_files, diary_report, diary_whole, course_commands, serving  # noqa: F401
from myotwitch.cli import converting, looking_up, simulating, demonstrating  # noqa: F401
from myotwitch.cli.program import app, main

__all__ = ["app", "main"]
