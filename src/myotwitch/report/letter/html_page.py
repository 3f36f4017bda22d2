"""The page for the doctor as one HTML file that needs nothing else: no script, no address, and it prints well."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from myotwitch.report.letter.content import Figure, Items, ReportContent, Table, Words


def html_page(content: ReportContent) -> str:
    """Return the page with its details as HTML."""
    style = files("myotwitch.report").joinpath("templates", "letter.css").read_text(encoding="utf-8")
    return _environment().get_template("letter.html").render(report=content, first=content.first, style=Markup(style))


def _drawing(figure: Figure) -> Markup:
    """Return a drawing of this program's own; it holds no text of the person."""
    alt = Markup.escape(figure.alt)
    return Markup(figure.svg.replace('role="img"', f'role="img" aria-label="{alt}"', 1))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("myotwitch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["drawing"] = _drawing
    made.tests.update(
        a_table=lambda block: isinstance(block, Table),
        a_figure=lambda block: isinstance(block, Figure),
        words=lambda block: isinstance(block, Words),
        items=lambda block: isinstance(block, Items),
    )
    return made
