"""What a person sees: coverages, gaps, slots, quotas, areas, the page of a branch, mergers and splits."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO, TODAY, YESTERDAY, make_account
from linghang.apps.org.data import link_counters
from linghang.apps.org.models import Link, Membership, Organisation, Person, RosterSpan
from linghang.apps.org.operations.careers import join
from linghang.apps.org.tests.link_world import (
    Records,
    at,
    give_title,
    make_area,
    make_link,
    make_person,
    mine,
)
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(db):
    return mine()


@pytest.fixture
def records():
    found = Records()
    link_counters.register("test", found)
    yield found
    link_counters.forget("test")


@pytest.fixture
def officer(places, client):
    return signed_in(client, "officer", places["top"])


def signed_in(client, role, place):
    account = make_account(f"{role}-{place.uuid}", role, place.node)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, name, /, *args, **query) -> str:
    response = client.get(reverse(f"org:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def sent(client, name, /, *args, status=302, query=None, **data):
    url = reverse(f"org:{name}", args=args, query=query)
    response = client.post(url, {key: str(value) for key, value in data.items()})
    assert response.status_code == status, response.content.decode()
    return " ".join(response.content.decode().split())


def five(places, records):
    """Branch 1 with all five slots filled; its study group met today."""
    leader = make_person("陈立", places["branch2"])
    branch = places["branch1"].uuid
    make_link("compose-leader", leader, branch)
    for kind, place in (("office", "office"), ("unit", "workshop"), ("field", "project"), ("study-group", "group")):
        make_link(f"compose-{kind}", places[place].uuid, branch)
    records.record("study-group.session", places["group"].uuid, None, TODAY)


@pytest.mark.parametrize(
    "name", ["coverage", "gaps", "compositions", "quotas", "links", "link-new", "areas", "area-new", "categories"]
)
def test_every_page_answers_before_anything_is_linked(officer, places, name):
    assert "<h1>" in page(officer, name)


@pytest.mark.parametrize("name", ["gaps", "compositions", "quotas", "links", "areas"])
def test_every_list_can_be_taken_along(officer, places, records, name):
    five(places, records)
    response = officer.get(reverse(f"org:{name}-export"))
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"


@pytest.mark.row("S1-04")
def test_closing_a_field_project_empties_the_slot_the_next_day_and_not_the_day_before(
    officer, places, records, settings
):
    five(places, records)
    branch = places["branch1"].uuid
    assert "5/5" in page(officer, "branch", branch)
    sent(officer, "close", places["project"].uuid, last_day="2026-03-05")
    assert "5/5" in page(officer, "branch", branch)
    settings.DEMO_TODAY = date(2026, 3, 6)
    shown = page(officer, "branch", branch)
    assert "4/5" in shown
    assert "空缺，自 2026年3月6日" in shown
    assert "第1党支部" in page(officer, "compositions")
    assert "4/5" in page(officer, "compositions", q="第1党支部")
    assert "5/5" in page(officer, "branch", branch, on="2026-03-05")
    assert "第1党支部" not in page(officer, "compositions", on="2026-03-05")
    assert "补齐" in officer.get("/").content.decode()


@pytest.mark.row("S1-05")
def test_features_and_flags_are_counted_and_the_unregistered_named(officer, places):
    member = make_person("王平", places["branch1"])
    make_person("李青", places["branch1"])
    first, second = (make_area("feature", name, places["branch1"]) for name in ("安全角", "书香支部"))
    make_link("feature", places["branch1"].uuid, first)
    make_link("flag", member, places["branch1"].uuid, note="当班零违章")
    shown = page(officer, "coverage")
    assert ">1/3</a>" in shown
    assert "第2党支部、第3党支部" in shown
    assert ">1/2</a>" in shown
    assert "李青" in shown
    data = {"left": places["branch1"].uuid, "right": second, "valid_from": TODAY}
    refused = sent(officer, "link-new", status=422, query={"kind": "feature"}, **data)
    assert "现在是“安全角”" in refused
    sent(officer, "link-new", query={"kind": "feature"}, replace="on", **data)
    assert "书香支部" in page(officer, "links", kind="feature")
    assert "安全角" not in page(officer, "links", kind="feature")
    assert "安全角" in page(officer, "links", kind="feature", on=YESTERDAY.isoformat())


@pytest.mark.row("S3-32")
def test_a_transfer_shows_the_team_blank_the_next_morning_and_the_days_stay(officer, places, settings, client):
    from linghang.apps.org.operations.careers import join, leave
    from linghang.ui.web.writing import SYSTEM

    person = make_person("王平", places["branch1"], unit=places["team"])
    with system_scope(reason="test"):
        leave(
            person=person,
            organisation=places["team"].uuid,
            kind="work",
            last_day=TODAY,
            reason="transferred",
            actor=SYSTEM,
            now=at(TODAY),
        )
    assert "采掘一班" not in page(officer, "gaps", of="teams-covered")
    settings.DEMO_TODAY = date(2026, 3, 6)
    shown = page(officer, "gaps", of="teams-covered")
    assert "采掘一班" in shown
    assert "调配党员；发展党员；安排党员联系" in shown
    assert "采掘一班" in officer.get("/").content.decode()
    settings.DEMO_TODAY = date(2026, 3, 11)
    assert '<td data-label="空白天数" class="num">6</td>' in page(officer, "gaps", of="teams-covered")
    with system_scope(reason="test"):
        join(
            person=person,
            organisation=places["team"].uuid,
            kind="work",
            valid_from=date(2026, 3, 11),
            actor=SYSTEM,
            now=at(date(2026, 3, 11)),
        )
    assert "采掘一班" not in page(officer, "gaps", of="teams-covered")
    assert "采掘一班" not in officer.get("/").content.decode()
    assert "2026年3月6日—2026年3月10日" in page(officer, "detail", places["team"].uuid)
    keeper = make_account("keeper", "system_admin", places["top"].node)  # the tree is his business, members are not
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    shown = page(client, "detail", places["team"].uuid)
    assert "采掘一班" in shown
    assert "没有党员的日子" not in shown


@pytest.mark.row("S5-08")
def test_a_contact_point_without_a_visit_is_yellow_on_the_first_of_july(officer, places, records, settings):
    leader = make_person("陈立", places["branch3"])
    give_title(leader, places["top"], "committee_member")
    make_link("contact-point", leader, places["branch1"].uuid)
    shown = page(officer, "coverage")
    assert ">1/1</a>" in shown
    assert ">1/3</a>" in shown
    settings.DEMO_TODAY = date(2026, 6, 30)
    assert "该去未去" not in page(officer, "quotas")
    settings.DEMO_TODAY = date(2026, 7, 1)
    assert "0/2 该去未去" in page(officer, "quotas")
    assert "联系点" in officer.get("/").content.decode()
    records.record("contact.visit", leader, places["branch1"].uuid, date(2026, 6, 9), date(2026, 6, 9))
    again = page(officer, "quotas")
    assert "1/2" in again
    assert "该去未去" not in again
    settings.DEMO_TODAY = date(2026, 12, 1)
    assert "1/2 次数不足" in page(officer, "quotas")


@pytest.mark.row("S2-25")
def test_a_category_holds_from_its_day_and_only_like_is_compared_with_like(officer, places, settings):
    first, second, third = (places[f"branch{n}"].uuid for n in (1, 2, 3))
    for branch, category in ((first, "production"), (second, "production"), (third, "field")):
        sent(officer, "category", branch, category=category, valid_from=LONG_AGO)
    sent(officer, "category", first, category="field", valid_from=TODAY)
    shown = page(officer, "category", first)
    assert '野外 <span class="muted">2026年3月5日—</span>' in shown
    assert '生产 <span class="muted">2020年1月1日—2026年3月4日</span>' in shown
    fields = page(officer, "categories", category="field")
    assert "第1党支部" in fields
    assert "第2党支部" not in fields
    before = page(officer, "categories", category="production", on=YESTERDAY.isoformat())
    assert "第1党支部" in before
    refused = sent(officer, "category", first, status=422, category="office", valid_from=YESTERDAY)
    assert "生效日期须晚于上一次变动" in refused


@pytest.mark.row("S1-61")
def test_a_study_group_turns_amber_and_a_session_turns_it_green_without_touching_party_attendance(
    officer, places, records, settings
):
    from linghang.apps.org.packs import pack_in_force

    five(places, records)
    branch = places["branch1"].uuid
    settings.DEMO_TODAY = date(2026, 6, 6)
    assert "近期没有活动" in page(officer, "branch", branch)
    records.record("study-group.session", places["group"].uuid, None, date(2026, 6, 6))
    assert "近期没有活动" not in page(officer, "branch", branch)
    kinds = pack_in_force(on=TODAY).kinds
    assert kinds["study-group.session"].subject == "study-group"
    assert "organisational-life" not in kinds["study-group.attendance"].meaning


@pytest.mark.row("S4-13", "S3-32")
def test_a_new_area_lowers_the_bar_and_naming_somebody_raises_it_to_all(officer, places):
    member = make_person("王平", places["branch1"])
    make_link("zone-owner", member, make_area("zone", "一号皮带", places["branch1"]))
    make_link("key-task", member, make_area("task", "主井提升改造", places["branch1"]))
    shown = page(officer, "coverage")
    for title in ("党员全覆盖", "区域全覆盖", "重点难点工作全覆盖"):
        assert title in shown
    assert shown.count(">1/1</a>") >= 3
    data = {"kind": "zone", "name": "二号皮带", "organisation": places["branch1"].uuid, "valid_from": TODAY}
    sent(officer, "area-new", **data)
    assert "二号皮带" in page(officer, "coverage")
    assert ">1/2</a>" in page(officer, "coverage")
    assert "二号皮带" in page(officer, "gaps", of="zones-covered")
    assert "二号皮带" in page(officer, "gaps", of="zones-covered", q="二号")
    with system_scope(reason="test"):
        zone = Organisation.objects.get(uuid=places["branch1"].uuid).areas.get(name="二号皮带").uuid
    sent(officer, "link-new", query={"kind": "zone-owner"}, left=member, right=zone, valid_from=TODAY)
    assert ">2/2</a>" in page(officer, "coverage")
    assert "没有缺口" in page(officer, "gaps", of="zones-covered")
    assert "2026年2月28日" in page(officer, "gaps", of="zones-covered", curve=1)


@pytest.mark.row("S5-11")
def test_a_joint_branch_ends_with_its_project_and_leaves_the_home_branch_alone(officer, places, settings):
    from linghang.apps.org.operations.careers import join
    from linghang.ui.web.writing import SYSTEM

    joint = make_organisation("project_branch", "灌区二标段联合党支部", places["top"])
    make_link("joint-project", joint.uuid, places["project"].uuid)
    ours = make_person("王平", places["branch1"])
    with system_scope(reason="test"):
        join(
            person=ours, organisation=joint.uuid, kind="functional", valid_from=LONG_AGO, actor=SYSTEM, now=at(LONG_AGO)
        )
        assert RosterSpan.objects.get(person__uuid=ours).branch.name == "第1党支部"
    shown = page(officer, "branch", joint.uuid)
    assert "不转入本支部" in shown
    printed = officer.get(reverse("org:agreement", args=[joint.uuid]))
    assert b"".join(printed.streaming_content)[:4] == b"%PDF"
    sent(officer, "close", places["project"].uuid, last_day=TODAY)
    with system_scope(reason="test"):
        assert Organisation.objects.get(uuid=joint.uuid).closed_on == TODAY
        ended = Membership.objects.get(person__uuid=ours, kind="functional")
        home = Membership.objects.get(person__uuid=ours, kind="party")
    assert (ended.valid_to, home.valid_to) == (TODAY, None)


def test_the_sheet_of_a_branch_can_be_handed_in(officer, places, records):
    five(places, records)
    for kind, start in (("word", b"PK"), ("pdf", b"%PDF")):
        response = officer.get(reverse("org:branch-sheet", args=[places["branch1"].uuid]), {"format": kind})
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(start)


def test_merging_takes_members_and_their_duties_along_and_closes_the_source(officer, places):
    person = make_person("王平", places["branch1"])
    zone = make_area("zone", "一号皮带", places["branch1"])
    make_link("zone-owner", person, zone)
    sent(officer, "merge", places["branch2"].uuid, sources=places["branch1"].uuid, valid_from=TODAY)
    with system_scope(reason="test"):
        assert Organisation.objects.get(uuid=places["branch1"].uuid).closed_on == YESTERDAY
        assert RosterSpan.objects.get(person__uuid=person, valid_to=None).branch.name == "第2党支部"
    assert "没有缺口" in page(officer, "gaps", of="zones-covered")
    assert "第1党支部" in page(officer, "branch", places["branch1"].uuid, on=YESTERDAY.isoformat())


def test_a_branch_with_members_is_not_closed(officer, places):
    make_person("王平", places["branch1"])
    shown = sent(officer, "close", places["branch1"].uuid, status=422, last_day=TODAY)
    assert "还有1名党员的组织关系在这里" in shown


def test_splitting_makes_a_branch_of_some_of_the_members(officer, places):
    stays, goes = make_person("王平", places["branch1"]), make_person("李青", places["branch1"])
    sent(officer, "split", places["branch1"].uuid, name="第4党支部", people=goes, valid_from=TODAY)
    with system_scope(reason="test"):
        homes = dict(RosterSpan.objects.filter(valid_to=None).values_list("person__uuid", "branch__name"))
    assert (homes[stays], homes[goes]) == ("第1党支部", "第4党支部")


def test_a_link_is_ended_on_its_page(officer, places):
    make_link("pair", places["office"].uuid, places["workshop"].uuid)
    with system_scope(reason="test"):
        link = Link.objects.get()
    sent(officer, "link-end", link.uuid, last_day=TODAY)
    shown = sent(officer, "link-end", link.uuid, status=422, last_day=TODAY)
    assert "已经结束" in shown


def test_a_secretary_sees_his_branch_and_not_its_sibling(client, places):
    browser = signed_in(client, "secretary", places["branch1"])
    assert "第1党支部" in page(browser, "branch", places["branch1"].uuid)
    assert browser.get(reverse("org:branch", args=[places["branch2"].uuid])).status_code == 404


def test_nobody_asks_for_the_day_after_today(officer, places):
    assert "截至 2026年3月5日" in page(officer, "coverage", on="2030-01-01")
    assert "截至 2026年3月5日" in page(officer, "coverage", on="nonsense")


@pytest.mark.row("S1-05")
def test_a_member_reads_his_zone_and_his_commitment_on_his_own_page(client, places):
    account = make_account("wang", "member", places["branch1"].node)
    person = make_person("王平", places["branch1"])
    with system_scope(reason="test"):
        Person.objects.filter(uuid=person).update(user=account)
    make_link("zone-owner", person, make_area("zone", "一号皮带", places["branch1"]))
    make_link("flag", person, places["branch1"].uuid, note="当班零违章")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    shown = page(client, "me")
    assert "一号皮带" in shown
    assert "当班零违章" in shown


def test_who_lacks_something_is_told_to_the_secretary_and_not_to_fellow_members(client, places):
    make_person("李青", places["branch1"])
    assert "还没有：李青" in page(signed_in(client, "secretary", places["branch1"]), "branch", places["branch1"].uuid)
    fellow = page(signed_in(client, "member", places["branch1"]), "branch", places["branch1"].uuid)
    assert "0/1" in fellow
    assert "李青" not in fellow


def test_a_list_too_long_for_one_file_is_refused_in_words_and_never_cut_off(officer, places, monkeypatch):
    from linghang.ui.web import paging

    for number in range(3):
        make_area("zone", f"{number}号责任区", places["branch1"])
    asked = paging.all_rows
    monkeypatch.setattr("linghang.apps.org.queries.links.all_rows", lambda rows: asked(rows, 2))
    answer = officer.get(reverse("org:areas-export"))
    assert answer.status_code == 422
    assert "超过2行，一次导不出来" in answer.content.decode()


def test_who_leads_a_group_finds_his_people_and_nobody_elses(places, client):
    group = make_organisation("party_team", "采掘党小组", places["branch1"])
    other = make_organisation("party_team", "选矿党小组", places["branch1"])
    for name, place in (("王平", group), ("李青", other)):
        person = make_person(name, places["branch1"])
        with system_scope(reason="test"):
            join(
                person=person, organisation=place.uuid, kind="group", valid_from=LONG_AGO, actor=SYSTEM,
                now=at(LONG_AGO),
            )  # fmt: skip
    leader = signed_in(client, "group_leader", group)
    answer = leader.get(reverse("org:group", args=[group.uuid]))
    assert "王平" in answer.content.decode()
    assert "李青" not in answer.content.decode()
    assert "小组成员" in leader.get(reverse("org:detail", args=[group.uuid])).content.decode()
    assert leader.get(reverse("org:group", args=[other.uuid])).status_code == 404
    assert leader.get(reverse("org:roster")).status_code == 403
