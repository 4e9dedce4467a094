"""expected.xlsx: every result of the example as a formula of the workbook itself; Python writes no result into it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from making.arithmetic import (
    CHAINED,
    COVERED,
    MONTH_COLUMNS,
    NUMBERS,
    ONCE,
    PRICES,
    WORDS,
    counted_once,
    in_blocks,
)
from making.books import Book, Cell
from making.happenings import MONTHS, Record, on
from making.people import BRANCHES, NOT_CLOSED, Person
from making.shared import FillingSheet

_FIRST_MONTH_ROW = 3  # rows are counted from 1 here: two rows of headers
_LETTERS = {title: xl_col_to_name(5 + k) for k, (_group, title, _text) in enumerate(MONTH_COLUMNS)}
_STAR = 'IF(H2=0,"",IF(H2<3,"不评",IF(G2>=五星线,"五星",IF(G2>=四星线,"四星",IF(G2>=三星线,"三星","未评星级")))))'
_COMPARED = (  # title here, heading in 汇总, what this workbook computed
    ("3月", "本月合计", "合计!F2"),
    ("季度", "累计", "合计!G2"),
    ("星级", "等次", 'IF(合计!I2="不评","",合计!I2)'),
)
_NOTES = (
    "本工作簿给出示例单位“青塬煤矿(演示·虚构)”2026年第一季度每名党员的应得结果。",
    "全部结果由公式计算:打开后自动重算;如显示为空,按 Ctrl+Shift+F9。程序没有往里写任何得分。",
    "合计:每人一行,三个月总分、季度合计、星级。 月度:每人每月一行,按类别列出各事项、基础分和得分。",
    "记录:规范化的全部记录,“单独得分”是按办法表格的得分,“计入”是去重、减免以后的得分。",
    "参数:办法里的每个数;改一个数,全部结果随之变动。 覆盖:每条界线低于、等于、高于的各有多少。",
    "对照:把 statements.xlsx 的“汇总”表整张粘贴到“粘贴”表 A1,就能看到每人是否一致。",
    "暂算:支部当月尚未关账,缺志愿服务的暂不扣分。 免评:当月没有计分日。 不评:计分不足三个月。",
)


def write_expected(path: Path, people: Mapping[str, Person], records: Sequence[Record]) -> None:
    with Book(path, "青塬煤矿2026年第一季度应得结果(演示·虚构,全部由公式计算)") as book:
        _Expected(book, list(people.values())).write(records)


class _Expected:
    def __init__(self, book: Book, people: Sequence[Person]) -> None:
        self.book, self.people = book, people

    def write(self, records: Sequence[Record]) -> None:
        self._notes()
        self._totals()
        self._months()
        self._records(records)
        self._members()
        self._closings()
        self._parameters()
        self._coverage()
        self._comparison()

    def _sheet(self, name: str, heads: Sequence[str], width: float = 10) -> FillingSheet:
        sheet = self.book.sheet(name, [12] + [width] * (len(heads) - 1))
        self.book.heads(sheet, 0, heads)
        return sheet

    def _formula(self, sheet: Worksheet, row: int, column: int, text: str, look: str = "points") -> None:
        sheet.write_formula(row, column, f"={text}", self.book.formats[look], "")

    def _fill(self, sheet: FillingSheet, first: int, count: int, column: int, text: str, look: str = "points") -> None:
        """The formula of row `first` (counted from 1), filled down over `count` rows."""
        sheet.fill(first - 1, first + count - 2, column, text, self.book.formats[look])

    def _name(self, name: str, sheet: str, area: str) -> None:
        self.book.workbook.define_name(name, f"='{sheet}'!{area}")

    def _notes(self) -> None:
        sheet = self.book.sheet("说明", (110,))
        for row, text in enumerate(_NOTES):
            sheet.write(row, 0, text, self.book.formats["note"])

    # --- results --------------------------------------------------------------------------------------

    def _totals(self) -> None:
        """合计: one row per member, three months, the quarter and its star; then what the quarter's caps look at."""
        states = ("1月状态", "2月状态", "3月状态")
        sums = ("金点子", "表彰", "帮带", "特色")
        heads = ("党员编号", "姓名", "党支部", "1月", "2月", "3月", "季度合计", "计分月数", "星级", *states)
        sheet = self._sheet("合计", (*heads, *(f"{s}限前" for s in sums)))
        sheet.set_column(2, 2, 20)
        count = len(self.people)
        for row, person in enumerate(self.people, start=1):
            self.book.line(sheet, row, [person.full_code, person.name, person.branch_name])
        at = "MATCH($A2,月_编号,0)"
        columns = [(f"INDEX(月_总分,{at}+{k})", "points") for k in range(3)]
        columns += [('IF(H2=0,"",ROUND(SUM(D2:F2),2))', "points"), ("COUNT(D2:F2)", "word"), (_STAR, "word")]
        columns += [(f"INDEX(月_状态,{at}+{k})", "word") for k in range(3)]
        columns += [(f"SUMIFS(月_{t},月_编号,$A2)", "points") for t in ("金点子Σ", "表彰Σ", "帮带月内", "特色月内")]
        for column, (text, look) in enumerate(columns, start=3):
            self._fill(sheet, 2, count, column, text, look)
        for letter, name in (("G", "季度"), ("H", "计分月数"), *zip("MNOP", sums, strict=True)):
            self._name(f"季_{name}", "合计", f"${letter}$2:${letter}${count + 1}")
        sheet.autofilter(0, 0, count, 15)
        sheet.freeze_panes(1, 3)

    def _months(self) -> None:
        """月度: one row per member and month; under each category its items (Σ), what of them counts, base, points."""
        sheet = self.book.sheet("月度", [12, 5, 8, 8, 8] + [9] * len(MONTH_COLUMNS))
        self.book.heads(sheet, 1, ("党员编号", "月", "状态", "计分天数", "折算", *_LETTERS))
        sheet.set_row(1, 30)
        groups = [group for group, _title, _text in MONTH_COLUMNS]
        for group in dict.fromkeys(groups):
            first = 5 + groups.index(group)
            sheet.merge_range(0, first, 0, first + groups.count(group) - 1, group, self.book.formats["head"])
        first, count = _FIRST_MONTH_ROW, 3 * len(self.people)
        for row, (person, month) in enumerate(((p, m) for p in self.people for m in MONTHS), start=first - 1):
            self.book.line(sheet, row, [person.full_code, month])
        closed = 'COUNTIFS(关账支部,INDEX(人_支部,MATCH(A{r},人_编号,0)),关账月,B{r})>0,"可定稿","暂算"'
        columns = [(f'IF(D{{r}}=0,"免评",IF({closed}))', "word")]
        columns += [("INDEX(人_天数,MATCH(A{r},人_编号,0),B{r})", "cell"), ("D{r}/INDEX(天数,B{r})", "share")]
        columns += [(text, "points") for _group, _title, text in MONTH_COLUMNS]
        for column, (text, look) in enumerate(columns, start=2):
            self._fill(sheet, first, count, column, _in_row(text, first), look)
        named = {area for _limit, area in COVERED if area in _LETTERS} | {t for t, _limit in CHAINED} | {"总分"}
        for title, letter in (
            ("编号", "A"),
            ("月", "B"),
            ("状态", "C"),
            ("天数", "D"),
            *((t, _LETTERS[t]) for t in sorted(named)),
        ):
            self._name(f"月_{title}", "月度", f"${letter}${first}:${letter}${first + count - 1}")
        sheet.freeze_panes(2, 3)

    # --- what it is computed from ---------------------------------------------------------------------

    def _records(self, records: Sequence[Record]) -> None:
        """记录: one row per record, in the order in which they count; J its own worth, K what counts of it."""
        heads = ("党员编号", "月", "日期", "项目", "数量", "词1", "词2", "词3", "活动", "单独得分", "计入")
        sheet = self._sheet("记录", heads)
        row = 1
        for item, block in in_blocks(records):
            first, last = row + 1, row + len(block)
            for record in block:
                self._record_cells(sheet, row, item, record)
                row += 1
            price = PRICES[item].format(r=first)
            if item in ONCE:
                self._fill(sheet, first, len(block), 9, price)
                price = counted_once(item, first, last)
            self._fill(sheet, first, len(block), 10, price)
        for letter, name in (("A", "编号"), ("B", "月"), ("D", "项目"), ("K", "计入")):
            self._name(name, "记录", f"${letter}$2:${letter}${row}")
        sheet.autofilter(0, 0, row - 1, len(heads) - 1)

    def _record_cells(self, sheet: Worksheet, row: int, item: str, record: Record) -> None:
        words: list[Cell] = [*record.words, *[None] * (3 - len(record.words)), record.event or None]
        cells: list[Cell] = [f"QY{record.code}", record.day.month, record.day, item, record.quantity, *words]
        for column, cell in enumerate(cells):
            if cell is not None:
                self.book.cell(sheet, row, column, cell)

    def _members(self) -> None:
        """人员: the roster, and how many days of each month count."""
        days = ("1月天数", "2月天数", "3月天数")
        heads = ("党员编号", "姓名", "党支部", "党员类别", "转入", "转出", "免除起", "免除止", *days)
        sheet = self._sheet("人员", heads, 12)
        sheet.set_column(2, 2, 20)
        for place, person in enumerate(self.people):
            exempt = person.exempt or (None, None)
            about = [person.full_code, person.name, person.branch_name, person.member_class]
            self.book.line(sheet, place + 1, [*about, person.joined, person.left, *exempt])
        count = len(self.people)
        for k in MONTHS:
            self._fill(sheet, 2, count, 7 + k, _scored_days(2, k), "cell")
        for letters, name in (("AA", "编号"), ("CC", "支部"), ("IK", "天数")):
            self._name(f"人_{name}", "人员", f"${letters[0]}$2:${letters[1]}${count + 1}")

    def _closings(self) -> None:
        sheet = self._sheet("关账", ("党支部", "月"), 12)
        sheet.set_column(0, 0, 20)
        closed = [(n, m) for b, (n, _size) in BRANCHES.items() for m in MONTHS if (b, m) not in NOT_CLOSED]
        for row, cells in enumerate(closed, start=1):
            self.book.line(sheet, row, cells)
        self._name("关账支部", "关账", f"$A$2:$A${len(closed) + 1}")
        self._name("关账月", "关账", f"$B$2:$B${len(closed) + 1}")

    def _parameters(self) -> None:
        """参数: every number of the scheme, named; change one and everything follows."""
        sheet = self._sheet("参数", ("名称", "数值", "说明", "条款"), 12)
        sheet.set_column(0, 0, 16)
        sheet.set_column(2, 2, 30)
        for row, (name, value, what, clause) in enumerate(NUMBERS, start=1):
            self.book.line(sheet, row, [name, None, what, clause])
            self.book.cell(sheet, row, 1, value, "points")
            self._name(name, "参数", f"$B${row + 1}")
        self._calendar(sheet)
        for column, text in enumerate(("事项", "词", "得分", "条款"), start=5):
            sheet.write(9, column, text, self.book.formats["head"])
        for row, cells in enumerate(WORDS, start=10):
            for column, cell in enumerate(cells, start=5):
                self.book.cell(sheet, row, column, cell, "points" if column == 7 else "cell")
        for item in dict.fromkeys(w[0] for w in WORDS):
            rows = [11 + k for k, w in enumerate(WORDS) if w[0] == item]
            self._name(f"{item}表", "参数", f"$G${rows[0]}:$H${rows[-1]}")

    def _calendar(self, sheet: Worksheet) -> None:
        for column, text in enumerate(("月", "月初", "月末", "天数"), start=5):
            sheet.write(0, column, text, self.book.formats["head"])
        for k, last in zip(MONTHS, (31, 28, 31), strict=True):
            for column, cell in enumerate((k, on(k, 1), on(k, last)), start=5):
                self.book.cell(sheet, k, column, cell)
            self._formula(sheet, k, 8, f"H{k + 1}-G{k + 1}+1", "cell")
        for letter, name in (("G", "月初"), ("H", "月末"), ("I", "天数")):
            self._name(name, "参数", f"${letter}$2:${letter}$4")
        sheet.write(5, 5, "免评类别", self.book.formats["head"])
        for row, word in enumerate(("年老体弱", "重病"), start=6):
            self.book.cell(sheet, row, 5, word)
        self._name("免评类别", "参数", "$F$7:$F$8")

    def _coverage(self) -> None:
        """覆盖: how many stand below, at and above each limit, so that nothing is only claimed."""
        sheet = self._sheet("覆盖", ("界线", "看的是", "数值", "低于", "等于", "高于"), 10)
        sheet.set_column(0, 1, 18)
        for row, (limit, area) in enumerate(COVERED, start=1):
            self.book.line(sheet, row, [limit, area])
            self._formula(sheet, row, 2, limit)
            monthly = area in _LETTERS
            column, only = (f"月_{area}", '月_天数,">0"') if monthly else (f"季_{area}", "季_计分月数,3")
            for place, sign in enumerate(("<", "=", ">"), start=3):
                self._formula(sheet, row, place, f'COUNTIFS({column},"{sign}"&{limit},{only})', "cell")

    def _comparison(self) -> None:
        """对照: whoever pastes the sheet 汇总 of a statements.xlsx into 粘贴 sees line by line whether it agrees."""
        count = len(self.people)
        sheet = self._sheet(
            "对照", ("党员编号", *(f"{k}{t}" for t, _h, _m in _COMPARED for k in ("应得", "算得")), "结论")
        )
        for column, (text, look) in enumerate(_compare_columns()):
            self._fill(sheet, 2, count, column, text, look)
        for row, word in enumerate(("一致", "不一致", "没有粘贴")):
            sheet.write(row, 9, word, self.book.formats["head"])
            self._formula(sheet, row, 10, f'COUNTIF($H$2:$H${count + 1},"{word}")', "word")
        paste = self.book.sheet("粘贴", (20, *[10] * 14))
        paste.write(
            0, 0, "把 statements.xlsx 的“汇总”表全部选中、复制,粘贴到本表 A1,再看“对照”。", self.book.formats["foot"]
        )


