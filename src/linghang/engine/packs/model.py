"""What a pack says, typed: fact kinds, dated parameters, groups, norms, schemes. Frozen, ordered as written.

Amounts of points are hundredths, quantities ten-thousandths. Every node keeps the place where it was written, so that a
finding made much later can still name file and line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from linghang.engine.packs.condition_model import Condition, may_hold, tests_in
from linghang.engine.packs.grade_model import Band as Band
from linghang.engine.packs.grade_model import Grade as Grade
from linghang.engine.packs.grade_model import GradeCount as GradeCount
from linghang.engine.packs.grade_model import ItemCount as ItemCount
from linghang.engine.packs.grade_model import Need as Need
from linghang.engine.packs.grade_model import Selection as Selection
from linghang.engine.packs.grade_model import TotalReached as TotalReached
from linghang.engine.packs.mechanism_model import (
    Accumulation,
    Average,
    Beyond,
    Counts,
    Effect,
    Joint,
    LastYear,
    Repeat,
    Share,
)
from linghang.engine.packs.standing_model import GroupSize, Ranking, Validity, Versus
from linghang.engine.periods import Month, Span
from linghang.engine.problems import Place

if TYPE_CHECKING:
    from linghang.engine.packs.link_model import Coverage, LinkKind
    from linghang.engine.packs.loop_model import LoopKind

Title = Mapping[str, str]  # language → text; "zh" is always there


class Completeness(StrEnum):
    """What the absence of facts of a kind means: it is zero only after the branch has closed its recording."""

    BY_CLOSING = "by_closing"  # absence is zero once the branch has closed the month; before that it is unknown
    OPEN = "open"  # absence says nothing: such facts only ever add


@dataclass(frozen=True)
class Attribute:
    """A closed-domain attribute of a fact kind: value id → title, in the order written.

    `ordered` attributes may be compared (级别≥省级): a later value is the higher one.
    """

    id: str
    title: Title
    values: Mapping[str, Title]
    ordered: bool = False
    required: bool = True
    place: Place = field(default_factory=Place, compare=False)

    def said(self, value: str) -> str:
        """The value's title as it stands among others: “无” alone would not say what there is none of."""
        title = self.values[value]["zh"]
        return f"{title}{self.title['zh']}" if title == "无" else title


@dataclass(frozen=True)
class Meaning:
    """What a meaning tag says of a kind. `forbidden` cites why such facts may never earn points ("" = they may).

    `words` are what people call it: a kind named like this that lacks the tag is pointed out.
    """

    id: str
    title: Title
    forbidden: str = ""
    words: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class FactKind:
    """One kind of fact. `meaning` are tags that the compliance check judges, whatever the kind is named."""

    id: str
    title: Title
    subject: str
    unit: str
    attributes: Mapping[str, Attribute]
    meaning: tuple[str, ...] = ()
    complete: Completeness = Completeness.OPEN
    quantity_min: int = 0
    quantity_max: int | None = None
    evidence: str = "optional"  # none | optional | required
    by_others: bool = False  # neither the recorder nor the confirmer may be the subject
    aliases: tuple[str, ...] = ()  # other words that people write in their tables
    source: str = ""
    confidence: str = ""
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class DatedValue:
    """A parameter's value from a month on, with where the number comes from."""

    since: Month
    value: int
    source: str
    confidence: str
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Parameter:
    """A named number that changes over time; the newest value not later than the month holds."""

    id: str
    title: Title
    unit: str  # 分 = hundredths; anything else = ten-thousandths
    values: tuple[DatedValue, ...]
    place: Place = field(default_factory=Place, compare=False)

    def on(self, month: Month) -> DatedValue | None:
        """The value that holds in the month; None before the first one."""
        held = [v for v in self.values if v.since <= month]
        return held[-1] if held else None


@dataclass(frozen=True)
class Amount:
    """Points, written as a number or as `$parameter`."""

    value: int = 0
    parameter: str = ""
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class ExemptGroup:
    """A class of members of whom nothing is demanded (党员教育管理工作条例 Art 23)."""

    id: str
    title: Title
    classes: tuple[str, ...]  # the words of the roster's class column that belong to it
    source: str = ""
    confidence: str = ""
    place: Place = field(default_factory=Place, compare=False)


