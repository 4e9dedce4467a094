"""Through the pages of the month by their own links: which pages there are, and where each number on them comes from.

A number stands in an element with `data-number` that is a link or inside one, or is a leaf (`data-leaf`): a record's
own quantity, a price of the measures (docs/how-to/build-a-page.md). What else may hold a digit is in `EXEMPT` and
`WORDS`, each with its reason.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

ROOMS = ("appraisal:", "portal:home", "portal:branches")
OTHER = ("appraisal:trial",)  # trials keep nothing and have pages and tests of their own
FILES = re.compile(r"\.(xlsx|pdf|docx|zip)$")

EXEMPT = {
    "[data-number], [data-leaf]": "the convention itself",
    ".saying": "a sentence in words; its numbers stand beside it, marked",
    ".sr-only": "says again, to who does not see, what stands beside it",
    ".keep-lines, .timeline": "what somebody wrote, word for word, and when",
    ".deadline": "how far away a day is; the day and the rule stand beside it",
    "time, code": "a moment, a code or a hash",
    "input, select, textarea, option, meter, progress": "what a form holds or a bar draws",
    "label, legend, .hint, [id$='-hint']": "what a form asks for and explains",
    "#todos li": "a to-do: the link beside it opens what it speaks of, and is followed, too",
    "script, style, template": "not shown",
    "nav, .pager, .crumbs": "where one is and can go",
    "h1, caption": "the name of the page or of its table",
}
WORDS = {
    "the number of a document, a case, a person or a place": r"〔\d{4}〕\d+号|[A-Z][A-Z-]*\d[\d-]*|\d{4}-\d{3,}",
    "the id of a pack, its version and its hash": r"\b[a-z]+(-[a-z0-9]+)+\b|\b\d+\.\d+\.\d+\b|\b[0-9a-f]{8,64}\b",
    "a day or a time": r"\d{4}-\d{1,2}-\d{1,2}|(\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}",
    "a month or a year": r"\d{4}-\d{1,2}|(\d{4}年)?\d{1,2}月|\d{4} ?年",
    "a quarter or a span in words": r"第?\d季度",
    "how many working days the month still has, beside the day": r"本月还有 \d+ 个工作日",
    "an ordinal in a name or a clause": r"第 ?\d+ ?[条款项章个次号党支版]",
    "what a manner of showing says of itself": r"每一档不少于\d+人",
    "a title that somebody gave": r"“[^”]*”",
}

SHOWN = """(exempt) => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement, text = walker.currentNode.textContent;
        if (!/\\d/.test(text) || element.closest(exempt) || !element.checkVisibility()) continue;
        found.push({text: text.trim(), html: element.outerHTML.slice(0, 160)});
    }
    return found;
}"""
MARKED = """() => Array.from(document.querySelectorAll("main [data-number], #todos li")).map((element) => ({
    text: element.textContent.trim(),
    leaf: element.hasAttribute("data-leaf"),
    todo: element.matches("#todos li:has(a)"),
    href: (element.closest("a[href]") ?? element.querySelector("a[href]"))?.getAttribute("href") ?? "",
}))"""
LINKS = "() => Array.from(document.querySelectorAll('main a[href], header a[href]')).map((link) => link.href)"
BEHIND = r"""async (addresses) => {
    const found = [];
    for (const address of addresses) {
        const answer = await fetch(address);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const links = Array.from(page.querySelectorAll("main a[href]")).map((link) => link.getAttribute("href"));
        const pager = page.querySelector("main .pager span")?.textContent.match(/\d+/g);
        const rows = pager ? Number(pager.at(-1)) : page.querySelectorAll("main tbody tr").length;
        const places = Array.from(page.querySelectorAll("[id]")).map((element) => element.id);
        found.push({address, status: answer.status, rows, links, places});
    }
    return found;
}"""


@dataclass(frozen=True)
class Behind:
    """The page behind a number: how it answers, how many rows it lists, where it leads and which places it has."""

    address: str
    status: int
    rows: int
    links: list[str]
    places: list[str]


@dataclass
class Crawl:
    """One walk of one account. `per` pages of each address; `known` are the pages behind numbers, asked for once."""

    page: Page
    per: int
    visited: Counter[str] = field(default_factory=Counter)
    known: dict[str, Behind] = field(default_factory=dict)

    def walk(self) -> Iterator[str]:
        """Name after name of the addresses reached from the front page; the browser stands on the page."""
        waiting, met = deque([self.page.home + "/"]), set()
        while waiting:
            address = urldefrag(waiting.popleft())[0]
            name = name_of(address)
            if address in met or not self._wanted(name, address):
                continue
            met.add(address)
            answer = self.page.goto(address)
            assert answer is not None, address
            assert answer.status == 200, f"{address}: {answer.status}"
            self.visited[name] += 1
            waiting.extend(link for link in self.page.evaluate(LINKS) if link.startswith(self.page.home))
            yield name

    def _wanted(self, name: str, address: str) -> bool:
        one_of_ours = name.startswith(ROOMS) and not name.startswith(OTHER)
        parts = urlsplit(address)
        a_file = FILES.search(parts.path) or "export=" in parts.query or "format=" in parts.query
        return one_of_ours and not a_file and self.visited[name] < self.per

    def numbers_without_source(self) -> Iterator[str]:
        """What is wrong with the numbers of the page that the browser shows; nothing if all is well."""
        for shown in self.page.evaluate(SHOWN, ", ".join(EXEMPT)):
            if re.search(r"\d", re.sub("|".join(WORDS.values()), "", shown["text"])):
                yield f"no data-number: {shown['text'][:60]!r} in {shown['html']}"
        marked = self.page.evaluate(MARKED)
        yield from (f"opens nothing: {one['text']!r}" for one in marked if not one["leaf"] and not one["href"])
        here = urldefrag(self.page.url)[0]
        opened = {(one["text"], urljoin(here, one["href"]), one["todo"]) for one in marked if one["href"]}
        self._ask({urldefrag(address)[0] for _text, address, _todo in opened} - {here})
        for text, address, todo in sorted(opened):
            found = self._on_the_page(address, here) if urldefrag(address)[0] == here else self._behind(address)
            yield from found
            if not todo and urldefrag(address)[0] != here:
                yield from self._source(text, address)

    def _ask(self, addresses: set[str]) -> None:
        for found in self.page.evaluate(BEHIND, sorted(addresses - self.known.keys())):
            self.known[found["address"]] = Behind(**found)

    def _on_the_page(self, address: str, here: str) -> Iterator[str]:
        place = urldefrag(address)[1]
        if place and self.page.locator(f"[id='{place}']").count() != 1:
            yield f"leads to #{place}, which is not on {here}"

    def _behind(self, address: str) -> Iterator[str]:
        target, place = urldefrag(address)
        if self.known[target].status != 200:
            yield f"leads to {address}: {self.known[target].status}"
        elif place and place not in self.known[target].places:
            yield f"leads to {address}, where there is no #{place}"

    def _source(self, text: str, address: str) -> Iterator[str]:
        """Lines, records or evidence behind it or one click further; behind a count, as many rows as it says."""
        target = urldefrag(address)[0]
        behind, name = self.known[target], name_of(target)
        if name in LISTS:
            if text.isdigit() and int(text) != behind.rows:
                yield f"says {text}, and {address} lists {behind.rows}"
        elif not is_source(target) and not any(is_source(urljoin(target, link)) for link in behind.links):
            yield f"leads to {address} ({name}), from where nothing leads to lines, records or evidence"


def name_of(address: str) -> str:
    """The name of an address of this product, "" for what is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


SOURCES = (
    "ledger:",  # records, with their evidence
    "loops:",  # cases with their steps
    "appraisal:statement",  # the lines of a month
    "appraisal:expected",  # the lines of the open month
    "appraisal:branch-expected",  # the same of a branch
    "appraisal:adjustment",  # what came late, record by record
    "appraisal:objection",
    "appraisal:pack",  # the text of the measures
    "appraisal:commitments",
)


# lists of what was counted: the number is that of their rows
LISTS = ("appraisal:books", "appraisal:duty-board", "portal:branches", "org:gaps", "loops:list")


def is_source(address: str) -> bool:
    """Whether a page shows lines, records, or what somebody wrote: what numbers are made of."""
    return name_of(address).startswith(SOURCES)
