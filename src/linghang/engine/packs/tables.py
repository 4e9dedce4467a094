"""Decision tables: columns are attributes (also ≥, <), 数量≥, 数量<, 事项, 条件, 得分; the first fitting row decides.

≥ and < on an ordered attribute are expanded here into the values they mean, so that a plan sees only "one of" and
"none of" on attributes, and bounds on the quantity.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from linghang.engine.packs.compose import ListNode, Node, short
from linghang.engine.packs.condition_model import Condition, may_hold
from linghang.engine.packs.conditions import KIND_NAME, QUANTITY_NAME, Refused, parse_condition
from linghang.engine.packs.lookup import names, values_called, values_meant
from linghang.engine.packs.model import (
    QUANTITY,
    Amount,
    Attribute,
    Comparison,
    Constant,
    FactKind,
    Price,
    Row,
    Test,
)
from linghang.engine.packs.prices import how_to_write, read_price
from linghang.engine.packs.schema import (
    BAD,
    WRITTEN,
    Field,
    ListOf,
    Record,
    Written,
    near,
    normal,
    number,
)
from linghang.engine.points import POINT, UNIT
from linghang.engine.problems import Place, Problems

_T = TypeVar("_T")
ANYTHING = ("", "-", "—", "任意", "不限")
KIND_COLUMN, PRICE_COLUMN, QUANTITY_COLUMN = KIND_NAME, "得分", QUANTITY_NAME
CONDITION_COLUMN = "条件"  # a whole line of conditions in one cell
FACTOR_COLUMN, COUNT_COLUMN = "倍数", "计数"  # what the last column is in tables of multipliers and of accumulation
RESERVED_TITLES = (KIND_COLUMN, PRICE_COLUMN, QUANTITY_COLUMN, CONDITION_COLUMN, FACTOR_COLUMN, COUNT_COLUMN)
MOST_ROWS = 500


@dataclass(frozen=True)
class RawRow:
    cells: tuple[Written, ...]
    place: Place


@dataclass(frozen=True)
class RawTable:
    """A table as written, before its words are held against the kinds."""

    columns: tuple[Written, ...]
    rows: tuple[RawRow, ...]
    place: Place


class RowShape:
    """The cells of one row of a table."""

    def read(self, node: Node, problems: Problems) -> RawRow | object:
        cells = ListOf(WRITTEN, 1).read(node, problems)
        complete = isinstance(node, ListNode) and cells is not BAD and len(cells) == len(node.items)
        return RawRow(cells, node.place) if complete else BAD


TABLE = Record("表格", {"columns": Field(ListOf(WRITTEN, 1)), "rows": Field(ListOf(RowShape(), 1))}, RawTable)


@dataclass(frozen=True)
class _Column:
    """What a column tests: `what` is one of attribute, quantity, kind, condition, price."""

    what: str
    sign: str = ""  # "", "≥" or "<"
    attribute: str = ""


class _Wrong(Exception):
    def __init__(self, place: Place, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = (place, code, message, hint)


def read_table(
    table: RawTable, kinds: Sequence[FactKind], problems: Problems, *, value: str = "", excuse: bool = False
) -> list[Row]:
    """The table's rows over the item's kinds; rows with problems are reported and left out.

    `value` is the column that says what a row is worth ("" = rows only choose).
    """
    return _Table(kinds, problems, value=value, excuse=excuse).read(table)


class _Table:
    def __init__(self, kinds: Sequence[FactKind], problems: Problems, *, value: str, excuse: bool) -> None:
        self.kinds, self.problems, self.value, self.excuse = kinds, problems, value, excuse

    def read(self, table: RawTable) -> list[Row]:
        columns = [self._told(self._column, c) for c in table.columns]
        self._check_columns(table, columns)
        if len(table.rows) > MOST_ROWS:
            self.problems.add(table.place, "table-too-long", f"表格超过 {MOST_ROWS} 行", "合并条件相近的行")
            return []
        found = [self._try_row(row, columns) for row in table.rows]
        return [row for row in found if row]

    # --- columns -------------------------------------------------------------------------------------------------

    def _column(self, written: Written) -> _Column:
        text = normal(written.text[:100])
        found = re.fullmatch(r"(.*?)\s*(>=|≥|<)?", text, re.DOTALL)
        name, sign = (found[1], found[2] or "") if found else (text, "")
        sign = "≥" if sign == ">=" else sign
        if name == QUANTITY_COLUMN:
            if not sign:
                raise _Wrong(written.place, "bad-column", "“数量”列要写明比较方式", "写成“数量≥”或“数量<”")
            return _Column("quantity", sign)
        words = {KIND_COLUMN: "kind", CONDITION_COLUMN: "condition", PRICE_COLUMN: "score"}
        words |= {self.value: "price"} if self.value else {}
        if name in words and not sign:
            return _Column(words[name])
        return self._attribute_column(written, name, sign)

    def _attribute_column(self, written: Written, name: str, sign: str) -> _Column:
        found = {a.id: a for k in self.kinds for a in k.attributes.values() if name in names(a.id, a.title)}
        if len(found) > 1:
            words = f"“{short(name)}”在几种记录里是不同的属性：{'、'.join(found)}"
            raise _Wrong(written.place, "ambiguous-column", words, "这一列改写属性的编号")
        if not found:
            titles = dict.fromkeys(a.title["zh"] for k in self.kinds for a in k.attributes.values())
            known = [*titles, "数量≥", "数量<", CONDITION_COLUMN, *([self.value] if self.value else [])]
            raise _Wrong(written.place, "unknown-column", f"记录里没有“{short(name)}”这个属性", near(name, known))
        attribute = next(iter(found.values()))
        if sign and not attribute.ordered:
            words = f"“{attribute.title['zh']}”的取值不分高低，不能用 {sign}"
            raise _Wrong(written.place, "not-ordered", words, "直接列出取值，几个用“、”隔开")
        return _Column("attribute", sign, attribute.id)

    def _check_columns(self, table: RawTable, columns: Sequence[_Column | None]) -> None:
        known = [c for c in columns if c]
        if len(set(known)) < len(known):
            self.problems.add(table.place, "duplicate-column", "同样的列写了两次", "删掉一列")
        if self.value and _Column("price") not in known:
            words, hint = f"表格缺少“{self.value}”列", f"在 columns 最后加上 {self.value}"
            self.problems.add(table.place, "no-price-column", words, hint)
        if _Column("score") in known:
            words = "减免表里没有得分" if self.excuse else "按次数要求的项目不按条计分，表里没有得分"
            if self.value:
                words = f"这里的表格写{self.value}，不写得分"
            self.problems.add(table.place, "price-not-expected", words, "删掉“得分”列")

    # --- rows ----------------------------------------------------------------------------------------------------

    def _try_row(self, row: RawRow, columns: Sequence[_Column | None]) -> Row | None:
        if len(row.cells) != len(columns):
            words = f"这一行有 {len(row.cells)} 格，表头有 {len(columns)} 列"
            self.problems.add(row.place, "cell-count", words, "补上或删去单元格；不限的写“任意”")
            return None
        before = len(self.problems)
        found = self._row(row, {c: cell for c, cell in zip(columns, row.cells, strict=True) if c})
        return found if len(self.problems) == before else None

    def _told(self, read: Callable[..., _T], *given: Any) -> _T | None:
        """What a cell says; None after reporting what is wrong with it, so that the other cells are read as well."""
        try:
            return read(*given)
        except _Wrong as wrong:
            self.problems.add(*wrong.problem)
            return None

    def _row(self, row: RawRow, cells: Mapping[_Column, Written]) -> Row:
        before = len(self.problems)
        kind = self._told(self._kind, cells.get(_Column("kind")))
        condition = self._told(self._condition, cells.get(_Column("condition")), kind)
        which_is_known = len(self.problems) == before
        kinds = [k for k in self.kinds if k in (kind or k,) and _may_be(condition, k)]
        kinds = kinds or ([kind] if kind else list(self.kinds))  # a row that nothing can fit is pointed out later
        tests = []
        for column, cell in cells.items():
            if column.what in ("attribute", "quantity") and normal(cell.text) not in ANYTHING:
                make = self._quantity_test if column.what == "quantity" else self._attribute_test
                tests.append(self._told(make, column, cell, kinds))
        priced = cells.get(_Column("price"))
        price = self._told(self._price, priced, frozenset(k.unit for k in kinds)) if priced and which_is_known else None
        only = kinds[0].id if len(kinds) == 1 < len(self.kinds) else kind.id if kind else ""
        return Row(tuple(test for test in tests if test), price, self.excuse, only, condition, row.place)

    def _condition(self, cell: Written | None, kind: FactKind | None) -> Condition | None:
        if cell is None or normal(cell.text) in ANYTHING:
            return None
        try:
            return parse_condition(cell.text, [kind] if kind else self.kinds)
        except Refused as refused:
            raise _Wrong(cell.place, refused.code, str(refused), refused.hint) from None

    def _price(self, cell: Written, units: frozenset[str]) -> Price:
        try:
            if self.value == FACTOR_COLUMN:
                return Constant(Amount(number(cell.text.removesuffix("倍"), POINT), place=cell.place))
            return read_price(cell, units)
        except ValueError as error:
            raise _Wrong(cell.place, "bad-price", str(error), how_to_write(cell.text)) from None

    def _kind(self, cell: Written | None) -> FactKind | None:
        text = normal(cell.text) if cell else ""
        if cell is None or text in ANYTHING:
            return None
        for kind in self.kinds:
            if text in names(kind.id, kind.title):
                return kind
        titles = [k.title["zh"] for k in self.kinds]
        raise _Wrong(cell.place, "unknown-kind", f"这个项目没有“{short(text)}”这种记录", near(text, titles))

    def _quantity_test(self, column: _Column, cell: Written, kinds: Sequence[FactKind]) -> Test:
        text = normal(cell.text)
        for unit in sorted({k.unit for k in kinds}):
            text = text.removesuffix(unit).rstrip()
        try:
            bound = number(text, UNIT)
        except ValueError as error:
            raise _Wrong(cell.place, "bad-number", str(error), "写数字，例如 0.5") from None
        return Test(QUANTITY, Comparison.AT_LEAST if column.sign == "≥" else Comparison.BELOW, bound=bound)

    def _attribute_test(self, column: _Column, cell: Written, kinds: Sequence[FactKind]) -> Test:
        having = [k.attributes[column.attribute] for k in kinds if column.attribute in k.attributes]
        text = normal(cell.text)
        whole = values_called(having, text)
        negated = not whole and text.startswith("非")
        words = [text] if whole else [w.strip() for w in re.split(r"[、|,]", text[negated:])]
        if column.sign and (negated or len(words) > 1):
            raise _Wrong(cell.place, "bad-cell", f"“{column.sign}”的列里只能写一个取值", "写界线上的那一个取值")
        found: dict[str, None] = {}
        for word in words:
            values = values_meant(having, word, column.sign)
            if not values:
                raise self._unknown_value(cell, having, word, column.sign)
            found.update(dict.fromkeys(values))
        return Test(column.attribute, Comparison.NONE_OF if negated else Comparison.ONE_OF, tuple(found))

    @staticmethod
    def _unknown_value(cell: Written, having: Sequence[Attribute], word: str, sign: str) -> _Wrong:
        if sign and values_called(having, word):
            return _Wrong(
                cell.place, "empty-comparison", f"没有比“{short(word)}”更低的取值", "改用别的取值，或删掉这一行"
            )
        titles = dict.fromkeys(t["zh"] for a in having for t in a.values.values())
        return _Wrong(cell.place, "unknown-value", f"没有“{short(word)}”这个取值", near(word, titles))


def _may_be(condition: Condition | None, kind: FactKind) -> bool:
    return may_hold(condition, lambda test: test.of_kind(kind.id))
