"""The parts of a pack other than its schemes: identity, fact kinds with meanings, parameters, groups, norms.

Each part is a declared shape; references between parts are resolved and judged later, in `check`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from linghang.engine.packs.compose import Node
from linghang.engine.packs.model import (
    Attribute,
    CadenceNorm,
    Completeness,
    DatedValue,
    ExemptGroup,
    FactKind,
    Identity,
    Meaning,
    Measure,
    Parameter,
)
from linghang.engine.packs.schema import (
    AT_LEAST_VERSION,
    BAD,
    FLAG,
    IDENTIFIER,
    MONTH,
    OPTIONAL_TEXT,
    QUANTITY,
    TEXT,
    TITLE,
    VERSION,
    WRITTEN,
    Field,
    ListOf,
    MapOf,
    OneOrMany,
    Record,
    Shape,
    Written,
    choice,
    integer,
    maybe,
    number,
)
from linghang.engine.packs.source import Source
from linghang.engine.periods import CALENDAR
from linghang.engine.points import POINT, UNIT
from linghang.engine.problems import Place, Problems

CONFIDENCES = ("text-seen", "secondary", "remembered", "own-document", "invented")
SUBJECTS = ("member", "branch", "party-group", "unit", "project", "zone", "team", "study-group", "post", "task", "idea")
CONFIDENCE = choice(CONFIDENCES)
_SOURCED: Mapping[str, Field] = {"source": Field(TEXT), "confidence": Field(CONFIDENCE)}


# --- identity --------------------------------------------------------------------------------------------------------


def _document(**values: str) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def _identity(pack: str, content: str, **values: Any) -> Identity:
    return Identity(id=pack, invented=content == "invented", **values)


_DOCUMENT = {name: maybe(OPTIONAL_TEXT, "") for name in ("name", "number", "issued", "reviewed_by")}
IDENTITY = Record(
    "方案包说明",
    {
        "pack": Field(IDENTIFIER),
        "version": Field(VERSION),
        "title": Field(TITLE),
        "content": Field(choice(("invented", "adopted"))),
        "document": maybe(Record("依据文件", _DOCUMENT, _document, placed=False), {}),
        "uses": maybe(MapOf(AT_LEAST_VERSION), {}),
    },
    _identity,
)


# --- kinds of facts --------------------------------------------------------------------------------------------------


def _attribute(place: Place, title: Any, values: Any, type: str, **rest: Any) -> Attribute:
    return Attribute(id="", title=title, values={} if type else values, place=place, **rest)


class _AttributeShape:
    """A closed domain; an attribute without listed values would be free text, which facts do not hold."""

    record = Record(
        "属性",
        {
            "title": Field(TITLE),
            "values": maybe(MapOf(TITLE), {}),
            "type": maybe(TEXT, ""),
            "ordered": maybe(FLAG, False),
            "required": maybe(FLAG, True),
        },
        _attribute,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is not BAD and not found.values:
            words = "属性没有固定的取值；记录里不放自由文字"
            problems.add(node.place, "free-text-attribute", words, "用 values 列出全部取值，不写 type；说明写在备注里")
            return BAD
        return found


def _kind(attributes: Mapping[str, Attribute], quantity: tuple[int, int | None], **values: Any) -> FactKind:
    named = {name: replace(attribute, id=name) for name, attribute in attributes.items()}
    return FactKind(attributes=named, quantity_min=quantity[0], quantity_max=quantity[1], **values)


_RANGE = Record(
    "数量范围", {"min": maybe(QUANTITY, 0), "max": maybe(QUANTITY)}, lambda min, max: (min, max), placed=False
)
KIND = Record(
    "记录种类",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "subject": Field(choice(SUBJECTS)),
        "unit": Field(TEXT),
        "attributes": maybe(MapOf(_AttributeShape()), {}),
        "meaning": maybe(ListOf(IDENTIFIER), ()),
        "complete": maybe(choice(Completeness), Completeness.OPEN),
        "quantity": maybe(_RANGE, (0, None)),
        "evidence": maybe(choice(("none", "optional", "required")), "optional"),
        "by_others": maybe(FLAG, False),
        "aliases": maybe(ListOf(TEXT), ()),
        "source": maybe(TEXT, ""),
        "confidence": maybe(CONFIDENCE, ""),
    },
    _kind,
)
MEANING = Record(
    "含义标签",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "forbidden": maybe(TEXT, ""),
        "words": maybe(ListOf(TEXT), ()),
        "source": maybe(TEXT, ""),
        "confidence": maybe(CONFIDENCE, ""),
    },
    Meaning,
)


# --- parameters, groups, norms ---------------------------------------------------------------------------------------


def _dated(value: Written, **values: Any) -> tuple[Written, dict[str, Any]]:
    return value, values


def _parameter(unit: str, values: Any, **rest: Any) -> Any:
    return unit, values, rest


class _ParameterShape:
    """A parameter's numbers are points or quantities, as its unit says."""

    dated = Record("参数值", {"from": Field(MONTH, into="since"), "value": Field(WRITTEN), **_SOURCED}, _dated)
    record = Record(
        "参数",
        {"id": Field(IDENTIFIER), "title": Field(TITLE), "unit": Field(TEXT), "values": Field(ListOf(dated, 1))},
        _parameter,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is BAD:
            return BAD
        unit, dated, rest = found
        values = []
        for written, others in dated:
            try:
                value = number(written.text, POINT if unit == "分" else UNIT)
                values.append(DatedValue(value=value, **others))
            except ValueError as error:
                problems.add(written.place, "bad-number", str(error), "写成这样：2.00")
        return Parameter(unit=unit, values=tuple(values), **rest)


GROUP = Record(
    "不作硬性要求的人员",
    {"id": Field(IDENTIFIER), "title": Field(TITLE), "classes": Field(ListOf(TEXT, 1)), **_SOURCED},
    ExemptGroup,
)
NORM = Record(
    "频次要求",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "kind": Field(IDENTIFIER),
        "where": maybe(MapOf(OneOrMany(IDENTIFIER)), {}),
        "at_least": Field(integer(1, 100_000)),
        "per": Field(choice(CALENDAR)),
        "soft": Field(FLAG),
        "measure": maybe(choice(Measure), Measure.COUNT),
        "who": maybe(ListOf(TEXT), ()),
        "exempt_groups": maybe(ListOf(IDENTIFIER), ()),
        **_SOURCED,
    },
    CadenceNorm,
)


