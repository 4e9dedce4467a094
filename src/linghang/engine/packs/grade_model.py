"""Grades and proposal lists, typed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linghang.engine.packs.mechanism_model import Part, Top
from linghang.engine.periods import Span
from linghang.engine.problems import Place

if TYPE_CHECKING:
    from linghang.engine.packs.model import Amount, Title


@dataclass(frozen=True)
class Need:
    """What a band asks for beside the total: so many facts of an item, or so many points of a category, in the span."""

    item: str = ""
    facts: int = 0
    category: str = ""
    at_least: "Amount | None" = None
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class ClassLine:
    """Another threshold of a band for members of some classes."""

    classes: tuple[str, ...]
    at_least: "Amount"
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Band:
    """A grade given from a threshold on, or to the first ones (`top`), if all `needs` are met; the lowest has none.

    `by_class`: the first that names the member's class has his threshold; of none, `at_least` is.
    """

    id: str
    title: "Title"
    at_least: "Amount | None"
    top: Top | None = None
    place: Place = field(default_factory=Place, compare=False)
    needs: tuple[Need, ...] = ()
    by_class: tuple[ClassLine, ...] = ()


@dataclass(frozen=True)
class Grade:
    """Bands over the total of a span, highest first. Fewer scored months than `needs_months` → not graded.

    `parts` weigh categories against each other; without them the total is the sum of the months. Who is in none of
    `classes` at the end is not graded; no classes means everybody.
    """

    id: str
    title: "Title"
    span: Span
    bands: tuple[Band, ...]
    needs_months: int = 1
    parts: tuple[Part, ...] = ()
    place: Place = field(default_factory=Place, compare=False)
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradeCount:
    """A condition of a selection: this grade at least at that band, at least so many times in the year.

    `or_worse`: at that band or a lower one; `in_a_row`: in so many spans that follow each other.
    """

    grade: str
    band: str
    count: int
    place: Place = field(default_factory=Place, compare=False)
    or_worse: bool = False
    in_a_row: bool = False


@dataclass(frozen=True)
class TotalReached:
    """A condition of a selection: the year's total reaches the amount, or lies below it."""

    amount: "Amount"
    place: Place = field(default_factory=Place, compare=False)
    below: bool = False


@dataclass(frozen=True)
class ItemCount:
    """A condition of a selection: an item has counted at least so many facts in the year, or in so many years."""

    item: str
    facts: int
    years: int = 1
    place: Place = field(default_factory=Place, compare=False)


Condition = GradeCount | TotalReached | ItemCount


@dataclass(frozen=True)
class Selection:
    """A proposal list: everybody who meets all conditions, and one of the alternatives where there are any.

    People decide; the system never selects.
    """

    id: str
    title: "Title"
    conditions: tuple[Condition, ...] = ()
    place: Place = field(default_factory=Place, compare=False)
    alternatives: tuple[Condition, ...] = ()

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """Everything that it looks at."""
        return (*self.conditions, *self.alternatives)
