"""The dialogue of questions, without a terminal."""

from __future__ import annotations

from myotwitch.case import Case, case_from_document
from myotwitch.causes import assess
from myotwitch.report.dialogue import Dialogue, Reply, begin, next_question, with_reply

SHOWN_AT_ONCE = 5
"""Questions that one assessment lists."""


def sparse_case() -> Case:
    document = {
        "schema": "myotwitch.case/1",
        "person": {"age_years": 48},
        "twitching": [{"place": "upper_arm", "character": "jerk"}],
    }
    return case_from_document(document, "sparse")


def answered_with(reply: Reply, most: int) -> Dialogue:
    dialogue = begin(sparse_case(), assess(sparse_case()))
    while dialogue.asked < most and (question := next_question(dialogue)) is not None:
        dialogue = with_reply(dialogue, question.finding, reply)
    return dialogue


def test_many_unknown_answers_in_a_row_do_not_end_the_questions() -> None:
    dialogue = answered_with(Reply.UNKNOWN, 3 * SHOWN_AT_ONCE)
    assert dialogue.asked > SHOWN_AT_ONCE
    assert len(dialogue.unknown) == dialogue.asked


def test_nothing_that_was_not_known_is_asked_again() -> None:
    dialogue = answered_with(Reply.UNKNOWN, 3 * SHOWN_AT_ONCE)
    assert not dialogue.unknown & {question.finding for question in dialogue.assessment.ask_next}
    assert dialogue.case == sparse_case()
