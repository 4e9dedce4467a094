"""The plan: one scheme over a run of months, with every name resolved and every condition decided.

Conditions have closed domains, so the plan answers them once: for each kind and each combination of attribute values
(and quantity bucket) it lists the items that match and at which price. Backends join facts with that truth table; no
text of a pack ever reaches SQL, and a condition means the same in every backend by construction.

A quarter or year limit, and a threshold, is the one that holds in the first month of its span.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from linghang.engine.packs.model import (
    QUANTITY,
    Amount,
    Comparison,
    Completeness,
    Constant,
    Dedup,
    FactKind,
    Grade,
    Item,
    Judged,
    Limit,
    Pack,
    PartPeriod,
    Rate,
    Row,
    Scheme,
    Test,
    TotalReached,
)
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.points import POINT, UNIT, div_round

SPANS = (Span.MONTH, Span.QUARTER, Span.YEAR)
JUDGED_PER = UNIT // POINT  # an award is written in points: ten-thousandths become hundredths


@dataclass(frozen=True)
class Priced:
    """A resolved price: `constant`, or `rate` for every `per` of quantity; a judged award stays within `low`…`high`."""

    constant: int = 0
    rate: int = 0
    per: int = 1
    whole_steps: bool = False
    low: int | None = None
    high: int | None = None

    def points(self, quantity: int) -> int:
        """Points in hundredths for a quantity in ten-thousandths (never negative)."""
        if not self.rate:
            return self.constant
        if self.whole_steps:
            return quantity // self.per * self.rate
        return div_round(quantity * self.rate, self.per)

    def accepts(self, points: int) -> bool:
        """Whether a judged award lies within its range; other prices accept everything."""
        return (self.low is None or points >= self.low) and (self.high is None or points <= self.high)


NOTHING = Priced()


@dataclass(frozen=True)
class Match:
    """An item that a fact counts for: which row decided, at which price, or that it is excused."""

    item: int
    row: int
    price: Priced
    excuse: bool


@dataclass(frozen=True)
class TruthRow:
    """One line of the truth table: a kind, values in the order of `Plan.attributes`, a quantity bucket, an epoch."""

    epoch: int
    kind: str
    values: tuple[str | None, ...]
    bucket: int
    match: Match


@dataclass(frozen=True)
class Bounds:
    """Resolved limits of one node, month by month of the plan: (floor, cap) for each span."""

    by_month: tuple[tuple[tuple[int | None, int | None], ...], ...]

    def at(self, month_number: int, span: Span) -> tuple[int | None, int | None]:
        return self.by_month[month_number][SPANS.index(span)]

    def limited(self, span: Span) -> bool:
        """Whether this node has any limit over that span."""
        return any(m[SPANS.index(span)] != (None, None) for m in self.by_month)


@dataclass(frozen=True)
class PlanItem:
    """An item with its place in the plan; a norm has `at_least`, and `short` points by month."""

    number: int
    item: Item
    category: int
    bounds: Bounds
    at_least: int = 0
    short: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def title(self) -> str:
        return self.item.title["zh"]

    @property
    def dedup(self) -> Dedup | None:
        return self.item.dedup

    @property
    def is_norm(self) -> bool:
        return self.item.norm is not None


@dataclass(frozen=True)
class PlanCategory:
    """A category with its full mark by month."""

    number: int
    id: str
    title: str
    base: tuple[int, ...]
    bounds: Bounds


@dataclass(frozen=True)
class PlanBand:
    """A band of a grade; `at_least` by month (None = the lowest band)."""

    id: str
    title: str
    at_least: tuple[int | None, ...]


@dataclass(frozen=True)
class PlanGrade:
    id: str
    title: str
    span: Span
    needs_months: int
    bands: tuple[PlanBand, ...]


@dataclass(frozen=True)
class Plan:
    """A scheme compiled for consecutive months, the first of which starts a year."""

    pack: Pack
    scheme: Scheme
    months: tuple[Month, ...]
    items: tuple[PlanItem, ...]
    categories: tuple[PlanCategory, ...]
    total: Bounds
    grades: tuple[PlanGrade, ...]
    attributes: tuple[str, ...]
    buckets: Mapping[str, tuple[int, ...]]  # kind → ascending quantity bounds
    epochs: tuple[int, ...]  # for each month, which epoch of prices holds
    truth: tuple[TruthRow, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that this scheme looks at."""
        return frozenset(k for i in self.items for k in i.item.kinds)

    @property
    def needs_closing(self) -> bool:
        """Whether absence matters: then a month is only provisional until the branch has closed its recording."""
        return any(self.pack.kinds[k].complete is Completeness.BY_CLOSING for k in self.kinds)

    @property
    def pro_rata(self) -> bool:
        return self.scheme.part_period is PartPeriod.PRO_RATA

    @property
    def year_end_closing(self) -> date:
        """Until which day of the next year records of the plan's year are still taken in (年终关账期)."""
        return date.fromisoformat(f"{self.months[0].year + 1}-{self.scheme.year_end_closing}")

    def month_number(self, month: Month) -> int:
        return month.index - self.months[0].index

    def bucket(self, kind: str, quantity: int) -> int:
        """In which quantity bucket of its kind a quantity falls: the number of bounds that it reaches."""
        return sum(quantity >= bound for bound in self.buckets.get(kind, ()))

    def exempt_classes(self) -> frozenset[str]:
        """The words of the roster's class column that this scheme does not score at all."""
        return frozenset(c for g in self.scheme.exempt_groups for c in self.pack.groups[g].classes)

    @property
    def rules_hash(self) -> str:
        """SHA-256 over everything that decides a number in the plan's months; words, and rules of later months, are not
        part of it. Equal hashes: these months settle alike.
        """
        nodes = [(c.id, c.base, c.bounds) for c in self.categories]
        items = [(i.id, i.category, i.bounds, i.dedup, i.at_least, i.short) for i in self.items]
        grades = [(g.id, g.span, g.needs_months, [(b.id, b.at_least) for b in g.bands]) for g in self.grades]
        who = (sorted(self.exempt_classes()), self.pro_rata, self.needs_closing)
        decided = (self.attributes, sorted(self.buckets.items()), self.epochs, self.truth)
        content = repr((self.scheme.id, self.months, nodes, items, self.total, grades, who, decided))
        return hashlib.sha256(content.encode()).hexdigest()

    def matches(self, kind: str, attributes: Mapping[str, str], quantity: int, month: Month) -> list[Match]:
        """What a fact counts for, in the order of the items: the truth table, asked for one fact."""
        values = tuple(attributes.get(a) for a in self.attributes)
        key = (self.epochs[self.month_number(month)], kind, values, self.bucket(kind, quantity))
        return self._index().get(key, [])

    def _index(self) -> dict[tuple[int, str, tuple[str | None, ...], int], list[Match]]:
        found: dict[tuple[int, str, tuple[str | None, ...], int], list[Match]] | None
        found = self.__dict__.get("_cached_index")
        if found is None:
            found = {}
            for row in self.truth:
                found.setdefault((row.epoch, row.kind, row.values, row.bucket), []).append(row.match)
            object.__setattr__(self, "_cached_index", found)
        return found