# --- files -----------------------------------------------------------------------------------------------------------


FACTS = Record(
    "facts.yaml", {"meanings": maybe(ListOf(MEANING), ()), "kinds": maybe(ListOf(KIND), ())}, dict, placed=False
)
PARAMETERS = Record("parameters.yaml", {"parameters": Field(ListOf(_ParameterShape()))}, dict, placed=False)
GROUPS = Record("groups.yaml", {"groups": Field(ListOf(GROUP))}, dict, placed=False)
NORMS = Record("norms.yaml", {"norms": Field(ListOf(NORM))}, dict, placed=False)


def read_record(source: Source, name: str, shape: Shape, problems: Problems) -> Any:
    """The file's content in that shape; None when it cannot be used."""
    node = source.node(name, problems)
    found = BAD if node is None else shape.read(node, problems)
    return None if found is BAD else found


def read_part(source: Source, name: str, shape: Shape, problems: Problems) -> dict[str, dict[str, Any]]:
    """List name → id → value for a file that a pack may leave out; a repeated id is a problem."""
    found = read_record(source, name, shape, problems) if source.has(name) else None
    return {} if found is None else {part: by_id(values, problems) for part, values in found.items()}


def by_id(values: Any, problems: Problems) -> dict[str, Any]:
    """Values by their id, the first of each; the others are problems."""
    found: dict[str, Any] = {}
    for value in values:
        if value.id in found:
            words = f"编号“{value.id}”重复了，{found[value.id].place.here} 已经用过"
            problems.add(value.place, "duplicate-id", words, "换一个编号")
        else:
            found[value.id] = value
    return found
