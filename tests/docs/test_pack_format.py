"""The page on the format of packs names exactly the keys that the reader knows, and marks those that must be there."""

import re
from typing import Any

from linghang.engine.packs import load, read, read_links, read_loops, schemes
from linghang.engine.packs.cases import CASES
from linghang.engine.packs.check_parts import RESERVED
from linghang.engine.packs.schema import Field, Record
from linghang.engine.packs.tables import ANYTHING, TABLE
from tests.docs.pages import DOCS, sections

PAGE = DOCS / "reference" / "pack-format.md"
ROW = re.compile(r"^\| `([a-z_]+)`( \*)? \|", re.MULTILINE)


def records() -> dict[str, dict[str, Field]]:
    """What every record of a pack is called → its keys, found by walking the shapes from the files down."""
    found: dict[str, dict[str, Field]] = {}
    roots = (
        read.IDENTITY,
        read.FACTS,
        read.PARAMETERS,
        read.GROUPS,
        read.NORMS,
        read_loops.LOOPS,
        read_links.LINKS,
        schemes.SCHEME,
        TABLE,
        CASES,
    )
    for root in (*roots, load.LOCK_SHAPE):
        _walk(root, found)
    return found


def _walk(shape: Any, found: dict[str, dict[str, Field]]) -> None:
    if isinstance(shape, Record):
        if shape.what in found:
            return
        found[shape.what] = dict(shape.fields)
        for field in shape.fields.values():
            _walk(field.shape, found)
    for part in ("record", "shape", "value", "dated"):
        inner = getattr(shape, part, None)
        if inner is not None and not callable(inner):
            _walk(inner, found)


def test_every_key_of_the_reader_stands_on_the_page_and_no_other() -> None:
    written = {title: set(ROW.findall(text)) for title, text in sections(PAGE, "### ").items()}
    known = {what: {(k, " *" if f.required else "") for k, f in fields.items()} for what, fields in records().items()}
    assert written == known


def test_the_page_names_every_tag_that_may_never_be_scored_and_every_word_for_anything() -> None:
    text = PAGE.read_text("utf-8")
    assert [tag for tag in RESERVED if f"`{tag}`" not in text] == []
    assert [word for word in ANYTHING if word and word != "—" and word not in text] == []
