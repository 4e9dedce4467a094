"""Lighthouse, accessibility: every page that each account of the demo comes to by links, both widths, both languages.

Run by `make soak`, not by `make test` (the name of this file keeps it out): it needs Node and takes about an hour.
LINGHANG_LIGHTHOUSE_PAGES=2 visits two pages of each address for each account; LINGHANG_LIGHTHOUSE_WRITE=1 writes the
result to docs/reference/accessibility.md.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from linghang.ui.assets import find_npm, install
from linghang.ui.web.clock import SHANGHAI
from tests.browser import open_page

TOOL = Path(__file__).resolve().parents[2] / "tools" / "lighthouse"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "accessibility.md"
LEAST = 0.95
PER_ADDRESS = int(os.environ.get("LINGHANG_LIGHTHOUSE_PAGES", "1"))
PARALLEL = 2
BEFORE = "登录前"
OPEN = [("access:sign-in", "/access/sign-in/"), ("access:activate", "/access/activate/"), ("portal:demo", "/demo/")]
ACCOUNTS = {
    "党员": "qy-member",
    "职工": "qy-staff",
    "支部书记": "qy-shuji01",
    "组织委员": "qy-zuzhi",
    "党务干部": "qy-officer",
    "班子成员": "qy-leader",
    "纪检干部": "qy-inspector",
    "业务确认人": "qy-confirmer",
    "业务领导": "qy-business-leader",
    "人事": "qy-personnel",
}
NO_PAGES = re.compile(r"\.(xlsx|pdf|docx|zip|csv)$|/(file|export|download|evidence)/")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "download" not in given:
            self.found.append(given["href"])


@dataclass(frozen=True)
class Rated:
    """One page as one account sees it at one width in one language."""

    who: str
    name: str
    address: str
    screen: str
    language: str
    status: int
    score: float
    problems: list[dict]


def pages_of(page, home: str) -> Iterator[tuple[str, str]]:
    """(name, address) of every page that links lead to from the front page; the browser is signed in."""
    waiting, met, seen = deque([home + "/"]), set(), Counter()
    while waiting:
        address = urldefrag(waiting.popleft())[0]
        name = _name(address)
        if not name or address in met or seen[name] >= PER_ADDRESS:
            continue
        met.add(address)
        answer = page.request.get(address)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen[name] += 1
        yield name, address.removeprefix(home)
        links = _Links()
        links.feed(answer.text())
        waiting.extend(urljoin(address, link) for link in links.found if urljoin(address, link).startswith(home))


def _name(address: str) -> str:
    parts = urlsplit(address)
    if NO_PAGES.search(parts.path) or "export=" in parts.query or "as=" in parts.query:
        return ""
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return ""


def _visits(chromium, home: str, enter) -> Iterator[dict]:
    """What to rate: before signing in, then each account; every page at both widths in both languages."""
    for who, account in {BEFORE: "", **ACCOUNTS}.items():
        with open_page(chromium, home, "wide") as page:
            if account:
                enter(page, account)
            found = list(pages_of(page, home)) if account else OPEN
            kept = [one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
        # one width and language after the other, so that one window serves all pages of an account
        for screen, language in product(("wide", "phone"), ("zh-hans", "en")):
            cookies = [{"name": one["name"], "value": one["value"]} for one in kept]
            cookies.append({"name": settings.LANGUAGE_COOKIE_NAME, "value": language})
            told = {"who": who, "screen": screen, "language": language, "cookies": cookies}
            yield from ({**told, "name": name, "address": address} for name, address in found)


def _rate(visits: list[dict], home: str, folder: Path) -> list[Rated]:
    """By a few windows side by side; `folder` holds rate.mjs beside the packages that it needs."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    npm_path = f"{find_npm()[1]}{os.pathsep}{os.environ['PATH']}"
    running, share = [], -(-len(visits) // PARALLEL)
    for number in range(PARALLEL):
        work = folder / f"visits-{number}"
        work.write_text(
            "".join(json.dumps(one) + "\n" for one in visits[number * share : (number + 1) * share]), "utf-8"
        )
        command = ["node", str(folder / "rate.mjs"), str(chromium), home]
        with work.open() as given, (folder / f"rated-{number}").open("w") as out:
            running.append(subprocess.Popen(command, stdin=given, stdout=out, env=os.environ | {"PATH": npm_path}))
    assert [process.wait() for process in running] == [0] * PARALLEL
    answers = [(folder / f"rated-{number}").read_text("utf-8") for number in range(PARALLEL)]
    return [Rated(**json.loads(line)) for answer in answers for line in answer.splitlines()]


def write_result(rated: list[Rated]) -> None:
    """The table of the page of the documents: how many pages each account saw, and how they were rated."""
    rows = []
    for who in (BEFORE, *ACCOUNTS):
        scores = [one.score for one in rated if one.who == who]
        full = sum(1 for score in scores if score == 1)
        rows.append(f"| {who} | {len(scores)} | {min(scores):.2f} | {full} |")
    head = PAGE.read_text("utf-8").split("| 谁 |", 1)[0]
    table = "\n".join(["| 谁 | 次 | 最低 | 满分的 |", "|---|---:|---:|---:|", *rows])
    PAGE.write_text(f"{head}{table}\n\n测于 {datetime.now(SHANGHAI).date()}。\n", "utf-8")


def test_every_page_is_accessible_by_lighthouse(chromium, running_demo, enter, tmp_path):
    folder = install(TOOL, tmp_path / "npm").parent
    shutil.copy(TOOL / "rate.mjs", folder)
    visits = list(_visits(chromium, running_demo.home, enter))
    rated = _rate(visits, running_demo.home, folder)
    assert len(rated) == len(visits)
    if os.environ.get("LINGHANG_LIGHTHOUSE_WRITE") == "1":
        write_result(rated)
    worse = [one for one in rated if one.score < LEAST or one.status != 200]
    assert not worse, "\n".join(f"{one.score} {one.status} {one.address} {one}" for one in worse)
