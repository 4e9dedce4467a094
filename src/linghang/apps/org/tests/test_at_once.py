"""Two who change the same person or place at the same moment: one is done, the other reads a sentence."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from linghang.apps.access.models import User
from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.org import operations
from linghang.apps.org.models import ContactCheck, Membership, Person, Post
from linghang.apps.org.operations.accounts import open_accounts
from linghang.apps.org.operations.people import link_account
from linghang.apps.org.tests.test_files_of_people import enter
from linghang.apps.org.tests.world import make_organisation, two_units
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What became of each: "" when it was done, the sentence when it was refused; anything else is raised."""
    gate = Barrier(len(calls))

    def run(call):
        try:
            with system_scope(reason="test"):
                gate.wait(10)
                call()
        except DomainError as error:
            return str(error.message)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


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
    call = lambda: open_accounts(branches=[units["below"].uuid], actor=officer, now=NOW)  # noqa: E731  one line says it
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
