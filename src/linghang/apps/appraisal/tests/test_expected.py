"""What the open month is expected to give follows the records: only who was touched, and as a whole recompute would."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from linghang.apps.appraisal.models import Expected
from linghang.apps.appraisal.models.expected import ExpectedPass
from linghang.apps.appraisal.operations.expected import COMPARED, refresh_expected
from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.appraisal.tests.statements_world import meeting, points_world, take_back, volunteer
from linghang.apps.ledger.data import NotRecorded
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
APRIL = Month(2026, 4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return points_world()


def counted(world, person: int) -> int | None:
    with system_scope(reason="test"):
        return Expected.objects.get(subject=world.people[person], month=APRIL.index).counted


def test_a_record_shows_in_the_expected_month_after_one_pass(world):
    refresh_expected(now=NOW)
    before = counted(world, 0)
    volunteer(world, 0, date(2026, 4, 2))
    assert refresh_expected(now=LATER).subjects == 1
    assert counted(world, 0) == before + 200


def test_the_same_event_again_is_refused_and_changes_nothing(world):
    volunteer(world, 0, date(2026, 4, 2))
    refresh_expected(now=NOW)
    before = counted(world, 0)
    with pytest.raises(NotRecorded):
        volunteer(world, 0, date(2026, 4, 2))
    assert refresh_expected(now=LATER).subjects == 0
    assert counted(world, 0) == before


def test_what_was_taken_back_counts_no_more(world):
    fact = volunteer(world, 1, date(2026, 4, 2))
    refresh_expected(now=NOW)
    before = counted(world, 1)
    take_back(world, fact)
    refresh_expected(now=LATER)
    assert counted(world, 1) == before - 200


def test_nothing_happens_when_nothing_was_recorded(world, django_assert_max_num_queries):
    refresh_expected(now=NOW)
    with django_assert_max_num_queries(20):
        passed = refresh_expected(now=LATER)
    assert (passed.subjects, passed.whole) == (0, False)
    assert ExpectedPass.objects.get().at == LATER


def test_what_cannot_be_known_before_the_recording_is_closed_is_listed(world):
    refresh_expected(now=NOW)
    with world.scope("member"):
        line = expected_of(world.people[0], month=APRIL)[0]
    assert "志愿服务每月至少1次" in line.unknown
    assert line.band == ""
    assert line.span == "2026年2季度"
    assert (line.total, line.next_band, line.missing) == (8000, "三星", 16000)


def test_other_people_do_not_see_it(world):
    refresh_expected(now=NOW)
    with world.scope("stranger"):
        assert expected_of(world.people[0], month=APRIL) == ()


@pytest.mark.parametrize("seed", range(3))
def test_touching_only_who_was_recorded_gives_what_a_whole_pass_gives(world, seed):
    """Law 7 for expected results: records and reversals at random, passes in between, against everything anew."""
    dice, facts, now = random.Random(seed), [], NOW
    refresh_expected(now=now)
    for step in range(12):
        person, day = dice.randrange(3), date(2026, dice.randrange(1, 5), 1 + step % 7)
        if facts and dice.random() < 0.3:
            take_back(world, facts.pop(dice.randrange(len(facts))))
        else:
            make = dice.choice((volunteer, meeting))
            facts.append(make(world, person, day + timedelta(days=step)) if day.month < 4 else make(world, person, day))
        if dice.random() < 0.5:
            now += timedelta(seconds=20)
            refresh_expected(now=now)
    refresh_expected(now=now + timedelta(seconds=20))
    stepwise = rows()
    with system_scope(reason="test"):
        Expected.objects.all().delete()
        ExpectedPass.objects.all().delete()
    assert refresh_expected(now=now + timedelta(minutes=1)).whole
    assert stepwise == rows()


def rows() -> dict:
    with system_scope(reason="test"):
        return {
            (r["subject"], r["month"]): r for r in Expected.objects.values("subject", "month", "node_id", *COMPARED)
        }
