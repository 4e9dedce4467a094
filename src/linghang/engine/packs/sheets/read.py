"""Sheets that somebody wrote become a pack's files again, each value with the cell in which it stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode, short
from linghang.engine.packs.load import LOCK
from linghang.engine.packs.schema import Word, near, normal
from linghang.engine.packs.sheets.cells import MARKED, Value, id_of, plain, said
from linghang.engine.packs.sheets.layout import (
    FILE,
    FORM,
    HELP,
    IDENTIFIER,
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
from linghang.engine.packs.sheets.write import ATTRIBUTE, TABLE_NAMES
from linghang.engine.packs.texts import sound_name
from linghang.engine.problems import Place, Problems

Put = Callable[["Record"], None]


@dataclass(frozen=True)
class Sheet:
    """A sheet as read: rows of values from the first row and column on, and where each cell is."""

    name: str
    rows: Sequence[Sequence[Value]]
    place: Callable[[int, int], Place]

    def value(self, row: int, column: int) -> Value:
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        return plain(self.value(row, column))

    @property
    def is_empty(self) -> bool:
        return not any(self.text(n, c) for n, row in enumerate(self.rows) for c in range(len(row)))


@dataclass
class Record:
    """A record that is still being put together; what lies below it is added as further sheets are read."""

    place: Place
    pairs: dict[str, "tuple[Place, Node | Record | list[Record]]"] = field(default_factory=dict)

    def inner(self, path: Keys) -> "Record":
        """The record at a path below this one, made where it is missing."""
        found = self
        for key in path:
            _, below = found.pairs.setdefault(key, (self.place, Record(self.place)))
            assert isinstance(below, Record)
            found = below
        return found

    def listed(self, path: Keys) -> "list[Record]":
        """The list at a path below this one, made where it is missing."""
        _, below = self.inner(path[:-1]).pairs.setdefault(path[-1], (self.place, []))
        assert isinstance(below, list)
        return below

    def node(self) -> MapNode:
        return MapNode({key: (place, _node(value, place)) for key, (place, value) in self.pairs.items()}, self.place)


def _node(value: Node | Record | list[Record], place: Place) -> Node:
    if isinstance(value, Record):
        return value.node()
    if isinstance(value, list):
        return ListNode(tuple(each.node() for each in value), value[0].place if value else place)
    return value


@dataclass(frozen=True)
class Contents:
    """What a workbook holds: YAML files as nodes with places in cells, other files as texts."""

    nodes: dict[str, Node]
    texts: dict[str, str]


def read_sheets(sheets: Sequence[Sheet], file: str, problems: Problems) -> Contents:
    """The files of the pack; everything that does not fit the layout is a problem at its cell."""
    return _Workbook(sheets, file, problems).read()


class _Workbook:
    def __init__(self, sheets: Sequence[Sheet], file: str, problems: Problems) -> None:
        self.file, self.problems = Place(file=file), problems
        self.sheets = {normal(sheet.name): sheet for sheet in sheets}
        self.files: dict[str, Record] = {}
        self.known: dict[Part, dict[tuple[str, ...], Record]] = {}

    def read(self) -> Contents:
        self._unknown_sheets()
        self._form()
        self._uses()
        for part in root_parts():
            for each in part.walk():
                self._part(each)
                self._tables(each)
        texts = self._texts()
        return Contents({name: record.node() for name, record in self.files.items()}, texts)

    def _unknown_sheets(self) -> None:
        known = [FORM, USES, TABLES, TEXTS, HELP, *(part.sheet for part in all_parts())]
        for name, sheet in self.sheets.items():
            if name not in {normal(each) for each in known} and not sheet.is_empty:
                words = f"方案包里没有“{short(sheet.name)}”这张表"
                hint = near(sheet.name, known) + " 不是方案包内容的，删去这张表"
                self.problems.add(sheet.place(0, 0), "unknown-sheet", words, hint)

    # --- pack.yaml and its lock ----------------------------------------------------------------------------------

    def _form(self) -> None:
        sheet = self.sheets.get(FORM)
        if sheet is None:
            words, hint = f"没有“{FORM}”这张表", "用 linghang pack export 导出一份，在它的基础上改"
            self.problems.add(self.file, "missing-sheet", words, hint)
            return
        record = self.files.setdefault("pack.yaml", Record(sheet.place(0, 0)))
        columns = {normal(column.heading): column for column in form_columns()}
        seen: dict[str, int] = {}
        for number in range(1, len(sheet.rows)):
            heading = normal(sheet.text(number, 0))
            column = columns.get(heading)
            if column is not None and heading not in seen:
                seen[heading] = number
                self._put(record, column, sheet, number, 1)
            elif heading or sheet.text(number, 1):
                code = "duplicate-column" if heading in seen else "unknown-column"
                words = f"“{short(heading)}”写了两次" if heading in seen else f"方案包没有“{short(heading)}”这一项"
                self.problems.add(sheet.place(number, 0), code, words, near(heading, columns))

    def _uses(self) -> None:
        sheet = self.sheets.get(USES)
        if sheet is None:
            return
        for number in range(1, len(sheet.rows)):
            name, least, version, locked = (sheet.text(number, column) for column in range(4))
            place = sheet.place(number, 0)
            if name and (least or not (version or locked)):
                uses = self.files.setdefault("pack.yaml", Record(place)).inner(("uses",))
                uses.pairs[name] = (place, ScalarNode(least, sheet.place(number, 1)))
            if version or locked:
                lock = self.files.setdefault(LOCK, Record(place)).inner(("locked", name))
                lock.pairs["version"] = (place, ScalarNode(version, sheet.place(number, 2)))
                lock.pairs["hash"] = (place, ScalarNode(locked, sheet.place(number, 3)))

    # --- lists ---------------------------------------------------------------------------------------------------

    def _part(self, part: Part) -> None:
        sheet = self.sheets.get(normal(part.sheet))
        if sheet is None:
            return
        if part.parent is None and part.file and not part.several_files:
            record = self.files.setdefault(part.file, Record(sheet.place(0, 0)))
            record.listed(part.at)
        heads = _Heads(part, sheet, self.problems)
        before: dict[str, str] = {}
        for number in range(1, len(sheet.rows)):
            if not any(sheet.text(number, column) for column in range(len(sheet.rows[number]))):
                continue
            lead = {name: sheet.text(number, column) for name, column in heads.lead.items()}
            keys = tuple(_key(lead.get(name), part) or before.get(name, "") for name in part.key_headings)
            before |= dict(zip(part.key_headings, keys, strict=True))
            record = Record(sheet.place(number, min(heads.columns, default=0)))
            put = self._home(part, keys, lead, sheet, number, heads, record)
            if put is None:
                continue
            for place, column in heads.columns.items():
                self._put(record, column, sheet, number, place)
            for place, key in heads.further.items():
                text = plain(sheet.value(number, place))
                if text:
                    where = sheet.place(number, place)
                    record.pairs[key] = (where, ScalarNode(text, where))
            put(record)

    def _put(self, record: Record, column: Column, sheet: Sheet, number: int, place: int) -> None:
        value, where = sheet.value(number, place), sheet.place(number, place)
        text = plain(value, column)
        if not text:
            return
        if column.form == "mark":
            self._mark(record, column, text, where)
            return
        if _is_bare_share(column, value):
            words = f"“{column.heading}”里是数 {text}，看不出是百分之几"
            self.problems.add(where, "bad-percent", words, "把单元格格式设成文本，写成 30%")
            return
        node = said(column, text, where)
        record.inner(column.path[:-1]).pairs[column.path[-1]] = (where, node)

    def _mark(self, record: Record, column: Column, text: str, where: Place) -> None:
        if text == MARKED:
            record.inner(column.path)
        else:
            words = f"“{column.heading}”这一列只能写“{MARKED}”或空着"
            self.problems.add(where, "bad-choice", words, f"内容写在“{column.heading}·…”的列里")

    # --- where a row belongs -------------------------------------------------------------------------------------

    def _home(
        self, part: Part, keys: tuple[str, ...], lead: dict[str, str], sheet: Sheet, number: int, heads: "_Heads",
        record: Record,
    ) -> Put | None:  # fmt: skip
        """How the row's record is added where it belongs; None, with a problem, when that is nowhere."""
        own = self.known.setdefault(part, {})
        if part.parent is None:
            return self._in_file(part, keys, lead, own, heads, sheet, number)
        owner, path = self._owner(part, keys, heads, sheet, number)
        if owner is None:
            return None
        if not part.keyed:
            beside = owner.listed(part.at)
            told = lead.get(NUMBER) or str(len(beside) + 1)
            own.setdefault((*path, told if part.is_numbered else self._own_name(part, heads, sheet, number)), record)
            return beside.append
        name = lead.get(IDENTIFIER, "")
        holder, where = owner.inner(part.at), sheet.place(number, heads.lead.get(IDENTIFIER, 0))
        if name in holder.pairs:
            self.problems.add(where, "duplicate-key", f"“{short(name)}”重复了", "只留一个")
            return None
        own.setdefault((*path, name), record)
        holder.pairs[name] = (where, record)
        return _nothing

    def _in_file(
        self, part: Part, keys: tuple[str, ...], lead: dict[str, str], own: dict[tuple[str, ...], Record],
        heads: "_Heads", sheet: Sheet, number: int,
    ) -> Put:  # fmt: skip
        name = lead.get(NUMBER) or str(number) if part.is_numbered else self._own_name(part, heads, sheet, number)

        def put(record: Record) -> None:
            own.setdefault((name,), record)
            if not part.several_files:
                self.files[part.file].listed(part.at).append(record)
            elif part.at:
                file = f"{part.file}{keys[0] or part.file.strip('/')}.yaml"
                self.files.setdefault(file, Record(record.place)).listed(part.at).append(record)
            else:
                self._whole_file(f"{part.file}{keys[0] or name or part.file.strip('/')}.yaml", record)

        return put

    def _whole_file(self, file: str, record: Record) -> None:
        """A row that is a file of its own; the name of a file is never used twice."""
        if not sound_name(file):
            words = f"“{short(file)}”不能作文件名"
            self.problems.add(record.place, "file-name", words, "文件一列写小写字母、数字和短横线")
        elif file in self.files:
            self.problems.add(record.place, "duplicate-id", f"文件“{short(file)}”重复了", "文件一列写不同的名称")
        else:
            self.files[file] = record

    def _own_name(self, part: Part, heads: "_Heads", sheet: Sheet, number: int) -> str:
        """What rows of further sheets call this one by."""
        place = next((p for p, c in heads.columns.items() if c.path == (part.own_key,)), None)
        return "" if place is None else sheet.text(number, place)

    def _owner(
        self, part: Part, keys: tuple[str, ...], heads: "_Heads", sheet: Sheet, number: int
    ) -> tuple[Record | None, tuple[str, ...]]:
        """The record of the sheet above that the row names; a blank name means the only one that there is."""
        assert part.parent is not None
        known = self.known.get(part.parent, {})
        fitting = [path for path in known if all(k in ("", p) for k, p in zip(keys, path, strict=True))]
        if len(fitting) == 1:
            return known[fitting[0]], fitting[0]
        titles = part.key_headings
        told = "、".join(f"{title}“{short(key)}”" for title, key in zip(titles, keys, strict=True) if key)
        words = f"没有{told}" if told else f"没有写这一行属于哪个{titles[-1]}"
        hint = near(keys[-1], sorted({path[-1] for path in known}))
        place = sheet.place(number, heads.lead.get(titles[-1], 0))
        self.problems.add(place, "unknown-row-owner", words, hint)
        return None, ()

    # --- decision tables -----------------------------------------------------------------------------------------

    def _tables(self, part: Part) -> None:
        sheet = self.sheets.get(TABLES)
        if sheet is None or not part.tables:
            return
        known = self.known.get(part, {})
        for begins, ends in _blocks(sheet):
            self._block(sheet, begins, ends, known)
        first = next((n for n in range(1, len(sheet.rows)) if sheet.text(n, 2)), len(sheet.rows))
        for number in range(1, first):
            if any(sheet.text(number, column) for column in range(len(sheet.rows[number]))):
                words = "这一行不在任何一张表里"
                self.problems.add(sheet.place(number, 0), "table-head", words, "上面先写一行：办法、项目、表、列名")

    def _block(self, sheet: Sheet, begins: int, ends: int, known: dict[tuple[str, ...], Record]) -> None:
        above = [n for n in range(1, begins + 1) if sheet.text(n, 0)]
        keys = (id_of(sheet.text(above[-1], 0)) if above else "", id_of(sheet.text(begins, 1)))
        fitting = [path for path in known if path[1] == keys[1] and keys[0] in ("", path[0])]
        name = next((key for key, word in TABLE_NAMES.items() if word == sheet.text(begins, 2)), "")
        if not name:
            words = f"“{short(sheet.text(begins, 2))}”不是表的名称"
            self.problems.add(sheet.place(begins, 2), "bad-choice", words, f"可用：{'、'.join(TABLE_NAMES.values())}")
        elif len(fitting) != 1:
            words = f"没有项目“{short(keys[1])}”" if keys[1] else "没有写这张表属于哪个项目"
            hint = near(keys[1], [path[1] for path in known])
            self.problems.add(sheet.place(begins, 1), "unknown-row-owner", words, hint)
        elif name in known[fitting[0]].pairs:
            words = f"项目“{short(keys[1])}”的{TABLE_NAMES[name]}写了两张"
            self.problems.add(sheet.place(begins, 2), "duplicate-key", words, "合成一张")
        else:
            known[fitting[0]].pairs[name] = (sheet.place(begins, 2), _table(sheet, begins, ends))

    # --- other files ---------------------------------------------------------------------------------------------

    def _texts(self) -> dict[str, str]:
        sheet = self.sheets.get(TEXTS)
        found: dict[str, list[str]] = {}
        for number in range(1, len(sheet.rows)) if sheet else ():
            assert sheet is not None
            name, value = sheet.text(number, 0), sheet.value(number, 1)
            if not name and value is None:
                continue
            if sound_name(name) and not name.endswith(".yaml"):
                found.setdefault(name, []).append(value if isinstance(value, str) else plain(value))
            else:
                words = f"“{short(name)}”不能作文件名"
                self.problems.add(sheet.place(number, 0), "file-name", words, "写 CHANGELOG.md 这样的名称")
        return {name: "\n".join(lines) for name, lines in found.items()}


