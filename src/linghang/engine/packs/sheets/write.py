"""A pack's files as sheets: every list on its own sheet, decision tables as blocks, notes to the headings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode
from linghang.engine.packs.field_words import choice_words, words_of
from linghang.engine.packs.load import LOCK
from linghang.engine.packs.schema import ListOf, OneOrMany, Word
from linghang.engine.packs.sheets.cells import MARKED, NO, YES, shown
from linghang.engine.packs.sheets.layout import (
    FORM,
    HELP,
    IDENTIFIER,
    JOIN,
    NUMBER,
    TABLES,
    TEXTS,
    USES,
    Column,
    Keys,
    Part,
    all_parts,
    form_columns,
    root_parts,
)

FORM_HEAD = ("项", "内容", "说明")
USES_HEAD = ("编号", "最低版本", "锁定版本", "锁定指纹")
TEXTS_HEAD = ("文件", "文字")
TABLES_HEAD = ("办法", "项目", "表", "从这一列起，第一行是列名，下面每行一条")
TABLE_NAMES = {"excuse": "不计情形", "table": "计分表", "multiplier": "倍数表"}
ANY = "任意"
ATTRIBUTE = f"属性{JOIN}"  # before the name of an attribute that is called like a column of the sheet
_INTRODUCTION = (
    "这是一个方案包的全部内容，可以用 Excel 或 WPS 改，再导入。内容和文件夹里的一样，指纹不变。",
    "每张表一行一条。第一行是列名，不要改；列可以调换，用不到的列可以删，要用别的列把下面列出的列名抄到第一行。",
    "“办法”“项目”这样的列说明这一行属于谁，写那一条的编号，括号里的名称可以不写；空着就是与上一行相同。",
    "一格里写几个的，用顿号隔开：甲、乙；也可以一行一个。",
    "“项目·表格”里，每张表先写办法、项目、是哪一种表，同一行往右写列名；下面每行写一条，空格就是任意。",
    "所有单元格都是文本格式：月份写 2026-01，百分数写 30%。不要写公式；带公式、宏或外部链接的不能导入。",
    "YAML 里的注释不在表里，导入后不再有。",
    "本系统为非涉密系统，严禁存储、处理、传输涉密信息。",
)


@dataclass
class Grid:
    """One sheet of texts. `heads` are rows of headings; `choices` and `notes` belong to columns of the first row."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    heads: list[int] = field(default_factory=lambda: [0])
    choices: dict[int, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)


def sheets_of(nodes: Mapping[str, Node], texts: Mapping[str, str]) -> list[Grid]:
    """The sheets of a pack that has passed the check: `nodes` are its YAML files, `texts` its other files."""
    by_file = sorted(root_parts(), key=lambda part: not part.several_files or part.file == "cases/")
    lists = [grid for part in by_file if _present(part, nodes) for grid in _grids(part, list(_records(part, nodes)))]
    return [_help(), _form(nodes), _uses(nodes), *lists, *_other_texts(texts)]


def _present(part: Part, nodes: Mapping[str, Node]) -> bool:
    return any(name.startswith(part.file) if part.several_files else name == part.file for name in nodes)


@dataclass(frozen=True)
class _Row:
    """A record with what its row begins with; `key` is what further rows call it by."""

    before: tuple[str, ...]
    key: str
    node: Node

    @property
    def label(self) -> str:
        """Its key with what people call it, for the rows that refer to it: 'volunteer（志愿服务）'."""
        title = (
            _text_at(self.node, ("title", "zh")) or _text_at(self.node, ("title",)) or _text_at(self.node, ("case",))
        )
        return f"{self.key}（{title}）" if title else self.key


