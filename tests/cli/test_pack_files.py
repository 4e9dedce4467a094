"""`linghang pack export` and `import`: the workbook that an officer edits, and the ones that nobody should hand in."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.apps.appraisal.packs.workbook import pack_of_workbook, read_pack_sheets, write_grids
from linghang.apps.exchange.tests.hostile import cell, package, parts, worksheet
from linghang.cli import main
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.sheets.read import read_sheets
from linghang.engine.packs.sheets.write import sheets_of
from linghang.engine.packs.texts import read_texts
from linghang.engine.problems import Problems, ProblemsFound
from tests.engine.packs.generated import Maker
from tests.engine.packs.test_sheets import SCHEMES, SHIPPED, meant
from tests.laws.effort import FACTOR
from tests.office import converted

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "packs" / "example-4x-points"
Console = pytest.CaptureFixture[str]
Change = Callable[[openpyxl.Workbook], object]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "办法.xlsx"
    assert main(["pack", "export", str(EXAMPLE), str(path)]) == 0
    return path


def changed(path: Path, change: Change) -> Path:
    found = openpyxl.load_workbook(path)
    change(found)
    found.save(path)
    return path


def imported(book: Path, folder: Path, library: Path = ROOT / "packs") -> int:
    return main(["pack", "import", str(book), str(folder), "--library", str(library)])


def at(found: openpyxl.Workbook, sheet: str, heading: str, row: int) -> "openpyxl.cell.Cell":
    headings = [each.value for each in found[sheet][1]]
    made = found[sheet].cell(row, headings.index(heading) + 1)
    assert isinstance(made, openpyxl.cell.Cell)
    return made


# --- without loss ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [*SHIPPED, *SCHEMES], ids=lambda folder: folder.name)
def test_a_pack_comes_back_from_its_workbook_with_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    book, again = tmp_path / "pack.xlsx", tmp_path / folder.name
    assert main(["pack", "export", str(folder), str(book)]) == 0
    assert imported(book, again, folder.parent) == 0
    before, _ = load_pack(folder)
    after, problems = load_pack(again, library=[folder.parent])
    assert before
    assert after, list(problems)
    assert after.content_hash == before.content_hash
    assert read_texts(again).keys() == read_texts(folder).keys()


def test_equal_packs_give_equal_workbooks(tmp_path: Path, book: Path) -> None:
    again = tmp_path / "again.xlsx"
    assert main(["pack", "export", str(EXAMPLE), str(again)]) == 0
    assert again.read_bytes() == book.read_bytes()


@settings(
    max_examples=max(10, int(40 * FACTOR)), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.integers(0, 2**32))
def test_whatever_a_pack_may_say_comes_back_from_a_file(tmp_path: Path, seed: int) -> None:
    nodes, problems, path = Maker(seed).pack(), Problems(), tmp_path / f"{seed}.xlsx"
    with path.open("wb") as stream:
        write_grids(stream, sheets_of(nodes, {}))
    contents = read_sheets(read_pack_sheets(path, problems), path.name, problems)
    assert [str(p) for p in problems] == []
    assert {n: meant(n, node) for n, node in contents.nodes.items()} == {n: meant(n, node) for n, node in nodes.items()}


def test_a_workbook_saved_by_another_program_says_the_same(book: Path, tmp_path: Path) -> None:
    changed(book, lambda _: None)
    assert imported(book, tmp_path / "again") == 0
    before, after = load_pack(EXAMPLE)[0], load_pack(tmp_path / "again", library=[ROOT / "packs"])[0]
    assert before
    assert after
    assert after.content_hash == before.content_hash


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_says_the_same(book: Path, tmp_path: Path) -> None:
    assert imported(converted(book), tmp_path / "again") == 0
    before, after = load_pack(EXAMPLE)[0], load_pack(tmp_path / "again", library=[ROOT / "packs"])[0]
    assert before
    assert after
    assert after.content_hash == before.content_hash


def test_an_officer_changes_a_price_and_adds_a_row_with_a_condition(
    book: Path, tmp_path: Path, capsys: Console
) -> None:
    def change(found: openpyxl.Workbook) -> None:
        sheet = found["项目·表格"]
        row = next(r for r in range(1, sheet.max_row) if sheet.cell(r, 2).value == "dues（交纳党费）")
        assert sheet.cell(row + 1, 4).value == "-2.00"
        sheet.cell(row + 1, 4).value = -3  # typed as a number
        task = next(r for r in range(1, sheet.max_row) if sheet.cell(r, 2).value == "task（支部交办任务）")
        assert [sheet.cell(task, c).value for c in (4, 5)] == ["完成情况", "得分"]
        for row, cells in ((task, ("条件", "得分")), (task + 1, ("完成情况 = 按期完成", 2))):
            for column, value in enumerate(cells, 4):
                sheet.cell(row, column).value = value
        for row in (task + 2, task + 3):
            sheet.cell(row, 4).value = f"完成情况 ＝ “{sheet.cell(row, 4).value}”"
        at(found, "办法", "补录几个月", 2).value = 6

    assert imported(changed(book, change), tmp_path / "again") == 0
    text = (tmp_path / "again" / "schemes" / "member.yaml").read_text("utf-8")
    assert "- [-3]" in text
    assert "late_months: 6" in text
    assert "- [完成情况 = 按期完成, 2]" in text
    assert main(["check", str(tmp_path / "again"), "--library", str(ROOT / "packs")]) == 0


# --- refused ---------------------------------------------------------------------------------------------------------


def told(capsys: Console) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_mistakes_are_told_at_once_by_sheet_and_cell_and_nothing_is_written(
    book: Path, tmp_path: Path, capsys: Console
) -> None:
    def change(found: openpyxl.Workbook) -> None:
        at(found, "办法", "评谁", 2).value = "猫"
        at(found, "项目", "所在类别", 3).value = "sing"
        at(found, "评定·档次", "分数线", 2).value = "$star9"

    assert imported(changed(book, change), tmp_path / "again") == 1
    words = told(capsys)
    assert "办法.xlsx:办法!E2: bad-choice" in words
    assert not (tmp_path / "again").exists()


def test_what_the_check_finds_is_told_by_cell_too(book: Path, tmp_path: Path, capsys: Console) -> None:
    def change(found: openpyxl.Workbook) -> None:
        at(found, "项目", "所在类别", 3).value = "sing"
        at(found, "评定·档次", "分数线", 2).value = "$star9"

    assert imported(changed(book, change), tmp_path / "again") == 1
    words = told(capsys)
    assert "项目!B3: unknown-category: 没有类别“sing”" in words
    assert "unknown-parameter: 没有参数“star9”" in words
    assert "评定·档次!" in words


def test_formulas_are_refused_each_at_its_cell(book: Path, tmp_path: Path, capsys: Console) -> None:
    def change(found: openpyxl.Workbook) -> None:
        at(found, "类别", "基础分", 2).value = "=5+5"
        at(found, "类别", "名称", 3).value = '=HYPERLINK("http://192.0.2.1/","组织生活")'

    assert imported(changed(book, change), tmp_path / "again") == 1
    words = told(capsys)
    assert "类别!E2: formula: 这一格是公式" in words or "formula" in words
    assert words.count(": formula:") == 2
    assert not (tmp_path / "again").exists()


def with_part(book: Path, part: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(book, "a") as made:
        made.writestr(part, content)
    return book


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external-links"),
    ],
)
def test_macros_and_links_to_elsewhere_are_refused(
    book: Path, tmp_path: Path, capsys: Console, part: str, code: str
) -> None:
    assert imported(with_part(book, part), tmp_path / "again") == 1
    assert f"{code}: " in told(capsys)
    assert not (tmp_path / "again").exists()


def test_a_workbook_named_as_one_with_macros_is_refused(book: Path, tmp_path: Path, capsys: Console) -> None:
    renamed = book.rename(tmp_path / "办法.xlsm")
    assert imported(renamed, tmp_path / "again") == 1
    assert "macros: " in told(capsys)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", "方案包,编号\n".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600]
)
def test_only_an_xlsx_is_read_since_nothing_else_tells_what_is_computed(
    tmp_path: Path, capsys: Console, content: bytes
) -> None:
    path = tmp_path / "办法.csv"
    path.write_bytes(content)
    assert imported(path, tmp_path / "again") == 1
    assert "not-xlsx: 不是可以读的 .xlsx 工作簿" in told(capsys)


def test_a_share_that_the_program_made_a_number_is_not_guessed(book: Path, tmp_path: Path, capsys: Console) -> None:
    def change(found: openpyxl.Workbook) -> None:
        sheet = found["类别"]
        place = sheet.max_column + 1
        sheet.cell(1, place).value = "每月·结转"
        sheet.cell(2, place).value = 0.3

    assert imported(changed(book, change), tmp_path / "again") == 1
    assert "bad-percent" in told(capsys)


def test_a_hidden_sheet_is_not_read_and_that_is_said(book: Path, tmp_path: Path, capsys: Console) -> None:
    def change(found: openpyxl.Workbook) -> None:
        made = found.create_sheet("草稿")
        made["A1"] = "x"
        made.sheet_state = "hidden"

    assert imported(changed(book, change), tmp_path / "again") == 0
    assert "hidden-sheet" in told(capsys)


def test_what_is_no_workbook_of_a_pack_says_how_to_begin(tmp_path: Path, capsys: Console) -> None:
    path = package(tmp_path / "表.xlsx", parts({"成绩": worksheet(f'<row r="1">{cell("A1", "张三")}</row>')}))
    assert imported(path, tmp_path / "again") == 1
    words = told(capsys)
    assert "missing-sheet" in words
    assert "unknown-sheet" in words
    assert "linghang pack export" in words


def test_neither_a_file_nor_a_folder_with_something_in_it_is_overwritten(
    book: Path, tmp_path: Path, capsys: Console
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("x")
    before = book.read_bytes()
    assert imported(book, tmp_path / "full") == 1
    assert main(["pack", "export", str(EXAMPLE), str(book)]) == 1
    assert book.read_bytes() == before
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]
    assert imported(tmp_path / "missing.xlsx", tmp_path / "again") == 1
    assert "file-missing" in told(capsys)


def test_a_pack_with_errors_is_not_exported(tmp_path: Path, capsys: Console) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "pack.yaml").write_text("pack: p\n", "utf-8")
    assert main(["pack", "export", str(tmp_path / "p"), str(tmp_path / "p.xlsx")]) == 1
    assert "missing-key" in told(capsys)
    assert not (tmp_path / "p.xlsx").exists()


def test_a_pack_is_not_written_outside_its_folder(book: Path, tmp_path: Path, capsys: Console) -> None:
    def change(found: openpyxl.Workbook) -> None:
        at(found, "办法", "文件", 2).value = "../../evil"

    assert imported(changed(book, change), tmp_path / "again") == 1
    assert "file-name" in told(capsys)
    assert not list(tmp_path.parent.glob("evil*"))


def test_nothing_in_a_workbook_is_computed_by_reading_it(book: Path) -> None:
    """What a formula's stored value says is not taken either."""
    changed(book, lambda found: setattr(at(found, "类别", "基础分", 2), "value", "=10"))
    with pytest.raises(ProblemsFound):
        pack_of_workbook(book, library=[ROOT / "packs"])
