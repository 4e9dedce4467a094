"""Preset × viewer × (total, star, lines, evidence), made from the table of docs/reference/who-sees-points.md."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import GradeResult, Statement
from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import (
    FEBRUARY,
    JANUARY,
    MARCH,
    NAMES,
    TODAY,
    PointsWorld,
    points_world,
    settle_month,
    volunteer,
)
from linghang.ui.templatetags.ui import points
from linghang.ui.web.scope import system_scope

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "who-sees-points.md"
THINGS = ("合计", "星级", "明细", "佐证")
PRESETS = {"机关事业": "office", "企业": "enterprise"}
VIEWERS = {
    "本人": ("member",),
    "党小组长": ("group_leader",),
    "支委": ("secretary", "organiser", "discipline"),
    "支部其他党员": ("colleague",),
    "上级党务": ("officer",),
    "班子成员": ("leader",),
    "纪检干部": ("inspector",),
    "人事": ("personnel",),
    "他支部": ("neighbour", "stranger"),
    "系统管理员": ("administrator",),
}


def told() -> list[tuple[str, str, str, str]]:
    """(preset, viewer, thing, word) for every square of the page."""
    squares, preset = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            preset = line[3:].strip()
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if preset in PRESETS and line.startswith("| ") and cells[0] in VIEWERS:
            squares += [(preset, cells[0], thing, word) for thing, word in zip(THINGS, cells[1:], strict=True)]
    return squares


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker, tmp_path_factory):
    """January and February final, March public: one branch, looked at under both presets."""
    settings = override_settings(DEMO_TODAY=TODAY, DATA_DIR=tmp_path_factory.mktemp("data"))
    with settings, django_db_blocker.unblock(), transaction.atomic():
        world = points_world()
        world.users["administrator"] = make_account("points-administrator", "system_admin", None)
        fact = volunteer(world, 0, MARCH.first)
        for month in (JANUARY, FEBRUARY):
            settle_month(world, month)
        settle_month(world, MARCH, state=BookState.PUBLIC)
        yield Seen(world, fact)
        transaction.set_rollback(True)


class Seen:
    """What somebody gets to see of the first member's March, on all the pages that speak of it."""

    def __init__(self, world: PointsWorld, fact) -> None:
        self.world, self.fact = world, fact
        with system_scope(reason="test"):
            subject = world.people[0]
            self.total = points(Statement.objects.get(subject=subject, month=MARCH.index).counted)
            grade = GradeResult.objects.get(subject=subject, month=MARCH.index)
            scheme = pack_of(grade.run.version.uuid).schemes[SCHEME]
            bands = {band.id: band.title["zh"] for each in scheme.grades for band in each.bands}
            self.star = bands.get(grade.band, "本期不评星")

    def word(self, who: str, thing: str) -> str:
        browser = Client()
        browser.force_login(self.world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        if thing == "佐证":
            return "是" if browser.get(reverse("ledger:fact", args=[self.fact])).status_code == 200 else "否"
        before = self._sees(browser, thing)
        if before == "是" and not self._statement(browser, FEBRUARY) and self._statement(browser, MARCH):
            return "定稿前"
        if before == "是":
            return before
        self._say_why(browser)
        return "理由" if self._sees(browser, thing) == "是" else before

    def _sees(self, browser: Client, thing: str) -> str:
        if thing == "明细":
            return "是" if self._statement(browser, MARCH) else "否"
        wanted = self.total if thing == "合计" else self.star
        pages = (self._statement(browser, MARCH), self._page(browser, "book"), self._page(browser, "public"))
        for text in (*pages, self._quarter(browser)):
            if re.search(rf"{NAMES[0]}(?s:.{{0,4000}}){re.escape(wanted)}", text):
                return "是"
        return "分布" if thing == "合计" and "本支部分布" in self._page(browser, "public") else "否"

    def _statement(self, browser: Client, month) -> str:
        answer = browser.get(reverse("appraisal:statement", args=[self.world.people[0], SCHEME, month]))
        return answer.content.decode() if answer.status_code == 200 else ""

    def _quarter(self, browser: Client) -> str:
        answer = browser.get(reverse("appraisal:quarter", args=[self.world.people[0], SCHEME, 2026, 1]))
        return answer.content.decode() if answer.status_code == 200 else ""

    def _page(self, browser: Client, name: str) -> str:
        answer = browser.get(reverse(f"appraisal:{name}", args=[self.world.book(MARCH).uuid]))
        return answer.content.decode() if answer.status_code == 200 else ""

    def _say_why(self, browser: Client) -> None:
        """As somebody above does it: once for the branch, once for the person."""
        book, person = self.world.book(MARCH).uuid, self.world.people[0]
        browser.post(reverse("appraisal:book-reason", args=[book]), {"reason": "核对3月公示"})
        browser.post(reverse("appraisal:sight-reason", args=[person]), {"reason": "核对3月公示"})


@pytest.mark.parametrize(("preset", "viewer", "thing", "word"), told(), ids=lambda value: value)
def test_everybody_sees_what_the_table_says(preset, viewer, thing, word, shown):
    world = shown.world
    with transaction.atomic():
        if PRESETS[preset] == "enterprise":
            first = world.book(MARCH).public_from  # a month is never shown more openly than when it was shown
            begun = datetime.combine(first, time(1), UTC)
            with world.scope("officer"):
                set_preset(
                    node=world.places["parent"].node.uuid, preset="enterprise", since=first, ground="职代会决议",
                    actor=world.viewer("officer", first), now=begun,
                )  # fmt: skip
        got = {who: shown.word(who, thing) for who in VIEWERS[viewer]}
        transaction.set_rollback(True)
    assert got == dict.fromkeys(VIEWERS[viewer], word)


def test_the_table_is_whole():
    assert len(told()) == len(PRESETS) * len(VIEWERS) * len(THINGS)
