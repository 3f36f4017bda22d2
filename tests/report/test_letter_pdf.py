"""The page for the doctor as PDF and web page: whatever a person writes, it is shown as written and does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from docs.letter_picture import LAST
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.letter_made import EVERYTHING, made, pdf_text, squeezed

from myotwitch.diary import Bout, Diary, DiaryPerson, Lab, Note, Symptom
from myotwitch.report.letter import Choices, Span, html_page, pdf_file, png_pages
from myotwitch.report.letter.content import Words
from myotwitch.report.letter.pdf import shown
from myotwitch.report.letter.words import cleaned

HOSTILE = {
    "typst": '#eval("1 + 1") #panic("no") $x^2$ *bold* _it_ @ref <label> \\ `raw` #read("/etc/passwd")',
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;",
    "bidi": "left \u202egnihctiwt\u202c right",
    "long": "A" * 400,
    "emoji": "it tickles 😀 👩\u200d⚕️ a lot",
    "scripts": "мышца 筋肉 عضلة שריר μῦς",
    "control": "bell\x07 null\x00 tab\t new\nline \ufffe",
    "empty": " \u200b ",
}


def diary_that_says(text: str) -> Diary:
    entries = (Bout(time=LAST, place="calf", side="left"), Note(time=LAST, text=text) if text.strip() else None)
    return Diary(entries=tuple(entry for entry in entries if entry is not None), person=DiaryPerson(birth_year=1980))


def page_that_says(text: str) -> tuple[str, str]:
    """The page as PDF text and HTML, with the text as note, as name and as question."""
    allowed = "".join(sign for sign in text if sign not in "\x00\x07\ufffe")
    choices = Choices(parts=EVERYTHING, name=text[:60], question=text[:200])
    content = made(choices, diary_that_says(allowed))
    return pdf_text(pdf_file(content)), html_page(content)


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_text_is_shown_as_written_and_does_nothing(name: str) -> None:
    pdf, html = page_that_says(HOSTILE[name])
    assert "<script" not in html
    assert "<img" not in html
    assert not any(sign in html + pdf for sign in "\u202e\u202d\u2066\u0007\u0000")
    if name in ("typst", "script", "long"):
        said = squeezed(cleaned(HOSTILE[name]))
        assert said in squeezed(unescape(html))
        assert said in squeezed(pdf)


def test_signs_that_the_fonts_lack_are_told_by_name_in_the_pdf_and_kept_in_the_web_page() -> None:
    pdf, html = page_that_says(HOSTILE["emoji"])
    assert "[grinning face]" in pdf
    assert "😀" in html


def test_letters_of_german_and_signs_of_medicine_are_shown_as_they_are() -> None:
    text = "äöüß ÄÖÜ µV ≤ ≥ → × – „Wade“ ±"
    assert shown(text) == text
    pdf, _html = page_that_says(text)
    assert squeezed(text) in squeezed(pdf)


def test_long_words_may_be_broken_and_short_ones_stay() -> None:
    assert shown("gastrocnemius and soleus") == "gastrocnemius and soleus"
    assert shown("x" * 50).count("\u200b") == 2


def test_the_pdf_is_accessible_fit_for_an_archive_and_tells_nothing_of_the_machine() -> None:
    from pypdf import PdfReader

    pdf = pdf_file(made(Choices(parts=EVERYTHING), language="de"))
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.xmp_metadata is not None
    packet = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "<pdfaid:part>2</pdfaid:part>" in packet
    assert set(reader.metadata) <= {"/Title", "/Creator", "/ModDate", "/CreationDate"}
    assert not any(word in pdf for word in (b"/tmp/", b"site-packages", b".py"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_page_is_one_page_however_much_there_is_to_say(language: str) -> None:
    from pypdf import PdfReader

    places = ("eyelid", "lip", "tongue", "neck", "upper_arm", "forearm", "hand", "thigh", "calf", "foot", "widespread")
    entries = [
        Bout(time=LAST - timedelta(days=day), place=place, side=side, duration_s=20.0)
        for day in range(60) for place in places for side in ("left", "right")
    ]  # fmt: skip
    from myotwitch.case import ANALYTES, FINDINGS

    symptoms = [Symptom(time=LAST, finding=name, severity=None) for name in list(FINDINGS)[:60]]
    labs = [
        Lab(time=LAST, analyte=name, value=analyte.reference_range().mean, unit=analyte.unit)
        for name, analyte in ANALYTES.items()
    ]
    diary = Diary(entries=(*entries, *symptoms, *labs), person=DiaryPerson(birth_year=1950))
    content = made(Choices(parts=EVERYTHING, name="N" * 80, question="Q" * 300), diary, language)
    pages = PdfReader(BytesIO(pdf_file(content))).pages
    details = content.labels["details"]
    assert details not in pages[0].extract_text().splitlines()
    assert pages[1].extract_text().lstrip().startswith(details)


def test_a_page_as_picture_shows_every_page() -> None:
    content = made(Choices(parts=EVERYTHING))
    pages = png_pages(content, dots_per_inch=40.0)
    assert len(pages) >= 2
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_the_web_page_needs_nothing_else() -> None:
    html = html_page(made(Choices(parts=EVERYTHING)))
    assert html.lstrip().startswith("<!doctype html>")
    assert "<script" not in html
    addresses = [part.split('"')[0] for part in html.replace("'", '"').split('="http')[1:]]
    assert set(addresses) == {"://www.w3.org/2000/svg"}
    assert "<link" not in html
    assert "url(" not in html.replace("url(#", "")


def test_both_forms_say_the_same() -> None:
    content = made(Choices(parts=EVERYTHING, span=Span.QUARTER))
    pdf, html = squeezed(pdf_text(pdf_file(content))), squeezed(unescape(html_page(content)))
    texts = [content.first.summary, *(flag.text for flag in content.first.flags), *content.first.measured]
    texts += [cell for section in content.details for block in section.blocks for row in getattr(block, "rows", ())
              for cell in row]  # fmt: skip
    missing = [text for text in texts if squeezed(text) not in pdf or squeezed(text) not in html]
    assert not missing


@given(text=st.text(max_size=120))
@settings(max_examples=60)
def test_whatever_is_written_becomes_an_accessible_pdf(text: str) -> None:
    content = made(Choices(), Diary(entries=()))
    first = replace(content.first, question=Words(text=cleaned(text)), summary=cleaned(text))
    assert pdf_file(replace(content, first=first, person=cleaned(text))).startswith(b"%PDF-")
