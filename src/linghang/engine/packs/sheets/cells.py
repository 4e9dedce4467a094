"""A value of a pack as the text of one cell, and back: what is simple is written simply, anything else as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode
from linghang.engine.packs.field_words import choice_words
from linghang.engine.packs.schema import ListOf, MapOf, OneOrMany, Word
from linghang.engine.packs.sheets.layout import Column
from linghang.engine.problems import Place

BETWEEN = "、"
MARKED = "有"
YES, NO = "是", "否"
Value = str | int | float | bool | date | datetime | None

# --- what a sheet shows ----------------------------------------------------------------------------------------------


def shown(column: Column, node: Node | None) -> str:
    """The cell's text for what stands in the record; "" for nothing."""
    if node is None:
        return ""
    match column.form:
        case "zh":
            return _text(node.pairs["zh"][1] if isinstance(node, MapNode) else node)
        case "en":
            found = node.pairs.get("en") if isinstance(node, MapNode) else None
            return _text(found[1]) if found else ""
        case "list":
            items = node.items if isinstance(node, ListNode) else (node,)
            return joined([_word(_inner(column.shape), _text(item)) for item in items])
        case "map":
            assert isinstance(node, MapNode)
            return _lines({key: _mapped(column, value) for key, (_, value) in node.pairs.items()})
    return _word(column.shape, _text(node))


def _text(node: Node) -> str:
    assert isinstance(node, ScalarNode)
    return node.text.strip()


def _word(shape: Any, text: str) -> str:
    """Fixed words by what people call them."""
    if isinstance(shape, Word) and shape.words:
        return choice_words(shape.words).get(text, text)
    if isinstance(shape, Word) and shape.sort == "flag":
        return {"true": YES, "yes": YES, "false": NO, "no": NO}.get(text.lower(), text)
    return text


def _mapped(column: Column, value: Node) -> str | list[str]:
    if isinstance(value, ListNode):
        return [_text(item) for item in value.items]
    return [_text(value)] if isinstance(_value_shape(column), OneOrMany) else _text(value)


def joined(items: Sequence[str]) -> str:
    """'甲、乙'; as JSON where that would not be read back as the same list."""
    simple = BETWEEN.join(items)
    return simple if items and split(simple) == list(items) else json.dumps(list(items), ensure_ascii=False)


def _lines(pairs: Mapping[str, str | list[str]]) -> str:
    """One 'key=value' a line; as JSON where that would not be read back as the same."""
    simple = "\n".join(f"{key}={joined(v) if isinstance(v, list) else v}" for key, v in pairs.items())
    said = {key: joined(v) if isinstance(v, list) else v for key, v in pairs.items()}
    return simple if pairs and _pairs(simple) == said else json.dumps(pairs, ensure_ascii=False)


# --- what a sheet says -----------------------------------------------------------------------------------------------


def plain(value: Value, column: Column | None = None) -> str:
    """A cell's value as text: numbers without a tail, days as 2026-01-15; the first of a month where a month is meant.

    Spreadsheet programs make numbers and days of what people type; texts stay as they are.
    """
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        is_month = column is not None and isinstance(column.shape, Word) and column.shape.sort == "month"
        return value.isoformat()[:7] if is_month and value.day == 1 else value.isoformat()
    return "" if value is None else str(value).strip()


def said(column: Column, text: str, place: Place) -> Node:
    """The node that a cell's text stands for; what it may not say is found when the node is read."""
    match column.form:
        case "list":
            shape = _inner(column.shape)
            return ListNode(tuple(ScalarNode(_code(shape, item), place) for item in split(text)), place)
        case "map":
            return _map_node(column, text, place)
    return ScalarNode(_code(column.shape, text), place)


def split(text: str) -> list[str]:
    """The items of a list in a cell: between 、 or line by line."""
    found = _json(text)
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return [str(item) for item in found]
    between = "\n" if "\n" in text else BETWEEN
    return [item.strip() for item in text.split(between) if item.strip()]


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for line in filter(str.strip, text.split("\n")):
        key, _, value = line.rpartition("=")
        found[key.strip()] = value.strip()
    return found


def _map_node(column: Column, text: str, place: Place) -> Node:
    found = _json(text)
    if not isinstance(found, dict):
        found = _pairs(text)
    pairs = {}
    for key, value in found.items():
        words = [str(v) for v in value] if isinstance(value, list) else None
        if words is None and isinstance(_value_shape(column), OneOrMany | ListOf):
            words = split(str(value))
        inner: Node = (
            ScalarNode(str(value), place)
            if words is None
            else ListNode(tuple(ScalarNode(word, place) for word in words), place)
        )
        pairs[str(key)] = (place, inner)
    return MapNode(pairs, place)


def _json(text: str) -> Any:
    if text[:1] not in ("[", "{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _code(shape: Any, text: str) -> str:
    """The fixed word that people's word stands for; anything else as it is."""
    if isinstance(shape, Word) and shape.words:
        return {words: choice for choice, words in choice_words(shape.words).items()}.get(text, text)
    if isinstance(shape, Word) and shape.sort == "flag":
        return {YES: "true", NO: "false"}.get(text, text)
    return id_of(text) if isinstance(shape, Word) and shape.sort == "identifier" else text


def id_of(text: str) -> str:
    """'plus（加分）' → 'plus': people may write the name in brackets behind an id, as sheets show it."""
    return text.replace("(", "（").partition("（")[0].strip() or text


def _inner(shape: Any) -> Any:
    return shape.shape if isinstance(shape, ListOf | OneOrMany) else shape


def _value_shape(column: Column) -> Any:
    return column.shape.value if isinstance(column.shape, MapOf) else None
