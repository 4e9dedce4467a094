"""The published schemas are those of the reader, take every pack of the project, and refuse what the reader refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.packs.compose import ListNode, MapNode, Node, compose_file
from linghang.engine.packs.json_schema import schemas
from linghang.engine.packs.load import LOCK
from linghang.engine.problems import Problems
from tests.docs.test_pack_format import records
from tests.engine.packs.generated import Maker
from tests.laws.effort import trying

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs" / "reference" / "schema"
FOLDERS = [
    p.parent for p in (*sorted(ROOT.glob("packs/*/pack.yaml")), *sorted(ROOT.glob("tests/packs-schemes/*/pack.yaml")))
]
FILES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.yaml"))]
CHECKERS = {name: jsonschema.Draft7Validator(schema) for name, schema in schemas().items()}


def schema_name(path: Path) -> str:
    return f"{path.parent.name if path.parent.name in ('schemes', 'cases') else path.stem}.schema.json"


def typed(node: Node) -> Any:
    """The content as an editor sees it: plain scalars typed as YAML 1.2 does."""
    if isinstance(node, MapNode):
        return {key: typed(value) for key, (_, value) in node.pairs.items()}
    if isinstance(node, ListNode):
        return [typed(item) for item in node.items]
    if not node.plain:
        return node.text
    if node.text in ("", "~", "null"):
        return None
    if node.text in ("true", "false"):
        return node.text == "true"
    try:
        return int(node.text) if node.text.lstrip("+-").isdecimal() and node.text.isascii() else float(node.text)
    except ValueError:
        return node.text


def as_texts(node: Node) -> Any:
    """The content as our reader sees it: every scalar a text."""
    if isinstance(node, MapNode):
        return {key: as_texts(value) for key, (_, value) in node.pairs.items()}
    return [as_texts(item) for item in node.items] if isinstance(node, ListNode) else node.text


def content(path: Path) -> Node:
    node = compose_file(path, Problems())
    assert node is not None
    return node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_of_every_pack_is_valid_as_an_editor_sees_it_and_as_texts(path: Path) -> None:
    checker, node = CHECKERS[schema_name(path)], content(path)
    for seen in (typed(node), as_texts(node)):
        assert [f"{list(e.path)}: {e.message}" for e in checker.iter_errors(seen)] == []


def test_the_published_files_are_those_of_this_version() -> None:
    """`linghang pack schema docs/reference/schema` writes them."""
    written = {path.name: json.loads(path.read_text("utf-8")) for path in PUBLISHED.glob("*.json")}
    assert written == schemas()


def test_the_schemas_are_sound_and_know_every_key_of_the_reader_and_no_other() -> None:
    known: dict[str, set[str]] = {}
    for schema in schemas().values():
        jsonschema.Draft7Validator.check_schema(schema)
        known |= {what: set(of["properties"]) for what, of in schema["definitions"].items()}
        assert list(open_objects(schema)) == []
    assert known == {what: set(fields) for what, fields in records().items()}


def open_objects(schema: Any) -> Iterator[str]:
    """Mappings that would take any key without looking at it."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties", True) is True:
            yield str(schema)[:80]
        for inner in schema.values():
            yield from open_objects(inner)


WRONG = {
    "key": ("schemes.schema.json", ("items", 0), {"colour": "red"}),
    "fixed word": ("schemes.schema.json", (), {"subject": "cat"}),
    "number": ("schemes.schema.json", ("items", 0, "month"), {"cap": "four"}),
    "id": ("schemes.schema.json", ("items", 0), {"id": "A B"}),
    "table without rows": ("schemes.schema.json", ("items", 0, "table"), {"rows": []}),
    "month": ("cases.schema.json", ("cases", 0), {"period": "2026"}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_the_reader_refuses_an_editor_marks(what: str) -> None:
    name, at, change = WRONG[what]
    folder = ROOT / "packs" / "example-4x-points"
    seen = typed(content(folder / ("schemes/member.yaml" if name.startswith("schemes") else "cases/items.yaml")))
    place = seen
    for step in at:
        place = place[step]
    assert not list(CHECKERS[name].iter_errors(seen))
    place |= change
    assert list(CHECKERS[name].iter_errors(seen))


def test_a_key_that_must_be_there_is_missed() -> None:
    assert list(CHECKERS["pack.schema.json"].iter_errors({"pack": "x"}))


@trying(150, least=20)
@given(st.integers(0, 2**32))
def test_whatever_the_shapes_of_a_pack_take_is_valid(seed: int) -> None:
    for name, node in Maker(seed).pack().items():
        checker = CHECKERS[schema_name(Path(name))]
        found = [f"{list(e.path)}: {e.message[:200]}" for e in checker.iter_errors(as_texts(node))]
        assert found == [], name


def test_the_lock_has_a_schema_too() -> None:
    assert f"{LOCK.removesuffix('.yaml')}.schema.json" in CHECKERS
