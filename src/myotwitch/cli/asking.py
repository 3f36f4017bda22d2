"""The command that asks: ``questions`` leads a dialogue until nothing more would change the advice."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, ForDoctor, Quiet, complain, print_json, show_progress
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.case import Case
    from myotwitch.report.dialogue import Dialogue

Say = Callable[[str], None]

LONGEST_LINE = 1_000
"""Signs of a line that are read at once: no reply is longer."""
ENDINGS = (".yaml", ".yml", ".json")


@app.command(
    epilog="\b\nExamples:\n  myotwitch questions case.yaml\n  myotwitch questions case.yaml --out completed.yaml"
)
def questions(
    case: Annotated[Path, typer.Argument(help="A case (.yaml or .json).", metavar="CASE", readable=False)],
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option(help="Write the case with the answers (.yaml or .json).")] = None,
    most: Annotated[int, typer.Option(help="Ask no more questions than this.", min=1)] = 20,
    doctor: ForDoctor = False,
    quiet: Quiet = False,
) -> None:
    """Ask what would help most, one question at a time, then say what follows."""
    from myotwitch.causes import assessment_document
    from myotwitch.pipeline import answer
    from myotwitch.report import assessment_text
    from myotwitch.report.dialogue import begin

    with show_progress("Searching the recordings", quiet) as progress:
        answered = answer(case, progress)
    if out is not None:
        _check_target(out, case, answered.case)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte is no reply, and no reason to stop
    twitches = [measurement.twitches for measurement in answered.measurements]
    dialogue = begin(answered.case, answered.assessment, twitches, for_doctor=doctor)
    dialogue = _hold(dialogue, most, out, _say_to_stderr if as_json else typer.echo)
    if as_json:
        print_json(assessment_document(dialogue.assessment))
    else:
        typer.echo("\n" + assessment_text(dialogue.assessment, for_doctor=doctor))
    if out is not None:
        _keep(dialogue.case, out)
    elif not as_json and dialogue.asked and _is_terminal():
        _offer_to_keep(dialogue.case, case)


def _hold(dialogue: Dialogue, most: int, out: Path | None, say: Say) -> Dialogue:
    """Return the dialogue after its last reply; an interruption keeps in `out` what was answered."""
    from myotwitch.report.dialogue import INTRODUCTION, Ending, ending_of, next_question, question_text, standing

    say(INTRODUCTION)
    say(standing(dialogue))
    ending = Ending.ENOUGH
    try:
        while dialogue.asked < most:
            question = next_question(dialogue)
            if question is None:
                ending = ending_of(dialogue)
                break
            say("\n" + question_text(dialogue, question))
            after = _after_reply(dialogue, question.finding, say)
            if after is None:
                ending = Ending.STOPPED
                break
            dialogue = after
    except KeyboardInterrupt:
        if out is not None:
            _keep(dialogue.case, out)
        raise
    say("\n" + ending)
    return dialogue


def _after_reply(dialogue: Dialogue, finding: str, say: Say) -> Dialogue | None:
    """Return the dialogue after the next reply that is understood; None where the person stops."""
    from myotwitch.report.dialogue import (
        NOT_UNDERSTOOD,
        NOTHING_BEFORE,
        PROMPT,
        Reply,
        change,
        reply_from,
        standing,
        with_reply,
    )

    while (line := _read_line(PROMPT, say)) is not None:
        reply = reply_from(line)
        if reply is Reply.STOP:
            return None
        if reply is Reply.BACK and dialogue.before is not None:
            say(standing(dialogue.before))
            return dialogue.before
        if reply in (None, Reply.BACK):
            say(NOT_UNDERSTOOD if reply is None else NOTHING_BEFORE)
            continue
        after = with_reply(dialogue, finding, reply)
        if told := change(after):
            say(told)
        return after
    return None


def _read_line(prompt: str, say: Say) -> str | None:
    """Return the next line of stdin, None at its end; the prompt shows on a terminal only."""
    is_terminal = _is_terminal()
    if is_terminal:
        typer.echo(prompt, nl=False, err=say is _say_to_stderr)
    # A program that was started without an input has none at all.
    line = sys.stdin.readline(LONGEST_LINE) if sys.stdin is not None else ""
    if not line and is_terminal:
        say("")  # the end of input leaves the cursor behind the prompt
    return line or None


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _offer_to_keep(answered: Case, read_from: Path) -> None:
    from myotwitch.report.dialogue import OFFER

    typer.echo()
    while name := (_read_line(OFFER, typer.echo) or "").strip():
        try:
            _check_target(Path(name), read_from, answered)
            _keep(answered, Path(name))
        except RequestError as error:
            complain(str(error))
            continue
        return


def _check_target(path: Path, read_from: Path, answered: Case) -> None:
    """Pass if a case can be written to `path`: before the first question, not after the last."""
    if path.suffix.lower() not in ENDINGS:
        raise RequestError(f"The case {path} must end in {', '.join(ENDINGS)}.")
    if not path.parent.is_dir():
        raise RequestError(f"There is no folder {path.parent} to write {path.name} to; make it first.")
    if path.is_dir():
        raise RequestError(f"{path} is a folder; name a file.")
    if answered.recordings and path.parent.resolve() != read_from.parent.resolve():
        raise RequestError(
            f"The case names recordings beside it, so {path.name} must be written to the folder {read_from.parent}."
        )


def _keep(answered: Case, path: Path) -> None:
    from myotwitch.case import case_to_json, case_to_yaml
    from myotwitch.report.dialogue import KEPT

    text = case_to_json(answered) if path.suffix.lower() == ".json" else case_to_yaml(answered)
    part = path.with_name(f"{path.name}.part")
    try:
        # Whole or not at all: a full disk must not leave half a case in the place of a good one.
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RequestError(f"The case {path} cannot be written: {error.strerror or error}.") from error
    _say_to_stderr(KEPT.format(path=path))


def _say_to_stderr(text: str) -> None:
    typer.echo(text, err=True)
