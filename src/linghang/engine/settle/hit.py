"""A fact on an item."""

from dataclasses import dataclass

from linghang.engine.facts import Fact
from linghang.engine.rules.plan import PlanItem
from linghang.engine.settle.lines import Cut


@dataclass(frozen=True)
class Hit:
    """What a fact is worth on an item, what of it does not count, and whether it counts at all."""

    fact: Fact
    item: PlanItem
    row: int
    points: int
    cuts: tuple[Cut, ...] = ()
    counts: bool = True

    @property
    def worth(self) -> int:
        """What it adds to what the same key has already given."""
        return self.points - sum(cut.points for cut in self.cuts)
