"""`loops.yaml`: the shape of kinds of cases."""

from collections.abc import Mapping
from typing import Any

from linghang.engine.packs.loop_model import (
    DECLARED,
    POSTS,
    Ending,
    Escalation,
    Level,
    LoopKind,
    LoopState,
    LoopStep,
    Need,
    Tally,
    Term,
    Who,
)
from linghang.engine.packs.read import CONFIDENCE, by_id
from linghang.engine.packs.schema import (
    BAD,
    FLAG,
    IDENTIFIER,
    TEXT,
    TITLE,
    Field,
    ListOf,
    Record,
    choice,
    integer,
    maybe,
)
from linghang.engine.problems import Problems
from linghang.engine.workdays import MOST_WORKDAYS, Counting

WORKDAYS = integer(1, MOST_WORKDAYS)
TERM = Record(
    "期限",
    {"working_days": Field(WORKDAYS), "counting": maybe(choice(Counting), Counting.NEXT_WORKING_DAY)},
    Term,
)
STATE = Record(
    "状态",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "waits_for": maybe(choice(Who)),
        "ends": maybe(choice(Ending)),
    },
    LoopState,
)
STEP = Record(
    "步骤",
    {
        "id": Field(IDENTIFIER),
        "title": Field(TITLE),
        "from": maybe(ListOf(IDENTIFIER, 1), (), into="origins"),
        "to": Field(IDENTIFIER),
        "who": Field(ListOf(choice(Who), 1)),
        "deadline": maybe(TERM, into="term"),
        "evidence": maybe(choice(Need), Need.NONE),
        "reason": maybe(choice(Need), Need.OPTIONAL),
        "names": maybe(ListOf(choice(Who), 1), ()),
        "counts": maybe(choice(Tally)),
        "emits": maybe(choice([DECLARED]), ""),
    },
    LoopStep,
)
ESCALATION = Record("超期升级", {"level": Field(choice(Level)), "after": Field(integer(1, 1000))}, Escalation)
_FROM = ListOf(choice([Who.REPORTER.value, *POSTS]), 1)
PEOPLE = Record(
    "责任人、跟踪人、核验人",
    {"responsible": Field(_FROM), "tracker": Field(_FROM), "verifier": Field(_FROM)},
    dict,
    placed=False,
)


class _LoopShape:
    """A kind; its states and steps are known by their ids."""

    record = Record(
        "事项种类",
        {
            "id": Field(IDENTIFIER),
            "title": Field(TITLE),
            "starters": Field(ListOf(choice(POSTS), 1)),
            "readers": Field(ListOf(choice(POSTS), 1)),
            "people": Field(PEOPLE),
            "states": Field(ListOf(STATE, 2)),
            "transitions": Field(ListOf(STEP, 2)),
            "escalation": maybe(ListOf(ESCALATION), ()),
            "declares": maybe(ListOf(IDENTIFIER), ()),
            "confidential": maybe(FLAG, False),
            "hides_reporter": maybe(FLAG, False),
            "source": Field(TEXT),
            "confidence": Field(CONFIDENCE),
        },
        dict,
    )

    def read(self, node: Any, problems: Problems) -> Any:
        found: Any = self.record.read(node, problems)
        if found is BAD:
            return BAD
        states: Mapping[str, LoopState] = by_id(found.pop("states"), problems)
        steps: Mapping[str, LoopStep] = by_id(found.pop("transitions"), problems)
        return LoopKind(states=states, steps=steps, **found)


LOOPS = Record("loops.yaml", {"loops": Field(ListOf(_LoopShape()))}, dict, placed=False)
