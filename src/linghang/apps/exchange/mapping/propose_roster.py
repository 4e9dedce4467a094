"""Which sheets of a workbook list members, and which column is what."""

import re
from collections.abc import Mapping

from linghang.apps.exchange.mapping.model import RosterSheet, Table
from linghang.apps.exchange.mapping.titles import FACT_TITLES, ROSTER_TITLES
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.headers import Header, find_header, text_of
from linghang.engine.problems import Place, Problems

_BRANCH = re.compile(r"(?:填报单位|单位|支部|党支部)?[:：]?\s*([^\s:：]*?(?:党支部|支部委员会|支部|党总支))")
_ROSTER_NAME = re.compile("名册|花名册|党员名单|人员名单|roster", re.IGNORECASE)


def is_roster_name(text: str) -> bool:
    """Whether a sheet's name says that it lists people, and not whose: 花名册(2026)."""
    return bool(_ROSTER_NAME.search(text))


def _weigh(text: str) -> int:
    role = ROSTER_TITLES.role([text])
    return 3 if role == "name" else int(bool(role))


def propose_roster(book: Workbook) -> tuple[tuple[RosterSheet, ...], Problems]:
    """Every visible sheet with a column of names and no column of matters; sheets called 名册 win over others."""
    found: list[RosterSheet] = []
    for sheet in book:
        proposed = None if sheet.hidden else _propose_sheet(sheet)
        if proposed:
            found.append(proposed)
    named = [f for f in found if is_roster_name(f.table.sheet)]
    problems = Problems()
    if not found:
        place = Place(file=book.file)
        problems.add(
            place, "no-roster", "没有找到名册：没有哪张表有“姓名”列", "在表头写明“姓名”“支部”，或在列对应表里指明"
        )
    return tuple(named or found), problems


def _propose_sheet(sheet: Sheet) -> RosterSheet | None:
    header = find_header(sheet, _weigh)
    if header is None:
        return None
    columns = ROSTER_TITLES.columns(header.titles)
    if "name" not in columns or _is_facts(header):
        return None
    branch = "" if "organisation" in columns else branch_of_sheet(sheet, header)
    return RosterSheet(Table(sheet.name, header.first, header.last), columns, branch)


def _is_facts(header: Header) -> bool:
    roles: Mapping[str, int] = FACT_TITLES.columns(header.titles)
    return "kind" in roles and "day" in roles


def branch_of_sheet(sheet: Sheet, header: Header) -> str:
    """The branch that a whole sheet speaks of: from its title rows, else from its name; '' when neither says."""
    for row in range(header.first):
        for value in sheet.rows[row]:
            if isinstance(value, str) and (found := _BRANCH.search(value)):
                return found[1]
    found = _BRANCH.fullmatch(text_of(sheet.name))
    return found[1] if found else ""
