"""The mapping file back into a `TableMapping`."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from linghang.apps.exchange.mapping.model import (
    CLOSING_ROLES,
    FACT_ROLES,
    MONTH_END,
    ROSTER_ROLES,
    ClosingsSheet,
    FactsSheet,
    ItemColumn,
    Layout,
    Meaning,
    NameColumn,
    RosterSheet,
    Table,
    TableMapping,
)
from linghang.apps.exchange.mapping.yaml_nodes import Reader, load
from linghang.apps.exchange.tables.grid import column_index
from linghang.apps.exchange.words import meant
from linghang.engine.problems import Problems

_ROWS = re.compile(r"(\d{1,4})(?:\s*[-~－—至到]\s*(\d{1,4}))?")
_ENTRY = ("工作表", "表头行", "列", "支部")
_FACTS = (
    *_ENTRY, "版式", "事项", "日期", "属性列", "名单列", "事项列", "固定", "缺省", "标记", "不记", "换词", "换算",
)  # fmt: skip
_ITEM = ("列", "标题", "事项", "日期", "格子", "活动", "固定")
Word = TypeVar("Word", bound=StrEnum)


def read_mapping(path: Path) -> tuple[TableMapping | None, Problems]:
    """Read a mapping file; None when it cannot be used, and then the problems say why, by line."""
    problems = Problems()
    root = load(path, problems)
    if root is None:
        return None, problems
    mapping = _Mapping(Reader(path.name, problems)).read(root)
    return (None if problems.errors else mapping), problems


class _Mapping:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, root: yaml.Node) -> TableMapping:
        reader = self._reader
        parts = self._known(root, "列对应表", ("版本", "名册", "记录", "关账"))
        roster = [self._roster(node) for node in reader.items(parts.get("名册"), "名册")]
        facts = [self._facts(node) for node in reader.items(parts.get("记录"), "记录")]
        closings = self._closings(parts["关账"]) if "关账" in parts else None
        if not (roster or facts or closings):
            reader.wrong(root, "名册、记录、关账一项都没有写", "重新生成列对应表")
        return TableMapping(tuple(roster), tuple(facts), closings)

    def _known(self, node: yaml.Node, what: str, words: tuple[str, ...]) -> dict[str, yaml.Node]:
        parts = self._reader.pairs(node, what)
        for word, value in parts.items():
            if word not in words:
                hint = meant(word, words) or f"可以写：{'、'.join(words)}"
                self._reader.wrong(value, f"{what}里没有“{word}”这一项", hint)
        return parts

    def _table(self, parts: Mapping[str, yaml.Node], node: yaml.Node) -> Table:
        sheet = self._reader.text(parts.get("工作表"))
        if not sheet:
            self._reader.wrong(node, "没有写工作表")
        written = self._reader.text(parts.get("表头行"))
        found = _ROWS.fullmatch(written)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        if not 1 <= first <= last:
            self._reader.wrong(parts.get("表头行", node), f"表头行“{written}”看不懂", "写行号，如 2 或 2-3")
            return Table(sheet, 0, 0)
        return Table(sheet, first - 1, last - 1)

    def _column(self, node: yaml.Node) -> int:
        try:
            return column_index(self._reader.text(node))
        except ValueError as error:
            self._reader.wrong(node, str(error))
            return 0

    def _columns(self, node: yaml.Node | None, words: Mapping[str, str]) -> dict[str, int]:
        roles = {word: role for role, word in words.items()}
        found: dict[str, int] = {}
        for word, value in self._reader.pairs(node, "列").items():
            if word in roles:
                found[roles[word]] = self._column(value)
            else:
                hint = meant(word, roles) or f"可以写：{'、'.join(roles)}"
                self._reader.wrong(value, f"“{word}”不是可以对应的列", hint)
        return found

    def _roster(self, node: yaml.Node) -> RosterSheet:
        parts = self._known(node, "名册", _ENTRY)
        columns = self._columns(parts.get("列"), ROSTER_ROLES)
        if "name" not in columns:
            self._reader.wrong(node, "没有指明姓名是哪一列", "在“列”里写 姓名: 列号")
        return RosterSheet(self._table(parts, node), columns, self._reader.text(parts.get("支部")))

    def _facts(self, node: yaml.Node) -> FactsSheet:
        reader, parts = self._reader, self._known(node, "记录", _FACTS)
        columns = self._columns(parts.get("列"), FACT_ROLES)
        attributes = {t: self._column(c) for t, c in reader.pairs(parts.get("属性列"), "属性列").items()}
        names = tuple(self._name(n) for n in reader.items(parts.get("名单列"), "名单列"))
        if not ({"name", "code"} & set(columns) or names):
            reader.wrong(node, "没有指明姓名（或编码）是哪一列", "在“列”里写 姓名: 列号，或写“名单列”")
        return FactsSheet(
            table=self._table(parts, node),
            layout=self._word(parts.get("版式"), Layout, Layout.LONG),
            columns=columns,
            attributes=attributes,
            names=names,
            items=tuple(self._item(n) for n in reader.items(parts.get("事项列"), "事项列")),
            kind=reader.text(parts.get("事项")),
            organisation=reader.text(parts.get("支部")),
            day=reader.text(parts.get("日期")),
            fixed=reader.texts(parts.get("固定"), "固定"),
            defaults=reader.texts(parts.get("缺省"), "缺省"),
            marks={m: reader.texts(n, "标记") for m, n in reader.pairs(parts.get("标记"), "标记").items()},
            skip=tuple(reader.text(n) for n in reader.items(parts.get("不记"), "不记")),
            words={t: reader.texts(n, "换词") for t, n in reader.pairs(parts.get("换词"), "换词").items()},
            conversions=reader.texts(parts.get("换算"), "换算"),
        )

    def _name(self, node: yaml.Node) -> NameColumn:
        parts = self._known(node, "名单列", ("列", "固定"))
        if "列" not in parts:
            self._reader.wrong(node, "没有写列")
        fixed = self._reader.texts(parts.get("固定"), "固定")
        return NameColumn(self._column(parts["列"]) if "列" in parts else 0, fixed)

    def _item(self, node: yaml.Node) -> ItemColumn:
        reader, parts = self._reader, self._known(node, "事项列", _ITEM)
        for needed in ("列", "事项"):
            if needed not in parts:
                reader.wrong(node, f"没有写{needed}")
        return ItemColumn(
            column=self._column(parts["列"]) if "列" in parts else 0,
            title=reader.text(parts.get("标题")),
            kind=reader.text(parts.get("事项")),
            meaning=self._word(parts.get("格子"), Meaning, Meaning.COUNT),
            day=reader.text(parts.get("日期")) or MONTH_END,
            fixed=reader.texts(parts.get("固定"), "固定"),
            event=reader.text(parts.get("活动")),
        )

    def _word(self, node: yaml.Node | None, words: type[Word], usual: Word) -> Word:
        if node is None:
            return usual
        written = self._reader.text(node)
        try:
            return words(written)
        except ValueError:
            self._reader.wrong(node, f"“{written}”不在可选之列", f"可以写：{'、'.join(w.value for w in words)}")
            return usual

    def _closings(self, node: yaml.Node) -> ClosingsSheet:
        parts = self._known(node, "关账", _ENTRY)
        columns = self._columns(parts.get("列"), CLOSING_ROLES)
        if set(columns) != set(CLOSING_ROLES):
            self._reader.wrong(node, "关账要有支部和月份两列")
            columns = dict.fromkeys(CLOSING_ROLES, 0)
        return ClosingsSheet(self._table(parts, node), columns)
