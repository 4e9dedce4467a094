"""Who belongs to a demo unit: made from the unit and a seed, so that the same seed gives the same people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from linghang.demo.content import Branch, Unit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "岩钢勇军磊涛强明超刚平辉鹏杰峰亮斌宁坤凯旭晨阳静丽敏洁雪梅霞艳娟芳玲燕红英华萍琴云兰慧莹欣怡佳颖媛"
BOARD = ("secretary", "organiser", "discipline", "publicity", "youth")
SMALL_BOARD = ("secretary", "deputy_secretary")


@dataclass(frozen=True)
class Person:
    """One invented person: `name` has × in its middle, as every name of the demo.

    `branch` is where he belongs or is looked after, `team` the code of the work place, `group` the number of his party
    group (0 = none), `title` his post in the branch ("" = none).
    """

    code: str
    name: str
    branch: str
    place: str
    standing: str
    since: date
    born_year: int
    group: int = 0
    title: str = ""
    person_class: str = "在职"

    @property
    def member(self) -> bool:
        return self.standing in ("full_member", "probationary")


def people_of(unit: Unit, *, seed: int, start: date) -> list[Person]:
    """Everybody of a unit on the day the demo starts, branch by branch."""
    random = Random(f"{seed}/{unit.code}")  # noqa: S311  the same seed gives the same people: no secret
    return [person for branch in unit.branches for person in _people(branch, random, start)]


def _people(branch: Branch, random: Random, start: date) -> Iterator[Person]:
    standings = ["full_member"] * branch.full + ["probationary"] * branch.probationary
    standings += [_outside(random) for _ in range(branch.staff)]
    titles = dict(enumerate(BOARD if branch.full >= 7 else SMALL_BOARD))
    old = branch.category == "离退休"
    for number, standing in enumerate(standings):
        member = standing in ("full_member", "probationary")
        yield Person(
            code=f"{branch.code}{number + 1:03}",
            name=_name(random),
            branch=branch.code,
            place=_place(branch, number),
            standing=standing,
            since=date(start.year - random.randint(1, 14), random.randint(1, 12), random.randint(1, 28)),
            born_year=random.randint(1944, 1964) if old else random.randint(1968, 2001),
            group=number % branch.groups + 1 if member and branch.groups else 0,
            title=titles.get(number, ""),
            person_class="离退休" if old else "在职",
        )


def _outside(random: Random) -> str:
    return random.choices(("masses", "league", "applicant", "activist", "target", "democratic"), (62, 16, 8, 7, 4, 3))[
        0
    ]


def _place(branch: Branch, number: int) -> str:
    """Spread over the teams, so that every team has at least one member."""
    if branch.work is None:
        return ""
    return branch.work.team_code(number % len(branch.work.teams) + 1) if branch.work.teams else branch.work.code


def _name(random: Random) -> str:
    return f"{random.choice(SURNAMES)}×{random.choice(GIVEN)}"
