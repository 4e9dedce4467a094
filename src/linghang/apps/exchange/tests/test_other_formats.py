"""csv and parquet give the facts that the same table gives as xlsx; big files stay fast and small."""

import subprocess
import sys
from dataclasses import replace
from random import Random

import duckdb
import pytest

from linghang.apps.exchange.closings_reader import read_closings
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.tables import csv_text
from linghang.apps.exchange.tables.limits import LIMITS, TITLES
from linghang.apps.exchange.tables.refusal import Refused
from linghang.apps.exchange.tests import books
from linghang.apps.exchange.tests.sample_pack import sample_pack
from linghang.engine.periods import Month

TEXT = """\
姓名,支部,日期,事项,角色,时长
张三,机修车间党支部,2026.3.5,志愿服务,参加者,２小时
周八,机关党支部,3月6日,志愿服务,组织者,1.5
"""


def read(path):
    facts, problems = read_facts(path, pack=sample_pack(), roster=books.roster(), period=books.MARCH)
    assert list(problems) == []
    return [(f.subject, str(f.occurred_on), f.quantity, f.attributes["role"]) for f in facts]


EXPECTED = [("A01", "2026-03-05", 20000, "v0"), ("B03", "2026-03-06", 15000, "v1")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_in_every_usual_encoding_and_separator(tmp_path, encoding, separator):
    path = tmp_path / "records.csv"
    path.write_bytes(TEXT.replace(",", separator).encode(encoding))
    assert read(path) == EXPECTED


def test_parquet_gives_the_same(tmp_path):
    (tmp_path / "records.csv").write_text(TEXT, encoding="utf-8")
    path = tmp_path / "records.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * replace ('2026-03-05'::date + (rowid::int) as 日期) from"
            f" (select *, row_number() over () - 1 as rowid from read_csv('{tmp_path}/records.csv', all_varchar=true)))"
            f" to '{path}' (format parquet)"
        )
    assert read(path) == EXPECTED


def test_closings_are_read_in_any_spelling_of_the_month(tmp_path):
    rows = [
        ["各支部关账情况"],
        ["党支部", "月份", "经办"],
        ["机修车间党支部", "2026-01", "甲"],
        ["机修车间支部", "2026年2月", "甲"],
        ["机关", "3月", "乙"],
        ["机关党支部", "上月", "乙"],
        ["采煤党支部", "2026.2", "乙"],
        [],
        ["未列出的月份尚未关账。"],
    ]
    path = books.book(tmp_path / "f.xlsx", {"关账情况": rows})
    closed, problems = read_closings(path, roster=books.roster(), period=books.MARCH)
    assert closed == {
        ("机修车间党支部", Month(2026, 1)),
        ("机修车间党支部", Month(2026, 2)),
        ("机关党支部", Month(2026, 3)),
    }
    assert [f"{p.place.cell} {p.code}" for p in problems] == ["B6 bad-month", "A7 unknown-branch"]


_BIG = """
import re, sys
from pathlib import Path
import xlsxwriter
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.tests import sample_pack
from linghang.engine.periods import Month
from linghang.engine.roster import Member, Roster

path = Path(sys.argv[1])
roster = Roster(Member(f"P{i:04}", f"党员{i}", f"第{i % 40}支部") for i in range(3000))
facts, problems = read_facts(path, pack=sample_pack.sample_pack(), roster=roster, period=Month(2026, 3))
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(len(facts), len(problems), peak)
"""


def test_a_hundred_thousand_rows_take_little_memory(tmp_path):
    import xlsxwriter

    path = tmp_path / "big.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as made:
        sheet = made.add_worksheet("记录")
        sheet.write_row(0, 0, ["编码", "姓名", "支部", "日期", "事项", "角色", "时长", "活动", "备注"])
        for row in range(1, 100_001):
            i = row % 3000
            who = [f"P{i:04}", f"党员{i}", f"第{i % 40}支部"]
            what = [f"2026.3.{1 + row % 31}", "志愿服务", "参加者", "２小时", f"第{row}次", "随便写"]
            sheet.write_row(row, 0, who + what)
    done = subprocess.run([sys.executable, "-c", _BIG, str(path)], capture_output=True, text=True, check=True)
    facts, problems, megabytes = done.stdout.split()
    assert (facts, problems) == ("100000", "0")
    assert int(megabytes) <= 300


def test_the_library_needs_no_django_settings():
    modules = [
        "facts_reader",
        "statements",
        "template",
        "documents.word",
        "documents.pdf",
        "mapping.propose",
        "mapping.read",
    ]
    imports = ", ".join(f"linghang.apps.exchange.{m}" for m in modules)
    code = f"import sys, {imports}; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", [0, 3], ids=["plain", "quoted"])
def test_rows_that_are_asked_for_stand_where_they_stand_in_the_whole_table(tmp_path, monkeypatch, ending, quoted):
    monkeypatch.setattr(csv_text, "_BLOCK", 256)
    chance = Random(7)
    rows = [[f"m{n:05d}", f"人{n}", "甲支部" if n % 5 else "", ""] for n in range(3000)]
    for row in chance.sample(rows, quoted):
        row[3] = f'"两行{ending}“m01234”，""引号"""'
    for place in chance.sample(range(200, 3000), 20):
        rows[place] = []
    text = ending.join(["编码,姓名,支部,备注", *map(",".join, rows)])
    (tmp_path / "t.csv").write_bytes(text.encode())
    [whole], [some] = (
        csv_text.read_csv(tmp_path / "t.csv", limits)
        for limits in (LIMITS, replace(LIMITS, only=frozenset({"m01234", "m02999"})))
    )
    kept = {n: row for n, row in enumerate(some.rows) if row and n >= TITLES}
    assert len(some.rows) == len(whole.rows)
    assert {row[0] for row in kept.values()} == {row[0] for row in rows if row and row[0] in {"m01234", "m02999"}}
    assert all(whole.rows[n] == row for n, row in kept.items())
    assert some.rows[:TITLES] == whole.rows[:TITLES]


def test_private_characters_across_the_bounds_of_what_is_looked_at_are_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "_CHUNK", 4)
    for before in range(4):
        (tmp_path / "t.csv").write_bytes(b"a" * before + "\ue123".encode() + b",bbbbbbbb\n")
        with pytest.raises(Refused, match="编码"):
            csv_text.read_csv(tmp_path / "t.csv", LIMITS)


def test_of_an_endless_line_only_so_much_is_read_where_few_rows_are_asked_for(tmp_path):
    (tmp_path / "t.csv").write_text("编码,姓名\n" + "a,b\n" * 200 + "x" * 5_000_000)
    with pytest.raises(Refused):
        csv_text.read_csv(tmp_path / "t.csv", replace(LIMITS, only=frozenset({"xx"})))
