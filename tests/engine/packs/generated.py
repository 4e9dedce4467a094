"""Random packs as nodes, made from the shapes that read packs: whatever a shape takes is written somewhere."""

from random import Random
from typing import Any

from linghang.engine.packs.cases import CASES
from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode
from linghang.engine.packs.load import PARTS
from linghang.engine.packs.read import IDENTITY
from linghang.engine.packs.schema import AMOUNT, TITLE, WRITTEN, ListOf, MapOf, OneOrMany, Record, Word
from linghang.engine.packs.schemes import SCHEME
from linghang.engine.packs.tables import RowShape
from linghang.engine.problems import Place

# texts that a cell, a list in a cell, or YAML might take for something else
TEXTS = (
    *(
        "学习",
        "第四条",
        "甲、乙",
        "第一行\n第二行",
        "= 1 + 1",
        "@甲",
        "-",
        "- 甲",
        "[甲]",
        '["甲"]',
        "{甲: 乙}",
        "a=b",
        "甲=乙=丙",
    ),
    *(
        "true",
        "no",
        "null",
        "~",
        "1.50",
        "007",
        "2026-01",
        "30%",
        "：",
        "甲: 乙",
        "#甲",
        "甲 # 乙",
        "&a",
        "*a",
        "!x",
        "'",
        '"',
    ),
    *(
        "”“",
        "任意",
        "有",
        "是",
        "否",
        "月",
        "_x0041_",
        "_x005F_",
        "%d",
        "1e9",
        "甲" * 300,
        "😀",
        "a\tb",
        "　甲",
        "…",
        "|",
        ">",
    ),
    *("?", "、", "，"),
)
IDS = ("a", "study", "b-1", "life.attendance", "no", "true1", "x" * 20, "e1")
_WORDS = {
    "number": ("2.00", "-3.5", "0", "1,000", "+1", "0.01"),
    "count": ("3", "2.5", "0.5"),
    "percent": ("30%", "100", "12.5%"),
    "place": ("1", "10%"),
    "share": ("30%", "1/3", "100", "2/7"),
    "month": ("2026-01", "2025-12"),
    "date": ("2026-01-15", "2024-02-29"),
    "month-day": ("01-15", "06-30"),
    "flag": ("true", "false", "是", "否", "yes", "no"),
    "version": ("1.0.0", "10.20.3"),
    "at-least-version": (">=1.0.0", "1.2.3", "≥2.0.0"),
    "identifier": IDS,
    "optional": ("", *TEXTS),
    "text": TEXTS,
}
NOWHERE = Place()
_WHOLE = {  # records whose keys hang on each other
    "组的人数": {"at_least": "5"},
    "条件": {"total": "10"},
    "档次的条件": {"item": "i0", "facts": "2"},
    "次数要求": {"at_most": "0", "met": "2.00", "span": "quarter"},
}
_FIXED = {"参数": {"unit": "分"}, "参数值": {"value": "2.00"}}


