"""Numbers of cases: one after the other under each top and year, whoever writes at the same time, whatever fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from linghang.apps.loops import data
from linghang.apps.loops.data import on_transition
from linghang.apps.loops.models import Case
from linghang.apps.loops.operations import move, report_problem
from linghang.apps.loops.tests.test_cases import handed_over, report
from linghang.apps.loops.tests.world import NOW, at, make_unit
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

WRITERS, EACH = 6, 5


def numbers(top=None):
    with system_scope(reason="test"):
        rows = Case.objects.filter(top__label=top) if top else Case.objects.all()
        return sorted(rows.values_list("number", flat=True))


def test_every_top_and_every_year_counts_for_itself(unit):
    report(unit)
    report(unit, now=at(date(2027, 1, 4)))
    report(unit)
    with unit.acting("stranger") as actor:
        place = unit.places["other_top"].node.uuid
        report_problem(title="渠道淤积", body="", node=place, origin="meeting", actor=actor, now=NOW)
    assert numbers("北山矿业党委") == ["2026-001", "2026-002", "2027-001"]
    assert numbers("南河渠道党委") == ["2026-001"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_hole_and_no_double_even_when_some_fail(settings):
    unit = make_unit()

    def sometimes(moved):
        if "失败" in moved.title:
            raise DomainError("refused_on_purpose", "不行。")

    def write(writer: int) -> int:
        done = 0
        try:
            for number in range(EACH):
                failing = (writer + number) % 3 == 0
                try:
                    report(unit, "member", title=f"{writer}-{number}{'失败' if failing else ''}")
                    done += 1
                except DomainError:
                    assert failing
        finally:
            connection.close()
        return done

    on_transition("problem", "register")(sometimes)
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            written = sum(pool.map(write, range(WRITERS)))
    finally:
        data._registered.pop(("problem", "register"))
    assert 0 < written < WRITERS * EACH
    assert numbers() == [f"2026-{n:03d}" for n in range(1, written + 1)]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_the_same_step_at_once_take_it_once(settings):
    unit = make_unit()
    case = handed_over(unit)
    with unit.acting("secretary") as actor:
        move(case=case.uuid, step="request", note="已修", actor=actor, now=NOW)

    def verify(_number: int) -> bool:
        try:
            with unit.acting("officer") as actor:
                move(case=case.uuid, step="pass", actor=actor, now=NOW)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(verify, range(4))) == 1
