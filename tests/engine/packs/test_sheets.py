"""A pack as sheets and back: nothing is lost, whoever reads the sheets finds words, and mistakes are told by cell."""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.packs.cases import Case, _RawFact, read_cases
from linghang.engine.packs.compose import Node, ScalarNode, compose_bytes
from linghang.engine.packs.field_words import choice_words, records_with_words
from linghang.engine.packs.load import LOCK, load_pack
from linghang.engine.packs.schema import MapOf, PackProblems, Word
from linghang.engine.packs.sheets.cells import shown
from linghang.engine.packs.sheets.door import grids_of, shape_of, texts_of
from linghang.engine.packs.sheets.layout import IDENTIFIER, NUMBER, all_parts, form_columns
from linghang.engine.packs.sheets.read import Sheet, read_sheets
from linghang.engine.packs.sheets.write import Grid, sheets_of
from linghang.engine.packs.texts import read_texts
from linghang.engine.packs.yaml_text import yaml_text
from linghang.engine.problems import Place, Problems, ProblemsFound
from tests.docs.test_pack_format import records
from tests.engine.packs.generated import Maker
from tests.laws.effort import trying

ROOT = Path(__file__).parents[3]
SHIPPED = [path.parent for path in sorted((ROOT / "packs").glob("*/pack.yaml"))]
SCHEMES = [path.parent for path in sorted((ROOT / "tests" / "packs-schemes").glob("*/pack.yaml"))]
NAME = "办法.xlsx"


def place(sheet: str, row: int, column: int) -> Place:
    return Place(file=NAME, sheet=sheet, cell=f"{chr(65 + column) if column < 26 else f'A{chr(39 + column)}'}{row + 1}")


def as_read(grids: Iterable[Grid]) -> list[Sheet]:
    return [Sheet(grid.name, grid.rows, partial(place, grid.name)) for grid in grids]


def bare(cases: Iterable[Case]) -> list[Case]:
    """Cases without the places at which they stand."""
    return [
        replace(
            case,
            place=Place(),
            **{n: tuple(replace(f, source=None) for f in getattr(case, n)) for n in ("facts", "late")},
        )
        for case in cases
    ]


# --- without loss ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [*SHIPPED, *SCHEMES], ids=lambda folder: folder.name)
def test_a_pack_comes_back_from_its_sheets_with_the_same_fingerprint_and_cases(folder: Path, tmp_path: Path) -> None:
    pack, _ = load_pack(folder)
    assert pack
    taken = texts_of(as_read(grids_of(read_texts(folder))), NAME, library=[folder.parent])
    for name, text in taken.texts.items():
        path = tmp_path / folder.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    again, problems = load_pack(tmp_path / folder.name, library=[folder.parent])
    assert again, list(problems)
    assert again.content_hash == pack.content_hash
    assert bare(read_cases(tmp_path / folder.name, again)[0]) == bare(read_cases(folder, pack)[0])
    other = {name: text for name, text in read_texts(folder).items() if not name.endswith(".yaml")}
    assert {name: taken.texts[name] for name in other} == other
    assert (LOCK in taken.texts) == (LOCK in read_texts(folder))


@trying(250, least=30)
@given(st.integers(0, 2**32))
def test_whatever_the_shapes_of_a_pack_take_comes_back_from_sheets_and_from_yaml(seed: int) -> None:
    nodes = Maker(seed).pack()
    grids = sheets_of(nodes, {"README.md": "甲\n\n  乙\n"})
    problems = Problems()
    contents = read_sheets(as_read(grids), NAME, problems)
    assert [str(p) for p in problems] == []
    assert contents.texts == {"README.md": "甲\n\n  乙\n"}
    assert {n: meant(n, node) for n, node in contents.nodes.items()} == {n: meant(n, node) for n, node in nodes.items()}
    for name, node in contents.nodes.items():
        again = compose_bytes(yaml_text(node, shape_of(name)).encode(), name, problems)
        assert [str(p) for p in problems] == []
        assert again is not None
        assert meant(name, again) == meant(name, node), name


