"""(child) A pack as an Excel workbook and back. What people hand in is not trusted: no formula, macro or link gets in.

The sheets themselves are the engine's (`engine.packs.sheets`); here they become a file, and a file becomes sheets.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from linghang.apps.exchange.sheets import display_width
from linghang.apps.exchange.tables.grid import CellError, Workbook
from linghang.apps.exchange.tables.grid import Sheet as TableSheet
from linghang.apps.exchange.tables.limits import MEGABYTE, Limits
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.engine.packs.sheets.cells import Value
from linghang.engine.packs.sheets.door import Taken, grids_of, texts_of
from linghang.engine.packs.sheets.read import Sheet
from linghang.engine.packs.sheets.write import Grid
from linghang.engine.packs.texts import Texts, write_library
from linghang.engine.problems import Place, Problem, Problems, ProblemsFound

MADE = datetime(2026, 1, 1)  # noqa: DTZ001 -- equal packs give equal files; the format knows no zone
LIMITS = Limits(
    file_bytes=4 * MEGABYTE,
    unpacked_bytes=40 * MEGABYTE,
    rows=20_000,
    columns=120,
    cells=100_000,
    merged_cells=20_000,
    text_bytes=20 * MEGABYTE,
)
_WIDEST, _HEAD, _NARROWEST, _LISTED, _MOST_TOLD = 60, 24, 8, 500, 100
_MOST_SPREAD = 1_000_000  # cells between the first and the last of every row, empty ones included
_LONGEST_LIST = 255  # characters of a list of choices within a cell's rule
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


# --- out -------------------------------------------------------------------------------------------------------------


def workbook_bytes(files: Texts) -> bytes:
    """The workbook of a sound pack."""
    made = BytesIO()
    write_pack_workbook(made, files)
    return made.getvalue()


def write_pack_workbook(target: BinaryIO, files: Texts) -> None:
    """Write the pack's texts as a workbook: every cell is text, headings say what they mean, fixed words are lists."""
    write_grids(target, grids_of(files))


def write_grids(target: BinaryIO, grids: Sequence[Grid]) -> None:
    """Write sheets as a workbook; equal sheets give equal bytes."""
    import xlsxwriter  # heavy: only where a workbook is made

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": MADE})
        plain = {"num_format": "@", "text_wrap": True, "valign": "top"}
        formats = {
            "text": book.add_format(plain),
            "head": book.add_format({**plain, "bold": True, "bg_color": "#F2F2F2", "border": 1}),
        }
        for grid in grids:
            _write_sheet(book.add_worksheet(grid.name), grid, formats)


def _write_sheet(sheet: Any, grid: Grid, formats: Mapping[str, Any]) -> None:
    widths: dict[int, int] = {}
    heads = set(grid.heads)
    for number, row in enumerate(grid.rows):
        for place, text in enumerate(row):
            most = _HEAD if number in heads else _WIDEST
            width = min(most, max(display_width(line) + 2 for line in text.split("\n")))
            widths[place] = max(widths.get(place, _NARROWEST), width)
            if text or number in heads:
                sheet.write_string(number, place, text, formats["head" if number in heads and text else "text"])
    for place in range(max(widths, default=0) + 1):
        sheet.set_column(place, place, widths.get(place, _NARROWEST), formats["text"])
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if 0 in heads:
        sheet.freeze_panes(1, 0)
    for place, note in grid.notes.items():
        sheet.write_comment(0, place, note, {"x_scale": 2, "author": ""})
    for place, words in grid.choices.items():
        if sum(map(len, words)) + len(words) <= _LONGEST_LIST:
            rule = {"validate": "list", "source": list(words), "error_type": "warning"}
            sheet.data_validation(1, place, len(grid.rows) + _LISTED, place, rule)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(grid.rows) + _LISTED}"})


# --- in --------------------------------------------------------------------------------------------------------------


