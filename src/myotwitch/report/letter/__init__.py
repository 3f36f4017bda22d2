"""The page for the doctor: what it says, what is left out of it, and its three forms (PDF, web page, FHIR)."""

from myotwitch.report.letter.basis import Basis, Recorded
from myotwitch.report.letter.building import content_of, file_stem
from myotwitch.report.letter.choices import PARTS, Choices, Part, Span, chosen_part, told_of
from myotwitch.report.letter.content import ReportContent
from myotwitch.report.letter.fhir_document import bundle_text, report_bundle
from myotwitch.report.letter.html_page import html_page
from myotwitch.report.letter.pdf import pdf_file, png_pages

__all__ = [
    "PARTS",
    "Basis",
    "Choices",
    "Part",
    "Recorded",
    "ReportContent",
    "Span",
    "bundle_text",
    "chosen_part",
    "content_of",
    "file_stem",
    "html_page",
    "pdf_file",
    "png_pages",
    "report_bundle",
    "told_of",
]
