"""Odd months, pages, categories and uuids in addresses: an answer with a sentence, never a broken page."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import FEBRUARY, JANUARY, TODAY, points_world, settle_month

MONTHS = ("0001-01", "0001-12", "9999-12", "2026-13", "2025-12", "2030-01")
WHO = ("secretary", "officer", "member")


@pytest.fixture
def world(db, settings, tmp_path):
    settings.DEMO_TODAY, settings.DATA_DIR = TODAY, tmp_path
    made = points_world()
    settle_month(made, JANUARY)
    settle_month(made, FEBRUARY, state="public")
    return made


def addresses(world):
    person, branch, book = world.people[0], world.branch.uuid, world.book(FEBRUARY).uuid
    for month in MONTHS:
        for name in ("statement", "statement-pdf", "statement-export"):
            yield _address(name, person, SCHEME, month)
        yield _address("duty", branch, month)
        yield _address("star", branch, SCHEME, month)
        yield _address("certificate", branch, SCHEME, month)
        for name in ("books", "duty-board", "packs", "bind"):
            yield reverse(f"appraisal:{name}") + f"?month={month}&page=²&state=x&scheme=%00&q=%00&year=99999"
    for year in (0, 1901, 2199, 99999):
        for name in ("year", "year-export", "year-pdf"):
            yield _address(name, person, SCHEME, year)
        yield _address("quarter", person, SCHEME, year, 1)
    yield _address("quarter", person, SCHEME, 2026, 9)
    yield _address("statement", person, SCHEME, "2026-02") + "?category=nothing"
    yield _address("statement", person, "nothing", "2026-02")
    yield _address("expected", person, "nothing")
    for name in ("book", "public", "book-sheet", "book-export", "recalculation", "object", "objection", "adjustment"):
        more = ["all"] if name == "object" else []
        yield _address(name, uuid4(), *more)
    for page in ("²", "-1", "0", "99999999999999999999", "x"):
        for name in ("books", "duty-board", "selections", "uses", "commitments", "packs", "selections-shown"):
            yield reverse(f"appraisal:{name}") + f"?page={page}"
    yield _address("public", book)


def _address(name, *parts):
    try:
        return reverse(f"appraisal:{name}", args=parts)
    except NoReverseMatch:
        return ""


@pytest.mark.parametrize("who", WHO)
def test_every_address_answers(world, who):
    client = Client()
    client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    wrong = [(a, status) for a in addresses(world) if a and (status := client.get(a).status_code) >= 500]
    assert wrong == []


@pytest.mark.parametrize("step", ["close", "reopen", "settle", "check", "publish", "approve", "announce", "nothing"])
def test_a_step_that_does_not_fit_is_refused_in_words(world, step):
    client = Client()
    client.force_login(world.users["secretary"], backend="django.contrib.auth.backends.ModelBackend")
    given = {"step": step, "receiver": str(uuid4()), "days": "0", "manner": "口头" * 5000}
    answer = client.post(reverse("appraisal:book-step", args=[world.book(JANUARY).uuid]), given)
    assert answer.status_code in (302, 404, 409, 422)
    bulk = {"step": step, "book": [str(uuid4()), "no-uuid"], "query": "month=9999-12&page=²"}
    assert client.post(reverse("appraisal:books-step"), bulk).status_code in (302, 404, 422)
