"""Whatever is handed in: a problem record, never a traceback, a hang or more than 300 MB. Each apart."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from itertools import chain
from pathlib import Path

import duckdb
import pytest

from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.tests import hostile
from linghang.apps.exchange.tests.books import book
from linghang.apps.exchange.tests.hostile import RELATION, RELATIONS, cell, package, parts, worksheet

_READ = """
import json, re, resource, sys
from pathlib import Path
from linghang.apps.exchange.tables.reading import read_workbook
book, problems = read_workbook(Path(sys.argv[1]))
# not ru_maxrss, which counts the parent's as well
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps({"read": book is not None, "peak": peak // 1024,
                  "codes": [p.code for p in problems], "words": [str(p) for p in problems]}))
"""
_SECONDS = 60
_MEGABYTES = 300


def read_apart(path: Path) -> dict:
    """Read the file in a child process; refuses a traceback, a hang and too much memory."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["peak"] <= _MEGABYTES, told
    return told


def refused(path: Path, code: str) -> dict:
    told = read_apart(path)
    assert told["codes"] == [code]
    assert not told["read"]
    assert "怎么办" in told["words"][0]
    return told


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    refused(package(tmp_path / "b.xlsx", parts({"S": hostile.zeros(400)})), "zip-bomb")


def test_a_part_packed_too_tightly_is_refused(tmp_path):
    refused(package(tmp_path / "b.xlsx", parts({"S": hostile.zeros(100)})), "zip-bomb")


def test_a_zip_that_lies_about_its_size_cannot_make_us_unpack_more(tmp_path):
    path = hostile.lying_zip(tmp_path / "b.xlsx")
    with zipfile.ZipFile(path) as made:
        assert made.getinfo("xl/sharedStrings.xml").file_size == 100
    read_apart(path)


def test_thousands_of_zip_entries_are_refused(tmp_path):
    contents = parts({"S": worksheet("")}) | {f"xl/media/{i}.png": "x" for i in range(6000)}
    refused(package(tmp_path / "b.xlsx", contents), "zip-bomb")


