"""What a person and their doctor read: text for the terminal, pages, pictures, and the pages of the encyclopaedia."""

from myotwitch.report.drawing import draw_recording, picture_as_svg, save_picture
from myotwitch.report.drawing_ions import draw_ion
from myotwitch.report.encyclopaedia import explain, page_document, page_text
from myotwitch.report.page import case_page, recording_page, write_page
from myotwitch.report.text import assessment_text, catalogue_text, twitches_text, update_lines

__all__ = [
    "assessment_text",
    "case_page",
    "catalogue_text",
    "draw_ion",
    "draw_recording",
    "explain",
    "page_document",
    "page_text",
    "picture_as_svg",
    "recording_page",
    "save_picture",
    "twitches_text",
    "update_lines",
    "write_page",
]
