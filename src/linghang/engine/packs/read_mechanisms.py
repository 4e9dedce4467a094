"""The further mechanisms of schemes as written: accumulation, average, repetition, joint limits, effects, quotas."""

from typing import Any

from linghang.engine.packs.compose import Node, short
from linghang.engine.packs.mechanism_model import (
    HUNDRED,
    Accumulation,
    Again,
    Average,
    Effect,
    Fall,
    Fold,
    Joint,
    LastYear,
    Missing,
    Part,
    Reached,
    Repeat,
    Share,
    Step,
    Take,
    Ties,
    Top,
    Trigger,
    Within,
)
from linghang.engine.packs.model import Limit
from linghang.engine.packs.schema import (
    AMOUNT,
    BAD,
    FLAG,
    IDENTIFIER,
    POINTS,
    TEXT,
    TITLE,
    WRITTEN,
    Field,
    ListOf,
    OneOrMany,
    Record,
    Word,
    choice,
    integer,
    maybe,
    normal,
    number,
)
from linghang.engine.periods import Span
from linghang.engine.points import UNIT
from linghang.engine.problems import Problems


def limits_of(values: dict[str, Any]) -> dict[Span, Limit]:
    """Take the three span keys out of a record's values."""
    found = {span: values.pop(str(span)) for span in Span}
    return {span: limit for span, limit in found.items() if limit is not None}


def _percent(text: str, least: int = 1) -> int:
    found = number(normal(text[:100]).removesuffix("%"), 100)
    if not least <= found <= 100_000:
        raise ValueError(f"“{short(text)}”不是百分数")
    return found


