"""A place is found by typing where there are many, inside the scope of the page that asks, and never beyond it."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linghang.apps.access.forms import UserFilterForm
from linghang.apps.access.operations import close_node
from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import TODAY, YESTERDAY, give_post, make_account, make_node, viewer
from linghang.ui.web.picking import FEW
from linghang.ui.web.routes import Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

LIST = "/access/users/"


@pytest.fixture
def crowd(tree):
    """More teams than a select holds, under the first branch, and one of the same name under another."""
    teams = [make_node(f"采掘{number}队党小组", tree["branch"]) for number in range(FEW)]
    return {"teams": teams, "far": make_node("采掘7队党小组", tree["sibling"])}


def asked(client, words, page="access:user-list"):
    answer = client.get("/access/places/", {"page": page, "q": words})
    assert answer.status_code == 200
    return answer.json()


def named(found):
    return [line["label"] for line in found["lines"]]


def form_of(officer, data):
    with use_scope(scope_for(viewer(officer), {"officer": Reach.SUBTREE}, on=TODAY)):
        form = UserFilterForm(data, places=PlacesToChoose("access:user-list", on=TODAY))
        form.is_valid()
        return form, str(form["node"])


def test_few_places_stand_in_a_plain_select(signed_in, officer):
    text = signed_in(officer).get(LIST).content.decode()
    assert '<select name="node"' in text
    assert "第二支部</option>" in text
    assert "data-pick" not in text


def test_of_many_places_the_page_carries_only_the_chosen_one(signed_in, officer, crowd):
    chosen = crowd["teams"][7]
    client = signed_in(officer)
    assert "采掘" not in client.get(LIST).content.decode()
    text = client.get(LIST, {"node": chosen.uuid}).content.decode()
    assert f'<input type="hidden" name="node" value="{chosen.uuid}"' in text
    assert 'value="采掘7队党小组"' in text
    assert "采掘8队" not in text


def test_words_find_places_by_part_of_their_name_the_nearest_first_with_what_stands_above(signed_in, officer, crowd):
    found = asked(signed_in(officer), "掘7队")
    assert found == {
        "lines": [
            {"key": str(crowd["teams"][7].uuid), "label": "采掘7队党小组", "above": "第一支部"},
            {"key": str(crowd["far"].uuid), "label": "采掘7队党小组", "above": "第二支部"},
        ],
        "more": False,
    }


def test_without_words_the_highest_places_stand_first_and_the_rest_is_said_to_exist(signed_in, officer, crowd):
    found = asked(signed_in(officer), "")
    assert named(found)[:3] == ["北山党委", "第一支部", "第二支部"]
    assert (len(found["lines"]), found["more"]) == (20, True)


def test_nobody_finds_a_place_that_he_does_not_look_after(signed_in, secretary, crowd):
    found = asked(signed_in(secretary), "采掘7队")
    assert [(line["label"], line["above"]) for line in found["lines"]] == [("采掘7队党小组", "第一支部")]
    client = signed_in(secretary)
    assert named(asked(client, "第二支部")) == named(asked(client, "南河")) == []


def test_a_place_that_was_closed_is_no_longer_offered(signed_in, officer, crowd):
    with system_scope(reason="test"):
        close_node(node=crowd["teams"][7].uuid, last_day=YESTERDAY, actor=SYSTEM)
    assert [line["key"] for line in asked(signed_in(officer), "采掘7队")["lines"]] == [str(crowd["far"].uuid)]


def test_only_pages_that_choose_places_are_answered_and_only_those_who_may_open_them(signed_in, member, officer):
    client = signed_in(member)
    assert client.get("/access/places/", {"page": "access:user-list"}).status_code == 404
    client = signed_in(officer)
    for page in ("", "access:profile", "access:sign-in", "no:such"):
        assert client.get("/access/places/", {"page": page}).status_code == 404


def test_a_post_that_ended_answers_nothing(signed_in, tree):
    former = make_account("former", home=tree["branch"])
    give_post(former, "officer", tree["top"], until=YESTERDAY)
    assert signed_in(former).get("/access/places/", {"page": "access:user-list"}).status_code == 404


@pytest.mark.parametrize("words", ["%", "_", "\\", "‘", "采" * 500])
def test_words_are_words_whatever_they_are(signed_in, officer, crowd, words):
    assert named(asked(signed_in(officer), words)) == []


def test_finding_costs_the_same_statements_however_many_there_are(signed_in, officer, tree):
    client = signed_in(officer)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            asked(client, "支部")
        return len(queries)

    few = cost()
    for number in range(30):
        make_node(f"第{number}支部", tree["sibling"])
    assert cost() == few


def test_the_list_costs_the_same_statements_with_a_select_and_with_a_box(signed_in, officer, tree):
    client = signed_in(officer)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    few = cost()
    for number in range(FEW):
        make_node(f"第{number}支部", tree["sibling"])
    assert cost() == few


def test_an_address_keeps_its_choice_and_one_from_elsewhere_is_said_to_be_none(officer, crowd, tree):
    chosen = crowd["teams"][3]
    form, _shown = form_of(officer, {"node": str(chosen.uuid)})
    assert form.cleaned_data["node"] == str(chosen.uuid)
    for strange in (str(tree["other"].uuid), "nonsense", "0" * 32):
        form, shown = form_of(officer, {"node": strange})
        assert "不在您的工作范围内" in str(form.errors["node"])
        assert 'name="node" value=""' in shown
        assert "南河" not in shown


def test_without_script_the_words_themselves_mean_a_place(officer, crowd, tree):
    """The box sends its words then, and they count more than a key that they no longer name."""
    seventh, third = crowd["teams"][7], str(crowd["teams"][3].uuid)
    form, shown = form_of(officer, {"node": "", "node-named": "采掘3队"})
    assert form.cleaned_data["node"] == third
    assert f'value="{third}"' in shown
    form, _shown = form_of(officer, {"node": str(seventh.uuid), "node-named": "采掘7队党小组"})
    assert form.cleaned_data["node"] == str(seventh.uuid)
    form, _shown = form_of(officer, {"node": str(seventh.uuid), "node-named": "第二支部"})
    assert form.cleaned_data["node"] == str(tree["sibling"].uuid)
    form, _shown = form_of(officer, {"node": third, "node-named": ""})
    assert form.cleaned_data["node"] == ""


def test_words_that_mean_several_or_none_stay_in_the_box_with_their_problem(officer, crowd):
    form, shown = form_of(officer, {"node": str(crowd["teams"][3].uuid), "node-named": "采掘"})
    assert "名称里有“采掘”的不止一个" in str(form.errors["node"])
    assert 'value="采掘"' in shown
    assert 'name="node" value=""' in shown
    form, _shown = form_of(officer, {"node-named": "南河"})
    assert "没有名称里有“南河”的" in str(form.errors["node"])


def test_a_box_that_must_be_filled_says_so(officer, crowd):
    from linghang.ui.web.picking import field_for

    class Asking(forms.Form):
        def __init__(self, data):
            super().__init__(data)
            self.fields["node"] = field_for(PlacesToChoose("access:user-list", on=TODAY), label="组织")

    with use_scope(scope_for(viewer(officer), {"officer": Reach.SUBTREE}, on=TODAY)):
        form = Asking({"node": "", "node-named": ""})
        assert not form.is_valid()
        assert "required" in str(form["node"])


def test_the_form_of_an_account_carries_only_the_chosen_place_where_there_are_many(signed_in, officer, crowd):
    client = signed_in(officer)
    text = client.get("/access/users/new/").content.decode()
    assert 'data-pick="/access/places/?page=access:user-create"' in text
    assert "采掘" not in text
    said = {"display_name": "王安", "username": "wangan", "role": "secretary", "node": str(crowd["teams"][7].uuid)}
    answer = client.post("/access/users/new/", said, follow=True)
    assert "采掘7队党小组" in answer.content.decode()
    refused = client.post("/access/users/new/", said | {"username": "another", "node": ""})
    assert refused.status_code == 422
