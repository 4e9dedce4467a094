"""Every number on every page of the month opens to its lines, records and evidence in at most two clicks.

Five people of the demo walk through the pages by their links, at both widths and in both languages.
"""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from linghang.demo.content import units
from linghang.demo.crowd import workers_of
from tests.browser import SCREENS, check, open_page, show_at
from tests.server.crawl import Crawl

pytestmark = pytest.mark.browser

UNIT = next(unit for unit in units() if unit.code == "QY")
PEOPLE = {
    "member": "qy-member",
    "secretary": f"qy-shuji{workers_of(UNIT).code.removeprefix('QY')}",
    "officer": "qy-officer",
    "leader": "qy-leader",
    "inspector": "qy-inspector",
}
# addresses that each of them must come to by links alone, or the walk is not worth its name
REACHED = {
    "member": {"portal:home", "appraisal:mine", "appraisal:statement", "appraisal:quarter", "appraisal:year"},
    "secretary": {"portal:home", "appraisal:books", "appraisal:book", "appraisal:statement", "appraisal:duty"},
    "officer": {"portal:home", "appraisal:books", "appraisal:book", "appraisal:packs", "appraisal:duty-board"},
    "leader": {"portal:home", "portal:branches", "appraisal:books", "appraisal:star"},
    "inspector": {"portal:home", "appraisal:packs", "appraisal:commitments"},
}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_number_opens_to_what_it_is_made_of_and_every_page_fits_both_screens(chromium, running_demo, enter, who):
    """One walk: all numbers of three pages of each address, and the first of the three at both widths."""
    with open_page(chromium, running_demo.home, "wide") as page:
        enter(page, PEOPLE[who])
        crawl, wrong, unfit = Crawl(page, per=3), [], []
        for name in crawl.walk():
            here = page.url
            wrong += [f"{name} {here}: {one}" for one in crawl.numbers_without_source()]
            if crawl.visited[name] == 1:
                unfit += [one for screen in SCREENS for one in _unfit(page, who, name, "zh-hans", screen)]
                show_at(page, "wide")
    assert wrong == [], f"{len(wrong)} numbers without a source:\n" + "\n".join(sorted(set(wrong)))
    assert REACHED[who] <= set(crawl.visited), REACHED[who] - set(crawl.visited)
    assert unfit == [], "\n".join(unfit)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_fits_the_screen_in_english(chromium, running_demo, enter, who):
    with open_page(chromium, running_demo.home, "wide") as page:
        enter(page, PEOPLE[who])
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": page.home}])
        wrong = [one for name in Crawl(page, per=1).walk() for one in _unfit(page, who, name, "en", "wide")]
    assert wrong == [], "\n".join(wrong)


def _unfit(page: Page, who: str, name: str, language: str, screen: str) -> list[str]:
    """What is wrong with the page that the browser stands on, at a width."""
    show_at(page, screen)
    try:
        check(page, f"{who}-{name.replace(':', '-')}-{language}")
    except AssertionError as found:
        page.seen.console.clear()
        return [f"{page.url}: {found}"]
    return []
