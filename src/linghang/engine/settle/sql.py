"""The plan as set-based SQL over integers, written once in DuckDB's dialect.

Only numbers and fixed names are written into the text: kinds, attribute values, organisations and dates arrive in
tables or as bound parameters, attributes are columns a0, a1, … A stage that the plan does not need is not written.

A plan lies within one calendar year; a quarter is month // 3, since month counts from January of year 0.

Tables that the backend provides:
    facts(subject, occurred_on, kind, quantity, sequence, event, a0…)   reversals already cancelled
    truth(epoch, kind, a0…, low, high, item, excuse, constant, rate, per, whole)
    members(subject, organisation, exempt, first, last)   exempt_days(subject, first, last)
    unscored(subject, first, last)                        days on which the scheme does not apply to a member
    closed(organisation, month)
    months(month, first, last, days, epoch, b0…)   norms(month, item, at_least, short)
    item_limits(month, item, category, mf, mc, qf, qc, yf, yc)   (f floor, c cap: month, quarter, year)
    node_limits(month, c0_mf, c0_mc … t_yc)                       (every category c0 … and the total t)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from linghang.engine.packs.model import Keep
from linghang.engine.periods import Span
from linghang.engine.points import LIMIT
from linghang.engine.rules.plan import SPANS, Bounds, Plan, PlanItem

OPEN = 2**60  # stands for "no limit" on a side; far above any sum that `check` lets through
LETTER = {Span.MONTH: "m", Span.QUARTER: "q", Span.YEAR: "y"}
SAFE = 2**62


def pricing(plan: Plan, *, has_unscored: bool) -> str:
    """The one pass over the facts: what each item is worth to each member in each month, before any limit."""
    plain = [i for i in plan.items if not i.dedup]
    parts = [_hits(plan, plain, has_unscored=has_unscored)] if plain else []
    parts += [_deduplicated(plan, i, has_unscored=has_unscored) for i in plan.items if i.dedup]
    hits = "\n  UNION ALL\n".join(parts)
    return f"""
CREATE OR REPLACE TABLE all_hits AS
SELECT subject, CAST(month AS INTEGER) AS month, item, CAST(points AS BIGINT) AS points
FROM (
{hits}
)"""


_ITEM_MONTH = """
CREATE OR REPLACE TEMP TABLE item_month AS
SELECT subject, month, item, CAST(SUM(points) AS BIGINT) AS priced, COUNT(*) AS facts
FROM hits GROUP BY subject, month, item"""


def statements(plan: Plan) -> list[tuple[str, str]]:
    """(what is being done, SQL) in order, over `members` and their `hits`; afterwards
    `item_counted`, `subject_month` and `unknown` exist.
    """
    steps = [("membership", _roster_month(plan)), ("sums", _ITEM_MONTH)]
    if _norm_items(plan):
        steps.append(("norms", _norm_rows()))
        steps.append(("unknown", _unknown()))
    steps.append(("item limits", _item_counted(plan)))
    steps.append(("category and total limits", _subject_month(plan)))
    return steps


# --- who is scored when ----------------------------------------------------------------------------------------------


def _roster_month(plan: Plan) -> str:
    closed = "cl.month IS NOT NULL" if plan.needs_closing else "TRUE"
    return f"""