def _key(text: str | None, part: Part) -> str:
    """What a row calls the record that it belongs to, without the name in brackets behind it."""
    return (text or "") if part.parent is None else id_of(text or "")


def _nothing(_: Record) -> None:
    """The record is where it belongs already."""


def _is_bare_share(column: Column, value: Value) -> bool:
    """Whether a program has made a number of something like 30%: 0.3 would be read as 0.3%."""
    if not isinstance(column.shape, Word) or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if column.shape.sort in ("percent", "share"):
        return 0 < value <= 1
    return column.shape.sort == "place" and 0 < value < 1


class _Heads:
    """Which column of a sheet is what: where rows belong (`lead`), the record's own, further keys."""

    def __init__(self, part: Part, sheet: Sheet, problems: Problems) -> None:
        self.part, self.sheet, self.problems = part, sheet, problems
        self.lead: dict[str, int] = {}
        self.columns: dict[int, Column] = {}
        self.further: dict[int, str] = {}
        self._read()
        self._missing()

    def _read(self) -> None:
        known = {normal(column.heading): column for column in self.part.columns}
        lead = {normal(name): name for name in self._leading()}
        seen: set[str] = set()
        for place in range(len(self.sheet.rows[0]) if self.sheet.rows else 0):
            heading = normal(self.sheet.text(0, place))
            if heading and heading in seen:
                self._wrong(place, "duplicate-column", f"列“{short(heading)}”写了两次", "删掉一列")
            elif heading in lead:
                self.lead[lead[heading]] = place
            elif heading in known:
                self.columns[place] = known[heading]
            elif heading and self.part.extra:
                self.further[place] = self.sheet.text(0, place).removeprefix(ATTRIBUTE)
            elif heading or self._is_used(place):
                words = f"“{self.part.sheet}”没有“{short(heading)}”这一列" if heading else "这一列没有列名"
                self._wrong(place, "unknown-column", words, near(heading, [*lead, *known]))
            seen.add(heading)

    def _leading(self) -> list[str]:
        part = self.part
        return [
            *part.key_headings, *([NUMBER] if part.is_numbered else []), *([IDENTIFIER] if part.keyed else []),
        ]  # fmt: skip

    def _missing(self) -> None:
        """A sheet without the column that says where its rows belong; a file's name has a default."""
        if self.sheet.is_empty:
            return
        for name in (*self.part.key_headings[-1:], *([IDENTIFIER] if self.part.keyed else [])):
            if name not in self.lead and name != FILE:
                self._wrong(0, "missing-column", f"“{self.part.sheet}”缺少“{name}”这一列", f"第一行补上“{name}”")

    def _is_used(self, place: int) -> bool:
        return any(self.sheet.text(number, place) for number in range(1, len(self.sheet.rows)))

    def _wrong(self, place: int, code: str, words: str, hint: str) -> None:
        self.problems.add(self.sheet.place(0, place), code, words, hint)


def _blocks(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """(first row, row after the last) of every decision table: one begins where the third cell says which it is."""
    begins = [number for number in range(1, len(sheet.rows)) if sheet.text(number, 2)]
    yield from pairwise([*begins, len(sheet.rows)])


def _table(sheet: Sheet, begins: int, ends: int) -> MapNode:
    width = max((c + 1 for c in range(3, len(sheet.rows[begins])) if sheet.text(begins, c)), default=3)
    columns = _cells(sheet, begins, width)
    rows = []
    for number in range(begins + 1, ends):
        filled = [c + 1 for c in range(3, len(sheet.rows[number])) if sheet.text(number, c)]
        if filled:
            rows.append(_cells(sheet, number, max(width, *filled)))
    place = sheet.place(begins, 2)
    listed = ListNode(tuple(rows), place)
    return MapNode({"columns": (place, columns), "rows": (place, listed)}, place)


def _cells(sheet: Sheet, number: int, width: int) -> ListNode:
    cells = (ScalarNode(sheet.text(number, c), sheet.place(number, c)) for c in range(3, width))
    return ListNode(tuple(cells), sheet.place(number, 3))