def compile_plan(pack: Pack, scheme_id: str, period: Month) -> Plan:
    """The plan for the months from January of the period's year up to the period.

    The pack must have passed `check`; a missing parameter value raises LookupError with the parameter's name.
    """
    scheme = pack.schemes[scheme_id]
    months = tuple(months_between(span_start(period, Span.YEAR), period))
    resolve = _Resolver(pack, months)
    categories = tuple(
        PlanCategory(
            number=number,
            id=category.id,
            title=category.title["zh"],
            base=tuple(resolve.amount(category.base, m) for m in months),
            bounds=resolve.bounds(category.limits),
        )
        for number, category in enumerate(scheme.categories)
    )
    places = {c.id: c.number for c in categories}
    items = tuple(_plan_item(number, item, places, resolve) for number, item in enumerate(scheme.items))
    attributes = _attributes(scheme.items)
    buckets = _buckets(scheme.items)
    epochs = _epochs(scheme.items, resolve)
    truth = tuple(_truth(pack, scheme.items, attributes, buckets, epochs, resolve))
    _check_selections(scheme, resolve)
    return Plan(
        pack=pack,
        scheme=scheme,
        months=months,
        items=items,
        categories=categories,
        total=resolve.bounds(scheme.total_limits),
        grades=tuple(_plan_grade(g, resolve) for g in scheme.grades),
        attributes=attributes,
        buckets=buckets,
        epochs=epochs,
        truth=truth,
    )


def resolve_amount(pack: Pack, amount: Amount, month: Month) -> int:
    """The points that an amount means in a month; raises LookupError when its parameter has no value yet."""
    if not amount.parameter:
        return amount.value
    held = pack.parameters[amount.parameter].on(month)
    if held is None:
        raise LookupError(f"参数 {amount.parameter} 在 {month.words} 还没有值")
    return held.value


