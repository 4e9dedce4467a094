"""一人一档 and 花名册 on pages: who finds whom, what he sees, and what a change does."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linghang.apps.access.models import RoleGrant
from linghang.apps.access.tests.world import TODAY, TOMORROW, YESTERDAY, make_account, viewer
from linghang.apps.org.models import Person, Post
from linghang.apps.org.tests.pages_world import enter, text_of
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope


@pytest.fixture
def other_branch(units):
    return make_organisation("branch", "采掘党支部", units["sibling"])


@pytest.fixture
def workshop(units):
    unit = make_organisation("unit", "北山矿", units["parent"])
    return make_organisation("workshop", "磨浮车间", unit)


# --- the roster -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["刘", "梅", "小梅", "g001", "liumei", "lm"])
def test_somebody_is_found_by_a_fragment_of_his_name_a_former_name_his_code_or_how_it_sounds(
    browser, secretary, person, words
):
    assert "刘梅" in text_of(browser(secretary).get(f"/org/roster/?q={words}"))


def test_a_search_that_finds_nobody_says_where_it_looked(browser, secretary, person):
    page = text_of(browser(secretary).get("/org/roster/?q=王"))
    assert "没有符合条件的" in page
    assert "只在您的工作范围内查找" in page


def test_a_branch_sees_its_own_people_and_nobody_elses(browser, secretary, person, other_branch):
    enter("王强", other_branch)
    page = text_of(browser(secretary).get("/org/roster/"))
    assert "刘梅" in page
    assert "王强" not in page


def test_the_committee_narrows_the_roster_to_a_part_of_the_tree(browser, officer, person, other_branch, units):
    enter("王强", other_branch)
    page = text_of(browser(officer).get(f"/org/roster/?below={units['sibling'].uuid}"))
    assert "王强" in page
    assert "刘梅" not in page


def test_the_roster_of_a_past_day_names_who_was_there_then(browser, secretary, officer, person, other_branch):
    client = browser(officer)
    values = {"to_organisation": str(other_branch.uuid), "sent_on": "2026-03-01"}
    client.post(f"/org/people/{person}/transfer/", values)
    with system_scope(reason="test"):
        transfer = Person.objects.get(uuid=person).transfers.get()
    client.post(f"/org/transfers/{transfer.uuid}/", {"received_on": "2026-03-04", "receipt_number": "R7"})
    now = text_of(browser(secretary).get("/org/roster/"))
    then = text_of(browser(secretary).get("/org/roster/?on=2026-03-03"))
    assert "刘梅" not in now
    assert "刘梅" in then
    assert "已到别处" in then
    assert f"/org/people/{person}/" not in then


def test_the_export_holds_exactly_what_the_list_shows(browser, secretary, person, below):
    enter("王强", below, standing="masses")
    answer = browser(secretary).get("/org/roster/export/?standing=party")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [row[0] for row in cells]
    assert "刘梅" in names
    assert "王强" not in names
    assert any("政治面貌：党员（含预备）" in str(row[0]) for row in cells)


def test_the_partial_of_the_roster_is_the_same_as_that_part_of_the_page(browser, secretary, person):
    client = browser(secretary)
    whole = text_of(client.get("/org/roster/?q=刘"))
    part = text_of(client.get("/org/roster/?q=刘", headers={"HX-Request": "true"}))
    assert part.strip() in whole
    assert "<html" not in part


def test_the_roster_asks_the_database_as_often_for_one_row_as_for_twenty(browser, secretary, below, person):
    client = browser(secretary)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/org/roster/")
        return len(queries)

    few = count()
    for number in range(20):
        enter(f"党员{number}", below)
    assert count() == few


@pytest.mark.parametrize("role", ["system_admin", "leader", "business_leader", "personnel", "inspector", "member"])
def test_who_has_no_business_with_people_gets_no_roster_and_no_file(browser, role, units, person):
    account = make_account(f"who-{role}", role, units["parent"].node)
    client = browser(account)
    assert client.get("/org/roster/").status_code == 403
    assert client.get(f"/org/people/{person}/").status_code in (403, 404)
    assert "刘梅" not in text_of(client.get(f"/org/people/{person}/"))


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.row("S5-26")
def test_the_member_reads_his_own_file_on_the_phone_and_who_else_read_it(browser, secretary, member, person):
    browser(secretary).get(f"/org/people/{person}/")
    page = text_of(browser(member).get("/org/me/"))
    assert "刘梅" in page
    assert "磨浮党支部" in page
    assert "正式党员" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "secretary同志" in page
    assert "人员档案" in page


@pytest.mark.row("S5-26")
def test_another_member_cannot_open_the_file_in_any_way(browser, below, person):
    other = make_account("other", "member", below.node)
    client = browser(other)
    for address in (f"/org/people/{person}/", f"/org/people/{person}/print/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/org/people/{person}/numbers/").status_code == 403


@pytest.mark.row("S5-26")
def test_the_file_prints_as_pdf_with_masked_numbers(browser, secretary, person):
    answer = browser(secretary).get(f"/org/people/{person}/print/")
    made = b"".join(answer.streaming_content)
    assert made.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_account_that_is_nobodys_says_what_to_do(browser, below):
    account = make_account("fresh", "member", below.node)
    assert "关联账号" in text_of(browser(account).get("/org/me/"))


def test_full_numbers_are_shown_for_a_reason_that_the_person_reads(browser, secretary, member, person):
    client = browser(secretary)
    assert client.post(f"/org/people/{person}/numbers/", {"reason": "看"}).status_code == 422
    page = text_of(client.post(f"/org/people/{person}/numbers/", {"reason": "办理组织关系转接"}))
    assert "13812345678" in page
    assert "办理组织关系转接" in text_of(browser(member).get("/org/me/"))


def test_a_file_of_a_past_day_says_so(browser, secretary, person):
    page = text_of(browser(secretary).get(f"/org/people/{person}/?on=2025-01-01"))
    assert "2025年1月1日当天" in page


# --- adding, changing -------------------------------------------------------------------------------------------------


def test_a_secretary_adds_a_person_and_finds_him_in_the_roster(browser, secretary, below):
    values = {"name": "赵一", "branch": str(below.uuid), "standing": "probationary", "since": "2026-03-01"}
    page = text_of(browser(secretary).post("/org/people/new/", values, follow=True))
    assert "已办理：新增人员" in page
    assert "预备党员" in text_of(browser(secretary).get("/org/roster/"))


def test_a_person_without_branch_and_unit_is_refused_beside_the_field(browser, secretary, below):
    answer = browser(secretary).post("/org/people/new/", {"name": "赵一", "standing": "masses", "since": "2026-03-01"})
    assert answer.status_code == 422
    assert "所在支部或单位" in text_of(answer)


def test_a_code_that_somebody_has_is_refused(browser, secretary, below, person):
    values = {"name": "赵一", "branch": str(below.uuid), "standing": "masses", "since": "2026-03-01", "code": "G001"}
    answer = browser(secretary).post("/org/people/new/", values)
    assert answer.status_code == 422
    assert "G001" in text_of(answer)


def test_nobody_is_added_to_a_branch_outside_the_scope(browser, secretary, other_branch):
    values = {"name": "赵一", "branch": str(other_branch.uuid), "standing": "masses", "since": "2026-03-01"}
    assert browser(secretary).post("/org/people/new/", values).status_code == 422
    with system_scope(reason="test"):
        assert not Person.objects.exists()


def test_a_change_of_standing_keeps_what_was_before(browser, secretary, person):
    client = browser(secretary)
    client.post(f"/org/people/{person}/standing/", {"status": "masses", "valid_from": "2026-01-01"})
    assert "群众" in text_of(client.get("/org/roster/"))
    assert "正式党员" in text_of(client.get("/org/roster/?on=2025-12-31"))


def test_what_begins_tomorrow_is_recorded_tomorrow(browser, secretary, person):
    values = {"status": "masses", "valid_from": TOMORROW.isoformat()}
    answer = browser(secretary).post(f"/org/people/{person}/standing/", values)
    assert answer.status_code == 422
    assert "到那一天再登记" in text_of(answer)


def test_a_former_name_is_still_found(browser, secretary, person):
    client = browser(secretary)
    client.post(f"/org/people/{person}/who/", {"name": "刘美", "code": "G001", "aliases": ""})
    page = text_of(client.get("/org/roster/?q=刘梅"))
    assert "刘美" in page


# --- posts and what they open -----------------------------------------------------------------------------------------


def test_a_membership_opens_the_members_pages_and_leaving_closes_them_the_next_day(
    browser, officer, member, person, below
):
    assert viewer(member).has("member")
    with system_scope(reason="test"):
        membership = Person.objects.get(uuid=person).memberships.get()
    values = {"membership": str(membership.uuid), "last_day": YESTERDAY.isoformat(), "reason": "left"}
    page = text_of(browser(officer).post(f"/org/people/{person}/leave/", values, follow=True))
    assert "不在册" in page
    assert not viewer(member).grants
    assert "刘梅" in text_of(browser(officer).get("/org/former/"))


def test_an_appointment_opens_the_secretarys_pages_on_that_very_day(browser, officer, member, person, below):
    values = {"post": f"{below.uuid}:secretary", "valid_from": TODAY.isoformat(), "document": "北党〔2026〕3号"}
    page = text_of(browser(officer).post(f"/org/people/{person}/appoint/", values, follow=True))
    assert "北党〔2026〕3号" in page
    assert viewer(member).has("secretary")
    assert not viewer(member, YESTERDAY).has("secretary")


def test_a_second_secretary_is_refused_while_the_first_serves(browser, officer, person, below):
    values = {"post": f"{below.uuid}:secretary", "valid_from": TODAY.isoformat()}
    browser(officer).post(f"/org/people/{person}/appoint/", values)
    answer = browser(officer).post(f"/org/people/{enter('王强', below)}/appoint/", values)
    assert answer.status_code == 422
    assert "刘梅" in text_of(answer)
    assert "先登记免职" in text_of(answer)


def test_a_secretary_appoints_no_secretary_and_nobody_himself(browser, secretary, member, person, below, officer):
    values = {"post": f"{below.uuid}:secretary", "valid_from": TODAY.isoformat()}
    answer = browser(secretary).post(f"/org/people/{person}/appoint/", values)
    assert answer.status_code == 422
    assert "由上级党务干部办理" in text_of(answer)
    with system_scope(reason="test"):
        assert not Post.objects.exists()
    own = enter("书记本人", below, user=secretary.uuid)
    answer = browser(secretary).post(f"/org/people/{own}/appoint/", values | {"post": f"{below.uuid}:organiser"})
    assert "不能给自己任免" in text_of(answer)


def test_a_dismissal_ends_the_role_with_the_post(browser, officer, member, person, below):
    client = browser(officer)
    values = {"post": f"{below.uuid}:organiser", "valid_from": "2026-01-05"}
    client.post(f"/org/people/{person}/appoint/", values)
    assert viewer(member).has("organiser")
    with system_scope(reason="test"):
        post = Post.objects.get()
    client.post(f"/org/posts/{post.uuid}/end/", {"last_day": YESTERDAY.isoformat()})
    assert not viewer(member).has("organiser")
    assert viewer(member, YESTERDAY).has("organiser")


def test_a_transfer_ends_posts_and_roles_at_the_old_branch(browser, officer, member, person, below, other_branch):
    client = browser(officer)
    client.post(f"/org/people/{person}/appoint/", {"post": f"{below.uuid}:organiser", "valid_from": "2026-01-05"})
    client.post(f"/org/people/{person}/transfer/", {"to_organisation": str(other_branch.uuid), "sent_on": "2026-03-01"})
    assert viewer(member).has("organiser")
    with system_scope(reason="test"):
        transfer = Person.objects.get(uuid=person).transfers.get()
    client.post(f"/org/transfers/{transfer.uuid}/", {"received_on": TODAY.isoformat(), "receipt_number": "R-1"})
    now = viewer(member)
    assert not now.has("organiser")
    assert [(grant.role, grant.label) for grant in now.grants] == [("member", "采掘党支部")]
    member.refresh_from_db()
    assert member.home_id == other_branch.node.key


def test_an_account_linked_later_opens_what_was_recorded_before(browser, secretary, below):
    person = enter("王强", below)
    account = make_account("wang", "", home=below.node)
    assert not viewer(account).grants
    page = text_of(browser(secretary).post(f"/org/people/{person}/account/", {"username": "wang"}, follow=True))
    assert "已办理：关联账号" in page
    assert viewer(account).has("member")


@pytest.mark.parametrize(("role", "account"), [("organiser", "keeper"), ("secretary", "keeper"), ("organiser", "wang")])
def test_nobody_links_his_own_account_to_another_and_an_organiser_none(browser, below, role, account):
    """Otherwise he would declare, confirm and be seen as that person, and his own file would be nobody's."""
    colleague, keeper = enter("王强", below), make_account("keeper", role, below.node)
    make_account("wang", "", home=below.node)
    browser(keeper).post(f"/org/people/{colleague}/account/", {"username": account})
    with system_scope(reason="test"):
        assert Person.objects.get(uuid=colleague).user is None


def test_an_account_of_another_branch_cannot_be_linked(browser, secretary, below, other_branch):
    person = enter("王强", below)
    make_account("wang", "", home=other_branch.node)
    answer = browser(secretary).post(f"/org/people/{person}/account/", {"username": "wang"})
    assert answer.status_code == 422
    assert not RoleGrant._base_manager.filter(user__username="wang").exists()
