"""A class that changes within the year, on pages: months before go by the old table, months after by the new one."""

from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from linghang.apps.appraisal.models import Binding
from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.months.roster import basis_of, branches_of, member_of, people_of
from linghang.apps.appraisal.operations.drafts import import_draft, offer_version, publish_version
from linghang.apps.appraisal.queries.drafts import get_version
from linghang.apps.appraisal.queries.stars import star_page
from linghang.apps.appraisal.tests.months_world import MonthUnit, at, month_unit
from linghang.apps.appraisal.tests.test_stars import branch, finish, held, visit
from linghang.apps.org.data.year import YearSpan
from linghang.apps.org.queries.year_roster import places_of_members
from linghang.engine.packs.texts import named
from linghang.engine.periods import Month, months_between
from linghang.engine.roster import ClassChange, DateRange
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE = (Month(2026, n) for n in (4, 5, 6))
SCHEME = """
scheme: branch-stars
title: {zh: 分类考核}
subject: branch
late_months: 3
year_end_closing: 01-15
categories:
  - {id: production, title: {zh: 生产支部}, base: 50.00, month: {floor: 0, cap: 100}, for_classes: 生产}
  - {id: office, title: {zh: 机关支部}, base: 60.00, month: {floor: 0, cap: 100}, for_classes: 机关}
items:
  - {id: shift, title: {zh: 宣讲进班组}, clause: 第三条, category: production, facts: branch.outreach,
     for_classes: 生产, table: {columns: [得分], rows: [[1.00]]}}
  - {id: talk, title: {zh: 宣讲下基层}, clause: 第四条, category: office, facts: branch.outreach,
     for_classes: 机关, table: {columns: [得分], rows: [[2.00]]}}
grades:
  - id: quarter-star
    title: {zh: 季度评星}
    span: quarter
    needs_months: 3
    bands:
      - {id: star5, title: {zh: 五星}, at_least: 150.00}
      - {id: none, title: {zh: 未评星级}}
"""


def classed_unit() -> MonthUnit:
    """One branch whose committee goes by a scheme with a table for each class of branches."""
    unit = month_unit(branches=1, people=1)
    officer, leader = unit.viewer("officer"), unit.viewer("leader")
    with system_scope(reason="test"):
        shipped = get_version(PackVersion.objects.get(owner=None, pack="example-star-branch").uuid, drafts=False)
    kept = {name: text for name, text in shipped.files.items() if not name.startswith(("cases/", "parameters"))}
    files = named(kept, pack="dl-classes", version="1.0.0", title="分类考核") | {"schemes/branch.yaml": SCHEME}
    with unit.scope():
        made = import_draft(files=files, actor=officer, now=unit.clock).uuid
        offer_version(version=made, note="第一版", actor=officer, now=unit.clock)
    with unit.scope("leader"):
        publish_version(version=made, actor=leader, now=unit.clock)
    with system_scope(reason="test"):
        Binding.objects.create(
            node_id=unit.places["unit"].node.key, version=PackVersion.objects.get(uuid=made), scheme="branch-stars",
            since=Month(2026, 1).index, offered_at=at(2025, 12), confirmed_at=at(2025, 12),
        )  # fmt: skip
    return unit


def set_class(unit: MonthUnit, category: str, day: date) -> None:
    """As the officer does it on the page of the branch."""
    address = reverse("org:category", args=[branch(unit)])
    sent = visit(unit, "officer").post(address, {"category": category, "valid_from": day.isoformat()})
    assert sent.status_code == 302


def production_until_april(*outreach: tuple[int, int]) -> MonthUnit:
    """The branch is a producing one; its months up to April are final. `outreach`: months and days of its talks."""
    unit = classed_unit()
    set_class(unit, "production", date(2020, 1, 1))
    for month, day in outreach:
        held(unit, "branch.outreach", date(2026, month, day))
    for month in months_between(Month(2026, 1), APRIL):
        finish(unit, month)
    return unit


