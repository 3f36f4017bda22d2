"""A drawing of the map as SVG: parts that can be pointed at, coloured by how often they twitched."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from markupsafe import Markup, escape

from myotwitch.report.body_map.heat import Heat
from myotwitch.report.body_map.parts import Part
from myotwitch.report.body_map.shapes import OTHER_SIDE, Shape, sheet

Title = Callable[[Part, int], str]
MARGIN = 6.0


def drawing_of(key: str, *, label: str, sides: dict[str, str], title: Title, heat: Heat) -> Markup:
    """Return one drawing.

    Parameters
    ----------
    key
        Which drawing.
    label
        What it shows, in the reader's language.
    sides
        What ``left`` and ``right`` are called at its edges.
    title
        Returns what a part is called, with how often it twitched.
    heat
        How often each part twitched.
    """
    drawn = sheet(key)
    left, top, width, height = drawn.box
    parts = "".join(_part(key, shape, title, heat) for shape in drawn.shapes if shape.layer in ("part", "mark"))
    captions = (
        (left + MARGIN, "start", sides[OTHER_SIDE[drawn.drawn_side]]),
        (left + width - MARGIN, "end", sides[drawn.drawn_side]),
    )
    size = _text_size(key)
    texts = "".join(
        f'<text class="side" x="{x:g}" y="{top + size * 1.2:.1f}" font-size="{size:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
        for x, anchor, text in captions
    )
    return Markup(
        f'<svg class="body-map" id="map-{key}" viewBox="{left:g} {top:g} {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}">{_skin(key)}<g clip-path="url(#clip-{key})">{parts}</g>'
        f"{_lines(key)}{texts}</svg>"
    )


def _part(sheet_key: str, shape: Shape, title: Title, heat: Heat) -> str:
    if shape.layer == "mark":
        return f'<path class="mark {shape.key}" d="{shape.path}"/>'
    part = Part(key=shape.key, side=shape.side)
    kind = "muscle" if part.is_muscle else "place"
    return (
        f'<path class="part {kind} in-{part.place} heat-{heat.level(part)}" id="{sheet_key}-{shape.name}" '
        f'data-part="{shape.name}" d="{shape.path}"><title>{escape(title(part, heat.count(part)))}</title></path>'
    )


@cache
def _skin(key: str) -> str:
    outline = "".join(shape.path for shape in sheet(key).of("outline"))
    return (
        f'<clipPath id="clip-{key}"><path d="{outline}"/></clipPath>'
        f'<path class="skin-edge" d="{outline}"/><path class="skin" d="{outline}"/>'
    )


@cache
def _lines(key: str) -> str:
    lines = "".join(f'<path d="{shape.path}"/>' for shape in sheet(key).of("line"))
    return f'<g class="lines">{lines}</g>'


def _text_size(key: str) -> float:
    """Return the size at which words are about as large in every drawing."""
    return sheet(key).box[2] / 24
