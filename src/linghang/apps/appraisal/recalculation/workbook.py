"""The workbook: lines as values, everything above them as formulas; points are decimals, kept to the hundredth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from linghang.apps.appraisal.explaining.lines import priced_line
from linghang.apps.appraisal.queries.recalculation import BranchMonth, MemberYear
from linghang.apps.appraisal.recalculation.cells import (
    CATEGORIES,
    ITEMS,
    JOINTS,
    LATE,
    LIMITS,
    LINES,
    SPANS,
    STARS,
    TOTALS,
    Bounded,
    ref,
    steps,
)
from linghang.engine.packs.mechanism_model import Counts
from linghang.engine.periods import Month, Span, months_between, span_end, span_start
from linghang.engine.points import POINT
from linghang.engine.rules.plan import Bounds, PlanGrade
from linghang.engine.settle.results import Line
from linghang.engine.settle.spans import thresholds

DIRECT = "（直接计入）"  # full marks, and what effects undo in a category
HEAD = ("序号", "姓名", "月", "归入")
STEPS = ("月限后", "季累计", "季限后", "季内本月", "年累计", "年限后", "计入")


def recalculation(found: BranchMonth, *, fact_address: str, now: datetime) -> bytes:
    """The workbook of a branch's month; `fact_address` is put before the uuid of a record."""
    import xlsxwriter  # heavy: only where a workbook is written

    made = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        _Writer(book, found, fact_address).write()
    return made.getvalue()


