"""A proposal as a page shows it, and a person's choices put back into the mapping of each file.

Names of fields: `f<file>s<sheet>` with `-taken`, `-rows`, `-kind`, `-branch`, `-day`, `-blank`, and `-c<column>` for a
column's meaning; an item column has `-m` (what a cell says), `-d` (its day) and `-x` (fixed: 级别=省级) behind it.
A column's meaning is `role:<role>`, `attribute:<title>`, `names`, `item:<kind>` or "" (not read).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

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
from linghang.apps.exchange.mapping.titles import is_left_alone
from linghang.apps.exchange.matching.words import COLUMN_ROLES, TAKEN

ROSTER, CLOSINGS, UNREAD = "roster", "closings", ""
LAYOUTS = {"long": Layout.LONG, "wide": Layout.WIDE, "event": Layout.EVENT}
_ROWS = re.compile(r"\s*(\d{1,4})(?:\s*[-~－—至到]\s*(\d{1,4}))?\s*")
_ROLE_WORDS = {**ROSTER_ROLES, **FACT_ROLES, **CLOSING_ROLES}
_WIDE_ROLES = ("code", "name", "organisation")


def _pairs(values: Mapping[str, str]) -> str:
    """级别=省级,形式=讲座"""
    return ",".join(f"{attribute}={value}" for attribute, value in values.items())


@dataclass(frozen=True)
class Vocabulary:
    """What can be said of a file: `ways` in which a sheet may be taken with their words, and what the columns of a
    sheet with a row per entry can mean; `needed` of these must be there. `kinds` are those of records."""

    ways: Mapping[str, Any]
    rows: Mapping[str, Any] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    kinds: Sequence[Mapping[str, Any]] = ()
    branch: str = "organisation"  # the column whose place a word for the whole sheet can take, "" for none

    def role(self, role: str) -> Any:
        """The word for a role."""
        return self.rows.get(role) or COLUMN_ROLES.get(role) or _ROLE_WORDS.get(role, role)


def roster_vocabulary() -> Vocabulary:
    """A file of members of whom records are scored."""
    rows = {role: COLUMN_ROLES.get(role, title) for role, title in ROSTER_ROLES.items()}
    return Vocabulary({way: TAKEN[way] for way in (ROSTER, UNREAD)}, rows, needed=("name",))


def records_vocabulary(kinds: Sequence[Mapping[str, Any]]) -> Vocabulary:
    """A file of records of these kinds (`title`, `attributes`: title → titles of values)."""
    return Vocabulary({way: TAKEN[way] for way in (*LAYOUTS, CLOSINGS, UNREAD)}, kinds=kinds)


@dataclass(frozen=True)
class ColumnView:
    """One column: its title and samples, what it is taken for, and what was unsure about it."""

    key: str
    letter: str
    title: str
    samples: tuple[str, ...]
    meaning: str
    choices: tuple[tuple[str, Any], ...]
    doubts: tuple[str, ...]
    item: ItemColumn | None = None

    @property
    def fixed(self) -> str:
        return _pairs(self.item.fixed) if self.item else ""


@dataclass(frozen=True)
class SheetView:
    """One sheet of one file, unsure columns first."""

    key: str
    sheet: str  # as people know it
    taken: str
    word: Any
    rows: str
    kind: str
    branch: str
    day: str
    blank: str  # what attributes are where nothing is written: 角色=参加者
    columns: tuple[ColumnView, ...]
    doubts: tuple[str, ...]
    choices: tuple[tuple[str, Any], ...]
    problems: tuple[str, ...] = ()
    whole: bool = True  # whether a word for the whole sheet can take the place of a column

    @property
    def unsure(self) -> int:
        return len(self.doubts) + sum(len(c.doubts) for c in self.columns)

    @property
    def open(self) -> bool:
        return bool(self.unsure or self.problems)

    @property
    def unread(self) -> tuple[str, ...]:
        """Titles of columns that are not read though they may say something."""
        left = (c for c in self.columns if self.taken and not c.meaning and c.samples)
        return tuple(c.title for c in left if c.title and not is_left_alone((c.title,)))

    @property
    def read(self) -> int:
        return sum(bool(c.meaning) for c in self.columns)


def views_of(file: Mapping[str, Any], mapping: TableMapping, vocabulary: Vocabulary, *, number: int = 0,
             problems: Mapping[str, list[str]] | None = None) -> list[SheetView]:  # fmt: skip
    """The sheets of a file as the mapping reads them now; `number` tells several files on one page apart."""
    found = [
        _view(f"f{number}s{place}", sheet, mapping, vocabulary, (problems or {}).get(sheet["sheet"], []))
        for place, sheet in enumerate(file["sheets"])
    ]
    return sorted(found, key=lambda view: not view.open)


def _view(key: str, sheet: Mapping[str, Any], mapping: TableMapping, vocabulary: Vocabulary,
          problems: list[str]) -> SheetView:  # fmt: skip
    mapped = mapped_sheet(mapping, sheet["sheet"])
    taken = _taken(mapped)
    first, last = sheet["first"] + 1, sheet["last"] + 1
    columns = [_column(key, column, mapped, taken, vocabulary) for column in sheet["columns"]]
    return SheetView(
        key=key,
        sheet=sheet["called"],
        taken=taken,
        word=vocabulary.ways.get(taken, TAKEN[taken]),
        rows=f"{first}" if first == last else f"{first}-{last}",
        kind=mapped.kind if isinstance(mapped, FactsSheet) else "",
        branch=mapped.organisation if isinstance(mapped, (FactsSheet, RosterSheet)) else "",
        day=mapped.day if isinstance(mapped, FactsSheet) else "",
        blank=_pairs(mapped.defaults) if isinstance(mapped, FactsSheet) else "",
        columns=tuple(sorted(columns, key=lambda c: not c.doubts)),
        doubts=tuple(_doubt(d) for d in sheet["doubts"]),
        choices=tuple(vocabulary.ways.items()),
        problems=tuple(problems),
        whole=bool(vocabulary.branch),
    )


def _doubt(problem: Mapping[str, Any]) -> str:
    return f"{problem['message']}。{problem['hint']}" if problem["hint"] else str(problem["message"])


Mapped = RosterSheet | FactsSheet | ClosingsSheet | None


def mapped_sheet(mapping: TableMapping, sheet: str) -> Mapped:
    """What the mapping says of a sheet, None when it is not read."""
    closings = [mapping.closings] if mapping.closings else []
    every: list[RosterSheet | FactsSheet | ClosingsSheet] = [*mapping.roster, *mapping.facts, *closings]
    return next((s for s in every if s.table.sheet == sheet), None)


def _taken(mapped: Mapped) -> str:
    if isinstance(mapped, FactsSheet):
        return next(word for word, layout in LAYOUTS.items() if layout is mapped.layout)
    return ROSTER if isinstance(mapped, RosterSheet) else CLOSINGS if mapped else UNREAD


def _column(key: str, column: Mapping[str, Any], mapped: Mapped, taken: str, vocabulary: Vocabulary) -> ColumnView:
    number = column["column"]
    item = next((i for i in mapped.items if i.column == number), None) if isinstance(mapped, FactsSheet) else None
    return ColumnView(
        key=f"{key}-c{number}",
        letter=column["letter"],
        title=column["title"],
        samples=tuple(column["samples"]),
        meaning=_meaning(number, mapped),
        choices=tuple(_choices(taken, mapped, vocabulary)),
        doubts=tuple(_doubt(d) for d in column["doubts"]),
        item=item,
    )


def _meaning(column: int, mapped: Mapped) -> str:
    if mapped is None:
        return ""
    for role, number in mapped.columns.items():
        if number == column:
            return f"role:{role}"
    if isinstance(mapped, FactsSheet):
        for title, number in mapped.attributes.items():
            if number == column:
                return f"attribute:{title}"
        if any(name.column == column for name in mapped.names):
            return "names"
        item = next((i for i in mapped.items if i.column == column), None)
        return f"item:{item.kind}" if item else ""
    return ""


def _choices(taken: str, mapped: Mapped, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    """What a column can mean on such a sheet; for a sheet that is not read, whatever any sheet could say."""
    yield "", _("不读")
    for role in _roles_on(taken, vocabulary):
        yield f"role:{role}", vocabulary.role(role)
    if not vocabulary.kinds:
        return
    if taken in ("long", "event", UNREAD):
        yield "names", _("名单（一格几个人）")
        for title in _attribute_titles(mapped, vocabulary.kinds):
            yield f"attribute:{title}", _("属性：%(title)s") % {"title": title}
    if taken in ("wide", UNREAD):
        for kind in vocabulary.kinds:
            yield f"item:{kind['title']}", _("事项：%(title)s") % {"title": kind["title"]}


def _roles_on(taken: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if ROSTER in vocabulary.ways:
        return tuple(vocabulary.rows)
    if taken == UNREAD:
        return tuple(dict.fromkeys([*FACT_ROLES, *CLOSING_ROLES]))
    return {CLOSINGS: tuple(CLOSING_ROLES), "wide": _WIDE_ROLES}.get(taken, tuple(FACT_ROLES))


def _attribute_titles(mapped: Mapped, kinds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Attributes of the sheet's own kind, or of every kind where a column tells the kind; what is mapped stays."""
    own = [k for k in kinds if isinstance(mapped, FactsSheet) and k["title"] == mapped.kind] or kinds
    used = list(mapped.attributes) if isinstance(mapped, FactsSheet) else []
    return list(dict.fromkeys([*used, *(title for kind in own for title in kind["attributes"])]))


