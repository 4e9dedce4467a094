import pytest

from linghang.apps.access.checks import check_permission_rows
from linghang.apps.access.data import ROLES, Role
from linghang.apps.access.policies import grantable, may_grant
from linghang.ui.web.routes import Reach, Rule, rules


def test_the_rows_of_the_product_are_in_order():
    assert check_permission_rows() == []


def test_a_row_with_an_unknown_role_stops_the_start(monkeypatch):
    monkeypatch.setitem(rules(), "x:x", Rule("x:x", "x", roles={"emperor": Reach.SUBTREE}))
    (problem,) = check_permission_rows()
    assert problem.id == "access.E001"
    assert "emperor" in problem.msg


def test_every_role_has_its_line_and_somebody_who_grants_it():
    assert set(ROLES) == {role.value for role in Role}
    assert all(info.granted_by for info in ROLES.values())


@pytest.mark.parametrize(
    ("giver", "role", "may"),
    [
        ("system_admin", "system_admin", True),
        ("system_admin", "officer", True),
        ("system_admin", "member", False),
        ("officer", "secretary", True),
        ("officer", "system_admin", False),
        ("officer", "inspector", False),
        ("secretary", "member", True),
        ("secretary", "secretary", False),
        ("member", "member", False),
        ("inspector", "member", False),
    ],
)
def test_who_hands_out_what(giver, role, may):
    assert may_grant([giver], role) is may
    assert (Role(role) in grantable([giver])) is may


def test_a_system_administrator_holds_no_business_role_by_his_own_hand():
    business = {role for role in grantable(["system_admin"]) if ROLES[role].business}
    assert business == {Role.OFFICER, Role.LEADER, Role.INSPECTOR}  # given to others; nobody gives himself a post
