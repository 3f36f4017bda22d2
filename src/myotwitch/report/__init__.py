"""What a person and their doctor read: text for the terminal, pages, pictures, and the pages of the encyclopaedia."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotwitch.report.drawing import draw_recording, picture_as_svg, save_picture
    from myotwitch.report.encyclopaedia import explain, page_document, page_text
    from myotwitch.report.page import case_page, recording_page, write_page
    from myotwitch.report.text import assessment_text, catalogue_text, twitches_text

__all__ = [
    "assessment_text",
    "case_page",
    "catalogue_text",
    "draw_recording",
    "explain",
    "page_document",
    "page_text",
    "picture_as_svg",
    "recording_page",
    "save_picture",
    "twitches_text",
    "write_page",
]

_MODULE_OF_NAME = {
    "assessment_text": "text",
    "case_page": "page",
    "catalogue_text": "text",
    "draw_recording": "drawing",
    "explain": "encyclopaedia",
    "page_document": "encyclopaedia",
    "page_text": "encyclopaedia",
    "picture_as_svg": "drawing",
    "recording_page": "page",
    "save_picture": "drawing",
    "twitches_text": "text",
    "write_page": "page",
}


def __getattr__(name: str) -> Any:
    """Return one of the room's names; its module is loaded when first asked for, because pictures are slow to load."""
    if name not in _MODULE_OF_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF_NAME[name]}"), name)
