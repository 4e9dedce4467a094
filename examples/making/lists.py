"""The long lists and the meetings of the records workbook, and the one that holds one of each error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from making.books import Book, Cell, day_as_typed, number_as_typed
from making.happenings import MONTHS, Meeting, Record, meetings, on
from making.people import BRANCHES, NOT_CLOSED, Person
from making.sheets import FOOT, QUARTER, People, study_sheet, task_sheet


def write_records(path: Path, people: People, records: Sequence[Record]) -> None:
    """The whole quarter in one workbook of eleven sheets."""
    with Book(path, "青塬煤矿2026年第一季度记录(演示·虚构)") as book:
        meeting_sheet(book, people, records)
        volunteer_sheet(book, people, records)
        study_sheet(book, people, records)
        task_sheet(book, people, records)
        dues_sheet(book, people, records)
        for plain in _LISTS:
            _list_sheet(book, people, records, plain)
        closing_sheet(book)


def called(person: Person, people: People, branch: str = "") -> str:
    """How a list names a person: by name, with the code where the branch has two of that name."""
    same = [p for p in people.values() if p.name == person.name and branch in ("", p.branch)]
    return f"{person.name}({person.full_code})" if len(same) > 1 else person.name


# --- organisational life --------------------------------------------------------------------------


def meeting_sheet(book: Book, people: People, records: Sequence[Record]) -> None:
    """组织生活: one row per meeting; who was away, late or made up for it stands in one cell, reasons in brackets."""
    heads = ("会议编号", "会议日期", "党支部", "会议类型", "会议名称", "应到", "缺席", "迟到", "已补学", "备注")
    sheet = book.sheet("组织生活", (11, 13, 20, 12, 14, 6, 34, 24, 16, 14))
    book.title(sheet, f"青塬煤矿组织生活到会情况({QUARTER})", len(heads))
    book.heads(sheet, 1, heads)
    noted: dict[str, list[Record]] = {}
    for record in records:
        if record.item == "到会":
            noted.setdefault(record.event, []).append(record)
    row = 2
    for number, meeting in enumerate(meetings()):
        cells = _meeting_cells(meeting, people, noted.pop(meeting.event, []), number)
        book.line(sheet, row, cells)
        row += 1
    if noted:
        raise ValueError(f"no such meetings: {sorted(noted)}")
    sheet.write(row + 1, 0, FOOT, book.formats["foot"])


def _meeting_cells(meeting: Meeting, people: People, noted: Sequence[Record], number: int) -> list[Cell]:
    due = sum(p.branch == meeting.branch and p.scored_on(meeting.day) for p in people.values())
    lists: list[Cell] = []
    for place, how in enumerate(("缺席", "迟到", "已补学")):
        names = [_noted_name(r, people, meeting.branch) for r in noted if r.words[1] == how]
        mark = ("、", "，", " 、", "、")[(number + place) % 4]
        lists.append(mark.join(names) or None)
    name = {"主题党日": "主题党日", "党小组会": "月度党小组会"}.get(meeting.name, meeting.name)
    day = day_as_typed(meeting.day, number)
    return [meeting.event, day, meeting.branch_name, meeting.type, name, due, *lists, None if noted else "全勤"]


def _noted_name(record: Record, people: People, branch: str) -> str:
    name, reason = called(people[record.code], people, branch), record.words[2]
    return name if reason == "无" else f"{name}（{reason}）"


# --- lists ----------------------------------------------------------------------------------------


def volunteer_sheet(book: Book, people: People, records: Sequence[Record]) -> None:
    """志愿服务: one row per person and service, a subtotal after each activity."""
    heads = ("活动编号", "日期", "活动内容", "党支部", "姓名", "党员编号", "角色", "时长(小时)")
    sheet = book.sheet("志愿服务", (12, 14, 16, 20, 10, 11, 10, 11))
    book.title(sheet, f"党员志愿服务登记表({QUARTER})", len(heads))
    book.heads(sheet, 1, heads)
    row, ours = 2, [r for r in records if r.item == "志愿"]
    ours.sort(key=lambda r: (r.day, r.event))
    for number, record in enumerate(ours):
        person = people[record.code]
        hours = number_as_typed(record.quantity, number)
        cells = [record.event, day_as_typed(record.day, number // 9), record.reason, person.branch_name]
        book.line(sheet, row, [*cells, person.name, _code_if_needed(person, people), record.words[0], hours])
        row += 1
        if number + 1 == len(ours) or ours[number + 1].day != record.day:
            count = sum(r.day == record.day for r in ours)
            sheet.write(row, 0, f"小计 {record.reason} {count} 人次", book.formats["sum"])
            row += 1
    sheet.write(row + 1, 0, FOOT, book.formats["foot"])


def _code_if_needed(person: Person, people: People) -> str | None:
    return person.full_code if "(" in called(person, people, person.branch) else None


def dues_sheet(book: Book, people: People, records: Sequence[Record]) -> None:
    """党费: who paid late, after the branch checked; several names in one cell."""
    heads = ("核实日期", "党支部", "逾期人员", "备注")
    sheet = book.sheet("党费", (14, 20, 34, 20))
    book.title(sheet, f"党费逾期交纳核实情况({QUARTER})", len(heads))
    book.heads(sheet, 1, heads)
    cells: dict[tuple[object, str], list[Record]] = {}
    for record in (r for r in records if r.item == "党费"):
        cells.setdefault((record.day, people[record.code].branch), []).append(record)
    for number, ((_day, branch), found) in enumerate(sorted(cells.items(), key=lambda c: (c[1][0].day, c[0][1]))):
        names = "、".join(called(people[r.code], people, branch) for r in found)
        book.line(sheet, 2 + number, [day_as_typed(found[0].day, number), BRANCHES[branch][0], names, None])
    sheet.write(3 + len(cells), 0, FOOT, book.formats["foot"])


@dataclass(frozen=True)
class _List:
    """A list with one row per record: its item, the sheet's name and title, its own columns and their cells."""

    item: str
    name: str
    title: str
    heads: tuple[str, ...]
    cells: Callable[[Record], tuple[Cell, ...]]


