"""The pictures of the app in docs/app.md and in the README; remake them with ``python -m docs.screenshots``.

What they show is the example person of ``myotwitch serve --example``: simulated, nobody is meant. Needs the extra
``test`` and Chromium (``MYOTWITCH_CHROMIUM`` names it where it is not on the path).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from tests.browser.conftest import BROWSER_OPTIONS, CHROMIUM, PHONE, settled, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).parent / "pictures"
WIDTH_PX = 1180
MOST_COLOURS, GAP_PX, GAP_COLOUR = 256, 24, "#ffffff"
LARGEST_BYTES = 200_000


def viewer(page: Page) -> None:
    """Open the recording, at its third event."""
    page.locator(".recording h2 a").first.click()
    page.locator('.stage[data-whole="true"]').wait_for(timeout=120_000)
    for _ in range(3):
        page.get_by_role("button", name="Next event").click()
    for _ in range(3):
        page.get_by_role("button", name="Shorter stretch").click()
    page.wait_for_timeout(800)
    page.locator('.stage[data-whole="true"]').wait_for()


def low_calcium(page: Page) -> None:
    """Lower the calcium until the nerve fires by itself."""
    before = page.locator("#sentence").inner_text()
    page.locator("#calcium").fill("0.3")
    page.locator("#sentence").filter(has_not_text=before).wait_for()


def calf(page: Page) -> None:
    """Touch the calf on the map."""
    page.locator("#front-tibialis_anterior-left").click()
    page.locator("#sheet[open]").wait_for()


def nothing(_: Page) -> None:
    """Leave a page as it is."""


WIDE: dict[str, tuple[str, int, Callable[[Page], None]]] = {
    "app_now": ("/", 1260, nothing),
    "app_answer": ("/answer", 1000, nothing),
    "app_drives": ("/drives", 980, nothing),
    "app_viewer": ("/recordings", 1240, viewer),
    "app_playground": ("/learn/playground", 900, low_calcium),
}
ON_A_PHONE: tuple[tuple[str, Callable[[Page], None], str], ...] = (
    ("/", calf, "light"), ("/diary", nothing, "light"), ("/answer", nothing, "light"), ("/", nothing, "dark"),
)  # fmt: skip


def taken(
    browser: Browser, address: str, cookies: object, path: str, act: Callable[[Page], None], **window: object
) -> Image.Image:
    """Return a picture of a page after something was done on it."""
    context = browser.new_context(storage_state=cookies, **window)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + path)
    settled(page)
    page.wait_for_timeout(400)
    act(page)
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(200)
    picture = Image.open(BytesIO(page.screenshot()))
    context.close()
    return picture.convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Return pictures in a row."""
    width = sum(picture.width for picture in pictures) + GAP_PX * (len(pictures) - 1)
    row = Image.new("RGB", (width, max(picture.height for picture in pictures)), GAP_COLOUR)
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + GAP_PX
    return row


def save(picture: Image.Image, name: str) -> None:
    """Save a picture in few colours.

    Raises
    ------
    ValueError
        If it is too large for the repository.
    """
    file = PICTURES / f"{name}.png"
    picture.quantize(MOST_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE).save(
        file, optimize=True
    )
    if file.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{file} has {file.stat().st_size} bytes; at most {LARGEST_BYTES} are kept.")


def main() -> None:
    """Make all of them."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        server = start_server(None, "--example", str(Path(folder) / "example"))
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER_OPTIONS))
        context = browser.new_context()
        context.request.get(server.link)
        cookies = context.storage_state()
        for name, (path, height, act) in WIDE.items():
            save(
                taken(
                    browser,
                    server.address,
                    cookies,
                    path,
                    act,
                    viewport={"width": WIDTH_PX, "height": height},
                    color_scheme="light",
                ),
                name,
            )
        phones = [
            taken(
                browser,
                server.address,
                cookies,
                path,
                act,
                viewport=PHONE,
                color_scheme=scheme,
                device_scale_factor=1.25,
            )
            for path, act, scheme in ON_A_PHONE
        ]
        save(side_by_side(phones), "app_phone")
        browser.close()
        server.end()


if __name__ == "__main__":
    main()
