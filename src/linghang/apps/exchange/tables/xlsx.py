"""An .xlsx into a `Workbook`: which sheets there are, the shared texts, which number formats are dates."""

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path

from linghang.apps.exchange.tables.archive import Package
from linghang.apps.exchange.tables.grid import Sheet, Workbook
from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.pool import Pool
from linghang.apps.exchange.tables.refusal import Refused
from linghang.apps.exchange.tables.worksheet import SheetReader, Vocabulary
from linghang.apps.exchange.tables.xml import Parser

# number formats that every spreadsheet program knows without saying so; 27–36 and 50–58 are the Chinese ones
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_MOST_FORMATS, _LONGEST_NAME = 70_000, 255  # Excel itself stops below
_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s|hh|mm|ss)[^\]]*\]', re.IGNORECASE)


@dataclass
class _Listed:
    """What the workbook part says of one sheet."""

    name: str
    relation: str
    hidden: bool


@dataclass
class _Contents:
    sheets: list[_Listed] = field(default_factory=list)
    from_1904: bool = False


def read_xlsx(path: Path, limits: Limits) -> Workbook:
    """Read every sheet; raises Refused with the first reason why the file as a whole cannot be read."""
    with Package(path, limits) as package:
        root = _root(package, limits)
        contents = _contents(package, root, limits)
        targets = _relations(package, _rels_of(root), limits)
        folder = posixpath.dirname(root)
        words = Vocabulary(
            texts=_shared_texts(package, _target(targets, "sharedStrings", folder), limits),
            dates=_date_styles(package, _target(targets, "styles", folder), limits),
            from_1904=contents.from_1904,
        )
        book, pool = Workbook(path.name), Pool(limits)
        seen: set[str] = set()
        for listed in contents.sheets:
            kind, target = targets.get(listed.relation, ("", ""))
            part = _resolve(folder, target)
            if kind != "worksheet":
                continue
            if part.lower() in seen:  # else one large part costs as much as there are sheets that name it
                raise Refused("broken-file", "两张工作表是同一份内容", _SAVE_AS, listed.name)
            seen.add(part.lower())
            book.sheets.append(_read_sheet(package, listed, part, words, pool, limits))
        return book


def _read_sheet(package: Package, listed: _Listed, part: str, words: Vocabulary, pool: Pool, limits: Limits) -> Sheet:
    sheet = Sheet(listed.name, hidden=listed.hidden)
    try:
        SheetReader(sheet, words, pool, limits).read(package.chunks(part))
    except Refused as refused:
        refused.sheet = listed.name
        raise
    return sheet


def _root(package: Package, limits: Limits) -> str:
    """The main part; elsewhere than usual when the package says so."""
    if "xl/workbook.xml" in package or "_rels/.rels" not in package:
        return "xl/workbook.xml"
    targets = _relations(package, "_rels/.rels", limits)
    return _target(targets, "officeDocument", "") or "xl/workbook.xml"


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _target(relations: dict[str, tuple[str, str]], kind: str, folder: str) -> str:
    return next((_resolve(folder, target) for found, target in relations.values() if found == kind), "")


def _relations(package: Package, part: str, limits: Limits) -> dict[str, tuple[str, str]]:
    """Relation id → (last word of its type, target); external targets are left out, nothing outside is ever opened."""
    found: dict[str, tuple[str, str]] = {}

    def start(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode", "").lower() != "external":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))
        if len(found) > limits.parts:
            raise Refused("zip-bomb", f"文件内部的引用超过 {limits.parts:,} 处，不像表格", _SAVE_AS)

    Parser({"Relationship": start}, {}, limits).parse(package.chunks(part))
    return found


def _contents(package: Package, part: str, limits: Limits) -> _Contents:
    contents = _Contents()

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        hidden = attributes.get("state", "visible") != "visible"
        contents.sheets.append(_Listed(attributes.get("name", "")[:_LONGEST_NAME], relation, hidden))
        if len(contents.sheets) > limits.sheets:
            raise Refused("too-large", f"工作表超过 {limits.sheets} 张", "删去与导入无关的工作表")

    def properties(attributes: dict[str, str]) -> None:
        contents.from_1904 = attributes.get("date1904", "0") in ("1", "true")

    Parser({"sheet": sheet, "workbookPr": properties}, {}, limits).parse(package.chunks(part))
    return contents


class _SharedTexts:
    """The texts that cells refer to by number; ruby (phonetic) runs are left out."""

    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self._pool = Pool(limits)
        self._parts: list[str] = []
        self._phonetic = 0
        self.parser = Parser(
            {"si": self._item, "t": self._text, "rPh": self._ruby},
            {"si": self._item_end, "t": self._text_end, "rPh": self._ruby_end},
            limits,
        )

    def _item(self, _: dict[str, str]) -> None:
        self._parts.clear()

    def _text(self, _: dict[str, str]) -> None:
        self.parser.listen()

    def _text_end(self) -> None:
        heard = self.parser.heard()
        if not self._phonetic:
            self._parts.append(heard)

    def _ruby(self, _: dict[str, str]) -> None:
        self._phonetic += 1

    def _ruby_end(self) -> None:
        self._phonetic -= 1

    def _item_end(self) -> None:
        self._pool.count(1)
        self.texts.append(self._pool.text("".join(self._parts)))


def _shared_texts(package: Package, part: str, limits: Limits) -> list[str]:
    if not part or part not in package:
        return []
    reader = _SharedTexts(limits)
    reader.parser.parse(package.chunks(part))
    return reader.texts


def _date_styles(package: Package, part: str, limits: Limits) -> frozenset[int]:
    """The numbers of the cell styles whose number format shows a date."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def number_format(attributes: dict[str, str]) -> None:
        if len(formats) < _MOST_FORMATS:
            formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")[:_LONGEST_NAME]

    def cell_formats(_: dict[str, str]) -> None:
        nonlocal inside
        inside = True

    def cell_formats_end() -> None:
        nonlocal inside
        inside = False

    def style(attributes: dict[str, str]) -> None:
        if inside and len(styles) < limits.cells:
            styles.append(int(attributes.get("numFmtId", "0")))

    if part and part in package:
        starts = {"numFmt": number_format, "cellXfs": cell_formats, "xf": style}
        Parser(starts, {"cellXfs": cell_formats_end}, limits).parse(package.chunks(part))
    return frozenset(i for i, f in enumerate(styles) if _is_date(f, formats.get(f)))


def _is_date(number: int, code: str | None) -> bool:
    if code is None:
        return number in _BUILT_IN_DATES
    first = _NOT_FORMAT.sub("", code).split(";")[0].lower()
    return any(letter in first for letter in "ymdhs") and "general" not in first
