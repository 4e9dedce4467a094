"""Branches that end, merge and split, years that end apart, rules that differ side by side: all is booked once."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from linghang.apps.access.data import NodeLine
from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.models import Adjustment, Binding, GradeResult, PackVersion, Statement
from linghang.apps.appraisal.months.computing import compute
from linghang.apps.appraisal.operations.months import check_book, close_recording, close_year, publish_book
from linghang.apps.appraisal.queries.inputs import facts_of, read_inputs
from linghang.apps.appraisal.queries.rerun import make_again
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.org import operations as org
from linghang.apps.org.data import LEAVE_REASONS, PersonChange
from linghang.apps.org.models import Organisation
from linghang.apps.org.tests.world import Place
from linghang.engine.packs.texts import load_texts
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.settle.run import Request, settle
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

JAN, FEB, MARCH, APRIL, MAY, JUNE = (Month(2026, m) for m in range(1, 7))
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
HOUR, DEARER = "[任意, 0.5, $volunteer]", "[任意, 0.5, 3.00]"
CLOSING = at(2027, 1, 18)


@pytest.fixture
def unit(db) -> MonthUnit:
    return month_unit()


def refused(code: str, call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return str(caught.value.message)


def moves(unit: MonthUnit, person: UUID, day: date, branch: str) -> None:
    unit.clock = max(unit.clock, at(day.year, day.month, day.day))
    with system_scope(reason="test"):
        org.change_people(
            rows=[PersonChange(person, day, branch=unit.places[branch].uuid)], actor=SYSTEM, now=unit.clock
        )


def leaves(unit: MonthUnit, person: UUID, branch: str, last_day: date) -> None:
    with system_scope(reason="test"):
        org.leave(
            person=person, organisation=unit.places[branch].uuid, kind="party", last_day=last_day,
            reason=next(iter(LEAVE_REASONS)), actor=SYSTEM, now=unit.clock,
        )  # fmt: skip


def months(unit: MonthUnit, last: int, *branches: str, first: int = 1) -> None:
    for number in range(first, last + 1):
        unit.whole_month(Month(2026, number), *branches)


def booked(person: UUID) -> list[tuple[int, int, bool]]:
    """Month, points, whether at the year's end: of what is final."""
    rows = Adjustment._base_manager.filter(subject=person, scheme=SCHEME, final=True).order_by("month", "booked")
    return [(Month.from_index(m).month, c, end) for m, c, end in rows.values_list("month", "counted", "year_end")]


def final(unit: MonthUnit) -> dict[str, int]:
    """Final months and what was booked for them, by person."""
    sums: dict[str, int] = defaultdict(int)
    for model in (Statement, Adjustment):
        for subject, counted in model._base_manager.filter(final=True, scheme=SCHEME).values_list("subject", "counted"):
            sums[str(subject)] += counted or 0
    return {person: points for person, points in sums.items() if points}


def recomputed(unit: MonthUnit, until: Month) -> dict[str, int]:
    """Everything that is known now, computed from nothing."""
    everybody = [person for people in unit.people.values() for person in people]
    inputs = read_inputs(binding=unit.binding.pk, month=until, people=everybody)
    request = Request(inputs.pack, inputs.scheme, Roster(o.member for o in inputs.subjects), until, inputs.closings)
    settled = settle(request, facts_of(inputs), engine="reference")
    codes, sums = [member.code for member in settled.roster], defaultdict(int)
    for row in settled.rows("months"):
        sums[codes[row["subject"]]] += row["counted"] or 0
    return {person: points for person, points in sums.items() if points}


# --- the year's end --------------------------------------------------------------------------------------------------