CREATE OR REPLACE TEMP TABLE roster_month AS
WITH gone AS (
  SELECT e.subject, t.month,
         SUM(GREATEST(0, LEAST(e.last, m.last, t.last) - GREATEST(e.first, m.first, t.first) + 1)) AS days
  FROM exempt_days e JOIN members m ON m.subject = e.subject CROSS JOIN months t
  GROUP BY e.subject, t.month
),
spent AS (
  SELECT m.subject, m.organisation, t.month, t.days,
         CASE WHEN m.exempt THEN 0
              ELSE GREATEST(0, LEAST(m.last, t.last) - GREATEST(m.first, t.first) + 1)
                   - COALESCE(g.days, 0) END AS scored
  FROM members m CROSS JOIN months t
  LEFT JOIN gone g ON g.subject = m.subject AND g.month = t.month
)
SELECT s.subject, s.month, s.days, CAST(s.scored AS BIGINT) AS scored, {closed} AS closed
FROM spent s LEFT JOIN closed cl ON cl.organisation = s.organisation AND cl.month = s.month"""


# --- pricing ---------------------------------------------------------------------------------------------------------


def _hits(plan: Plan, items: Iterable[PlanItem], *, has_unscored: bool, extra: str = "") -> str:
    join = ["f.kind = l.kind", *(f"f.a{n} IS NOT DISTINCT FROM l.a{n}" for n in range(len(plan.attributes)))]
    if len(set(plan.epochs)) > 1:
        join.append("t.epoch = l.epoch")
    where = [f"l.item IN ({', '.join(str(i.number) for i in items)})", "NOT l.excuse"]
    if plan.buckets:
        where.append("f.quantity >= l.low AND f.quantity < l.high")
    unscored = ""
    if has_unscored:  # few members: joining them costs less than joining all, and less than NOT EXISTS with a range
        unscored = """
  LEFT JOIN unscored u ON u.subject = f.subject AND f.occurred_on >= u.first AND f.occurred_on <= u.last"""
        where.append("u.subject IS NULL")
    month = "year(f.occurred_on) * 12 + month(f.occurred_on) - 1"
    months = f"JOIN months t ON t.month = {month}" if len(set(plan.epochs)) > 1 else ""
    return f"""  SELECT f.subject, {month} AS month, l.item, {_points(plan)} AS points{extra}
  FROM facts f {months}
  JOIN truth l ON {" AND ".join(join)}{unscored}
  WHERE {" AND ".join(where)}"""


def _points(plan: Plan) -> str:
    """Points of one hit; the shared rounding, half away from zero, on whole numbers only."""
    prices = [r.match.price for r in plan.truth]
    if not any(p.rate for p in prices):
        return "l.constant"
    quantity = "CAST(f.quantity AS HUGEINT)" if _overflows(plan) else "f.quantity"
    rounded = f"SIGN(l.rate) * ((2 * {quantity} * ABS(l.rate) + l.per) // (2 * l.per))"
    whole = f"({quantity} // l.per) * l.rate" if any(p.whole_steps for p in prices) else ""
    steps = f"WHEN l.whole THEN {whole} " if whole else ""
    return f"CASE WHEN l.rate = 0 THEN l.constant {steps}ELSE {rounded} END"


def _overflows(plan: Plan) -> bool:
    """Whether a rate times the largest quantity of its kind could leave 64 bits; then 128 bits are used."""
    for row in plan.truth:
        most = plan.pack.kinds[row.kind].quantity_max
        if 2 * abs(row.match.price.rate) * (LIMIT if most is None else most) + row.match.price.per > SAFE:
            return True
    return False


def _deduplicated(plan: Plan, item: PlanItem, *, has_unscored: bool) -> str:
    assert item.dedup is not None
    columns, keys = ["f.occurred_on", "f.sequence"], ["subject", "month"]
    for part in item.dedup.by:
        if part == "event":
            columns.append("f.event")
            keys += ["event", *(f"CASE WHEN event = '' THEN {c} END" for c in ("occurred_on", "sequence"))]
        elif part == "day":
            keys.append("occurred_on")
        else:
            columns.append(f"f.a{plan.attributes.index(part)}")
            keys.append(f"a{plan.attributes.index(part)}")
    order = "points DESC, " if item.dedup.keep is Keep.HIGHEST else ""
    extra = "".join(f", {c}" for c in dict.fromkeys(columns))
    hits = _hits(plan, [item], has_unscored=has_unscored, extra=extra)
    return f"""  SELECT subject, month, item, points FROM (
{hits}
  ) QUALIFY ROW_NUMBER() OVER (PARTITION BY {", ".join(keys)} ORDER BY {order}occurred_on, sequence) = 1"""


# --- norms: absence is zero only after closing -----------------------------------------------------------------------


def _norm_items(plan: Plan) -> list[PlanItem]:
    return [i for i in plan.items if i.is_norm]


_MISSING = """
  SELECT r.subject, r.month, n.item, r.closed, n.short * (n.at_least - COALESCE(h.facts, 0)) AS points
  FROM roster_month r
  JOIN norms n ON n.month = r.month
  LEFT JOIN item_month h ON h.subject = r.subject AND h.month = r.month AND h.item = n.item
  WHERE r.scored = r.days AND COALESCE(h.facts, 0) < n.at_least"""


def _norm_rows() -> str:
    return f"""
