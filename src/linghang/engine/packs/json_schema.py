"""JSON Schemas of a pack's files, made from the shapes that read them: for editors, which hint and check while typing.

They say what each file may hold; what must hold between files is for `linghang check`. YAML types scalars before an
editor sees them, so a number or a flag may also stand as a text, as our reader takes it.
"""

from collections.abc import Mapping
from typing import Any

from linghang.engine.packs.cases import CASES
from linghang.engine.packs.field_words import choice_words, words_of
from linghang.engine.packs.load import LOCK, LOCK_SHAPE, PARTS
from linghang.engine.packs.read import IDENTITY
from linghang.engine.packs.schema import (
    AMOUNT,
    MOST_TEXT,
    TITLE,
    WRITTEN,
    Field,
    ListOf,
    MapOf,
    OneOrMany,
    Record,
    Word,
)
from linghang.engine.packs.schemes import SCHEME
from linghang.engine.packs.tables import TABLE, RowShape

DRAFT = "http://json-schema.org/draft-07/schema#"
_ID = r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*"
_NUMBER = r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?"
Schema = dict[str, Any]
# how a scalar of each sort may be written
_SORTS: Mapping[str, Schema] = {
    "identifier": {"type": "string", "pattern": f"^{_ID}$", "maxLength": 64},
    "text": {"type": ["string", "number"], "minLength": 1, "maxLength": MOST_TEXT},
    "optional": {"type": ["string", "number", "null"], "maxLength": MOST_TEXT},
    "number": {"type": ["number", "string"], "pattern": rf"^\s*{_NUMBER}\s*$"},
    "count": {"type": ["number", "string"], "pattern": r"^\s*\+?[0-9][0-9,]*(?:\.[0-9]+)?\s*$", "exclusiveMinimum": 0},
    "percent": {"type": ["number", "string"], "pattern": rf"^\s*{_NUMBER}\s*[%％]?\s*$"},
    "share": {"type": ["number", "string"], "pattern": rf"^\s*(?:{_NUMBER}\s*[%％]?|[0-9]+[/／][0-9]+)\s*$"},
    "place": {"type": ["number", "string"], "pattern": rf"^\s*{_NUMBER}\s*[%％]?\s*$"},
    "month": {"type": "string", "pattern": r"^\s*[0-9]{4}-[0-9]{2}\s*$"},
    "date": {"type": "string", "pattern": r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"},
    "month-day": {"type": "string", "pattern": r"^\s*[0-9]{2}-[0-9]{2}\s*$"},
    "flag": {"enum": [True, False, "true", "false", "是", "否", "yes", "no"]},
    "version": {"type": "string", "pattern": r"^\s*[0-9]+(?:\.[0-9]+){2}\s*$"},
    "at-least-version": {"type": "string", "pattern": r"^\s*(?:>=|≥)?[0-9]+(?:\.[0-9]+){2}\s*$"},
}
_AMOUNT: Schema = {"type": ["number", "string"], "pattern": rf"^\s*(?:\${_ID}|{_NUMBER})\s*$"}
_CELL: Schema = {"type": ["string", "number", "boolean", "null"], "maxLength": MOST_TEXT}
# what a record asks beyond its keys one by one
_RULES: Mapping[str, Schema] = {
    "名额": {"oneOf": [{"required": ["places"]}, {"required": ["share"]}, {"required": ["all_but"]}]},
    "次数要求": {
        "oneOf": [
            {"required": ["at_least", "short"], "not": {"required": ["at_most"]}},
            {"required": ["at_most", "met"], "not": {"anyOf": [{"required": ["at_least"]}, {"required": ["short"]}]}},
        ]
    },
    "组的人数": {"anyOf": [{"required": ["at_least"]}, {"required": ["below"]}]},
    "属性": {"required": ["title", "values"], "not": {"required": ["type"]}},
    "条件": {
        "oneOf": [
            {"required": ["grade", "band", "count"]},
            {"required": ["grade", "at_most", "count"]},
            {"required": ["total"]},
            {"required": ["below"]},
            {"required": ["item", "facts"]},
        ]
    },
    "项目": {
        "required": ["id", "title", "clause", "category"],
        "anyOf": [{"required": ["facts"]}, {"required": ["last_year"]}],
    },
    "档次的条件": {"oneOf": [{"required": ["item", "facts"]}, {"required": ["category", "at_least"]}]},
    "候选名单": {"anyOf": [{"required": ["all"]}, {"required": ["any"]}]},
    "记录": {"additionalProperties": _CELL},  # attributes of the kind
}


def schemas() -> dict[str, Schema]:
    """File name → schema, one for each sort of file that a pack has."""
    shapes = {"pack.yaml": IDENTITY, **PARTS, LOCK: LOCK_SHAPE, "schemes.yaml": SCHEME, "cases.yaml": CASES}
    return {f"{name.removesuffix('.yaml')}.schema.json": _file(name, shape) for name, shape in shapes.items()}


def _file(name: str, shape: Record) -> Schema:
    found: dict[str, Schema] = {}
    root = _of(shape, found)
    places = {"schemes.yaml": "schemes/*.yaml", "cases.yaml": "cases/*.yaml"}
    return {"$schema": DRAFT, "title": f"领航方案包：{places.get(name, name)}", **root, "definitions": found}


def _of(shape: Any, found: dict[str, Schema]) -> Schema:
    """The schema of a shape; records go into `found` under their names and are referred to."""
    if shape is TITLE:
        plain = _SORTS["text"]
        return {"anyOf": [plain, _reference(TITLE.record, found)]}
    if shape is AMOUNT:
        return _AMOUNT
    if isinstance(shape, Word):
        return _scalar(shape)
    if isinstance(shape, ListOf):
        return {"type": "array", "items": _of(shape.shape, found), "minItems": shape.least}
    if isinstance(shape, OneOrMany):
        one = _of(shape.shape, found)
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    if isinstance(shape, MapOf):
        names = {k: v for k, v in _scalar(shape.key).items() if k in ("pattern", "minLength", "maxLength")}
        return {"type": "object", "propertyNames": names, "additionalProperties": _of(shape.value, found)}
    if isinstance(shape, RowShape):
        return {"type": "array", "items": _CELL, "minItems": 1}
    record = shape if isinstance(shape, Record) else getattr(shape, "record", None)
    if record is not None:
        return _reference(record, found)
    assert shape is WRITTEN, shape
    return _CELL


def _scalar(word: Word) -> Schema:
    if word.words:
        labels = [f"{choice} {words}" for choice, words in choice_words(word.words).items() if choice != words]
        return {"type": "string", "enum": list(word.words)} | ({"description": "；".join(labels)} if labels else {})
    if word.bounds:
        low, high = word.bounds
        return {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": r"^\s*[+-]?[0-9]+\s*$"}
    return _SORTS[word.sort]


def _reference(record: Record, found: dict[str, Schema]) -> Schema:
    if record.what not in found:
        found[record.what] = {}  # a record may hold itself
        found[record.what] = _record(record, found)
    return {"$ref": f"#/definitions/{record.what}"}


def _record(record: Record, found: dict[str, Schema]) -> Schema:
    made: Schema = {
        "type": "object",
        "properties": {key: _field(record, key, of, found) for key, of in record.fields.items()},
        "required": [key for key, of in record.fields.items() if of.required],
        "additionalProperties": False,
    }
    return (
        made
        | _RULES.get(record.what, {})
        | ({} if record is not TABLE else {"description": "从上往下，第一行符合的算数"})
    )


def _field(record: Record, key: str, of: Field, found: dict[str, Schema]) -> Schema:
    words = words_of(record.what, key)
    said = f"{words.name}：{words.note}" if words.note else words.name
    inner = _of(of.shape, found)
    if "$ref" in inner:
        return {"description": said, "allOf": [inner]}
    return {**inner, "description": "。".join(filter(None, (said, inner.get("description", ""))))}