def test_a_year_is_not_closed_while_a_branch_that_somebody_came_from_is_behind(unit):
    """Anna came from a to b in June; a stands at March with a draft of hers that would be booked once more."""
    anna = unit.people["a"][0]
    months(unit, 3)
    moves(unit, anna, date(2026, 6, 1), "b")
    unit.volunteered(anna, date(2026, 1, 13))
    unit.open(APRIL)
    unit.close("a", APRIL)
    unit.settle(APRIL, "a")
    months(unit, 12, "b", first=4)
    unit.clock = CLOSING
    asked = {"node": unit.places["b"].node.uuid, "scheme": SCHEME, "year": 2026}
    with unit.scope():
        said = refused("moved_from_behind", close_year, **asked, actor=unit.viewer("officer"), now=unit.clock)
    assert "第1党支部4月" in said
    unit.settle(APRIL, "a")
    unit.finalise("a", APRIL)
    months(unit, 12, "a", first=5)
    unit.clock = CLOSING
    with unit.scope():
        close_year(**asked, actor=unit.viewer("officer"), now=unit.clock)
        unit.close_year(2026)
    assert sum(points for month, points, _end in booked(anna) if month == 1) == 400
    assert final(unit) == recomputed(unit, DECEMBER)


def test_what_comes_late_about_a_branch_that_has_ended_is_booked_at_the_years_end(unit):
    """Anna leaves with her branch, which ends in November; Ben goes on in b: his late record is booked at once."""
    anna, ben, carl = unit.people["a"]
    months(unit, 10)
    leaves(unit, anna, "a", date(2026, 11, 10))
    for one in (ben, carl):
        moves(unit, one, date(2026, 11, 15), "b")
    with system_scope(reason="test"):
        org.close_organisation(organisation=unit.places["a"].uuid, last_day=date(2026, 11, 20), actor=SYSTEM)
    by_officers(unit, "a", NOVEMBER)
    unit.whole_month(NOVEMBER, "b")
    unit.volunteered(anna, date(2026, 10, 13))
    unit.volunteered(ben, date(2026, 10, 13))
    unit.whole_month(DECEMBER, "b")
    assert (booked(anna), booked(ben)) == ([], [(10, 400, False)])
    unit.clock = CLOSING
    with unit.scope():
        settled = unit.close_year(2026)
    assert settled.books == 2
    assert booked(anna) == [(10, 400, True)]
    assert unit.book("a", NOVEMBER).year_closed_at is not None
    assert final(unit) == recomputed(unit, DECEMBER)


def by_officers(unit: MonthUnit, branch: str, month: Month) -> None:
    """The month of a branch whose posts have ended with it: those above keep it."""
    unit.users["second"] = make_account("second", "officer", unit.places["unit"].node)
    unit.clock = at((month + 1).year, (month + 1).month, 3)
    unit.open(month)
    asked = {"book": unit.book(branch, month).uuid, "actor": unit.viewer("officer"), "now": unit.clock}
    with unit.scope():
        close_recording(**asked)
        unit.settle(month, branch)
        check_book(**asked)
        publish_book(**asked, receiver=unit.users["officer"].uuid, manner="当面提出")
    unit.clock = at((month + 1).year, (month + 1).month, 20)
    unit.approve(branch, month, "officer")
    unit.approve(branch, month, "second")


def test_the_last_month_of_a_branch_that_has_ended_stands_in_the_way_of_the_years_end(unit):
    months(unit, 2)
    for one in unit.people["a"]:
        moves(unit, one, date(2026, 3, 15), "b")
    with system_scope(reason="test"):
        org.close_organisation(organisation=unit.places["a"].uuid, last_day=date(2026, 3, 20), actor=SYSTEM)
    months(unit, 12, "b", first=3)
    unit.clock = CLOSING
    with unit.scope():
        assert "第1党支部3月" in refused("december_not_final", unit.close_year, 2026)


def test_what_is_too_late_to_be_booked_is_counted_and_told_on_the_book(unit, settings, client):
    months(unit, 5)
    unit.volunteered(unit.people["a"][0], date(2026, 1, 13))  # counts for three more months, and June is the fifth
    unit.whole_month(JUNE)
    assert booked(unit.people["a"][0]) == []
    settings.DEMO_TODAY = unit.clock.date()
    client.force_login(unit.users["a-secretary"], backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse("appraisal:book", args=[unit.book("a", JUNE).uuid])).content.decode()
    assert "过了补录期限" in text


