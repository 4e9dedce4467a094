"""The plan: one scheme over a run of months, with every name resolved and every condition decided.

Conditions have closed domains, so the plan answers them once: for each kind and each combination of attribute values
(and quantity bucket) it lists the items that match and at which price. Backends join facts with that truth table; no
text of a pack ever reaches SQL, and a condition means the same in every backend by construction.

A quarter or year limit, and a threshold, is the one that holds in the first month of its span.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linghang.engine.packs.mechanism_model import Counts, Part, Top
from linghang.engine.packs.model import (
    Category,
    Completeness,
    Dedup,
    Grade,
    Item,
    Measure,
    Need,
    Pack,
    PartPeriod,
    Scheme,
    TotalReached,
)
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.points import POINT, div_round
from linghang.engine.roster import Member
from linghang.engine.rules.fingerprint import fingerprint
from linghang.engine.rules.mechanisms import (
    PlanBrought,
    PlanEffect,
    PlanJoint,
    PlanShare,
    Stairs,
    plan_brought,
    plan_effects,
    plan_joints,
    plan_share,
    plan_stairs,
)
from linghang.engine.rules.prices import SPANS as SPANS
from linghang.engine.rules.prices import Bounds as Bounds
from linghang.engine.rules.prices import Match as Match
from linghang.engine.rules.prices import Priced as Priced
from linghang.engine.rules.prices import Resolver
from linghang.engine.rules.prices import TruthRow as TruthRow
from linghang.engine.rules.prices import resolve_amount as resolve_amount
from linghang.engine.rules.standings import (
    Comparison,
    Places,
    counted_back,
    months_back,
    plan_comparison,
    plan_places,
)
from linghang.engine.rules.truth import price_epochs, quantity_buckets, tested_attributes, truth_rows


@dataclass(frozen=True)
class PlanItem:
    """An item with its place in the plan; a norm has `at_least`, and `short` points by month."""

    number: int
    item: Item
    category: int
    bounds: Bounds
    at_least: int = 0
    short: tuple[int, ...] = ()
    met: tuple[int, ...] = ()
    at_most: int | None = None
    stairs: Stairs | None = None
    share: PlanShare | None = None
    brings: PlanBrought | None = None
    joint: int | None = None
    places: Places | None = None
    comparison: Comparison | None = None
    looks_back: int = 0  # months before the plan's first one whose facts matter
    counts_back: int = 0  # months before the plan's first one whose facts are counted themselves

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

    @property
    def measured(self) -> bool:
        """Whether a norm asks for quantity, not for facts."""
        return self.item.norm is not None and self.item.norm.measure is Measure.QUANTITY

    @property
    def spans(self) -> bool:
        """Whether a norm asks for more than a month at once."""
        return self.item.norm is not None and self.item.norm.span is not Span.MONTH

    @property
    def wanted(self) -> int:
        """What a norm asks for, or allows: facts, or hundredths of a unit."""
        asked = self.at_least if self.at_most is None else self.at_most
        return asked * POINT if self.measured else asked

    def shortfall(self, month_number: int, missing: int) -> int:
        """What is missing costs so many points, in proportion for part of a unit."""
        points = missing * self.short[month_number]
        return div_round(points, POINT) if self.measured else points

    @property
    def by_month(self) -> bool:
        """Whether facts are only taken in, and the item is booked once at the end of a month: a norm or a mean, or
        where the member stands.
        """
        return self.is_norm or self.item.average is not None or self.share is not None or self.stands

    @property
    def mean_span(self) -> Span:
        """Over which span the mean of its records is taken."""
        told = self.item.average or self.item.share
        return told.span if told else Span.MONTH

    @property
    def stands(self) -> bool:
        """Whether it is worth what its count says beside others', or beside last year's."""
        return self.places is not None or self.comparison is not None

    @property
    def standing_span(self) -> Span:
        """Once in which span the item is booked by where the member stands."""
        told = self.places.ranking if self.places else self.comparison.versus if self.comparison else None
        return told.span if told else Span.MONTH

    @property
    def conditioned(self) -> bool:
        """Whether it counts only in some months of some members."""
        return self.item.conditioned


@dataclass(frozen=True)
class PlanCategory:
    """A category with its full mark by month."""

    number: int
    id: str
    title: str
    base: tuple[int, ...]
    bounds: Bounds
    counts: Counts = Counts.INSIDE
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanNeed:
    """What a band asks for beside the total: `facts` of an item, or points of a category, by month."""

    item: str
    facts: int
    category: str
    at_least: tuple[int, ...]


@dataclass(frozen=True)
class PlanBand:
    """A band of a grade; `at_least` by month (None = the lowest band, or one that only has places).

    `by_class`: classes with their own thresholds by month.
    """

    id: str
    title: str
    at_least: tuple[int | None, ...]
    top: Top | None = None
    needs: tuple[PlanNeed, ...] = ()
    by_class: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = ()

    def lowest(self, month_number: int, member_class: str) -> int | None:
        """The threshold for a member of a class."""
        own = (lows[month_number] for classes, lows in self.by_class if member_class in classes)
        return next(own, self.at_least[month_number])


@dataclass(frozen=True)
class PlanGrade:
    id: str
    title: str
    span: Span
    needs_months: int
    bands: tuple[PlanBand, ...]
    parts: tuple[Part, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether thresholds over the sum of the months decide alone, the same for everybody."""
        return not self.parts and not self.asks_classes and all(b.top is None and not b.needs for b in self.bands)

    @property
    def asks_classes(self) -> bool:
        """Whether a member's class matters."""
        return bool(self.classes) or any(b.by_class or (b.top and b.top.same_class) for b in self.bands)


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
    joints: tuple[PlanJoint, ...] = ()
    effects: tuple[PlanEffect, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that this scheme looks at."""
        return frozenset(k for i in self.items for k in i.item.kinds)

    @property
    def through(self) -> Mapping[str, str]:
        """Kind of fact → kind of link by which it counts for whoever is responsible."""
        return {k: i.item.through for i in self.items if i.item.through for k in i.item.kinds}

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

    @property
    def looks_back(self) -> int:
        """How many months before the first one still matter."""
        return max((i.looks_back for i in self.items), default=0)

    @property
    def counts_back(self) -> int:
        """How many months before the first one are counted like the plan's own."""
        return max((i.counts_back for i in self.items), default=0)

    @property
    def reads_from(self) -> Month:
        """The first month whose facts a settlement needs."""
        return self.months[0] + -self.looks_back

    @property
    def stands(self) -> bool:
        """Whether somebody's points depend on others', or on last year's."""
        return any(i.stands for i in self.items)

    @property
    def looks_around(self) -> bool:
        """Whether a member cannot be settled without knowing the others."""
        return self.stands or any(i.item.group_size for i in self.items)

    @property
    def brings(self) -> bool:
        """Whether last year's statement gives something this year."""
        return any(i.brings for i in self.items)

    @property
    def limits(self) -> Iterator[Bounds]:
        """Those of every node."""
        for nodes in (self.items, self.joints, self.categories):
            yield from (node.bounds for node in nodes)
        yield self.total

    def month_number(self, month: Month) -> int:
        return month.index - self.months[0].index

    def bucket(self, kind: str, quantity: int) -> int:
        """In which quantity bucket of its kind a quantity falls: the number of bounds that it reaches."""
        return sum(quantity >= bound for bound in self.buckets.get(kind, ()))

    def exempt_classes(self) -> frozenset[str]:
        """The words of the roster's class column that this scheme does not score at all."""
        return frozenset(c for g in self.scheme.exempt_groups for c in self.pack.groups[g].classes)

    def as_scored(self, member: Member) -> Member:
        """The member as this scheme sees him: exempt on the days in a class that it does not score."""
        return member.exempting(self.exempt_classes())

    @property
    def variants(self) -> tuple[tuple[str, ...], ...]:
        """The classes that items are for, each set once: an item for everybody is in none."""
        return tuple(dict.fromkeys(i.item.classes for i in self.items if i.item.classes))

    @property
    def rules_hash(self) -> str:
        """SHA-256 over everything that decides a number in the plan's months; words, and rules of later months, are not
        part of it. Equal hashes: these months settle alike.
        """
        return fingerprint(self)

    def concerns(self, classes: Sequence[str], member_class: str) -> bool:
        """Whether a node for some classes (none = all) is for a member of that class."""
        return not classes or member_class in classes

    @property
    def has_further(self) -> bool:
        """Whether sums need more than limits and monthly norms of facts."""
        items = any(i.stairs or i.share or i.item.average or i.met or i.measured or i.spans for i in self.items)
        beyond = any(i.stands or i.conditioned or i.item.valid or i.looks_back for i in self.items)
        return items or beyond or self.brings or self.has_classes or bool(self.effects) or self.carries

    @property
    def carries(self) -> bool:
        """Whether what exceeds a limit goes over to the next span anywhere."""
        items, categories = any(i.bounds.carry for i in self.items), any(c.bounds.carry for c in self.categories)
        return bool(items or categories or self.total.carry) or any(j.bounds.carry for j in self.joints)

    @property
    def has_classes(self) -> bool:
        return any(i.item.classes for i in self.items) or any(c.classes for c in self.categories)

    def matches(self, kind: str, attributes: Mapping[str, str], quantity: int, month: Month) -> list[Match]:
        """What a fact counts for, in the order of the items: the truth table, asked for one fact.

        Facts of earlier months are priced as in the plan's first one.
        """
        values = tuple(attributes.get(a) for a in self.attributes)
        key = (self.epochs[max(0, self.month_number(month))], kind, values, self.bucket(kind, quantity))
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
    resolve = Resolver(pack, months)
    categories = tuple(_plan_category(number, category, resolve) for number, category in enumerate(scheme.categories))
    places = {c.id: c.number for c in categories}
    joints = plan_joints(scheme.joints, scheme.items, places, resolve)
    joint_of = {item: joint.number for joint in joints for item in joint.items}
    items = tuple(_plan_item(n, item, places, resolve, joint_of.get(n), scheme) for n, item in enumerate(scheme.items))
    attributes = tested_attributes(scheme.items)
    buckets = quantity_buckets(scheme.items)
    epochs = price_epochs(scheme.items, resolve)
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
        truth=tuple(truth_rows(pack, scheme.items, attributes, buckets, epochs, resolve)),
        joints=joints,
        effects=plan_effects(scheme),
    )


