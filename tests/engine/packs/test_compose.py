"""Hostile or merely wrong YAML: one problem with its line each, quickly, and never an exception."""

import time

import pytest

from linghang.engine.packs.compose import MOST_BYTES, ListNode, MapNode, ScalarNode, compose_bytes, compose_file
from linghang.engine.problems import Problem, Problems


def refused(data: bytes | str) -> Problem:
    problems = Problems()
    started = time.monotonic()
    compose_bytes(data.encode() if isinstance(data, str) else data, "f.yaml", problems)
    assert time.monotonic() - started < 5
    assert len(problems) == 1, [str(p) for p in problems]
    problem = next(iter(problems))
    assert problem.hint
    assert problem.place.file == "f.yaml"
    return problem


def composed(text: str | bytes) -> object:
    problems = Problems()
    node = compose_bytes(text.encode() if isinstance(text, str) else text, "f.yaml", problems)
    assert not len(problems), [str(p) for p in problems]
    return node


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (BOMB, "yaml-anchor", 1),
        ("a: 1\nb: *a\n", "yaml-anchor", 2),
        ("a: 1\nb:\n  <<: {c: 1}\n", "yaml-anchor", 3),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml-tag", 1),
        ("a: !!int 3\n", "yaml-tag", 1),
        ("a: 1\n---\nb: 1\n", "yaml-documents", 2),
        ("[" * 100_000, "yaml-too-deep", 1),
        ("{a: " * 100_000, "yaml-too-deep", 1),
        ("- " * 100_000, "yaml-too-deep", 1),
        ("? " * 100_000, "yaml-too-deep", 1),
        ("\n".join(f"k{n}: 1" for n in range(60_000)), "yaml-too-many", 25_000),
        ("\n".join(f"k{n}: 1" for n in range(1_000_000)), "file-too-large", 0),
        ("[" + "a," * 400_000 + "]", "yaml-too-many", 1),
        ("? [a, b]\n: 1\n", "yaml-key", 1),
        ("a: 1\nb: [1, 2\nc: 3\n", "yaml-syntax", 3),
        ("a: 1\n\tb: 2\n", "yaml-syntax", 2),
        ("a: b: c\n", "yaml-syntax", 1),
        ("%YAML 9.9\n---\n@\n", "yaml-syntax", 1),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3),
        ("", "file-empty", 0),
        ("# nothing\n", "file-empty", 0),
        (b"a: 1\nb: \0\n", "control-character", 2),
        ("a: 1\nb: x\x07y\n", "control-character", 2),
        ("a: 安全\u202e文本\n", "control-character", 1),
        (b"\x80\x81\xfe\xff\x00", "encoding", 1),
        ("标题: 积分办法\n".encode("utf-16"), "encoding", 0),
        (b"a: 1\n" + "标题: 积分办法\n".encode("gb18030"), "encoding", 2),
        (b"x" * (MOST_BYTES + 1), "file-too-large", 0),
    ],
)
def test_every_departure_is_one_problem_with_its_line(data: bytes | str, code: str, line: int) -> None:
    problem = refused(data)
    assert (problem.code, problem.place.line) == (code, line)


def test_a_gbk_file_is_told_how_to_be_saved() -> None:
    problem = refused("标题: 党员积分办法\n".encode("gbk"))
    assert "GB18030" in problem.message
    assert "UTF-8" in problem.hint


def test_a_byte_order_mark_is_accepted() -> None:
    assert isinstance(composed("\ufeff标题: 甲\n".encode()), MapNode)


def test_scalars_stay_the_texts_that_were_written() -> None:
    node = composed("[no, 2026-01-05, 1e3, 0x1F, ~, 012, 'no', 12:30:45, .inf]")
    assert isinstance(node, ListNode)
    texts = [item.text for item in node.items if isinstance(item, ScalarNode)]
    assert texts == ["no", "2026-01-05", "1e3", "0x1F", "~", "012", "no", "12:30:45", ".inf"]


def test_places_are_lines_counted_from_one() -> None:
    node = composed("a:\n  - x\n  - y\n")
    assert isinstance(node, MapNode)
    values = node.pairs["a"][1]
    assert isinstance(values, ListNode)
    assert [item.place.line for item in values.items] == [2, 3]


def test_one_megabyte_of_one_text_is_no_trouble() -> None:
    assert isinstance(composed("a: " + "x" * 900_000), MapNode)


def test_a_missing_file_and_a_folder_are_problems(tmp_path) -> None:
    problems = Problems()
    assert compose_file(tmp_path / "none.yaml", problems) is None
    assert compose_file(tmp_path, problems) is None
    assert [p.code for p in problems] == ["file-missing", "file-missing"]
