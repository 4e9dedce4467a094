"""Somebody in each unit who does well all year: four stars each quarter, so that the lists of a year's end have a name.

Study, tasks and service as far as one person manages beside his work; he missed no meeting. Everything is invented.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from linghang.demo.crowd import workers_of
from linghang.demo.life import TEN_THOUSANDTHS, Entry, Happening
from linghang.demo.months import Year
from linghang.demo.people import Person
from linghang.demo.points import has_a_story, hero_of
from linghang.demo.topics import VOLUNTEER
from linghang.engine.periods import Month, months_between

TASKS = ("支部台账整理归档", "新同志结对带教", "责任区问题整改", "应急物资清点", "季度检查资料准备", "班组安全学习领学")
THERE = {"presence": "present", "reason": "none"}


def exemplar_of(year: Year, people: Iterable[Person]) -> Person:
    """The member with an account, who sees his own stars; where the account tells another story, the one after him."""
    hero, branch = hero_of(year, people), workers_of(year.unit).code
    free = [one for one in people if one.branch == branch and one.member and not one.title]
    return free[free.index(hero) + 1] if has_a_story(year) else hero


def with_exemplar(year: Year, people: Sequence[Person], found: Iterable[Happening]) -> Iterator[Happening]:
    """The happenings with what one person did instead of what chance gave him, since the scheme holds."""
    person = exemplar_of(year, people)
    for one in found:
        kept = replace(one, entries=tuple(_own(one, person.code))) if one.day >= year.first.first else one
        if kept.entries or not one.entries:
            yield kept
    for month in months_between(year.first, Month.of(year.today)):
        yield from (one for one in _deeds(person, month) if one.day <= year.today)


def _own(one: Happening, code: str) -> Iterator[Entry]:
    """He came to every meeting; his study, tasks and services are told apart."""
    for entry in one.entries:
        if entry.subject != code:
            yield entry
        elif entry.kind == "life.attendance":
            yield replace(entry, attributes=entry.attributes | THERE)


def _deeds(person: Person, month: Month) -> Iterator[Happening]:
    """Four hours of training, two tasks in time, one service: 2.00 + 3.00 + 2.00 above the base of 80.00."""
    training = Entry("study.hours", person.code, 4 * TEN_THOUSANDTHS, {"form": "class"})
    service = Entry("service.volunteer", person.code, 2 * TEN_THOUSANDTHS, {"role": "participant"})
    task = Entry("duty.task", person.code, attributes={"completion": "in-time"})
    turn = month.index
    yield _happening(person, month, 8, "study", "集中培训", training)
    yield _happening(person, month, 13, "service", VOLUNTEER[turn % len(VOLUNTEER)], service)
    for day, title in ((6, TASKS[turn % len(TASKS)]), (17, TASKS[(turn + 1) % len(TASKS)])):
        yield _happening(person, month, day, "task", title, task)


def _happening(person: Person, month: Month, day: int, kind: str, title: str, entry: Entry) -> Happening:
    when = month.first + timedelta(days=day - 1)
    when -= timedelta(days=max(0, when.weekday() - 4))  # on a Friday instead of the weekend
    return Happening(kind, person.branch, when, when, title, (entry,))
