from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linghang.apps.access.tests.world import LONG_AGO, TODAY, TOMORROW, YESTERDAY
from linghang.apps.org.data import LinkFilter, link_counters
from linghang.apps.org.models import Person
from linghang.apps.org.operations import NewLink, close_area, close_organisation, link, set_category, unlink
from linghang.apps.org.operations.careers import leave
from linghang.apps.org.queries import (
    categories_of,
    category_of,
    composition,
    coverage,
    curve,
    gaps_page,
    incomplete_page,
    links_page,
    quotas_page,
)
from linghang.apps.org.tests.link_world import Records, at, give_title, make_area, make_link, make_person, mine
from linghang.apps.org.tests.world import make_organisation
from linghang.engine.packs.link_model import Colour
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything():
    with system_scope(reason="test"):
        yield


@pytest.fixture
def places():
    return mine()


@pytest.fixture
def records():
    found = Records()
    link_counters.register("test", found)
    yield found
    link_counters.forget("test")


@pytest.fixture
def full(places, records):
    """Branch 1 with all five slots filled and its study group met."""
    leader = make_person("陈立", places["branch2"])
    branch = places["branch1"].uuid
    make_link("compose-leader", leader, branch)
    make_link("compose-office", places["office"].uuid, branch)
    make_link("compose-unit", places["workshop"].uuid, branch)
    make_link("compose-field", places["project"].uuid, branch)
    make_link("compose-study-group", places["group"].uuid, branch)
    records.record("study-group.session", places["group"].uuid, None, date(2026, 2, 10))
    return places


def colours(organisation, on) -> list[Colour]:
    return [slot.colour for slot in composition(organisation, on=on).slots]


def test_a_branch_with_all_five_is_complete(full):
    assert colours(full["branch1"].uuid, TODAY) == [Colour.GREEN] * 5
    assert full["branch1"].uuid not in [row.organisation for row in incomplete_page(on=TODAY, number=1).rows]


def test_closing_the_project_empties_its_slot_the_next_day_and_leaves_the_past_alone(full):
    close_organisation(organisation=full["project"].uuid, last_day=TODAY, actor=SYSTEM)
    assert composition(full["branch1"].uuid, on=TODAY).filled == 5
    tomorrow = composition(full["branch1"].uuid, on=TOMORROW)
    assert (tomorrow.filled, tomorrow.total, [slot.title for slot in tomorrow.empty]) == (4, 5, ["野外项目部"])
    assert tomorrow.empty[0].since == TOMORROW
    assert full["branch1"].uuid in [row.organisation for row in incomplete_page(on=TOMORROW, number=1).rows]


def test_a_slot_is_empty_from_the_day_after_its_person_went(full):
    with system_scope(reason="test"):
        leader = Person.objects.get(name="陈立").uuid
    what = {"person": leader, "last_day": TODAY, "reason": "left", "actor": SYSTEM, "now": at(TODAY)}
    leave(organisation=full["branch2"].uuid, kind="party", **what)
    assert composition(full["branch1"].uuid, on=TODAY).filled == 5
    assert [slot.since for slot in composition(full["branch1"].uuid, on=TOMORROW).empty] == [TOMORROW]


def test_a_study_group_that_has_not_met_for_three_months_is_yellow_and_a_session_makes_it_green(full, records):
    branch = full["branch1"].uuid
    assert colours(branch, date(2026, 5, 10))[4] is Colour.YELLOW
    records.record("study-group.session", full["group"].uuid, None, date(2026, 5, 10))
    assert colours(branch, date(2026, 5, 10))[4] is Colour.GREEN


def test_nobody_counts_means_unknown_and_not_zero(places, monkeypatch):
    monkeypatch.setattr(link_counters, "_counters", {})
    make_link("compose-study-group", places["group"].uuid, places["branch1"].uuid)
    slot = composition(places["branch1"].uuid, on=TODAY).slots[4]
    assert (slot.colour, slot.counted.done, slot.counted.text) == (None, None, "—/1")


def test_the_three_coverages_fall_with_a_new_area_and_rise_when_it_is_given(places):
    owner = make_person("王平", places["branch1"])
    zone = make_area("zone", "一号皮带", places["workshop"])
    make_link("zone-owner", owner, zone)
    assert coverage("zones-covered", on=TODAY).full
    second = make_area("zone", "二号皮带", places["workshop"], since=TODAY)
    now = coverage("zones-covered", on=TODAY)
    assert (now.covered, now.total, [gap.line.name for gap in now.gaps]) == (1, 2, ["二号皮带"])
    assert coverage("zones-covered", on=YESTERDAY).full
    make_link("zone-owner", owner, second, since=TODAY)
    assert coverage("zones-covered", on=TODAY).full
    assert coverage("members-covered", on=TODAY).full


