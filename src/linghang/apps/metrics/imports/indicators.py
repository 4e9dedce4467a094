"""Import of indicators and their values. A blank cell is unknown and gives no value; zero is only what says 0."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.kinds import ImportColumn, ImportKind, Line, NewEffect, Plan, Row, Source
from linghang.apps.exchange.tables.grid import Value, address
from linghang.apps.exchange.words import plain
from linghang.apps.metrics.data import (
    DIRECTIONS,
    MOST_DECIMALS,
    SPANS,
    KnownIndicator,
    NewIndicator,
    NewValue,
    Reason,
    fits,
    last_day,
    written,
)
from linghang.apps.metrics.imports.sheets import Period, Sheetful, decimals_of, number_of, period_of, rounded, sheets_of
from linghang.apps.metrics.operations import open_indicator, record_values, take_back_value, void_indicator
from linghang.apps.metrics.queries import current_values, known_indicators
from linghang.apps.org.queries import organisations
from linghang.engine.periods import Month, Span, span_words
from linghang.ui.web.errors import DomainError

INDICATOR, VALUE = "indicator", "value"
MAY_OPEN = frozenset({"officer", "business_leader"})
LIMITS = {"name": 80, "code": 40, "unit": 20, "definition": 400, "source": 120}

COLUMNS = (
    ImportColumn("name", _("指标名称"), "指标 名称 项目 指标项目 业务指标", required=True, example="处理矿量"),
    ImportColumn("code", _("编码"), "指标编码 指标代码 代码 编号", example="KL"),
    ImportColumn("organisation", _("所属组织"), "单位名称 所属单位 部门 责任单位 责任部门 组织", example="选矿厂"),
    ImportColumn("unit", _("计量单位"), "单位 计量", example="吨"),
    ImportColumn("period", _("周期"), "月份 期间 年月 季度 年度 时间", example="2026-03"),
    ImportColumn(
        "value",
        _("数值"),
        "数据 值 指标值 实际 实际值 实际数 实际完成 实际完成值 完成 完成值 完成数 完成情况 本月实际 本月完成 本期实际",
        example="41200",
    ),
    ImportColumn("as_of", _("数据截至"), "截至日期 截止日期 截至 截止", example="2026-03-31", day=True),
    ImportColumn("source", _("数据来源"), "来源 出处", example="生产日报"),
    ImportColumn("definition", _("口径"), "指标口径 指标定义 定义 计算方法 统计口径", example="入磨干矿量"),
    ImportColumn("decimals", _("小数位数"), "小数 保留小数", example="0"),
    ImportColumn("direction", _("方向"), "好坏方向", choices=tuple(DIRECTIONS.values())),
)


@dataclass
class _Wanted:
    """An indicator that the file speaks of: known already, or to be opened as its first row says."""

    key: str
    name: str
    known: KnownIndicator | None
    span: Span
    decimals: int
    opening: dict[str, Any] | None = None
    told: bool = False  # a row that opens it stands in the plan
    periods: dict[Month, str] = field(default_factory=dict)  # each once in a file, with where it stands


@dataclass
class _World:
    """What rows are compared with."""

    context: Context
    known: list[KnownIndicator]
    current: Mapping[tuple[int, date], Any]
    places: Mapping[str, UUID]
    home: str
    wanted: dict[str, _Wanted] = field(default_factory=dict)


@dataclass(frozen=True)
class _Cell:
    """One cell that gives a value of a period."""

    row: Row
    sheet: Sheetful
    column: int
    period: Period
    value: Value

    def wrong(self, code: str, message: str, hint: str = "") -> None:
        self.row.good = False
        self.sheet.cells.wrong(self.row.number, self.column, code, message, hint)

    def odd(self, code: str, message: str, hint: str = "") -> None:
        self.sheet.cells.odd(self.row.number, self.column, code, message, hint)


def check(source: Source, context: Context) -> Plan:
    """What each row would give: values that are new, that replace others, or that stand already."""
    world, plan = _world(context), Plan()
    for sheet in sheets_of(source):
        for row in sheet.rows:
            cells = list(_cells(row, sheet))
            wanted = _indicator(row, cells, world)
            line = _line(row, wanted, cells, world) if wanted and row.good else None
            if line is not None and row.good:
                plan.lines.append(line)
    return plan


def _world(context: Context) -> _World:
    known = known_indicators()
    lines = organisations(on=context.on)
    places = {plain(word): line.uuid for line in lines for word in (line.name, line.short_name, line.code) if word}
    home = next((node.label for node in nodes_in_scope(on=context.on) if node.path == context.place), "")
    return _World(context, known, current_values(one.key for one in known), places, home)


def _cells(row: Row, sheet: Sheetful) -> Iterator[_Cell]:
    """The value that a row says, and one for each column of a period that is not blank."""
    place = sheet.columns.get("value")
    said = row.text("period")
    if said and place is None and not sheet.periods:
        row.wrong("period", "no-value-column", "写了周期，没有写数值的列", "对列时指明哪一列是数值")
    if place is not None and row.value("value") is not None:
        period = period_of(said)
        if period is None:
            row.wrong("period", "no-period", f"看不出“{said}”是哪个周期", "写成 2026-03、2026年1季度或 2026")
        else:
            yield _Cell(row, sheet, place, period, row.value("value"))
    for column, period in sheet.periods.items():
        if not sheet.cells.usable(row.number, column):
            row.good = False
        elif (value := sheet.cells.sheet.value(row.number, column)) is not None:
            yield _Cell(row, sheet, column, period, value)


# --- which indicator --------------------------------------------------------------------------------------------------


def _indicator(row: Row, cells: Sequence[_Cell], world: _World) -> _Wanted | None:
    name, code, place = row.text("name"), row.code("code"), row.text("organisation") or world.home
    if not name:
        row.wrong("name", "no-name", "这一行没有指标名称", "补上名称，或删去这一行")
        return None
    key = f"code {plain(code)}" if code else f"name {plain(name)} {plain(place)}"
    if key not in world.wanted:
        found = _known(row, name, code, place, world)
        opened = None if found or not row.good else _opening(row, cells, name, code, place, world)
        if not row.good or (found is None and opened is None):
            return None
        span = Span(found.span if found else opened["span"] if opened else "month")
        decimals = found.decimals if found else opened["decimals"] if opened else 0
        world.wanted[key] = _Wanted(key, name, found, span, decimals, opened)
    wanted = world.wanted[key]
    unit = row.text("unit")
    told = wanted.known.unit if wanted.known else (wanted.opening or {}).get("unit", "")
    if unit and plain(unit) != plain(told):
        row.wrong("unit", "other-unit", f"“{name}”的单位是“{told}”，这里写的是“{unit}”", "换算成同一单位，或另建指标")
        return None
    return wanted


def _known(row: Row, name: str, code: str, place: str, world: _World) -> KnownIndicator | None:
    if code:
        return next((one for one in world.known if one.code and plain(one.code) == plain(code)), None)
    found = [one for one in world.known if plain(one.name) == plain(name)]
    near = [one for one in found if plain(one.place) == plain(place)]
    if len(near) == 1:
        return near[0]
    if len(found) == 1 and not row.text("organisation"):
        return found[0]
    if len(near or found) > 1 and not (len(near) == 0 and row.text("organisation")):
        row.wrong("name", "ambiguous-indicator", f"有几个指标叫“{name}”，不知道是哪一个", "写上编码或所属组织")
    return None


def _opening(
    row: Row, cells: Sequence[_Cell], name: str, code: str, place: str, world: _World
) -> dict[str, Any] | None:
    """What a new indicator would be; everything that it needs must be said."""
    if world.context.role not in MAY_OPEN:
        row.wrong("name", "unknown-indicator", f"没有指标“{name}”", "请党务干部或业务领导先建立这个指标")
        return None
    told = {column: row.text(column) for column in ("unit", "definition", "source")}
    lacking = [str(column.title) for column in COLUMNS if column.id in told and not told[column.id]]
    if lacking:
        words = f"没有指标“{name}”；要新建，还缺{'、'.join(lacking)}"
        row.wrong("name", "unknown-indicator", words, "补上这几列，或改成已有指标的名称、编码")
    for column, text in {**told, "name": name, "code": code}.items():
        if len(text) > LIMITS[column]:
            row.wrong(column, "too-long", f"超过 {LIMITS[column]} 个字", "写短一些")
    organisation = world.places.get(plain(place))
    if organisation is None:
        row.wrong("organisation", "unknown-organisation", f"没有找到组织“{place}”", "写组织的全称、简称或编码")
    spans = {cell.period.span for cell in cells}
    if len(spans) > 1:
        row.wrong("name", "mixed-spans", "一行里既有月又有季度或年", "按月、按季、按年的数据分成几个指标")
    direction = next(
        (key for key, words in DIRECTIONS.items() if plain(str(words)) == plain(row.text("direction"))), ""
    )
    if not row.good:
        return None
    firsts = [cell.period.first.first for cell in cells]
    return {
        "organisation": str(organisation), "name": name, "code": code, **told,
        "span": (spans.pop() if spans else Span.MONTH).value, "decimals": _decimals(row, cells),
        "direction": direction or "none", "valid_from": min([*firsts, world.context.on]).isoformat(),
    }  # fmt: skip


def _decimals(row: Row, cells: Sequence[_Cell]) -> int:
    """As declared, else as many as the values of the row have."""
    said = row.text("decimals")
    if said.isdecimal() and int(said) <= MOST_DECIMALS:
        return int(said)
    if said:
        row.wrong("decimals", "bad-decimals", f"小数位数只能是 0 到 {MOST_DECIMALS}", "改成其中一个数")
    found = [0]
    for cell in cells:
        try:
            number = number_of(cell.value)
        except ValueError:
            continue  # said at its cell when the values are read
        found.append(decimals_of(number) if number is not None else 0)
    return min(MOST_DECIMALS, max(found))


# --- its values -------------------------------------------------------------------------------------------------------


def _line(row: Row, wanted: _Wanted, cells: Sequence[_Cell], world: _World) -> Line | None:
    given = [value for cell in cells if (value := _value(cell, wanted, world)) is not None]
    if not row.good:
        return None
    opens = wanted.known is None and not wanted.told
    wanted.told = True
    values = [value["payload"] for value in given]
    outcome = Outcome.NEW if values or opens else Outcome.SAME
    if any(value["reason"] for value in values):
        outcome = Outcome.CHANGED
    payload = {"key": wanted.key, "indicator": str(wanted.known.uuid) if wanted.known else "",
               "opening": wanted.opening, "values": values}  # fmt: skip
    return row.line(outcome, wanted.name, changes=tuple(value["words"] for value in given), payload=payload)


def _value(cell: _Cell, wanted: _Wanted, world: _World) -> dict[str, Any] | None:
    """A value that would be written; None where nothing is known, nothing changes, or something is wrong."""
    number = _number(cell, wanted)
    if number is None:
        return None
    first, on = cell.period.first.first, world.context.on
    as_of = cell.row.day("as_of") or min(last_day(first, wanted.span), on)
    source = cell.row.text("source") or (wanted.known.source if wanted.known else "")
    if not _may_stand(cell, wanted, first, as_of, on):
        return None
    before = world.current.get((wanted.known.key, first)) if wanted.known else None
    period = span_words(cell.period.first, wanted.span)
    if before is not None and before.value == number:
        return None
    reason = ""
    if before is not None and before.value is not None:
        reason = Reason.UPDATED if as_of > before.as_of else Reason.CORRECTED
    was = written(before.value, wanted.decimals) if before is not None else ""
    payload = {"first": first.isoformat(), "value": str(number), "as_of": as_of.isoformat(), "source": source,
               "reason": str(reason)}  # fmt: skip
    return {"payload": payload, "words": (period, was, written(number, wanted.decimals))}


def _number(cell: _Cell, wanted: _Wanted) -> Decimal | None:
    try:
        number = number_of(cell.value)
    except ValueError as error:
        cell.wrong("not-a-number", str(error), "填数字；没有数就空着")
        return None
    if number is None:
        return None
    if not fits(number, wanted.decimals):
        shown = rounded(number, wanted.decimals)
        if abs(shown - number) > Decimal("1e-9") * max(Decimal(1), abs(number)):
            words = f"{number} 的小数多于 {wanted.decimals} 位，按 {shown} 导入"
            cell.odd("rounded", words, "要保留更多小数，另建指标")
        number = shown
    unit = wanted.known.unit if wanted.known else (wanted.opening or {}).get("unit", "")
    if unit in ("%", "％") and 0 < abs(number) <= Decimal("1.5"):
        cell.odd("percent", f"单位是 %，这里是 {number}；Excel 的百分比格式存的是小数", f"是不是 {number * 100}？")
    return number


def _may_stand(cell: _Cell, wanted: _Wanted, first: date, as_of: date, on: date) -> bool:
    there = f"{cell.row.sheet}!{address(cell.row.number, cell.column)}"
    if cell.period.span is not wanted.span:
        cell.wrong("other-span", f"“{wanted.name}”是{SPANS[wanted.span.value]}的指标", "周期要和指标一致")
        return False
    twin = wanted.periods.setdefault(cell.period.first, there)
    if twin != there:
        cell.wrong("twice", f"“{wanted.name}”的这个周期在 {twin} 已有一个数", "一个周期留一个数")
        return False
    if first > on or as_of > on:
        cell.wrong("to-come", "这个周期还没有开始，或截至日期晚于今天", "核对周期和截至日期")
        return False
    if as_of < first:
        cell.row.wrong("as_of", "as-of-too-early", "截至日期早于周期开始的一天", "核对截至日期")
        return False
    known = wanted.known
    closed = known is not None and known.valid_to is not None and first > known.valid_to
    if known is not None and (closed or last_day(first, wanted.span) < known.valid_from):
        cell.wrong("not-in-force", f"这个周期不在指标“{wanted.name}”的有效期内", "核对周期，或指标的启用和停用日期")
        return False
    return True


# --- write and take back ----------------------------------------------------------------------------------------------


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Open what is new, then write the values of each indicator together."""
    opened: dict[str, UUID] = {}
    effects: list[NewEffect] = []
    rows: dict[UUID, list[tuple[Line, dict[str, Any]]]] = {}
    for line in lines:
        uuid = _uuid_of(line, opened, effects, context)
        rows.setdefault(uuid, []).extend((line, value) for value in line.payload["values"])
    for indicator, given in rows.items():
        made = record_values(
            indicator=indicator, values=[_new_value(value, context) for _line, value in given],
            actor=context.actor, now=context.now, import_uuid=context.import_uuid,
        )  # fmt: skip
        for uuid, (line, value) in zip(made, given, strict=True):
            action = "changed" if value["reason"] else "created"
            effects.append(NewEffect(VALUE, uuid, action, f"{line.label} {value['first'][:7]}", {}, line.source))
    return effects


