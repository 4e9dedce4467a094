"""How much work a task is: what is clicked, ticked, chosen, typed and read on the real pages, at a set human speed.

    work = Meter(page)
    work.sitting("报工作单")
    work.signs_in("name", PASSWORD)
    work.opens(page.get_by_role("link", name="核对报送").first)
    work.types(page.get_by_label("说明"), "本月无补充")
    work.total  # Counted(pages=3, clicks=2, fields=1, seconds=31)

Nothing here looks at a clock: the same walk always counts the same. Whatever brings a new page is read to its end
before the next thing is done, and a list of persons that somebody answers for is read line by line.
`keep` compares what was counted with the section of docs/reference/burden.md, or writes it when BURDEN_WRITE=1.
"""

import math
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from linghang.ui.web.clock import SHANGHAI

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "burden.md"

# seconds; unhurried, for somebody who does this once a month
CLICK = 1.5  # find a button or a link and press it
TICK = 1.0  # a box in a list that is in view
CHOOSE = 3.0  # open a list, find the line, take it
TYPE, LETTER = 4.0, 0.3  # go into a field and think; each character, typed by an input method
READ = 5.0  # what a page says, before anything is done on it
READ_LINE = 2.0  # one person in a list that is gone through

NEW = """() => {
    const main = document.querySelector("main");
    if (main === null || main.counted) return "";
    main.counted = true;
    return (document.querySelector("h1") ?? main).textContent.replace(/\\s+/g, "");
}"""


@dataclass(frozen=True)
class Counted:
    """What a task costs; signing in counts as time and page, not as fields."""

    pages: int = 0
    clicks: int = 0
    fields: int = 0
    lines: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.pages + other.pages,
            self.clicks + other.clicks,
            self.fields + other.fields,
            self.lines + other.lines,
            self.seconds + other.seconds,
        )


def clock_words(seconds: float) -> str:
    """Minutes and seconds as people say them, rounded up."""
    whole = math.ceil(seconds)
    return f"{whole // 60}分{whole % 60:02}秒" if whole >= 60 else f"{whole}秒"


class Meter:
    """Does one task on a page of the browser and counts; each sitting of each person apart."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: list[tuple[str, Counted]] = []

    # --- sittings ---

    def sitting(self, title: str) -> None:
        """What follows belongs to this part of the task."""
        self.parts.append((title, Counted()))

    @property
    def total(self) -> Counted:
        return sum((counted for _title, counted in self.parts), Counted())

    def signs_in(self, username: str, password: str) -> None:
        """By the real form, from no session at all; ends on the front page."""
        self.page.context.clear_cookies()
        self.page.goto("/access/sign-in/")
        self._look()
        for label, text in (("用户名", username), ("密码", password)):
            self.page.get_by_label(label, exact=True).fill(text)
            self._add(Counted(seconds=TYPE + LETTER * len(text)))
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(self.page.home + "/")
        self._add(Counted(clicks=1, seconds=CLICK))
        self._look()

    # --- what a user does ---

    def opens(self, target: Locator) -> None:
        """A link or a button that brings another page, which is read."""
        with self.page.expect_navigation():
            target.click()
        self._add(Counted(clicks=1, seconds=CLICK))
        self._look()

    def clicks(self, target: Locator) -> None:
        """A button that does something on the page itself."""
        target.click()
        self._add(Counted(clicks=1, seconds=CLICK))

    def ticks(self, target: Locator) -> None:
        target.check()
        self._add(Counted(fields=1, seconds=TICK))

    def chooses(self, target: Locator, label: str) -> None:
        target.select_option(label=label)
        self._add(Counted(fields=1, seconds=CHOOSE))

    def types(self, target: Locator, text: str) -> None:
        target.fill(text)
        self._add(Counted(fields=1, seconds=TYPE + LETTER * len(text)))

    def goes_through(self, lines: Locator) -> None:
        """Reads a list line by line."""
        expect(lines.first).to_be_visible()
        count = lines.count()
        self._add(Counted(lines=count, seconds=READ_LINE * count))

    def waits_for(self, words: str) -> None:
        """Until the page says it by itself; a page that was loaded again is read again."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        self._look()

    # --- counting ---

    def _add(self, more: Counted) -> None:
        title, counted = self.parts[-1]
        self.parts[-1] = (title, counted + more)

    def _look(self) -> None:
        """One more page if there is one that has not been read."""
        self.page.wait_for_load_state("networkidle")
        if self.page.evaluate(NEW):
            self._add(Counted(pages=1, seconds=READ))


# --- the page of the documents ---


def row(title: str, counted: Counted) -> str:
    numbers = f"{counted.pages} | {counted.clicks} | {counted.fields} | {counted.lines}"
    return f"| {title} | {numbers} | {clock_words(counted.seconds)} |"


def table(work: Meter) -> str:
    head = ["| 哪一段 | 页 | 点击 | 填、选、勾 | 逐行看 | 用时 |", "|---|---:|---:|---:|---:|---:|"]
    rows = [row(title, counted) for title, counted in work.parts]
    return "\n".join([*head, *rows, *([row("合计", work.total)] if len(rows) > 1 else [])])


def keep(heading: str, work: Meter) -> None:
    """The section says what was counted; with BURDEN_WRITE=1 it is written, with today's date."""
    text = PAGE.read_text("utf-8")
    section = rf"^## {re.escape(heading)}\n(?:(?!^## ).)*?(?P<table>^\| 哪一段 .*?)\n\n数于 [-\d]+。\n"
    found = re.search(section, text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference/burden.md has no section {heading}"
    if os.environ.get("BURDEN_WRITE") == "1":
        start, end = found.start("table"), found.end()
        PAGE.write_text(f"{text[:start]}{table(work)}\n\n数于 {datetime.now(SHANGHAI).date()}。\n{text[end:]}", "utf-8")
        return
    assert found["table"] == table(work), f"{heading}: counted now\n{table(work)}"