def _records(part: Part, nodes: Mapping[str, Node]) -> Iterator[_Row]:
    """The records of a part that lies in a file, or one in every file of a folder."""
    number = 0
    for name in sorted(nodes):
        if not (name.startswith(part.file) if part.several_files else name == part.file):
            continue
        before = (name.removeprefix(part.file).removesuffix(".yaml"),) if part.several_files else ()
        found = _at(nodes[name], part.at)
        for node in found.items if part.at and isinstance(found, ListNode) else [found] if not part.at else []:
            number += 1
            assert node is not None
            yield _Row(before, _key(part, node, number), node)


def _key(part: Part, node: Node, number: int) -> str:
    found = _at(node, (part.own_key,)) if part.own_key else None
    return found.text.strip() if isinstance(found, ScalarNode) else str(number)


def _at(node: Node | None, path: Keys) -> Node | None:
    for key in path:
        if not isinstance(node, MapNode) or key not in node.pairs:
            return None
        node = node.pairs[key][1]
    return node


# --- one sheet -------------------------------------------------------------------------------------------------------


def _grids(part: Part, rows: Sequence[_Row]) -> Iterator[Grid]:
    """The sheet of a list, then those of the lists within its records."""
    if rows or part.parent is None:
        yield _grid(part, rows)
    if part.tables and rows:
        yield from _tables(part, rows)
    for below in part.parts:
        yield from _grids(below, [found for row in rows for found in _below(below, part, row)])


def _below(below: Part, part: Part, row: _Row) -> Iterator[_Row]:
    inherited = row.before if part.parent else ()
    found = _at(row.node, below.at)
    if isinstance(found, MapNode):
        for key, (_, node) in found.pairs.items():
            yield _Row((*inherited, row.label), key, node)
    elif found is not None:
        items = found.items if isinstance(found, ListNode) else (found,)
        for number, node in enumerate(items, 1):
            yield _Row((*inherited, row.label), _key(below, node, number), node)


def _grid(part: Part, rows: Sequence[_Row]) -> Grid:
    cells = {(n, c): _cell(c, row.node) for n, row in enumerate(rows) for c in part.columns}
    used = [c for c in part.columns if c.required or any(cells[n, c] for n in range(len(rows)))]
    if not rows:
        used = [c for c in part.columns if len(c.path) == 1 or c.form in ("zh", "en")]
    further = _further(part, rows)
    lead = [*part.key_headings, *([NUMBER] if part.is_numbered else []), *([IDENTIFIER] if part.keyed else [])]
    grid = Grid(part.sheet, [[*lead, *(c.heading for c in used), *further]])
    for number, row in enumerate(rows):
        begins = [*row.before, *([row.key] if part.is_numbered or part.keyed else [])]
        ends = [_text_at(row.node, (key,)) for key in further.values()]
        grid.rows.append([*begins, *(cells[number, c] for c in used), *ends])
    for place, column in enumerate(used, len(lead)):
        grid.choices |= {place: words} if (words := choices(column)) else {}
        grid.notes |= {place: column.note} if column.note else {}
    return grid


def _cell(column: Column, node: Node) -> str:
    path = column.path[:-1] if column.form in ("zh", "en") else column.path
    found = _at(node, path) if path else node
    if column.form != "mark":
        return shown(column, found)
    return MARKED if isinstance(found, MapNode) and not any(map(_says, found.pairs.values())) else ""


def _says(pair: tuple[object, Node]) -> bool:
    """Whether something inside shows in a cell of its own."""
    inside = pair[1]
    if isinstance(inside, ScalarNode):
        return bool(inside.text.strip())
    return isinstance(inside, ListNode) or bool(inside.pairs)


def _further(part: Part, rows: Iterable[_Row]) -> dict[str, str]:
    """Heading → key for the keys of records that no column has: attributes of facts."""
    if not part.extra:
        return {}
    own = {c.path[0] for c in part.columns}
    headings = {c.heading for c in part.columns} | set(part.key_headings)
    keys = [key for row in rows if isinstance(row.node, MapNode) for key in row.node.pairs if key not in own]
    return {(f"{ATTRIBUTE}{key}" if key in headings or key.startswith(ATTRIBUTE) else key): key for key in keys}


