"""The 302 invented members of 青塬煤矿(演示·虚构): branches, names by a fixed rule, and what is special about a few.

Codes are QY + number of the branch + number within it; the lists of this folder write them without QY.
"""

from dataclasses import dataclass
from datetime import date

BRANCHES = {
    "01": ("综采一队党支部", 61),
    "02": ("综采二队党支部", 44),
    "03": ("掘进一队党支部", 38),
    "04": ("掘进二队党支部", 31),
    "05": ("机电队党支部", 33),
    "06": ("运输队党支部", 26),
    "07": ("通风队党支部", 21),
    "08": ("地测科党支部", 8),
    "09": ("调度指挥中心党支部", 6),
    "10": ("机关党支部", 17),
    "11": ("离退休党支部", 14),
    "12": ("救护小队党支部", 3),
}
NOT_CLOSED = {("06", 3)}  # 运输队 has not closed its recording of March

_SURNAMES = "赵孙李周吴郑王冯陈杨朱秦许何吕张孔曹严金魏陶姜谢苏潘葛范刘黄林郭马罗梁宋唐董于袁"  # 40
_GIVEN = "山川田禾松柏柳梅竹兰峰岩石泉波涛海洋云雷雨霞星辰阳春秋冬晨光亮清平安宁顺远达航舟帆桥野"  # 43
_NAMED = {
    "0507": "王×",  # the story
    "0112": "李×明", "0609": "李×明",  # the same name in two branches
    "0223": "张×华", "1010": "张×华",
    "0318": "刘×军", "0331": "刘×军",  # the same name in one branch: only the code tells them apart
}  # fmt: skip

JOINED = {"0130": "2026-01-16", "0144": "2026-02-01", "0207": "2026-03-20", "0419": "2026-02-10", "1006": "2026-03-02"}
LEFT = {"0411": "2026-02-14", "0620": "2026-01-31", "0133": "2026-03-30", "0229": "2025-12-28", "0716": "2026-03-05"}
EXEMPT = {
    "0302": ("2026-02-01", "2026-02-28", "产假"),
    "0514": ("2026-01-20", "2026-02-10", "工伤休养"),
    "0805": ("2026-03-10", "", "援外"),
    "0151": ("2025-11-01", "2026-03-31", "脱产学习"),
}
OLD_AND_FRAIL = ("1101", "1102", "1104", "1107", "1109", "1113")
SERIOUSLY_ILL = ("0238", "0417")
RETIRED = ("1103", "1105", "1106", "1108", "1110", "1111", "1112", "1114")
PROBATIONARY = ("0109", "0148", "0216", "0305", "0322", "0413", "0526", "0603", "0711", "1015")


@dataclass(frozen=True)
class Person:
    """One row of the roster; `joined`, `left` and the exempt days are inclusive, None = open."""

    code: str
    name: str
    branch: str  # number of the branch
    number: int  # running number over the whole unit, from 0
    type: str
    member_class: str
    joined: date | None = None
    left: date | None = None
    exempt: tuple[date | None, date | None] | None = None
    remark: str = ""

    @property
    def full_code(self) -> str:
        return f"QY{self.code}"

    @property
    def branch_name(self) -> str:
        return BRANCHES[self.branch][0]

    @property
    def never_scored(self) -> bool:
        return self.member_class in ("年老体弱", "重病")

    def scored_on(self, day: date) -> bool:
        """Whether anything is demanded of this person on the day; used to keep the records free of contradictions."""
        if self.never_scored or (self.joined and day < self.joined) or (self.left and day > self.left):
            return False
        if self.exempt is None:
            return True
        first, last = self.exempt
        return bool((first and day < first) or (last and day > last))


def everybody() -> dict[str, Person]:
    """All members by short code, in the order of the roster."""
    people: dict[str, Person] = {}
    for branch, (_name, size) in BRANCHES.items():
        for place in range(1, size + 1):
            code = f"{branch}{place:02d}"
            people[code] = _person(code, branch, len(people))
    return people


def _person(code: str, branch: str, number: int) -> Person:
    first, last, remark = EXEMPT.get(code, ("", "", ""))
    return Person(
        code=code,
        name=_NAMED.get(code) or f"{_SURNAMES[number % 40]}×{_GIVEN[number % 43]}",
        branch=branch,
        number=number,
        type="预备党员" if code in PROBATIONARY else "正式党员",
        member_class=_class(code),
        joined=_day(JOINED.get(code, "")),
        left=_day(LEFT.get(code, "")),
        exempt=(_day(first), _day(last)) if first else None,
        remark=remark or ("组织关系转入" if code in JOINED else "组织关系转出" if code in LEFT else ""),
    )


def _class(code: str) -> str:
    if code in OLD_AND_FRAIL:
        return "年老体弱"
    if code in SERIOUSLY_ILL:
        return "重病"
    return "离退休" if code in RETIRED else "在岗"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