@dataclass
class _Writer:
    """Writes the sheets from the lines up; rows count from 1 as people see them."""

    book: Any
    found: BranchMonth
    fact_address: str
    bounds: dict[str, Bounded] = field(default_factory=dict)
    totals: dict[tuple[int, Month], int] = field(default_factory=dict)

    def write(self) -> None:
        names = ("说明", STARS, TOTALS, CATEGORIES, JOINTS, ITEMS, LINES, LATE, LIMITS)
        self.sheets = {name: self.book.add_worksheet(name) for name in names}
        self.bold, self.points = self.book.add_format({"bold": True}), self.book.add_format({"num_format": "0.00"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.about()
        self.limits()
        self.lines()
        self.items()
        self.joints()
        self.categories()
        self.sums()
        self.late()
        self.stars()

    @property
    def months(self) -> Sequence[Month]:
        return self.found.plan.months

    def head(self, name: str, titles: Sequence[str]) -> Any:
        sheet = self.sheets[name]
        sheet.write_row(0, 0, titles, self.bold)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(titles), 11)
        return sheet

    def formula(self, sheet: Any, row: int, column: int, text: str) -> None:
        """One formula, in the row that people count from 1; without a value LibreOffice computes it on opening."""
        sheet.write_formula(row - 1, column, f"={text}", self.points, "")

    def about(self) -> None:
        plan = self.found.plan
        said = [
            f"{self.found.place} · {self.found.month.words} · {plan.scheme.title['zh']}（{plan.pack.label}）",
            "“明细”是核算时的每一条，其余各表都是公式：改一条得分或一个上限，总分随之改变。",
            "明细 → 项目（月、季、年上限逐级）→ 合并计算的几项 → 类别 → 总分 → 季度合计 → 星级。",
            "本月以前各月在“总分”里按同样的记录重算，只为季度、年度上限；季度合计用已定稿的数，加补计、更正。",
            "“系统”列是系统里的数，“差”应为零。",
            "本系统为非涉密系统，严禁存储、处理、传输涉密信息",
        ]
        for number, words in enumerate(said):
            self.sheets["说明"].write_string(number, 0, words, self.bold if not number else None)
        self.sheets["说明"].set_column(0, 0, 100)

    # --- limits ---

    def limits(self) -> None:
        """One row for each node and span that is limited; two columns for each month: floor and cap."""
        sheet = self.head(
            LIMITS, ["节点", "名称", "期间", *(f"{m.month}月{side}" for m in self.months for side in ("下限", "上限"))]
        )
        row = 2
        for node, title, bounds in self._nodes():
            cells: dict[tuple[Span, Month], tuple[str, str]] = {}
            for span in SPANS:
                if bounds.limited(span):
                    sheet.write_row(row - 1, 0, [node, title, {"month": "月", "quarter": "季", "year": "年"}[span]])
                    cells |= self._limit_row(sheet, row, bounds, span)
                    row += 1
            self.bounds[node] = Bounded(cells)

    def _limit_row(
        self, sheet: Any, row: int, bounds: Bounds, span: Span
    ) -> Mapping[tuple[Span, Month], tuple[str, str]]:
        found = {}
        for number, month in enumerate(self.months):
            sides = []
            for side, value in enumerate(bounds.at(number, span)):
                column = 3 + 2 * number + side
                if value is not None:
                    sheet.write_number(row - 1, column, value / POINT, self.points)
                sides.append("" if value is None else ref(LIMITS, _column(column), row))
            found[span, month] = (sides[0], sides[1])
        return found

    def _nodes(self) -> Iterator[tuple[str, str, Bounds]]:
        plan = self.found.plan
        yield from ((f"item:{i.id}", i.title, i.bounds) for i in plan.items)
        yield from ((f"joint:{j.id}", j.title, j.bounds) for j in plan.joints)
        yield from ((f"category:{c.id}", c.title, c.bounds) for c in plan.categories)
        yield ("total", "总分", plan.total)

    # --- lines ---

    def lines(self) -> None:
        titles = [
            *HEAD[:3],
            "日期",
            "事项",
            "项目",
            "类别",
            "得分",
            "不计（重复等）",
            "进入合计",
            "依据条款",
            "记录编号",
            "系统计入",
        ]
        sheet, row = self.head(LINES, titles), 2
        for number, member in enumerate(self.found.members, start=1):
            for line in member.lines:
                self._line(sheet, row, number, member, line)
                row += 1
        self.last_line = max(row - 1, 2)

    def _line(self, sheet: Any, row: int, number: int, member: MemberYear, line: Line) -> None:
        shown = priced_line(self.found.plan, line)
        lost = sum(cut.points for cut in line.cuts if "." not in cut.reason)
        item = line.item if line.item and not line.effect else DIRECT
        sheet.write_row(row - 1, 0, [number, member.name, line.month.month])
        sheet.write_datetime(row - 1, 3, line.day, self.day)
        sheet.write_string(row - 1, 4, shown.title)
        sheet.write_row(row - 1, 5, [item, line.category or "total"])
        sheet.write_row(row - 1, 7, [line.priced / POINT, lost / POINT], self.points)
        self.formula(sheet, row, 9, f"ROUND(H{row}-I{row},2)")
        sheet.write_string(row - 1, 10, shown.clause)
        if shown.fact:
            sheet.write_url(row - 1, 11, f"{self.fact_address}{shown.fact}/", string=str(shown.fact))
        sheet.write_number(row - 1, 12, line.counted / POINT, self.points)

    def _sum_lines(self, number: str, month: str, item: str, category: str = "") -> str:
        of = {c: f"'{LINES}'!${c}$2:${c}${self.last_line}" for c in "ACFGJ"}
        more = f",{of['G']},{category}" if category else ""
        return f"SUMIFS({of['J']},{of['A']},{number},{of['C']},{month},{of['F']},{item}{more})"

    # --- nodes ---

    def items(self) -> None:
        sheet, row = self.head(ITEMS, [*HEAD, "项目", "名称", "进入", "有记录", *STEPS]), 2
        for number, member in enumerate(self.found.members, start=1):
            used = {line.item for line in member.lines if line.item and not line.effect}
            for item in (i for i in self.found.plan.items if i.id in used):
                joint = "" if item.joint is None else f"joint:{self.found.plan.joints[item.joint].id}"
                into = joint or self.found.plan.categories[item.category].id
                for month in self.months:
                    self._head(sheet, row, number, member, month, into)
                    sheet.write_row(row - 1, 4, [item.id, item.title])
                    self.formula(sheet, row, 6, f"ROUND({self._sum_lines(f'$A{row}', f'$C{row}', f'$E{row}')},2)")
                    self.formula(
                        sheet,
                        row,
                        7,
                        self._sum_lines(f"$A{row}", f"$C{row}", f"$E{row}")
                        .replace("SUMIFS", "COUNTIFS")
                        .replace(f"'{LINES}'!$J$2:$J${self.last_line},", "", 1),
                    )
                    self._steps(sheet, row, f"item:{item.id}", month)
                    row += 1
        self.last_item = max(row - 1, 2)

    def _head(self, sheet: Any, row: int, number: int, member: MemberYear, month: Month, into: str) -> None:
        sheet.write_row(row - 1, 0, [number, member.name, month.month, into])

    def _steps(self, sheet: Any, row: int, node: str, month: Month) -> None:
        """Columns I to O, from G (entering) and H (holds)."""
        for place, text in enumerate(steps(self.bounds[node], month, row, f"G{row}", f"H{row}", first="I")):
            self.formula(sheet, row, 8 + place, text)

    def _sum_nodes(self, sheet: str, last: int, row: int, into: str) -> str:
        of = {c: f"'{sheet}'!${c}$2:${c}${last}" for c in "ACDO"}
        return f"SUMIFS({of['O']},{of['A']},$A{row},{of['C']},$C{row},{of['D']},{into})"

    def joints(self) -> None:
        sheet, row = self.head(JOINTS, [*HEAD, "合并", "名称", "进入", "有记录", *STEPS]), 2
        for number, member in enumerate(self.found.members, start=1):
            for joint in self.found.plan.joints:
                for month in self.months:
                    self._head(sheet, row, number, member, month, self.found.plan.categories[joint.category].id)
                    sheet.write_row(row - 1, 4, [f"joint:{joint.id}", joint.title])
                    self.formula(sheet, row, 6, f"ROUND({self._sum_nodes(ITEMS, self.last_item, row, f'$E{row}')},2)")
                    sheet.write_number(row - 1, 7, int(month in member.scored))
                    self._steps(sheet, row, f"joint:{joint.id}", month)
                    row += 1
        self.last_joint = max(row - 1, 2)

    def categories(self) -> None:
        sheet, row = self.head(CATEGORIES, [*HEAD, "类别", "名称", "进入", "在评", *STEPS]), 2
        for number, member in enumerate(self.found.members, start=1):
            for category in self.found.plan.categories:
                for month in self.months:
                    self._head(sheet, row, number, member, month, str(category.counts))
                    sheet.write_row(row - 1, 4, [category.id, category.title])
                    self.formula(sheet, row, 6, f"ROUND({self._into_category(row)},2)")
                    sheet.write_number(row - 1, 7, int(month in member.scored))
                    self._steps(sheet, row, f"category:{category.id}", month)
                    row += 1
        self.last_category = max(row - 1, 2)

    def _into_category(self, row: int) -> str:
        direct = self._sum_lines(f"$A{row}", f"$C{row}", f'"{DIRECT}"', f"$E{row}")
        items = self._sum_nodes(ITEMS, self.last_item, row, f"$E{row}")
        return f"{direct}+{items}+{self._sum_nodes(JOINTS, self.last_joint, row, f'$E{row}')}"

    def sums(self) -> None:
        sheet, row = self.head(TOTALS, [*HEAD, "编号", "限外", "进入", "在评", *STEPS, "总分", "系统", "差"]), 2
        for number, member in enumerate(self.found.members, start=1):
            for month in self.months:
                self._head(sheet, row, number, member, month, "total")
                sheet.write_string(row - 1, 4, member.code)
                outside = self._sum_nodes(CATEGORIES, self.last_category, row, f'"{Counts.OUTSIDE}"')
                inside = self._sum_nodes(CATEGORIES, self.last_category, row, f'"{Counts.INSIDE}"')
                direct = self._sum_lines(f"$A{row}", f"$C{row}", f'"{DIRECT}"', '"total"')
                self.formula(sheet, row, 5, f"ROUND({outside},2)")
                self.formula(sheet, row, 6, f"ROUND({inside}+{direct},2)")
                sheet.write_number(row - 1, 7, int(month in member.scored))
                self._steps(sheet, row, "total", month)
                self.formula(sheet, row, 15, f'IF(H{row}=0,"免评",ROUND(O{row}+F{row},2))')
                self._said(sheet, row, member, month)
                self.totals[number, month] = row
                row += 1

    def _said(self, sheet: Any, row: int, member: MemberYear, month: Month) -> None:
        total = member.totals.get(month)
        if total is not None:
            sheet.write_number(row - 1, 16, total / POINT, self.points)
            if month == self.found.month:
                self.formula(sheet, row, 17, f"ROUND(P{row}-Q{row},2)")

    def late(self) -> None:
        sheet, row = self.head(LATE, ["序号", "姓名", "项目", "记入月", "分"]), 2
        for number, member in enumerate(self.found.members, start=1):
            for line in member.late:
                sheet.write_row(row - 1, 0, [number, member.name, line.words, line.booked.month])
                sheet.write_number(row - 1, 4, line.counted / POINT, self.points)
                row += 1
        self.last_late = max(row - 1, 2)

    # --- quarter and star ---

    def stars(self) -> None:
        quarter = months_between(span_start(self.found.month, Span.QUARTER), self.found.month)
        grades = [g for g in self.found.plan.grades if g.span is Span.QUARTER and g.is_plain]
        first = 2 * len(grades) + 3
        titles = ["序号", "姓名", "编号", *(f"{m.month}月" for m in quarter), "补计、更正", "合计"]
        titles += [w for g in grades for w in (g.title, f"{g.title}（系统）")]
        sheet = self.sheets[STARS]
        lows = self._thresholds(sheet, grades)
        sheet.write_row(first - 2, 0, titles, self.bold)
        sheet.set_column(0, len(titles), 12)
        self.star_row, self.star_months = first, len(quarter)
        for number, member in enumerate(self.found.members, start=1):
            self._star(sheet, first + number - 1, number, member, quarter, grades, lows)

    def _thresholds(self, sheet: Any, grades: Sequence[PlanGrade]) -> dict[str, list[tuple[str, str]]]:
        """Above the table: from which sum on each band is given; (cell of the sum, title), the lowest band without."""
        found: dict[str, list[tuple[str, str]]] = {}
        for place, grade in enumerate(grades):
            titles = {band.id: band.title for band in grade.bands}
            sheet.write_string(2 * place, 0, grade.title, self.bold)
            bands = thresholds(self.found.plan, grade, span_end(self.found.month, grade.span))
            found[grade.id] = []
            for column, (band, low) in enumerate(bands, start=1):
                sheet.write_string(2 * place, column, titles[band])
                if low is not None:
                    sheet.write_number(2 * place + 1, column, low / POINT, self.points)
                cell = f"${_column(column)}${2 * place + 2}" if low is not None else ""
                found[grade.id].append((cell, titles[band]))
        return found

    def _star(
        self,
        sheet: Any,
        row: int,
        number: int,
        member: MemberYear,
        quarter: Sequence[Month],
        grades: Sequence[PlanGrade],
        lows: Mapping[str, list[tuple[str, str]]],
    ) -> None:
        sheet.write_row(row - 1, 0, [number, member.name, member.code])
        for place, month in enumerate(quarter, start=3):
            total = member.totals.get(month)
            if month == self.found.month:
                self.formula(sheet, row, place, ref(TOTALS, "P", self.totals[number, month]))
            elif total is not None:
                sheet.write_number(row - 1, place, total / POINT, self.points)
        last = 3 + len(quarter)
        booked = {c: f"'{LATE}'!${c}$2:${c}${self.last_late}" for c in "AE"}
        self.formula(sheet, row, last, f"ROUND(SUMIFS({booked['E']},{booked['A']},$A{row}),2)")
        cells = f"D{row}:{_column(last)}{row}"
        self.formula(sheet, row, last + 1, f"ROUND(SUM({cells}),2)")
        total_cell, months = f"{_column(last + 1)}{row}", f"COUNT(D{row}:{_column(last - 1)}{row})"
        for place, grade in enumerate(grades):
            column = last + 2 + 2 * place
            self.formula(
                sheet, row, column, f'IF({months}<{grade.needs_months},"不评",{_banded(total_cell, lows[grade.id])})'
            )
            given = member.bands.get(grade.id)
            titles = {band.id: band.title for band in grade.bands}
            if given:
                sheet.write_string(row - 1, column + 1, titles.get(given[1], "不评"))


def _banded(total: str, bands: Sequence[tuple[str, str]]) -> str:
    """Nested IFs from the highest band down."""
    (cell, title), rest = bands[0], bands[1:]
    if not cell or not rest:
        return f'"{title}"'
    return f'IF({total}>={cell},"{title}",{_banded(total, rest)})'


def _column(number: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
