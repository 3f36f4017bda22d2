"""Runs one command and writes down its exit code, seconds and peak memory.

    python -I -S benchmarks/measured_process.py OUTCOME.json LIMIT_S [--unprivileged] COMMAND...

It is started as a process of its own and imports next to nothing, because Linux counts the memory of the process that
starts another as if it were the other's. ``--unprivileged`` gives up what lets an administrator read every file.
"""

import ctypes
import json
import os
import signal
import sys
import time


def give_up_reading_everything() -> None:
    """Drop the privileges by which Linux lets an administrator pass over file permissions."""
    drop_from_bounding_set, may_override, may_search = 24, 1, 2
    library = ctypes.CDLL(None, use_errno=True)
    for privilege in (may_override, may_search):
        if library.prctl(drop_from_bounding_set, privilege, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "privileges cannot be dropped")


def main() -> None:
    outcome_file, limit_s, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    child = os.fork()
    if child == 0:
        if command[0] == "--unprivileged":
            command = command[1:]
            if os.geteuid() == 0:
                give_up_reading_everything()
        os.execvp(command[0], command)
    # Killed for its time, it has no exit code.
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    begin = time.monotonic()
    _, status, usage = os.wait4(child, 0)
    outcome = {
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "wall_s": time.monotonic() - begin,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        # Linux counts kibibytes, macOS bytes.
        "peak_mb": usage.ru_maxrss * (1e-6 if sys.platform == "darwin" else 1.024e-3),
    }
    with open(outcome_file, "w", encoding="utf-8") as stream:  # noqa: PTH123  (pathlib takes longer to import)
        json.dump(outcome, stream)


if __name__ == "__main__":
    main()
