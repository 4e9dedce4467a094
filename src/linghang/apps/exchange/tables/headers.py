"""Where a table begins and ends on a sheet: title rows above, headers of up to three rows, footers below."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from linghang.apps.exchange.tables.grid import Sheet, Value
from linghang.apps.exchange.words import plain

_LOOKED_AT = 40  # a header is expected within the first rows
_DEEPEST = 3
_SUM = re.compile(r"^(?:合计|总计|小计|共计|总数|人数合计)")
_FOOT = re.compile(
    r"^(?:备注|说明|填表说明|填写说明|注|填表人|填报人|制表人?|审核人?|复核人?|经办人?|负责人|联系人|联系电话|填表日期|填报日期|填报单位|"
    r"制表日期|单位负责人|支部书记|书记签字|签字|签名|盖章|公章)(?:[:：(（1-9]|$)"
)


@dataclass(frozen=True)
class Header:
    """Rows `first`…`last` (counted from 0) name the columns; `titles` holds each column's words from top to bottom."""

    first: int
    last: int
    titles: dict[int, tuple[str, ...]]

    def title(self, column: int) -> str:
        """“组织生活 到会”: all words of the column."""
        return " ".join(self.titles.get(column, ()))


def text_of(value: Value) -> str:
    """A cell as a person reads it; dates as 2026-03-05, whole numbers without “.0”."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def find_header(sheet: Sheet, weigh: Callable[[str], int]) -> Header | None:
    """The rows that name the columns; `weigh` says how much a text looks like a known column name (0 = not at all)."""
    best, best_weight = -1, 0
    for row in range(min(len(sheet.rows), _LOOKED_AT)):
        weight = _weight(sheet, row, weigh)
        if weight > best_weight:
            best, best_weight = row, weight
    if best < 0:
        return None
    first, last = _extent(sheet, best, weigh)
    return header_of(sheet, first, last)


def header_of(sheet: Sheet, first: int, last: int) -> Header:
    """The header in the given rows."""
    titles: dict[int, tuple[str, ...]] = {}
    for column in range(max((len(r) for r in sheet.rows[first : last + 1]), default=0)):
        words: list[str] = []
        for row in range(first, last + 1):
            word = " ".join(text_of(sheet.value(row, column)).split())
            if word and word not in words:
                words.append(word)
        if words:
            titles[column] = tuple(words)
    return Header(first, last, titles)


def _weight(sheet: Sheet, row: int, weigh: Callable[[str], int]) -> int:
    """Known words count most; distinct texts a little; numbers speak against a header."""
    seen: set[str] = set()
    weight = 0
    for column, value in enumerate(sheet.rows[row]):
        if isinstance(value, str) and value not in seen and (row, column) not in sheet.covered:
            seen.add(value)
            weight += 1 + 4 * weigh(value) if len(value) <= 40 else 0
        elif isinstance(value, (int, float)):
            weight -= 2
    return weight if len(seen) >= 2 else 0


def _extent(sheet: Sheet, row: int, weigh: Callable[[str], int]) -> tuple[int, int]:
    first = last = row
    while first > 0 and row - first < _DEEPEST - 1 and _reaches_up(sheet, first):
        first -= 1
    while last + 1 < len(sheet.rows) and last - first < _DEEPEST - 1 and _reaches_down(sheet, last, weigh):
        last += 1
    return first, last


def _reaches_up(sheet: Sheet, row: int) -> bool:
    """A merged area comes down from above, or a group title stands over some of this row's columns."""
    if any(m.top < row <= m.bottom for m in sheet.merges):
        return True
    width = max(len(sheet.rows[row]), 1)
    groups = [m for m in sheet.merges if m.top == m.bottom == row - 1 and m.right > m.left]
    return any(m.right - m.left + 1 < width - 1 for m in groups if sheet.value(m.top, m.left) is not None)


def _reaches_down(sheet: Sheet, row: int, weigh: Callable[[str], int]) -> bool:
    """A merged area goes on below, or a group title of this row has its own words below it."""
    below = row + 1
    deep = [m for m in sheet.merges if m.top <= row < m.bottom and m.bottom - m.top < _DEEPEST]
    titles = [text_of(sheet.value(m.top, m.left)) for m in deep if _is_text(sheet, m.top, m.left)]
    if titles:
        return any(weigh(title) for title in titles) or _is_wordy(sheet, below)
    groups = [m for m in sheet.merges if m.top == m.bottom == row and m.right > m.left]
    under = [c for m in groups for c in range(m.left, m.right + 1) if sheet.own(below, c) is not None]
    named_by_this = any(weigh(text_of(sheet.own(below, c))) for c in under)
    left_free = sheet.own(below, 0) is None
    return bool(under) and (named_by_this or left_free) and _is_wordy(sheet, below)


def _is_text(sheet: Sheet, row: int, column: int) -> bool:
    return isinstance(sheet.value(row, column), str)


def _is_wordy(sheet: Sheet, row: int) -> bool:
    own = [sheet.own(row, c) for c in range(len(sheet.rows[row]))]
    filled = [v for v in own if v is not None]
    return bool(filled) and all(isinstance(v, (str, date)) for v in filled)


def data_rows(sheet: Sheet, header: Header) -> Iterator[int]:
    """The rows that hold records: blank rows, sums, repeated headers and what follows a footer are left out."""
    for row in range(header.last + 1, len(sheet.rows)):
        lead = _lead(sheet, row)
        if lead is None or _is_repeated(sheet, row, header):
            continue
        word = plain(text_of(lead)) if isinstance(lead, str) else ""
        if _SUM.match(word):
            continue
        if isinstance(lead, str) and _ends(sheet, row, header, lead.strip()):
            return
        yield row


def _lead(sheet: Sheet, row: int) -> Value:
    """The first value that the row itself holds, or None when it holds nothing of its own."""
    if row < 0:
        return None
    for column in range(len(sheet.rows[row])):
        value = sheet.rows[row][column]
        if value is not None and (row, column) not in sheet.covered:
            return value
    return None


def _ends(sheet: Sheet, row: int, header: Header, lead: str) -> bool:
    """A footer word, or a sentence that stands alone behind a blank row, with nothing but such rows after it."""
    alone = len(lead) >= 8 and _lead(sheet, row - 1) is None and sum(v is not None for v in sheet.rows[row]) == 1
    return (alone or _FOOT.match(lead) is not None) and _is_foot(sheet, row, header)


def _is_foot(sheet: Sheet, row: int, header: Header) -> bool:
    """After a footer no row fills even half of the named columns."""
    half = max(2, (len(header.titles) + 1) // 2)
    following = range(row, min(row + 20, len(sheet.rows)))
    return all(sum(sheet.own(r, c) is not None for c in header.titles) < half for r in following)


def _is_repeated(sheet: Sheet, row: int, header: Header) -> bool:
    """A page header printed again in the middle of the table."""
    texts = [(c, text_of(sheet.value(row, c))) for c in header.titles]
    filled = [(c, t) for c, t in texts if t]
    return len(filled) >= 2 and all(t in header.titles[c] for c, t in filled)
