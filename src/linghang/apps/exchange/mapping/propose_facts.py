"""Which sheets of a workbook hold records, how each is laid out, and which column is what."""

import re

from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.marks import neutral_values
from linghang.apps.exchange.mapping.model import FactsSheet, ItemColumn, Layout, Meaning, NameColumn
from linghang.apps.exchange.mapping.propose_items import NOT_ITEMS, propose_item, propose_marks, values_in
from linghang.apps.exchange.mapping.propose_roster import branch_of_sheet
from linghang.apps.exchange.mapping.sheet_view import SheetView, day_in
from linghang.apps.exchange.mapping.subject_matter import Matter, matter_of
from linghang.apps.exchange.mapping.titles import FACT_TITLES, is_left_alone
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.headers import find_header
from linghang.apps.exchange.words import plain
from linghang.engine.packs.model import FactKind
from linghang.engine.problems import Place, Problems

_NOT_FACTS = re.compile("关账.*|.*名册|填写说明|填报说明|说明|字典|选项|封面|目录")
_SUMS = re.compile("汇总|统计|合计|总表")  # reading sums beside their details would count twice
_DATED = re.compile(r"^(?!入党|出生|转正|参加|填报|填表|登记|审核)\D*(?:日期|时间)$")
_WHO = re.compile("(?:人员|名单|党员|人|者|同志)$")


def propose_facts(book: Workbook, lexicon: Lexicon, people: People) -> tuple[tuple[FactsSheet, ...], Problems]:
    """A proposal for every visible sheet that holds records, with a warning for each thing that it is unsure of."""
    problems = Problems()
    found = [p for s in book if not s.hidden and (p := _propose_sheet(book, s, lexicon, people, problems))]
    if not found:
        words = "没有找到记录：没有哪张表既有姓名（或编码）又有事项、日期"
        problems.add(Place(file=book.file), "no-facts", words, "在表头写明“姓名”“日期”“事项”，或在列对应表里指明")
    return tuple(found), problems


def _propose_sheet(
    book: Workbook, sheet: Sheet, lexicon: Lexicon, people: People, problems: Problems
) -> FactsSheet | None:
    if _NOT_FACTS.fullmatch(sheet.name.strip()) or not any(sheet.rows):
        return None
    if _SUMS.search(sheet.name):
        _not_read(book, sheet, problems, "从名称看是汇总，明细在别的表里")
        return None
    header = find_header(sheet, lambda text: _weigh(text, lexicon))
    if header is None:
        _not_read(book, sheet, problems, "找不到表头")
        return None
    view = SheetView(book, sheet, header, lexicon, people, matter_of(sheet, header, lexicon), problems)
    proposed = _lay_out(view)
    if proposed is None:
        _not_read(book, sheet, problems, "看不出哪一列是姓名，或是什么事项")
    return proposed


def _not_read(book: Workbook, sheet: Sheet, problems: Problems, why: str) -> None:
    words, hint = f"没有读工作表“{sheet.name}”：{why}", "有记录要读的，在列对应表里写明；没有就不用管"
    problems.add(book.place(sheet, 0, 0), "sheet-not-read", words, hint, severity="warning")


def _weigh(text: str, lexicon: Lexicon) -> int:
    role = FACT_TITLES.role([text])
    if role in ("name", "code"):
        return 3
    return int(bool(role) or lexicon.is_attribute_title(text) or lexicon.kind(text) is not None)


def _lay_out(view: SheetView) -> FactsSheet | None:
    attributes = _attribute_columns(view)
    taken = set(attributes.values())
    columns = FACT_TITLES.columns({c: t for c, t in view.header.titles.items() if c not in taken})
    if "day" not in columns and (column := _day_column(view, taken | set(columns.values()))) is not None:
        columns["day"] = column
    branch = "" if "organisation" in columns else _branch(view)
    if "day" not in columns and ("name" in columns or "code" in columns):
        return _wide(view, columns, attributes, branch) or _undated(view, columns, attributes, branch)
    if "name" in columns or "code" in columns:
        return _rows(view, columns, attributes, branch, Layout.LONG, ())
    names = _name_columns(view, taken | set(columns.values()))
    return _rows(view, columns, attributes, branch, Layout.EVENT, names) if names else None


def _day_column(view: SheetView, taken: set[int]) -> int | None:
    """A column such as 核实日期: called a date, and not holding amounts (服务时间 may be hours)."""
    for column, titles in view.header.titles.items():
        if column not in taken and _DATED.search(titles[-1]) and not view.holds_amounts(column):
            return column
    return None


def _branch(view: SheetView) -> str:
    said = branch_of_sheet(view.sheet, view.header)
    return said if said and view.people.branch(said) else ""


def _attribute_columns(view: SheetView) -> dict[str, int]:
    """Attribute title → column, for titles that are no name, code, branch or day."""
    found: dict[str, int] = {}
    for column, titles in view.header.titles.items():
        lowest = titles[-1]
        protected = FACT_TITLES.role(titles) in ("name", "code", "organisation", "day", "kind", "event")
        kind = view.matter.kind
        own = kind is not None and view.lexicon.attribute(kind, lowest) is not None
        if own or (not protected and view.lexicon.is_attribute_title(lowest)):
            found.setdefault(lowest, column)
    return found