_LISTS = (
    _List("违章", "违章", "岗位违章登记", ("级别", "违章情况"), lambda r: (r.words[0], r.reason)),
    _List(
        "攻坚",
        "急难险重任务",
        "急难险重任务评定(支委会评定,1至5分)",
        ("评定分", "评定理由"),
        lambda r: (r.quantity, r.reason),
    ),
    _List("金点子", "金点子", "金点子采纳登记", ("采纳层级", "建议内容"), lambda r: (r.words[0], r.reason)),
    _List(
        "表彰",
        "表彰",
        "获得表彰登记",
        ("表彰级别", "活动编号", "表彰名称"),
        lambda r: (r.words[0], r.event, r.reason),
    ),
    _List("帮带", "帮带", "结对帮带登记", ("时长(小时)",), lambda r: (number_as_typed(r.quantity, r.day.day),)),
)


def _list_sheet(book: Book, people: People, records: Sequence[Record], of: _List) -> None:
    heads = ("序号", "日期", "党支部", "姓名", "党员编号", *of.heads)
    sheet = book.sheet(of.name, (6, 14, 20, 10, 11, *[18] * len(of.heads)))
    book.title(sheet, f"{of.title}({QUARTER})", len(heads))
    book.heads(sheet, 1, heads)
    ours = [r for r in records if r.item == of.item]
    for n, record in enumerate(ours):
        person = people[record.code]
        about = [n + 1, day_as_typed(record.day, n), person.branch_name, person.name, _code_if_needed(person, people)]
        book.line(sheet, 2 + n, [*about, *of.cells(record)])
    sheet.write(3 + len(ours), 0, FOOT, book.formats["foot"])


def closing_sheet(book: Book) -> None:
    """关账: which branch has closed its recording of which month; one branch is still open in March."""
    heads = ("党支部", "月份", "关账日期", "经办")
    sheet = book.sheet("关账", (20, 12, 14, 10))
    book.title(sheet, f"各党支部月度记录关账情况({QUARTER})", len(heads))
    book.heads(sheet, 1, heads)
    row = 2
    for number, (branch, (name, _size)) in enumerate(BRANCHES.items()):
        for month in MONTHS:
            if (branch, month) in NOT_CLOSED:
                continue
            typed = ("2026-%02d", "2026年%d月", "2026.%d")[number % 3] % month
            closed = day_as_typed(on(month + 1, 2 + number % 4), number)
            book.line(sheet, row, [name, typed, closed, "支部书记"])
            row += 1
    sheet.write(row + 1, 0, "未列出的月份尚未关账,该月积分为暂算。", book.formats["foot"])
