"""From the first start to the page for the doctor, on a phone, a tablet and a desktop; and once without scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import PHONE, SIZES, TABLET, WORKED_OUT_MS, App, Server, Windows, settled
from tests.web.recordings_made import recording_csv

if TYPE_CHECKING:
    from playwright.sync_api import Page

PDF_SIGN = b"%PDF-"
UNDER_MORE = ("What drives it", "Recordings", "Learn", "Settings")
"""Pages that the menu of a phone shows under More."""
every_size = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


def go(page: Page, name: str) -> None:
    """Go to a page by the menu, as a finger or a mouse would."""
    size = page.viewport_size
    if size is not None and size["width"] < 768 and name in UNDER_MORE:
        page.locator("nav.main .more > summary").click()
        page.locator(".more-pages a", has_text=name).click()
    else:
        page.locator("nav.main > a", has_text=name).click()
    page.locator("nav.main > a[aria-current]", has_text=name).wait_for(state="attached")


def note_bout(page: Page, part: str) -> None:
    """Note a bout by two taps."""
    page.locator(f"#{part}").click()
    page.locator("#sheet .done").click()
    page.get_by_text("Noted.").wait_for()


@every_size
def test_from_the_first_start_to_the_pdf(server: Server, windows: Windows, size: dict[str, int]) -> None:
    page = windows.open(server.link, viewport=size)
    assert page.url == f"{server.address}/"
    go(page, "Settings")
    page.locator("#birth_year").fill("1990")
    page.locator("#sex").select_option("female")
    page.locator("form[action='/settings/profile'] button").click()
    page.get_by_text("Kept.").wait_for()
    go(page, "Now")
    note_bout(page, "front-deltoideus-left")
    note_bout(page, "front-deltoideus-left")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    page.get_by_role("button", name="for 2 hours").click()
    page.get_by_text("Noted: nothing else since").wait_for()
    page.locator("form[action='/now/intake'] button").first.click()
    page.locator(".in-body").wait_for(timeout=WORKED_OUT_MS)
    go(page, "Answer")
    page.locator("#question").wait_for(timeout=WORKED_OUT_MS)
    assert page.locator(".advice .headline").inner_text()
    assert page.locator(".cause").count() >= 1
    go(page, "For the doctor")
    page.locator("#question").fill("Does it need tests?")
    page.locator("#name").fill("A. Person")
    with page.expect_download(timeout=WORKED_OUT_MS) as coming:
        page.locator("button[value=pdf]").click()
    assert Path(coming.value.path()).read_bytes().startswith(PDF_SIGN)
    windows.close()
    second = windows.open(server.link, viewport=size)
    assert second.get_by_role("heading", name="This diary is closed").is_visible()
    windows.forgive("status of 401")


@every_size
def test_a_diary_by_day_week_and_year_with_filter_edit_and_undo(app: App, size: dict[str, int]) -> None:
    page = app.open("/", viewport=size)
    page.locator("form[action='/now/intake'] button").first.click()
    page.get_by_text("Noted.").wait_for()
    note_bout(page, "front-deltoideus-left")
    go(page, "Diary")
    assert page.locator(".entries li").count() == 2
    for view in ("Day", "Year", "Week"):
        page.locator(".segments a", has_text=view).click()
        page.locator(".segments a[aria-current]", has_text=view).wait_for()
        shown = page.locator(".period .span").inner_text()
        page.get_by_role("link", name="Earlier").click()
        page.locator(".period .span").filter(has_not_text=shown).wait_for()
        page.get_by_role("link", name="Later").click()
        page.locator(".entries li, table").first.wait_for()
    page.locator("#kind").select_option("bout")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**kind=bout")
    assert page.locator(".entries li").count() == 1
    page.locator(".entries .edit").click()
    page.locator("#text").fill("after a run")
    page.locator("#painful").select_option("false")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Corrected; the earlier version is kept.").wait_for()
    page.locator(".entries li", has_text="after a run").wait_for()
    page.locator("#told").get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert page.get_by_text("after a run").count() == 0
    page.get_by_text("Add an entry").click()
    page.get_by_role("link", name="Sleep", exact=True).click()
    page.locator("#duration_min").fill("420")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("7 h", exact=False).wait_for()
    page.locator(".entries li", has_text="Sleep").locator(".edit").click()
    page.get_by_role("button", name="Take out").click()
    page.get_by_text("Taken out.").wait_for()


@every_size
def test_a_table_is_looked_at_kept_and_taken_back(app: App, size: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("time,kind,place\n2026-03-02T21:30+01:00,bout,eyelid\n", encoding="utf-8")
    page = app.open("/diary", viewport=size)
    page.get_by_role("link", name="Import").click()
    page.set_input_files("#files", file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Keep all of it").click()
    page.get_by_text("1 entry is in the diary now.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()


@every_size
def test_questions_come_one_at_a_time_and_answers_can_be_undone(app: App, size: dict[str, int]) -> None:
    page = app.open("/", viewport=size)
    note_bout(page, "front-deltoideus-left")
    go(page, "Answer")
    page.locator("#age_years").fill("30")
    page.get_by_role("button", name="Keep").click()
    page.locator("#question").wait_for(timeout=WORKED_OUT_MS)
    asked = [page.locator(".asked").inner_text()]
    for reply in ("n", "?", "y"):
        page.locator(f"#question button[value='{reply}']").click()
        page.locator(".asked").filter(has_not_text=asked[-1]).wait_for(timeout=WORKED_OUT_MS)
        asked.append(page.locator(".asked").inner_text())
    assert len(set(asked)) == len(asked)
    page.locator("#told").get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    settled(page)
    page.get_by_text("In the doctor's words").click()
    page.get_by_text("What this answer does not know").click()


@every_size
def test_what_drives_it_and_a_plan_for_an_experiment(example: App, size: dict[str, int]) -> None:
    page = settled(example.open("/drives", viewport=size))
    assert page.locator(".driver").count() >= 3
    assert page.locator(".driver .ratio").count() == page.locator(".driver").count()
    page.locator("#substance").select_option(index=0)
    page.get_by_role("button", name="Show a plan").click()
    page.get_by_role("button", name="Keep this plan in the diary").wait_for()
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url("**/drives")


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_recording_from_upload_to_verdict(app: App, size: dict[str, int], tmp_path: Path) -> None:
    seconds = {360: 9, 768: 10}[size["width"]]
    file = tmp_path / f"calf {seconds}.csv"
    file.write_bytes(recording_csv(duration_s=seconds))
    page = app.open("/recordings", viewport=size)
    page.set_input_files("#files", file)
    page.select_option("#place", "calf")
    page.get_by_role("button", name="Keep and search").click()
    page.locator("progress").first.wait_for()
    page.locator('.stage[data-whole="true"]').wait_for(timeout=2 * WORKED_OUT_MS)
    page.get_by_role("button", name="Next event").click()
    page.locator("[data-current]", has_text="Event 1 of").wait_for()
    page.locator(".event-tools [data-do=accept]").click()
    page.locator("[data-accepted]", has_text="1").wait_for()
    page.locator(".stage").focus()
    page.keyboard.press("n")
    page.locator("[data-current]", has_text="Event 2 of").wait_for()
    page.keyboard.press("r")
    page.locator("[data-rejected]", has_text="1").wait_for()
    page.keyboard.press("p")
    page.locator("[data-current]", has_text="Event 1 of").wait_for()
    page.locator("[data-spectrum-words]", has_text="Spectrum of").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@every_size
def test_learning_goes_by_links_from_page_to_page(example: App, size: dict[str, int]) -> None:
    page = example.open("/learn", viewport=size)
    page.locator("#name").fill("caffeine")
    page.locator("#found", has_text="found").wait_for()
    page.locator(".topics a:visible", has_text="Caffeine").first.click()
    page.locator("h1").wait_for()
    first = page.url
    page.locator(".told-page a[href^='/learn/about/']").first.click()
    page.wait_for_function("before => location.href !== before", arg=first)
    page.get_by_role("link", name="Learn").last.click()
    page.locator("#name").fill("no such word")
    assert page.locator("#found").inner_text() == "0 found"
    page.get_by_role("link", name="The electrolyte playground").click()
    before = page.locator("#sentence").inner_text()
    page.locator("#calcium").fill("0.3")
    page.locator("#sentence").filter(has_not_text=before).wait_for()
    page.get_by_role("button", name="As in health").click()
    page.locator("#sentence").filter(has_text=before).wait_for()


@every_size
def test_settings_from_language_to_erasing(app: App, size: dict[str, int]) -> None:
    page = app.open("/settings", viewport=size)
    name = (
        page.locator("p", has_text="This is the diary of")
        .inner_text()
        .removeprefix("This is the diary of ")
        .rstrip(".")
    )
    page.locator("#theme").select_option("dark")
    page.locator("form[action='/settings/looks'] button").click()
    page.locator("html[data-theme=dark]").wait_for()
    page.locator("#language").select_option("de")
    page.locator("form[action='/settings/looks'] button").click()
    page.locator("html[lang=de]").wait_for()
    page.locator("#language").select_option("en")
    page.locator("form[action='/settings/looks'] button").click()
    page.locator("html[lang=en]").wait_for()
    assert json.loads(_downloaded(page, "form[action='/settings/export/json'] button"))
    page.locator("#passphrase").fill("a long enough passphrase")
    assert _downloaded(page, "form[action='/settings/backup'] button").startswith(b"age-encryption.org/v1")
    page.get_by_text("Erase everything").click()
    page.locator("#sure").fill(name)
    page.get_by_role("button", name="Erase", exact=True).click()
    page.get_by_text(f"The diary of {name} is erased.").wait_for()


def _downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as coming:
        page.locator(button).click()
    return Path(coming.value.path()).read_bytes()


def test_without_scripts_everything_can_be_noted_seen_and_taken_back(app: App) -> None:
    page = app.open("/", java_script_enabled=False)
    page.locator("#part-list > summary").click()
    page.locator(".group > summary", has_text="Leg").first.click()
    page.locator("button[name=where][value='calf-left']").click()
    page.get_by_text("Noted.").wait_for()
    page.get_by_role("button", name="for 1 hour").click()
    page.get_by_text("Noted: nothing else since").wait_for()
    page.goto(f"{app.server.address}/diary")
    page.locator(".entries .edit").first.click()
    page.locator("#text").fill("by hand")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("by hand").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    page.goto(f"{app.server.address}/answer")
    page.locator("#age_years").fill("30")
    page.get_by_role("button", name="Keep").click()
    for _ in range(60):
        if page.locator(".advice").count():
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="Show the answer").click()
    page.locator("#question button[value='n']").click()
    page.wait_for_url("**/answer#question")
    page.goto(f"{app.server.address}/learn")
    page.locator("summary", has_text="Muscles").click()
    page.get_by_role("link", name="Deep calf muscle").click()
    page.locator(".told-page").wait_for()
    page.goto(f"{app.server.address}/doctor")
    with page.expect_download(timeout=WORKED_OUT_MS) as coming:
        page.locator("button[value=pdf]").click()
    assert Path(coming.value.path()).read_bytes().startswith(PDF_SIGN)


def test_words_of_a_person_are_never_markup(app: App) -> None:
    page = app.open("/diary/new/note")
    page.locator("#text").fill("<b>no</b> & <script>document.title = 'taken'</script>")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("<b>no</b>").wait_for()
    assert "taken" not in page.title()


def test_many_entries_and_long_words_stay_inside(app: App, tmp_path: Path) -> None:
    long = "x" * 300
    rows = "".join(
        f"2026-03-02T{hour:02}:{minute:02}+01:00,note,{long}\n" for hour in range(8, 18) for minute in range(0, 60, 5)
    )
    file = tmp_path / "many.csv"
    file.write_text(f"time,kind,text\n{rows}", encoding="utf-8")
    page = app.open("/diary/import")
    page.set_input_files("#files", file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Keep all of it").click()
    page.get_by_text("120 entries are in the diary now.").wait_for()
    for path in (
        "/diary?view=day&day=2026-03-02",
        "/diary?view=week&day=2026-03-02",
        "/diary?view=year&day=2026-03-02",
    ):
        page.goto(app.server.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
