from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from linghang.apps.access.models import RoleGrant, ScopeNode
from linghang.apps.access.tests.world import LONG_AGO, TODAY, TOMORROW, YESTERDAY, make_account, viewer
from linghang.apps.org.data import KINDS, Family
from linghang.apps.org.models import Naming, Organisation
from linghang.apps.org.operations import (
    close_organisation,
    create_organisation,
    move_organisation,
    rename_organisation,
)
from linghang.apps.org.policies import may_be_top, may_hang_under
from linghang.apps.org.queries import name_on, organisation_card, organisations, organisations_page
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import OutsideScope, Scope, system_scope, use_scope
from linghang.ui.web.writing import SYSTEM


@pytest.fixture
def _everything():
    with system_scope(reason="test"):
        yield


def within(place):
    return use_scope(Scope(subtrees=(place.node.path,), on=TODAY))


def names(rows) -> list[str]:
    return [row.name for row in rows]


def search(text: str = "", kind: str = "", *, with_closed: bool = False) -> list[str]:
    page = organisations_page(search=text, kind=kind, on=TODAY, with_closed=with_closed, number=1)
    return names(page.rows)


def test_without_a_scope_no_organisation_is_shown(units):
    with pytest.raises(OutsideScope):
        organisations(on=TODAY)


def test_the_list_goes_from_the_top_down(units):
    with within(units["parent"]):
        assert names(organisations(on=TODAY)) == ["北山矿业党委", "选矿厂党总支", "磨浮党支部", "采矿部党总支"]


def test_a_branch_sees_neither_its_sibling_nor_the_other_unit(units):
    with within(units["own"]):
        assert names(organisations(on=TODAY)) == ["选矿厂党总支", "磨浮党支部"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("选矿", ["选矿厂党总支"]), ("BS01", ["选矿厂党总支", "磨浮党支部"]), ("bs0101", ["磨浮党支部"]), ("南河", [])],
)
def test_it_is_found_by_name_and_code(units, text, found):
    with within(units["parent"]):
        assert search(text) == found


@pytest.mark.usefixtures("_everything")
def test_it_is_found_by_short_name_alias_and_former_name(units):
    uuid = create_organisation(
        kind="branch",
        name="尾矿库党支部",
        short_name="尾矿支部",
        aliases=["尾矿"],
        parent=units["own"].uuid,
        founded_on=LONG_AGO,
        actor=SYSTEM,
    )
    rename_organisation(organisation=uuid, name="生态修复党支部", short_name="", valid_from=TODAY, actor=SYSTEM)
    for text in ("尾矿支部", "尾矿", "尾矿库", "生态"):
        assert search(text) == ["生态修复党支部"]


def test_what_is_below_in_another_unit_cannot_be_a_parent(units):
    with within(units["parent"]), pytest.raises(DomainError) as refusal:
        create_organisation(kind="branch", name="外面", parent=units["other_top"].uuid, founded_on=TODAY, actor=SYSTEM)
    assert refusal.value.status == 404


def test_an_officer_cannot_found_an_independent_top(units):
    with within(units["parent"]), pytest.raises(DomainError) as refusal:
        create_organisation(kind="party_committee", name="另立", parent=None, founded_on=TODAY, actor=SYSTEM)
    assert refusal.value.code == "top_not_yours"


@pytest.mark.usefixtures("_everything")
def test_a_code_is_unique_inside_a_unit_and_free_in_the_next(units):
    make_organisation("general_branch", "也叫一号", units["other_top"], code="BS01")
    with pytest.raises(DomainError, match="code_taken"):
        make_organisation("general_branch", "重号", units["parent"], code="BS01")


@pytest.mark.parametrize(
    ("kind", "parent", "fits"),
    [
        ("party_team", "branch", True),
        ("party_team", "general_branch", False),
        ("branch", "general_branch", True),
        ("branch", "branch", False),
        ("leading_group", "unit", True),
        ("branch", "leading_group", False),
        ("organ_discipline", "organ_committee", True),
        ("organ_discipline", "party_committee", False),
        ("temporary_branch", "party_committee", True),
        ("team", "party_committee", False),
    ],
)
def test_organisations_hang_only_where_they_may(kind, parent, fits):
    assert may_hang_under(kind, parent) is fits


