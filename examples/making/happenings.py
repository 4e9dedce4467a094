"""The unit's records of January to March 2026: the hand-written ones and the plain regular ones, in one list.

The regular ones follow the simple rules below (remainders of a member's running number); nothing is drawn at random.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from making import written
from making.people import BRANCHES, Person

MONTHS = (1, 2, 3)
STUDY = {  # month: the four columns of the study sheet, (day, form)
    1: ((8, "集中培训"), (22, "集中培训"), (15, "讲座"), (31, "线上课程")),
    2: ((5, "集中培训"), (26, "集中培训"), (12, "讲座"), (28, "线上课程")),
    3: ((5, "集中培训"), (19, "集中培训"), (12, "讲座"), (31, "线上课程")),
}
TASKS = {  # month: the five columns of the task sheet, (day, task)
    1: ((10, "隐患排查"), (16, "班前宣讲"), (20, "台账更新"), (25, "安全宣誓"), (30, "节前检查")),
    2: ((6, "春节值守"), (11, "困难职工走访"), (15, "留守班组慰问"), (20, "复工检查"), (27, "警示教育")),
    3: ((6, "春检宣传"), (10, "设备包保"), (16, "区域清洁"), (24, "雨季三防准备"), (30, "季度小结")),
}
MARKS = {"√": "按期完成", "逾": "逾期完成", "未": "未完成"}
ACTIVITIES = {  # month: the branch's own activity, then two of the whole mine
    1: (("清理井口积雪", 10), ("图书角整理", 24), ("节前走访", 30)),
    2: (("慰问值班班组", 13), ("文明交通劝导", 21), ("社区清扫", 28)),
    3: (("学雷锋便民服务", 5), ("义务植树", 12), ("巷道卫生清理", 26)),
}
HOURS = (2, 1.5, 3, 2.5)


@dataclass(frozen=True)
class Record:
    """One record as it will stand in a sheet; `words` are the values of its attributes in the order of the sheet."""

    item: str
    code: str
    day: date
    quantity: float = 1
    words: tuple[str, ...] = ()
    event: str = ""
    reason: str = ""  # free text beside it: never counted


@dataclass(frozen=True)
class Meeting:
    """A meeting of one branch; the sheet lists who was away or late."""

    event: str
    branch: str
    day: date
    type: str
    name: str

    @property
    def branch_name(self) -> str:
        return BRANCHES[self.branch][0]


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def day_of(text: str) -> date:
    month, day = text.split(".")
    return on(int(month), int(day))


def all_records(people: Mapping[str, Person]) -> list[Record]:
    """Everything, sheet by sheet; refuses a record on a day on which nothing is demanded of the member."""
    records = [
        *_study_and_tasks(people),
        *_attendance(),
        *_dues(),
        *_volunteering(people),
        *_long(),
    ]
    for record in records:
        if not people[record.code].scored_on(record.day):
            raise ValueError(f"{record} contradicts the roster")
    return records


# --- study and tasks: wide sheets -----------------------------------------------------------------


def _alone() -> Mapping[tuple[str, int], tuple[list[float], str, list[str]]]:
    months = {}
    for line in written.ALONE.strip().splitlines():
        head, rest = line.split(":")
        code, month = head.split()
        hours, marks, services = (part.strip() for part in rest.split("·"))
        months[code, int(month)] = ([float(h) for h in hours.split()], marks.replace("-", ""), services.split())
    return months


ALONE = _alone()
_ALONE_CODES = {code for code, _month in ALONE}


def _study_and_tasks(people: Mapping[str, Person]) -> Iterator[Record]:
    for code, person in people.items():
        for month in MONTHS:
            hours, marks = _hours(person, month), _marks(person, month)
            for (day, form), quantity in zip(STUDY[month], hours, strict=True):
                if quantity and person.scored_on(on(month, day)):
                    yield Record("学习", code, on(month, day), quantity, (form,))
            for (day, task), mark in zip(TASKS[month], marks, strict=False):
                if mark in MARKS and person.scored_on(on(month, day)):
                    yield Record("任务", code, on(month, day), 1, (MARKS[mark],), reason=task)


def _hours(person: Person, month: int) -> list[float]:
    if (person.code, month) in ALONE:
        return ALONE[person.code, month][0]
    n, zeal = person.number, _zeal(person)
    return [
        2 if (n + month) % 9 > 1 - zeal else 0,
        1.5 if (2 * n + month) % 7 < 2 + 3 * zeal else 0,
        1 if n % 4 == month else 0,
        (0, 3, 0, 0, 4.5, 0, 6, 0)[(n + 3 * month) % 8] if zeal >= 0 else 0,
    ]


def _zeal(person: Person) -> int:
    """−1 for every fourth member or so, who does little; 1 for every tenth, who does much; 0 for the others."""
    return {0: 1, 3: -1, 7: -1}.get(person.number % 10, 0)


def _marks(person: Person, month: int) -> str:
    if (person.code, month) in ALONE:
        return ALONE[person.code, month][1]
    n, zeal = person.number, _zeal(person)
    first = "逾" if (n + 5 * month) % (19 + 8 * zeal) == 0 else "√"
    second = "未" if (n + 3 * month) % 29 == 7 else "√" if (n + month) % 3 == 1 and zeal >= 0 else " "
    third = "√" if n % 5 == month or zeal > 0 else " "
    fourth = "√" if n % 11 == month or (zeal > 0 and n % 3) else " "
    return first + second + third + fourth


# --- organisational life --------------------------------------------------------------------------


def meetings() -> list[Meeting]:
    """Every meeting of every branch, by day."""
    held = [m for number in BRANCHES for m in _regular_meetings(number)]
    for name, day, kind in written.RECTIFICATION:
        held.append(_meeting("04", day_of(day), kind, name))
    return sorted(held, key=lambda m: (m.day, m.branch))


def _regular_meetings(branch: str) -> Iterator[Meeting]:
    shift = int(branch) % 5
    for month, theme_day, group_day in ((1, 9, 14), (2, 6, 10), (3, 6, 17)):
        yield _meeting(branch, on(month, theme_day), "主题党日", "主题党日")
        if branch not in ("09", "12"):  # so small that they have no party groups
            yield _meeting(branch, on(month, group_day + shift), "党小组会", "党小组会")
    yield _meeting(branch, on(1, 28), "党课", "党课")
    yield _meeting(branch, on(3, 27), "党员大会", "党员大会")


def _meeting(branch: str, day: date, kind: str, name: str) -> Meeting:
    return Meeting(f"H{branch}-{day:%m%d}", branch, day, kind, name)


def _attendance() -> Iterator[Record]:
    held = {(m.branch, m.day.month, m.name): m for m in meetings()}
    for line in written.ABSENCES.strip().splitlines():
        head, names = line.split(":")
        branch, month, name = head.split()
        meeting = held[branch, int(month), name]
        for token in names.split():
            found = re.fullmatch(r"(\d{4})(迟到|补学)?(.*)", token)
            if not found:
                raise ValueError(token)
            how = {"迟到": "迟到", "补学": "已补学"}.get(found[2], "缺席")
            yield Record("到会", found[1], meeting.day, 1, (meeting.type, how, found[3] or "无"), meeting.event)


def _dues() -> Iterator[Record]:
    for token in written.DUES_LATE.split("·"):
        code, day = token.split()
        yield Record("党费", code, day_of(day))


# --- volunteering ---------------------------------------------------------------------------------


def _volunteering(people: Mapping[str, Person]) -> Iterator[Record]:
    for month in MONTHS:
        for place, (name, day) in enumerate(ACTIVITIES[month]):
            for person in people.values():
                if person.scored_on(on(month, day)):
                    yield from _services(person, month, place, name, on(month, day))


def _services(person: Person, month: int, place: int, name: str, day: date) -> Iterator[Record]:
    event = f"Z{person.branch if place == 0 else '00'}-{day:%m%d}"
    for role, hours in _roles(person, month, place):
        yield Record("志愿", person.code, day, hours, (role,), event, name)


def _roles(person: Person, month: int, place: int) -> Iterator[tuple[str, float]]:
    n, hours = person.number, HOURS[(person.number + month) % 4]
    if (person.code, month) in ALONE:
        services = ALONE[person.code, month][2]
        if place < len(services):
            yield {"参": "参加者", "组": "组织者"}[services[place][0]], float(services[place][1:])
    elif place == 0:
        organises, twice = person.code.endswith("03"), (person.code, month) in written.SAME_EVENT_TWICE
        away = (n + month) % (4 + _zeal(person)) == 0 or (_zeal(person) < 0 and month == n % 3)
        if twice or not (organises or away):
            yield "参加者", hours
        if organises or twice:
            yield "组织者", 3
    elif n % 6 == month + 3 * (place - 1) or n % 17 == month:
        yield "参加者", hours


# --- what is kept in plain lists ------------------------------------------------------------------


def _long() -> Iterator[Record]:
    for code, day, level, what in _lines(written.BREACHES, 3):
        yield Record("违章", code, day_of(day), 1, (level,), reason=what)
    for code, day, points, what in _lines(written.PIONEER, 3):
        yield Record("攻坚", code, day_of(day), float(points), reason=what)
    for code, day, level, what in _lines(written.IDEAS, 3):
        yield Record("金点子", code, day_of(day), 1, (level,), reason=what)
    for code, day, level, event, what in _lines(written.HONOURS, 4):
        yield Record("表彰", code, day_of(day), 1, (level,), event, what)
    for token in written.MENTORING.replace("\n", "|").strip("|").split("|"):
        code, day, hours = token.split()
        yield Record("帮带", code, day_of(day), float(hours))


def _lines(text: str, splits: int) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield line.split(maxsplit=splits)
