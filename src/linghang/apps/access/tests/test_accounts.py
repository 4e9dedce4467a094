from datetime import timedelta

import pghistory.models
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from linghang.apps.access.models import ActivationSlip, RoleGrant, User
from linghang.apps.access.operations import activate_account, close_node, issue_slips
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import (
    NOW,
    PASSWORD,
    TODAY,
    TOMORROW,
    YESTERDAY,
    give_post,
    make_account,
    make_node,
    viewer,
)
from linghang.ui.web.errors import DomainError
from linghang.ui.web.routes import Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

REACH = {"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE}
NEW = "lamp-in-the-shaft-12"


@pytest.fixture
def newcomer(tree):
    return make_account("newcomer", "member", tree["branch"])


@pytest.fixture
def slip(secretary, newcomer):
    actor = viewer(secretary)
    with use_scope(scope_for(actor, REACH, on=TODAY)):
        return issue_slips(node=None, users=[newcomer.uuid], actor=actor, now=NOW)[0]


def activate(client, code, password=NEW):
    return client.post("/access/activate/", {"code": code, "new": password, "again": password})


def test_a_slip_sets_the_password_once(client, slip, newcomer):
    assert activate(client, slip.code).status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)
    again = activate(client, slip.code, "another-lamp-in-12")
    assert again.status_code == 422
    assert "激活码不对、已用过或已过期" in again.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_the_code_may_be_typed_as_people_type(client, slip, typed):
    assert activate(client, typed(slip.code)).status_code == 302


def test_an_expired_slip_is_refused(slip):
    with pytest.raises(DomainError, match="bad_code"):
        activate_account(code=slip.code, password=NEW, now=NOW + timedelta(days=14))
    assert activate_account(code=slip.code, password=NEW, now=NOW + timedelta(days=13, hours=23)) == "newcomer"


def test_a_new_slip_replaces_the_old_one(client, slip, secretary, newcomer):
    actor = viewer(secretary)
    with use_scope(scope_for(actor, REACH, on=TODAY)):
        second = issue_slips(node=None, users=[newcomer.uuid], actor=actor, now=NOW)[0]
    assert activate(client, slip.code).status_code == 422
    assert activate(client, second.code).status_code == 302


def test_a_bad_password_leaves_the_slip_usable(client, slip):
    assert activate(client, slip.code, "short").status_code == 422
    assert activate(client, slip.code).status_code == 302


def test_the_code_is_stored_as_a_hash_only(slip):
    assert slip.code.replace("-", "") not in ActivationSlip.objects.get().digest.upper()


def test_the_present_password_works_until_the_slip_is_used(member, secretary):
    actor = viewer(secretary)
    with use_scope(scope_for(actor, REACH, on=TODAY)):
        issue_slips(node=None, users=[member.uuid], actor=actor, now=NOW)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_a_branch_prints_the_slip_of_its_member_who_works_in_a_team_elsewhere_but_of_no_officer(tree, secretary):
    """As 职工 of the team he may do nothing that the branch could come by; as an officer he could."""
    team, actor = make_node("机车班"), viewer(secretary)
    worker = make_account("worker", "member", tree["branch"])
    give_post(worker, "staff", team)
    chief = make_account("chief", "member", tree["branch"])
    give_post(chief, "officer", team)
    with use_scope(scope_for(actor, REACH, on=TODAY)):
        assert issue_slips(node=None, users=[worker.uuid], actor=actor, now=NOW)[0].username == "worker"
        with pytest.raises(DomainError, match="account_not_yours"):
            issue_slips(node=None, users=[chief.uuid], actor=actor, now=NOW)


def test_a_few_mistyped_codes_of_others_at_the_same_address_lock_nobody(client, slip):
    for number in range(10):
        activate(client, f"AAAA-AAAA-{number}222")
    assert activate(client, slip.code).status_code == 302


@pytest.mark.django_db
def test_guessing_codes_is_locked_in_the_end(client):
    answers = [activate(client, f"AAAA-AAAA-{number}22").status_code for number in range(10, 60)]
    assert answers == [422] * 49 + [429]
    page = client.get("/access/activate/")
    assert page.status_code == 429
    assert "分钟后再试" in page.content.decode()