def _uuid_of(line: Line, opened: dict[str, UUID], effects: list[NewEffect], context: Context) -> UUID:
    if line.payload["indicator"]:
        return UUID(line.payload["indicator"])
    key = line.payload["key"]
    if key not in opened:
        told = dict(line.payload["opening"])
        told |= {
            "organisation": UUID(told["organisation"]),
            "valid_from": date.fromisoformat(told["valid_from"]),
        }
        opened[key] = open_indicator(new=NewIndicator(**told), actor=context.actor)
        effects.append(NewEffect(INDICATOR, opened[key], "created", line.label, {}, line.source))
    return opened[key]


def _new_value(value: Mapping[str, Any], context: Context) -> NewValue:
    return NewValue(
        first=date.fromisoformat(value["first"]),
        value=Decimal(value["value"]),
        as_of=date.fromisoformat(value["as_of"]),
        source=value["source"] or context.file[: LIMITS["source"]],
        reason=value["reason"],
        note=f"导入 {context.file}"[:200] if value["reason"] else "",
    )


def undo(effects: Sequence[EffectData], reason: str, context: Context) -> dict[int, str]:
    """What was given is unknown again, what was replaced stands again; what came later stays and says so."""
    kept: dict[int, str] = {}
    for effect in effects:
        try:
            if effect.table == VALUE:
                take_back_value(value=effect.uuid, note=reason[:200], actor=context.actor, now=context.now)
            else:
                void_indicator(indicator=effect.uuid, actor=context.actor, now=context.now)
        except DomainError as error:
            kept[effect.id] = str(error.message)
    return kept


KIND = ImportKind(
    code="indicators",
    title=_("指标和数据"),
    note=_("一行一个数，或一行一个指标、一列一个月。空着的月份是未知，不按 0 计。"),
    roles=frozenset({"officer", "business_leader", "confirmer"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    order=60,
    next_steps=((_("看指标"), "metrics:list"),),
)
