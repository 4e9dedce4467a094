"""records-with-errors.xlsx: a few good rows and one of each mistake that people make; the last column says which."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from making.books import Book, Cell
from making.people import Person
from making.sheets import FOOT

_NOTE = "备注(教程用:错在哪里)"


def write_errors(path: Path, people: Mapping[str, Person]) -> None:
    """Four small sheets, each with good rows around the wrong ones."""
    with Book(path, "带错误的记录(演示·虚构,教程用)") as book:
        _sheet(
            book,
            "志愿服务",
            ("活动编号", "日期", "党支部", "姓名", "角色", "时长(小时)"),
            (
                (*_who("Z05-0312", date(2026, 3, 12), people["0508"]), "参加者", 2, None),
                ("Z05-0312", date(2026, 3, 12), "机电队党支部", "甲某某", "参加者", 2, "名册里没有这个人"),
                (*_who("Z05-0312", "3月32日", people["0509"]), "参加者", 2, "没有这一天"),
                (*_who("Z05-0312", date(2026, 3, 12), people["0508"]), "参加者", 2, "与第3行重复"),
                (*_who("Z05-0402", "2026.4.2", people["0510"]), "参加者", 2, "日期在核算月份之后"),
                (*_who("Z01-0110", "1月10日", people["0130"]), "参加者", 2, "1月16日才转入"),
                (*_who("Z05-0312", date(2026, 3, 12), people["0511"]), "参加者", "两小时左右", "数量不是数字"),
                (*_who("Z05-0312", date(2026, 3, 12), people["0512"]), "领队", 2, "办法里没有这个角色"),
                (*_who("Z05-0312", date(2026, 3, 12), people["0513"]), "组织者", 3, None),
            ),
        )
        _sheet(
            book,
            "组织生活",
            ("会议编号", "会议日期", "党支部", "会议类型", "缺席", "迟到"),
            (
                (
                    "H03-0320",
                    "3月20日",
                    "掘进一队党支部",
                    "党小组会",
                    people["0309"].name,
                    "刘×军",
                    "同支部两个刘×军,要写编号",
                ),
                ("H03-0327", "3月27日", "掘进一队党支部", "党员大会", f"{people['0310'].name}（病假）", None, None),
            ),
        )
        _sheet(
            book,
            "急难险重任务",
            ("日期", "党支部", "姓名", "评定分", "评定理由"),
            (
                (date(2026, 3, 15), "机电队党支部", people["0514"].name, 3, "主排水泵抢修", None),
                (date(2026, 3, 15), "机电队党支部", people["0515"].name, 7, "主排水泵抢修", "评定分超出1至5分"),
            ),
        )
        _sheet(
            book,
            "其他记录",
            ("日期", "党支部", "姓名", "事项", "数量"),
            (
                (date(2026, 3, 18), "机电队党支部", people["0516"].name, "结对帮带", 2, None),
                (date(2026, 3, 18), "机电队党支部", people["0517"].name, "登山比赛", 1, "办法里没有这个事项"),
                (date(2026, 3, 18), "机电队党支部", people["0518"].name, "党费", 1, None),
            ),
        )


def _who(event: str, day: Cell, person: Person) -> tuple[Cell, ...]:
    return (event, day, person.branch_name, person.name)


def _sheet(book: Book, name: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    sheet = book.sheet(name, (*[14] * len(heads), 34))
    book.title(sheet, f"{name}(教程:带错误的记录)", len(heads) + 1)
    book.heads(sheet, 1, (*heads, _NOTE))
    for row, cells in enumerate(rows, start=2):
        book.line(sheet, row, cells)
    sheet.write(len(rows) + 3, 0, FOOT, book.formats["foot"])