def test_a_leading_party_group_stands_beside_the_tree_and_carries_nothing():
    assert KINDS["leading_group"].beside
    assert not [kind for kind in KINDS if may_hang_under(kind, "leading_group")]


def test_only_branches_with_transferred_membership_hold_members():
    party = {kind for kind, info in KINDS.items() if info.family is Family.PARTY and info.members}
    assert party == {"branch", "joint_branch"}


def test_every_type_has_a_place():
    assert all(may_be_top(kind) or KINDS[kind].under for kind in KINDS)


@pytest.mark.usefixtures("_everything")
def test_a_name_of_the_past_is_known_on_its_days(units):
    own = units["own"].uuid
    rename_organisation(organisation=own, name="选矿党总支", short_name="", valid_from=TODAY, actor=SYSTEM)
    assert name_on(own, YESTERDAY) == "选矿厂党总支"
    assert name_on(own, TODAY) == "选矿党总支"
    assert name_on(own, LONG_AGO - timedelta(days=1)) == ""


@pytest.mark.usefixtures("_everything")
def test_a_new_name_cannot_begin_before_the_last_one(units):
    own = units["own"].uuid
    rename_organisation(organisation=own, name="新", short_name="", valid_from=TODAY, actor=SYSTEM)
    with pytest.raises(DomainError, match="too_early"):
        rename_organisation(organisation=own, name="旧", short_name="", valid_from=TODAY, actor=SYSTEM)


@pytest.mark.usefixtures("_everything")
def test_the_database_itself_refuses_two_names_on_one_day(units):
    row = Organisation.objects.get(uuid=units["own"].uuid)
    with pytest.raises(DatabaseError, match="naming_one_a_day"), transaction.atomic():
        Naming.objects.create(organisation=row, name="双名", valid_from=TODAY)


@pytest.mark.usefixtures("_everything")
def test_a_move_takes_everything_along_and_stays_in_the_history(units):
    move_organisation(organisation=units["below"].uuid, parent=units["sibling"].uuid, valid_from=TODAY, actor=SYSTEM)
    card = organisation_card(units["below"].uuid, on=TODAY)
    assert card.parent_name == "采矿部党总支"
    assert organisation_card(units["below"].uuid, on=YESTERDAY).parent_name == "选矿厂党总支"
    assert [event.title for event in card.events] == ["调整隶属", "成立"]
    with within(units["sibling"]):
        assert names(organisations(on=TODAY)) == ["采矿部党总支", "磨浮党支部"]


@pytest.mark.usefixtures("_everything")
def test_a_move_under_what_cannot_carry_it_changes_nothing(units):
    with pytest.raises(DomainError, match="wrong_parent"):
        move_organisation(organisation=units["own"].uuid, parent=units["below"].uuid, valid_from=TODAY, actor=SYSTEM)
    assert ScopeNode.objects.get(pk=units["own"].node.key).path == units["own"].node.path


@pytest.mark.usefixtures("_everything")
def test_closing_is_refused_while_something_below_goes_on(units):
    with pytest.raises(DomainError, match="has_children"):
        close_organisation(organisation=units["own"].uuid, last_day=TODAY, actor=SYSTEM)


@pytest.mark.usefixtures("_everything")
def test_a_closed_organisation_is_there_on_its_last_day_and_gone_the_next(units):
    secretary = make_account("secretary", "secretary", units["below"].node)
    close_organisation(organisation=units["below"].uuid, last_day=TODAY, actor=SYSTEM)
    assert "磨浮党支部" in names(organisations(on=TODAY))
    assert "磨浮党支部" not in names(organisations(on=TOMORROW))
    assert RoleGrant.objects.get(user=secretary).valid_to == TODAY
    assert viewer(secretary, TOMORROW).grants == ()


@pytest.mark.usefixtures("_everything")
def test_closing_twice_is_refused(units):
    close_organisation(organisation=units["below"].uuid, last_day=TODAY, actor=SYSTEM)
    with pytest.raises(DomainError, match="already_closed"):
        close_organisation(organisation=units["below"].uuid, last_day=TODAY, actor=SYSTEM)


