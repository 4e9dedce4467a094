"""Tables as an officer really has them: title rows, headers in two merged rows, a sheet per branch, notes below, hidden
rows, formulas, full-width digits, dates in every manner, people twice, namesakes, codes missing. From a seed, any size.

What is wrong in it is planted and known: `planted` says for each cell which problem must be found there.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚玲桂英华文建国志红春梅兰海燕山峰云飞鹏宇浩然子轩思远晨曦"
WORKS = (
    *("采煤", "掘进", "机电", "运输", "通风", "选煤", "机修", "地测", "调度", "安监"),
    *("后勤", "供应", "财务", "人力", "技术", "综采", "综掘", "洗选", "筑路", "勘探"),
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
FIRST_ROW = 5  # people stand from here on (counted from 1): title, unit, two rows of header above them


@dataclass
class Messy:
    """The tables of one unit, and what must be found in the roster."""

    organisations: bytes = b""
    roster: bytes = b""
    branches: list[str] = field(default_factory=list)
    people: int = 0
    planted: dict[str, str] = field(default_factory=dict)
    fixes: dict[str, str] = field(default_factory=dict)


def make_messy(*, people: int = 1_500, branches: int = 40, seed: int = 7) -> Messy:
    """`people` people who can be taken, in so many branches, and some rows that cannot."""
    chance, made = random.Random(seed), Messy()
    made.branches = [f"{WORKS[n % len(WORKS)]}{'一二三'[n // len(WORKS)]}队党支部" for n in range(branches)]
    made.organisations = _organisations(made.branches)
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        writer = _Roster(book, chance, made)
        writer.cover()
        for number, branch in enumerate(made.branches):
            writer.branch(number, branch, people // branches + (number < people % branches))
    made.roster = target.getvalue()
    return made


def _organisations(branches: list[str]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet, merged = book.add_worksheet("基层党组织情况"), book.add_format({"align": "center"})
        sheet.merge_range(0, 0, 0, 5, "青塬煤矿基层党组织一览表", merged)
        sheet.write(1, 0, "填报单位：青塬煤矿党委")
        for column, word in enumerate(["序号", "党组织全称", "简称", "党组织类别", "编号", "批准成立时间"]):
            sheet.write(2, column, word)
        for number, branch in enumerate(branches):
            row = [number + 1, branch, branch.removesuffix("党支部"), "党支部", f"ＱＹ{number + 1:02d}", "2019.6.1"]
            for column, value in enumerate(row):
                sheet.write(3 + number, column, value)
        sheet.write(4 + len(branches), 0, "填表人：王红    审核人：赵敏")
    return target.getvalue()


class _Roster:
    """Writes one sheet per branch."""

    def __init__(self, book: Any, chance: random.Random, made: Messy) -> None:
        self.book, self.chance, self.made = book, chance, made
        self.head = book.add_format({"bold": True, "align": "center", "border": 1})
        self.day = book.add_format({"num_format": "yyyy/m/d"})
        self.number = 0

    def cover(self) -> None:
        sheet = self.book.add_worksheet("填表说明")
        for row, words in enumerate(["党员花名册填表说明", "一、每个支部一张表。", "二、没有工号的可以不填。"]):
            sheet.write(row, 0, words)

    def branch(self, number: int, branch: str, size: int) -> None:
        sheet = self.book.add_worksheet(branch[:31])
        self._header(sheet, branch)
        rows: list[list[Any]] = [self._person(place) for place in range(size)]
        cells = dict(enumerate(rows, FIRST_ROW))
        at = FIRST_ROW + size
        if number % 4 == 0:
            at = self._bad_rows(branch, cells, at, rows[0])
        for row, values in cells.items():
            self._write(sheet, row - 1, values)
        if number % 5 == 0:
            sheet.set_row(FIRST_ROW, None, None, {"hidden": True})
        sheet.write(at, 0, "合计")
        sheet.write_formula(at, 1, f"=COUNTA(B{FIRST_ROW}:B{at - 1})", None, size)
        sheet.write(at + 1, 0, "注：退休党员组织关系在原支部。")
        sheet.write(at + 2, 0, "填表人：")

    def _header(self, sheet: Any, branch: str) -> None:
        sheet.merge_range(0, 0, 0, 8, f"{branch}党员花名册", self.head)
        sheet.write(1, 0, f"党支部：{branch}")
        sheet.merge_range(2, 0, 3, 0, "序号", self.head)
        sheet.merge_range(2, 1, 2, 3, "基本情况", self.head)
        sheet.merge_range(2, 4, 2, 6, "党内情况", self.head)
        sheet.merge_range(2, 7, 3, 7, "联系电话", self.head)
        sheet.merge_range(2, 8, 3, 8, "备注", self.head)
        for column, word in enumerate(["姓 名", "职工编号", "出生年月", "政治面貌", "类别", "转入支部日期"], 1):
            sheet.write(3, column, word, self.head)

    def _person(self, _place: int) -> list[Any]:
        """序号 姓名 工号 出生 政治面貌 类别 转入 电话 备注; every code is given once."""
        self.number += 1
        self.made.people += 1
        chance, code = self.chance, str(20_000 + self.number)
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
        shown = f"{name[0]} {name[1]}" if len(name) == 2 and chance.random() < 0.5 else name
        standing = chance.choices(("正式党员", "中共党员", "预备党员"), (80, 15, 5))[0]
        word = chance.choices(("", "在职", "离退休"), (50, 35, 15))[0]
        born = chance.choice((f"{chance.randint(1960, 2000)}.{chance.randint(1, 12):02d}", "1985年3月", ""))
        phone = chance.choice(
            ("", f"139{self.number:08d}".translate(WIDE) if self.number % 3 else f"139 {self.number:08d}")
        )
        return [None, shown, code.translate(WIDE) if self.number % 7 == 0 else code, born, standing, word,
                self._joined(), phone, ""]  # fmt: skip

    def _joined(self) -> Any:
        day = date(2019, 7, 1) + timedelta(days=self.chance.randrange(2_000))
        manner = self.chance.randrange(6)
        written = (
            day, f"{day:%Y-%m-%d}", f"{day:%Y.}{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}", f"{day:%Y/%m/%d}".translate(WIDE),
        )  # fmt: skip
        return written[manner]

    def _bad_rows(self, branch: str, cells: dict[int, list[Any]], at: int, first: list[Any]) -> int:
        """A date that does not exist, somebody twice, a word for nothing, two namesakes without codes."""
        plant, fix = self.made.planted, self.made.fixes
        base = ["", "", "", "", "正式党员", "", "", "", ""]
        bad_day = [*base[:1], "甲某", "", *base[3:6], "2021年2月30日", "", ""]
        twice = list(first)
        strange = [*base[:1], "乙某", "", "", "党员领导", *base[5:]]
        namesakes = [[*base[:1], "丙某", *base[2:]], [*base[:1], "丙某", *base[2:]]]
        for values in (bad_day, twice, strange, *namesakes):
            cells[at] = values
            at += 1
        plant |= {f"{branch}!G{at - 5}": "bad-date", f"{branch}!B{at - 4}": "duplicate-person",
                  f"{branch}!E{at - 3}": "unknown-standing", f"{branch}!C{at - 1}": "duplicate-person"}  # fmt: skip
        fix |= {f"{branch}!G{at - 5}": "2021年2月28日", f"{branch}!E{at - 3}": "正式党员",
                f"{branch}!C{at - 1}": f"{branch}丙某二"}  # fmt: skip
        return at

    def _write(self, sheet: Any, row: int, values: list[Any]) -> None:
        sheet.write_formula(row, 0, "=ROW()-4", None, row - 3)
        for column, value in enumerate(values[1:], 1):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, self.day)
            elif value:
                sheet.write_string(row, column, value)
