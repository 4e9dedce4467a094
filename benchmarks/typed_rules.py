"""The table of `rules` in the engine's own types: what the bench pack must say once it is read. A test compares."""

from collections.abc import Mapping

from benchmarks import rules
from linghang.engine.packs.model import (
    Amount,
    Attribute,
    Comparison,
    Constant,
    FactKind,
    Item,
    Limit,
    Price,
    Rate,
    Row,
    Test,
)
from linghang.engine.periods import Span


def kind(of: rules.Kind) -> FactKind:
    """A kind with its attributes; titles and units are the pack's own business."""
    attributes = {
        a: Attribute(id=a, title={}, values={v: {} for v in rules.ATTRIBUTES[a]}, ordered=a == "level")
        for a in of.attributes
    }
    return FactKind(id=of.id, title={}, subject="member", unit="", attributes=attributes, quantity_max=of.quantity[1])


def item(of: rules.Item) -> Item:
    """An item: rows in their order, limits by span."""
    return Item(
        id=of.id,
        title={},
        clause="",
        category=of.category,
        kinds=(of.kind,),
        rows=tuple(Row(tests=_tests(row), price=_price(row)) for row in of.rows),
        limits=limits(of.limits),
    )


def _tests(row: rules.Row) -> tuple[Test, ...]:
    return tuple(Test(attribute, Comparison.ONE_OF, values) for attribute, values in row.where.items())


def _price(row: rules.Row) -> Price:
    amount = Amount(row.amount)
    return Rate(amount, row.per, row.whole_steps) if row.per else Constant(amount)


def limits(of: rules.Limits) -> Mapping[Span, Limit]:
    """Floors and caps by span."""
    return {Span(span): Limit(*(None if n is None else Amount(n) for n in pair)) for span, pair in of.items()}
