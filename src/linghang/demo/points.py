"""“我的分为什么少了”: three months of a member of 青塬, an objection that is upheld, and one that is not.

January 88.00 + February 91.50 + March 86.00 = 265.50, four stars; what was put right in April is booked there as a
correction of March. Everything is invented.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from linghang.apps.appraisal.data.objections import WHOLE, Correction
from linghang.apps.appraisal.operations.objections import raise_objection, uphold_objection
from linghang.apps.appraisal.queries.objections import objections_of
from linghang.apps.appraisal.queries.results import statement_of
from linghang.apps.ledger.data.pages import FactFilter
from linghang.apps.ledger.queries.pages_list import facts_page
from linghang.apps.loops.operations import move
from linghang.apps.org.queries.files import people_of_user
from linghang.demo.crowd import workers_of
from linghang.demo.life import TEN_THOUSANDTHS, Entry, Happening
from linghang.demo.months import SCHEMES, Year, without
from linghang.demo.people import Person
from linghang.demo.records import MORNING
from linghang.engine.periods import Month
from linghang.ui.web.viewer import Viewer

JANUARY, FEBRUARY, MARCH = (Month(2026, number) for number in (1, 2, 3))
MEETING_MISSED = date(2026, 3, 12)
TOLD_OF = ("QY",)


def has_a_story(year: Year) -> bool:
    return year.unit.code in TOLD_OF


def hero_of(year: Year, people: Iterable[Person]) -> Person:
    """The member with an account: he opens “我的积分”."""
    name = year.crowd.accounts[f"{year.unit.code.lower()}-member"].name
    branch = workers_of(year.unit).code
    return next(one for one in people if one.branch == branch and one.name == name)


def with_story(year: Year, people: Iterable[Person], found: Iterable[Happening]) -> Iterator[Happening]:
    """The hero's first quarter as the story has it, everybody else's as it was."""
    hero = hero_of(year, people)
    yield from without(found, hero.code, JANUARY.first, MARCH.last)
    yield from _quarter(hero)


def _quarter(hero: Person) -> Iterator[Happening]:
    for month, services, tasks in ((JANUARY, 1, 2), (FEBRUARY, 3, 3), (MARCH, 1, 3)):
        yield _happening(
            hero,
            month,
            9,
            "study",
            "月度集中学习",
            Entry("study.hours", hero.code, 6 * TEN_THOUSANDTHS, {"form": "class"}),
        )
        for number in range(services):
            entry = Entry("service.volunteer", hero.code, 2 * TEN_THOUSANDTHS, {"role": "participant"})
            yield _happening(hero, month, 4 + 7 * number, "service", VOLUNTEERED[number], entry)
        for number in range(tasks):
            entry = Entry("duty.task", hero.code, attributes={"completion": "in-time"})
            yield _happening(hero, month, 5 + 6 * number, "task", TASKS[number], entry)
    missed = {"meeting": "group-meeting", "presence": "absent", "reason": "none"}
    entry = Entry("life.attendance", hero.code, attributes=missed)
    yield Happening("meeting", hero.branch, MEETING_MISSED, MEETING_MISSED, "供电班党小组会", (entry,))


VOLUNTEERED = ("井口送水送餐", "单身公寓电路检修", "社区用电安全宣传")
TASKS = ("变电所春检", "主通风机切换试验", "防雷接地测试")


def _happening(hero: Person, month: Month, day: int, kind: str, title: str, entry: Entry) -> Happening:
    when = date(month.year, month.month, day)
    return Happening(kind, hero.branch, when, when, title, (entry,))


def afterwards(year: Year, people: Iterable[Person]) -> Mapping[Month, Callable[[Month], int]]:
    """Once March is final the hero objects and is right; once May is final somebody else objects and is not."""
    hero = hero_of(year, people)
    return {MARCH: lambda _month: _upheld(year, hero), Month(2026, 5): lambda month: _rejected(year, month)}


def _upheld(year: Year, hero: Person) -> int:
    person = year.crowd.people[hero.code]
    code = year.unit.code.lower()
    page = facts_page(FactFilter(kind="life.attendance", subject=person, since=MEETING_MISSED, until=MEETING_MISSED))
    made = raise_objection(
        statement=_statement(person, MARCH),
        line=str(page.rows[0].uuid),
        reason="3月12日那天井下变电所抢修，有公差单，班长可以证明。",
        actor=_as(year, f"{code}-member"),
        now=_morning(20),
    )
    case = next(one for one in objections_of(person, scheme=SCHEMES[0]) if one.uuid == made).case
    secretary, organiser = f"{code}-shuji{hero.branch.removeprefix(year.unit.code)}", f"{code}-zuzhi"
    checked = {"verifier": year.crowd.accounts[organiser].uuid}
    move(
        case=case,
        step="accept",
        actor=_as(year, secretary),
        now=_morning(21),
        note="请复核公差单。",
        people=_known(checked),
    )
    right = Correction(
        True,
        "life.attendance",
        MEETING_MISSED,
        TEN_THOUSANDTHS,
        {"meeting": "group-meeting", "presence": "absent", "reason": "duty"},
    )
    uphold_objection(
        objection=made, correction=right, note="查到当天抢修派工单，属于公差，不扣分。", actor=_as(year, organiser),
        now=_morning(22),
    )  # fmt: skip
    move(
        case=case,
        step="answer",
        actor=_as(year, organiser),
        now=_morning(22),
        note="已更正，4月积分单里补回3.50分。",
    )
    return 1


def _rejected(year: Year, month: Month) -> int:
    """The secretary of the same branch objects to his own month; the organiser takes it up, the officer decides."""
    code, branch = year.unit.code.lower(), workers_of(year.unit)
    secretary, organiser, officer = (
        f"{code}-shuji{branch.code.removeprefix(year.unit.code)}",
        f"{code}-zuzhi",
        f"{code}-officer",
    )
    person = _person_of(year, secretary)
    made = raise_objection(
        statement=_statement(person, month),
        line=WHOLE,
        reason="5月带队参加了矿上的劳动竞赛，应当加分。",
        actor=_as(year, secretary),
        now=_morning(18, 6),
    )
    case = next(one for one in objections_of(person, scheme=SCHEMES[0]) if one.uuid == made).case
    checked = {"verifier": year.crowd.accounts[officer].uuid}
    move(
        case=case,
        step="accept",
        actor=_as(year, organiser),
        now=_morning(19, 6),
        note="请按办法复核。",
        people=_known(checked),
    )
    reason = "劳动竞赛是行政组织的工作，办法没有这一项，不能加分。"
    move(case=case, step="reject", actor=_as(year, officer), now=_morning(22, 6), note=reason)
    move(case=case, step="reply", actor=_as(year, officer), now=_morning(22, 6), note="已当面说明。")
    return 0


def _person_of(year: Year, account: str) -> UUID:
    user = year.crowd.accounts[account].uuid
    assert user is not None
    return people_of_user(user)[0]


def _statement(person: UUID, month: Month) -> UUID:
    found = statement_of(person, SCHEMES[0], month)
    assert found is not None
    return found.uuid


def _as(year: Year, account: str) -> Viewer:
    """An account with the posts that it holds today: members' accounts are younger than the story."""
    return year.crowd.viewer(account, year.today)


def _morning(day: int, month: int = 4) -> datetime:
    return datetime.combine(date(2026, month, day), MORNING)


def _known(people: Mapping[str, UUID | None]) -> dict[str, UUID]:
    return {role: who for role, who in people.items() if who is not None}
