"""A month of a branch from recording to 公布, and what stands in the way."""

from datetime import date
from uuid import UUID

import pytest

from linghang.apps.appraisal.data.months import BookState, Bulk, Step, open_objections
from linghang.apps.appraisal.models import Binding, Book, Statement
from linghang.apps.appraisal.operations.month_settling import in_this_process
from linghang.apps.appraisal.operations.months import (
    close_recording,
    reopen_recording,
    settle_books,
    start_settlement,
    step_below,
)
from linghang.apps.appraisal.queries.cards import book_of
from linghang.apps.appraisal.queries.months import statement_of, year_of
from linghang.apps.appraisal.queries.results import adjustments_of, grades_of, inputs_of_statement
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.jobs.queries import job_of
from linghang.apps.jobs.running import run_job
from linghang.apps.org import operations as org
from linghang.apps.org.data import LEAVE_REASONS, PersonChange
from linghang.engine.periods import Month
from linghang.engine.settle.explaining.explain import explain
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

JAN, FEB, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)


@pytest.fixture
def unit(db) -> MonthUnit:
    return month_unit()


def refused(code: str):
    class Caught:
        def __enter__(self):
            self.raises = pytest.raises(DomainError)
            self.found = self.raises.__enter__()
            return self.found

        def __exit__(self, *more):
            done = self.raises.__exit__(*more)
            assert self.found.value.code == code
            return done

    return Caught()


def total(unit: MonthUnit, person, month: Month) -> int | None:
    with unit.scope():
        found = statement_of(person, SCHEME, month)
    return found.counted if found else None


def test_a_month_goes_through_all_its_steps(unit):
    unit.clock = at(2026, 2, 2)
    assert unit.open(JAN) == 2
    assert unit.open(JAN) == 0
    anna = unit.people["a"][0]
    unit.volunteered(anna, date(2026, 1, 10))
    unit.close("a", JAN)
    settled = unit.settle(JAN, "a")
    assert (settled.books, settled.subjects) == (1, 3)
    assert total(unit, anna, JAN) == 8200  # full marks of 80.00, and 2.00
    assert total(unit, unit.people["a"][1], JAN) == 7800  # nobody served: the norm costs 2.00
    assert total(unit, unit.people["b"][0], JAN) is None
    line = unit.finalise("a", JAN)
    assert line.state is BookState.FINAL
    assert unit.announce("a", JAN).state is BookState.ANNOUNCED
    with unit.scope():
        card = book_of(line.uuid)
    assert card.states == {"complete": 3}
    assert [a.stands for a in card.approvals] == [True, True]
    assert card.final_hash
    assert Statement._base_manager.filter(final=True).count() == 3


