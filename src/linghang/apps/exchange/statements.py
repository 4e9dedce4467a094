"""statements.xlsx: a settlement as a workbook that a branch can check, post and file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from linghang.apps.exchange.sheets import Cell, Column, Kind, Stamp, Table, write_workbook
from linghang.engine.periods import Month, Span, span_start, span_words
from linghang.engine.points import format_points
from linghang.engine.problems import Problem
from linghang.engine.roster import Member
from linghang.engine.rules.plan import PlanCategory
from linghang.engine.settle.explaining.explain import clause, cut_words, line_words
from linghang.engine.settle.results import STATE_WORDS, GradeState, Line, Settlement, State

_WHO = (Column("支部"), Column("编码"), Column("姓名"))
_GRADE_WORDS = {GradeState.GRADED: "已定", GradeState.EXPECTED: "预计", GradeState.NOT_GRADED: "不评"}
_DOCUMENT = {"name": "依据文件", "number": "文号", "issued": "印发日期", "reviewed_by": "审议会议"}
_NOTES = {"too_late": "超过补录期限、没有计入的记录"}
_NO_TOTAL = "这一张表由程序核算，供支部核对；公示、审定后才是最终结果。"


def write_statements(
    target: Path | BinaryIO,
    settlement: Settlement,
    *,
    problems: Sequence[Problem] = (),
    sources: Sequence[Mapping[str, str]] = (),
    now: datetime,
) -> None:
    """Write the workbook: 汇总, a sheet per category, 明细 (when lines were asked for), 补计, 问题, 说明.

    Points are real numbers with two decimals. `sources` are the input files with `file` and `sha256`.
    """
    view = _View(settlement)
    plan = settlement.plan
    tables = [_summary(view), *(_category(view, c) for c in plan.categories)]
    if settlement.lines is not None:
        tables.append(_lines(view, settlement.lines))
    tables += [_adjustments(view), _problems(problems), _about(view, sources, problems, now)]
    stamp = Stamp(f"{plan.scheme.title['zh']} · {plan.pack.label}", settlement.period.words, now)
    write_workbook(target, tables, stamp)


class _View:
    """The period's rows of a settlement, by member."""

    def __init__(self, settlement: Settlement) -> None:
        self.settlement, self.plan, self.period = settlement, settlement.plan, settlement.period
        month = self.period.index
        self.months = {r["subject"]: r for r in settlement.rows("months", month=month)}
        self.categories = {(r["subject"], r["category"]): r for r in settlement.rows("categories", month=month)}
        self.items = {(r["subject"], r["item"]): r for r in settlement.rows("items", month=month)}
        self.grades = {(r["subject"], r["grade"]): r for r in settlement.rows("grades", month=month)}
        self.adjustments = settlement.rows("adjustments", booked=month)
        self.unknown: dict[int, list[str]] = {}
        titles = {i.id: i.title for i in self.plan.items}
        for row in settlement.rows("unknown", month=month):
            self.unknown.setdefault(row["subject"], []).append(titles.get(row["item"], row["item"]))

    @property
    def scored(self) -> Iterator[tuple[int, Member]]:
        """Everybody of the roster with the position that tables use."""
        return iter(enumerate(self.settlement.roster))

    def state(self, subject: int) -> State:
        row = self.months.get(subject)
        return State(row["state"]) if row else State.EXEMPT


def _who(member: Member) -> tuple[Cell, ...]:
    return (member.organisation, member.code, member.name)


def _summary(view: _View) -> Table:
    plan = view.plan
    booked: dict[int, int] = {}
    for row in view.adjustments:
        booked[row["subject"]] = booked.get(row["subject"], 0) + row["counted"]
    columns = [
        *_WHO,
        *(Column(c.title, Kind.POINTS, "本月各类得分") for c in plan.categories),
        Column("本月合计", Kind.POINTS),
        Column("状态"),
        Column("补计", Kind.POINTS),
    ]
    for grade in plan.grades:
        words = span_words(view.period, grade.span)
        columns += [Column("累计", Kind.POINTS, f"{grade.title}（{words}）"), *_grade_columns(grade.title, words)]
    columns.append(Column("尚不能确定的项目"))
    rows = [_summary_row(view, subject, member, booked.get(subject)) for subject, member in view.scored]
    title = f"{plan.scheme.title['zh']} {view.period.words}积分汇总"
    return Table("汇总", columns, rows, title, _warnings(view))


def _grade_columns(title: str, words: str) -> list[Column]:
    return [Column("等次", Kind.TEXT, f"{title}（{words}）"), Column("等次状态", Kind.TEXT, f"{title}（{words}）")]


def _summary_row(view: _View, subject: int, member: Member, booked: int | None) -> list[Cell]:
    month = view.months.get(subject)
    row: list[Cell] = [*_who(member)]
    for category in view.plan.categories:
        found = view.categories.get((subject, category.id))
        row.append(found["counted"] if found else None)
    row += [month["counted"] if month else None, STATE_WORDS[view.state(subject)], booked]
    for grade in view.plan.grades:
        row += _grade_cells(view, grade.id, {b.id: b.title for b in grade.bands}, subject)
    return [*row, "、".join(view.unknown.get(subject, []))]


def _grade_cells(view: _View, grade: str, bands: Mapping[str, str], subject: int) -> list[Cell]:
    found = view.grades.get((subject, grade))
    if found is None:
        return [None, None, None]
    return [found["total"], bands.get(found["band"] or "", ""), _GRADE_WORDS[GradeState(found["state"])]]