# --- a person's choices ----------------------------------------------------------------------------------------------


@dataclass
class Corrected:
    """The mapping as a person wants it; `problems` by sheet; `headers`, the rows of headers that he sees elsewhere."""

    mapping: TableMapping
    problems: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, list[int]] = field(default_factory=dict)


def corrected(
    posted: Mapping[str, str], file: Mapping[str, Any], mapping: TableMapping, vocabulary: Vocabulary, *,
    number: int = 0,
) -> Corrected:  # fmt: skip
    """Put the posted choices for one file into its mapping; what they do not speak of stays as it is."""
    roster: list[RosterSheet] = []
    facts: list[FactsSheet] = []
    closings: ClosingsSheet | None = None
    found = Corrected(mapping)
    for place, sheet in enumerate(file["sheets"]):
        choice = _Choice(posted, f"f{number}s{place}", sheet, mapped_sheet(mapping, sheet["sheet"]), vocabulary)
        moved = bool(choice.header) and choice.header != [sheet["first"], sheet["last"]]
        made = None if moved else choice.sheet()
        if choice.problems:
            found.problems[sheet["sheet"]] = choice.problems
        if moved:  # its columns are named elsewhere: what was chosen for them speaks of other words
            found.headers[sheet["sheet"]] = choice.header
        if isinstance(made, RosterSheet):
            roster.append(made)
        elif isinstance(made, FactsSheet):
            facts.append(made)
        elif made is not None:
            closings = made
    found.mapping = TableMapping(tuple(roster), tuple(facts), closings)
    return found