def _plan_category(number: int, category: Category, resolve: Resolver) -> PlanCategory:
    return PlanCategory(
        number=number,
        id=category.id,
        title=category.title["zh"],
        base=tuple(
            resolve.amount(category.base, m) if span_start(m, category.base_span) == m else 0 for m in resolve.months
        ),
        bounds=resolve.bounds(category.limits),
        counts=category.counts,
        classes=category.classes,
    )


def _check_selections(scheme: Scheme, resolve: Resolver) -> None:
    """A total that a list asks for has a value in January, or the plan is none: not first found out in December."""
    for selection in scheme.selections:
        for condition in selection.all_conditions:
            if isinstance(condition, TotalReached):
                resolve.amount(condition.amount, resolve.months[0])


def _plan_item(
    number: int, item: Item, places: Mapping[str, int], resolve: Resolver, joint: int | None, scheme: Scheme
) -> PlanItem:
    norm = item.norm
    return PlanItem(
        number=number,
        item=item,
        category=places[item.category],
        bounds=resolve.bounds(item.limits),
        at_least=norm.at_least if norm else 0,
        short=tuple(resolve.amount(norm.short, m) for m in resolve.months) if norm else (),
        met=tuple(resolve.amount(norm.met, m) for m in resolve.months) if norm and norm.met else (),
        at_most=norm.at_most if norm else None,
        stairs=plan_stairs(item.accumulate, resolve),
        share=plan_share(item.share, resolve),
        brings=plan_brought(item.last_year, resolve),
        joint=joint,
        places=plan_places(item.rank, resolve),
        comparison=plan_comparison(item.versus, resolve),
        looks_back=months_back(item, scheme),
        counts_back=counted_back(item, scheme),
    )


def _plan_grade(grade: Grade, resolve: Resolver) -> PlanGrade:
    bands = tuple(
        PlanBand(
            id=band.id,
            title=band.title["zh"],
            at_least=tuple(resolve.optional(band.at_least, span_start(m, grade.span)) for m in resolve.months),
            top=band.top,
            needs=tuple(_plan_need(need, grade.span, resolve) for need in band.needs),
            by_class=tuple(
                (line.classes, tuple(resolve.amount(line.at_least, span_start(m, grade.span)) for m in resolve.months))
                for line in band.by_class
            ),
        )
        for band in grade.bands
    )
    return PlanGrade(grade.id, grade.title["zh"], grade.span, grade.needs_months, bands, grade.parts, grade.classes)


def _plan_need(need: Need, span: Span, resolve: Resolver) -> PlanNeed:
    """Amounts as of the first month of each span."""
    lows = tuple(resolve.amount(need.at_least, span_start(m, span)) for m in resolve.months)
    return PlanNeed(need.item, need.facts, need.category, lows)