def _text_at(node: Node, path: Keys) -> str:
    found = _at(node, path)
    return found.text.strip() if isinstance(found, ScalarNode) else ""


def choices(column: Column) -> tuple[str, ...]:
    """What a cell may say, where that is one of a few words."""
    shape = column.shape
    if column.form == "mark":
        return (MARKED,)
    if not isinstance(shape, Word) or isinstance(shape, ListOf | OneOrMany):
        return ()
    return (YES, NO) if shape.sort == "flag" else tuple(choice_words(shape.words).values())


# --- decision tables -------------------------------------------------------------------------------------------------


def _tables(part: Part, rows: Sequence[_Row]) -> Iterator[Grid]:
    grid = Grid(TABLES, [list(TABLES_HEAD)])
    grid.choices[2] = tuple(TABLE_NAMES.values())
    for row in rows:
        for key in part.tables:
            found = _at(row.node, (key,))
            if isinstance(found, MapNode):
                grid.heads.append(len(grid.rows))
                grid.rows += _block((*row.before, row.label, TABLE_NAMES[key]), found)
    yield grid


def _block(begins: tuple[str, ...], table: MapNode) -> list[list[str]]:
    columns, rows = _at(table, ("columns",)), _at(table, ("rows",))
    assert isinstance(columns, ListNode)
    assert isinstance(rows, ListNode)
    blank = [""] * len(begins)
    lines = [[*begins, *_texts(columns)]]
    lines += [[*blank, *(text or ANY for text in _texts(row))] for row in rows.items if isinstance(row, ListNode)]
    return [*lines, []]


def _texts(node: ListNode) -> list[str]:
    return [item.text.strip() for item in node.items if isinstance(item, ScalarNode)]


# --- the other sheets ------------------------------------------------------------------------------------------------


def _form(nodes: Mapping[str, Node]) -> Grid:
    identity = nodes["pack.yaml"]
    grid = Grid(FORM, [list(FORM_HEAD)])
    for column in form_columns():
        text = _cell(column, identity)
        if column.form != "mark" or text:
            may = "或".join(choices(column))
            grid.rows.append([column.heading, text, "；".join(filter(None, (column.note, may)))])
    return grid


def _uses(nodes: Mapping[str, Node]) -> Grid:
    uses, locked = _at(nodes["pack.yaml"], ("uses",)), _at(nodes.get(LOCK), ("locked",))
    grid = Grid(USES, [list(USES_HEAD)])
    names = [*(uses.pairs if isinstance(uses, MapNode) else {}), *(locked.pairs if isinstance(locked, MapNode) else {})]
    for name in dict.fromkeys(names):
        least = _text_at(uses, (name,)) if uses else ""
        held = [_text_at(locked, (name, key)) if locked else "" for key in ("version", "hash")]
        grid.rows.append([name, least, *held])
    return grid


def _other_texts(texts: Mapping[str, str]) -> list[Grid]:
    lines = [[name, line] for name in sorted(texts) for line in texts[name].split("\n")]
    return [Grid(TEXTS, [list(TEXTS_HEAD), *lines])] if lines else []


def _help() -> Grid:
    grid = Grid(HELP, [[line] for line in _INTRODUCTION], heads=[])
    grid.rows.append([])
    grid.heads.append(len(grid.rows))
    grid.rows.append(["工作表", "列", "要不要写", "写什么"])
    for part in all_parts():
        lead = [*part.key_headings, *([NUMBER] if part.is_numbered else []), *([IDENTIFIER] if part.keyed else [])]
        grid.rows += [[part.sheet, heading, "必须", ""] for heading in lead]
        for column in part.columns:
            what = "；".join(filter(None, (column.note, "或".join(choices(column)))))
            grid.rows.append([part.sheet, column.heading, "必须" if column.required else "", what])
        for key in part.tables:
            grid.rows.append([TABLES, TABLE_NAMES[key], "", words_of("项目", key).note])
    return grid
