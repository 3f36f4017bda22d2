"""What an answer composes is told in the language in use; what it says is the same in each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.german import english_in

from myotwitch.case import Case, read_case
from myotwitch.causes import Assessment, Urgency, assess, load_catalogue
from myotwitch.causes.advice import advise
from myotwitch.causes.document import assessment_document
from myotwitch.causes.settings import load_settings
from myotwitch.language import in_language, translated

TEXTBOOK = Path(__file__).with_name("textbook")
NAMES = ("benign_fasciculation_syndrome", "hypocalcaemia", "amyotrophic_lateral_sclerosis", "caffeine_effect")


def composed_in(assessment: Assessment) -> Iterator[str]:
    """Every text of an answer as a page shows it; a reason in parentheses of a source stays in its language."""
    for reason in assessment.why:
        yield from (translated(reason.text), translated(reason.doctor_text))
    for ranked in assessment.causes:
        yield from (translated(piece.label) for piece in ranked.evidence)
    yield from map(translated, (*assessment.what_helps, *assessment.watch_for, *assessment.limits))
    yield from (translated(question.question) for question in assessment.ask_next)
    yield from (translated(change.label) for change in assessment.would_change)


def textbook_case(name: str) -> Case:
    return read_case(TEXTBOOK / f"{name}.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_german(name: str) -> None:
    with in_language("de"):
        texts = list(composed_in(assess(textbook_case(name))))
    assert len(texts) > 10
    assert not english_in(texts)


@pytest.mark.parametrize("name", NAMES)
def test_the_language_changes_no_number_and_no_order(name: str) -> None:
    case = textbook_case(name)
    english = assess(case)
    with in_language("de"):
        german = assess(case)
    assert [(one.cause.name, one.probability, one.interval) for one in english.causes] == [
        (one.cause.name, one.probability, one.interval) for one in german.causes
    ]
    assert [[piece.finding for piece in one.evidence] for one in english.causes] == [
        [piece.finding for piece in one.evidence] for one in german.causes
    ]
    assert [reason.rule for reason in english.why] == [reason.rule for reason in german.why]
    assert [question.finding for question in english.ask_next] == [question.finding for question in german.ask_next]


def test_programs_are_told_in_english_after_a_german_answer() -> None:
    case = textbook_case("hypocalcaemia")
    before = assessment_document(assess(case))
    with in_language("de"):
        assess(case)
    assert assessment_document(assess(case)) == before


@pytest.mark.parametrize("seriousness", [Urgency.WATCH, Urgency.SEE_DOCTOR, Urgency.URGENT, Urgency.EMERGENCY])
@pytest.mark.parametrize("feared", [False, True])
def test_advice_that_follows_from_the_ranking_is_german(seriousness: Urgency, feared: bool) -> None:
    causes = [replace(cause, seriousness=seriousness, feared=feared) for cause in load_catalogue().causes.values()][:3]
    with in_language("de"):
        advice = advise((), causes, np.full(3, 0.999), load_settings().steps, load_catalogue().sources)
    assert advice.urgency > Urgency.HARMLESS
    assert not english_in(text for reason in advice.why for text in (reason.text, reason.doctor_text, reason.source))
    assert feared or translated_title(causes[0].plain_title) in advice.why[0].text


def translated_title(title: str) -> str:
    with in_language("de"):
        return translated(title)


@pytest.mark.parametrize("undecided", [False, True])
def test_advice_where_nothing_was_found_is_german(undecided: bool) -> None:
    with in_language("de"):
        advice = advise((), [], np.zeros(0), load_settings().steps, {}, undecided=undecided)
    assert not english_in(text for reason in advice.why for text in (reason.text, reason.doctor_text, reason.source))


def test_an_answer_in_english_loads_no_catalogue() -> None:
    code = (
        "import sys; from pathlib import Path; from myotwitch.case import read_case;"
        "from myotwitch.causes import assess;"
        f"assess(read_case(Path({str(TEXTBOOK / 'hypocalcaemia.yaml')!r})));"
        "import myotwitch.cli.program; assert 'babel' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