def _warnings(view: _View) -> list[str]:
    said = []
    if view.plan.pack.identity.invented:
        said.append("注意：方案包的内容是虚构示例，不是任何单位的正式办法。")
    provisional = sum(view.state(subject) is State.PROVISIONAL for subject, _ in view.scored)
    if provisional:
        said.append(f"暂算 {provisional} 人：所在支部本月还没有关账，缺席、缺项的扣分尚不能确定。")
    return [*said, _NO_TOTAL]


def _category(view: _View, category: PlanCategory) -> Table:
    """One row per member: the full mark, each item counted and cut, the category's own cut and total."""
    items = [i for i in view.plan.items if i.category == category.number]
    columns = [*_WHO, Column("基础分", Kind.POINTS)]
    for item in items:
        columns += [Column("计入", Kind.POINTS, item.title), Column("未计入", Kind.POINTS, item.title)]
    columns += [Column("超出本类上下限", Kind.POINTS), Column("本类合计", Kind.POINTS)]
    rows = []
    for subject, member in view.scored:
        total = view.categories.get((subject, category.id))
        cells = [c for item in items for c in _counted_and_cut(view.items.get((subject, item.id)))]
        own = [total["base"], *cells, _cut(total), total["counted"]] if total else [None, *cells, None, None]
        rows.append([*_who(member), *own])
    notes = ["未计入 = 按条款计价、因上限或下限没有计入的分；逐条原因见“明细”（核算时要求明细才有）。"]
    return Table(category.title, columns, rows, f"{category.title} {view.period.words}", notes)


def _cut(row: Mapping[str, Any]) -> int | None:
    """What limits took away (or gave back, when a deduction stops); None where nothing was cut."""
    priced, counted = row["priced"], row["counted"]
    return (priced - counted) or None if priced is not None and counted is not None else None


def _counted_and_cut(row: Mapping[str, Any] | None) -> list[Cell]:
    return [row["counted"], _cut(row)] if row else [None, None]


def _lines(view: _View, lines: Iterable[Line]) -> Table:
    columns = [
        *_WHO, Column("日期", Kind.DATE), Column("事项"), Column("依据条款"), Column("得分", Kind.POINTS),
        Column("计入", Kind.POINTS), Column("未计入原因"), Column("记录在"),
    ]  # fmt: skip
    rows = (_line(view, line) for line in lines)
    return Table("明细", columns, rows, f"逐条明细 {view.period.words}", ["每人“计入”之和 = 本月合计。"])


def _line(view: _View, line: Line) -> list[Cell]:
    member = view.settlement.roster[line.subject]
    why = "；".join(f"{cut_words(c)}，{format_points(c.points)} 未计" if c.points else cut_words(c) for c in line.cuts)
    where = str(line.fact.source) if line.fact else ""
    words = line_words(view.plan, line)
    return [*_who(member), line.day, words, clause(view.plan, line), line.priced, line.counted, why, where]


def _adjustments(view: _View) -> Table:
    columns = [*_WHO, Column("补计哪个月"), Column("记入哪个月"), Column("补计分", Kind.POINTS)]
    rows = []
    for row in view.adjustments:
        month = Month.from_index(row["month"])
        rows.append([*_who(view.settlement.member(row["subject"])), month.words, view.period.words, row["counted"]])
    notes = ["补计 = 按原月份的办法重算的结果 − 已定稿的结果；已定稿的月份和星级不变。"]
    return Table("补计", columns, rows, "补录、更正的补计", notes if rows else ["本月没有补计。"])


def _problems(problems: Sequence[Problem]) -> Table:
    columns = [Column("级别"), Column("在哪里"), Column("问题"), Column("怎么办"), Column("代码")]
    words = {"error": "没有算进去", "warning": "提醒"}
    ordered = sorted(problems, key=lambda p: p.severity)
    rows = [[words.get(p.severity, p.severity), str(p.place), p.message, p.hint, p.code] for p in ordered]
    return Table("问题", columns, rows, "读取时发现的问题", [] if rows else ["没有发现问题。"])


def _about(view: _View, sources: Sequence[Mapping[str, str]], problems: Sequence[Problem], now: datetime) -> Table:
    plan, identity = view.plan, view.plan.pack.identity
    rows: list[Sequence[Cell]] = [("办法", plan.scheme.title["zh"]), ("方案包", plan.pack.label)]
    rows.append(("内容", "虚构示例，不是正式办法" if identity.invented else "正式办法"))
    rows += [(words, text) for key, words in _DOCUMENT.items() if (text := identity.document.get(key))]
    rows += [
        ("核算月份", view.period.words),
        ("季度从", span_start(view.period, Span.QUARTER).words),
        ("核算引擎", view.settlement.engine),
        ("结果校验值", view.settlement.result_hash),
        ("核算时间", now.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")),
        ("没有算进去的问题", str(sum(p.severity == "error" for p in problems))),
    ]
    rows += [(f"来源文件 {s['file']}", f"SHA-256 {s.get('sha256', '')}") for s in sources if "file" in s]
    rows += [(f"来源表 {s['table']}", f"{s['rows']} 行，内容指纹 {s['digest']}") for s in sources if "table" in s]
    rows += [(words, view.settlement.notes[note]) for note, words in _NOTES.items() if note in view.settlement.notes]
    if view.settlement.year_end_words:
        rows.append(("年终关账", view.settlement.year_end_words))
    rows.append(("提示", "本系统为非涉密系统，严禁存储、处理、传输涉密信息"))
    return Table("说明", [Column("项目", width=24), Column("内容", width=80)], rows, "这份积分单说明了什么")