def pack_of_workbook(path: Path, *, library: Sequence[Path], locking: bool = False, name: str = "") -> Taken:
    """The texts of the pack in a workbook; raises ProblemsFound with everything that is wrong, by sheet and cell.

    `name` is what people call the file. Nothing is computed: a formula, a macro or a link to elsewhere is refused.
    """
    found = Problems()
    sheets = read_pack_sheets(path, found)
    if not sheets:
        raise ProblemsFound(_called(found, path, name))
    try:
        taken = texts_of(sheets, path.name, library=library, locking=locking)
    except ProblemsFound as wrong:
        raise ProblemsFound(_called(Problems([*found, *wrong.problems]), path, name)) from None
    if found.errors:
        raise ProblemsFound(_called(found, path, name))
    return replace(taken, problems=Problems([*found, *taken.problems]))


def read_pack_sheets(path: Path, problems: Problems) -> list[Sheet]:
    """The visible sheets of a workbook; none, with a problem, when it cannot be read.

    Only .xlsx tells which cells are computed; so nothing else is taken.
    """
    if not zipfile.is_zipfile(path):
        place = Place(file=path.name)
        problems.add(place, "not-xlsx", "不是可以读的 .xlsx 工作簿", "用 Excel 或 WPS 打开，另存为 .xlsx")
        return []
    book, found = read_workbook(path, LIMITS)
    problems.extend(map(_harder, found))
    if book is None:
        return []
    sparse = next((s for s in book if sum(map(len, s.rows)) > _MOST_SPREAD), None)
    if sparse is not None or sum(len(row) for s in book for row in s.rows) > _MOST_SPREAD:
        words = "格子散得太开，中间的空格太多"
        problems.add(Place(file=path.name, sheet=sparse.name if sparse else ""), "too-large", words, "删去远处的内容")
        return []
    return [_sheet(book, sheet, problems) for sheet in book if not sheet.hidden]


def _harder(problem: Problem) -> Problem:
    """A link to another workbook is let pass in tables of records; rules must not hang on one."""
    if problem.code != "external-links":
        return problem
    hint = "把引用处粘贴为数值，断开链接后另存"
    return replace(problem, severity="error", message="工作簿链接了别的工作簿，不予导入", hint=hint)


def _sheet(book: Workbook, sheet: TableSheet, problems: Problems) -> Sheet:
    """The values of a sheet; cells that are computed, or hold an error, are problems and empty."""
    place = partial(book.place, sheet)
    computed = sorted(sheet.formulas)
    for row, column in computed[:_MOST_TOLD]:
        problems.add(place(row, column), "formula", "这一格是公式", "粘贴为数值，或直接写内容")
    if len(computed) > _MOST_TOLD:
        words = f"还有 {len(computed) - _MOST_TOLD} 格是公式，没有逐一列出"
        problems.add(place(*computed[_MOST_TOLD]), "formula", words, "全选、复制，选择性粘贴为数值")
    rows = [
        [_cell(value, place, (number, column), sheet, problems) for column, value in enumerate(cells)]
        for number, cells in enumerate(sheet.rows)
    ]
    return Sheet(sheet.name, rows, place)


def _cell(
    value: object, place: Callable[[int, int], Place], at: tuple[int, int], sheet: TableSheet, problems: Problems
) -> Value:
    """A cell's own value; none where it is computed, or an error, which is a problem."""
    if at in sheet.formulas:
        return None
    if isinstance(value, CellError):
        problems.add(place(*at), "cell-error", f"这一格是错误值 {value.text[:20]}", "改成要写的内容")
    return _value(value)


def _value(value: object) -> Value:
    """What the cell holds; characters that the format writes as _x000D_ are themselves again."""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, time):
        return value.isoformat()
    return value if isinstance(value, int | float | date | None) else None


def _called(problems: Problems, path: Path, name: str) -> list[Problem]:
    """The problems under the name that people know the file by."""
    old = path.name
    return [replace(p, place=replace(p.place, file=name)) if name and p.place.file == old else p for p in problems]


# --- for pages -------------------------------------------------------------------------------------------------------


def texts_of_upload(data: bytes, name: str, used: Mapping[str, Texts]) -> dict[str, str]:
    """The texts of the pack in an uploaded workbook, checked against the packs that it may use but not its lock."""
    with tempfile.TemporaryDirectory(prefix="linghang-workbook-") as made:
        path, library = Path(made) / "upload.xlsx", Path(made) / "library"
        path.write_bytes(data)
        write_library(used, library)
        return pack_of_workbook(path, library=[library], locking=True, name=name).texts
