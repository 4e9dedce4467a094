"""Nodes as YAML for people: keys in the order of the format, short rows on one line, everything else as blocks."""

import json
import re
from collections.abc import Iterator
from typing import Any

from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode
from linghang.engine.packs.schema import ListOf, MapOf, OneOrMany, Record

WIDTH = 110
_PLAIN = re.compile(r"[\w（《“‘【$.+\-][\w（）《》“”‘’【】〔〕、。；，：！？·—…%$/.+≥≤<()=×℃\- ]*")
_TAKEN = re.compile(r"(?i:y|n|yes|no|on|off|null|~|none)|[-.+=]+|---.*|- .*")


def yaml_text(node: Node, shape: Any = None) -> str:
    """The file's text; `shape` is what will read it, and decides the order of keys."""
    return "\n".join(_block(node, shape, "")) + "\n"


def _block(node: Node, shape: Any, indent: str) -> Iterator[str]:
    match node:
        case MapNode(pairs) if pairs:
            for key in _ordered(pairs, shape):
                yield from _entry(f"{indent}{_scalar(key)}:", pairs[key][1], _below(shape, key), indent)
        case ListNode(items) if items:
            for item in items:
                yield from _item(item, _item_shape(shape), indent)
        case _:
            yield indent + _flow(node)


def _entry(begins: str, node: Node, shape: Any, indent: str) -> Iterator[str]:
    flat = _flat(node, WIDTH - len(begins))
    if flat:
        yield f"{begins} {flat}"
        return
    yield begins
    yield from _block(node, shape, indent + "  ")


def _item(node: Node, shape: Any, indent: str) -> Iterator[str]:
    flat = _flat(node, WIDTH - len(indent))
    if flat:
        yield f"{indent}- {flat}"
        return
    lines = list(_block(node, shape, indent + "  "))
    yield f"{indent}- {lines[0].lstrip(' ')}"
    yield from lines[1:]


def _flat(node: Node, width: int) -> str:
    """The node on one line, where it is a scalar or holds hardly anything but scalars and fits; else ""."""
    if isinstance(node, ScalarNode):
        return _scalar(node.text)
    if _depth(node) > 2 or (isinstance(node, ListNode) and _depth(node) > 1):
        return ""
    said = _flow(node)
    return said if len(said) <= width else ""


def _depth(node: Node) -> int:
    match node:
        case ScalarNode():
            return 0
        case ListNode(items):
            return 1 + max(map(_depth, items), default=0)
        case MapNode(pairs):
            return 1 + max((_depth(value) for _, value in pairs.values()), default=0)


def _flow(node: Node) -> str:
    match node:
        case ScalarNode(text):
            return _scalar(text)
        case ListNode(items):
            return f"[{', '.join(map(_flow, items))}]"
        case MapNode(pairs):
            return f"{{{', '.join(f'{_scalar(key)}: {_flow(value)}' for key, (_, value) in pairs.items())}}}"


def _scalar(text: str) -> str:
    """A text as it may stand anywhere: plain where nothing in it means something in YAML."""
    plain = _PLAIN.fullmatch(text) and not _TAKEN.fullmatch(text) and text == text.strip() and "  " not in text
    return text if plain and " -" not in text else json.dumps(text, ensure_ascii=False)


def _ordered(pairs: dict[str, Any], shape: Any) -> list[str]:
    record = shape if isinstance(shape, Record) else getattr(shape, "record", None)
    order = list(record.fields) if isinstance(record, Record) else []
    return sorted(pairs, key=lambda key: order.index(key) if key in order else len(order))


def _below(shape: Any, key: str) -> Any:
    record = shape if isinstance(shape, Record) else getattr(shape, "record", None)
    if isinstance(record, Record):
        return record.fields[key].shape if key in record.fields else None
    return shape.value if isinstance(shape, MapOf) else None


def _item_shape(shape: Any) -> Any:
    return shape.shape if isinstance(shape, ListOf | OneOrMany) else None