class _Resolver:
    """Turns authored amounts into numbers, month by month."""

    def __init__(self, pack: Pack, months: Sequence[Month]) -> None:
        self.pack = pack
        self.months = months

    def amount(self, amount: Amount | None, month: Month) -> int:
        return 0 if amount is None else resolve_amount(self.pack, amount, month)

    def optional(self, amount: Amount | None, month: Month) -> int | None:
        return None if amount is None else self.amount(amount, month)

    def bounds(self, limits: Mapping[Span, Limit]) -> Bounds:
        """Limits as of the first month of each span."""
        rows = []
        for month in self.months:
            pairs = []
            for span in SPANS:
                limit, start = limits.get(span, Limit()), span_start(month, span)
                pairs.append((self.optional(limit.floor, start), self.optional(limit.cap, start)))
            rows.append(tuple(pairs))
        return Bounds(tuple(rows))

    def price(self, row: Row, month: Month) -> Priced:
        match row.price:
            case Constant(amount):
                return Priced(constant=self.amount(amount, month))
            case Rate(amount, per, whole_steps):
                return Priced(rate=self.amount(amount, month), per=per, whole_steps=whole_steps)
            case Judged(low, high):
                return Priced(rate=1, per=JUDGED_PER, low=self.amount(low, month), high=self.amount(high, month))
            case None:
                return NOTHING


def _check_selections(scheme: Scheme, resolve: _Resolver) -> None:
    """A total that a list asks for has a value in January, or the plan is none: not first found out in December."""
    for selection in scheme.selections:
        for condition in selection.conditions:
            if isinstance(condition, TotalReached):
                resolve.amount(condition.amount, resolve.months[0])


def _plan_item(number: int, item: Item, places: Mapping[str, int], resolve: _Resolver) -> PlanItem:
    norm = item.norm
    return PlanItem(
        number=number,
        item=item,
        category=places[item.category],
        bounds=resolve.bounds(item.limits),
        at_least=norm.at_least if norm else 0,
        short=tuple(resolve.amount(norm.short, m) for m in resolve.months) if norm else (),
    )


def _plan_grade(grade: Grade, resolve: _Resolver) -> PlanGrade:
    bands = tuple(
        PlanBand(
            id=band.id,
            title=band.title["zh"],
            at_least=tuple(resolve.optional(band.at_least, span_start(m, grade.span)) for m in resolve.months),
        )
        for band in grade.bands
    )
    return PlanGrade(grade.id, grade.title["zh"], grade.span, grade.needs_months, bands)


def _attributes(items: Sequence[Item]) -> tuple[str, ...]:
    """The attributes that any row tests or any dedup key names."""
    tested = {t.attribute for i in items for r in i.rows for t in r.tests}
    keyed = {part for i in items if i.dedup for part in i.dedup.by}
    return tuple(sorted((tested | keyed) - {QUANTITY, "event", "day"}))


def _buckets(items: Sequence[Item]) -> dict[str, tuple[int, ...]]:
    """For each kind, the quantity bounds that any of its items' rows tests."""
    bounds: dict[str, set[int]] = {}
    for item in items:
        for row in item.rows:
            for test in row.tests:
                if test.attribute == QUANTITY:
                    for kind in [row.kind] if row.kind else item.kinds:
                        bounds.setdefault(kind, set()).add(test.bound)
    return {kind: tuple(sorted(found)) for kind, found in bounds.items()}


def _epochs(items: Sequence[Item], resolve: _Resolver) -> tuple[int, ...]:
    """Number the runs of months over which every price stays the same."""
    prices = [tuple(resolve.price(r, m) for i in items for r in i.rows) for m in resolve.months]
    epochs, current = [], 0
    for number, now in enumerate(prices):
        current += int(number > 0 and now != prices[number - 1])
        epochs.append(current)
    return tuple(epochs)


def _truth(
    pack: Pack,
    items: Sequence[Item],
    attributes: Sequence[str],
    buckets: Mapping[str, tuple[int, ...]],
    epochs: Sequence[int],
    resolve: _Resolver,
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
                    decided = _first_row(item, kind, named, at)
                    if decided is None:
                        continue
                    row = item.rows[decided] if item.rows else Row((), None)
                    for epoch, month in sorted(first_month.items()):
                        match = Match(number, decided, resolve.price(row, month), row.excuse)
                        yield TruthRow(epoch, kind, values, bucket, match)


def _domain(kind: FactKind, attribute: str) -> tuple[str | None, ...]:
    """The values that the attribute may have on facts of the kind; None where it may be absent."""
    declared = kind.attributes.get(attribute)
    if declared is None:
        return (None,)
    return (*declared.values, *(() if declared.required else (None,)))


def _representative(bounds: Sequence[int], bucket: int) -> int:
    """A quantity that lies in the bucket: its lower bound."""
    return bounds[bucket - 1] if bucket else -1


def _first_row(item: Item, kind: str, values: Mapping[str, str | None], quantity: int) -> int | None:
    """The number of the first row whose tests all hold; a norm without a table takes every fact of its kinds."""
    if not item.rows and item.norm:
        return 0
    for number, row in enumerate(item.rows):
        if row.kind in ("", kind) and all(_holds(t, values, quantity) for t in row.tests):
            return number
    return None


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
