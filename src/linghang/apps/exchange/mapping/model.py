"""What a mapping says. Rows and columns count from 0 here; the file writes them as people do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MONTH_END = "月末"  # the last day of the month on which the member is scored

ROSTER_ROLES = {
    "code": "编码",
    "name": "姓名",
    "organisation": "支部",
    "type": "类型",
    "class": "类别",
    "from": "转入",
    "to": "转出",
    "exempt_from": "免除起",
    "exempt_to": "免除止",
}
FACT_ROLES = {
    "code": "编码",
    "name": "姓名",
    "organisation": "支部",
    "day": "日期",
    "kind": "事项",
    "quantity": "数量",
    "points": "分值",  # awards of judged kinds only: points are never read as hours or times
    "event": "活动",
    "record": "记录号",
    "reverses": "冲正",
}
CLOSING_ROLES = {"organisation": "支部", "month": "月份"}


class Layout(StrEnum):
    """How a sheet lays out its records; the words are those of the file."""

    LONG = "明细"  # one row per record
    WIDE = "横表"  # one row per member, one column per item
    EVENT = "活动"  # one row per event, names in one cell


class Meaning(StrEnum):
    """What a cell of an item column says."""

    COUNT = "次数"  # so many separate records
    QUANTITY = "数量"  # one record with that quantity
    JUDGED = "分值"  # one record whose quantity is the award in points
    MARKS = "标记"  # √, 缺, 迟 …: attribute values


@dataclass(frozen=True)
class Table:
    """Which rows of which sheet name the columns."""

    sheet: str
    first: int
    last: int


@dataclass(frozen=True)
class RosterSheet:
    """A sheet of members; `organisation` when the whole sheet is one branch."""

    table: Table
    columns: Mapping[str, int]  # role of ROSTER_ROLES → column
    organisation: str = ""


@dataclass(frozen=True)
class NameColumn:
    """A column with one or many names per cell; what it says of everybody named in it (缺席人员 → 到会情况 缺席)."""

    column: int
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemColumn:
    """A column of a wide sheet: which records its cells are. `day` as people write it, or MONTH_END."""

    column: int
    title: str
    kind: str
    meaning: Meaning
    day: str = MONTH_END
    fixed: Mapping[str, str] = field(default_factory=dict)
    event: str = ""


@dataclass(frozen=True)
class FactsSheet:
    """A sheet of records. Words of kinds, attributes and values are the pack's titles or ids."""

    table: Table
    layout: Layout
    columns: Mapping[str, int] = field(default_factory=dict)  # role of FACT_ROLES → column
    attributes: Mapping[str, int] = field(default_factory=dict)  # attribute → column
    names: tuple[NameColumn, ...] = ()
    items: tuple[ItemColumn, ...] = ()
    kind: str = ""
    organisation: str = ""
    day: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)  # attribute → value, for every record
    defaults: Mapping[str, str] = field(default_factory=dict)  # attribute → value where the cell is blank
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # mark → attribute → value; {} = only counts
    skip: tuple[str, ...] = ()  # what cells of item columns may hold without meaning a record
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # attribute → word in the table → value
    conversions: Mapping[str, str] = field(default_factory=dict)  # 半天 → 4


@dataclass(frozen=True)
class ClosingsSheet:
    """A sheet that says which branch has closed its recording of which month."""

    table: Table
    columns: Mapping[str, int]


@dataclass(frozen=True)
class TableMapping:
    """A whole mapping file."""

    roster: tuple[RosterSheet, ...] = ()
    facts: tuple[FactsSheet, ...] = ()
    closings: ClosingsSheet | None = None