def _name_columns(view: SheetView, taken: set[int]) -> tuple[NameColumn, ...]:
    """Columns whose cells hold names of the roster, with what their titles say of the people in them."""
    kind = view.matter.kind
    found: list[NameColumn] = []
    for column, titles in view.header.titles.items():
        if column in taken or is_left_alone(titles) or not _speaks_of_people(view, column):
            continue
        words = [_WHO.sub("", plain(t)) or plain(t) for t in titles]
        found.append(NameColumn(column, values_in(view, kind, words) if kind else {}))
    return tuple(found)


def _speaks_of_people(view: SheetView, column: int) -> bool:
    if view.sample(column):
        return view.holds_names(column)
    kind = view.matter.kind  # an empty column 缺席 is read as well: next month it is filled
    return kind is not None and any(
        view.lexicon.attribute_of_value(kind, _WHO.sub("", plain(t))) for t in view.header.titles[column]
    )


def _rows(
    view: SheetView, columns: dict[str, int], attributes: dict[str, int], branch: str, layout: Layout,
    names: tuple[NameColumn, ...],
) -> FactsSheet | None:  # fmt: skip
    if "kind" in columns and not _speaks_of_kinds(view, columns["kind"]):
        del columns["kind"]
    kind = view.matter.kind
    if "kind" not in columns and kind is None:
        return None
    _warn_of_rivals(view, "kind" in columns)
    kinds = _kinds_in(view, columns["kind"]) if "kind" in columns else [kind] if kind else []
    _warn_of_silence(view, kinds, {*attributes, *(a for name in names for a in name.fixed)})
    return FactsSheet(
        view.table, layout, columns, attributes, names, (),
        kind="" if "kind" in columns or kind is None else kind.title["zh"],
        organisation=branch, day="" if "day" in columns else _day_above(view), defaults=_defaults(kinds),
    )  # fmt: skip


def _undated(view: SheetView, columns: dict[str, int], attributes: dict[str, int], branch: str) -> FactsSheet | None:
    """One row per record, all of the day that stands above the table."""
    return _rows(view, columns, attributes, branch, Layout.LONG, ()) if _day_above(view) else None


def _day_above(view: SheetView) -> str:
    return next((day for text in view.texts_above() if (day := day_in(text))), "")


def _wide(view: SheetView, columns: dict[str, int], attributes: dict[str, int], branch: str) -> FactsSheet | None:
    who: dict[str, int] = {role: columns[role] for role in ("name", "code", "organisation") if role in columns}
    items: list[ItemColumn] = []
    for column, titles in view.header.titles.items():
        if column in (*who.values(), *attributes.values()) or is_left_alone(titles):
            continue
        item = propose_item(view, column)
        if item:
            items.append(item)
        elif view.sample(column) and not titles[-1].endswith(NOT_ITEMS):
            title = " ".join(titles)
            view.unsure(column, "column-not-read", f"没有读“{title}”这一列", "要读的，在列对应表里写明它是什么事项")
    if not items:
        return None
    marks = propose_marks(view, tuple(items))
    kinds = [k for i in items if (k := view.lexicon.kind(i.kind))]
    silent = {k.id: k for i in items if i.meaning is not Meaning.MARKS and (k := view.lexicon.kind(i.kind))}
    _warn_of_silence(view, list(silent.values()), {*attributes, *(a for i in items for a in i.fixed)})
    return FactsSheet(
        view.table,
        Layout.WIDE,
        who,
        attributes=attributes,
        items=tuple(items),
        organisation=branch,
        marks=marks,
        defaults=_defaults(kinds),
    )


def _warn_of_silence(view: SheetView, kinds: list[FactKind], said: set[str]) -> None:
    """Name the required attributes of which neither a column nor anything else in the table speaks."""
    said = {plain(word) for word in said}
    for kind in kinds:
        neutral = neutral_values(kind)
        for attribute in kind.attributes.values():
            title = attribute.title["zh"]
            if not attribute.required or title in neutral or {plain(title), plain(attribute.id)} & said:
                continue
            words = [t["zh"] for t in attribute.values.values()]
            hint = f"都一样的，写 固定: {{{title}: {words[0]}}}；可以写：{'、'.join(words)}"
            view.unsure(0, "attribute-not-said", f"“{kind.title['zh']}”的{title}，表里没有这一列", hint)


def _defaults(kinds: list[FactKind]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in kinds:
        found |= neutral_values(kind)
    return found


def _speaks_of_kinds(view: SheetView, column: int) -> bool:
    sample = view.sample(column)
    return sum(view.lexicon.kind(text) is not None for text in sample) * 2 >= len(sample)


def _kinds_in(view: SheetView, column: int) -> list[FactKind]:
    found = {k.id: k for text in view.sample(column) if (k := view.lexicon.kind(text))}
    return list(found.values())


def _warn_of_rivals(view: SheetView, has_kinds: bool) -> None:
    matter: Matter = view.matter
    if matter.kind and matter.rivals and not has_kinds:
        others = "、".join(f"“{k.title['zh']}”" for k in matter.rivals)
        words = f"把这张表读作“{matter.kind.title['zh']}”，也可能是{others}"
        view.unsure(0, "kind-assumed", words, "在列对应表的“事项”里写明")
