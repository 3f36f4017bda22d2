"""The commands that look something up: ``causes`` and ``explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, print_json


@app.command(epilog="\b\nExample:\n  myotwitch causes --json")
def causes(as_json: AsJson = False) -> None:
    """List the catalogue of causes."""
    from myotwitch.causes import causes_document, load_catalogue
    from myotwitch.report import catalogue_text

    document = causes_document(load_catalogue())
    if as_json:
        print_json(document)
    else:
        typer.echo(catalogue_text(document))


@app.command(
    epilog="\b\nExamples:\n  myotwitch explain caffeine\n  myotwitch explain eyelid myokymia --doctor\n"
    "  myotwitch explain G51.4\n  myotwitch explain finding dry_eye --json\n"
    "  myotwitch explain magnesium --plot magnesium.png"
)
def explain(
    name: Annotated[
        list[str],
        typer.Argument(help="A cause, finding, substance, laboratory value or muscle; or its code.", metavar="NAME"),
    ],
    as_json: AsJson = False,
    doctor: Annotated[bool, typer.Option("--doctor", help="Give every number with its source.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw what an ion does to a simulated nerve fibre as .png, .svg or .pdf.")
    ] = None,
) -> None:
    """Print the page of a cause, finding, substance, laboratory value or muscle."""
    from myotwitch.report import explain as page_named
    from myotwitch.report import page_document, page_text

    page = page_named(" ".join(name))
    if plot:
        from myotwitch.report import draw_ion, save_picture

        save_picture(draw_ion(page.topic.key), plot)
    if as_json:
        print_json(page_document(page))
    else:
        typer.echo(page_text(page, for_doctor=doctor))
