"""Law 8: doing, tracking and verifying are different people; nobody closes, scores or verifies his own matter.

Few people hold many posts, as in a small branch, and try every step in any order. Law 10 is looked at on the way: a
case that waits has a last day with its rule in words.
"""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from linghang.apps.access.scope import scope_for, viewer_on
from linghang.apps.access.tests.world import NOW, TODAY, give_post, make_account
from linghang.apps.loops import policies
from linghang.apps.loops.models import Case, Transition
from linghang.apps.loops.operations import declare, move, report_problem, request_correction
from linghang.apps.loops.operations.declaring import Declared
from linghang.apps.loops.permissions import PARTICIPANTS
from linghang.apps.loops.versions import kind_of
from linghang.apps.org.operations import add_person
from linghang.apps.org.tests.world import two_units
from linghang.engine.packs.loop_model import Ending, Who
from linghang.engine.points import UNIT
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.writing import SYSTEM
from tests.laws.effort import hunting, trying
from tests.laws.worlds import COVERAGE

pytestmark = pytest.mark.django_db
STEPS = 12
counter = iter(range(10**6))


@pytest.fixture
def places(settings):
    settings.DEMO_TODAY = TODAY
    return two_units()


class Crew:
    """Four people with random posts at a branch and above it; each is on the roster of the branch."""

    def __init__(self, random: Random, places) -> None:
        self.random, self.branch = random, places["below"]
        self.users, self.people = [], {}
        for _ in range(4):
            user = make_account(f"crew{next(counter)}", "member", self.branch.node)
            for role, place in (("secretary", "below"), ("organiser", "below"), ("officer", "parent")):
                if random.random() < 0.45:
                    give_post(user, role, places[place].node)
            with system_scope(reason="test"):
                person = add_person(name="某×", organisation=self.branch.uuid, user=user.uuid, actor=SYSTEM)
            self.users.append(user)
            self.people[user.uuid] = person

    def act(self, user, does, day) -> None:
        """Somebody tries something; whatever is refused is refused in a sentence."""
        actor = viewer_on(user.uuid, user.display_name, on=TODAY)
        try:
            with transaction.atomic(), use_scope(scope_for(actor, PARTICIPANTS, on=TODAY)):
                does(actor, NOW + timedelta(days=day))
        except DomainError as refused:
            COVERAGE[f"refused: {refused.code}"] += 1

    def start(self, kind: str) -> None:
        user = self.random.choice(self.users)
        person = self.people[user.uuid]
        common = {"title": "试一试", "body": ""}
        starts = {
            "problem": lambda actor, now: report_problem(
                **common, node=self.branch.node.uuid, origin="person", actor=actor, now=now
            ),
            "correction": lambda actor, now: request_correction(
                **common, entry="person", person=person, actor=actor, now=now
            ),
            "declaration": lambda actor, now: declare(
                what=Declared("service.volunteer", TODAY, UNIT, {"role": "participant"}), note="", actor=actor, now=now
            ),
        }
        self.act(user, starts[kind], 0)

    def walk(self) -> None:
        with system_scope(reason="test"):
            row = Case.objects.select_related("version").first()
        if row is None:
            return
        for day in range(STEPS):
            self.act(self.random.choice(self.users), self.some_step(row), day)

    def some_step(self, row: Case):
        """Mostly one that the state allows, sometimes any."""
        with system_scope(reason="test"):
            state = Case.objects.values_list("state", flat=True).get(pk=row.pk)
        kind = kind_of(row.version.digest)
        steps = kind.steps_from(state) if self.random.random() < 0.85 else tuple(kind.steps.values())
        step = self.random.choice(steps or tuple(kind.steps.values())).id
        who = {name: self.random.choice(self.users).uuid for name in ("responsible", "verifier")}
        people = who if self.random.random() < 0.4 else None
        return lambda actor, now: move(case=row.uuid, step=step, note="因为", people=people, actor=actor, now=now)


def three_people_and_never_ones_own() -> None:
    """The law, read from what was written down."""
    with system_scope(reason="test"):
        for row in Case.objects.select_related("version", "subject__user"):
            kind = kind_of(row.version.digest)
            three = [who for who in (row.responsible_id, row.tracker_id, row.verifier_id) if who is not None]
            assert len(three) == len(set(three))
            taken = list(Transition.objects.filter(case=row).order_by("seq"))
            does = {row.responsible_id, *(t.actor_id for t in taken if t.acting_as == Who.RESPONSIBLE)}
            subject = row.subject.user_id if row.subject else None
            for one in taken:
                if kind.states[one.state_to].ends is Ending.SETTLED:
                    COVERAGE["cases settled"] += 1
                    assert one.actor_id not in does - {None}
                    assert one.actor_id != subject
                    assert one.actor_id != row.tracker_id
            assert (row.due_on is None) == bool(row.ends)
            assert row.due_on is None or "工作日" in row.due_words


def try_out(seed: int, kind: str, places) -> None:
    """One crew and one case; everything is taken back afterwards."""
    with transaction.atomic():
        crew = Crew(Random(seed), places)
        crew.start(kind)
        crew.walk()
        three_people_and_never_ones_own()
        transaction.set_rollback(True)


KINDS = st.sampled_from(["problem", "correction", "declaration"])


def test_whoever_tries_what_he_likes_nobody_closes_his_own_matter(places):
    @trying(40)
    @given(st.integers(0, 10**6), KINDS)
    @example(7, "declaration")  # these two reach an end; of all walks one in fourteen does
    @example(39, "correction")
    def law(seed, kind):
        try_out(seed, kind, places)

    before = COVERAGE["cases settled"]
    law()
    assert COVERAGE["cases settled"] > before, "the walks never reached an end: they would prove nothing"


def test_the_law_has_teeth(places, monkeypatch):
    """Without its rule, the same walks find somebody who signs off the correction of his own file.

    That the three differ is also seen to by the steps themselves and by the database.
    """
    monkeypatch.setattr(policies, "barred", lambda _matter, _person: set())

    @hunting()
    @given(st.integers(0, 10**6))
    def law(seed):
        try_out(seed, "correction", places)

    with pytest.raises(AssertionError):
        law()