def test_a_step_is_refused_in_another_state_or_to_others(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    with refused("book_elsewhere"):
        unit.check("a", JAN)
    with refused("book_elsewhere"):
        unit.publish("a", JAN)
    with refused("book_elsewhere"):
        unit.approve("a", JAN, "officer")
    with refused("book_elsewhere"):
        unit.announce("a", JAN)
    with unit.scope(), refused("forbidden"):
        close_recording(book=unit.book("a", JAN).uuid, actor=unit.viewer("b-secretary"), now=unit.clock)
    with unit.scope("b-secretary"), refused("not_found"):
        close_recording(book=UUID(int=7), actor=unit.viewer("b-secretary"), now=unit.clock)
    unit.close("a", JAN)
    with refused("book_elsewhere"):
        unit.close("a", JAN)
    with unit.scope():
        reopen_recording(book=unit.book("a", JAN).uuid, actor=unit.viewer("a-secretary"), now=unit.clock)
    assert unit.book("a", JAN).state is BookState.RECORDING


def test_a_month_that_has_not_begun_has_no_book_and_is_not_closed(unit):
    unit.clock = at(2026, 1, 20)
    unit.open(MARCH)
    assert unit.book("a", JAN).state is BookState.RECORDING
    with unit.scope():
        assert [cell.book is not None for cell in year_of(unit.places["a"].uuid, SCHEME, 2026)] == [True] + [False] * 11


def test_public_notice_lasts_its_working_days_and_two_people_approve(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    line = unit.publish("a", JAN)
    assert line.public_until == date(2026, 2, 6)  # Monday is the first of five working days
    unit.clock = at(2026, 2, 6)
    with refused("public_not_over"):
        unit.approve("a", JAN, "a-secretary")
    unit.clock = at(2026, 2, 7)
    assert unit.approve("a", JAN, "a-secretary").state is BookState.PUBLIC
    with refused("approve_twice"):
        unit.approve("a", JAN, "a-secretary")
    with refused("forbidden"):
        unit.approve("a", JAN, "leader")  # sees no member's points, so he does not decide on them
    assert unit.approve("a", JAN, "officer").state is BookState.FINAL


def test_open_objections_hold_the_approval_up(unit, monkeypatch):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    unit.publish("a", JAN)
    unit.clock = at(2026, 2, 10)
    monkeypatch.setitem(open_objections._counters, "test", lambda books: dict.fromkeys(books, 1))
    with refused("objections_open"):
        unit.approve("a", JAN, "a-secretary")


def test_what_was_settled_again_is_checked_and_shown_again(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    unit.publish("a", JAN)
    unit.volunteered(unit.people["a"][0], date(2026, 1, 10))
    unit.settle(JAN, "a")
    assert unit.book("a", JAN).state is BookState.SETTLED
    unit.clock = at(2026, 2, 10)
    with refused("book_elsewhere"):
        unit.approve("a", JAN, "a-secretary")
    unit.finalise("a", JAN)
    with unit.scope():
        assert len(book_of(unit.book("a", JAN).uuid).publications) == 2
    with refused("book_elsewhere"):
        unit.settle(JAN, "a")


def test_an_open_recording_is_provisional_and_needs_a_reason(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    unit.settle(JAN, "a")
    with unit.scope():
        assert statement_of(unit.people["a"][0], SCHEME, JAN).state == "provisional"
    with refused("final_reason_needed"):
        unit.finalise("a", JAN)
    assert unit.approve("a", JAN, "officer", "支部书记出差，先定稿").state is BookState.FINAL


def test_months_become_final_in_their_order(unit):
    unit.clock = at(2026, 3, 2)
    unit.open(FEB)
    unit.close("a", FEB)
    unit.settle(FEB, "a")
    unit.check("a", FEB)
    with refused("previous_not_final"):
        unit.publish("a", FEB)
    unit.whole_month(JAN, "a")
    with refused("settle_again"):
        unit.publish("a", FEB)
    unit.settle(FEB, "a")
    assert unit.finalise("a", FEB).state is BookState.FINAL


def test_what_comes_late_is_booked_in_the_open_month(unit):
    anna = unit.people["a"][0]
    unit.whole_month(JAN)
    unit.volunteered(anna, date(2026, 1, 12))
    taken = unit.volunteered(anna, date(2026, 2, 3), role="organiser")
    unit.whole_month(FEB)
    with unit.scope():
        booked = adjustments_of(anna, 2026, SCHEME)
    assert [(a.month, a.booked, a.counted, a.final) for a in booked] == [(JAN, FEB, 400, True)]  # the norm is met, too
    unit.reverse(taken)
    unit.whole_month(MARCH)
    with unit.scope():
        booked = adjustments_of(anna, 2026, SCHEME)
        grades = grades_of(anna, 2026, SCHEME)
    assert [(a.month, a.booked, a.counted) for a in booked] == [(JAN, FEB, 400), (FEB, MARCH, -500)]
    months = [total(unit, anna, month) for month in (JAN, FEB, MARCH)]
    assert months == [7800, 8300, 7800]
    quarter = next(g for g in grades if g.month == MARCH)
    assert quarter.total == sum(months) + 400 - 500
    assert quarter.final


def test_lines_come_out_again_as_the_settlement_had_them(unit):
    anna = unit.people["a"][0]
    fact = unit.volunteered(anna, date(2026, 1, 12))
    unit.whole_month(JAN)
    unit.reverse(fact)
    unit.volunteered(anna, date(2026, 1, 13), role="organiser")
    with unit.scope():
        statement = statement_of(anna, SCHEME, JAN)
        found = inputs_of_statement(statement.uuid)
        told = explain(found.plan, found.member, found.facts, found.month, found.closed, prove=False)
    assert sum(line.counted for line in told.lines) == statement.counted == 8200
    assert str(fact) in {line.fact.source.column for line in told.lines if line.fact}


def test_who_moved_has_his_month_where_he_was_at_its_end(unit):
    anna = unit.people["a"][0]
    unit.volunteered(anna, date(2026, 1, 12))
    unit.whole_month(JAN)
    change = PersonChange(anna, date(2026, 2, 10), branch=unit.places["b"].uuid)
    with system_scope(reason="test"):
        org.change_people(rows=[change], actor=SYSTEM, now=unit.clock)
    unit.whole_month(FEB)
    unit.volunteered(anna, date(2026, 1, 13), role="organiser")
    with unit.scope():
        places = [statement_of(anna, SCHEME, month).place_name for month in (JAN, FEB)]
    assert places == ["第1党支部", "第2党支部"]
    unit.whole_month(MARCH)
    with unit.scope():
        booked = adjustments_of(anna, 2026, SCHEME)
        assert [(a.month, a.counted, a.book) for a in booked] == [(JAN, 200, unit.book("b", MARCH).uuid)]


def test_who_left_keeps_what_comes_late_at_his_last_branch(unit):
    anna = unit.people["a"][0]
    unit.whole_month(JAN)
    with system_scope(reason="test"):
        org.leave(
            person=anna, organisation=unit.places["a"].uuid, kind="party", last_day=date(2026, 1, 31),
            reason=next(iter(LEAVE_REASONS)), actor=SYSTEM, now=unit.clock,
        )  # fmt: skip
    unit.volunteered(anna, date(2026, 1, 13))
    unit.whole_month(FEB)
    with unit.scope():
        assert statement_of(anna, SCHEME, FEB) is None
        assert [(a.month, a.counted) for a in adjustments_of(anna, 2026, SCHEME)] == [(JAN, 400)]


def test_the_year_is_closed_once_its_last_late_records_are_in(unit):
    anna, year = unit.people["a"][0], 2026
    for number in range(1, 13):
        unit.whole_month(Month(year, number))
    with unit.scope():
        before = {(g.grade, g.month): (g.total, g.final) for g in grades_of(anna, year)}
    assert before["quarter-star", Month(year, 12)] == (23400, True)
    unit.volunteered(anna, date(2026, 12, 20))
    unit.volunteered(anna, date(2026, 11, 20))
    unit.clock = at(2027, 1, 15)
    with unit.scope(), refused("year_end_early"):
        unit.close_year(year)
    unit.clock = at(2027, 1, 18)
    with unit.scope():
        settled = unit.close_year(year)
        booked = [(a.month, a.booked, a.counted, a.year_end, a.final) for a in adjustments_of(anna, year)]
        after = {(g.grade, g.month): (g.total, g.final) for g in grades_of(anna, year)}
    december = Month(year, 12)
    assert (settled.books, settled.adjustments) == (2, 2)
    assert booked == [(Month(year, 11), december, 400, True, True), (december, december, 400, True, True)]
    assert {key: value for key, value in after.items() if key in before and key[0] == "quarter-star"} == {
        key: value for key, value in before.items() if key[0] == "quarter-star"
    }  # stars of quarters do not move
    with unit.scope(), refused("year_closed"):
        unit.close_year(year)
    with unit.scope(), refused("forbidden"):
        unit.close_year(year, "a-secretary")


def test_the_year_is_not_closed_before_december_is_final(unit):
    unit.whole_month(JAN)
    unit.clock = at(2027, 1, 20)
    unit.open(Month(2026, 12))
    with unit.scope(), refused("december_not_final"):
        unit.close_year(2026)


def test_a_step_for_all_branches_tells_who_did_not_take_it(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    asked = {"node": unit.places["unit"].node.uuid, "scheme": SCHEME, "month": JAN, "now": unit.clock}
    with unit.scope():
        assert step_below(step=Step.CLOSE, actor=unit.viewer("officer"), **asked) == Bulk(2)
        unit.settle(JAN)
        told = step_below(step=Step.CHECK, actor=unit.viewer("a-secretary"), **asked)
    assert told.done == 1
    assert [name for name, _why in told.refused] == ["第2党支部 2026年1月"]
    with unit.scope():
        assert step_below(step=Step.CHECK, actor=unit.viewer("officer"), **asked).done == 1
        assert step_below(step=Step.PUBLISH, actor=unit.viewer("officer"), manner="当面", **asked).done == 2
        card = book_of(unit.book("a", JAN).uuid)
    assert card.receiver == unit.users["a-discipline"].uuid


def test_a_settlement_as_a_job_runs_the_engine_elsewhere_and_tells_what_it_wrote(unit):
    unit.clock = at(2026, 2, 2)
    unit.open(JAN)
    place = unit.places["unit"].node.uuid
    with unit.scope(), refused("nothing_to_settle"):
        start_settlement(node=place, scheme=SCHEME, month=JAN, actor=unit.viewer("officer"), now=unit.clock)
    unit.close("a", JAN)
    with unit.scope():
        job = start_settlement(node=place, scheme=SCHEME, month=JAN, actor=unit.viewer("officer"), now=unit.clock)
    run_job(uuid=job.uuid, clock=lambda: unit.clock)
    with system_scope(reason="test"):
        done = job_of(starter=unit.users["officer"].uuid, uuid=job.uuid)
    assert done.state == "done", done.failure
    assert "1个支部，3份积分单" in done.result.words
    assert unit.book("a", JAN).state is BookState.SETTLED
    assert unit.book("b", JAN).state is BookState.RECORDING


def test_rules_bound_while_a_month_is_settled_are_not_passed_over(unit):
    """The result by the version before is not used for a book that goes by another one by now."""
    unit.clock = at(2026, 2, 3)
    unit.open(JAN)
    unit.close("a", JAN)
    book = unit.book("a", JAN)
    other = Binding._base_manager.create(
        node_id=unit.places["a"].node.key, version=unit.binding.version, scheme=SCHEME, since=JAN.index,
        offered_at=unit.clock, confirmed_at=unit.clock,
    )  # fmt: skip

    def meanwhile(inputs, facts, progress):
        Book._base_manager.filter(uuid=book.uuid).update(binding=other)
        return in_this_process(inputs, facts, progress)

    with unit.scope():
        done = settle_books(books=[book.uuid], actor=unit.viewer("officer"), now=unit.clock, compute=meanwhile)
    assert done.books == 0
    assert "另一版" in done.refused[0][1]
    assert unit.book("a", JAN).state is BookState.CLOSED
    unit.settle(JAN, "a")
    assert unit.book("a", JAN).state is BookState.SETTLED
