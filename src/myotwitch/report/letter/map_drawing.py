"""The body with what twitched, for paper and screen: front and back, and near views of what is small."""

from __future__ import annotations

from collections import Counter
from functools import cache

from myotwitch.language import _
from myotwitch.report.body_map import Heat, Part, drawn
from myotwitch.report.body_map.parts import part_of
from myotwitch.report.body_map.shapes import OTHER_SIDE, Shape, sheet
from myotwitch.report.letter.content import Figure

WARMTH = ("none", "#f7d9bd", "#efb17e", "#dd7e3f", "#b3470b")
"""From nothing noticed to often, as in the app."""
SKIN, EDGE, MUSCLE, MUSCLE_EDGE, DETAIL = "#efe9e1", "#8f8273", "#f8f4ee", "#d8ccbd", "#a39585"
MARKS = {"eyewhite": "#fffdf9", "teeth": "#fffdf9", "lower_teeth": "#fffdf9", "cavity": "#9d766e", "pupil": "#2b2724"}
IRIS = "#8b7767"
FONT = "Libertinus Serif, Georgia, serif"
HEIGHT, GAP, MOST_NEAR = 300.0, 10.0, 2


def map_figure(heat: Heat, caption: str) -> Figure | None:
    """Return the body coloured by how often each part twitched; None where no place was told."""
    hot = {name: heat.count(part_of(name)) for name in drawn()}
    warm = {name: count for name, count in hot.items() if count > 0}
    if not warm:
        return None
    near = _near_views(warm)
    parts, left = [], 0.0
    for key in ("front", "back"):
        width = HEIGHT * sheet(key).box[2] / sheet(key).box[3]
        parts.append(_view(key, heat, left, 0.0, width, HEIGHT))
        left += width + GAP
    height = (HEIGHT - GAP * (len(near) - 1)) / max(len(near), 1)
    widest = 0.0
    for place, key in enumerate(near):
        ratio = sheet(key).box[2] / sheet(key).box[3]
        tall = min(height, 0.52 * HEIGHT)
        wide = min(tall * ratio, 0.62 * HEIGHT)
        parts.append(_view(key, heat, left, place * (height + GAP), wide, wide / ratio))
        widest = max(widest, wide)
    total = left + widest if near else left - GAP
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:.1f} {HEIGHT:g}" width="{total:.1f}" '
        f'height="{HEIGHT:g}" role="img">{"".join(parts)}</svg>'
    )
    return Figure(svg=svg, alt=_("Drawing of the body, coloured where it twitched"), caption=caption)


def _near_views(warm: dict[str, int]) -> list[str]:
    """Return the near views that show most of what is too small on the whole body."""
    shown: Counter[str] = Counter()
    for name, count in warm.items():
        for key in drawn()[name]:
            if key not in ("front", "back", "belly"):
                shown[key] += count
    if shown["face"] and shown["mouth"] <= shown["face"]:
        del shown["mouth"]
    for one, other in (("palm", "hand_back"), ("foot_top", "sole")):
        if shown[one] and shown[other]:
            del shown[min((one, other), key=lambda key: shown[key])]
    return [key for key, _count in shown.most_common(MOST_NEAR) if _count]


def _view(key: str, heat: Heat, x: float, y: float, width: float, height: float) -> str:
    left, top, wide, tall = sheet(key).box
    side = sheet(key).drawn_side
    size = 13.0 * wide / width
    names = {"left": _("left"), "right": _("right")}
    texts = "".join(
        f'<text x="{at:.1f}" y="{top + size * 1.1:.1f}" font-family="{FONT}" font-size="{size:.1f}" fill="#55606e" '
        f'text-anchor="{anchor}">{names[shown]}</text>'
        for at, anchor, shown in (
            (left + size * 0.3, "start", OTHER_SIDE[side]), (left + wide - size * 0.3, "end", side),
        )
    )  # fmt: skip
    shapes = "".join(_shape(shape, heat) for shape in sheet(key).shapes if shape.layer in ("part", "mark"))
    return (
        f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'viewBox="{left:g} {top:g} {wide:g} {tall:g}">{_skin(key)}'
        f'<g clip-path="url(#body-{key})">{shapes}</g>{_lines(key)}{texts}</svg>'
    )


def _shape(shape: Shape, heat: Heat) -> str:
    if shape.layer == "mark":
        return f'<path fill="{MARKS.get(shape.key, IRIS)}" d="{shape.path}"/>'
    part = Part(key=shape.key, side=shape.side)
    level = heat.level(part)
    fill = WARMTH[level] if level else (MUSCLE if part.is_muscle else SKIN)
    # A muscle that is as cool as its place must not cut a hole into it, but its outline is drawn.
    return f'<path fill="{fill}" stroke="{MUSCLE_EDGE}" stroke-width=".5" d="{shape.path}"/>'


@cache
def _skin(key: str) -> str:
    outline = "".join(shape.path for shape in sheet(key).of("outline"))
    return (
        f'<clipPath id="body-{key}"><path d="{outline}"/></clipPath>'
        f'<path fill="none" stroke="{EDGE}" stroke-width="2.4" stroke-linejoin="round" d="{outline}"/>'
        f'<path fill="{SKIN}" d="{outline}"/>'
    )


@cache
def _lines(key: str) -> str:
    lines = "".join(shape.path for shape in sheet(key).of("line"))
    return (
        f'<path fill="none" stroke="{DETAIL}" stroke-width=".8" stroke-linecap="round" d="{lines}"/>' if lines else ""
    )