class Maker:
    """Makes one random node after another; equal seeds make equal packs."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pack(self) -> dict[str, Node]:
        """The files of a pack, each as its shape takes it; references need not lead anywhere."""
        found: dict[str, Node] = {"pack.yaml": self.record(IDENTITY)}
        for file, shape in PARTS.items():
            if self.random.random() < 0.6:
                found[file] = self.record(shape)
        for number in range(self.random.choice((0, 1, 1, 2))):
            scheme = self.record(SCHEME)
            place, _ = scheme.pairs["scheme"]
            scheme.pairs["scheme"] = (place, ScalarNode(f"s{number}", NOWHERE))
            found[f"schemes/file-{number}.yaml"] = scheme
        for number in range(self.random.choice((0, 1, 2))):
            found[f"cases/file-{number}.yaml"] = self.record(CASES)
        return found

    def record(self, record: Record) -> MapNode:
        pairs = {}
        for key, of in record.fields.items():
            if of.required or self.random.random() < 0.5:
                pairs[key] = (NOWHERE, self.node(of.shape))
        return self._sensible(record, MapNode(pairs, NOWHERE))

    def _sensible(self, record: Record, made: MapNode) -> MapNode:
        """What a record asks beyond its keys."""
        pairs = made.pairs
        if record.what == "属性":
            pairs.pop("type", None)
            pairs["values"] = (NOWHERE, self._map(record.fields["values"].shape, least=1))
        elif record.what in ("名额", "候选名单", "项目"):
            self._one_of(record, pairs)
        elif record.what in _WHOLE:
            pairs.clear()
            pairs |= {key: (NOWHERE, ScalarNode(text, NOWHERE)) for key, text in _WHOLE[record.what].items()}
        elif record.what == "记录":
            for key in self.random.sample(("角色", "日期", "数量", "属性·甲", "role"), self.random.randint(0, 3)):
                pairs[key] = (NOWHERE, ScalarNode(self.random.choice([t for t in TEXTS if t.strip()]), NOWHERE))
        elif record.what == "表格":
            width = self.random.randint(1, 4)
            rows = tuple(self._cells(width) for _ in range(self.random.randint(1, 3)))
            pairs["columns"], pairs["rows"] = (NOWHERE, self._cells(width)), (NOWHERE, ListNode(rows, NOWHERE))
        for key, text in _FIXED.get(record.what, {}).items():
            pairs[key] = (NOWHERE, ScalarNode(text, NOWHERE))
        return made

    def _one_of(self, record: Record, pairs: dict[str, tuple[Place, Node]]) -> None:
        if record.what == "项目":
            if not {"facts", "last_year"} & pairs.keys():
                pairs["facts"] = (NOWHERE, ScalarNode("甲", NOWHERE))
            return
        if record.what == "候选名单":
            if not {"all", "any"} & pairs.keys():
                pairs["all"] = (NOWHERE, self.node(record.fields["all"].shape))
            return
        kept = self.random.choice(("places", "share", "all_but"))
        for other in {"places", "share", "all_but"} - {kept}:
            pairs.pop(other, None)
        pairs.setdefault(kept, (NOWHERE, self.node(record.fields[kept].shape)))

    def node(self, shape: Any) -> Node:
        if isinstance(shape, RowShape):
            return self._cells(1)
        if isinstance(shape, ListOf):
            return self._list(shape.shape, shape.least)
        if isinstance(shape, OneOrMany):
            return self._list(shape.shape, 1) if self.random.random() < 0.5 else self.node(shape.shape)
        if isinstance(shape, MapOf):
            return self._map(shape)
        if shape is TITLE and self.random.random() < 0.3:
            return ScalarNode(self._text(TEXTS), NOWHERE)
        record = shape if isinstance(shape, Record) else getattr(shape, "record", None)
        if record is not None:
            return self.record(record)
        return ScalarNode(self._scalar(shape), NOWHERE)

    def _cells(self, width: int) -> Node:
        return ListNode(tuple(ScalarNode(self._text(TEXTS), NOWHERE) for _ in range(width)), NOWHERE)

    def _list(self, shape: Any, least: int) -> Node:
        made = [self.node(shape) for _ in range(self.random.randint(least, least + 2))]
        for number, node in enumerate(made):  # as the check asks for: ids are not used twice
            if isinstance(node, MapNode) and "id" in node.pairs:
                node.pairs["id"] = (NOWHERE, ScalarNode(f"i{number}", NOWHERE))
        return ListNode(tuple(made), NOWHERE)

    def _map(self, shape: MapOf, least: int = 0) -> MapNode:
        count = self.random.randint(least, 3)
        keys = dict.fromkeys(self._scalar(shape.key) for _ in range(count))
        return MapNode({key: (NOWHERE, self.node(shape.value)) for key in keys}, NOWHERE)

    def _scalar(self, shape: Any) -> str:
        if shape is AMOUNT:
            return self.random.choice(("2.00", "-1", "$star5"))
        if shape is WRITTEN:
            return self._text(TEXTS)
        assert isinstance(shape, Word), shape
        if shape.words:
            return self.random.choice(shape.words)
        if shape.bounds:
            return str(self.random.randint(*shape.bounds))
        return self._text(_WORDS[shape.sort])

    def _text(self, words: tuple[str, ...]) -> str:
        return self.random.choice(words)