def test_a_truncated_file_is_refused(tmp_path):
    whole = book(tmp_path / "whole.xlsx", {"S": [["姓名"], ["张三"]] * 200}).read_bytes()
    for keep in (30, len(whole) // 2, len(whole) - 10):
        path = tmp_path / f"cut{keep}.xlsx"
        path.write_bytes(whole[:keep])
        refused(path, "broken-file")


def test_damaged_bytes_inside_are_refused(tmp_path):
    path = book(tmp_path / "whole.xlsx", {"S": [[f"姓名{i}"] for i in range(2000)]})
    raw = bytearray(path.read_bytes())
    at = raw.find(b"xl/worksheets/sheet1.xml") + 200
    raw[at : at + 50] = b"\x00" * 50
    path.write_bytes(bytes(raw))
    refused(path, "broken-file")


def test_xml_entities_are_refused_before_they_grow(tmp_path):
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    sheet = worksheet(f'<row r="1">{cell("A1", "&i;")}</row>').replace("?>", f"?>{bomb}", 1)
    refused(package(tmp_path / "b.xlsx", parts({"S": sheet})), "xml-entities")


def test_an_external_entity_reads_no_file(tmp_path):
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    sheet = worksheet(f'<row r="1">{cell("A1", "&e;")}</row>').replace("?>", f"?>{doctype}", 1)
    told = refused(package(tmp_path / "b.xlsx", parts({"S": sheet})), "xml-entities")
    assert "root" not in "".join(told["words"])


def test_deeply_nested_xml_is_refused(tmp_path):
    def nested():
        yield b"<worksheet>"
        for _ in range(200):
            yield b"<a>" * 100_000

    refused(package(tmp_path / "b.xlsx", parts({"S": "<x>" + "<a>" * 100_000})), "broken-file")
    refused(package(tmp_path / "c.xlsx", parts({"S": nested()})), "zip-bomb")


def test_an_endless_tag_is_refused(tmp_path):
    def endless():
        yield b'<worksheet a="'
        for number in range(30):
            yield os.urandom(1 << 19).hex().encode() + str(number).encode()

    refused(package(tmp_path / "b.xlsx", parts({"S": endless()})), "broken-file")


def test_a_million_columns_are_refused_at_the_first_beyond_the_limit(tmp_path):
    def columns():
        yield f"<worksheet {hostile.MAIN}><sheetData><row>".encode()
        for number in range(1_000_000):
            yield f'<c t="inlineStr"><is><t>{number}</t></is></c>'.encode()
        yield b"</row></sheetData></worksheet>"

    told = refused(package(tmp_path / "b.xlsx", parts({"S": columns()})), "too-large")
    assert "S!SG1" in told["words"][0]


def test_a_far_away_cell_does_not_cost_the_area_up_to_it(tmp_path):
    sheet = worksheet(f'<row r="1048576">{cell("XFD1048576", "x")}</row>')
    told = refused(package(tmp_path / "b.xlsx", parts({"S": sheet})), "too-large")
    assert "200,000 行" in told["words"][0]


def test_a_million_rows_are_refused(tmp_path):
    def rows():
        yield f"<worksheet {hostile.MAIN}><sheetData>".encode()
        for number in range(1, 1_000_001):
            yield f'<row r="{number}"><c r="A{number}"><v>{number * 7919 % 999983}</v></c></row>'.encode()
        yield b"</sheetData></worksheet>"

    refused(package(tmp_path / "b.xlsx", parts({"S": rows()})), "too-large")


def test_three_million_cells_of_different_texts_stay_within_memory(tmp_path):
    def rows():
        yield f"<worksheet {hostile.MAIN}><sheetData>".encode()
        for number in range(1, 190_001):
            cells = "".join(f'<c t="inlineStr"><is><t>{number}.{c}</t></is></c>' for c in range(16))
            yield f'<row r="{number}">{cells}</row>'.encode()
        yield b"</sheetData></worksheet>"

    refused(package(tmp_path / "b.xlsx", parts({"S": rows()})), "too-large")


def test_blank_styled_cells_to_the_edge_of_the_sheet_are_harmless(tmp_path):
    blank = "".join(f'<row r="{r}"><c r="A{r}" s="1"/><c r="XFD{r}" s="1"/></row>' for r in range(2, 100_000))
    sheet = worksheet(f'<row r="1">{cell("A1", "姓名")}</row>{blank}')
    told = read_apart(package(tmp_path / "b.xlsx", parts({"S": sheet})))
    assert told == told | {"read": True, "codes": []}


def test_merged_areas_over_the_whole_sheet_are_clipped_or_refused(tmp_path):
    rows = "".join(f'<row r="{r}">{cell(f"A{r}", "x")}{cell(f"T{r}", "y")}</row>' for r in range(1, 1001))
    whole = '<mergeCell ref="A1:XFD1048576"/>'
    one = worksheet(rows, f"<mergeCells>{whole}</mergeCells>")
    assert read_apart(package(tmp_path / "a.xlsx", parts({"S": one})))["read"]
    many = worksheet(rows, f"<mergeCells>{whole * 15_000}</mergeCells>")
    refused(package(tmp_path / "b.xlsx", parts({"S": many})), "too-large")


def many(piece: str, times: int, before: str, after: str):
    """A part that says one thing over and over, with something in it that does not pack well."""
    yield before.encode() + b"<!--" + base64.b64encode(os.urandom(1_500_000)) + b"-->"
    for _ in range(times // 10_000):
        yield piece.encode() * 10_000
    yield after.encode()


def test_millions_of_hidden_rows_cost_nothing(tmp_path):
    rows = many('<row hidden="1"/>', 14_000_000, f"<worksheet {hostile.MAIN}><sheetData>", "</sheetData></worksheet>")
    told = read_apart(package(tmp_path / "b.xlsx", parts({"S": rows})))
    assert told == told | {"read": True}


def test_millions_of_sheets_references_and_number_formats_are_refused_or_left_out(tmp_path):
    contents = parts({"S": worksheet(f'<row r="1">{cell("A1", "x")}</row>')})
    sheets = many("<sheet/>", 8_000_000, f"<workbook {hostile.MAIN}><sheets>", "</sheets></workbook>")
    refused(package(tmp_path / "a.xlsx", contents | {"xl/workbook.xml": sheets}), "too-large")
    links = (f'<Relationship Id="r{n}"/>'.encode() for n in range(1_000_000))
    whole = chain([b"<Relationships>"], links, [b"</Relationships>"])
    refused(package(tmp_path / "b.xlsx", contents | {"xl/_rels/workbook.xml.rels": whole}), "zip-bomb")
    links = RELATIONS.format(
        RELATION.format("r1", "worksheet", "worksheets/sheet1.xml") + RELATION.format("r2", "styles", "s.xml")
    )
    formats = (f'<numFmt numFmtId="{n}" formatCode="0.{n}"/>'.encode() for n in range(3_000_000))
    whole = chain([b"<styleSheet>"], formats, [b"</styleSheet>"])
    told = read_apart(package(tmp_path / "c.xlsx", contents | {"xl/_rels/workbook.xml.rels": links, "xl/s.xml": whole}))
    assert told == told | {"read": True}


def test_one_part_is_not_read_once_for_every_sheet_that_names_it(tmp_path):
    contents = parts({f"S{n}": worksheet("") for n in range(3)})
    same = "".join(RELATION.format(f"r{n}", "worksheet", "worksheets/sheet1.xml") for n in (1, 2, 3))
    refused(
        package(tmp_path / "b.xlsx", contents | {"xl/_rels/workbook.xml.rels": RELATIONS.format(same)}), "broken-file"
    )


def test_macros_are_refused_under_any_name(tmp_path):
    contents = parts({"S": worksheet("")})
    refused(package(tmp_path / "b.xlsm", contents), "macros")
    refused(package(tmp_path / "b.xlsx", contents | {"xl/vbaProject.bin": "x"}), "macros")
    refused(package(tmp_path / "c.xlsx", contents | {"xl/macrosheets/sheet1.xml": "<x/>"}), "macros")


def test_links_to_other_workbooks_are_told_and_never_opened(tmp_path):
    contents = parts({"S": worksheet(f'<row r="1">{cell("A1", "x")}</row>')})
    link = '<externalLink><externalBook r:id="rId1"/></externalLink>'
    told = read_apart(package(tmp_path / "b.xlsx", contents | {"xl/externalLinks/externalLink1.xml": link}))
    assert told["codes"] == ["external-links"]
    assert told["read"]


def test_encrypted_files_are_refused_with_the_reason(tmp_path):
    old_office = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512
    )
    path = tmp_path / "b.xlsx"
    path.write_bytes(old_office)
    refused(path, "encrypted")


def test_more_than_a_hundred_sheets_are_refused(tmp_path):
    refused(package(tmp_path / "b.xlsx", parts({f"S{i}": worksheet("") for i in range(101)})), "too-large")


def test_a_file_above_the_limit_is_not_opened(tmp_path):
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"PK\x03\x04")
    os.truncate(path, 51 * 1024 * 1024)
    refused(path, "too-large")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.xlsx", b"", "empty"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 100, "not-a-table"),
        ("text.pdf", b"%PDF-1.7", "not-a-table"),
        ("broken.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, "broken-file"),
        ("broken.parquet", b"PAR1" + b"\x00" * 500 + b"PAR1", "broken-file"),
        ("zip.zip", b"PK\x03\x04" + b"\x00" * 50, "not-a-table"),
        ("nul.csv", "姓名,支部\n张三,\x00\n".encode(), "wrong-encoding"),
        ("utf16.csv", "姓名,支部\n".encode("utf-16-le"), "wrong-encoding"),
        ("binary.csv", bytes(range(128, 256)) * 50, "wrong-encoding"),
        ("quotes.csv", '姓名,备注\n张三,"'.encode() + b"x" * 300_000, "broken-file"),
        ("wide.csv", b",".join(b"%d" % i for i in range(1_000_000)), "too-large"),
        ("long.csv", b"1\n" * 1_000_000, "too-large"),
        ("commas.csv", b"," * 50_000_000, "too-large"),
        ("quoted.csv", b'"\n",' * 10_000_000, "too-large"),
    ],
)
def test_other_files_are_refused_with_a_reason(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, code)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select 1 as a from range({})", 50_000_000),
        ("select repeat('长', 100000) || i as a from range({}) t(i)", 3_000),
    ],
)
def test_a_parquet_that_grows_when_read_is_refused(tmp_path, query, rows):
    path = tmp_path / "b.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query.format(rows)}) to '{path}' (format parquet, compression zstd)")
    refused(path, "too-large")


def test_a_missing_file_is_a_problem_too(tmp_path):
    refused(tmp_path / "none.xlsx", "no-file")


@pytest.mark.office
def test_an_old_xls_is_read_in_its_own_process(tmp_path, office):
    source = book(
        tmp_path / "new.xlsx", {"名册": [["党员名册", None], ["姓名", "支部"], ["张三", "一支部"]]}, {"名册": ["A1:B1"]}
    )
    old = office(source, "xls")
    told = read_apart(old)
    assert told == told | {"read": True, "codes": []}
    read, problems = read_workbook(old, Limits(old_printed=50))
    assert read is None
    assert [problem.code for problem in problems] == ["too-large"]