@pytest.mark.row("S2-25")
def test_months_before_a_change_of_class_go_by_the_old_table_and_months_after_by_the_new_one(settings):
    unit = production_until_april((4, 10), (5, 14), (5, 15), (6, 10))
    set_class(unit, "office", date(2026, 5, 15))
    finish(unit, MAY)
    finish(unit, JUNE)
    page = star_page(branch(unit), "branch-stars", JUNE)
    assert page is not None
    assert [m.counted for m in page.months] == [5100, 2258 + 100 + 3290 + 200, 6200]
    assert [[(c.word, c.days.first, c.days.last) for c in m.classes] for m in page.months] == [
        [("生产", None, None)],  # settled before anybody knew of a change
        [("生产", None, date(2026, 5, 14)), ("机关", date(2026, 5, 15), None)],
        [("机关", date(2026, 5, 15), None)],
    ]
    shown = visit(unit, "officer").get(reverse("appraisal:star", args=[branch(unit), "branch-stars", "2026-06"]))
    text = shown.content.decode()
    assert "<strong>生产</strong>" in text
    assert "至2026年5月14日" in text
    assert "2026年5月15日起" in text
    assert text.index("宣讲进班组") < text.index("宣讲下基层")
    settings.DEMO_TODAY = date(2026, 7, 10)
    home = visit(unit, "officer").get(reverse("org:branch", args=[branch(unit)])).content.decode()
    assert "生产 2020年1月1日—2026年5月14日" in home
    assert "机关 2026年5月15日—" in home


@pytest.mark.row("S2-25")
def test_a_change_that_is_registered_late_is_booked_as_a_difference(settings):
    unit = production_until_april()
    set_class(unit, "office", date(2026, 4, 1))
    finish(unit, MAY)
    finish(unit, JUNE)
    page = star_page(branch(unit), "branch-stars", JUNE)
    assert page is not None
    assert [m.counted for m in page.months] == [5000, 6000, 6000]
    assert [(late.words, late.counted) for late in page.adjustments] == [("补计4月", 1000)]


# --- the roster that the engine is given ---


def year() -> list[Month]:
    return months_between(Month(2026, 1), Month(2026, 12))


def span(since: date, until: date | None, word: str) -> YearSpan:
    return YearSpan(UUID(int=1), 7, "甲", 3, "full_member", word, since, until)


def one_of(*spans: YearSpan, exempt: tuple[str, ...] = ()):
    found = people_of(
        spans, months=year(), first_months={3: Month(2026, 1)}, exempt_classes=exempt, codes={3: UUID(int=9)}
    )
    return found[0]


def test_the_spans_of_a_person_become_his_classes_from_day_to_day() -> None:
    one = one_of(span(date(2020, 1, 1), date(2026, 4, 30), "在职"), span(date(2026, 5, 1), None, "骨干"))
    assert one.member.member_class == "在职"
    assert one.member.class_changes == (ClassChange(date(2026, 5, 1), "骨干"),)
    basis = basis_of(one, {})
    assert basis["class_from"] == [["2026-05-01", "骨干"]]
    assert member_of(one.member.code, basis).class_changes == one.member.class_changes


def test_who_is_in_one_class_is_written_down_as_before() -> None:
    one = one_of(span(date(2020, 1, 1), date(2026, 4, 30), "在职"), span(date(2026, 5, 1), None, "在职"))
    assert (one.member.member_class, one.member.class_changes) == ("在职", ())
    assert "class_from" not in basis_of(one, {})
    old = one_of(span(date(2020, 1, 1), None, "离退休"), exempt=("离退休",))
    assert (old.member.member_class, old.member.class_changes) == ("", ())


def test_before_somebody_came_into_a_class_that_is_not_scored_he_is_settled_as_what_he_was() -> None:
    one = one_of(
        span(date(2020, 1, 1), date(2026, 4, 30), "在职"), span(date(2026, 5, 1), None, "离退休"), exempt=("离退休",)
    )
    assert one.member.member_class == "在职"
    assert one.member.exempt == (DateRange(date(2026, 5, 1), None),)


def test_a_branch_that_was_closed_has_no_other_class_afterwards() -> None:
    unit = month_unit(branches=2)
    places = {p.key: p for p in _places()}
    found = branches_of(places.values(), months=year(), homes=places, first_months={k: Month(2026, 1) for k in places})
    assert {(one.member.member_class, one.member.class_changes) for one in found} == {("", ())}
    set_class(unit, "production", date(2026, 5, 1))
    places = {p.key: p for p in _places()}
    key = next(p.key for p in places.values() if p.uuid == branch(unit))
    assert places[key].categories == ((date(2026, 5, 1), "生产"),)
    assert places[key].category == "production"


def _places():
    with system_scope(reason="test"):
        return places_of_members(below="", since=date(2026, 1, 1), until=date(2026, 12, 31))
