"""Where numbers come from: every number on a page of the month opens to what it is made of, in at most two clicks.

Convention (docs/how-to/build-a-page.md): a number stands in an element with `data-number`, which is a link or inside
one; a number that is made of nothing else (a record's own quantity, a price of the measures) has `data-leaf`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from playwright.sync_api import Page

# points are written with two decimals everywhere; a text of that form outside the convention is a number without source
BARE = r"""() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!/^\s*[+−]?\d+\.\d{2}\s*$/.test(walker.currentNode.textContent)) continue;
        if (element.closest("[data-number], meter, .saying, h1, script, template")) continue;
        found.push(element.outerHTML.slice(0, 160));
    }
    return found;
}"""
MARKED = """() => Array.from(document.querySelectorAll("main [data-number]")).map((element) => ({
    text: element.textContent.trim(),
    leaf: element.hasAttribute("data-leaf"),
    href: element.closest("a[href]")?.getAttribute("href") ?? "",
}))"""


ROWS = "main tbody tr, main .empty"  # the rows of a list, or the sentence that there are none


@dataclass(frozen=True)
class Number:
    """One marked number: what it says, where it leads, or that it is a leaf."""

    text: str
    leaf: bool
    href: str


def numbers_on(page: Page) -> list[Number]:
    return [Number(**found) for found in page.evaluate(MARKED)]


def check_numbers(page: Page, name: str) -> int:
    """Fail on a number without a source; follow every link of a number once. Returns how many numbers there are."""
    bare = page.evaluate(BARE)
    assert bare == [], f"{name}: numbers without data-number: {bare}"
    found, here = numbers_on(page), page.url
    lost = [number for number in found if not number.leaf and not number.href]
    assert lost == [], f"{name}: numbers that open nothing: {lost}"
    for address in sorted({number.href for number in found if number.href}):
        problem = next(_problems(page, here, address), "")
        assert not problem, f"{name}: {address}: {problem}"
    page.goto(here)
    return len(found)


def _problems(page: Page, here: str, address: str) -> Iterator[str]:
    """The page behind a number is there, and shows the record, further numbers, or the rows that it adds up."""
    target, anchor = urldefrag(urljoin(here, address))
    answer = page.goto(target)
    if answer is None or answer.status != 200:
        yield f"answers {answer.status if answer else 'nothing'}"
    if anchor and page.locator(f"[id='{anchor}']").count() != 1:
        yield f"has no place #{anchor}"
    if not anchor and not numbers_on(page) and "/ledger/" not in target and not page.locator(ROWS).count():
        yield "shows neither a record nor what the number is made of"
