from datetime import timedelta

import pytest

from linghang.apps.access.models import ScopeNode, User
from linghang.apps.access.operations import close_node, move_node
from linghang.apps.access.scope import scope_for, scope_of_user, tops_on, viewer_on
from linghang.apps.access.tests.world import (
    TODAY,
    TOMORROW,
    YESTERDAY,
    give_post,
    make_account,
    make_node,
    path_now,
    viewer,
)
from linghang.ui.web.errors import DomainError
from linghang.ui.web.routes import Reach
from linghang.ui.web.scope import OutsideScope, Scope, scope_of, system_scope, use_scope

pytestmark = pytest.mark.django_db
BELOW = {"officer": Reach.SUBTREE}


@pytest.fixture
def tree():
    top = make_node("党委")
    left, right = make_node("第一总支", top), make_node("第二总支", top)
    return {
        "top": top,
        "left": left,
        "right": right,
        "below": make_node("第一支部", left),
        "other": make_node("另一个党委"),
    }


def labels(scope: Scope) -> set[str]:
    with use_scope(scope):
        return set(ScopeNode.objects.values_list("label", flat=True))


def test_a_query_without_a_scope_raises():
    with pytest.raises(OutsideScope, match="no scope is open"):
        ScopeNode.objects.all()


@pytest.mark.parametrize("ask", ["count", "exists", "first", "values", "get_or_create"])
def test_no_way_of_asking_gets_around_the_scope(ask):
    with pytest.raises(OutsideScope):
        getattr(ScopeNode.objects, ask)()


def test_an_empty_scope_shows_nothing(tree):
    assert labels(Scope()) == set()


def test_a_system_scope_needs_a_reason():
    with pytest.raises(ValueError, match="needs a reason"), system_scope(reason=" "):
        pass


def test_a_scope_ends_with_its_block(tree):
    with use_scope(Scope(subtrees=(tree["top"].path,))):
        assert ScopeNode.objects.count() == 4
    with pytest.raises(OutsideScope):
        ScopeNode.objects.count()


def test_a_scope_ends_with_its_block_even_after_an_error():
    with pytest.raises(ZeroDivisionError), system_scope(reason="test"):
        raise ZeroDivisionError
    with pytest.raises(OutsideScope):
        ScopeNode.objects.count()


def test_an_officer_sees_his_place_and_all_below(tree):
    officer = viewer(make_account("officer", "officer", tree["left"]))
    assert labels(scope_for(officer, BELOW, on=TODAY)) == {"第一总支", "第一支部"}


def test_reach_node_stops_at_the_place_itself(tree):
    officer = viewer(make_account("officer", "officer", tree["left"]))
    assert labels(scope_for(officer, {"officer": Reach.NODE}, on=TODAY)) == {"第一总支"}


def test_a_post_that_the_page_does_not_name_adds_nothing(tree):
    user = make_account("both", "officer", tree["left"])
    give_post(user, "member", tree["right"])
    assert labels(scope_for(viewer(user), BELOW, on=TODAY)) == {"第一总支", "第一支部"}


def test_ids_that_begin_alike_are_different_places():
    scope = Scope(subtrees=("1/",))
    assert scope.reaches("1/12/")
    assert not scope.reaches("12/")


def test_the_first_and_the_last_day_of_a_post_count_and_the_next_day_does_not(tree):
    user = make_account("brief")
    give_post(user, "officer", tree["left"], since=YESTERDAY, until=TODAY)
    days = {YESTERDAY - timedelta(days=1): 0, YESTERDAY: 1, TODAY: 1, TOMORROW: 0}
    assert {day: len(viewer(user, day).grants) for day in days} == days


def test_a_post_that_ended_yesterday_gives_no_access_today(tree):
    user = make_account("former")
    give_post(user, "officer", tree["left"], until=YESTERDAY)
    assert labels(scope_of_user(user.uuid, roles=BELOW, on=TODAY)) == set()


def test_a_post_at_a_closed_place_opens_nothing_the_next_day(tree):
    user = make_account("closed", "officer", tree["below"])
    with system_scope(reason="test"):
        close_node(node=tree["below"].uuid, last_day=TODAY, actor=viewer(user))
    assert len(viewer(user, TODAY).grants) == 1
    assert viewer(user, TOMORROW).grants == ()


def test_posts_under_two_independent_tops_are_never_mixed(tree):
    user = make_account("two", "officer", tree["left"])
    give_post(user, "officer", tree["other"])
    first = viewer_on(user.uuid, "", on=TODAY)
    second = viewer_on(user.uuid, "", on=TODAY, top=tree["other"].uuid)
    assert labels(scope_for(first, BELOW, on=TODAY)) == {"第一总支", "第一支部"}
    assert labels(scope_for(second, BELOW, on=TODAY)) == {"另一个党委"}
    assert tops_on(user.uuid, on=TODAY) == [tree["top"].uuid, tree["other"].uuid]


def test_a_top_where_one_holds_no_post_cannot_be_chosen(tree):
    user = make_account("one", "officer", tree["left"])
    assert viewer_on(user.uuid, "", on=TODAY, top=tree["other"].uuid).top == tree["top"].uuid


def test_a_job_gets_the_scope_of_its_starter(tree):
    user = make_account("starter", "officer", tree["right"])
    assert labels(scope_of(user.uuid, roles=BELOW, on=TODAY)) == {"第二总支"}


def test_everybody_sees_his_own_row_and_only_that(tree):
    user = make_account("me", "member", tree["left"])
    make_account("somebody", "member", tree["left"])
    with use_scope(Scope(reader=user.uuid)):
        assert list(User.scoped.values_list("username", flat=True)) == ["me"]


def test_moving_a_place_takes_everything_below_along(tree):
    officer = viewer(make_account("officer", "officer", tree["top"]))
    with use_scope(scope_for(officer, BELOW, on=TODAY)):
        move_node(node=tree["left"].uuid, parent=tree["right"].uuid, actor=officer)
    assert path_now(tree["below"]) == f"{tree['right'].path}{tree['left'].key:08d}/{tree['below'].key:08d}/"


def test_after_a_move_the_former_parent_sees_it_no_more(tree):
    left = make_account("left", "officer", tree["left"])
    officer = viewer(make_account("officer", "officer", tree["top"]))
    with use_scope(scope_for(officer, BELOW, on=TODAY)):
        move_node(node=tree["below"].uuid, parent=tree["right"].uuid, actor=officer)
    assert labels(scope_of_user(left.uuid, roles=BELOW, on=TODAY)) == {"第一总支"}


@pytest.mark.parametrize(
    ("node", "parent", "code"), [("left", "below", "own_descendant"), ("left", "other", "other_top")]
)
def test_a_move_into_itself_or_into_another_unit_is_refused(tree, node, parent, code):
    with system_scope(reason="test"), pytest.raises(DomainError) as refusal:
        move_node(node=tree[node].uuid, parent=tree[parent].uuid, actor=viewer(make_account("x")))
    assert refusal.value.code == code


def test_a_place_with_living_places_below_cannot_be_closed(tree):
    with system_scope(reason="test"), pytest.raises(DomainError) as refusal:
        close_node(node=tree["left"].uuid, last_day=TODAY, actor=viewer(make_account("x")))
    assert refusal.value.code == "has_children"


def test_the_label_path_is_the_nearest_place_above_everything_in_scope():
    assert Scope(subtrees=("1/2/3/", "1/2/4/")).label_path == "1/2/"
    assert Scope(subtrees=("1/2/",), nodes=("1/",)).label_path == "1/"
    assert Scope().label_path == ""
