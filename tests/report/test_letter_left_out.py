"""What is left out of the page for the doctor appears in none of its forms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from docs.letter_picture import LAST
from tests.report.letter_made import EVERYTHING, example, pdf_text, squeezed

from myotwitch.diary import Bout, CheckIn, Diary, DiaryPerson, Intake, Lab, Note, RecordingMade, Schedule, Symptom
from myotwitch.language import in_language
from myotwitch.pipeline import report_basis
from myotwitch.report.letter import (
    Choices,
    Part,
    Recorded,
    bundle_text,
    content_of,
    html_page,
    pdf_file,
    report_bundle,
)

WORDS = {
    "en": {
        Part.NOTES: ("ZEBRAFINCH",),
        Part.MEASURED: ("gruyere.edf", "24 twitches"),
        Part.SUBSTANCES: ("Sertraline", "Caffeine", "Cocaine", "Alcohol"),
        Part.ALCOHOL_AND_DRUGS: ("Cocaine", "Alcohol (", "alcohol dependence"),
        Part.LABORATORY: ("0.6173", "mmol/L", "Magnesium"),
        Part.FEELINGS: ("anxiety", "fear of a serious illness"),
        Part.OPINION: ("The program advises",),
        Part.AGE: ("1977", "years (born"),
    },
    "de": {Part.NOTES: ("ZEBRAFINCH",), Part.LABORATORY: ("0,6173", "mmol/L"), Part.AGE: ("1977",)},
}


def diary() -> Diary:
    entries = [
        *(
            Bout(time=LAST - timedelta(days=day), place="calf", side="left", text="ZEBRAFINCH bout")
            for day in range(40)
        ),
        *(CheckIn(time=LAST - timedelta(days=day) + timedelta(minutes=5), duration_min=90.0) for day in range(40)),
        *(Intake(time=LAST - timedelta(days=day), substance="caffeine", amount=90, unit="mg") for day in range(30)),
        *(Intake(time=LAST - timedelta(days=day), substance="alcohol", amount=20, unit="g") for day in range(0, 30, 3)),
        Intake(time=LAST - timedelta(hours=9), substance="cocaine", amount=90, unit="mg"),
        Schedule(time=LAST - timedelta(days=30), substance="sertraline", amount=50, unit="mg", at=("08:00",)),
        Symptom(time=LAST, finding="fear_of_illness"),
        Symptom(time=LAST, finding="anxiety"),
        Symptom(time=LAST, finding="alcohol_dependence"),
        Lab(time=LAST, analyte="magnesium", value=0.6173, unit="mmol/L", text="ZEBRAFINCH lab"),
        Note(time=LAST, text="ZEBRAFINCH note"),
        RecordingMade(time=LAST, sha256="1" * 64, file="gruyere.edf"),
    ]
    return Diary(entries=tuple(entries), person=DiaryPerson(birth_year=1977, sex="male"))


def forms(choices: Choices, language: str) -> dict[str, str]:
    """The page in its three forms as text, without the PDF within the FHIR document."""
    twitches = example()[1].twitches
    recorded = Recorded(name="gruyere.edf", made=LAST, place=None, muscle=None, side=None, twitches=twitches)
    with in_language(language):
        basis = report_basis(diary(), choices, [recorded], now=LAST)
        content = content_of(basis)
        return {
            "pdf": pdf_text(pdf_file(content)),
            "html": html_page(content),
            "fhir": bundle_text(report_bundle(basis, content, b"")),
        }


@pytest.mark.parametrize("language", ["en", "de"])
def test_with_everything_chosen_all_of_it_is_there(language: str) -> None:
    made = forms(Choices(parts=EVERYTHING, name="Anna Beispiel"), language)
    for words in WORDS[language].values():
        for form in ("pdf", "html"):
            assert squeezed(words[0]).lower() in squeezed(made[form]).lower(), (form, words)
    assert all("Anna Beispiel" in made[form] for form in made)
    assert all(word in made["fhir"] for word in ("ZEBRAFINCH note", "Cocaine", "Sertraline", "1977"))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("part", list(Part))
def test_a_part_that_is_left_out_appears_in_no_form(part: Part, language: str) -> None:
    for form, text in forms(Choices(parts=EVERYTHING - {part}), language).items():
        for word in WORDS[language].get(part, ()):
            assert squeezed(word).lower() not in squeezed(text).lower(), (form, word)


def test_with_everything_left_out_nothing_of_it_is_there() -> None:
    for form, text in forms(Choices(parts=frozenset()), "en").items():
        for words in WORDS["en"].values():
            for word in words:
                assert squeezed(word).lower() not in squeezed(text).lower(), (form, word)
