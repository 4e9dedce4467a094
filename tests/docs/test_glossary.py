"""The glossary names what exists, and everything that authors of packs meet."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.docs.pages import DOCS, ROOT, table_rows

PAGE = DOCS / "glossary.md"
MODEL = ROOT / "src" / "linghang" / "engine" / "packs" / "model.py"
NO_NOUNS = {"QUANTITY", "Title"}


def identifiers() -> list[str]:
    return [row[1].strip("`") for row in table_rows(PAGE.read_text("utf-8")) if row[1].startswith("`")]


def words_of(files: list[Path]) -> set[str]:
    return {word for file in files for word in re.findall(r"[A-Za-z_]+", file.read_text("utf-8"))}


def test_every_identifier_occurs_in_the_source_or_in_a_pack() -> None:
    source = [p for p in (ROOT / "src").rglob("*.py") if "tests" not in p.parts]
    known = words_of([*source, *(ROOT / "packs").rglob("*.yaml")])
    assert len(identifiers()) > 100
    assert [word for word in identifiers() if word not in known] == []


def test_no_identifier_stands_twice() -> None:
    assert [word for word, count in Counter(identifiers()).items() if count > 1] == []


def test_every_noun_of_the_pack_model_is_explained() -> None:
    tree = ast.parse(MODEL.read_text("utf-8"))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert classes - NO_NOUNS - set(identifiers()) == set()