class Measure(StrEnum):
    """What a cadence norm counts: facts, or the sum of their quantities (学时)."""

    COUNT = "count"
    QUANTITY = "quantity"


KIND = "kind"  # stands for the kind of the fact in a test of a condition line; no attribute may be called so


@dataclass(frozen=True)
class CadenceNorm:
    """How often something is to be held (支部工作条例); soft norms ("一般") only advise.

    `at_least` is in facts, or in whole units of the kind when the norm measures quantity.
    """

    id: str
    title: Title
    kind: str
    where: Mapping[str, tuple[str, ...]]  # attribute id → value ids
    at_least: int
    per: Span
    soft: bool
    source: str
    confidence: str
    measure: Measure = Measure.COUNT
    who: tuple[str, ...] = ()  # posts or types of organisation that it is for; empty = every subject of the kind
    exempt_groups: tuple[str, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


# --- schemes -----------------------------------------------------------------------------------------------------


class Comparison(StrEnum):
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    BELOW = "below"


@dataclass(frozen=True)
class Test:
    """One cell of a decision table: an attribute against value ids, or the quantity against a bound (`QUANTITY`)."""

    attribute: str
    comparison: Comparison
    values: tuple[str, ...] = ()
    bound: int = 0  # ten-thousandths, for the quantity
    __test__ = False  # pytest: this is no test class

    def of_kind(self, kind: str) -> bool | None:
        """What it answers about the kind of a fact; None when it asks for something else."""
        if self.attribute != KIND:
            return None
        return (kind in self.values) == (self.comparison is Comparison.ONE_OF)


QUANTITY = "quantity"
KIND = "kind"  # stands for the kind of the fact in a test of a condition line; no attribute may be called so


@dataclass(frozen=True)
class Constant:
    """So many points for each fact."""

    amount: Amount


@dataclass(frozen=True)
class Rate:
    """So many points for every `per` of quantity: 每2小时 0.50; with `whole_steps` (每满2小时) full steps only."""

    amount: Amount
    per: int  # ten-thousandths of the kind's unit
    whole_steps: bool = False


@dataclass(frozen=True)
class Judged:
    """A range within which an assessor awards points: the fact's quantity is the award, in points."""

    low: Amount
    high: Amount


Price = Constant | Rate | Judged | Beyond


@dataclass(frozen=True)
class Row:
    """One row of a decision table: all tests must hold. The first row that holds decides; `excuse` counts nothing.

    `condition` is what the row asks in one line beside its cells.
    """

    tests: tuple[Test, ...]
    price: Price | None  # None in a norm (only counted) or an excuse (not counted, and said so)
    excuse: bool = False
    kind: str = ""  # only this kind of the item's kinds; "" = any of them
    condition: Condition | None = None
    place: Place = field(default_factory=Place, compare=False)

    def every_test(self) -> Iterator[Test]:
        """The tests of its cells and those of its condition."""
        yield from self.tests
        yield from tests_in(self.condition)

    def concerns(self, kind: str) -> bool:
        """Whether it can decide about facts of the kind at all, as far as the kind is what it asks for."""
        return self.kind in ("", kind) and may_hold(self.condition, lambda test: test.of_kind(kind))


@dataclass(frozen=True)
class Limit:
    """The closed range that a sum is kept in over a span; None leaves a side open.

    What exceeds the cap goes over to the next span by the share `carry` (ten-thousandths), within the year.
    """

    floor: Amount | None = None
    cap: Amount | None = None
    carry: int = 0


@dataclass(frozen=True)
class Norm:
    """At least so many facts (or units of quantity) a span; each one short costs `short` (negative points).

    `met` is given where nothing is missing (按时 2 分，否则扣 2 分). With `years`, a norm of a year looks at the facts
    of so many years together (三年内至少一次). With `at_most` instead of `at_least` and `short`, `met` is given where
    there are no more than so many (当季无违章的加 2 分).
    """

    at_least: int = 0
    short: Amount | None = None
    span: Span = Span.MONTH
    measure: Measure = Measure.COUNT
    met: Amount | None = None
    years: int = 1
    at_most: int | None = None


class Keep(StrEnum):
    FIRST = "first"
    HIGHEST = "highest"
    LOWEST = "lowest"  # of deductions the heaviest


@dataclass(frozen=True)
class Dedup:
    """Of the facts of one member, span and key, one counts. Key parts: `event`, `day`, `item`, or attribute ids.

    Over more than a month the highest (or lowest) counts step by step: a later, higher one adds what it has more.
    """

    by: tuple[str, ...]
    keep: Keep = Keep.FIRST
    span: Span = field(default=Span.MONTH, repr=False)


@dataclass(frozen=True)
class Item:
    """One scored item: which facts, priced how, kept within which limits, for which classes (empty = everybody).

    `factors` is a second table: its first row that holds multiplies the price (hundredths). `given` and `unless` name
    items: this one counts only in months in which that one counts something, or nothing.
    """

    id: str
    title: Title
    clause: str
    category: str
    kinds: tuple[str, ...]
    rows: tuple[Row, ...]
    limits: Mapping[Span, Limit]
    norm: Norm | None = None
    dedup: Dedup | None = None
    factors: tuple[Row, ...] = ()
    accumulate: Accumulation | None = None
    average: Average | None = None
    repeat: Repeat | None = None
    classes: tuple[str, ...] = ()
    assessor: str = ""
    through: str = ""  # kind of link: the facts are those of what the subject is responsible for
    valid: Validity | None = None
    rank: Ranking | None = None
    versus: Versus | None = None
    group_size: GroupSize | None = None
    given: str = ""
    unless: str = ""
    place: Place = field(default_factory=Place, compare=False)
    share: Share | None = None
    last_year: LastYear | None = None

    @property
    def conditioned(self) -> bool:
        """Whether it counts only in some months of some members."""
        return bool(self.group_size or self.given or self.unless)


@dataclass(frozen=True)
class Category:
    """A group of items with its own full mark (`base`, given at the start of each month) and limits.

    `classes`: to whom the full mark is given (empty = everybody); items say for themselves.
    """

    id: str
    title: Title
    limits: Mapping[Span, Limit]
    base: Amount | None = None
    base_span: Span = Span.MONTH  # given once, in the first month of each such span
    counts: Counts = Counts.INSIDE
    classes: tuple[str, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


class PartPeriod(StrEnum):
    """What a category's full mark is for a month in which the scheme applied only on some days."""

    FULL = "full"
    PRO_RATA = "pro_rata_days"


@dataclass(frozen=True)
class Scheme:
    """A scheme: categories, items, limits of the total, grades, selections."""

    id: str
    title: Title
    subject: str
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    total_limits: Mapping[Span, Limit]
    grades: tuple[Grade, ...]
    selections: tuple[Selection, ...]
    exempt_groups: tuple[str, ...] = ()
    no_exempt_reason: str = ""
    part_period: PartPeriod = PartPeriod.PRO_RATA
    late_months: int = 3  # a late fact counts when its month is at most so many months before the open one
    year_end_closing: str = "01-15"  # until when (next year, MM-DD) facts of the old year may still be recorded
    joints: tuple[Joint, ...] = ()
    effects: tuple[Effect, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Identity:
    """Who wrote the pack, on what document it stands, and whether its content is invented."""

    id: str
    version: str
    title: Title
    invented: bool
    document: Mapping[str, str] = field(default_factory=dict)  # name, number, issued, reviewed_by
    uses: Mapping[str, str] = field(default_factory=dict)  # pack id → lowest version
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Pack:
    """A pack with everything that it uses, merged: kinds, groups and norms of used packs are included."""

    identity: Identity
    kinds: Mapping[str, FactKind]
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, ExemptGroup]
    norms: Mapping[str, CadenceNorm]
    schemes: Mapping[str, Scheme]
    content_hash: str
    locked: Mapping[str, str]  # used pack id → content hash
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    loops: Mapping[str, "LoopKind"] = field(default_factory=dict)
    links: Mapping[str, "LinkKind"] = field(default_factory=dict)
    coverages: Mapping[str, "Coverage"] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """'example-4x-points 1.0.0 · 3f2a9c01': what stands on every statement."""
        return f"{self.identity.id} {self.identity.version} · {self.content_hash[:8]}"
