"""One row of a roster, read and judged: where, since when, as what; every refusal of the operations comes as a problem
with its cell before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linghang.apps.exchange.kinds import Row
from linghang.apps.exchange.words import masked, near
from linghang.apps.org.data import KINDS, MembershipKind
from linghang.apps.org.imports.known_people import KnownPerson
from linghang.apps.org.imports.tree import Known, Tree
from linghang.apps.org.imports.words import born_year_of, standing_of
from linghang.apps.org.policies import may_belong
from linghang.ui.web.errors import DomainError
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.sealed import lookup_hash

MEMBER_BRANCHES = frozenset(kind for kind, info in KINDS.items() if info.members)
UNITS = frozenset(kind for kind in KINDS if may_belong(MembershipKind.WORK.value, kind))
TEAMS = frozenset(kind for kind in KINDS if may_belong(MembershipKind.GROUP.value, kind))
NAME_MOST, CODE_MOST = 60, 40


@dataclass(frozen=True)
class Places:
    """What the rows may name, and what the day allows."""

    tree: Tree
    classes: tuple[str, ...]
    on: date
    first: date  # since when somebody belongs who is new and has no date in the table
    told: set[tuple[str, date]] = field(default_factory=set)  # sheets of which it was said, and the day


@dataclass
class Entry:
    """What one row says. None means that the table says nothing about it."""

    row: Row
    name: str
    code: str
    branch: Known | None = None
    unit: Known | None = None
    group: Known | None = None
    since: date | None = None
    standing: str | None = None
    standing_from: date | None = None
    person_class: str | None = None
    born_year: int | None = None
    aliases: tuple[str, ...] = ()
    phone: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    known: KnownPerson | None = None

    @property
    def id_lookup(self) -> str:
        return lookup_hash("id_number", self.id_number) if self.id_number else ""

    @property
    def home(self) -> Known | None:
        return self.branch or self.unit

    @property
    def label(self) -> str:
        inside = "，".join(part for part in (self.home.name if self.home else "", self.code) if part)
        return f"{self.name}（{inside}）" if inside else self.name


def read_entry(row: Row, places: Places) -> Entry | None:
    """What a row says; None, with problems, when it says nothing that can be kept."""
    name = _name(row)
    entry = Entry(row, name, row.code("code"))
    _read_places(entry, places)
    _read_days(entry, places)
    _read_words(entry, places)
    entry.phone = _number(row, "phone", normal_phone)
    entry.id_number = _number(row, "id_number", lambda text: normal_id_number(text, on=places.on))
    if len(entry.code) > CODE_MOST:
        row.wrong("code", "too-long", f"工号超过 {CODE_MOST} 个字", "核对这一格")
    return entry if row.good else None


def _name(row: Row) -> str:
    said = row.text("name")
    name = said if any(c.isascii() and c.isalpha() for c in said) else "".join(said.split())
    if not name:
        row.wrong("name", "no-name", "这一行没有姓名", "补上姓名，或删去这一行")
    elif masked(name):
        row.wrong("name", "masked-name", f"姓名“{name}”有遮挡", "写出全名")
    elif len(name) > NAME_MOST or "、" in name:
        row.wrong("name", "many-names", f"“{name[:20]}”不像一个人的姓名", "花名册一行写一个人")
    return name


def _read_places(entry: Entry, places: Places) -> None:
    row, tree = entry.row, places.tree
    entry.branch = _place(row, "organisation", tree, MEMBER_BRANCHES)
    entry.unit = _place(row, "unit", tree, UNITS)
    entry.group = _place(row, "group", tree, TEAMS)
    if entry.branch is not None and entry.branch.kind not in MEMBER_BRANCHES:
        if entry.branch.kind in UNITS and entry.unit is None:
            entry.unit, entry.branch = entry.branch, None
        else:
            label = KINDS[entry.branch.kind].label
            row.wrong(
                "organisation", "no-members-there", f"“{entry.branch.name}”是{label}，组织关系不在那里", "写到支部"
            )
    for column, place, kinds, words in (
        ("unit", entry.unit, UNITS, "行政编制"), ("group", entry.group, TEAMS, "党小组"),
    ):  # fmt: skip
        if place is not None and place.kind not in kinds:
            row.wrong(column, "wrong-place", f"“{place.name}”是{KINDS[place.kind].label}，不是{words}", "核对这一列")
    if row.good and entry.home is None:
        row.wrong("organisation", "no-branch", "没有写在哪个支部（或单位）", "写上支部；非党员写单位或部门")


def _place(row: Row, column: str, tree: Tree, kinds: frozenset[str]) -> Known | None:
    said = row.text(column)
    return tree.meant(said, row, column, kinds) if said else None


def _read_days(entry: Entry, places: Places) -> None:
    row, home = entry.row, entry.home
    entry.since, entry.standing_from = row.day("since"), row.day("standing_from")
    for column, day in (("since", entry.since), ("standing_from", entry.standing_from)):
        if day is not None and day > places.on:
            row.wrong(column, "day-to-come", f"{day} 晚于今天", "核对年份；还没有到的，到那一天再登记")
    if entry.since and home and home.founded_on and entry.since < home.founded_on:
        words = f"转入日期 {entry.since} 早于“{home.name}”成立的 {home.founded_on}，按成立之日算起"
        row.odd("since", "before-founding", words, "支部改建过的，可以在组织页面改成立日期")
        entry.since = home.founded_on


def _read_words(entry: Entry, places: Places) -> None:
    row = entry.row
    said, word, born = row.text("standing"), row.text("person_class"), row.text("born")
    if said:
        entry.standing = standing_of(said)
        if not entry.standing:
            row.wrong(
                "standing", "unknown-standing", f"不认识政治面貌“{said}”", "写成正式党员、预备党员、共青团员、群众等"
            )
    elif entry.branch is not None and not row.has("standing"):
        entry.standing = None
    if word:
        entry.person_class = word if word in places.classes else None
        if entry.person_class is None:
            similar = near(word, places.classes) or list(places.classes)[:8]
            row.wrong(
                "person_class", "unknown-class", f"类别“{word}”不在本单位的类别里", f"可以写：{'、'.join(similar)}"
            )
    if born:
        entry.born_year = born_year_of(born)
        if entry.born_year is None:
            row.wrong("born", "bad-year", f"“{born}”看不出出生年份", "写成 1985-03 或 1985年3月；没有就留空")
    aliases = row.text("aliases").replace("，", "、").replace(",", "、")
    entry.aliases = tuple(part.strip() for part in aliases.split("、") if part.strip())


def _number(row: Row, column: str, normal: Callable[[str], str]) -> str:
    text = row.text(column)
    if not text:
        return ""
    if column == "id_number" and isinstance(row.value(column), (int, float)):
        row.wrong(
            column,
            "number-lost",
            "身份证号被表格当作数字，末几位已经丢了",
            "把这一列改成文本格式，重新填写；也可以留空",
        )
        return ""
    try:
        return normal(text)
    except DomainError as refused:
        row.wrong(column, refused.code.replace("_", "-"), str(refused.message), "核对；不方便核对的可以清空这一格")
        return ""


def begins(entry: Entry, places: Places) -> date:
    """Since when a new person belongs: as written, else the usual first day, never before the place was there."""
    if entry.since is not None:
        return entry.since
    founded = entry.home.founded_on if entry.home else None
    day = max(places.first, founded or places.first)
    if (entry.row.sheet, day) not in places.told:  # once: a table without the column would say it of everybody
        places.told.add((entry.row.sheet, day))
        words = f"这一行和以下没有写转入日期的，都按 {day} 起算"
        entry.row.odd("since", "no-since", words, "知道日期的，加一列“转入日期”再导入")
    return min(day, places.on)


def branch_of(uuid: str, tree: Tree) -> str:
    """The name of an organisation by its uuid as text."""
    found = tree.known.get(uuid)
    return found.name if found else ""


def uuid_of(place: Known | None) -> UUID | None:
    return place.uuid if place else None
