"""A real browser for tests: Chromium of the machine, two screens, and what is checked on every page.

`Seen` notes what a page did behind the user's back; `check` looks at console, requests, overflow and axe and keeps
pictures: with `for_docs=True` in `docs/images/<name>-<screen>.png` when LINGHANG_SCREENSHOTS=1; BROWSER_PICTURES=DIR
keeps a picture of every checked page there.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response, expect, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SCREENS = {"wide": (1440, 900), "phone": (360, 740)}
PATIENCE_MS = 90_000  # what is waited for comes at once on a machine that does nothing else
# the first draws no window around the page that nobody looks at: half the processor time, the same engine
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Seen:
    """What a page did behind the user's back."""

    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)


@contextmanager
def chromium_of_this_machine() -> Iterator[Browser]:
    """One browser; without Chromium or assets the test is skipped and the run says so."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("NOT RUN: no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    if not (settings.ASSETS_DIR / "static" / "vendor").is_dir():
        pytest.skip("NOT RUN: the assets are not built (python -m linghang.ui.assets)")
    expect.set_options(timeout=PATIENCE_MS)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in the thread of the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, home: str, screen: str) -> Iterator[Page]:
    """A page with a session of its own at one of the two widths."""
    page = new_page(browser, home, screen)
    with watched(page, home, screen):
        yield page
    page.context.close()


def new_page(browser: Browser, home: str, screen: str) -> Page:
    """A page in a context of its own."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=home,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=screen == "phone",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@contextmanager
def watched(page: Page, home: str, screen: str) -> Iterator[None]:
    """`page.seen` notes what the page does meanwhile."""
    page.screen, page.home, page.seen = screen, home, Seen()
    listeners = _listeners(page.seen, urlsplit(home).netloc)
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def emptied(page: Page) -> bool:
    """Whether the page is as new: no cookies, nothing stored, no other tab, at its first width, nothing intercepted."""
    try:
        page.unroute_all()
        page.goto(f"{page.home}/static/ui/tokens.css")  # a page may store what was typed when it is left; this does not
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.emulate_media(media="null")
        show_at(page, page.screen)
    except Error:  # it stands on an error page, or has been closed
        return False
    return page.context.pages == [page]


def show_at(page: Page, screen: str) -> None:
    """The page that is open, at another width; what it shows there comes from the width alone."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.screen = screen


def _listeners(seen: Seen, home: str) -> dict[str, Callable[..., None]]:
    def console(message: ConsoleMessage) -> None:
        # a page that answers 404 or 422 on purpose is reported by the browser itself
        refused = message.text.startswith("Failed to load resource") and message.location["url"] in seen.pages
        if message.type in {"error", "warning"} and not refused:
            seen.console.append(message.text)

    def asked(request: Request) -> None:
        if request.is_navigation_request():
            seen.pages.add(request.url)
        if urlsplit(request.url).netloc not in {home, ""}:
            seen.outside.append(request.url)

    def answered(response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            seen.failed.append(f"{response.status} {response.url}")

    def failed(error: Error) -> None:
        seen.console.append(str(error))

    return {"console": console, "pageerror": failed, "request": asked, "response": answered}


def check(page: Page, name: str, *, for_docs: bool = False) -> None:
    """No console errors, nothing from outside, no sideways scrolling, nothing serious by axe; keeps a picture."""
    page.wait_for_load_state("networkidle")
    _picture(page, name, for_docs)
    seen: Seen = page.seen
    assert seen.console == [], f"{name}: the console says {seen.console}"
    assert seen.outside == [], f"{name}: asked {seen.outside}"
    assert seen.failed == [], f"{name}: {seen.failed}"
    _no_overflow(page, name)
    _accessible(page, name)


def _picture(page: Page, name: str, for_docs: bool) -> None:
    folders = [IMAGES] if for_docs and os.environ.get("LINGHANG_SCREENSHOTS") == "1" else []
    if os.environ.get("BROWSER_PICTURES"):
        folders.append(Path(os.environ["BROWSER_PICTURES"]))
    if not folders:
        return
    width, height = SCREENS[page.screen]
    whole = page.evaluate("document.documentElement.scrollHeight")  # so that the bar of the phone stays at the bottom
    page.set_viewport_size({"width": width, "height": max(height, whole)})
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{name}-{page.screen}.png"
        page.screenshot(path=picture)
        if folder == IMAGES:
            make_small(picture)
    page.set_viewport_size({"width": width, "height": height})


def make_small(picture: Path) -> None:
    """As many colours as a page has that anybody tells apart: a third of the bytes, nothing to be seen of it."""
    with Image.open(picture) as found:
        found.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)


def _no_overflow(page: Page, name: str) -> None:
    wider = page.evaluate(
        """() => {
            const limit = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= limit) return [];
            return Array.from(document.querySelectorAll("body *"))
                .filter((element) => element.getBoundingClientRect().right > limit + 1)
                .slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
        }"""
    )
    assert wider == [], f"{name}: wider than the screen: {wider}"


def _accessible(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [
        f"{violation['id']}: {' '.join(node['html'].split())[:160]} ({node.get('failureSummary', '')[:200]})"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
    assert serious == [], f"{name}: axe finds\n" + "\n".join(serious)