def test_the_slips_of_a_branch_are_printed_together_for_those_who_never_signed_in(
    signed_in, secretary, tree, member, settings
):
    settings.BASE_URL = "https://dj.example.cn"
    for number in range(3):
        make_account(f"new{number}", "member", tree["branch"])
    page = signed_in(secretary).post("/access/users/slips/", {"node": str(tree["branch"].uuid)}).content.decode()
    assert page.count('class="slip-code"') == 3
    assert "member同志" not in page
    assert "https://dj.example.cn/access/activate/" in page


def test_the_slips_of_another_branch_cannot_be_printed(signed_in, secretary, tree):
    make_account("theirs", "member", tree["sibling"])
    answer = signed_in(secretary).post("/access/users/slips/", {"node": str(tree["sibling"].uuid)})
    assert answer.status_code == 404


def test_a_secretary_cannot_reset_the_officer_who_is_a_member_of_his_branch(signed_in, secretary, tree):
    officer = make_account("boss", "officer", tree["top"], home=tree["branch"])
    answer = signed_in(secretary).post("/access/users/slips/", {"user": str(officer.uuid)})
    assert answer.status_code == 403
    assert not ActivationSlip.objects.exists()


def test_a_future_post_protects_an_account_already(signed_in, secretary, tree):
    user = make_account("rising", "member", tree["branch"])
    give_post(user, "officer", tree["top"], since=TOMORROW)
    assert signed_in(secretary).post("/access/users/slips/", {"user": str(user.uuid)}).status_code == 403


def test_an_account_that_was_an_officer_once_can_be_reset_again(signed_in, secretary, tree):
    user = make_account("retired", "member", tree["branch"])
    give_post(user, "officer", tree["top"], until=YESTERDAY)
    assert signed_in(secretary).post("/access/users/slips/", {"user": str(user.uuid)}).status_code == 200


def grant(client, user, role, node, since=TODAY, until=""):
    values = {"role": role, "node": str(node.uuid), "since": since, "until": until}
    return client.post(f"/access/users/{user.uuid}/posts/", values)


def test_an_officer_gives_a_post_that_opens_pages_from_its_first_day(signed_in, officer, member, tree, settings):
    assert grant(signed_in(officer), member, "secretary", tree["branch"], since=TOMORROW).status_code == 302
    client = signed_in(member)
    assert client.get("/access/users/").status_code == 403
    settings.DEMO_TODAY = TOMORROW
    assert client.get("/access/users/").status_code == 200


def test_a_post_that_ends_today_opens_nothing_tomorrow(signed_in, officer, secretary, settings):
    with system_scope(reason="test"):
        post = RoleGrant.objects.get(user=secretary)
    end = f"/access/users/{secretary.uuid}/posts/{post.uuid}/end/"
    assert signed_in(officer).post(end, {"last_day": TODAY}).status_code == 302
    client = signed_in(secretary)
    assert client.get("/access/users/").status_code == 200
    settings.DEMO_TODAY = TOMORROW
    assert client.get("/access/users/").status_code == 403


@pytest.mark.parametrize("role", ["system_admin", "inspector", "leader-of-all"])
def test_an_officer_cannot_give_what_is_not_his_to_give(signed_in, officer, member, tree, role):
    assert grant(signed_in(officer), member, role, tree["branch"]).status_code == 422
    with system_scope(reason="test"):
        assert RoleGrant.objects.filter(user=member).count() == 1


def test_a_secretary_cannot_make_another_secretary(signed_in, secretary, member, tree):
    assert grant(signed_in(secretary), member, "secretary", tree["branch"]).status_code == 422


def test_nobody_gives_himself_a_post(signed_in, officer, tree):
    assert grant(signed_in(officer), officer, "leader", tree["top"]).status_code == 403


def test_a_post_cannot_end_before_it_begins(signed_in, officer, member, tree):
    answer = grant(signed_in(officer), member, "secretary", tree["branch"], since=TODAY, until=YESTERDAY)
    assert answer.status_code == 422


def test_the_database_itself_refuses_a_role_outside_the_table(member, tree):
    with pytest.raises(DatabaseError, match="rolegrant_known_role"), transaction.atomic():
        give_post(member, "emperor", tree["top"])


