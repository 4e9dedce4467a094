"""Checks of decision tables: every row can decide for some fact, and the truth table stays small.

All combinations of attribute values and quantity buckets of a kind are numbered; the facts that a row fits are a set
of such numbers, kept as the bits of one integer. A row that adds no bit to the rows above it decides nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

from linghang.engine.packs.condition_model import AllOf, AnyOf, Condition, Not
from linghang.engine.packs.model import KIND, QUANTITY, Comparison, FactKind, Item, Pack, Row, Scheme, Test
from linghang.engine.problems import Problems

MOST_COMBINATIONS = 20_000
MOST_DECISIONS = 200_000  # combinations times rows times changes of prices: what compiling a year's plan costs


def check_tables(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Report tables that are too large, rows that never decide, and excuses that never apply."""
    if _too_large(pack, scheme, problems):
        return
    for item in scheme.items:
        _check_rows(pack, item, item.rows, problems)
        _check_rows(pack, item, item.factors, problems)
        _check_bands([row for row in item.rows if not row.excuse], problems)


def _too_large(pack: Pack, scheme: Scheme, problems: Problems) -> bool:
    everywhere = [t.attribute for item in scheme.items for row in (*item.rows, *item.factors) for t in row.every_test()]
    costs = []
    for kind_id in sorted({k for i in scheme.items for k in i.kinds}):
        items = [i for i in scheme.items if kind_id in i.kinds]
        rows = [row for item in items for row in (*item.rows, *item.factors)]
        size = _Space.of(pack.kinds[kind_id], rows, everywhere).size
        costs.append((size * len(rows) * _epochs(pack), size, len(rows), kind_id, items[0].place))
    blamed = [cost for cost in costs if cost[1] > MOST_COMBINATIONS]
    if not blamed and sum(cost[0] for cost in costs) > MOST_DECISIONS:
        blamed = [max(costs)]
    for _, size, count, kind_id, place in blamed:
        words = f"“{pack.kinds[kind_id].title['zh']}”的条件组合太多（{size} 种，{count} 行）"
        problems.add(place, "domain-too-large", words, "少用几个属性，或把取值合并成较少的几类")
    return bool(blamed)


def _epochs(pack: Pack) -> int:
    """In how many parts changing parameters can split a year at most."""
    moments = {value.since for parameter in pack.parameters.values() for value in parameter.values}
    return 1 + max(Counter(month.year for month in moments).values(), default=0)


@dataclass(frozen=True)
class _Space:
    """Every combination of a kind's attribute values and quantities as far as some rows can tell them apart."""

    kind: FactKind
    attributes: tuple[str, ...]
    quantities: tuple[int, ...]  # one of each bucket that the kind's range allows

    @classmethod
    def of(cls, kind: FactKind, rows: Sequence[Row], attributes_too: Iterable[str] = ()) -> "_Space":
        """As the rows tell facts of the kind apart; `attributes_too` are told apart as well, as a plan does."""
        tests = [t for row in rows if row.kind in ("", kind.id) for t in row.every_test()]
        attributes = sorted({t.attribute for t in tests}.union(attributes_too) & set(kind.attributes))
        return cls(kind, tuple(attributes), _quantities(kind, [t.bound for t in tests if t.attribute == QUANTITY]))

    def domain(self, attribute: str) -> list[str | None]:
        declared = self.kind.attributes[attribute]
        return [*declared.values, *([] if declared.required else [None])]

    @property
    def size(self) -> int:
        return reduce(lambda size, a: size * len(self.domain(a)), self.attributes, len(self.quantities))

    def bits(self) -> Mapping[tuple[str, str | int | None], int]:
        """(attribute, value) → the combinations that have it, as bits; quantities likewise."""
        places: dict[tuple[str, str | int | None], list[int]] = {}
        names = (*self.attributes, QUANTITY)
        domains = [*(self.domain(a) for a in self.attributes), self.quantities]
        for number, values in enumerate(product(*domains)):
            for key in zip(names, values, strict=True):
                places.setdefault(key, []).append(number)
        return {key: _as_bits(numbers, self.size) for key, numbers in places.items()}


