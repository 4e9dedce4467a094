"""The workbook to fill in: one sheet per fact kind, lists to choose from, 关账 and 名册; read without a mapping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import ROSTER_ROLES
from linghang.apps.exchange.records.meanings import COUNTED_UNITS
from linghang.apps.exchange.sheets import display_width, sheet_name
from linghang.engine.packs.model import Attribute, FactKind, Pack
from linghang.engine.points import UNIT

NOT_CLASSIFIED = "本系统为非涉密系统，严禁存储、处理、传输涉密信息"
_ROWS = 2_000  # rows that lists and formats reach down to
_LISTS = "选项"
_DAY_FORMAT = "yyyy-mm-dd"
EXAMPLE = "示例（本行不会被读取）"
_HELP = (
    "每张表记一类事项；一行一条记录，从表头下面第一行写起，不要改表头。",
    "“示例”一行只供参考，不会被读取。没有记录的表空着即可。",
    "编码和“姓名+支部”写一样就行；同一支部有同名的，必须写编码。",
    "日期写成 2026-03-05；活动写名称或编号，同一天做了两次的，活动要写得不同。",
    "一格里可以写几个人，用顿号隔开：张三、李四。",
    "“关账”表写哪个支部已经记完哪个月；没有写的，该月积分为暂算。",
    "“名册”表是花名册的样式，可以另存为单独的文件。",
    NOT_CLASSIFIED,
)


@dataclass(frozen=True)
class TemplateField:
    """A column of a sheet: its title, what the example says, the values to choose from."""

    title: str
    example: str
    choices: tuple[str, ...] = ()
    is_day: bool = False
    lowest: float | None = None
    highest: float | None = None


def write_facts_template(target: Path | BinaryIO, pack: Pack) -> None:
    """Write the workbook for a pack: the kinds that its schemes price, or all kinds of members without one."""
    options = {"strings_to_formulas": False, "in_memory": True}
    import xlsxwriter  # heavy

    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        writer = TemplateWriter(book)
        writer.lines("填写说明", _instructions(pack))
        for kind in template_kinds(pack):
            writer.sheet(kind.title["zh"], _fields(kind, Lexicon(pack)), about=_about(kind))
        writer.sheet("关账", [TemplateField("支部", "机关党支部"), TemplateField("月份", "2026-03")])
        writer.sheet("名册", _roster_fields())
        writer.lists()


def template_kinds(pack: Pack) -> list[FactKind]:
    """The kinds of members' records that the pack's schemes use, in the order of the pack."""
    used = {kind for scheme in pack.schemes.values() for item in scheme.items for kind in item.kinds}
    return [k for k in pack.kinds.values() if k.subject == "member" and (k.id in used or not used)]


def _about(kind: FactKind) -> str:
    unit = f"，数量单位：{kind.unit}" if kind.unit not in COUNTED_UNITS else ""
    return f"{kind.title['zh']}{unit}"


def _instructions(pack: Pack) -> list[str]:
    lines = [f"{pack.identity.title['zh']} 记录表", *_HELP, f"方案包：{pack.label}"]
    if pack.identity.invented:
        lines.append("注意：方案包的内容是虚构示例，不是任何单位的正式办法。")
    return lines


def _fields(kind: FactKind, lexicon: Lexicon) -> list[TemplateField]:
    found = [
        TemplateField("编码", "P0001"),
        TemplateField("姓名", "张三"),
        TemplateField("支部", "机关党支部"),
        TemplateField("日期", "2026-03-05", is_day=True),
    ]
    found += [_choice(a) for a in kind.attributes.values()]
    if kind.id in lexicon.judged:
        found.append(_amount(kind, "评定分"))
    elif kind.unit not in COUNTED_UNITS:
        found.append(_amount(kind, f"数量（{kind.unit}）"))
    return [
        *found,
        TemplateField("活动", "三月志愿服务" if kind.unit == "小时" else ""),
        TemplateField("备注", EXAMPLE),
    ]


def _choice(attribute: Attribute) -> TemplateField:
    titles = tuple(t["zh"] for t in attribute.values.values())
    return TemplateField(attribute.title["zh"], titles[0], titles)


def _amount(kind: FactKind, title: str) -> TemplateField:
    most = kind.quantity_max / UNIT if kind.quantity_max is not None else None
    return TemplateField(title, "2", lowest=kind.quantity_min / UNIT, highest=most)


def _roster_fields() -> list[TemplateField]:
    examples = ("P0001", "张三", "机关党支部", "正式党员", "在岗", "2020-01-01", "", "", "")
    days = ("from", "to", "exempt_from", "exempt_to")
    pairs = zip(ROSTER_ROLES.items(), examples, strict=True)
    return [TemplateField(title, example, is_day=role in days) for (role, title), example in pairs]


class TemplateWriter:
    """Writes sheets that share formats and one sheet of lists."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = {_LISTS}
        self._lists: dict[tuple[str, ...], int] = {}
        self._head = book.add_format({"bold": True, "border": 1, "bg_color": "#F2F2F2", "align": "center"})
        self._grey = book.add_format({"italic": True, "font_color": "#7F7F7F"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._day = book.add_format({"num_format": _DAY_FORMAT})
        self._text = book.add_format({"num_format": "@"})

    def lines(self, name: str, lines: Sequence[str]) -> None:
        """A sheet of sentences, the first of them a title: how to fill in."""
        sheet = self._book.add_worksheet(sheet_name(name, self._names))
        sheet.set_column(0, 0, 100)
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line, self._title if number == 0 else None)

    def sheet(self, name: str, fields: Sequence[TemplateField], about: str = "") -> None:
        """A sheet with an example row above its header."""
        sheet = self._book.add_worksheet(sheet_name(name, self._names))
        sheet.write_string(0, 0, about or name, self._title)
        for column, field in enumerate(fields):
            sheet.write_string(1, column, field.example, self._grey)
            sheet.write_string(2, column, field.title, self._head)
            width = max(display_width(field.title), min(display_width(field.example), 24), 10) + 2
            sheet.set_column(column, column, width, self._day if field.is_day else self._text if column == 0 else None)
            self._validate(sheet, column, field)
        sheet.freeze_panes(3, 0)

    def _validate(self, sheet: Any, column: int, field: TemplateField) -> None:
        rule: dict[str, object] = {}
        if field.choices:
            rule = {"validate": "list", "source": self._list(field.choices)}
        elif field.lowest is not None and field.highest is not None:
            rule = {"validate": "decimal", "criteria": "between", "minimum": field.lowest, "maximum": field.highest}
        elif field.lowest is not None:
            rule = {"validate": "decimal", "criteria": ">=", "value": field.lowest}
        if rule:
            told = {
                "error_title": "请核对",
                "error_message": f"“{field.title}”不在可填的范围内",
                "error_type": "warning",
            }
            sheet.data_validation(3, column, _ROWS, column, rule | told)

    def _list(self, choices: tuple[str, ...]) -> str:
        column = self._lists.setdefault(choices, len(self._lists))
        from xlsxwriter.utility import xl_col_to_name

        letters = xl_col_to_name(column, True)
        return f"={_LISTS}!{letters}$2:{letters}${len(choices) + 1}"

    def lists(self) -> None:
        """The sheet that the lists stand on; it comes last."""
        sheet = self._book.add_worksheet(_LISTS)
        for choices, column in self._lists.items():
            self._column(sheet, column, ("可选的词", *choices))

    def _column(self, sheet: Any, column: int, words: Iterable[str]) -> None:
        for row, word in enumerate(words):
            sheet.write_string(row, column, word, self._grey if row == 0 else None)
        sheet.set_column(column, column, 16)