def test_a_transfer_leaves_the_zone_and_the_team_blank_the_next_morning(places):
    owner = make_person("王平", places["branch1"], unit=places["team"])
    zone = make_area("zone", "一号皮带", places["branch1"])
    make_link("zone-owner", owner, zone)
    assert coverage("teams-covered", on=TODAY).full
    what = {"person": owner, "last_day": TODAY, "reason": "transferred", "actor": SYSTEM, "now": at(TODAY)}
    leave(organisation=places["branch1"].uuid, kind="party", **what)
    leave(organisation=places["team"].uuid, kind="work", **what)
    assert coverage("teams-covered", on=TODAY).full
    assert coverage("zones-covered", on=TODAY).full
    team, zones = coverage("teams-covered", on=TOMORROW), coverage("zones-covered", on=TOMORROW)
    assert [(gap.line.name, gap.since, gap.days) for gap in team.gaps] == [("采掘一班", TOMORROW, 1)]
    assert [(gap.line.name, gap.since) for gap in zones.gaps] == [("一号皮带", TOMORROW)]


def test_the_curve_shows_a_month_end_without_and_today_with(places):
    owner = make_person("王平", places["branch1"])
    zone = make_area("zone", "一号皮带", places["branch1"], since=date(2026, 2, 1))
    make_link("zone-owner", owner, zone, since=TODAY)
    points = {point.day: (point.covered, point.total) for point in curve("zones-covered", on=TODAY, months=2)}
    assert points == {date(2026, 1, 31): (0, 0), date(2026, 2, 28): (0, 1), TODAY: (1, 1)}


def test_contact_points_are_counted_for_leaders_and_for_branches(places, records):
    leader = make_person("陈立", places["branch3"])
    give_title(leader, places["top"], "committee_member")
    make_link("contact-point", leader, places["branch1"].uuid)
    assert (coverage("contact-leaders", on=TODAY).covered, coverage("contact-leaders", on=TODAY).total) == (1, 1)
    branches = coverage("contact-branches", on=TODAY)
    assert (branches.covered, branches.total) == (1, 3)
    assert [gap.line.name for gap in branches.gaps] == ["第2党支部", "第3党支部"]


def quota(on):
    return quotas_page("contact-point", on=on, number=1).rows[0].counted


def test_the_alerts_light_up_the_day_after_the_deadline(places, records):
    leader = make_person("陈立", places["branch3"])
    make_link("contact-point", leader, places["branch1"].uuid)
    assert quota(date(2026, 6, 30)).colour is Colour.GREEN
    assert (quota(date(2026, 7, 1)).text, quota(date(2026, 7, 1)).colour) == ("0/2", Colour.YELLOW)
    records.record("contact.visit", leader, places["branch1"].uuid, date(2026, 6, 3), date(2026, 6, 3))
    assert (quota(date(2026, 7, 1)).text, quota(date(2026, 7, 1)).colour) == ("1/2", Colour.GREEN)
    assert quota(date(2026, 12, 1)).colour is Colour.RED
    assert quota(date(2027, 1, 1)).text == "0/2"


def test_a_link_made_after_a_deadline_is_not_late_for_it(places, records):
    leader = make_person("陈立", places["branch3"])
    make_link("contact-point", leader, places["branch1"].uuid, since=date(2026, 7, 15))
    assert quota(date(2026, 8, 1)).colour is Colour.GREEN


def test_a_second_feature_asks_to_retire_the_first(places):
    first, second = (make_area("feature", name, places["branch1"]) for name in ("安全角", "书香支部"))
    make_link("feature", places["branch1"].uuid, first)
    new = NewLink("feature", places["branch1"].uuid, second, TODAY)
    with pytest.raises(DomainError) as refused:
        link(new=new, actor=SYSTEM)
    assert refused.value.code == "link_taken"
    assert "安全角" in str(refused.value.message)
    link(new=new, replace=True, actor=SYSTEM)
    rows = {
        row.right.name: row.valid_to
        for row in links_page(LinkFilter("feature", with_ended=True), on=TODAY, number=1).rows
    }
    assert rows == {"安全角": YESTERDAY, "书香支部": None}


