"""The mapping as a YAML file: written with Chinese words and remarks, read back with problems by line."""

from collections.abc import Iterable, Iterator, Mapping

from linghang.apps.exchange.mapping.model import (
    FACT_ROLES,
    ROSTER_ROLES,
    ClosingsSheet,
    FactsSheet,
    ItemColumn,
    Layout,
    RosterSheet,
    Table,
    TableMapping,
)
from linghang.apps.exchange.tables.grid import column_letters
from linghang.engine.problems import Problem

_HEAD = """\
# 列对应表：说明您的表格里哪一列是什么。由程序提出，请核对；改完保存，下次照此读取。
# 列号写 Excel 里的字母；“表头行”写表头所在的行号，两行表头写成 2-3。不要的工作表，把那一段删去。
版本: 1
"""
_LAYOUTS = "# 明细=一行一条记录；横表=一人一行、一列一事项；活动=一行一次活动、一格多个人"


def write_mapping(mapping: TableMapping, unsure: Iterable[Problem] = ()) -> str:
    """The file's text; what the proposal was unsure of stands at its top as remarks."""
    lines = [_HEAD.rstrip()]
    doubts = [f"#   {p.place.sheet}!{p.place.cell}: {p.message}（{p.hint}）" for p in unsure]
    if doubts:
        lines += ["", "# 请核对：", *(" ".join(d.split()).replace("# ", "#   ", 1) for d in doubts)]
    if mapping.roster:
        lines += ["", "名册:", *(line for sheet in mapping.roster for line in _entry(_roster(sheet)))]
    if mapping.facts:
        lines += ["", "记录:", f"  {_LAYOUTS}", *(line for sheet in mapping.facts for line in _entry(_facts(sheet)))]
    if mapping.closings:
        lines += ["", "关账:", *(f"  {line}" for line in _closings(mapping.closings))]
    return "\n".join(lines) + "\n"


def _entry(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"  - {line}" if number == 0 else f"    {line}"


def _table(table: Table) -> Iterator[str]:
    rows = f"{table.first + 1}" if table.first == table.last else f"{table.first + 1}-{table.last + 1}"
    yield f"工作表: {_quoted(table.sheet)}"
    yield f"表头行: {rows}"


def _roster(sheet: RosterSheet) -> Iterator[str]:
    yield from _table(sheet.table)
    if sheet.organisation:
        yield f"支部: {_quoted(sheet.organisation)}  # 整张表都是这个支部"
    yield f"列: {_columns(sheet.columns, ROSTER_ROLES)}"


def _facts(sheet: FactsSheet) -> Iterator[str]:
    yield from _table(sheet.table)
    yield f"版式: {sheet.layout.value}"
    whole = {"事项": sheet.kind, "支部": sheet.organisation, "日期": sheet.day}
    for word, value in whole.items():
        if value:
            yield f"{word}: {_quoted(value)}  # 整张表都是"
    yield f"列: {_columns(sheet.columns, FACT_ROLES)}"
    if sheet.attributes:
        yield f"属性列: {_flow({title: column_letters(c) for title, c in sheet.attributes.items()})}"
    if sheet.names:
        yield "名单列:  # 一格里可以写几个人"
        for name in sheet.names:
            fixed = f", 固定: {_flow(name.fixed)}" if name.fixed else ""
            yield f"  - {{列: {column_letters(name.column)}{fixed}}}"
    if sheet.items:
        yield f"事项列:  # 格子：{'、'.join(m.value for m in type(sheet.items[0].meaning))}"
        yield from (f"  - {_item(item)}" for item in sheet.items)
    yield from _words(sheet)


def _words(sheet: FactsSheet) -> Iterator[str]:
    if sheet.fixed:
        yield f"固定: {_flow(sheet.fixed)}  # 每条记录都是"
    if sheet.defaults:
        yield f"缺省: {_flow(sheet.defaults)}  # 空着时就是"
    if sheet.marks:
        yield "标记:  # 格子里的记号是什么意思；{} = 只算一次"
        yield from (f"  {_quoted(mark)}: {_flow(said)}" for mark, said in sheet.marks.items())
    if sheet.skip:
        yield f"不记: [{', '.join(map(_quoted, sheet.skip))}]  # 这些记号不算记录"
    if sheet.words:
        yield "换词:  # 属性: {表里的词: 取值}"
        yield from (f"  {_quoted(title)}: {_flow(words)}" for title, words in sheet.words.items())
    if sheet.conversions:
        yield f"换算: {_flow(sheet.conversions)}  # 表里的说法: 数量"
    elif sheet.layout is not Layout.WIDE and "quantity" in sheet.columns:
        yield "# 换算: {半天: 4, 一天: 8}  # 用得着时去掉前面的 #"


def _item(item: ItemColumn) -> str:
    said = {
        "列": column_letters(item.column),
        "标题": item.title,
        "事项": item.kind,
        "日期": item.day,
        "格子": item.meaning.value,
        "活动": item.event,
    }
    parts = [f"{word}: {_quoted(value)}" for word, value in said.items() if value]
    if item.fixed:
        parts.append(f"固定: {_flow(item.fixed)}")
    return f"{{{', '.join(parts)}}}"


def _closings(sheet: ClosingsSheet) -> Iterator[str]:
    yield from _table(sheet.table)
    yield f"列: {_columns(sheet.columns, {'organisation': '支部', 'month': '月份'})}"


def _columns(columns: Mapping[str, int], words: Mapping[str, str]) -> str:
    return _flow({words[role]: column_letters(columns[role]) for role in words if role in columns})


def _flow(pairs: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{_quoted(k)}: {_quoted(v)}' for k, v in pairs.items())}}}"


def _quoted(text: str) -> str:
    """Plain where YAML takes it plainly (Chinese words, letters), else in double quotes."""
    if text and all(c.isalnum() or c in "_·√" for c in text) and not text[0].isdecimal():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
