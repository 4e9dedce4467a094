"""The list of mechanisms: complete, of one shape, and no row claims what no test checks."""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import yaml

from tests.docs.pages import DOCS, ROOT

FILE = DOCS / "reference" / "mechanisms.yaml"
COUNT = 253
STATUSES = ("planned", "engine", "page")
ALWAYS = {"id", "area", "name", "status"}
TOUCHED = {*ALWAYS, "behaviour", "check", "tests"}
MAYBE = {"privacy", "missing", "operations"}


@cache
def content() -> dict:
    return yaml.safe_load(FILE.read_text("utf-8"))


def rows() -> list[dict]:
    return content()["rows"]


def touched() -> list[dict]:
    return [row for row in rows() if row["status"] != "planned"]


def test_every_row_is_there_once() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) == COUNT
    assert [i for i in ids if not re.fullmatch(r"S[1-5]-\d\d", i)] == []


def test_rows_have_the_keys_of_their_status() -> None:
    areas = content()["areas"]
    for row in rows():
        assert row["status"] in STATUSES, row["id"]
        assert row["area"] in areas, row["id"]
        assert row["name"]["zh"], row["id"]
        wanted = ALWAYS if row["status"] == "planned" else TOUCHED
        assert wanted <= set(row) <= (wanted | MAYBE if row["status"] != "planned" else wanted), row["id"]
        assert row["status"] == "planned" or row["name"]["en"], row["id"]
    assert {row["area"] for row in rows()} == set(areas)


def test_a_row_that_is_more_than_planned_names_tests_that_say_so() -> None:
    for row in touched():
        for name in row["tests"]:
            assert name in functions(), f"{row['id']}: {name}"
        assert any(row["id"] in functions()[name] for name in row["tests"]), f"{row['id']}: no test is marked with it"


def test_a_mark_names_a_row_that_names_the_test() -> None:
    named = {(row["id"], name) for row in touched() for name in row["tests"]}
    marked = {(row, name) for name, marks in functions().items() for row in marks}
    assert marked - named == set()


def test_every_row_that_tests_check_names_the_operations_that_it_stands_on() -> None:
    assert [row["id"] for row in touched() if not row.get("operations")] == []


def test_the_operations_of_rows_are_functions_of_the_product() -> None:
    for row in touched():
        for path in row["operations"]:
            module, _, name = path.rpartition(".")
            assert callable(getattr(import_module(module), name, None)), f"{row['id']}: {path}"


@cache
def functions() -> dict[str, tuple[str, ...]]:
    """Path::test → the rows it is marked with, for every test of the project."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in ("tests", "src", "packs"):
        for file in (ROOT / folder).rglob("test_*.py"):
            found |= _tests_in(file)
    return found


def _tests_in(file: Path) -> dict[str, tuple[str, ...]]:
    tree = ast.parse(file.read_text("utf-8"))
    tests = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    return {f"{file.relative_to(ROOT)}::{t.name}": tuple(r for d in t.decorator_list for r in _rows(d)) for t in tests}


def _rows(decorator: ast.expr) -> list[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.row":
        return [a.value for a in decorator.args if isinstance(a, ast.Constant)]
    return []
