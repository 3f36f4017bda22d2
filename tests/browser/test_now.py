"""The page Now in a real browser: two taps, keys alone, without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.browser.conftest import BROWSER_OPTIONS, CHROMIUM, Server

playwright = pytest.importorskip("playwright.sync_api")
if CHROMIUM is None:
    pytest.skip("needs Chromium; set MYOTWITCH_CHROMIUM to its path", allow_module_level=True)

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER_OPTIONS))
        yield browser
        browser.close()


def entered(chromium: playwright.Browser, server: Server, **options: object) -> playwright.Page:
    """A page of the app, on which nothing may go wrong."""
    page = chromium.new_context(viewport=PHONE, **options).new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(server.link)
    return page


def middle_of(page: playwright.Page, part: str) -> tuple[float, float]:
    """The middle of a part that is scrolled into sight."""
    shape = page.locator(f"#{part}")
    shape.scroll_into_view_if_needed()
    box = shape.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_bout_takes_two_taps_and_is_taken_back_with_one(chromium: playwright.Browser, server: Server) -> None:
    page = entered(chromium, server, has_touch=True, timezone_id="Asia/Kolkata")
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
    page.context.close()


def test_what_lies_close_to_a_touch_is_offered_and_the_view_is_kept(
    chromium: playwright.Browser, server: Server
) -> None:
    page = entered(chromium, server, has_touch=True)
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
    page.context.close()


def test_keys_alone_reach_a_part_of_the_map_and_note_it(chromium: playwright.Browser, server: Server) -> None:
    page = entered(chromium, server)
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
    page.context.close()


def test_the_list_finds_a_muscle_by_a_part_of_its_name(chromium: playwright.Browser, server: Server) -> None:
    page = entered(chromium, server)
    page.locator("#part-list > summary").click()
    page.locator("#find-part").fill("soleus")
    assert page.locator(".rows li:visible").count() == 1
    page.get_by_role("button", name="Deep calf muscle, left").click()
    assert page.locator("#sheet-title").inner_text() == "Deep calf muscle, your left"
    page.locator("#sheet-close").click()
    page.locator("#find-part").fill("no such muscle")
    assert page.locator(".rows li:visible").count() == 0
    assert page.locator("#found").inner_text() == "0 found"
    page.context.close()


def test_without_scripts_the_list_and_the_other_pages_are_there(chromium: playwright.Browser, server: Server) -> None:
    page = entered(chromium, server, java_script_enabled=False)
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
    page.context.close()


def test_times_are_those_of_the_browsers_clock(chromium: playwright.Browser, server: Server) -> None:
    page = entered(chromium, server, timezone_id="Pacific/Auckland")
    page.locator("form[action='/now/intake'] button").first.click()
    page.get_by_text("Noted.").wait_for()
    told = page.evaluate("new Date().toTimeString().slice(0, 2)")
    page.goto(f"{server.address}/diary")
    assert page.locator(".entries .clock").first.inner_text().startswith(told)
    page.context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(chromium: playwright.Browser, server: Server, width: int) -> None:
    page = entered(chromium, server)
    page.set_viewport_size({"width": width, "height": 800})
    for view in page.locator(".view-tabs label:visible").all():
        view.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
