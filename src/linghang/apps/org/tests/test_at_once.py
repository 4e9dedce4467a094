"""Two who change the same person or place at the same moment: one is done, the other reads a sentence."""

import pytest

from linghang.apps.access.models import User
from linghang.apps.access.tests.at_once import refusals
from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.org import operations
from linghang.apps.org.models import Category, ContactCheck, Membership, Person, PersonMerge, Post
from linghang.apps.org.operations import NewLink
from linghang.apps.org.operations.accounts import open_accounts
from linghang.apps.org.operations.people import link_account
from linghang.apps.org.tests.link_world import make_area
from linghang.apps.org.tests.pages_world import enter
from linghang.apps.org.tests.world import make_organisation, two_units
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What became of each: "" when it was done, the sentence when it was refused."""
    return [str(refusal.message) if refusal else "" for refusal in refusals(*calls)]


def test_two_secretaries_appointed_at_once_are_one_secretary():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    people = [enter(name, units["below"]) for name in ("甲一", "乙二", "丙三")]
    place = {"organisation": units["below"].uuid, "title": "secretary", "valid_from": TODAY}

    def call(person):
        return lambda: operations.appoint(person=person, **place, actor=officer, now=NOW)

    outcomes = at_once(*map(call, people))
    assert outcomes.count("") == 1
    assert all("书记" in words for words in outcomes if words)
    with system_scope(reason="test"):
        assert Post.objects.count() == 1


def test_two_changes_of_one_life_at_once_follow_one_another():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    person = enter("甲一", units["below"])
    places = [make_organisation("branch", f"第{n}党支部", units["own"]) for n in (1, 2, 3)]

    def call(place):
        return lambda: operations.transfer_person(
            person=person, to_organisation=place.uuid, valid_from=TODAY, actor=officer, now=NOW
        )

    outcomes = at_once(*map(call, places))
    assert "" in outcomes
    with system_scope(reason="test"):
        held = Membership.objects.filter(person__uuid=person, kind="party", valid_to__isnull=True)
        assert held.count() == 1
        assert Membership.objects.filter(person__uuid=person, kind="party", valid_from__lt=TODAY).count() == 1


def test_accounts_of_a_branch_made_twice_at_once_are_made_once():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    for name in ("甲一", "乙二", "丙三"):
        enter(name, units["below"])
    before = User.objects.count()

    def call():
        return open_accounts(branches=[units["below"].uuid], actor=officer, now=NOW)

    outcomes = at_once(call, call)
    assert outcomes.count("") == 1
    assert User.objects.count() == before + 3
    with system_scope(reason="test"):
        assert not Person.objects.filter(user__isnull=True).exists()


def test_one_account_linked_to_two_people_at_once_belongs_to_one():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    people = [enter(name, units["below"]) for name in ("甲一", "乙二")]
    account = make_account("wang", "", home=units["below"].node)

    def call(person):
        return lambda: link_account(person=person, user=account.uuid, actor=officer, now=NOW)

    outcomes = at_once(*map(call, people))
    assert sorted(bool(words) for words in outcomes) == [False, True]
    assert any("已属于别人" in words for words in outcomes)


def test_failed_attempts_recorded_at_once_are_all_counted():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    person = enter("甲一", units["below"])

    def call():
        operations.record_contact(person=person, checked_on=TODAY, method="phone", reached=True, actor=officer, now=NOW)

    assert at_once(call, call) == ["", ""]
    with system_scope(reason="test"):
        assert ContactCheck.objects.filter(person__uuid=person).count() == 2
        assert Person.objects.get(uuid=person).contacted_on == TODAY


def test_a_branch_classed_twice_at_once_has_one_category_a_day():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))

    def call(word):
        return lambda: operations.set_category(
            organisation=units["below"].uuid, category=word, valid_from=TODAY, actor=officer
        )

    outcomes = at_once(*map(call, ("office", "field", "retired")))
    assert outcomes.count("") == 1
    assert all("生效日期须晚于" in words for words in outcomes if words)
    with system_scope(reason="test"):
        assert Category.objects.count() == 1


def test_an_organisation_renamed_and_closed_at_once_reads_a_sentence_not_an_error():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    place = make_organisation("branch", "第三党支部", units["own"]).uuid

    def call(name):
        return lambda: operations.rename_organisation(
            organisation=place, name=name, short_name=name, valid_from=TODAY, actor=officer
        )

    outcomes = at_once(*map(call, ("甲支部", "乙支部")))
    assert outcomes.count("") == 1
    assert all("生效日期须晚于上一次变动" in words for words in outcomes if words)


def test_two_features_registered_at_once_are_one_feature():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    areas = [make_area("feature", name, units["below"]) for name in ("特色一", "特色二", "特色三")]

    def call(area):
        new = NewLink("feature", units["below"].uuid, area, TODAY, note="试用")
        return lambda: operations.link(new=new, actor=officer)

    outcomes = at_once(*map(call, areas))
    assert outcomes.count("") == 1
    assert all("同一时间只能有一项" in words for words in outcomes if words)


def test_two_officers_who_merge_the_same_double_at_once_merge_it_once():
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    first, second, third = (enter(name, units["below"]) for name in ("甲一", "甲一", "甲一"))

    def call(kept):
        return lambda: operations.merge_people(kept=kept, gone=third, reason="经本人确认", actor=officer, now=NOW)

    outcomes = at_once(call(first), call(second))
    assert outcomes.count("") == 1
    with system_scope(reason="test"):
        assert PersonMerge.objects.count() == 1
        assert Person.objects.count() == 2
