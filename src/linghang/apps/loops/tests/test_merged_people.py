"""One person entered twice: one entry is kept, what is on record of the other is carried, and it can be undone."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from linghang.apps.access.models import User
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.models import Evidence, Fact
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.tests.world import ATTENDED
from linghang.apps.loops.models import Case
from linghang.apps.loops.operations import request_correction
from linghang.apps.loops.tests.world import NOW, TODAY
from linghang.apps.org.data import NewPerson
from linghang.apps.org.models import Link, Membership, Person, PersonMerge
from linghang.apps.org.operations import NewLink, add_people, appoint, change_standing, link, merge_people, undo_merge
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SINCE = date(2024, 3, 1)


def enter(unit, name: str, **more) -> UUID:
    row = NewPerson(**({"name": name, "since": SINCE, "branch": unit.places["branch"].uuid} | more))
    with system_scope(reason="test"):
        return add_people(rows=[row], actor=SYSTEM, now=NOW).people[0]


@pytest.fixture
def pair(unit):
    kept = enter(unit, "刘梅", code="G001", standing="full_member")
    return kept, enter(unit, "刘小梅", code="L9", standing="full_member", since=date(2023, 1, 1))


def attended(person: UUID, event: NewEvent | UUID) -> UUID:
    with system_scope(reason="test"):
        fact = NewFact("life.attendance", person, TODAY, attributes=ATTENDED, event=event)
        return record(items=[fact], actor=SYSTEM, now=NOW).facts[0]


def standing(person: UUID) -> list[Fact]:
    with system_scope(reason="test"):
        return list(Fact.objects.filter(subject__uuid=person, standing__isnull=False).order_by("pk"))


def merged(unit, pair, who: str = "officer") -> UUID:
    with unit.acting(who) as actor:
        return merge_people(kept=pair[0], gone=pair[1], reason="经本人确认", actor=actor, now=NOW)


def test_a_meeting_that_both_entries_attended_counts_once_and_the_rest_goes_along(unit, pair):
    first, second = NewEvent("theme-day", TODAY), NewEvent("theme-day", TODAY, number="2")
    attended(pair[0], first)
    double, only = attended(pair[1], first.uuid), attended(pair[1], second)
    merged(unit, pair)
    assert standing(pair[1]) == []
    facts = standing(pair[0])
    assert {fact.event.uuid for fact in facts} == {first.uuid, second.uuid}
    with system_scope(reason="test"):
        told = Evidence.objects.get(fact=facts[-1]).content
        assert Fact.objects.filter(reverses__uuid__in=[double, only], reason_code="duplicate").count() == 2
    assert str(only) in told


def test_the_roster_has_one_of_them_with_all_names_and_the_days_that_only_the_other_had(unit, pair, browser):
    merged(unit, pair)
    page = browser(unit.users["officer"]).get(reverse("org:roster"), {"q": "小梅"}).content.decode()
    assert "刘梅" in page
    assert "L9" not in page
    with system_scope(reason="test"):
        person = Person.objects.get(uuid=pair[0])
        held = Membership.objects.filter(person=person, kind="party")
        assert not Person.objects.filter(uuid=pair[1]).exists()
    assert (person.name, person.code, person.aliases) == ("刘梅", "G001", ["刘小梅"])
    assert held.count() == 1, "both began with the same branch; the kept one stands"


def test_a_merge_can_be_undone_as_a_whole(unit, pair):
    event = NewEvent("theme-day", TODAY)
    attended(pair[1], event)
    with unit.acting("officer") as actor:
        request_correction(entry="person", title="入党日期", body="2019年", person=pair[1], actor=actor, now=NOW)
    merge = merged(unit, pair)
    with system_scope(reason="test"):
        assert Case.objects.get().subject.uuid == pair[0]
    with unit.acting("officer") as actor:
        undo_merge(merge=merge, actor=actor, now=NOW)
    assert standing(pair[0]) == []
    assert [fact.event.uuid for fact in standing(pair[1])] == [event.uuid]
    with system_scope(reason="test"):
        kept, double = (Person.objects.get(uuid=uuid) for uuid in pair)
        assert Membership.objects.filter(person=double).exists()
        assert Case.objects.get().subject == double
        assert PersonMerge.objects.get().undone_by == unit.users["officer"]
    assert (kept.aliases, double.code) == ([], "L9")
    with unit.acting("officer") as actor, pytest.raises(DomainError):
        undo_merge(merge=merge, actor=actor, now=NOW)


def test_a_merge_is_not_undone_over_what_was_changed_since(unit, pair):
    merge = merged(unit, pair)
    with system_scope(reason="test"):
        Person.objects.filter(uuid=pair[0]).update(code="G777")
    with unit.acting("officer") as actor, pytest.raises(DomainError) as caught:
        undo_merge(merge=merge, actor=actor, now=NOW)
    assert caught.value.code == "changed_since"
    with system_scope(reason="test"):
        assert not Person.objects.filter(uuid=pair[1]).exists(), "nothing half done"


def refused(unit, kept: UUID, gone: UUID, who: str = "officer") -> str:
    with unit.acting(who) as actor, pytest.raises(DomainError) as caught:
        merge_people(kept=kept, gone=gone, reason="经本人确认", actor=actor, now=NOW)
    return caught.value.code


def test_what_would_be_lost_stands_in_the_way_and_says_so(unit, pair):
    kept, gone = pair
    with system_scope(reason="test"):
        appoint(
            person=gone, organisation=unit.places["branch"].uuid, title="publicity", valid_from=SINCE, actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    assert refused(unit, kept, gone) == "post_there"
    assert refused(unit, kept, unit.people["member"]) == "account_there"
    assert refused(unit, kept, kept) == "not_found"
    assert refused(unit, kept, uuid4()) == "not_found"
    assert refused(unit, kept, gone, who="stranger") == "not_found"


def test_a_link_between_the_two_goes_and_one_to_somebody_else_goes_along(unit, pair):
    kept, gone = pair
    with system_scope(reason="test"):
        third = enter(unit, "何三", standing="full_member")
        between = link(new=NewLink("mentor", kept, gone, TODAY), actor=SYSTEM)
        other = link(new=NewLink("mentor", gone, third, TODAY), actor=SYSTEM)
    merge = merged(unit, pair)
    with system_scope(reason="test"):
        assert [row.uuid for row in Link.objects.filter(left_person__uuid=kept)] == [other]
    with unit.acting("officer") as actor:
        undo_merge(merge=merge, actor=actor, now=NOW)
    with system_scope(reason="test"):
        assert {row.uuid for row in Link.objects.all()} == {between, other}
        assert Link.objects.get(uuid=other).left_person.uuid == gone


def test_another_unit_sees_nothing_of_a_merge(unit, pair, browser):
    merged(unit, pair)
    page = browser(unit.users["stranger"]).get(reverse("org:merges")).content.decode()
    assert "没有合并过" in page


def test_nobody_merges_his_own_entry(unit, pair):
    with system_scope(reason="test"):
        Person.objects.filter(uuid=pair[0]).update(user=User.objects.get(username="officer"))
    assert refused(unit, *pair) == "own_entry"


def test_an_officer_finds_the_other_entry_by_name_merges_and_undoes_on_pages(unit, pair, browser):
    client = browser(unit.users["officer"])
    other = enter(unit, "刘梅", code="G555")
    with system_scope(reason="test"):
        change_standing(person=other, status="full_member", valid_from=SINCE, actor=SYSTEM, now=NOW)
    page = client.get(reverse("org:person-merge", args=[pair[0]])).content.decode()
    assert "刘梅 · G555" in page
    assert "L9" not in page, "another name is found by searching"
    answer = client.post(reverse("org:person-merge", args=[pair[0]]), {"other": str(other), "reason": "是"})
    assert answer.status_code == 422
    form = {"other": str(other), "reason": "经本人确认是同一人"}
    assert "已合并" in client.post(reverse("org:person-merge", args=[pair[0]]), form, follow=True).content.decode()
    page = client.get(reverse("org:merges")).content.decode()
    assert "经本人确认是同一人" in page
    with system_scope(reason="test"):
        merge = PersonMerge.objects.get()
    assert "合并已撤销" in client.post(reverse("org:merge-undo", args=[merge.uuid]), follow=True).content.decode()