CREATE OR REPLACE TEMP TABLE norm_month AS{_MISSING}"""


def _unknown() -> str:
    return "CREATE OR REPLACE TEMP TABLE unknown AS SELECT subject, month, item FROM norm_month WHERE NOT closed"


# --- limits ----------------------------------------------------------------------------------------------------------


def _clamp(value: str, floor: str, cap: str) -> str:
    return f"GREATEST({floor}, LEAST({cap}, {value}))"


def _item_counted(plan: Plan) -> str:
    """Each item's month value through its month, quarter and year limits; windows only for items that have them."""
    long = [i for i in plan.items if i.bounds.limited(Span.QUARTER) or i.bounds.limited(Span.YEAR)]
    short = [i for i in plan.items if i not in long]
    parts = [f"SELECT subject, month, item, category, priced, counted, facts FROM ({_by_month(plan, short)})"]
    parts += [_over_months(plan, long)] if long else []
    return "CREATE OR REPLACE TEMP TABLE item_counted AS" + "\nUNION ALL".join(f"\n{p}" for p in parts)


def _by_month(plan: Plan, items: list[PlanItem], extra: str = "") -> str:
    """The items' month values within their month limits; where nothing but facts counts, no shortfall is looked up."""
    facts = ", ".join(str(i.number) for i in items if not i.is_norm) or "-1"
    norms = ", ".join(str(i.number) for i in items if i.is_norm)
    source = f"SELECT subject, month, item, priced, facts FROM item_month WHERE item IN ({facts})"
    if norms:
        source += f"""
    UNION ALL SELECT subject, month, item, points, 0 FROM norm_month WHERE closed AND item IN ({norms})"""
    months = " AND l.month = s.month" if _limits_change(plan) else ""
    first = "" if months else f"AND l.month = {plan.months[0].index}"
    return f"""
    SELECT s.subject, s.month, s.item, l.category, s.priced, s.facts{extra},
           {_clamp("s.priced", "l.mf", "l.mc")} AS counted
    FROM ({source}) s JOIN item_limits l ON l.item = s.item{months} {first}"""


def _limits_change(plan: Plan) -> bool:
    """Whether some item's limits are not the same in every month of the plan."""
    return any(len(set(i.bounds.by_month)) > 1 for i in plan.items)


def _over_months(plan: Plan, items: list[PlanItem]) -> str:
    """Quarter limits over running sums of month values, then year limits over what the quarters let through."""
    quarter, year = "PARTITION BY subject, item, month // 3 ORDER BY month", "PARTITION BY subject, item ORDER BY month"
    return f"""SELECT subject, month, item, category, priced,
       {_clamp("so_far", "yf", "yc")} - {_clamp("so_far - moved", "yf", "yc")} AS counted, facts
FROM (
  SELECT *, CAST(SUM(moved) OVER ({year}) AS BIGINT) AS so_far FROM (
    SELECT *, {_clamp("total", "qf", "qc")} - {_clamp("total - counted", "qf", "qc")} AS moved FROM (
      SELECT *, CAST(SUM(counted) OVER ({quarter}) AS BIGINT) AS total FROM ({_by_month(plan, items, _SPAN_LIMITS)}
      )
    )
  )
)"""


_SPAN_LIMITS = ", l.qf, l.qc, l.yf, l.yc"


def _subject_month(plan: Plan) -> str:
    """One row per member and month with all categories side by side (c0, c1 …), then the total (t)."""
    nodes = [f"c{c.number}" for c in plan.categories]
    bases = [f"b{c.number}" for c in plan.categories]
    kept = ["subject", "month", "scored", "closed", *bases]
    chain = _Chain("priced", kept, nodes, {f"c{c.number}": c.bounds for c in plan.categories})
    chain.steps += _categories_priced(plan)
    for span in SPANS:
        chain.limit(span)
    counted = [f"{chain.columns[n]} AS {n}_counted" for n in nodes]
    total = " + ".join(chain.columns[n] for n in nodes)
    chain.steps.append(f"summed AS (SELECT {', '.join([*kept, *nodes, *counted])}, {total} AS t FROM {chain.source})")
    kept = [*kept, *nodes, *(f"{n}_counted" for n in nodes)]
    whole = _Chain("summed", kept, ["t"], {"t": plan.total}, chain.steps)
    for span in SPANS:
        whole.limit(span)
    return f"""
CREATE OR REPLACE TEMP TABLE subject_month AS
WITH {", ".join(whole.steps)}
SELECT {", ".join(kept)}, t AS total_priced, {whole.columns["t"]} AS total FROM {whole.source}"""