class _Choice:
    """What a person chose for one sheet."""

    def __init__(
        self, posted: Mapping[str, str], key: str, sheet: Mapping[str, Any], before: Mapped, vocabulary: Vocabulary
    ) -> None:
        self._posted, self._key, self._sheet, self._before = posted, key, sheet, before
        self._vocabulary = vocabulary
        self.problems: list[str] = []
        self.header = self._header()

    def _said(self, part: str, usual: str = "") -> str:
        return self._posted.get(f"{self._key}-{part}", usual).strip()

    def _header(self) -> list[int]:
        written = self._said("rows")
        found = _ROWS.fullmatch(written)
        if not found:
            if written:
                self.problems.append(_("表头行写行号，如 2 或 2-3。"))
            return []
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= min(self._sheet["rows"], first + 2):
            self.problems.append(_("表头行最多三行，并且要在表里。"))
            return []
        return [first - 1, last - 1]

    def sheet(self) -> Mapped:
        taken = self._said("taken", _taken(self._before))
        if taken == UNREAD or taken not in self._vocabulary.ways:
            return None
        table = Table(self._sheet["sheet"], self._sheet["first"], self._sheet["last"])
        meanings = {
            c["column"]: self._said(f"c{c['column']}", _meaning(c["column"], self._before))
            for c in self._sheet["columns"]
        }
        columns = self._roles(meanings)
        if taken == ROSTER:
            return self._roster(table, columns)
        if taken == CLOSINGS:
            return self._closings(table, columns)
        return self._facts(table, columns, meanings, LAYOUTS.get(taken, Layout.LONG))

    def _roles(self, meanings: Mapping[int, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for column, meaning in meanings.items():
            kind, _colon, role = meaning.partition(":")
            if kind != "role":
                continue
            if role in found:
                self.problems.append(_("“%(role)s”选了两列，请留一列。") % {"role": self._vocabulary.role(role)})
            found[role] = column
        return found

    def _roster(self, table: Table, columns: dict[str, int]) -> RosterSheet:
        columns = {role: column for role, column in columns.items() if role in self._vocabulary.rows}
        whole = self._said("branch", self._before.organisation if isinstance(self._before, RosterSheet) else "")
        for role in self._vocabulary.needed:
            if role not in columns and not (role == self._vocabulary.branch and whole):
                words = {"role": self._vocabulary.role(role)}
                self.problems.append(_("没有选哪一列是“%(role)s”。") % words)
        return RosterSheet(table, columns, whole)

    def _closings(self, table: Table, columns: dict[str, int]) -> ClosingsSheet:
        columns = {role: column for role, column in columns.items() if role in CLOSING_ROLES}
        if set(columns) != set(CLOSING_ROLES):
            self.problems.append(_("关账要选出支部和月份两列。"))
        return ClosingsSheet(table, columns)

    def _facts(self, table: Table, columns: dict[str, int], meanings: Mapping[int, str], layout: Layout) -> FactsSheet:
        before = self._before if isinstance(self._before, FactsSheet) else FactsSheet(table, layout)
        columns = {role: column for role, column in columns.items() if role in FACT_ROLES}
        names = {name.column: name for name in before.names}
        made = replace(
            before,
            table=table,
            layout=layout,
            columns=columns,
            attributes={m.partition(":")[2]: c for c, m in meanings.items() if m.startswith("attribute:")},
            names=tuple(names.get(c, NameColumn(c)) for c, m in meanings.items() if m == "names"),
            items=tuple(self._item(c, m, before) for c, m in meanings.items() if m.startswith("item:")),
            kind="" if "kind" in columns or layout is Layout.WIDE else self._said("kind", before.kind),
            organisation="" if "organisation" in columns else self._said("branch", before.organisation),
            day="" if "day" in columns or layout is Layout.WIDE else self._said("day", before.day),
            defaults=self._pairs(self._said("blank", _pairs(before.defaults))),
        )
        self._check(made)
        return made

    def _check(self, made: FactsSheet) -> None:
        if not ({"name", "code"} & set(made.columns) or made.names):
            self.problems.append(_("没有选哪一列是姓名（或编码、名单）。"))
        if made.layout is Layout.WIDE and not made.items:
            self.problems.append(_("横表至少要有一列是事项。"))
        if made.layout is not Layout.WIDE and not made.kind and "kind" not in made.columns:
            self.problems.append(_("没有说这张表记的是什么事项：选整张表的事项，或选出“事项”列。"))
        if made.layout is not Layout.WIDE and not made.day and "day" not in made.columns:
            self.problems.append(_("没有日期：选出“日期”列，或写整张表的日期。"))

    def _item(self, column: int, meaning: str, before: FactsSheet) -> ItemColumn:
        kind = meaning.partition(":")[2]
        title = next(c["title"] for c in self._sheet["columns"] if c["column"] == column)
        old = next((i for i in before.items if i.column == column), None) or ItemColumn(
            column, title, kind, Meaning.COUNT
        )
        fixed = self._said(f"c{column}-x", _pairs(old.fixed))
        try:
            cell = Meaning(self._said(f"c{column}-m", old.meaning.value))
        except ValueError:
            cell = old.meaning
        day = self._said(f"c{column}-d", old.day) or MONTH_END
        return replace(old, kind=kind, meaning=cell, day=day, fixed=self._pairs(fixed))

    def _pairs(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in re.split("[,，;；、]", text):
            name, sign, value = part.replace("＝", "=").partition("=")
            if sign and name.strip() and value.strip():
                found[name.strip()] = value.strip()
            elif part.strip():
                self.problems.append(_("固定取值写成“属性=取值”，如 级别=省级：%(part)s") % {"part": part.strip()})
        return found
