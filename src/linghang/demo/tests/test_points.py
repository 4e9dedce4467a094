"""The story of the member whose points became fewer, as the demo tells it."""

from datetime import UTC, datetime

import pytest

from linghang.apps.appraisal.data.objections import Outcome
from linghang.apps.appraisal.models import Adjustment, Book, GradeResult, Objection, Statement
from linghang.demo.build import build_demo
from linghang.demo.points import FEBRUARY, JANUARY, MARCH
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
MEMBER = {"scheme": "member-points", "person__user__username": "qy-member"}


@pytest.fixture
def mine(db, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR, settings.DEMO_TODAY = True, tmp_path, NOW.date()
    build_demo(password="seam-lamp-river-9", now=NOW, progress=lambda _unit, _more: None, only=("QY",))
    with system_scope(reason="test"):
        yield


def test_three_months_add_up_to_four_stars_and_the_correction_stands_in_april(mine):
    months = {m: Statement.objects.get(**MEMBER, month=m.index) for m in (JANUARY, FEBRUARY, MARCH)}
    assert [months[m].counted for m in (JANUARY, FEBRUARY, MARCH)] == [8800, 9150, 8600]
    star = GradeResult.objects.get(**MEMBER, grade="quarter-star", month=MARCH.index)
    assert (star.total, star.band, star.final) == (26550, "star4", True)
    put_right = Adjustment.objects.get(**MEMBER, month=MARCH.index)
    assert (put_right.booked, put_right.counted, put_right.final) == (Month(2026, 4).index, 350, True)
    outcomes = set(Objection.objects.values_list("outcome", flat=True))
    assert outcomes == {Outcome.UPHELD, Outcome.REJECTED}
    last = Book.objects.filter(scheme="member-points", month=Month(2026, 10).index)
    states = {book.place.code: book.state for book in last.select_related("place")}
    assert states["QY12"] == "recording"  # has not closed its month
    assert {"announced", "public"} <= set(states.values())
    assert Adjustment.objects.filter(scheme="member-points", final=True).count() > 20  # written down late, booked later