@pytest.mark.usefixtures("_everything")
def test_a_closed_one_is_found_when_asked_for(units):
    close_organisation(organisation=units["below"].uuid, last_day=YESTERDAY, actor=SYSTEM)
    assert "磨浮党支部" not in search()
    assert "磨浮党支部" in search(with_closed=True)


@pytest.mark.usefixtures("_everything")
def test_the_history_says_who_renamed(units, officer):
    rename_organisation(
        organisation=units["own"].uuid, name="新名", short_name="", valid_from=TODAY, actor=viewer(officer)
    )
    event = Organisation.pgh_event_model.objects.select_related("pgh_context").filter(pgh_label="update").get()
    assert event.name == "新名"
    assert event.pgh_context.metadata == {
        "actor": str(officer.uuid),
        "actor_name": "officer同志",
        "action": "rename_organisation",
    }


# --- pages ------------------------------------------------------------------------------------------------------------


def test_an_officer_founds_a_branch_on_the_page(browser, officer, units):
    values = {
        "name": "地质党支部",
        "kind": "branch",
        "parent": str(units["own"].uuid),
        "aliases": "地质、地测",
        "founded_on": "2026-03-01",
    }
    answer = browser(officer).post("/org/new/", values, follow=True)
    page = answer.content.decode()
    assert "组织已建立" in page
    assert "地质、地测" in page
    assert "2026年3月1日" in page


def test_a_wrong_parent_is_said_beside_the_field(browser, officer, units):
    values = {"name": "小组", "kind": "party_team", "parent": str(units["own"].uuid), "founded_on": date(2026, 3, 1)}
    answer = browser(officer).post("/org/new/", values)
    assert answer.status_code == 422
    assert "“党小组”不能直接挂在“党总支”下面" in answer.content.decode()


def test_a_member_reads_the_name_of_what_is_above_and_cannot_open_it(browser, units):
    member = make_account("member", "member", units["below"].node)
    page = browser(member).get(f"/org/{units['below'].uuid}/").content.decode()
    assert "选矿厂党总支" in page
    assert f"/org/{units['own'].uuid}/" not in page
    assert "更名" not in page


def test_an_empty_installation_says_where_to_begin(browser, db):
    administrator = make_account("root", "system_admin")
    page = browser(administrator).get("/org/").content.decode()
    assert "先建立本单位的顶层组织" in page
    assert "/org/new/" in page


def test_the_partial_is_the_same_as_that_part_of_the_page(browser, officer):
    client = browser(officer)
    whole = client.get("/org/?q=BS").content.decode()
    part = client.get("/org/?q=BS", headers={"HX-Request": "true"}).content.decode()
    assert part.strip() in whole
    assert "<html" not in part


def test_who_opens_an_account_is_seen_by_its_owner_and_by_the_inspector(browser, officer, units):
    member = make_account("member", "member", units["below"].node)
    inspector = make_account("inspector", "inspector", units["parent"].node)
    browser(officer).get(f"/access/users/{member.uuid}/")
    for reader, address in ((member, "/audit/mine/"), (inspector, "/audit/reads/")):
        page = browser(reader).get(address).content.decode()
        assert "officer同志" in page
        assert "账号详情" in page
    other = make_account("elsewhere", "inspector", units["other_top"].node)
    assert "officer同志" not in browser(other).get("/audit/reads/").content.decode()


def test_opening_ones_own_account_is_not_a_reading_by_somebody(browser, units):
    secretary = make_account("secretary", "secretary", units["below"].node)
    browser(secretary).get(f"/access/users/{secretary.uuid}/")
    assert "还没有人看过" in browser(secretary).get("/audit/mine/").content.decode()


def test_siblings_stand_in_the_order_of_their_founding_even_past_ten(units):
    founded = [make_organisation("branch", f"第{number}党支部", units["sibling"]) for number in range(12)]
    with within(units["sibling"]):
        shown = names(organisations(on=TODAY))
    assert shown == ["采矿部党总支", *[f"第{number}党支部" for number in range(len(founded))]]