def meant(name: str, node: Node) -> Any:
    """What the file says to its reader; empty texts of cells aside."""
    problems = PackProblems()
    found = shape_of(name).read(node, problems)
    assert [str(p) for p in problems if p.code != "duplicate-id"] == [], name
    return _bare(found)


def _bare(value: Any) -> Any:
    """Without places, and attributes of records without their order."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, _RawFact):
            value = replace(value, attributes=tuple(sorted(value.attributes, key=lambda pair: pair[0].text)))
        return {of.name: _bare(getattr(value, of.name)) for of in fields(value) if of.name != "place"}
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key != "place"}
    return [_bare(inner) for inner in value] if isinstance(value, list | tuple) else value


# --- for people ------------------------------------------------------------------------------------------------------


def test_every_key_of_a_pack_has_a_chinese_name_and_no_other_key_has() -> None:
    named = {what: set(keys) for what, keys in records_with_words().items()}
    assert named == {what: set(fields) for what, fields in records().items()}


def test_fixed_words_have_different_names_within_their_list() -> None:
    lists = {column.shape.words for part in all_parts() for column in part.columns if isinstance(column.shape, Word)}
    assert len(lists) > 20
    for words in lists:
        assert len(set(choice_words(words).values())) == len(words), words
        assert not [w for w in words if choice_words(words)[w] in set(words) - {w}], words


def test_sheets_and_columns_are_named_once_and_fit_a_spreadsheet() -> None:
    names = [part.sheet for part in all_parts()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31
    for part in all_parts():
        lead = [*part.key_headings, *([NUMBER] if part.is_numbered else []), *([IDENTIFIER] if part.keyed else [])]
        headings = [*lead, *(column.heading for column in part.columns)]
        assert len(set(headings)) == len(headings), part.sheet
    assert len({column.heading for column in form_columns()}) == len(form_columns())


def sheets_of_example() -> dict[str, list[list[Any]]]:
    return {
        grid.name: [list(row) for row in grid.rows] for grid in grids_of(read_texts(ROOT / "packs/example-4x-points"))
    }


def test_an_officer_reads_words_and_tables_not_codes() -> None:
    sheets = sheets_of_example()
    assert [sheets["办法"][n][sheets["办法"][0].index("评谁")] for n in (0, 1)] == ["评谁", "党员"]
    rows = sheets["项目·表格"]
    begins = rows.index(["member-points（党员积分）", "volunteer（志愿服务）", "计分表", "角色", "数量≥", "得分"])
    assert rows[begins + 1] == ["", "", "", "组织者", "1", "3.00"]
    assert rows[begins + 2] == ["", "", "", "任意", "0.5", "$volunteer"]


# --- mistakes --------------------------------------------------------------------------------------------------------

Change = Callable[[dict[str, list[list[Any]]]], object]


def problems_after(change: Change) -> list[str]:
    """The problems, as 'sheet!cell code', of the example's sheets after a change."""
    sheets = sheets_of_example()
    change(sheets)
    found = [Sheet(name, rows, partial(place, name)) for name, rows in sheets.items()]
    try:
        texts_of(found, NAME, library=[ROOT / "packs"])
    except ProblemsFound as wrong:
        problems = wrong.problems
    else:
        problems = []
    assert {p.place.file for p in problems} <= {NAME}
    return [f"{p.place.here} {p.code}" for p in problems if p.severity == "error"]


def put(sheet: str, row: int, heading: str, value: Any) -> Change:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        rows = sheets[sheet]
        at = rows[0].index(heading)
        rows[row] += [""] * (at + 1 - len(rows[row]))
        rows[row][at] = value

    return change


def do(*changes: Change) -> Change:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        for each in changes:
            each(sheets)

    return change


