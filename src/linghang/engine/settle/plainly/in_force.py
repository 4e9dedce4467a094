"""Facts that stay in force, said plainly: what of an item's earlier facts counts again in a month, and what ends it."""

from collections.abc import Sequence
from dataclasses import replace

from linghang.engine.packs.standing_model import Renew, Validity
from linghang.engine.periods import Month, span_start
from linghang.engine.rules.prices import LAPSE
from linghang.engine.settle.hit import Hit
from linghang.engine.settle.lines import Cut


class InForce:
    """One item of one member; months are asked for in order, those in which nothing is scored are left out."""

    def __init__(self, validity: Validity) -> None:
        self.validity = validity
        self.standing: list[tuple[int, Hit]] = []  # (month, hit): with `add`, all of them
        self.state: Hit | None = None
        self.end = -1

    def month(self, month: Month, fresh: Sequence[Hit]) -> list[Hit]:
        """The month's hits: those in force from earlier that count again, then the fresh ones."""
        if self.validity.renew is Renew.ADD:
            return self._added(month, fresh)
        return self._renewed(month, fresh)

    def _begins_span(self, month: Month) -> bool:
        return span_start(month, self.validity.each) == month

    def _added(self, month: Month, fresh: Sequence[Hit]) -> list[Hit]:
        now, again = month.index, self._begins_span(month)
        found = [h for since, h in self.standing if again and now < since + self.validity.months]
        self.standing += [(now, h) for h in fresh if h.counts]
        return [*found, *fresh]

    def _renewed(self, month: Month, fresh: Sequence[Hit]) -> list[Hit]:
        """One state at most: the month's last fact renews it, and it counts when it begins and with every new span."""
        now, months = month.index, self.validity.months
        runs = self.end >= now - 1
        counting = [h for h in fresh if h.counts]
        found = [h if not h.counts or h is counting[-1] else _left_out(h, "duplicate") for h in fresh]
        if counting:
            newest = counting[-1]
            self.state = None if newest.row == LAPSE else newest
            before = max(self.end, now - 1) if self.validity.renew is Renew.EXTEND else now - 1
            self.end = -1 if newest.row == LAPSE else before + months
        pays = self.state is not None and now <= self.end and (self._begins_span(month) or (counting and not runs))
        if not pays:
            return [_left_out(h, "renewed") if h.counts else h for h in found]
        assert self.state is not None
        return found if counting else [*found, self.state]


def _left_out(hit: Hit, why: str) -> Hit:
    return replace(hit, cuts=(Cut(why, hit.points),), counts=False)