def _categories_priced(plan: Plan) -> list[str]:
    """Full marks plus what the items gave."""
    sums = ", ".join(
        f"CAST(SUM(CASE WHEN category = {c.number} THEN counted ELSE 0 END) AS BIGINT) AS i{c.number}"
        for c in plan.categories
    )
    bases = ", ".join(f"{_base(plan, c.number)} AS b{c.number}" for c in plan.categories)
    given = ", ".join(f"p.i{c.number}" for c in plan.categories)
    priced = ", ".join(f"b{c.number} + COALESCE(i{c.number}, 0) AS c{c.number}" for c in plan.categories)
    return [
        f"pivoted AS (SELECT subject, month, {sums} FROM item_counted GROUP BY subject, month)",
        f"""based AS (
  SELECT r.subject, r.month, r.scored, r.closed, {bases}, {given}
  FROM roster_month r JOIN months t ON t.month = r.month
  LEFT JOIN pivoted p ON p.subject = r.subject AND p.month = r.month
  WHERE r.scored > 0
)""",
        f"priced AS (SELECT *, {priced} FROM based)",
    ]


def _base(plan: Plan, number: int) -> str:
    """The full mark, for part of a month in proportion to its days (rounded half away from zero; never negative)."""
    if not any(plan.categories[number].base):
        return "CAST(0 AS BIGINT)"
    if not plan.pro_rata:
        return f"t.b{number}"
    return f"(2 * t.b{number} * r.scored + r.days) // (2 * r.days)"


@dataclass
class _Chain:
    """Common table expressions that pass nodes (columns side by side) through month, quarter and year limits."""

    source: str
    kept: list[str]
    nodes: list[str]
    bounds: Mapping[str, Bounds]
    steps: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # node → the column that holds its value so far

    def __post_init__(self) -> None:
        self.columns = {n: n for n in self.nodes}

    def limit(self, span: Span) -> None:
        limited = [n for n in self.nodes if self.bounds[n].limited(span)]
        if not limited:
            return
        letter, name = LETTER[span], f"{self.nodes[0][0]}_{span}"
        carried = list(dict.fromkeys([*self.kept, *self.nodes, *self.columns.values()]))
        if span is not Span.MONTH:
            self._run_up(span, limited, letter, f"{name}_sums")
        made = [self._limited(n, letter, running=span is not Span.MONTH) for n in limited]
        chosen = ", ".join([*(f"s.{c}" for c in carried), *made])
        self.steps.append(f"{name} AS (SELECT {chosen} FROM {self.source} s JOIN node_limits l ON l.month = s.month)")
        self.source = name
        self.columns |= {n: f"{n}_{letter}" for n in limited}

    def _run_up(self, span: Span, limited: list[str], letter: str, name: str) -> None:
        """Running sums from the span's first month."""
        sums = ", ".join(f"CAST(SUM({self.columns[n]}) OVER w AS BIGINT) AS {n}_{letter}s" for n in limited)
        self.steps.append(f"""{name} AS (
  SELECT x.*, {sums} FROM {self.source} x
  WINDOW w AS (PARTITION BY x.subject{", x.month // 3" if span is Span.QUARTER else ""} ORDER BY x.month)
)""")
        self.source = name

    def _limited(self, node: str, letter: str, *, running: bool) -> str:
        floor, cap, value = f"l.{node}_{letter}f", f"l.{node}_{letter}c", f"s.{self.columns[node]}"
        if not running:
            return f"{_clamp(value, floor, cap)} AS {node}_{letter}"
        so_far = f"s.{node}_{letter}s"
        moved = f"{_clamp(so_far, floor, cap)} - {_clamp(f'{so_far} - {value}', floor, cap)}"
        return f"{moved} AS {node}_{letter}"
