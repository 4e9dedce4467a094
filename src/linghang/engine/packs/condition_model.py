"""A condition of a decision table written in one line, typed: tests joined by 且, 或 and 非.

The leaves are the same closed-domain tests that cells of a table are; so a line decides in the truth table as cells do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from linghang.engine.packs.model import Test


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Union["Test", AllOf, AnyOf, Not]


def tests_in(condition: Condition | None) -> Iterator["Test"]:
    """Every test that the condition is made of, in the order written."""
    match condition:
        case None:
            return
        case Not(part):
            yield from tests_in(part)
        case AllOf(parts) | AnyOf(parts):
            for each in parts:
                yield from tests_in(each)
        case _:
            yield condition


def holds(condition: Condition | None, decide: Callable[["Test"], bool]) -> bool:
    """Whether the condition holds when single tests are answered by `decide`; no condition always holds."""
    match condition:
        case None:
            return True
        case Not(part):
            return not holds(part, decide)
        case AllOf(parts):
            return all(holds(each, decide) for each in parts)
        case AnyOf(parts):
            return any(holds(each, decide) for each in parts)
        case _:
            return decide(condition)


def may_hold(condition: Condition | None, decide: Callable[["Test"], bool | None]) -> bool:
    """Whether the condition can hold where `decide` knows the answer to some tests only (None = it may be either)."""
    return condition is None or _possible(condition, decide)[0]


def _possible(condition: Condition, decide: Callable[["Test"], bool | None]) -> tuple[bool, bool]:
    """(can hold, can fail)"""
    match condition:
        case Not(part):
            can_hold, can_fail = _possible(part, decide)
            return can_fail, can_hold
        case AllOf(parts):
            found = [_possible(each, decide) for each in parts]
            return all(f[0] for f in found), any(f[1] for f in found)
        case AnyOf(parts):
            found = [_possible(each, decide) for each in parts]
            return any(f[0] for f in found), all(f[1] for f in found)
        case _:
            told = decide(condition)
            return told is not False, told is not True