def test_the_database_itself_refuses_an_officer_of_everything(member):
    with pytest.raises(DatabaseError, match="rolegrant_only_admin_has_no_node"), transaction.atomic():
        give_post(member, "officer", None)


def create(client, **values):
    return client.post("/access/users/new/", {"role": "member", **values})


def test_a_new_account_waits_for_its_slip(signed_in, secretary, tree):
    values = {"username": "Wang05", "display_name": "王五", "node": str(tree["branch"].uuid)}
    assert create(signed_in(secretary), **values).status_code == 302
    user = User.objects.get(username="wang05")
    assert not user.has_usable_password()
    page = signed_in(secretary).get("/access/users/?state=waiting").content.decode()
    assert "王五" in page


def test_a_user_name_that_is_taken_is_said_beside_the_field(signed_in, secretary, member, tree):
    values = {"username": "MEMBER", "display_name": "李四", "node": str(tree["branch"].uuid)}
    answer = create(signed_in(secretary), **values)
    assert answer.status_code == 422
    assert "“member”已被使用" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=sec", {"secretary"}),
        ("role=member", {"member"}),
        ("state=stopped", set()),
        ("q=没有这个人", set()),
        ("", {"member", "secretary", "officer"}),
    ],
)
def test_the_list_is_searched_and_filtered(signed_in, officer, member, secretary, query, found):
    page = signed_in(officer).get(f"/access/users/?{query}").content.decode()
    names = {name for name in ("member", "secretary", "officer") if f"{name}同志</a>" in page}
    assert names == found


def test_the_list_narrows_to_one_organisation_and_offers_its_slips(signed_in, officer, member, tree):
    make_account("theirs", "member", tree["sibling"])
    page = signed_in(officer).get(f"/access/users/?node={tree['branch'].uuid}").content.decode()
    assert "member同志" in page
    assert "theirs同志" not in page
    assert "打印本组织待激活人员的激活单" in page


def test_an_empty_search_says_what_to_do(signed_in, officer):
    assert "清除条件" in signed_in(officer).get("/access/users/?q=nobody").content.decode()


def test_the_list_pages_by_twenty_five_and_forgives_a_wrong_page(signed_in, officer, tree):
    for number in range(30):
        make_account(f"person{number:02}", "member", tree["branch"])
    client = signed_in(officer)
    assert client.get("/access/users/").content.decode().count('<th scope="row">') == 25
    assert client.get("/access/users/?page=2").content.decode().count('<th scope="row">') == 6
    for page in ("2", "99", "-1", "x", "１"):
        assert client.get(f"/access/users/?page={page}").status_code == 200


def test_the_partial_is_the_same_as_that_part_of_the_page(signed_in, officer, member):
    client = signed_in(officer)
    whole = client.get("/access/users/?q=member").content.decode()
    part = client.get("/access/users/?q=member", headers={"HX-Request": "true"}).content.decode()
    assert part.strip() in whole
    assert "<html" not in part


def history(model, label):
    return model.objects.filter(pgh_label=label).select_related("pgh_context").order_by("-pgh_id").first()


def test_the_history_of_posts_says_who_and_what(signed_in, officer, member, tree):
    grant(signed_in(officer), member, "secretary", tree["branch"])
    row = history(RoleGrant.pgh_event_model, "insert")
    assert row.pgh_context.metadata["actor"] == str(officer.uuid)
    assert row.pgh_context.metadata["action"] == "grant_role"


def test_the_page_of_an_account_shows_what_was_done_to_it(signed_in, officer, member, tree):
    client = signed_in(officer)
    grant(client, member, "secretary", tree["branch"])
    client.post(f"/access/users/{member.uuid}/state/", {"active": "0"})
    page = client.get(f"/access/users/{member.uuid}/").content.decode().split("变更记录")[1]
    assert page.index("停用账号") < page.index("授予职务")
    assert page.count("officer同志") == 2
    assert "支部书记 · 2026年3月5日 – 长期" in page


