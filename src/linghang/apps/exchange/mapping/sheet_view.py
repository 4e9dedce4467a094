"""What a proposal looks at: one sheet with its header, and samples of its columns."""

import re
from dataclasses import dataclass, field

from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import Table
from linghang.apps.exchange.mapping.subject_matter import Matter, title_texts
from linghang.apps.exchange.records.names import split_names
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.headers import Header, data_rows, text_of
from linghang.apps.exchange.values import parse_day
from linghang.engine.periods import Month
from linghang.engine.problems import Problems

_SAMPLE = 300
_DAY = re.compile(r"(?:\d{2,4}\s*[年.\-/]\s*)?\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{4}[-./]\d{1,2}[-./]\d{1,2}")
_BARE_DAY = re.compile(r"(?:[1-9]|1[0-2])[./](?:[1-9]|[12]\d|3[01])")  # 3.5 or 3/5, alone in its cell
_MONTH = re.compile(r"(?:(\d{4})\s*年\s*)?(?<!\d)(\d{1,2})\s*月(?:份)?(?!\s*\d)")


@dataclass
class SheetView:
    """One sheet as the proposal sees it; what it is unsure of goes to `problems` as warnings."""

    book: Workbook
    sheet: Sheet
    header: Header
    lexicon: Lexicon
    people: People
    matter: Matter
    problems: Problems
    _samples: dict[int, list[str]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return Table(self.sheet.name, self.header.first, self.header.last)

    def sample(self, column: int) -> list[str]:
        """The texts of the column's first filled cells."""
        if column not in self._samples:
            found: list[str] = []
            for row in data_rows(self.sheet, self.header):
                text = text_of(self.sheet.value(row, column))
                if text:
                    found.append(text)
                if len(found) >= _SAMPLE:
                    break
            self._samples[column] = found
        return self._samples[column]

    def holds_names(self, column: int) -> bool:
        """Whether at least half of the words in the column are names of the roster."""
        names = [name for text in self.sample(column)[:60] for name, _ in split_names(text, self.people.is_name)]
        return bool(names) and sum(map(self.people.is_name, names)) * 2 >= len(names)

    def holds_amounts(self, column: int) -> bool:
        """Whether most cells of the column are amounts rather than days."""
        sample = [text for text in self.sample(column)[:60] if not _is_day(text)]
        return sum(text[:1].isdigit() and not month_in(text) for text in sample) * 2 > len(self.sample(column)[:60])

    def unsure(self, column: int, code: str, message: str, hint: str) -> None:
        """A warning at the column's header."""
        place = self.book.place(self.sheet, self.header.last, column)
        self.problems.add(place, code, message, hint, severity="warning")

    def texts_above(self) -> list[str]:
        """Title rows and the sheet's name, from which a day or month may be taken."""
        return [*title_texts(self.sheet, self.header), self.sheet.name]


def _is_day(text: str) -> bool:
    try:
        parse_day(text, Month(2000, 1))
    except ValueError:
        return False
    return True


def day_in(text: str) -> str:
    """A day written within a text: “3月5日党员大会” → “3月5日”; '' = none."""
    found = _DAY.search(text) or _BARE_DAY.fullmatch(text.strip())
    return "".join(found[0].split()) if found else ""


def month_in(text: str) -> str:
    """A month written within a text as the mapping writes it: “3月” → “3月月末”; '' = none."""
    found = _MONTH.search(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return ""
    return f"{found[1]}年{int(found[2])}月月末" if found[1] else f"{int(found[2])}月月末"


def without_days(text: str) -> str:
    """The text without days and months in it."""
    if _BARE_DAY.fullmatch(text.strip()):
        return ""
    return _MONTH.sub("", _DAY.sub("", text)).strip(" ()（）:：")
