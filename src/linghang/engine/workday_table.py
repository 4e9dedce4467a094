"""The table of working days that an administrator uploads when a notice appears: `日期,是否上班,文号`.

One row per day that differs from the week: `2027-02-08,否,国办发明电〔2026〕…号`. A row with only a year for a date and
全年 in the second cell says that the notice arranges that whole year: its other days are no longer a guess (暂算).
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from linghang.engine.problems import Place, Problems
from linghang.engine.workdays import Override, Overrides

HEADER = ("日期", "是否上班", "文号")
WORDS = dict.fromkeys(("是", "上班", "班", "1"), True) | dict.fromkeys(
    ("否", "不上班", "放假", "休息", "休", "0"), False
)
WHOLE_YEAR = "全年"
MOST_ROWS = 10_000
MOST_BYTES = 1_000_000


@dataclass
class _Reading:
    file: str
    problems: Problems
    days: dict[date, Override] = field(default_factory=dict)
    years: dict[int, str] = field(default_factory=dict)

    def refuse(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.add(Place(file=self.file, line=line), code, message, hint)

    def row(self, line: int, cells: Sequence[str]) -> None:
        if len(cells) != len(HEADER) or not cells[2]:
            self.refuse(line, "workdays.row", "应有三格：日期、是否上班、文号", "补齐这一行，文号写放假通知的编号")
        elif cells[1] == WHOLE_YEAR:
            self._year(line, cells[0], cells[2])
        elif cells[1] not in WORDS:
            self.refuse(line, "workdays.word", f"看不懂“{cells[1]}”是否上班", "写“是”或“否”")
        else:
            self._day(line, cells[0], Override(WORDS[cells[1]], cells[2]))

    def _year(self, line: int, text: str, notice: str) -> None:
        found = re.fullmatch(r"(20\d\d)年?", text)
        if not found:
            self.refuse(line, "workdays.year", f"“{text}”不是年份", f"“{WHOLE_YEAR}”一行的日期格只写年份，例如 2027")
        else:
            self.years[int(found[1])] = notice

    def _day(self, line: int, text: str, override: Override) -> None:
        day = _parse_day(text)
        if day is None:
            self.refuse(line, "workdays.date", f"“{text}”不是日期", "写成 2027-02-06")
        elif self.days.get(day, override).works != override.works:
            self.refuse(line, "workdays.contradiction", f"{day} 前面写的与这里相反", "只留正确的一行")
        else:
            self.days[day] = override


def read_overrides(content: bytes, file: str, problems: Problems) -> Overrides:
    """The uploaded days; every row that cannot be used is a problem by file:line, and is left out."""
    reading = _Reading(file, problems)
    text = _decode(content) if len(content) <= MOST_BYTES else None
    if text is None:
        reading.refuse(0, "workdays.file", "不是可读的 CSV 文件，或超过 1 MB", "用 UTF-8 或 GBK 编码另存为 CSV")
        return Overrides()
    rows = list(_rows(text, reading))
    if not rows or tuple(rows[0][1]) != HEADER:
        reading.refuse(1, "workdays.header", "第一行应是：" + ",".join(HEADER), "按这个顺序写表头")
        return Overrides()
    for line, cells in rows[1:]:
        reading.row(line, cells)
    return Overrides(reading.days, frozenset(reading.years))


def _rows(text: str, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """Filled rows with the number of their line; full-width characters are read like ordinary ones."""
    rows = csv.reader(unicodedata.normalize("NFKC", text).splitlines())
    try:
        for number, cells in enumerate(rows):
            if number > MOST_ROWS:
                reading.refuse(rows.line_num, "workdays.size", f"超过 {MOST_ROWS} 行", "只写与平常不同的日期")
                return
            plain = [cell.strip() for cell in cells]
            if any(plain):
                yield rows.line_num, plain
    except csv.Error as error:
        reading.refuse(rows.line_num, "workdays.csv", f"这一行不是 CSV({error})", "检查引号是否成对")


def _decode(content: bytes) -> str | None:
    """UTF-8 with or without a mark, or what Excel writes on a Chinese Windows."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _parse_day(text: str) -> date | None:
    found = re.fullmatch(r"(20\d\d)(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
