"""The app by keys alone: focus is always seen and never lost, and everything that is done by hand can be done so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import DESKTOP, PHONE, WORKED_OUT_MS, App, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STOPS = 150

FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return { at: "" };
  // A hidden choice is seen by its label.
  const label = one.type !== "radio" ? null : one.closest(".pick") ? one.nextElementSibling : one.labels[0];
  const isHidden = one.classList.contains("hidden-visually") || getComputedStyle(one).opacity === "0";
  const shown = label && isHidden ? label : one;
  const box = shown.getBoundingClientRect(), style = getComputedStyle(shown);
  const x = (Math.max(0, box.left) + Math.min(innerWidth, box.right)) / 2;
  const y = (Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2;
  const top = document.elementFromPoint(x, y);
  return {
    at: `${one.tagName}#${one.id} ${(one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40)}`,
    isMarked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || one.matches(".part, main"),
    isInSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isOnTop: !!top && (shown === top || shown.contains(top) || top.contains(shown)),
  };
}"""


def focus(page: Page) -> dict[str, Any]:
    """Return what has the focus, and whether one sees it."""
    told: dict[str, Any] = page.evaluate(FOCUS)
    return told


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/", "/diary", "/answer", "/drives", "/recordings", "/learn", "/doctor", "/settings"])
def test_focus_goes_through_a_page_and_is_always_seen(example: App, path: str, size: dict[str, int]) -> None:
    page = settled(example.open(path, viewport=size))
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        told = focus(page)
        if not told["at"]:
            break
        stops.append(told)
    assert len(stops) > 8
    assert [stop for stop in stops if not (stop["isMarked"] and stop["isInSight"] and stop["isOnTop"])] == []


def test_the_first_key_leads_past_the_menu(example: App) -> None:
    page = example.open("/settings", viewport=DESKTOP)
    page.keyboard.press("Tab")
    assert "Skip to the content" in focus(page)["at"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def press_until(page: Page, key: str, selector: str) -> None:
    """Press a key until something has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} was not reached by {key}.")


def test_a_bout_is_noted_changed_and_taken_back_by_keys(app: App) -> None:
    page = app.open("/")
    press_until(page, "Tab", "#map-front .part")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("Noted.").wait_for()
    page.goto(f"{app.server.address}/diary")
    press_until(page, "Tab", ".entries .edit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/diary/entry/*")
    press_until(page, "Tab", "#strength")
    page.keyboard.type("7")
    press_until(page, "Tab", "button.primary")
    page.keyboard.press("Enter")
    page.get_by_text("Corrected; the earlier version is kept.").wait_for()
    assert "7" in page.locator(".entries .what").inner_text()
    press_until(page, "Tab", "#told button")
    page.keyboard.press("Enter")
    page.get_by_text("Taken back.").wait_for()
    assert "7" not in page.locator(".entries .what").inner_text()


def test_a_question_is_answered_by_keys_and_the_next_has_the_focus(app: App) -> None:
    page = app.open("/")
    page.locator("#map-front .part").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("Noted.").wait_for()
    page.goto(f"{app.server.address}/answer")
    press_until(page, "Tab", "#age_years")
    page.keyboard.type("34")
    page.keyboard.press("Enter")
    page.locator("#question").wait_for(timeout=WORKED_OUT_MS)
    asked = page.locator(".asked").inner_text()
    press_until(page, "Tab", "#question button[value=n]")
    page.keyboard.press("Enter")
    page.wait_for_function("asked => document.querySelector('.asked')?.textContent.trim() !== asked", arg=asked)
    assert page.evaluate("document.activeElement.closest('#question') !== null")


def test_the_menu_of_a_phone_closes_with_escape(example: App) -> None:
    page = example.open("/settings")
    press_until(page, "Tab", "nav.main summary")
    page.keyboard.press("Enter")
    press_until(page, "Tab", ".more-pages a")
    page.keyboard.press("Escape")
    assert not page.locator(".more-pages").is_visible()
    assert page.evaluate("document.activeElement.matches('nav.main summary')")


def test_a_slider_of_the_playground_moves_by_keys(example: App) -> None:
    page = example.open("/learn/playground")
    before = page.locator("#sentence").inner_text()
    page.locator("#potassium").focus()
    page.keyboard.press("End")
    page.locator("#sentence", has_not_text=before).wait_for()
    assert page.locator("#potassium-value").inner_text() == "7.0 mmol/L"


def test_where_one_wants_no_motion_nothing_moves(app: App) -> None:
    page = app.open("/", reduced_motion="reduce")
    page.locator("form[action='/now/intake'] button").first.click()
    page.locator("#told > *").wait_for()
    assert page.evaluate("document.getAnimations().length") == 0


def test_with_forced_colours_what_is_chosen_still_stands_out(app: App) -> None:
    page = app.open("/", forced_colors="active")
    chosen, other = (
        page.locator(f'label[for="view-{view}"]').evaluate(
            "one => JSON.stringify([getComputedStyle(one).outlineStyle, getComputedStyle(one).backgroundColor])"
        )
        for view in ("front", "face")
    )
    assert chosen != other
