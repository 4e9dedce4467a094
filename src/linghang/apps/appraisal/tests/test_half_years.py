"""A scheme that grades half-years: they stand beside quarters, on the page of a month and on that of the year."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, changed_pack, month_unit
from linghang.engine.periods import Month

pytestmark = pytest.mark.django_db
HALF = """  - id: half-star
    title: {zh: 半年评星, en: Half-year star}
    span: half_year
    needs_months: 2
    bands:
      - {id: star5, title: {zh: 半年五星, en: Half-year five}, at_least: 100.00}
      - {id: none, title: {zh: 未评, en: none}}
selections:
"""


@pytest.fixture
def unit(settings) -> MonthUnit:
    """One branch whose members' points are also graded by half-years; its January and February are final."""
    pack = changed_pack("example-halves", lambda text: re.sub(r"^selections:\n", HALF, text, flags=re.MULTILINE))
    made = month_unit(branches=1, people=1, pack=pack)
    for number in (1, 2):
        made.whole_month(Month(2026, number))
    settings.DEMO_TODAY = at(2026, 3, 20).date()
    return made


def text_of(unit: MonthUnit, name: str, *when: object, english: bool = False) -> str:
    client = Client()
    client.force_login(unit.users["a-secretary"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(f"appraisal:{name}", args=[unit.people["a"][0], SCHEME, *when])
    headers = {"accept-language": "en" if english else "zh-hans"}
    page = client.get(address, headers=headers).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_half_year_stands_on_the_page_of_a_month_and_on_that_of_the_year(unit):
    for text in (text_of(unit, "statement", "2026-02"), text_of(unit, "year", 2026)):
        assert "2026年上半年" in text
        assert "半年评星：" in text
        assert "半年五星" in text
    assert "两个半年" in text_of(unit, "year", 2026)
    assert "半年评星" not in text_of(unit, "quarter", 2026, 1)


def test_categories_grades_and_bands_of_a_statement_are_in_the_language_of_the_page(unit):
    text = text_of(unit, "statement", "2026-02", english=True)
    for words in ("Organisational life", "Quarterly star", "Half-year five"):
        assert words in text
    assert "半年五星" not in text
