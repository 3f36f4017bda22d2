"""What a person reads is plain: school grade by the formula of Flesch and Kincaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mean

from myotwitch.causes import load_catalogue
from myotwitch.causes.rules import load_rules

MEAN_GRADE = 8.0
LARGEST_GRADE = 14.0


def count_syllables(word: str) -> int:
    """Return the number of groups of vowels; a silent ending does not count."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    letters = re.sub(r"(?<=[^aeiouyl])(es|e)$|(?<=[^aeiouytd])ed$", "", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def school_grade(text: str) -> float:
    """Return 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid 1975)."""
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(count_syllables, words)) / len(words) - 15.59


def joined(lines: tuple[str, ...]) -> str:
    return " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)


def person_facing_texts() -> Iterator[tuple[str, str]]:
    """Yield where a text stands, and the text."""
    for cause in load_catalogue().causes.values():
        yield f"{cause.name} mechanism", cause.mechanism
        yield f"{cause.name} time_course", cause.time_course
        yield f"{cause.name} what_helps", joined(cause.what_helps)
        yield f"{cause.name} watch_for", joined(cause.watch_for)
    for rule in load_rules():
        yield f"rule {rule.name}", rule.text


def test_the_formula_gives_the_grade_of_a_sentence_counted_by_hand() -> None:
    # 6 words of one syllable in one sentence: 0.39 * 6 + 11.8 - 15.59.
    assert abs(school_grade("The cat sat on the mat.") - (0.39 * 6 + 11.8 - 15.59)) < 1e-9


def test_the_texts_are_for_readers_of_eighth_grade_on_average() -> None:
    assert mean(school_grade(text) for _, text in person_facing_texts()) <= MEAN_GRADE


def test_no_text_needs_more_than_fourteen_years_of_school() -> None:
    too_hard = {where: round(school_grade(text), 1) for where, text in person_facing_texts()}
    assert {where: grade for where, grade in too_hard.items() if grade > LARGEST_GRADE} == {}
