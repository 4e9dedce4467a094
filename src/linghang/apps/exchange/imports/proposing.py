"""Which sheets of a file belong to a kind of import, and which column is what, by their titles."""

from linghang.apps.exchange.kinds import ImportKind, Proposed
from linghang.apps.exchange.mapping.model import RosterSheet, Table, TableMapping
from linghang.apps.exchange.mapping.propose_roster import branch_of_sheet
from linghang.apps.exchange.mapping.titles import Titles
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.headers import Header, find_header
from linghang.engine.problems import Place, Problems


def titles_of(kind: ImportKind) -> Titles:
    """The words that people write above the columns of this kind."""
    return Titles({column.id: f"{_joined(str(column.title))} {column.words} {column.id}" for column in kind.columns})


def _joined(title: str) -> str:
    return "".join(title.split())


def propose_rows(book: Workbook, kind: ImportKind) -> Proposed:
    """Every sheet in which all needed columns are found; a sheet per branch may say the branch in its title."""
    titles, problems = titles_of(kind), Problems()
    found = [mapped for sheet in book if (mapped := _sheet(sheet, kind, titles)) is not None]
    if not found:
        needed = "、".join(str(column.title) for column in kind.columns if column.required)
        words = f"没有哪张表有这些列：{needed}"
        problems.add(Place(file=book.file), "no-such-sheet", words, "在下面指出哪一行是表头、哪一列是什么")
    return Proposed(TableMapping(roster=tuple(found)), problems)


def _sheet(sheet: Sheet, kind: ImportKind, titles: Titles) -> RosterSheet | None:
    header = find_header(sheet, lambda text: _weight(text, kind, titles))
    if header is None:
        return None
    columns = titles.columns(header.titles)
    whole = "" if not kind.whole or kind.whole in columns else _whole(sheet, header)
    missing = {role for role in kind.needed if role not in columns and not (role == kind.whole and whole)}
    if missing:
        return None
    return RosterSheet(Table(sheet.name, header.first, header.last), columns, whole)


def _whole(sheet: Sheet, header: Header) -> str:
    """The branch that a sheet speaks of as a whole: its title's, else its name unless that is a program's own."""
    found = branch_of_sheet(sheet, header)
    usual = sheet.name.lower().startswith(("sheet", "工作表"))
    return found or ("" if usual else sheet.name.strip())


def _weight(text: str, kind: ImportKind, titles: Titles) -> int:
    role = titles.role([text])
    return (3 if role in kind.needed else 1) if role else 0
