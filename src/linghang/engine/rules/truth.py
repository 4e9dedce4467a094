"""The truth table: conditions have closed domains, so they are answered once, for every combination of values."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from linghang.engine.packs.condition_model import holds
from linghang.engine.packs.model import (
    KIND,
    QUANTITY,
    Comparison,
    Constant,
    FactKind,
    Item,
    Measure,
    Pack,
    Row,
    Test,
)
from linghang.engine.packs.standing_model import Renew
from linghang.engine.periods import Month
from linghang.engine.points import POINT, UNIT
from linghang.engine.rules.prices import LAPSE, NOTHING, Match, Priced, Resolver, TruthRow

MEASURED = Priced(rate=POINT, per=UNIT)  # a quantity in hundredths of its unit


def tested_attributes(items: Sequence[Item]) -> tuple[str, ...]:
    """The attributes that any row tests or any key of facts that belong together names."""
    tested = {t.attribute for i in items for r in (*i.rows, *i.factors) for t in r.every_test()}
    keyed = {part for i in items for key in (i.dedup, i.repeat) if key for part in key.by}
    return tuple(sorted((tested | keyed) - {QUANTITY, KIND, "event", "day", "item"}))


def quantity_buckets(items: Sequence[Item]) -> dict[str, tuple[int, ...]]:
    """For each kind, the quantity bounds that any of its items' rows tests."""
    bounds: dict[str, set[int]] = {}
    for item in items:
        for row in (*item.rows, *item.factors):
            for test in row.every_test():
                if test.attribute == QUANTITY:
                    for kind in [row.kind] if row.kind else item.kinds:
                        bounds.setdefault(kind, set()).add(test.bound)
    return {kind: tuple(sorted(found)) for kind, found in bounds.items()}


def price_epochs(items: Sequence[Item], resolve: Resolver) -> tuple[int, ...]:
    """Number the runs of months over which every price stays the same."""
    prices = [tuple(resolve.price(r, m) for i in items for r in i.rows) for m in resolve.months]
    epochs, current = [], 0
    for number, now in enumerate(prices):
        current += int(number > 0 and now != prices[number - 1])
        epochs.append(current)
    return tuple(epochs)


def truth_rows(
    pack: Pack,
    items: Sequence[Item],
    attributes: Sequence[str],
    buckets: Mapping[str, tuple[int, ...]],
    epochs: Sequence[int],
    resolve: Resolver,
) -> Iterator[TruthRow]:
    first_month = {epoch: resolve.months[epochs.index(epoch)] for epoch in set(epochs)}
    for kind in sorted({k for i in items for k in i.kinds}):
        domains = [_domain(pack.kinds[kind], a) for a in attributes]
        concerned = [(number, item) for number, item in enumerate(items) if kind in item.kinds]
        for values in product(*domains):
            named = dict(zip(attributes, values, strict=True))
            for bucket in range(len(buckets.get(kind, ())) + 1):
                at = _representative(buckets.get(kind, ()), bucket)
                for number, item in concerned:
                    decided = _decided(item, kind, named, at)
                    if decided is None:
                        continue
                    if decided == LAPSE:
                        yield from (
                            TruthRow(e, kind, values, bucket, Match(number, LAPSE, NOTHING, False)) for e in first_month
                        )
                        continue
                    row = item.rows[decided] if item.rows else Row((), None)
                    factor = _factor(item, kind, named, at)
                    for epoch, month in sorted(first_month.items()):
                        match = Match(number, decided, _price(item, row, month, resolve, factor), row.excuse)
                        yield TruthRow(epoch, kind, values, bucket, match)


def _price(item: Item, row: Row, month: Month, resolve: Resolver, factor: int | None) -> Priced:
    """The row's price, multiplied; what a norm by quantity takes in is the quantity itself."""
    if item.norm and item.norm.measure is Measure.QUANTITY and not row.excuse:
        return MEASURED
    price = resolve.price(row, month)
    return price if factor is None else price.times(factor)


def _domain(kind: FactKind, attribute: str) -> tuple[str | None, ...]:
    """The values that the attribute may have on facts of the kind; None where it may be absent."""
    declared = kind.attributes.get(attribute)
    if declared is None:
        return (None,)
    return (*declared.values, *(() if declared.required else (None,)))


def _representative(bounds: Sequence[int], bucket: int) -> int:
    """A quantity that lies in the bucket: its lower bound."""
    return bounds[bucket - 1] if bucket else -1


def _decided(item: Item, kind: str, values: Mapping[str, str | None], quantity: int) -> int | None:
    """The number of the row that decides; a norm without a table takes every fact of its kinds.

    Where a newer fact takes the place of the one in force, one that fits no row ends the state (`LAPSE`).
    """
    if not item.rows and item.norm:
        return 0
    found = _first_row(item.rows, kind, values, quantity)
    if found is None and item.valid and item.valid.renew is Renew.RESTART:
        return LAPSE
    return found


def _factor(item: Item, kind: str, values: Mapping[str, str | None], quantity: int) -> int | None:
    """What the item's price is multiplied by, in hundredths; None where no row of multipliers holds."""
    found = _first_row(item.factors, kind, values, quantity)
    row = None if found is None else item.factors[found]
    return row.price.amount.value if row and isinstance(row.price, Constant) else None


def _first_row(rows: Sequence[Row], kind: str, values: Mapping[str, str | None], quantity: int) -> int | None:
    """The number of the first row whose tests all hold."""
    for number, row in enumerate(rows):
        if row.kind in ("", kind) and _fits(row, kind, values, quantity):
            return number
    return None


def _fits(row: Row, kind: str, values: Mapping[str, str | None], quantity: int) -> bool:
    cells = all(_holds(t, values, quantity) for t in row.tests)
    return cells and holds(row.condition, lambda t: _holds(t, {**values, KIND: kind}, quantity))


def _holds(test: Test, values: Mapping[str, str | None], quantity: int) -> bool:
    match test.comparison:
        case Comparison.AT_LEAST:
            return quantity >= test.bound
        case Comparison.BELOW:
            return quantity < test.bound
        case Comparison.ONE_OF:
            return values.get(test.attribute) in test.values
        case Comparison.NONE_OF:
            return values.get(test.attribute) not in test.values
