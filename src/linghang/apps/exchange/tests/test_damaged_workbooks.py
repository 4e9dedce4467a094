"""Workbooks damaged at random (by a fixed seed) are read or refused, and never raise."""

import io
import random
import re
import zipfile

import pytest

from linghang.apps.exchange.closings_reader import closings_of
from linghang.apps.exchange.facts_reader import facts_of
from linghang.apps.exchange.roster_reader import roster_of
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.tests import books
from linghang.apps.exchange.tests.sample_pack import sample_pack

SHEETS = {
    "组织生活": [["日期", "支部", "会议类型", "缺席人员"], ["3月5日", "机修车间党支部", "党课", "张三、李四（病假）"]],
    "任务": [
        ["姓名", "支部", "3月", None],
        [None, None, "包保(3月10日)", 3.2],
        ["张三", "机修车间党支部", "√", "逾期"],
    ],
    "名册": [["编码", "姓名", "支部", "转入"], [1, "张三", "一支部", 43831.0]],
    "关账": [["支部", "月份"], ["机修车间党支部", "2026-03"]],
}
MERGES = {"任务": ["A1:A2", "B1:B2", "C1:D1"]}
BITS = [
    b"-1",
    b"99999999999",
    b"NaN",
    b"inf",
    b"1e400",
    b"",
    b"A0",
    b"A1:",
    b"XFD1048577",
    b"0",
    b"1.5",
    "三月".encode(),
]
VALUE = re.compile(rb'>([^<>]{1,20})<|="([^"]{1,40})"')


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """The workbook with a few values of its parts, or a few of its bytes, replaced."""
    if chance.random() < 0.2:
        broken = bytearray(raw)
        for _ in range(chance.randint(1, 10)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        return bytes(broken)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w") as made:
        victim = chance.choice(source.namelist())
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, _damaged_part(data, chance) if name == victim or "sheet1" in name else data)
    return target.getvalue()


def _damaged_part(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        found = list(VALUE.finditer(data))
        if not found:
            return data[: chance.randrange(len(data) + 1)]
        hit = chance.choice(found)
        start, end = hit.span(1) if hit[1] is not None else hit.span(2)
        data = data[:start] + chance.choice(BITS) + data[end:]
    return data


@pytest.mark.parametrize("seed", range(6))
def test_damage_gives_problems_and_no_traceback(tmp_path, seed):
    raw = books.book(tmp_path / "whole.xlsx", SHEETS, MERGES).read_bytes()
    chance, read, refused = random.Random(seed), 0, 0
    for _ in range(60):
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(damaged(raw, chance))
        book, problems = read_workbook(path)
        if book is None:
            refused += 1
            assert len(problems.errors) == 1
            continue
        read += 1
        given = {"roster": books.roster(), "period": books.MARCH}
        facts_of(book, pack=sample_pack(), mapping=None, problems=problems, **given)
        closings_of(book, **given)
        roster_of(book, None, problems)
    assert read
    assert refused
