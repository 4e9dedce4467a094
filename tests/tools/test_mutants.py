"""The runner of mutants: what it changes, what it leaves alone, which tests it asks and what it says in the end."""

import ast
from pathlib import Path
from types import CodeType

import pytest

from tools.mutate.changes import changed, mutant, places
from tools.mutate.report import Known, describe, interval
from tools.mutate.session import Baseline, Tried, put_in

SOURCE = '''"""Documentation."""

from x import y

LIMIT: "int | None" = 3


def rule(a: int, b: "str" = "b") -> int:
    """What it does."""
    if a > LIMIT and b:
        raise ValueError("too much")
    return max(a, 1)


def sql(number):
    return f"SELECT a FROM t WHERE a >= {number} AND b ORDER BY a DESC"
'''


def told(source: str = SOURCE) -> set[tuple[str, str, str]]:
    found = (mutant("f.py", source, n) for n in range(places(source)))
    return {(m.kind, m.was, m.becomes) for m in found}


def test_each_kind_of_change_is_found_where_it_stands() -> None:
    found = told()
    assert ("number", "LIMIT: 'int | None' = 3", "LIMIT: 'int | None' = 4") in found
    assert ("compared", "if a > LIMIT and b:", "if a >= LIMIT and b:") in found
    assert ("and-or", "if a > LIMIT and b:", "if a > LIMIT or b:") in found
    assert ("condition", "if a > LIMIT and b:", "if not (a > LIMIT and b):") in found
    assert ("called", "return max(a, 1)", "return min(a, 1)") in found
    assert ("returned", "return max(a, 1)", "return None") in found
    assert ("text", "def rule(a: int, b: 'str'='b') -> int:", "def rule(a: int, b: 'str'='XXbXX') -> int:") in found


def test_sql_is_changed_one_word_at_a_time() -> None:
    words = {new[new.index("f'") :] for kind, _, new in told() if kind == "sql"}
    assert words == {
        "f'SELECT a FROM t WHERE a > {number} AND b ORDER BY a DESC'",
        "f'SELECT a FROM t WHERE a >= {number} OR b ORDER BY a DESC'",
        "f'SELECT a FROM t WHERE a >= {number} AND b ORDER BY a ASC'",
    }


def test_documentation_annotations_and_words_of_errors_are_left_alone() -> None:
    texts = {was for kind, was, _ in told() if kind == "text"}
    assert not {t for t in texts if "Documentation" in t or "What it does" in t or "too much" in t}
    assert len(texts) == 1


def test_a_place_knows_its_function_and_only_a_body_belongs_to_one() -> None:
    functions = {(m.kind, m.function) for m in (mutant("f.py", SOURCE, n) for n in range(places(SOURCE)))}
    assert ("number", "") in functions
    assert ("text", "") in functions  # a default is made when the module is
    assert ("compared", "rule") in functions


def test_every_change_can_be_compiled_and_is_one() -> None:
    for number in range(places(SOURCE)):
        tree = changed(SOURCE, number)
        assert isinstance(compile(tree, "f.py", "exec"), CodeType)
        assert ast.unparse(tree) != ast.unparse(ast.parse(SOURCE))


def test_a_change_is_put_into_a_function_that_is_already_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from linghang.engine.settle import spans

    source = spans.finished_spans.__code__
    text = Path(source.co_filename).read_text("utf-8")
    made = [mutant("settle/spans.py", text, n) for n in range(places(text))]
    wrong = next(m for m in made if m.kind == "compared" and m.function == "finished_spans")
    try:
        assert put_in(compile(changed(text, wrong.number), source.co_filename, "exec"), wrong) == 1
        assert spans.finished_spans.__code__ is not source
    finally:
        spans.finished_spans.__code__ = source


def test_tests_that_run_the_line_are_asked_the_fastest_first() -> None:
    found = mutant(
        "f.py", SOURCE, next(n for n in range(places(SOURCE)) if mutant("f.py", SOURCE, n).kind == "compared")
    )
    baseline = Baseline(
        {"slow": 2.0, "fast": 0.1, "bad": 0.0, "other": 0.1}, ["bad"], {"f.py": {found.line: ["slow", "fast", "bad"]}}
    )
    assert baseline.tests_for(found) == ["fast", "slow"]
    top = mutant("f.py", SOURCE, 0)
    assert top.function == ""
    assert baseline.tests_for(top) == ["fast", "other", "slow"]


def test_a_sample_has_an_interval_and_survivors_have_reasons() -> None:
    low, high = interval(277, 300)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.948)
    living, dead = mutant("f.py", SOURCE, 0), mutant("f.py", SOURCE, 1)
    tried = [Tried(living, False, "", 3, 1.0), Tried(dead, True, "t", 3, 1.0)]
    found = describe(tried, 10, 1, Known({living.key: "the same"}))
    assert (found["killed"], found["tried"], found["of"], found["share"]) == (1, 2, 10, 0.5)
    assert [s["why"] for s in found["survivors"]] == ["the same"]
