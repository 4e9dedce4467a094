"""Law 11: everything about structure is dated. Asking a past day gives what replaying the changes up to it gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.org.data import NewPerson
from linghang.apps.org.models import RosterSpan
from linghang.apps.org.operations import (
    add_people,
    appoint,
    change_class,
    change_standing,
    dismiss,
    join,
    leave,
    transfer_person,
)
from linghang.apps.org.queries import RosterFilter, home_of, person_card, roster_rows
from linghang.apps.org.tests.world import Place, make_organisation
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.laws.effort import trying

FIRST = date(2025, 1, 1)
LAST_DAY = 400
BRANCHES, UNITS = ("甲支部", "乙支部", "丙支部"), ("一区", "二区")
WORDS = {"standing": ("full_member", "probationary", "masses"), "class": ("在职", "离退休", "年老体弱")}

DAYS = st.integers(1, LAST_DAY)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("branch"), st.sampled_from(BRANCHES), DAYS),
        st.tuples(st.just("unit"), st.sampled_from(UNITS), DAYS),
        st.tuples(st.just("leave"), st.just(""), DAYS),
        st.tuples(st.just("standing"), st.sampled_from(WORDS["standing"]), DAYS),
        st.tuples(st.just("class"), st.sampled_from(WORDS["class"]), DAYS),
        st.tuples(st.just("secretary"), st.just(""), DAYS),
        st.tuples(st.just("dismiss"), st.just(""), DAYS),
    ),
    max_size=8,
).map(lambda changes: sorted(changes, key=lambda change: change[2]))


@dataclass
class Diary:
    """The reference: what is true on every day, written down day by day as the changes come."""

    days: list[dict[str, str]] = field(default_factory=list)

    def begin(self, said: dict[str, str]) -> None:
        self.days = [dict(said) for _day in range(LAST_DAY + 1)]

    def write(self, track: str, value: str, since: int) -> None:
        for day in self.days[since:]:
            day[track] = value

    def on(self, day: int) -> dict[str, str]:
        said = self.days[day]
        return said if said["branch"] or said["unit"] else {}


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker) -> Iterator[dict[str, Place]]:
    with django_db_blocker.unblock(), transaction.atomic():
        top = make_organisation("party_committee", "北山党委")
        made = {name: make_organisation("branch", name, top) for name in BRANCHES}
        unit = make_organisation("unit", "矿", top)
        made |= {name: make_organisation("workshop", name, unit) for name in UNITS}
        yield made
        transaction.set_rollback(True)


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


class Life:
    """One person whose life is written through the operations and into the diary."""

    def __init__(self, places: dict[str, Place]) -> None:
        self.places, self.diary, self.posts = places, Diary(), []
        self.diary.begin({"branch": "甲支部", "unit": "一区", "standing": "masses", "class": "在职", "post": ""})
        row = NewPerson(
            name="王一", since=FIRST, branch=places["甲支部"].uuid, unit=places["一区"].uuid,
            standing="masses", person_class="在职",
        )  # fmt: skip
        self.person = add_people(rows=[row], actor=SYSTEM, now=NOW).people[0]

    def change(self, what: str, value: str, day: int) -> None:
        """Do it; a change that the rules refuse happens neither here nor there."""
        try:
            with transaction.atomic():
                getattr(self, f"_{what}")(value, day)
        except DomainError:
            return

    def _common(self) -> dict:
        return {"person": self.person, "actor": SYSTEM, "now": NOW}

    def _branch(self, name: str, day: int) -> None:
        if self.diary.days[-1]["branch"]:
            transfer_person(to_organisation=self.places[name].uuid, valid_from=day_of(day), **self._common())
        else:
            where = self.places[name].uuid
            join(organisation=where, kind="party", valid_from=day_of(day), **self._common())
        self.diary.write("branch", name, day)
        self.diary.write("post", "", day)

    def _unit(self, name: str, day: int) -> None:
        join(organisation=self.places[name].uuid, kind="work", valid_from=day_of(day), **self._common())
        self.diary.write("unit", name, day)

    def _leave(self, _value: str, day: int) -> None:
        branch = self.diary.days[-1]["branch"]
        if not branch:
            return
        where = self.places[branch].uuid
        leave(organisation=where, kind="party", last_day=day_of(day - 1), reason="other", **self._common())
        self.diary.write("branch", "", day)
        self.diary.write("post", "", day)

    def _standing(self, status: str, day: int) -> None:
        change_standing(status=status, valid_from=day_of(day), **self._common())
        self.diary.write("standing", status, day)

    def _class(self, word: str, day: int) -> None:
        change_class(person_class=word, valid_from=day_of(day), **self._common())
        self.diary.write("class", word, day)

    def _secretary(self, _value: str, day: int) -> None:
        branch = self.diary.days[day]["branch"]
        if not branch or any(one["branch"] != branch for one in self.diary.days[day:]):
            return
        where = self.places[branch].uuid
        self.posts.append(appoint(organisation=where, title="secretary", valid_from=day_of(day), **self._common()))
        self.diary.write("post", "书记", day)

    def _dismiss(self, _value: str, day: int) -> None:
        if self.posts and self.diary.days[-1]["post"]:
            dismiss(post=self.posts[-1], last_day=day_of(day - 1), actor=SYSTEM, now=NOW)
            self.diary.write("post", "", day)


def asked(person, day: date) -> dict[str, str]:
    """What the roster says of a person on a day; nothing if it does not name him."""
    rows = [row for row in roster_rows(RosterFilter(on=day)) if row.uuid == person]
    said = [
        {
            "branch": row.branch, "unit": row.unit, "standing": row.standing, "class": row.person_class,
            "post": "、".join(row.titles),
        }
        for row in rows
    ]  # fmt: skip
    assert len(said) <= 1
    return said[0] if said else {}


@trying(30)
@given(changes=CHANGES, asked_days=st.lists(st.integers(0, LAST_DAY), min_size=3, max_size=6))
def test_asking_a_past_day_gives_what_replaying_the_changes_up_to_it_gives(places, changes, asked_days):
    with system_scope(reason="test"), transaction.atomic():
        life = Life(places)
        for change in changes:
            life.change(*change)
        edges = [day for _what, _value, day in changes]
        for day in {*asked_days, *edges, *(day - 1 for day in edges)}:
            when = day_of(day)
            said = asked(life.person, when)
            assert said == life.diary.on(day), (changes, when)
            card = person_card(life.person, on=when)
            assert card.branch == said.get("branch", "")
            assert (life.person in home_of([life.person], on=when)) == bool(said)
        transaction.set_rollback(True)


@trying(15)
@given(changes=CHANGES)
def test_spans_of_one_person_never_overlap_and_neighbours_differ(places, changes):
    with system_scope(reason="test"), transaction.atomic():
        life = Life(places)
        for change in changes:
            life.change(*change)
        spans = list(RosterSpan.objects.filter(person__uuid=life.person).order_by("valid_from"))
        for earlier, later in pairwise(spans):
            assert earlier.valid_to is not None
            assert earlier.valid_to < later.valid_from
            same = ("branch_id", "unit_id", "standing", "person_class")
            touching = earlier.valid_to + timedelta(days=1) == later.valid_from
            assert not touching or any(getattr(earlier, name) != getattr(later, name) for name in same)
        transaction.set_rollback(True)


def test_what_changes_who_belongs_where_cannot_be_recorded_for_a_day_to_come(places, db):
    with system_scope(reason="test"):
        life = Life(places)
        with pytest.raises(DomainError, match="day_to_come"):
            change_standing(
                person=life.person, status="full_member", valid_from=TODAY + timedelta(days=1), actor=SYSTEM, now=NOW
            )