@pytest.mark.parametrize(
    ("kind", "left", "right", "code"),
    [
        ("zone-owner", "masses", "zone", "wrong_end"),
        ("zone-owner", "member", "branch1", "not_found"),
        ("contact-point", "member", "office", "wrong_end"),
        ("nonsense", "member", "zone", "unknown_link_kind"),
        ("flag", "member", "branch1", "note_needed"),
        ("pair", "office", "stranger", "other_unit"),
        ("zone-owner", "late", "zone", "end_not_there"),
    ],
)
def test_what_cannot_be_linked_is_refused(places, kind, left, right, code):
    things = {name: place.uuid for name, place in places.items()} | {
        "member": make_person("王平", places["branch1"]),
        "masses": make_person("刘群", places["branch1"], status="masses"),
        "late": make_person("赵晚", places["branch1"], since=TODAY),
        "zone": make_area("zone", "一号皮带", places["workshop"]),
        "stranger": make_organisation("branch", "南河党支部", make_organisation("party_committee", "南河党委")).uuid,
    }
    with pytest.raises(DomainError) as refused:
        link(new=NewLink(kind, things[left], things[right], YESTERDAY), actor=SYSTEM)
    assert refused.value.code == code


def test_the_same_two_are_linked_once_and_may_be_linked_again_later(places):
    owner = make_person("王平", places["branch1"])
    zone = make_area("zone", "一号皮带", places["branch1"])
    first = make_link("zone-owner", owner, zone)
    with pytest.raises(DomainError) as refused:
        make_link("zone-owner", owner, zone, since=TODAY)
    assert refused.value.code == "already_linked"
    unlink(link=first, last_day=YESTERDAY, actor=SYSTEM)
    make_link("zone-owner", owner, zone, since=TODAY)
    with pytest.raises(DomainError) as refused:
        unlink(link=first, last_day=TODAY, actor=SYSTEM)
    assert refused.value.code == "already_ended"


def test_closing_an_area_ends_its_links(places):
    zone = make_area("zone", "一号皮带", places["branch1"])
    make_link("zone-owner", make_person("王平", places["branch1"]), zone)
    close_area(area=zone, last_day=TODAY, actor=SYSTEM)
    assert coverage("zones-covered", on=TODAY).total == 1
    assert coverage("zones-covered", on=TOMORROW).total == 0
    assert links_page(LinkFilter("zone-owner"), on=TOMORROW, number=1).total == 0


def test_a_category_has_dates(places):
    branch = places["branch1"].uuid
    set_category(organisation=branch, category="production", valid_from=LONG_AGO, actor=SYSTEM)
    set_category(organisation=branch, category="field", valid_from=TODAY, actor=SYSTEM)
    assert category_of([branch], on=YESTERDAY) == {branch: "production"}
    assert category_of([branch], on=TODAY) == {branch: "field"}
    assert [(row.label, row.valid_to) for row in categories_of(branch)] == [("野外", None), ("生产", YESTERDAY)]
    for category, code in (("field", "same_category"), ("office", "too_early"), ("nonsense", "unknown_category")):
        with pytest.raises(DomainError) as refused:
            set_category(organisation=branch, category=category, valid_from=TODAY, actor=SYSTEM)
        assert refused.value.code == code


def test_a_branch_sees_its_own_links_and_not_those_of_its_sibling(places):
    for n in (1, 2):
        zone = make_area("zone", f"{n}号皮带", places[f"branch{n}"])
        make_link("zone-owner", make_person(f"王{n}", places[f"branch{n}"]), zone)
    with use_scope(Scope(subtrees=(places["branch1"].node.path,), on=TODAY)):
        assert [row.right.name for row in links_page(LinkFilter(), on=TODAY, number=1).rows] == ["1号皮带"]
        assert coverage("zones-covered", on=TODAY).total == 1
        assert gaps_page("contact-branches", on=TODAY, number=1).total == 1


def test_the_number_of_statements_does_not_grow_with_the_number_of_rows(places, records):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            links_page(LinkFilter(), on=TODAY, number=1)
            gaps_page("members-covered", on=TODAY, number=1)
            incomplete_page(on=TODAY, number=1)
            quotas_page("contact-point", on=TODAY, number=1)
        return len(queries)

    def crowd(number: int) -> None:
        for n in range(number):
            person = make_person(f"人{n}", places["branch1"])
            make_link("zone-owner", person, make_area("zone", f"区{n}", places["branch1"]))
            make_link("contact-point", make_person(f"领{n}", places["branch2"]), places["branch3"].uuid)

    crowd(2)
    few = statements()
    crowd(6)
    assert statements() == few
