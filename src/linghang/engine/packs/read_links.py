"""`links.yaml`: the shape of kinds of links and of coverages."""

from linghang.engine.packs.link_model import (
    ENDS,
    Alert,
    Colour,
    Coverage,
    LinkKind,
    Quota,
    Slot,
    Through,
    Where,
)
from linghang.engine.packs.loop_model import POSTS, Need
from linghang.engine.packs.read import CONFIDENCE
from linghang.engine.packs.schema import (
    IDENTIFIER,
    MONTH_DAY,
    TEXT,
    TITLE,
    Field,
    ListOf,
    Record,
    choice,
    integer,
    maybe,
)
from linghang.engine.periods import CALENDAR

COUNT = integer(1, 1000)
QUOTA = Record(
    "次数",
    {
        "at_least": Field(COUNT),
        "counts": Field(IDENTIFIER),
        "per": maybe(choice(CALENDAR)),
        "within_months": maybe(integer(1, 60)),
        "where": maybe(choice(Where), Where.RIGHT),
        "distinct": maybe(choice(("day", "event")), "day"),
    },
    Quota,
)
ALERT = Record(
    "预警",
    {"by": maybe(MONTH_DAY, ""), "at_least": Field(COUNT), "colour": Field(choice((Colour.YELLOW, Colour.RED)))},
    Alert,
)
SLOT = Record("组成格", {"order": Field(integer(1, 20)), "title": Field(TITLE)}, Slot)
_END = ListOf(choice(ENDS), 1)
LINK = Record(
    "联系种类",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "left": Field(_END),
        "right": Field(_END),
        "left_title": maybe(TITLE, {}),
        "right_title": maybe(TITLE, {}),
        "quota": maybe(QUOTA),
        "alerts": maybe(ListOf(ALERT), ()),
        "slot": maybe(SLOT),
        "most_per_left": maybe(COUNT),
        "most_per_right": maybe(COUNT),
        "note": maybe(choice(Need), Need.OPTIONAL),
        "source": Field(TEXT),
        "confidence": Field(CONFIDENCE),
    },
    LinkKind,
)
COVERAGE = Record(
    "覆盖",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "of": Field(choice(ENDS)),
        "by": maybe(ListOf(IDENTIFIER, 1), ()),
        "through": maybe(choice(Through), Through.LINKS),
        "posts": maybe(ListOf(choice(POSTS), 1), ()),
        "group": maybe(IDENTIFIER, ""),
        "suggestions": maybe(ListOf(TITLE), ()),
        "source": Field(TEXT),
        "confidence": Field(CONFIDENCE),
    },
    Coverage,
)
LINKS = Record(
    "links.yaml",
    {"links": maybe(ListOf(LINK), ()), "coverages": maybe(ListOf(COVERAGE), ())},
    dict,
    placed=False,
)
