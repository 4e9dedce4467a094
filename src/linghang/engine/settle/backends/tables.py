"""What a set-based engine is given before it reads a fact: the plan and the people as Arrow tables, in one place.

months(month, epoch)                          also the earlier months that the plan looks at
truth(epoch, kind, a0…, low, high, item, excuse, constant, rate, per, whole)
item_classes(item, class)                     the classes that items which compare members are for
all_members(subject, organisation, class, exempt, first, last)     open sides filled in
unscored(subject, first, last)                days on which the scheme does not apply to a member
apart(subject, variant, first, last)          days on which items of `plan.variants[variant]` are not for a member: only
                                              of those whose class changes, and whose days these are
class_days(subject, first, last, class)       by class the days on which the scheme applies to them
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linghang.engine.packs.standing_model import Renew
from linghang.engine.periods import months_between
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.rules.prices import LAPSE
from linghang.engine.settle.backends.columns import (
    EARLIEST,
    EXEMPT_DAYS,
    LATEST,
    MEMBERS,
    RosterFile,
    exempt_table,
    member_table,
)
from linghang.engine.settle.backends.sql import OPEN
from linghang.engine.settle.membership import Brought, Closed, Membership

ITEM_CLASSES = pa.schema([("item", pa.int32()), ("class", pa.string())])
APART = pa.schema([("subject", pa.int32()), ("variant", pa.int32()), ("first", pa.date32()), ("last", pa.date32())])
CLASS_DAYS = pa.schema([*EXEMPT_DAYS, pa.field("class", pa.string())])
CODES = pa.schema([("code", pa.string()), ("position", pa.int32())])
STANDINGS = pa.schema([("subject", pa.int32()), ("month", pa.int32()), ("item", pa.int32()), ("points", pa.int64())])


@dataclass(frozen=True)
class People:
    """Who is scored when, in columns."""

    members: pa.Table
    exempt_days: pa.Table
    unscored: pa.Table
    apart: pa.Table
    class_days: pa.Table
    brought: Brought

    @property
    def count(self) -> int:
        return int(self.members.num_rows)

    @property
    def has_unscored(self) -> bool:
        return bool(self.unscored.num_rows)

    @property
    def changing(self) -> bool:
        """Whether somebody's class changes, and the plan looks at it."""
        return bool(self.class_days.num_rows)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """What statements ask of people by name."""
        return {"unscored": self.unscored} | ({"apart": self.apart} if self.changing else {})


def plan_tables(plan: Plan) -> dict[str, pa.Table]:
    """The plan's tables by name; those of comparisons only where members are compared."""
    found = {"months": months_table(plan), "truth": truth_table(plan)}
    return found | {"item_classes": item_classes(plan)} if plan.stands else found


def months_table(plan: Plan) -> pa.Table:
    earlier = range(plan.reads_from.index, plan.months[0].index)  # priced as in the plan's first month
    months = [*earlier, *(m.index for m in plan.months)]
    epochs = [plan.epochs[0]] * len(earlier) + [*plan.epochs]
    return pa.table({"month": pa.array(months, pa.int32()), "epoch": pa.array(epochs, pa.int32())})


def truth_table(plan: Plan) -> pa.Table:
    columns = _truth_columns(plan)
    return pa.table({name: pa.array(values, kind) for name, (kind, values) in columns.items()})


def _truth_columns(plan: Plan) -> dict[str, tuple[pa.DataType, list[Any]]]:
    rows = plan.truth
    edges = [(-OPEN, *plan.buckets.get(r.kind, ()), OPEN) for r in rows]
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "epoch": (pa.int32(), [r.epoch for r in rows]),
        "kind": (pa.string(), [r.kind for r in rows]),
        "low": (pa.int64(), [e[r.bucket] for e, r in zip(edges, rows, strict=True)]),
        "high": (pa.int64(), [e[r.bucket + 1] for e, r in zip(edges, rows, strict=True)]),
        "item": (pa.int32(), [r.match.item for r in rows]),
        "excuse": (pa.bool_(), [r.match.excuse for r in rows]),
        "constant": (pa.int64(), [r.match.price.constant for r in rows]),
        "rate": (pa.int64(), [r.match.price.rate for r in rows]),
        "per": (pa.int64(), [r.match.price.per for r in rows]),
        "whole": (pa.bool_(), [r.match.price.whole_steps for r in rows]),
    }
    if any(r.match.price.pivot or r.match.price.below for r in rows):
        columns["pivot"] = (pa.int64(), [r.match.price.pivot for r in rows])
        columns["below"] = (pa.bool_(), [r.match.price.below for r in rows])
    if any(i.item.valid and i.item.valid.renew is not Renew.ADD for i in plan.items):
        columns["lapse"] = (pa.bool_(), [r.match.row == LAPSE for r in rows])
    return columns | {f"a{n}": (pa.string(), [r.values[n] for r in rows]) for n in range(len(plan.attributes))}


def item_classes(plan: Plan) -> pa.Table:
    rows = [(i.number, name) for i in plan.items if i.stands for name in dict.fromkeys(i.item.classes)]
    return _table(rows, ITEM_CLASSES)


