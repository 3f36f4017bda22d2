"""What parts of the program below the web compose reaches its pages in the language of the browser."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

from tests.german import english_in
from tests.web.conftest import Browser
from tests.web.test_import_page import BEARABLE, send

from myotwitch.course.experiment_planning import Wish
from myotwitch.course.experiment_text import entries_of
from myotwitch.language import in_language
from myotwitch.pipeline import plan_experiment
from myotwitch.store import open_store
from myotwitch.web.entry_words import words_of
from myotwitch.web.settings import AppSettings

GERMAN = {"accept-language": "de"}


def test_a_zone_is_asked_for_in_german_too(browser: Browser) -> None:
    browser.headers.update(GERMAN)
    page = html.unescape(browser.get(send(browser, BEARABLE).json()["address"]).text)
    assert "data-own-zone" in page
    assert "--zone" not in page


def test_notes_of_a_plan_are_kept_in_english_and_shown_in_german(browser: Browser, settings: AppSettings) -> None:
    assert browser.get("/").status_code == 200
    begin = (datetime.now(UTC) + timedelta(days=1)).date()
    with open_store(settings.store) as store:
        plan = plan_experiment(store, None, "caffeine", Wish(), begin=begin, seed=1)
    for note in entries_of(plan):
        with in_language("de"):
            words = words_of(note)
        assert (note.text or "").startswith("Own experiment")
        assert not english_in([words.detail])
        assert words_of(note).detail == note.text


def test_why_no_plan_is_made_is_german(browser: Browser) -> None:
    browser.headers.update(GERMAN)
    answer = browser.submit("/drives/plan", substance="magnesium", begin="2026-12-01", amount_mg="9000")
    assert answer.status_code == 422
    assert "9000 mg am Tag wurden verlangt" in html.unescape(answer.text)
