"""The empty table of a kind of import: instructions, one sheet with an example, lists to choose from."""

from typing import BinaryIO

from linghang.apps.exchange.kinds import ImportColumn, ImportKind
from linghang.apps.exchange.template import EXAMPLE, NOT_CLASSIFIED, TemplateField, TemplateWriter

HELP = (
    "一行一条，从表头下面第一行写起。“示例”一行只供参考，不会被读取。",
    "您已有的表可以直接导入，不必抄进这份模板；表头不同，导入时对一次列就会记住。",
    "日期写成 2026-03-05；身份证号、电话可以不填。",
    "再次导入同一份表，没有变化的行不会重复写入；表里没有的，只提示，不会自动结束。",
    NOT_CLASSIFIED,
)


def write_template(target: BinaryIO, kind: ImportKind) -> None:
    """Write the workbook of a kind."""
    if kind.template is not None:
        kind.template(target)
        return
    import xlsxwriter  # heavy

    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "in_memory": True}) as book:
        writer = TemplateWriter(book)
        writer.lines("填写说明", [f"{kind.title} 导入表", *HELP])
        writer.sheet(str(kind.title), [*map(_field, kind.columns), TemplateField("备注", EXAMPLE)])
        writer.lists()


def _field(column: ImportColumn) -> TemplateField:
    return TemplateField(str(column.title), column.example, tuple(map(str, column.choices)), is_day=column.day)