def people(plan: Plan, roster: Roster | RosterFile) -> People:
    """The roster in columns, with the days on which the plan does not score somebody."""
    changing: list[tuple[int, Member]] = []
    if isinstance(roster, RosterFile):
        source = pq.read_table(roster.path, columns=MEMBERS.names).cast(MEMBERS).sort_by("subject")
        exempt = EXEMPT_DAYS.empty_table()
    else:
        changing = [(n, plan.as_scored(m)) for n, m in enumerate(roster) if m.class_changes]
        seen = _in_one_class(roster, changing)
        source, exempt = member_table(seen), exempt_table(seen)
    classes = pc.fill_null(source["class"], "")
    outside = pc.is_in(classes, value_set=pa.array(sorted(plan.exempt_classes()), pa.string()))
    first, last = pc.fill_null(source["first"], EARLIEST), pc.fill_null(source["last"], LATEST)
    columns = [source["subject"], source["organisation"], classes, outside, first, last]
    members = pa.table(dict(zip(("subject", "organisation", "class", "exempt", "first", "last"), columns, strict=True)))
    told = changing if plan.has_classes else []
    unscored = _unscored(plan, members, exempt)
    return People(members, exempt, unscored, _apart(plan, told), _class_days(told), _brought(plan, roster))


def _brought(plan: Plan, roster: Roster | RosterFile) -> Brought:
    """By item what last year gives each member, and whether that is known; a file of members does not say it."""
    if not plan.brings:
        return {}
    known = [None] * roster.count if isinstance(roster, RosterFile) else [m.brought for m in roster]
    there = np.array([balance is not None for balance in known], bool)
    return {
        item.number: (np.array([item.brings.points(b) if b else 0 for b in known], np.int64), there)
        for item in plan.items
        if item.brings
    }


def _in_one_class(roster: Roster, changing: Sequence[tuple[int, Member]]) -> Roster:
    """The roster with whoever changes class in none at all: his days are told apart."""
    if not changing:
        return roster
    found = list(roster)
    for place, member in changing:
        found[place] = replace(member, member_class="", class_changes=())
    return Roster(found)


def _class_days(changing: Sequence[tuple[int, Member]]) -> pa.Table:
    rows = [(n, d.first or EARLIEST, d.last or LATEST, word) for n, m in changing for word, d in m.scored_ranges]
    return _table(rows, CLASS_DAYS)


def _apart(plan: Plan, changing: Sequence[tuple[int, Member]]) -> pa.Table:
    rows = [
        (n, variant, d.first or EARLIEST, d.last or LATEST)
        for n, member in changing
        for variant, classes in enumerate(plan.variants)
        for word, d in member.classes
        if word not in classes
    ]
    return _table(rows, APART)


def _unscored(plan: Plan, members: pa.Table, exempt_days: pa.Table) -> pa.Table:
    """Days of exemption, everybody of exempt classes, and the days before and after somebody's membership."""
    outside = members.filter(members["exempt"])
    inside = members.filter(pc.invert(members["exempt"]))
    later = inside.filter(pc.greater(inside["first"], pa.scalar(plan.reads_from.first, pa.date32())))
    gone = inside.filter(pc.less(inside["last"], pa.scalar(plan.months[-1].last, pa.date32())))
    return pa.concat_tables(
        [
            exempt_days,
            _ranges(outside["subject"], EARLIEST, LATEST),
            _ranges(later["subject"], EARLIEST, _moved(later["first"], -1)),
            _ranges(gone["subject"], _moved(gone["last"], 1), LATEST),
        ]
    )


def _ranges(subjects: pa.ChunkedArray, first: date | pa.ChunkedArray, last: date | pa.ChunkedArray) -> pa.Table:
    sides = [pa.repeat(pa.scalar(s, pa.date32()), len(subjects)) if isinstance(s, date) else s for s in (first, last)]
    return pa.table([subjects, *sides], schema=EXEMPT_DAYS)


def _moved(days: pa.ChunkedArray, by: int) -> pa.ChunkedArray:
    return pc.add(days.cast(pa.int32()), pa.scalar(by, pa.int32())).cast(pa.date32())


def membership(plan: Plan, told: People, closed: Closed) -> Membership:
    """The same people for the arrays of sums and limits."""
    members = told.members
    last = pc.if_else(members["exempt"], _moved(members["first"], -1), members["last"])  # never scored
    columns = {"first": members["first"], "last": last, "organisation": members["organisation"]}
    if plan.has_classes:
        columns["class"] = members["class"]
    earlier = months_between(plan.months[0] + -plan.counts_back, plan.months[0] + -1) if plan.counts_back else ()
    sized = any(i.item.group_size for i in plan.items)
    closed_by = closed if plan.needs_closing else None
    class_days = told.class_days if told.changing else None
    return Membership(
        plan.months, pa.table(columns), told.exempt_days, closed_by, earlier=earlier, sized=sized, across=plan.stands,
        class_days=class_days, brought=told.brought,
    )  # fmt: skip


def code_table(roster: Roster | RosterFile) -> pa.Table:
    """codes(code, position) of the roster; TypeError when it comes without codes."""
    if isinstance(roster, RosterFile):
        raise TypeError("subjects by code need the roster as objects")
    rows = [(member.code, position) for position, member in enumerate(roster)]
    return _table(rows, CODES)


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    return pa.table([pa.array(v, f.type) for v, f in zip(columns, schema, strict=True)], schema=schema)
