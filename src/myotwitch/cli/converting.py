"""The command that rewrites a case in another form: ``convert``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import complain
from myotwitch.errors import RequestError

if TYPE_CHECKING:
    from myotwitch.case import Case

_PHENOPACKET = ".phenopacket.json"
_ENDINGS = (".yaml", ".yml", _PHENOPACKET, ".json")


@app.command(epilog="\b\nExample:\n  myotwitch convert case.yaml --out case.phenopacket.json")
def convert(
    case: Annotated[
        Path, typer.Argument(help="A case or a phenopacket (.yaml or .json).", metavar="CASE", readable=False)
    ],
    out: Annotated[Path, typer.Option(help="File to write (.yaml, .json or .phenopacket.json).")],
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Rewrite a case as YAML, JSON or a GA4GH Phenopacket, and say what the new form cannot express."""
    from myotwitch.case import read_case

    _check_target(out, force)
    content = read_case(case)
    text, remarks = _written(content, out)
    if content.recordings and out.parent.resolve() != case.parent.resolve():
        remarks.append(f"The recordings stay in {case.parent}; copy them beside {out.name}.")
    _keep(text, out)
    for remark in remarks:
        complain(remark)


def _check_target(out: Path, force: bool) -> None:
    if not out.name.lower().endswith(_ENDINGS):
        raise RequestError(f"The file {out} must end in {', '.join(_ENDINGS)}; the ending chooses the form.")
    if not out.parent.is_dir():
        raise RequestError(f"There is no folder {out.parent} to write {out.name} to; make it first.")
    if out.is_dir():
        raise RequestError(f"{out} is a folder; name a file.")
    if out.exists() and not force:
        raise RequestError(f"The file {out} exists already; choose another name, or add --force to write over it.")


def _written(content: Case, out: Path) -> tuple[str, list[str]]:
    """Return the text of the new file, and what is to be said about it."""
    from myotwitch.case import case_to_json, case_to_yaml

    name = out.name.lower()
    if name.endswith(_PHENOPACKET):
        return _phenopacket(content)
    text = case_to_json(content) if name.endswith(".json") else case_to_yaml(content)
    without = [index for index, entry in enumerate(content.twitching) if entry.place is None]
    remarks = [
        f"twitching[{index}] has no place; add one to {out.name} before it can be read as a case." for index in without
    ]
    return text, remarks


def _phenopacket(content: Case) -> tuple[str, list[str]]:
    from datetime import UTC, datetime

    from myotwitch.case import case_to_phenopacket, not_expressed

    packet = case_to_phenopacket(content, created=datetime.now(UTC).replace(microsecond=0))
    remarks = [f"No field or term for this; kept as a sentence: {sentence}" for sentence in not_expressed(packet)]
    if not content.twitching:
        remarks.append("Nothing twitches in this case but what was recorded; the phenopacket cannot be read as a case.")
    return json.dumps(packet, indent=2, ensure_ascii=False, allow_nan=False) + "\n", remarks


def _keep(text: str, out: Path) -> None:
    part = out.with_name(f"{out.name}.part")
    try:
        # Whole or not at all: a full disk must not leave half a case in the place of a good one.
        part.write_text(text, encoding="utf-8")
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RequestError(f"The file {out} cannot be written: {error.strerror or error}.") from error
