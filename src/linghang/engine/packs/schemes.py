"""Schemes: read as written first, then resolved against the kinds of facts that the pack has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linghang.engine.packs.compose import Node, short
from linghang.engine.packs.grade_model import ClassLine, Condition
from linghang.engine.packs.lookup import names
from linghang.engine.packs.mechanism_model import Counts
from linghang.engine.packs.model import (
    Band,
    Category,
    Dedup,
    FactKind,
    Grade,
    GradeCount,
    Item,
    ItemCount,
    Keep,
    Measure,
    Need,
    Norm,
    PartPeriod,
    Row,
    Scheme,
    Selection,
    TotalReached,
)
from linghang.engine.packs.read import SUBJECTS
from linghang.engine.packs.read_mechanisms import (
    ACCUMULATION,
    AVERAGE,
    CLASSES,
    EFFECT,
    JOINT,
    LAST_YEAR,
    PART,
    REPEAT,
    SHARE,
    SPANS,
    TOP,
    limits_of,
)
from linghang.engine.packs.read_standing import GROUP_SIZE, RANKING, VALIDITY, VERSUS
from linghang.engine.packs.schema import (
    AMOUNT,
    BAD,
    FLAG,
    IDENTIFIER,
    MONTH_DAY,
    OPTIONAL_TEXT,
    TEXT,
    TITLE,
    WRITTEN,
    Field,
    ListOf,
    OneOrMany,
    Record,
    Written,
    choice,
    integer,
    maybe,
    near,
    normal,
)
from linghang.engine.packs.tables import (
    COUNT_COLUMN,
    FACTOR_COLUMN,
    PRICE_COLUMN,
    TABLE,
    RawTable,
    read_table,
)
from linghang.engine.periods import Span
from linghang.engine.problems import Place, Problems

KEY_PARTS = ("event", "day", "item")


# --- as written ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _RawItem:
    """An item whose words are not resolved yet; `rest` are the fields that need no resolving.

    A broken one has fields that could not be read: its tables are looked at all the same, nothing is made of it.
    """

    facts: tuple[Written, ...]
    excuse: RawTable | None
    table: RawTable | None
    multiplier: RawTable | None
    norm: Norm | None
    dedup: tuple[tuple[Written, ...], Keep, Span] | None
    rest: Mapping[str, Any]
    place: Place
    broken: bool = False

    @property
    def id(self) -> str:
        return str(self.rest["id"])


def _category(**values: Any) -> Category:
    return Category(limits=limits_of(values), **values)


def _raw_item(
    place: Place, facts: Any, excuse: Any, table: Any, multiplier: Any, norm: Any, dedup: Any, **rest: Any
) -> _RawItem:
    limits = limits_of(rest)
    return _RawItem(facts, excuse, table, multiplier, norm, dedup, {**rest, "limits": limits}, place)


def _broken_item(place: Place, facts: Any, excuse: Any, table: Any, multiplier: Any, norm: Any, **rest: Any) -> Any:
    """What is known of the tables of an item of which another part is wrong."""
    if facts is BAD or not facts:
        return BAD
    excuse, table, multiplier = (None if one is BAD else one for one in (excuse, table, multiplier))
    return _RawItem(facts, excuse, table, multiplier, norm, None, {**rest, "repeat": None}, place, broken=True)


_CATEGORY = Record(
    "类别",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "base": maybe(AMOUNT),
        "base_span": maybe(choice(Span), Span.MONTH),
        "counts": maybe(choice(Counts), Counts.INSIDE),
        "for_classes": maybe(CLASSES, (), into="classes"),
        **SPANS,
    },
    _category,
)


class _NormShape:
    """{at_least, short} or {at_most, met}."""

    record = Record(
        "次数要求",
        {
            "at_least": maybe(integer(1, 1000), 0),
            "at_most": maybe(integer(0, 1000)),
            "short": maybe(AMOUNT),
            "span": maybe(choice(Span), Span.MONTH),
            "measure": maybe(choice(Measure), Measure.COUNT),
            "met": maybe(AMOUNT),
            "years": maybe(integer(1, 10), 1),
        },
        Norm,
        placed=False,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is BAD:
            return BAD
        told = (bool(found.at_least), found.short is not None, found.at_most is not None, found.met is not None)
        if told not in ((True, True, False, False), (True, True, False, True), (False, False, True, True)):
            words = "次数要求写 at_least、short（至少几次，少一次扣多少），或 at_most、met（至多几次，做到的给多少）"
            problems.add(node.place, "bad-norm", words, "例如 {at_least: 1, short: -2.00}，或 {at_most: 0, met: 2.00}")
            return BAD
        return found


_DEDUP = Record(
    "去重",
    {
        "by": Field(ListOf(WRITTEN, 1)),
        "keep": maybe(choice(Keep), Keep.FIRST),
        "span": maybe(choice(Span), Span.MONTH),
    },
    lambda by, keep, span: (by, keep, span),
    placed=False,
)
_ITEM = Record(
    "项目",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "clause": Field(TEXT),
        "category": Field(IDENTIFIER),
        "facts": maybe(OneOrMany(WRITTEN), ()),
        "excuse": maybe(TABLE),
        "table": maybe(TABLE),
        "multiplier": maybe(TABLE),
        "norm": maybe(_NormShape()),
        "dedup": maybe(_DEDUP),
        "accumulate": maybe(ACCUMULATION),
        "average": maybe(AVERAGE),
        "share": maybe(SHARE),
        "repeat": maybe(REPEAT),
        "for_classes": maybe(CLASSES, (), into="classes"),
        "assessor": maybe(TEXT, ""),
        "through": maybe(IDENTIFIER, ""),
        "valid": maybe(VALIDITY),
        "rank": maybe(RANKING),
        "versus": maybe(VERSUS),
        "group_size": maybe(GROUP_SIZE),
        "given": maybe(IDENTIFIER, ""),
        "unless": maybe(IDENTIFIER, ""),
        "last_year": maybe(LAST_YEAR),
        **SPANS,
    },
    _raw_item,
    partly=_broken_item,
)


class _NeedShape:
    """{item, facts} or {category, at_least}."""

    record = Record(
        "档次的条件",
        {
            "item": maybe(IDENTIFIER, ""),
            "facts": maybe(integer(1, 100_000), 0),
            "category": maybe(IDENTIFIER, ""),
            "at_least": maybe(AMOUNT),
        },
        Need,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is BAD:
            return BAD
        told = (bool(found.item), bool(found.facts), bool(found.category), found.at_least is not None)
        if told not in ((True, True, False, False), (False, False, True, True)):
            words = "档次的条件写 item、facts 两项，或写 category、at_least 两项"
            problems.add(node.place, "bad-condition", words, "例如 {item: volunteer, facts: 3}")
            return BAD
        return found


_CLASS_LINE = Record(
    "各类别的分数线", {"for_classes": Field(CLASSES, into="classes"), "at_least": Field(AMOUNT)}, ClassLine
)
_BAND = Record(
    "档次",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "at_least": maybe(AMOUNT),
        "top": maybe(TOP),
        "needs": maybe(ListOf(_NeedShape(), 1), ()),
        "by_class": maybe(ListOf(_CLASS_LINE, 1), ()),
    },
    Band,
)


_GRADE = Record(
    "评定",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "span": Field(choice(Span)),
        "needs_months": maybe(integer(1, 12), 1),
        "for_classes": maybe(CLASSES, (), into="classes"),
        "parts": maybe(ListOf(PART), ()),
        "bands": Field(ListOf(_BAND, 1)),
    },
    Grade,
)


def _condition(
    place: Place,
    grade: str,
    band: str,
    at_most: str,
    count: int,
    in_a_row: bool,
    total: Any,
    below: Any,
    item: str,
    facts: int,
    years: int,
) -> Condition | None:
    sums, bands = (total is not None, below is not None), (bool(band), bool(at_most))
    told = (bool(grade), any(bands), bool(count), any(sums), bool(item), bool(facts))
    if all(sums) or all(bands) or (in_a_row and not grade):
        return None
    match told:
        case (False, False, False, True, False, False) if years == 1:
            return TotalReached(below if total is None else total, place, below=total is None)
        case (True, True, True, False, False, False) if years == 1:
            return GradeCount(grade, band or at_most, count, place, or_worse=bool(at_most), in_a_row=in_a_row)
        case (False, False, False, False, True, True):
            return ItemCount(item, facts, years, place)
    return None


class _ConditionShape:
    """{grade, band or at_most, count}, {total}, {below} or {item, facts}, the last one perhaps over several years."""

    record = Record(
        "条件",
        {
            "grade": maybe(IDENTIFIER, ""),
            "band": maybe(IDENTIFIER, ""),
            "at_most": maybe(IDENTIFIER, ""),
            "count": maybe(integer(1, 12), 0),
            "in_a_row": maybe(FLAG, False),
            "total": maybe(AMOUNT),
            "below": maybe(AMOUNT),
            "item": maybe(IDENTIFIER, ""),
            "facts": maybe(integer(1, 100_000), 0),
            "years": maybe(integer(1, 10), 1),
        },
        _condition,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is None:
            words = "条件写 grade、band（或 at_most）、count 三项，或只写 total、below 之一，或写 item、facts 两项"
            problems.add(node.place, "bad-condition", words, "例如 {grade: quarter-star, band: star4, count: 3}")
            return BAD
        return found


class _SelectionShape:
    """`all`, `any`, or both."""

    record = Record(
        "候选名单",
        {
            "id": Field(IDENTIFIER),
            "title": Field(TITLE),
            "all": maybe(ListOf(_ConditionShape(), 1), (), into="conditions"),
            "any": maybe(ListOf(_ConditionShape(), 1), (), into="alternatives"),
        },
        Selection,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is not BAD and not found.all_conditions:
            words = f"候选名单“{found.id}”没有写条件"
            problems.add(node.place, "missing-key", words, "都要符合的写在 all 里，有一样就行的写在 any 里")
            return BAD
        return found


_SELECTION = _SelectionShape()
_TOTAL = Record("总分限额", SPANS, lambda **values: limits_of(values), placed=False)


def _scheme(scheme: str, total: Any, **values: Any) -> dict[str, Any]:
    return {"id": scheme, "total_limits": total, **values}


SCHEME = Record(
    "办法",
    {
        "scheme": Field(IDENTIFIER),
        "title": Field(TITLE),
        "subject": Field(choice(SUBJECTS)),
        "exempt_groups": maybe(ListOf(IDENTIFIER), ()),
        "no_exempt_reason": maybe(OPTIONAL_TEXT, ""),
        "part_period": maybe(choice(PartPeriod), PartPeriod.PRO_RATA),
        "late_months": maybe(integer(0, 12), 3),
        "year_end_closing": maybe(MONTH_DAY, "01-15"),
        "categories": Field(ListOf(_CATEGORY, 1)),
        "total": maybe(_TOTAL, {}),
        "items": Field(ListOf(_ITEM, 1)),
        "grades": maybe(ListOf(_GRADE), ()),
        "joints": maybe(ListOf(JOINT), ()),
        "effects": maybe(ListOf(EFFECT), ()),
        "selections": maybe(ListOf(_SELECTION), ()),
    },
    _scheme,
)


# --- resolved --------------------------------------------------------------------------------------------------------


def resolve_scheme(raw: dict[str, Any], kinds: Mapping[str, FactKind], problems: Problems) -> Scheme:
    """The scheme with every word of its tables resolved; items that cannot be resolved are reported and left out."""
    items = [_item(item, kinds, problems) for item in raw["items"]]
    return Scheme(**{**raw, "items": tuple(item for item in items if item)})


def _item(raw: _RawItem, kinds: Mapping[str, FactKind], problems: Problems) -> Item | None:
    before = len(problems)
    if not raw.facts and raw.rest["last_year"] is None:
        problems.add(raw.place, "missing-key", f"项目“{raw.id}”没有写依据哪种记录", "补上“facts: …”")
    found = [find_kind(written, kinds, problems) for written in raw.facts]
    own = [kind for kind in found if kind]
    if len(own) < len(found):
        return None
    rows: list[Row] = []
    if raw.excuse:
        rows += read_table(raw.excuse, own, problems, excuse=True)
    counts = any(raw.rest[name] for name in ("accumulate", "share", "rank", "versus"))
    value = "" if raw.norm else COUNT_COLUMN if counts else PRICE_COLUMN
    if raw.table:
        rows += read_table(raw.table, own, problems, value=value)
    elif raw.norm is None and raw.rest["last_year"] is None and not raw.broken:
        problems.add(raw.place, "no-table", f"项目“{raw.id}”没有计分表", "写 table；只按次数要求的项目写 norm")
    factors = read_table(raw.multiplier, own, problems, value=FACTOR_COLUMN) if raw.multiplier else []
    dedup = _dedup(raw, own, problems)
    repeat = raw.rest["repeat"] and replace(raw.rest["repeat"], by=_alike(raw.rest["repeat"].by, own, problems))
    if raw.broken or len(problems) > before:
        return None
    return Item(
        **{**raw.rest, "repeat": repeat},
        kinds=tuple(k.id for k in own),
        rows=tuple(rows),
        norm=raw.norm,
        dedup=dedup,
        factors=tuple(factors),
        place=raw.place,
    )


def find_kind(written: Written, kinds: Mapping[str, FactKind], problems: Problems) -> FactKind | None:
    """The kind of that id or title; None with a problem when there is none, or more than one."""
    text = normal(written.text)
    found = [kinds[text]] if text in kinds else [k for k in kinds.values() if text in names(k.id, k.title)]
    if len(found) == 1:
        return found[0]
    if found:
        words = f"有 {len(found)} 种记录叫“{short(text)}”"
        problems.add(written.place, "ambiguous-kind", words, f"改写编号：{'、'.join(k.id for k in found)}")
    else:
        hint = near(text, [*kinds, *(k.title["zh"] for k in kinds.values())])
        problems.add(written.place, "unknown-kind", f"没有“{short(text)}”这种记录", hint)
    return None


def _dedup(raw: _RawItem, kinds: list[FactKind], problems: Problems) -> Dedup | None:
    if raw.dedup is None:
        return None
    by, keep, span = raw.dedup
    return Dedup(_alike(by, kinds, problems, KEY_PARTS), keep, span)


def _alike(
    by: Iterable[Written], kinds: list[FactKind], problems: Problems, more: Sequence[str] = ()
) -> tuple[str, ...]:
    """What has to be the same in facts that belong together: attributes by id or title, or one of the words `more`."""
    attributes = {a.id: a.title["zh"] for k in kinds for a in k.attributes.values()}
    parts = []
    for written in by:
        text = normal(written.text)
        part = text if text in more else next((i for i, t in attributes.items() if text in (i, t)), "")
        if part:
            parts.append(part)
        else:
            what = f"不能按“{short(text)}”{'去重' if more else '分开数'}"
            problems.add(written.place, "unknown-attribute", what, near(text, [*more, *attributes.values()]))
    return tuple(parts)
