"""Every page for everyone: WCAG 2.2 AA by axe in light and dark, no sideways scrolling, nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import DESKTOP, PHONE, WORKED_OUT_MS, App, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = {"runOnly": {"type": "tag", "values": list(LEVELS)}, "resultTypes": ["violations"]}
RULES_OF_COLOUR = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""What can differ between light and dark."""
MOST_SHIFT = 0.01
"""Of the measure that browsers call cumulative layout shift; up to 0.1 counts as good."""

PAGES = (
    "/", "/now/in-body", "/diary", "/diary?view=day", "/diary?view=year", "/diary/import", "/diary/new/bout",
    "/diary/new/schedule", "/answer", "/drives", "/recordings", "/learn", "/learn/about/cause/caffeine_effect",
    "/learn/about/finding/muscle_cramps", "/learn/about/substance/caffeine", "/learn/about/analyte/magnesium",
    "/learn/about/muscle/soleus", "/learn/playground", "/doctor", "/settings",
)  # fmt: skip


def violations(page: Page, rules: dict[str, Any] = RULES, *, inside: str | None = None) -> list[str]:
    """Return what axe finds on a page as it stands, or inside a part of it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: dict[str, Any] = axe.run(page, context=inside, options=rules).response
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def in_both_schemes(page: Page, *, inside: str | None = None) -> list[str]:
    """Return what axe finds in light and in dark."""
    page.emulate_media(color_scheme="light")
    found = violations(page, inside=inside)
    page.emulate_media(color_scheme="dark")
    return found + violations(page, RULES_OF_COLOUR, inside=inside)


def is_too_wide(page: Page) -> bool:
    """Return whether a page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture
def window(example: App) -> Page:
    """A window on the example person."""
    return example.open("/settings")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everyone_and_stays_where_it_is(window: Page, example: App, path: str) -> None:
    for size in (PHONE, DESKTOP):
        window.set_viewport_size(size)
        answer = window.goto(example.server.address + path)
        assert answer is not None
        assert answer.status == 200
        settled(window)
        window.wait_for_timeout(100)
        assert window.evaluate("window.shifted") < MOST_SHIFT
        assert not is_too_wide(window)
        assert in_both_schemes(window) == []
    # 400 % zoom leaves 320 by 256 points; then text of twice the size.
    window.set_viewport_size({"width": 320, "height": 256})
    assert not is_too_wide(window)
    window.evaluate("document.documentElement.style.fontSize = '200%'")
    for size in (PHONE, DESKTOP):
        window.set_viewport_size(size)
        assert not is_too_wide(window)
        assert cut_off(window) == []


def viewer(page: Page) -> None:
    """Go from the recordings to the viewer of the first."""
    page.locator(".recording h2 a").first.click()
    page.locator('.stage[data-whole="true"]').wait_for(timeout=WORKED_OUT_MS)
    page.get_by_role("button", name="Next event").click()


def entry(page: Page) -> None:
    """Go from the diary to an entry with its history."""
    page.locator(".entries .edit").first.click()
    page.locator("main details > summary").click()


def plan(page: Page) -> None:
    """Go from what drives it to the plan of an experiment."""
    page.get_by_role("button", name="Show a plan").click()
    page.get_by_role("link", name="Go back").wait_for()


@pytest.mark.parametrize(("path", "go"), [("/recordings", viewer), ("/diary", entry), ("/drives", plan)])
def test_a_page_behind_another_is_for_everyone(example: App, path: str, go: Callable[[Page], None]) -> None:
    page = settled(example.open(path))
    go(page)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert not is_too_wide(page)
        assert in_both_schemes(page) == []


@pytest.mark.parametrize("path", ["/", "/diary", "/answer", "/drives", "/recordings", "/doctor", "/settings"])
def test_a_page_of_an_empty_diary_is_for_everyone(app: App, path: str) -> None:
    page = settled(app.open(path))
    assert in_both_schemes(page) == []
    assert page.evaluate("window.shifted") < MOST_SHIFT


def opened(page: Page) -> None:
    """Open everything on a page that can be opened."""
    page.evaluate("for (const box of document.querySelectorAll('main details')) box.open = true")


@pytest.mark.parametrize(
    "path", ["/", "/learn/about/cause/caffeine_effect", "/learn/playground", "/answer", "/settings"]
)
def test_what_is_folded_is_for_everyone_too(example: App, path: str) -> None:
    page = settled(example.open(path))
    opened(page)
    assert in_both_schemes(page) == []
    assert not is_too_wide(page)


@pytest.mark.parametrize("view", ["back", "face", "mouth", "hand", "foot", "belly"])
def test_a_zoomed_map_with_its_sheet_is_for_everyone(example: App, view: str) -> None:
    page = example.open("/")
    page.locator(f'label[for="view-{view}"]').click()
    assert violations(page, inside=".map-card") == []
    page.locator(f".view-{view} .part").first.focus()
    page.keyboard.press("Enter")
    page.locator("#sheet").wait_for()
    opened(page)
    assert in_both_schemes(page, inside="#sheet") == []


def test_menu_and_message_are_for_everyone(app: App) -> None:
    page = app.open("/")
    page.locator("form[action='/now/intake'] button").first.click()
    page.get_by_text("Noted.").wait_for()
    page.wait_for_timeout(400)
    assert in_both_schemes(page) == []
    assert page.locator("#told").bounding_box()["height"] < 80
    page.get_by_role("button", name="Close").last.click()
    page.locator("nav.main .more > summary").click()
    assert in_both_schemes(page) == []


def test_pages_that_say_no_are_for_everyone(app: App) -> None:
    page = app.open("/settings")
    page.get_by_text("Erase everything").click()
    page.locator("#sure").fill("somebody else")
    page.get_by_role("button", name="Erase", exact=True).click()
    page.get_by_text("To erase everything").wait_for()
    assert in_both_schemes(page) == []
    app.windows.forgive("status of 422")


def cut_off(page: Page) -> list[str]:
    """Return buttons, links and headings whose words do not fit into them."""
    found: list[str] = page.evaluate("""() =>
      [...document.querySelectorAll("main button, main a, nav a, summary, h1, h2, h3, label, td, th")]
        .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 1
          && getComputedStyle(one).display !== "inline")
        .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`)
    """)
    return found
