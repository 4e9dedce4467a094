"""Which sheets and columns a pack has: derived from the shapes of its files, named by `field_words`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from linghang.engine.packs.cases import CASES
from linghang.engine.packs.field_words import words_of
from linghang.engine.packs.load import PARTS
from linghang.engine.packs.read import IDENTITY
from linghang.engine.packs.schema import TITLE, ListOf, MapOf, OneOrMany, Record, Shape
from linghang.engine.packs.schemes import SCHEME
from linghang.engine.packs.tables import TABLE

ENGLISH = "（英文）"
JOIN = "·"
FILE, NUMBER, IDENTIFIER = "文件", "序号", "编号"
FORM, USES, TEXTS, HELP = "方案包", "所用方案包", "其他文本", "填写说明"
TABLES = "项目·表格"

Keys = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: the keys that lead from the record to its value. `form` is one, list, map, zh, en or mark."""

    path: Keys
    heading: str
    form: str
    shape: Shape
    note: str = ""
    required: bool = False


@dataclass(eq=False)
class Part:
    """One sheet: a list (or a mapping, `keyed`) of records at `at` below the records of `parent`.

    `own_key` is what rows of further parts call a record by: a key of it, or "" where rows are numbered.
    `file` is the file, or the folder of files, that a part without parent lies in.
    """

    sheet: str
    title: str  # what one of its records is called where others refer to it
    at: Keys
    keyed: bool
    columns: tuple[Column, ...]
    own_key: str
    parent: "Part | None" = None
    file: str = ""
    extra: bool = False  # further columns are keys of the record: attributes of facts in cases
    tables: tuple[str, ...] = ()
    parts: list["Part"] = field(default_factory=list)

    @property
    def several_files(self) -> bool:
        return self.file.endswith("/")

    @property
    def is_numbered(self) -> bool:
        """Whether its rows carry a number because others refer to them and they have no id."""
        return not self.own_key and bool(self.parts)

    @property
    def key_headings(self) -> tuple[str, ...]:
        """The columns by which a row says where it belongs, before its own."""
        if self.parent is None:
            return (FILE,) if self.several_files else ()
        above = self.parent
        inherited = above.key_headings if above.parent else ()
        return (*inherited, above.title)

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()


def record_of(shape: Any) -> Record | None:
    """The mapping that a shape reads, where it reads one."""
    if isinstance(shape, Record):
        return shape
    found = getattr(shape, "record", None)
    return found if isinstance(found, Record) else None


def is_table(shape: Any) -> bool:
    return shape is TABLE


def is_records(shape: Any) -> bool:
    """Whether it is a list or mapping of things that need a sheet of their own."""
    inner = shape.shape if isinstance(shape, ListOf | OneOrMany) else shape.value if isinstance(shape, MapOf) else None
    return inner is not None and record_of(inner) is not None


def columns_of(record: Record, path: Keys = (), before: str = "") -> Iterator[Column]:
    """The columns of a record, those of records within it behind their heading."""
    for key, of in record.fields.items():
        words = words_of(record.what, key)
        here, heading = (*path, key), f"{before}{words.name}"
        shape: Any = of.shape
        required = of.required and not path
        inner = record_of(shape)
        if shape is TITLE:
            yield Column((*here, "zh"), heading, "zh", shape, words.note, required)
            yield Column((*here, "en"), heading + ENGLISH, "en", shape)
        elif is_table(shape) or is_records(shape):
            continue
        elif inner is not None:
            yield Column(here, heading, "mark", shape, words.note)
            yield from columns_of(inner, here, f"{heading}{JOIN}")
        else:
            form = "list" if isinstance(shape, ListOf | OneOrMany) else "map" if isinstance(shape, MapOf) else "one"
            yield Column(here, heading, form, shape, words.note, required)


def _parts_of(record: Record, parent: Part, path: Keys = (), before: str = "") -> Iterator[Part]:
    """The sheets of lists within a record, at any depth of records within it."""
    for key, of in record.fields.items():
        shape: Any = of.shape
        words = words_of(record.what, key)
        here, name = (*path, key), f"{before}{words.name}"
        inner = record_of(shape)
        if is_records(shape):
            sheet = name if record is SCHEME else f"{parent.sheet}{JOIN}{name}"  # there is rarely more than one scheme
            yield _part(sheet, words.name, here, shape, parent=parent)
        elif inner is not None and shape is not TITLE and not is_table(shape):
            yield from _parts_of(inner, parent, here, f"{name}{JOIN}")


def _part(sheet: str, title: str, at: Keys, shape: Any, *, parent: Part | None = None, file: str = "") -> Part:
    """The sheet of a list or mapping, with the sheets of the lists within its records."""
    inner = shape.value if isinstance(shape, MapOf) else shape.shape if isinstance(shape, ListOf) else shape
    record = record_of(inner)
    assert record is not None
    keyed = isinstance(shape, MapOf)
    own = "scheme" if record is SCHEME else "id" if keyed or "id" in record.fields else ""
    tables = tuple(k for k, of in record.fields.items() if is_table(of.shape))
    columns = tuple(columns_of(record)) if inner is not TITLE else _title_columns()
    extra = record.what == "记录"
    part = Part(sheet, title, at, keyed, columns, own, parent, file, extra, tables)
    part.parts.extend(_parts_of(record, part))
    return part


def _title_columns() -> tuple[Column, ...]:
    """Of a list of names: the records are the names themselves."""
    return (Column(("zh",), "名称", "zh", TITLE, required=True), Column(("en",), f"名称{ENGLISH}", "en", TITLE))


@cache
def form_columns() -> tuple[Column, ...]:
    """The lines of the sheet that says which pack it is."""
    return tuple(column for column in columns_of(IDENTITY) if column.path != ("uses",))


@cache
def root_parts() -> tuple[Part, ...]:
    """Every sheet that holds the lists of a file, or one record per file."""
    found = []
    for file, record in PARTS.items():
        for key, of in record.fields.items():
            name = words_of(record.what, key).name
            found.append(_part(name, name, (key,), of.shape, file=file))
    found.append(_part("办法", "办法", (), SCHEME, file="schemes/"))
    cases = CASES.fields["cases"].shape
    found.append(_part("算例", "算例", ("cases",), cases, file="cases/"))
    return tuple(found)


def all_parts() -> Iterator[Part]:
    for part in root_parts():
        yield from part.walk()