# --- branches that are put together or apart -------------------------------------------------------------------------


def merged(unit: MonthUnit, day: date) -> None:
    with system_scope(reason="test"):
        org.merge_organisations(
            sources=[unit.places["a"].uuid], into=unit.places["b"].uuid, valid_from=day, actor=SYSTEM, now=unit.clock
        )


@pytest.mark.parametrize("day", [date(2026, 3, 16), date(2026, 2, 10)], ids=["in mid-month", "over a final month"])
def test_two_branches_that_become_one_keep_their_months_and_book_what_differs_once(unit, day):
    anna = unit.people["a"][0]
    months(unit, 2)
    unit.volunteered(anna, date(2026, 3, 3))
    unit.clock = at(2026, 3, 20)
    merged(unit, day)
    unit.volunteered(anna, date(2026, 1, 13))
    unit.whole_month(MARCH, "b")
    unit.whole_month(APRIL, "b")
    with unit.scope():
        places = {row.book.place.name for row in Statement._base_manager.filter(subject=anna, month__gte=MARCH.index)}
    assert places == {"第2党支部"}
    assert booked(anna)[0] == (1, 400, False)
    assert final(unit) == recomputed(unit, APRIL)


def test_a_branch_that_is_split_over_a_final_month_books_what_differs_once(unit):
    anna, ben, _carl = unit.people["a"]
    months(unit, 2)
    unit.clock = at(2026, 3, 20)
    with system_scope(reason="test"):
        made = org.split_organisation(
            organisation=unit.places["a"].uuid, name="第三党支部", code="DL03", people=[anna, ben],
            valid_from=date(2026, 2, 16), actor=SYSTEM, now=unit.clock,
        )  # fmt: skip
    assert len(made.organisations) == 2
    unit.volunteered(anna, date(2026, 1, 13))
    unit.volunteered(ben, date(2026, 2, 17))
    new_branch(unit, "c", made.organisations[1])
    unit.open(FEB)
    unit.close("c", FEB)
    unit.settle(FEB, "c")
    unit.finalise("c", FEB)
    unit.whole_month(MARCH)
    unit.whole_month(APRIL)
    assert [(month, points) for month, points, _end in booked(anna)] == [(1, 400)]
    assert final(unit) == recomputed(unit, APRIL)


def new_branch(unit: MonthUnit, name: str, organisation: UUID) -> None:
    """A branch that was made on the way, with its accounts."""
    with system_scope(reason="test"):
        node = Organisation.objects.select_related("node").get(uuid=organisation).node
    line = NodeLine(node.pk, node.top_id or node.pk, node.uuid, node.label, node.path, node.depth)
    unit.places[name] = Place(organisation, line)
    unit.people[name] = []
    unit.users[f"{name}-secretary"] = make_account(f"{name}-secretary", "secretary", line)
    unit.users[f"{name}-discipline"] = make_account(f"{name}-discipline", "discipline_member", line)


def test_an_import_that_is_taken_back_after_its_month_is_final_is_booked_away_and_once_more_when_it_comes_again(unit):
    anna, ben, _carl = unit.people["a"]
    unit.clock = at(2026, 2, 1)
    rows = [(anna, 10), (anna, 12), (ben, 11)]
    carried = [unit.volunteered(who, date(2026, 1, day)) for who, day in rows]
    unit.whole_month(JAN)
    for fact in reversed(carried):
        unit.reverse(fact)
    unit.whole_month(FEB)
    assert (booked(anna), booked(ben)) == ([(1, -600, False)], [(1, -400, False)])
    assert final(unit) == recomputed(unit, FEB)
    for who, day in rows:
        unit.volunteered(who, date(2026, 1, day))
    unit.whole_month(MARCH)
    assert (booked(anna), booked(ben)) == ([(1, -600, False), (1, 600, False)], [(1, -400, False), (1, 400, False)])
    assert final(unit) == recomputed(unit, MARCH)


# --- rules that differ side by side ----------------------------------------------------------------------------------


