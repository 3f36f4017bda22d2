"""The pages of `myotwitch explain`: causes, findings, substances, analytes and muscles."""

from myotwitch.report.encyclopaedia.explain import explain, page_of
from myotwitch.report.encyclopaedia.page import page_document, page_text

__all__ = ["explain", "page_document", "page_of", "page_text"]
