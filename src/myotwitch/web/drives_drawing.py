"""The drawing of a rate ratio with its interval, on a scale on which halving and doubling are as far."""

from __future__ import annotations

import math

from markupsafe import Markup

from myotwitch.language import digits

WIDTH, LOW, HIGH = 320.0, 0.25, 4.0
TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)


def ratio_drawing(ratio: float, interval: tuple[float, float]) -> Markup:
    """Return the drawing; an end beyond the scale is cut off there, with an arrow."""
    low, high = (_place(end) for end in interval)
    ticks = "".join(map(_tick, TICKS))
    arrows = "".join(
        f'<path class="band" d="M{x:.1f} 8l{way * 7:g} 6l{-way * 7:g} 6z"/>'
        for x, way, is_beyond in ((low, -1, interval[0] < LOW), (high, 1, interval[1] > HIGH))
        if is_beyond
    )
    told = (digits(value, ".2g") for value in (ratio, *interval))
    words = "×{}, 95 %: ×{} – ×{}".format(*told)
    return Markup(
        f'<svg class="ratio" viewBox="0 0 {WIDTH:g} 40" role="img" aria-label="{words}">{ticks}'
        f'<rect class="band" x="{low:.1f}" y="11" width="{max(high - low, 1):.1f}" height="6" rx="3"/>{arrows}'
        f'<circle class="middle" cx="{_place(ratio):.1f}" cy="14" r="5"/></svg>'
    )


def _tick(ratio: float) -> str:
    x, shape = f"{_place(ratio):.1f}", "tick one" if ratio == 1 else "tick"
    return (
        f'<line class="{shape}" x1="{x}" x2="{x}" y1="4" y2="24"/>'
        f'<text class="tick" x="{x}" y="36" text-anchor="middle">×{digits(ratio)}</text>'
    )


def _place(ratio: float) -> float:
    inside = min(max(ratio, LOW), HIGH)
    return 16 + (WIDTH - 32) * math.log(inside / LOW) / math.log(HIGH / LOW)