MISTAKES: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda _: None, []),
    "word out of the list": (put("办法", 1, "评谁", "猫"), ["办法!E2 bad-choice"]),
    "no number": (put("类别", 1, "基础分", "十"), ["类别!E2 bad-amount"]),
    "unknown item": (lambda s: s["项目·表格"][1].__setitem__(1, "sing"), ["项目·表格!B2 unknown-row-owner"]),
    "unknown sort of table": (lambda s: s["项目·表格"][1].__setitem__(2, "价目表"), ["项目·表格!C2 bad-choice"]),
    "unknown value in a table": (
        lambda s: s["项目·表格"][2].__setitem__(3, "唱歌"), ["项目·表格!D3 unknown-value"]),
    "cell too many in a table": (lambda s: s["项目·表格"][2].append("x"), ["项目·表格!D3 cell-count"]),
    "unknown column": (lambda s: s["类别"][0].append("颜色"), ["类别!J1 unknown-column"]),
    "column twice": (lambda s: s["类别"][0].append("编号"), ["类别!J1 duplicate-column"]),
    "unknown sheet": (lambda s: s.update({"项目表": [["x"]]}), ["项目表!A1 unknown-sheet"]),
    "id twice": (put("类别", 2, "编号", "study"), ["类别!B3 duplicate-id"]),
    "no name": (put("类别", 1, "名称", ""), ["类别!B2 missing-key"]),
    "a share that became a number": (
        do(lambda s: s["类别"][0].append("每月·结转"), put("类别", 1, "每月·结转", 0.3)), ["类别!J2 bad-percent"]),
    "a share of places that became a number": (
        do(lambda s: s["评定·档次"][0].extend(["名额·占比", "名额·分数相同"]), put("评定·档次", 1, "名额·占比", 0.3),
           put("评定·档次", 1, "名额·分数相同", "都给")), ["评定·档次!G2 bad-percent"]),
    "unknown line of the form": (lambda s: s["方案包"].append(["颜色", "红"]), ["方案包!A11 unknown-column"]),
    "no form": (lambda s: s.pop("方案包"), [" missing-sheet"]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_sheet_and_cell(mistake: str) -> None:
    change, expected = MISTAKES[mistake]
    found = problems_after(change)
    assert set(expected) <= set(found) if expected else found == []


def test_all_mistakes_are_told_at_once() -> None:
    both = do(MISTAKES["word out of the list"][0], MISTAKES["unknown column"][0], MISTAKES["no number"][0])
    assert {"办法!E2 bad-choice", "类别!J1 unknown-column", "类别!E2 bad-amount"} <= set(problems_after(both))


def test_numbers_days_and_yes_that_a_spreadsheet_made_of_texts_are_understood() -> None:
    changed = do(
        put("类别", 1, "基础分", 10),
        put("办法", 1, "补录几个月", 3.0),
        put("参数·数值", 1, "从哪个月起", date(2026, 1, 1)),
        put("参数·数值", 1, "数值", 255.5),
    )
    assert problems_after(changed) == []


def test_an_id_may_have_its_name_in_brackets_behind_it_wherever_one_is_asked_for() -> None:
    assert problems_after(put("项目", 1, "所在类别", "study（学习）")) == []
    assert problems_after(put("办法", 1, "免评人员组", "frail-or-ill(年老体弱)")) == []


def test_a_blank_owner_is_that_of_the_row_above_or_the_only_one() -> None:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        for name in ("类别", "项目", "评定·档次"):
            for row in sheets[name][1:]:
                row[0] = ""

    assert problems_after(change) == []


def test_a_sentence_says_what_may_be_written() -> None:
    sheets = sheets_of_example()
    put("办法", 1, "评谁", "猫")(sheets)
    found = [Sheet(name, rows, partial(place, name)) for name, rows in sheets.items()]
    with pytest.raises(ProblemsFound) as wrong:
        texts_of(found, NAME, library=[ROOT / "packs"])
    assert "猫" in wrong.value.problems[0].message


def test_lists_and_maps_in_a_cell_are_json_only_where_nothing_simpler_is_safe() -> None:
    columns = {c.heading: c for part in all_parts() for c in part.columns if c.form in ("list", "map")}
    aliases = columns["别的叫法"]
    listed = compose_bytes('["甲", "乙"]'.encode(), "x", Problems())
    assert shown(aliases, listed) == "甲、乙"
    assert shown(aliases, compose_bytes('["甲、乙"]'.encode(), "x", Problems())) == '["甲、乙"]'
    assert isinstance(columns["只算这些"].shape, MapOf)
    assert shown(columns["只算这些"], compose_bytes(b"{a: [x, y], b: z}", "x", Problems())) == "a=x、y\nb=z"
    assert ScalarNode