def _compare_columns() -> list[tuple[str, str]]:
    columns = [("合计!A2", "word")]
    for _title, heading, mine in _COMPARED:
        place = f'MATCH($A2,粘贴!$B$1:$B$400,0),MATCH("{heading}",粘贴!$A$3:$Z$3,0)'
        columns += [(f'{mine}&""', "word"), (f'IFERROR(INDEX(粘贴!$A$1:$Z$400,{place})&"","?")', "word")]
    same = "AND(B2=C2,D2=E2,F2=G2)"
    return [*columns, (f'IF(C2="?","没有粘贴",IF({same},"一致","不一致"))', "word")]


def _in_row(text: str, row: int) -> str:
    """[title] → the cell of that column in the row."""
    return re.sub(r"\[(.+?)\]", lambda found: f"{_LETTERS[found[1]]}{row}", text).replace("{r}", str(row))


def _scored_days(r: int, month: int) -> str:
    """Days of membership within the month less the exempt ones among them; 0 for whoever is exempt altogether."""
    first, last = f"INDEX(月初,{month})", f"INDEX(月末,{month})"
    left = f'IF(F{r}="",{last},F{r})'
    there = f"MAX(0,MIN({left},{last})-MAX(E{r},{first})+1)"
    until = f'MIN(IF(H{r}="",{last},H{r}),{left},{last})'
    away = f'IF(G{r}="",0,MAX(0,{until}-MAX(G{r},E{r},{first})+1))'
    return f"IF(COUNTIF(免评类别,D{r})>0,0,{there}-{away})"