def other_version(unit: MonthUnit, branch: str, said: str = HOUR, instead: str = DEARER) -> Binding:
    """In a branch the same scheme holds in another version: volunteering is worth 3.00 instead of 2.00."""
    with system_scope(reason="test"):
        row = PackVersion.objects.get(owner=None, pack="example-4x-points")
        used = {one.pack: one.files for one in PackVersion.objects.filter(owner=None, pack__in=row.locked)}
        text = row.files["schemes/member.yaml"]
        files = row.files | {"schemes/member.yaml": text.replace(said, instead)}
        assert said in text
        files = {name: text for name, text in files.items() if not name.startswith("cases/")}
        pack, problems = load_texts(files, library=used)
        assert pack is not None, problems.errors
        version = PackVersion.objects.create(
            pack=row.pack, version="9.9.0", title="另一版", content_hash=pack.content_hash, files=files,
            locked=row.locked, schemes=row.schemes, state="published", owner=None, made_at=at(2025, 12),
            published_at=at(2025, 12),
        )  # fmt: skip
        return Binding.objects.create(
            node_id=unit.places[branch].node.key, version=version, scheme=SCHEME, since=JAN.index,
            offered_at=at(2025, 12), confirmed_at=at(2025, 12),
        )  # fmt: skip


def test_who_moves_to_a_branch_with_another_version_keeps_the_points_of_his_months(unit):
    """Nothing came late, so nothing is booked, though the new branch would have given more."""
    anna = unit.people["a"][0]
    other_version(unit, "b")
    unit.volunteered(anna, date(2026, 1, 13))
    unit.whole_month(JAN)
    moves(unit, anna, date(2026, 2, 1), "b")
    unit.volunteered(anna, date(2026, 2, 13))
    unit.whole_month(FEB)
    rows = Statement._base_manager.filter(subject=anna).order_by("month").values_list("counted", flat=True)
    assert list(rows) == [8200, 8300]
    assert booked(anna) == []
    unit.volunteered(unit.people["b"][0], date(2026, 1, 13))
    unit.volunteered(anna, date(2026, 1, 20))
    unit.whole_month(MARCH)
    assert booked(anna) == [(1, 200, False)]  # as much as her branch of January gives
    assert booked(unit.people["b"][0]) == [(1, 500, False)]
    run = unit.book("b", MARCH).run
    with system_scope(reason="test"):
        assert make_again(run, lambda inputs: compute(inputs, facts_of(inputs))).same


def test_who_went_to_another_version_and_back_has_each_month_by_its_own(unit):
    anna = unit.people["a"][0]
    other_version(unit, "b")
    unit.whole_month(JAN)
    moves(unit, anna, date(2026, 2, 1), "b")
    unit.whole_month(FEB)
    moves(unit, anna, date(2026, 3, 1), "a")
    unit.volunteered(anna, date(2026, 1, 13))
    unit.volunteered(anna, date(2026, 2, 13))
    unit.whole_month(MARCH)
    assert booked(anna) == [(1, 400, False), (2, 500, False)]
    unit.whole_month(APRIL)
    assert len(booked(anna)) == 2


def test_a_quota_of_which_nothing_is_left_in_a_small_branch_gives_the_band_to_nobody(unit, settings, client):
    """A tenth of three is nobody: all three go on to the next band, and their pages say so."""
    five, instead = "en: Five stars}, at_least: $star5}", "en: Five stars}, top: {share: 10%, ties: none}}"
    other_version(unit, "a", five, instead)
    months(unit, 3, "a")
    rows = GradeResult._base_manager.filter(book__place__uuid=unit.places["a"].uuid, grade="quarter-star")
    assert set(rows.values_list("band", "final")) == {("none", True)}
    settings.DEMO_TODAY = unit.clock.date()
    client.force_login(unit.users["a-secretary"], backend="django.contrib.auth.backends.ModelBackend")
    for name, more in (("quarter", (2026, 1)), ("statement", ("2026-03",))):
        assert client.get(reverse(f"appraisal:{name}", args=[unit.people["a"][0], SCHEME, *more])).status_code == 200