def _share_of(text: str) -> int:
    """'30%', or a fraction such as '1/3': rounded up, so that a third of three is one."""
    upper, slash, lower = normal(text[:100]).partition("/")
    if not slash:
        return _percent(text)
    if not (upper.isdecimal() and lower.isdecimal() and 0 < int(upper) <= int(lower) <= 100):
        raise ValueError(f"“{short(text)}”不是几分之几")
    return -(-UNIT * int(upper) // int(lower))


def _up_to(text: str) -> tuple[int, bool]:
    """'3' → (3, False): places; '10%' → (1000, True): a share."""
    plain = normal(text[:100])
    if not plain.endswith("%"):
        found = number(plain, 1)
        if not 0 < found <= 1_000_000:
            raise ValueError(f"“{short(text)}”不是名次")
        return found, False
    share = number(plain.removesuffix("%"), 100)
    if not 0 < share <= UNIT:
        raise ValueError(f"“{short(text)}”不在 0% 至 100% 之间")
    return share, True


PLACE = Word(_up_to, "bad-number", "3 或 10%", "place")
PERCENT = Word(_percent, "bad-percent", "30%", "percent")
SHARE_OF = Word(_share_of, "bad-percent", "30% 或 1/3", "share")
LIMIT = Record("限额", {"floor": maybe(AMOUNT), "cap": maybe(AMOUNT), "carry": maybe(PERCENT, 0)}, Limit, placed=False)
SPANS = {str(span): maybe(LIMIT) for span in Span}
COUNT = Word(lambda text: _positive(number(text, 100), text), "bad-number", "3", "count")


def _positive(value: int, text: str) -> int:
    if value <= 0:
        raise ValueError(f"“{short(text)}”要大于 0")
    return value


_STEP = Record("累计档", {"at": Field(COUNT), "points": Field(AMOUNT)}, Step)
ACCUMULATION = Record(
    "累计",
    {
        "span": Field(choice(Span)),
        "steps": maybe(ListOf(_STEP), ()),
        "every": maybe(COUNT, 0),
        "more": maybe(AMOUNT),
    },
    Accumulation,
    placed=False,
)
AVERAGE = Record(
    "平均",
    {
        "least": maybe(integer(1, 100_000), 1),
        "weight": maybe(PERCENT, 10_000),
        "span": maybe(choice(Span), Span.MONTH),
        "drop": maybe(integer(0, 100), 0),
    },
    Average,
    placed=False,
)
_FROM_NOTHING = Word(lambda text: _percent(text, 0), "bad-percent", "80%", "percent")
_SHARE_STEP = Record("占比档", {"at": Field(_FROM_NOTHING), "points": Field(AMOUNT)}, Step)
_BESIDE_A_MARK = {"at": Field(PERCENT), "every": Field(COUNT), "points": Field(AMOUNT), "whole": maybe(FLAG, False)}
_FALL = Record("占比不足", _BESIDE_A_MARK, Fall, placed=False)
_RISE = Record("占比超出", {**_BESIDE_A_MARK, "at": Field(_FROM_NOTHING)}, Fall, placed=False)
SHARE = Record(
    "占比",
    {
        "span": Field(choice(Span)),
        "steps": maybe(ListOf(_SHARE_STEP), ()),
        "below": maybe(_FALL),
        "above": maybe(_RISE),
        "least": maybe(integer(1, 100_000), 1),
    },
    Share,
    placed=False,
)
LAST_YEAR = Record(
    "上年结转",
    {
        "of": maybe(IDENTIFIER, "total"),
        "take": maybe(choice(Take), Take.COUNTED),
        "above": maybe(AMOUNT),
        "share": maybe(PERCENT, 10_000),
        "at_most": maybe(AMOUNT),
    },
    LastYear,
    placed=False,
)
_AGAIN = Record("再往后", {"since": Field(integer(2, 1000)), "times": Field(POINTS)}, Again, placed=False)
REPEAT = Record(
    "重复",
    {
        "since": Field(integer(2, 1000)),
        "times": Field(POINTS),
        "span": Field(choice(Span)),
        "by": maybe(ListOf(WRITTEN, 1), ()),
        "later": maybe(ListOf(_AGAIN, 1), ()),
    },
    Repeat,
    placed=False,
)
CLASSES = OneOrMany(TEXT)


def _joint(**values: Any) -> Joint:
    limits = limits_of(values)
    return Joint(limits=limits, **values)


JOINT = Record(
    "合并限额",
    {"id": Field(IDENTIFIER), "title": Field(TITLE), "items": Field(ListOf(IDENTIFIER, 2)), **SPANS},
    _joint,
)
_WHEN = Record("触发", {"item": Field(IDENTIFIER), "count": maybe(integer(1, 1000), 1)}, Trigger, placed=False)
EFFECT = Record(
    "后果",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "clause": Field(TEXT),
        "when": Field(_WHEN),
        "span": Field(choice(Span)),
        "zeroes": maybe(IDENTIFIER, ""),
        "grade": maybe(IDENTIFIER, ""),
        "at_most": maybe(IDENTIFIER, ""),
        "at_least": maybe(IDENTIFIER, ""),
        "exactly": maybe(IDENTIFIER, ""),
        "lowers": maybe(integer(1, 10), 0),
        "raises": maybe(integer(1, 10), 0),
        "bars": maybe(ListOf(IDENTIFIER), ()),
    },
    Effect,
)


def _part(weight: int, **values: Any) -> Part:
    return Part(weight=weight, **values)


PART = Record(
    "组成部分",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "categories": maybe(ListOf(IDENTIFIER), ()),
        "weight": maybe(PERCENT, 10_000),
        "fold": maybe(choice(Fold), Fold.SUM),
        "missing": maybe(choice(Missing), Missing.ZERO),
        "full": maybe(COUNT, HUNDRED),
        "added": maybe(FLAG, False),
    },
    _part,
)


class _TopShape:
    """{places}, {share} or {all_but}, and how ties are settled."""

    record = Record(
        "名额",
        {
            "places": maybe(integer(1, 1_000_000)),
            "share": maybe(SHARE_OF),
            "all_but": maybe(PLACE),
            "ties": Field(choice(Ties)),
            "within": maybe(choice(Within), Within.ORGANISATION),
            "with_threshold": maybe(choice(Reached), Reached.BOTH),
            "same_class": maybe(FLAG, False),
        },
        Top,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is not BAD and [found.places, found.share, found.all_but].count(None) != 2:
            words = "名额写 places（几个）、share（百分之几）、all_but（除最后几个以外）中的一项"
            problems.add(node.place, "bad-quota", words, "例如 {share: 30%, ties: none}")
            return BAD
        return found


TOP = _TopShape()
