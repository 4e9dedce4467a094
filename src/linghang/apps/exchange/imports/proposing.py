"""Which sheets of a file belong to a kind of import, and which column is what, by their titles."""

from collections.abc import Mapping

from linghang.apps.exchange.kinds import ImportKind, Proposed
from linghang.apps.exchange.mapping.model import RosterSheet, Table, TableMapping
from linghang.apps.exchange.mapping.propose_roster import branch_of_sheet, is_roster_name
from linghang.apps.exchange.mapping.titles import Titles, is_left_alone
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.headers import Header, find_header
from linghang.engine.problems import Place, Problems


def titles_of(kind: ImportKind) -> Titles:
    """The words that people write above the columns of this kind."""
    return Titles({column.id: f"{_joined(str(column.title))} {column.words} {column.id}" for column in kind.columns})


def _joined(title: str) -> str:
    return "".join(title.split())


def propose_rows(book: Workbook, kind: ImportKind) -> Proposed:
    """Every sheet in which all needed columns are found; a sheet per branch may say the branch in its title.

    A title that only holds a known word is taken for it and said to be unsure.
    """
    titles, problems = titles_of(kind), Problems()
    found = [mapped for sheet in book if (mapped := _sheet(book, sheet, kind, titles, problems)) is not None]
    if not found:
        needed = "、".join(str(column.title) for column in kind.columns if column.required)
        words = f"没有哪张表有这些列：{needed}"
        problems.add(Place(file=book.file), "no-such-sheet", words, "在下面指出哪一行是表头、哪一列是什么")
    return Proposed(TableMapping(roster=tuple(found)), problems)


def _sheet(book: Workbook, sheet: Sheet, kind: ImportKind, titles: Titles, problems: Problems) -> RosterSheet | None:
    header = find_header(sheet, lambda text: _weight(text, kind, titles))
    if header is None:
        return None
    known = titles.columns(header.titles)
    columns = known | _guessed(header, titles, known)
    whole = "" if not kind.whole or kind.whole in columns else _whole(sheet, header)
    missing = {role for role in kind.needed if role not in columns and not (role == kind.whole and whole)}
    if missing:
        return None
    _say_unsure(book, sheet, kind, header, known, columns, problems)
    if kind.whole and kind.whole not in columns and (not whole or _by_its_name_alone(book, sheet, header)):
        _say_whole(book, sheet, kind, whole, problems)
    return RosterSheet(Table(sheet.name, header.first, header.last), columns, whole)


def _guessed(header: Header, titles: Titles, known: Mapping[str, int]) -> dict[str, int]:
    """Columns whose title is none that we know, and holds one."""
    found: dict[str, int] = {}
    for column, words in header.titles.items():
        if column in known.values() or is_left_alone(words):
            continue
        role = titles.guess(words, {*known, *found})
        if role:
            found[role] = column
    return found


def _say_unsure(
    book: Workbook, sheet: Sheet, kind: ImportKind, header: Header, known: Mapping[str, int],
    columns: Mapping[str, int], problems: Problems,
) -> None:  # fmt: skip
    called = {column.id: str(column.title) for column in kind.columns}
    for role, column in columns.items():
        if role not in known:
            said = f"“{header.title(column)}”当作“{called[role]}”读"
            place = book.place(sheet, header.last, column)
            problems.add(place, "column-guessed", said, "不对的请改选，或选“不读”", severity="warning")


def _say_whole(book: Workbook, sheet: Sheet, kind: ImportKind, whole: str, problems: Problems) -> None:
    title = next(str(column.title) for column in kind.columns if column.id == kind.whole)
    place, hint = Place(file=book.file, sheet=sheet.name), f"选出哪一列是{title}，或在“整张表的{title}”里写一个"
    words = f"没有“{title}”这一列，整张表当作“{whole}”的" if whole else f"没有“{title}”这一列"
    problems.add(place, "no-such-column", words, hint, severity="warning")


def _whole(sheet: Sheet, header: Header) -> str:
    """The branch that a sheet speaks of as a whole: its title's, else its name unless that says what the table is."""
    found = branch_of_sheet(sheet, header)
    usual = sheet.name.lower().startswith(("sheet", "工作表")) or is_roster_name(sheet.name)
    return found or ("" if usual else sheet.name.strip())


def _by_its_name_alone(book: Workbook, sheet: Sheet, header: Header) -> bool:
    """Whether only the name of the one sheet says whose it is; of several sheets each is one branch's."""
    return len(list(book)) == 1 and not branch_of_sheet(sheet, header)


def _weight(text: str, kind: ImportKind, titles: Titles) -> int:
    role = titles.role([text])
    return (3 if role in kind.needed else 1) if role else 0