def test_a_post_outside_ones_reach_is_not_in_the_history_that_one_sees(signed_in, secretary, officer, member, tree):
    give_post(member, "business_leader", tree["sibling"])
    page = signed_in(secretary).get(f"/access/users/{member.uuid}/").content.decode()
    assert "业务领导 ·" not in page
    assert "业务领导 ·" in signed_in(officer).get(f"/access/users/{member.uuid}/").content.decode()


def test_a_password_never_gets_into_the_history(client, slip):
    activate(client, slip.code)
    assert "password" not in {field.name for field in User.pgh_event_model._meta.get_fields()}


@pytest.mark.parametrize(
    "statement", ["UPDATE access_userevent SET display_name = 'x'", "DELETE FROM access_userevent"]
)
def test_the_history_cannot_be_changed(member, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_account_stopped_and_resumed_keeps_its_posts(signed_in, secretary, member):
    client = signed_in(secretary)
    for active, usable in (("0", False), ("1", True)):
        client.post(f"/access/users/{member.uuid}/state/", {"active": active})
        member.refresh_from_db()
        assert member.is_active is usable
    assert len(viewer(member).grants) == 1


def test_a_stopped_account_gets_no_slip(signed_in, secretary, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    answer = signed_in(secretary).post("/access/users/slips/", {"user": str(member.uuid)})
    assert answer.status_code == 422
    assert "已停用" in answer.content.decode()


def test_nobody_keeps_when_somebody_was_last_online(client, member):
    with time_machine.travel(NOW):
        client.post("/access/sign-in/", {"username": "member", "password": PASSWORD})
    columns = {
        column.name for column in connection.introspection.get_table_description(connection.cursor(), "access_user")
    }
    assert "last_login" not in columns
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM axes_accesslog")
        assert cursor.fetchone() == (0,)
    assert pghistory.models.Context.objects.filter(metadata__action="sign_in").count() == 0


def test_a_branch_that_is_not_in_reach_cannot_be_named(signed_in, secretary, member, tree):
    assert grant(signed_in(secretary), member, "member", tree["sibling"]).status_code == 422
    assert grant(signed_in(secretary), member, "member", make_node("外面")).status_code == 422


def stop(client, user) -> int:
    return client.post(f"/access/users/{user.uuid}/state/", {"active": "0"}).status_code


def test_an_administrator_of_one_branch_stops_no_administrator_of_more(signed_in, tree):
    everything = make_account("root", "system_admin", home=tree["branch"])
    here = make_account("local-admin", "system_admin", tree["branch"])
    assert stop(signed_in(here), everything) == 403
    assert stop(signed_in(everything), here) == 302


def test_being_administrator_elsewhere_stops_nobody_here(signed_in, tree, officer):
    officer_here = make_account("officer-here", "officer", tree["top"], home=tree["branch"])
    user = make_account("two-posts", "secretary", tree["branch"])
    give_post(user, "system_admin", tree["sibling"])
    assert stop(signed_in(user), officer_here) == 403


def test_the_list_of_accounts_leaves_a_row_in_the_read_log(signed_in, officer, member):
    signed_in(officer).get("/access/users/?role=member")
    with connection.cursor() as cursor:
        cursor.execute("SELECT page, count, filters ->> 'role' FROM audit_accesslog")
        assert cursor.fetchall() == [("access:user-list", 1, "member")]


def test_a_post_that_was_to_go_on_ends_with_its_place(tree, member):
    with system_scope(reason="test"):
        RoleGrant.objects.filter(user=member).update(valid_to=TODAY + timedelta(days=90))
        close_node(node=tree["branch"].uuid, last_day=TODAY, actor=SYSTEM)
        assert RoleGrant.objects.get(user=member).valid_to == TODAY


def test_a_business_post_without_an_organisation_is_refused_beside_the_field(signed_in, tree, member):
    client = signed_in(make_account("root", "system_admin", None))
    new = {"username": "new", "display_name": "新人", "node": "", "role": "officer"}
    answer = client.post("/access/users/new/", new)
    assert answer.status_code == 422
    assert "请为这个职务选择组织" in answer.content.decode()
    post = {"role": "officer", "node": "", "since": TODAY.isoformat(), "until": ""}
    assert client.post(f"/access/users/{member.uuid}/posts/", post).status_code == 422
