"""Recordings in a real browser: uploaded, searched, drawn, gone through by keys, judged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import DESKTOP, App
from tests.web.recordings_made import recording_csv

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEARCH_MS = 120_000


def drawn(page: Page) -> str:
    """What the viewer shows, once all of it is drawn."""
    page.locator('.stage[data-whole="true"]').wait_for()
    picture: str = page.locator(".stage canvas").evaluate("canvas => canvas.toDataURL()")
    return picture


def test_a_recording_from_upload_to_verdict_by_keys_alone(app: App, tmp_path: Path) -> None:
    file = tmp_path / "calf.csv"
    file.write_bytes(recording_csv())
    page = app.open("/recordings", viewport=DESKTOP)
    page.set_input_files("#files", file)
    page.select_option("#place", "calf")
    page.get_by_role("button", name="Keep and search").press("Enter")
    page.locator("[data-viewer]").wait_for(timeout=SEARCH_MS)
    first = drawn(page)
    stage = page.locator(".stage")
    stage.focus()
    page.keyboard.press("n")
    page.get_by_text("Event 1 of 11: 1.50").wait_for()
    page.keyboard.press("n")
    page.get_by_text("Event 2 of 11: 3.20").wait_for()
    page.keyboard.press("r")
    page.locator("[data-current]", has_text="rejected").wait_for()
    assert page.locator("[data-rejected]").inner_text() == "1"
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.locator("[data-where]", has_text=re.compile(r"^2\.[34]\d s – 4\.[89]\d s$")).wait_for()
    assert drawn(page) != first
    page.locator("[data-spectrum-words]", has_text="Spectrum of emg a").wait_for()
    page.reload()
    assert page.locator('[data-event="1"] button[value="open"]').get_attribute("aria-label") == "Reject event 2"
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save picture").click()
    assert coming.value.suggested_filename == "recording.png"
    page.set_viewport_size({"width": 360, "height": 740})
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_events_are_judged_without_scripts(app: App, tmp_path: Path) -> None:
    file = tmp_path / "calf.csv"
    file.write_bytes(recording_csv())
    page = app.open("/recordings", java_script_enabled=False)
    page.set_input_files("#files", file)
    page.get_by_role("button", name="Keep and search").click()
    for _ in range(120):
        if page.get_by_role("link", name="Look again").count() == 0:
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Accept event 3", exact=True).click()
    assert page.locator("[data-accepted]").inner_text() == "1"


def test_a_file_that_is_no_recording_is_told_where_it_was_chosen(app: App, tmp_path: Path) -> None:
    file = tmp_path / "letter.edf"
    file.write_bytes(b"Dear doctor, " * 100)
    page = app.open("/recordings", viewport=DESKTOP)
    page.set_input_files("#files", file)
    page.get_by_role("button", name="Keep and search").click()
    page.locator("[data-fault]", has_text="letter.edf ends in .edf").wait_for()
    assert page.get_by_role("button", name="Keep and search").is_enabled()
    app.windows.forgive("status of 422")
