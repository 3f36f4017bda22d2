"""The page Now in a real browser: two taps, keys alone, without scripts, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import App

if TYPE_CHECKING:
    from playwright.sync_api import Page


def middle_of(page: Page, part: str) -> tuple[float, float]:
    """The middle of a part that is scrolled into sight."""
    shape = page.locator(f"#{part}")
    shape.scroll_into_view_if_needed()
    box = shape.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_bout_takes_two_taps_and_is_taken_back_with_one(app: App) -> None:
    page = app.open("/", has_touch=True, timezone_id="Asia/Kolkata")
    page.touchscreen.tap(*middle_of(page, "front-deltoideus-left"))
    assert page.locator("#sheet-title").inner_text() == "Shoulder cap muscle, your left"
    assert "C5, C6" in page.locator("#sheet-supply").inner_text()
    page.locator("#sheet .done").tap()
    page.get_by_text("Noted.").wait_for()
    title = page.locator("#front-deltoideus-left title")
    assert title.text_content() == "Shoulder cap muscle, your left (1 in 30 days)"
    page.get_by_role("button", name="Undo").tap()
    page.get_by_text("Taken back.").wait_for()
    assert title.text_content() == "Shoulder cap muscle, your left"


def test_what_lies_close_to_a_touch_is_offered_and_the_view_is_kept(app: App) -> None:
    page = app.open("/", has_touch=True)
    page.locator('label[for="view-face"]').tap()
    page.touchscreen.tap(*middle_of(page, "face-orbicularis_oculi_palpebral_part-right"))
    near = page.locator("#sheet-near button")
    assert near.count() >= 2
    chosen = near.last.inner_text()
    near.last.tap()
    assert page.locator("#sheet-title").inner_text() == chosen
    page.get_by_role("radio", name="both").tap()
    assert "your" not in page.locator("#sheet-title").inner_text()
    page.locator("#sheet .done").tap()
    page.get_by_text("Noted.").wait_for()
    assert page.locator("#view-face").is_checked()


def test_keys_alone_reach_a_part_of_the_map_and_note_it(app: App) -> None:
    page = app.open("/")
    first = page.locator('#map-front .part[tabindex="0"]')
    assert first.count() == 1
    first.focus()
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("ArrowDown")
    after = page.evaluate("document.activeElement.id")
    assert after != before
    assert after.startswith("front-")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('done')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == after
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("Noted.").wait_for()


def test_the_list_finds_a_muscle_by_a_part_of_its_name(app: App) -> None:
    page = app.open("/")
    page.locator("#part-list > summary").click()
    page.locator("#find-part").fill("soleus")
    assert page.locator(".rows li:visible").count() == 1
    page.get_by_role("button", name="Deep calf muscle, left").click()
    assert page.locator("#sheet-title").inner_text() == "Deep calf muscle, your left"
    page.locator("#sheet-close").click()
    page.locator("#find-part").fill("no such muscle")
    assert page.locator(".rows li:visible").count() == 0
    assert page.locator("#found").inner_text() == "0 found"


def test_without_scripts_the_list_and_the_other_pages_are_there(app: App) -> None:
    page = app.open("/", java_script_enabled=False)
    page.locator('label[for="view-hand"]').click()
    assert page.locator("#map-palm").is_visible()
    assert not page.locator("#map-front").is_visible()
    page.locator("#part-list > summary").click()
    page.locator(".group > summary").last.scroll_into_view_if_needed()
    page.get_by_text("Many places", exact=True).click()
    page.get_by_role("button", name="Many places of the body in turn").click()
    page.get_by_text("Noted.").wait_for()
    page.locator("nav.main .more > summary").click()
    page.locator(".more-pages").get_by_text("Settings").click()
    page.wait_for_url("**/settings")


def test_times_are_those_of_the_browsers_clock(app: App) -> None:
    page = app.open("/", timezone_id="Pacific/Auckland")
    page.locator("form[action='/now/intake'] button").first.click()
    page.get_by_text("Noted.").wait_for()
    told = page.evaluate("new Date().toTimeString().slice(0, 2)")
    page.goto(f"{app.server.address}/diary")
    assert page.locator(".entries .clock").first.inner_text().startswith(told)


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(app: App, width: int) -> None:
    page = app.open("/")
    page.set_viewport_size({"width": width, "height": 800})
    for view in page.locator(".view-tabs label:visible").all():
        view.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
