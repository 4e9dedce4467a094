"""The roster and the wide sheets, laid out the way units keep them: merged headers, member × day, marks, subtotals."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from making.books import Book, Cell, number_as_typed, roster_day
from making.happenings import MARKS, MONTHS, STUDY, TASKS, Record, on
from making.people import BRANCHES, Person

People = Mapping[str, Person]
QUARTER = "2026年第一季度"
FOOT = "填表人:李×    审核人:周×    填表日期:2026年4月2日"
_ROSTER = ("序号", "所在党支部", "党员编号", "姓名", "党员类型", "党员类别", "入党时间")


def write_roster(path: Path, people: People) -> None:
    """党员花名册: a title row, headers over two rows, branches merged over their members, days typed in many ways."""
    with Book(path, "青塬煤矿党员花名册(演示·虚构)") as book:
        sheet = book.sheet("党员花名册", (6, 20, 11, 10, 10, 10, 10, 13, 13, 13, 13, 14))
        book.title(sheet, "青塬煤矿党员花名册(演示·虚构,截至2026年3月31日)", 12)
        for column, text in (*enumerate(_ROSTER), (11, "备注")):
            sheet.merge_range(1, column, 2, column, text, book.formats["head"])
        sheet.merge_range(1, 7, 1, 8, "组织关系", book.formats["head"])
        sheet.merge_range(1, 9, 1, 10, "不作硬性要求期间", book.formats["head"])
        for column, text in ((7, "转入日期"), (8, "转出日期"), (9, "免除起"), (10, "免除止")):
            sheet.write(2, column, text, book.formats["head"])
        sheet.freeze_panes(3, 4)
        row = 3
        for members in _by_branch(people):
            book.group(sheet, row, row + len(members) - 1, 1, members[0].branch_name)
            for person in members:
                _roster_row(book, sheet, row, person)
                row += 1
        sheet.write(row, 0, f"合计 {len(people)} 人", book.formats["sum"])
        sheet.write(row + 2, 0, FOOT, book.formats["foot"])


def _by_branch(people: People) -> list[list[Person]]:
    return [list(group) for _branch, group in groupby(people.values(), key=lambda p: p.branch)]


def _roster_row(book: Book, sheet: Worksheet, row: int, person: Person) -> None:
    n = person.number
    first, last = person.exempt or (None, None)
    cells: list[Cell] = [
        person.full_code,
        f"{person.name[0]} {person.name[1:]}" if n % 37 == 5 else person.name,  # a space for looks
        person.type,
        None if person.member_class == "在岗" and n % 3 else person.member_class,
        _joined_the_party(person),
        roster_day(person.joined, n),
        roster_day(person.left, n + 1),
        roster_day(first, n),
        roster_day(last, n + 1),
        person.remark or None,
    ]
    book.cell(sheet, row, 0, n + 1)
    for column, cell in enumerate(cells, start=2):
        book.cell(sheet, row, column, cell)


def _joined_the_party(person: Person) -> str:
    n = person.number
    if person.type == "预备党员":
        return f"2025.{n % 7 + 5}"
    return f"{1962 + n % 20}.{n % 12 + 1}" if person.branch == "11" else f"{1986 + n * 7 % 38}.{n % 12 + 1}"


# --- wide sheets ----------------------------------------------------------------------------------


def study_sheet(book: Book, people: People, records: Sequence[Record]) -> None:
    """学习: one row per member, one column per day under the form of study, hours in the cells, sums per branch."""
    columns = [(month, day, form) for month in MONTHS for day, form in STUDY[month]]
    columns.sort(key=lambda c: ("集中培训", "讲座", "线上课程").index(c[2]))
    hours = {(r.code, r.day): r.quantity for r in records if r.item == "学习" and r.words != ("线上课程",)}
    online = {(r.code, r.day): r.quantity for r in records if r.item == "学习" and r.words == ("线上课程",)}

    def cell(person: Person, place: int) -> Cell:
        month, day, form = columns[place]
        quantity = (online if form == "线上课程" else hours).get((person.code, on(month, day)))
        return None if quantity is None else number_as_typed(quantity, person.number + place)

    sheet = book.sheet("学习", (11, 9, 20, *[7.5] * len(columns)))
    book.title(sheet, f"青塬煤矿党员学习登记表({QUARTER},单位:小时)", 3 + len(columns))
    _person_heads(book, sheet)
    for form in ("集中培训", "讲座", "线上课程"):
        places = [3 + k for k, c in enumerate(columns) if c[2] == form]
        sheet.merge_range(1, places[0], 1, places[-1], form, book.formats["head"])
    for place, (month, day, _form) in enumerate(columns):
        sheet.write(2, 3 + place, f"{month}月{day}日", book.formats["head"])
    row = _matrix(book, sheet, people, len(columns), cell, sums=True)
    sheet.write(row + 1, 0, FOOT, book.formats["foot"])


def task_sheet(book: Book, people: People, records: Sequence[Record]) -> None:
    """任务: one row per member, one column per task; √ done in time, 逾期, 未完成, blank = not given."""
    columns = [(month, day, task) for month in MONTHS for day, task in TASKS[month]]
    short = {word: {"√": "√", "逾": "逾期", "未": "未完成"}[mark] for mark, word in MARKS.items()}
    marks = {(r.code, r.day): short[r.words[0]] for r in records if r.item == "任务"}

    def cell(person: Person, place: int) -> Cell:
        month, day, _task = columns[place]
        return marks.get((person.code, on(month, day)))

    sheet = book.sheet("任务", (11, 9, 20, *[9] * len(columns)))
    book.title(sheet, f"党支部交办任务完成情况({QUARTER})", 3 + len(columns))
    _person_heads(book, sheet)
    for month in MONTHS:
        sheet.merge_range(1, 3 + 5 * (month - 1), 1, 2 + 5 * month, f"{month}月", book.formats["head"])
    for place, (month, day, task) in enumerate(columns):
        sheet.write(2, 3 + place, f"{task}({month}月{day}日)", book.formats["head"])
    row = _matrix(book, sheet, people, len(columns), cell, sums=False)
    sheet.write(row + 1, 0, "说明:√按期完成;逾期=逾期完成;未完成;空白=未安排。", book.formats["foot"])
    sheet.write(row + 2, 0, FOOT, book.formats["foot"])


def _person_heads(book: Book, sheet: Worksheet) -> None:
    for column, text in enumerate(("党员编号", "姓名", "党支部")):
        sheet.merge_range(1, column, 2, column, text, book.formats["head"])
    sheet.freeze_panes(3, 3)
    sheet.repeat_rows(1, 2)


def _matrix(
    book: Book,
    sheet: Worksheet,
    people: People,
    width: int,
    cell: Callable[[Person, int], Cell],
    *,
    sums: bool,
) -> int:
    row = 3
    for members in _by_branch(people):
        asked = [p for p in members if not p.never_scored]
        book.group(sheet, row, row + len(asked) - 1, 2, BRANCHES[asked[0].branch][0])
        for person in asked:
            book.cell(sheet, row, 0, person.full_code)
            book.cell(sheet, row, 1, person.name)
            for place in range(width):
                book.cell(sheet, row, 3 + place, cell(person, place))
            row += 1
        if sums:
            sheet.write(row, 0, "小计", book.formats["sum"])
            sheet.write(row, 1, f"{len(asked)}人", book.formats["sum"])
            row += 1
    return row
