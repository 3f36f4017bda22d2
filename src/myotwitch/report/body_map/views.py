"""The views of the map: what is drawn together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Drawings that are looked at together.

    Parameters
    ----------
    key
        What it is called in the page.
    title
        What a person reads; translated where it is shown.
    sheets
        Its drawings, with what each shows.
    """

    key: str
    title: str
    sheets: tuple[tuple[str, str], ...]


VIEWS: tuple[View, ...] = (
    View(key="front", title="Front", sheets=(("front", "Front of the body"),)),
    View(key="back", title="Back", sheets=(("back", "Back of the body"),)),
    View(key="face", title="Face", sheets=(("face", "Face"),)),
    View(key="mouth", title="Mouth", sheets=(("mouth", "Open mouth"),)),
    View(key="hand", title="Hand", sheets=(("palm", "Palms of the hands"), ("hand_back", "Backs of the hands"))),
    View(key="foot", title="Foot", sheets=(("foot_top", "Feet from above"), ("sole", "Soles of the feet"))),
    View(key="belly", title="Belly", sheets=(("belly", "Belly and groin"),)),
)
"""Every view, in the order of the page."""

SHEETS: tuple[str, ...] = tuple(key for view in VIEWS for key, _ in view.sheets)
"""Every drawing."""