def _as_bits(numbers: Sequence[int], size: int) -> int:
    row = bytearray(size // 8 + 1)
    for number in numbers:
        row[number // 8] |= 1 << number % 8
    return int.from_bytes(row, "little")


def _quantities(kind: FactKind, bounds: Sequence[int]) -> tuple[int, ...]:
    """The lowest possible quantity of every bucket between the bounds that the kind's range reaches."""
    low, high = kind.quantity_min, kind.quantity_max
    inside = {b for b in bounds if b > low and (high is None or b <= high)}
    return (low, *sorted(inside))


def _check_rows(pack: Pack, item: Item, rows: Sequence[Row], problems: Problems) -> None:
    fitting = [0] * len(rows)  # how many combinations a row fits, over all kinds
    deciding = [0] * len(rows)  # how many of them no earlier row took
    for kind_id in item.kinds:
        space = _Space.of(pack.kinds[kind_id], rows)
        bits, everything, taken = space.bits(), (1 << space.size) - 1, 0
        for number, row in enumerate(rows):
            if row.kind not in ("", kind_id):
                continue
            asked = (*row.tests, row.condition) if row.condition else row.tests
            fits = _fitting(AllOf(asked), space, bits, everything)
            fitting[number] += fits.bit_count()
            deciding[number] += (fits & ~taken).bit_count()
            taken |= fits
    for number, row in enumerate(rows):
        if not deciding[number]:
            _report(row, fits_any=bool(fitting[number]), problems=problems)


def _fitting(
    condition: Condition, space: _Space, bits: Mapping[tuple[str, str | int | None], int], everything: int
) -> int:
    match condition:
        case AllOf(parts):
            return reduce(lambda found, part: found & _fitting(part, space, bits, everything), parts, everything)
        case AnyOf(parts):
            return reduce(lambda found, part: found | _fitting(part, space, bits, everything), parts, 0)
        case Not(part):
            return everything & ~_fitting(part, space, bits, everything)
        case _:
            return _tested(condition, space, bits, everything)


def _tested(test: Test, space: _Space, bits: Mapping[tuple[str, str | int | None], int], everything: int) -> int:
    if test.attribute == KIND:
        return everything if test.of_kind(space.kind.id) else 0
    match test.comparison:
        case Comparison.ONE_OF | Comparison.NONE_OF:
            found = reduce(lambda one, value: one | bits.get((test.attribute, value), 0), test.values, 0)
            return found if test.comparison is Comparison.ONE_OF else everything & ~found
        case Comparison.AT_LEAST | Comparison.BELOW:
            above = [q for q in space.quantities if (q >= test.bound) == (test.comparison is Comparison.AT_LEAST)]
            return reduce(lambda one, quantity: one | bits[QUANTITY, quantity], above, 0)


def _check_bands(rows: Sequence[Row], problems: Problems) -> None:
    """Ranges of the quantity that reach into each other: the table takes the upper row, the paper may not."""
    known: list[tuple[object, int, int]] = []
    for row in rows:
        low, high = _range(row)
        others = (row.kind, row.condition, frozenset(t for t in row.tests if t.attribute != QUANTITY))
        if low is None or high is None:
            continue
        for same, start, end in known:
            if same == others and (start < low < end < high or low < start < high < end):
                words = "这一行的数量范围与前面一行有一段重叠，重叠的按前面一行算"
                problems.add(row.place, "overlapping-bands", words, "让一行的上限等于另一行的下限", severity="warning")
                break
        known.append((others, low, high))


def _range(row: Row) -> tuple[int | None, int | None]:
    """(at least, below) of the quantity as the row's cells say; None where a side is open."""
    bounds = [t for t in row.tests if t.attribute == QUANTITY]
    low = max((t.bound for t in bounds if t.comparison is Comparison.AT_LEAST), default=None)
    return low, min((t.bound for t in bounds if t.comparison is Comparison.BELOW), default=None)


def _report(row: Row, *, fits_any: bool, problems: Problems) -> None:
    if fits_any:
        words, hint = "这一行永远轮不到：前面的行已经包括了它的全部情形", "把它移到前面，或删掉"
    else:
        words, hint = "没有任何记录能符合这一行", "检查这一行的条件是否互相矛盾，或超出数量范围"
    problems.add(row.place, "unreachable-row", words, hint)
