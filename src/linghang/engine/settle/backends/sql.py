"""What facts are worth, as set-based SQL over integers, written once in DuckDB's dialect.

Only numbers and fixed names are written into the text: kinds, attribute values and dates arrive in tables or as bound
parameters, attributes are columns a0, a1, … A stage that the plan does not need is not written.

Tables that the backend provides:
    facts(subject, occurred_on, kind, quantity, sequence, event, a0…)   reversals already cancelled
    truth(epoch, kind, a0…, low, high, item, excuse, constant, rate, per, whole)
    unscored(subject, first, last)                        days on which the scheme does not apply to a member
    apart(subject, variant, first, last)                  days on which items of a variant are not for a member
    months(month, epoch)
"""

from collections.abc import Iterable, Sequence

from linghang.engine.packs.mechanism_model import Average, Repeat
from linghang.engine.packs.model import Dedup, Keep
from linghang.engine.packs.standing_model import Renew
from linghang.engine.periods import SPAN_MONTHS, Span
from linghang.engine.points import LIMIT, POINT
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.backends.sql_further import in_force

OPEN = 2**60  # stands for "no limit" on a side; far above any sum that `check` lets through
SAFE = 2**62
NO_HITS = "  SELECT subject, 0 AS month, 0 AS item, 0 AS points FROM facts WHERE FALSE"  # of a scheme without items


def pricing(plan: Plan, *, has_unscored: bool, changing: bool = False) -> str:
    """The one pass over the facts: each hit of a fact on an item, as (subject, month, item, points).

    `changing`: somebody's class changes, and items are for classes.
    """
    items = [i for i in plan.items if not i.stands]
    plain = [i for i in items if not _alone(i)]
    parts = [_hits(plan, plain, has_unscored=has_unscored, changing=changing)] if plain else []
    parts += [_ranked(plan, i, has_unscored=has_unscored, changing=changing) for i in items if _alone(i)]
    parts += ["  SELECT subject, month, item, points FROM standings"] if plan.stands else []
    return "\n  UNION ALL\n".join(parts) or NO_HITS


def counting(plan: Plan, *, has_unscored: bool, changing: bool = False) -> str:
    """What facts count under items that hold them against others' or last year's: (subject, month, item, points).

    A plan without such items never asks.
    """
    asked = (_ranked(plan, i, has_unscored=has_unscored, changing=changing) for i in plan.items if i.stands)
    return "\n  UNION ALL\n".join(asked)


def _alone(item: PlanItem) -> bool:
    """Whether the item's hits depend on each other, or on their own run of months."""
    return bool(item.dedup or item.item.repeat or item.item.valid or item.looks_back or _drops(item))


def _drops(item: PlanItem) -> bool:
    """Whether the highest and lowest hits are left out."""
    return item.item.average is not None and item.item.average.drop > 0


def placed(plan: Plan, hits: str, *, low: int, size: int) -> str:
    """The hits of members from position `low` on, as (part, cell, points).

    A part is `size` members; a cell is a place in the part's array [item, month, member], earlier months first.
    """
    return f"""
SELECT {_place(plan, low, size)},
       CAST(points AS BIGINT) AS points
FROM (
{hits}
)"""


def summed(hits: str) -> str:
    """The hits added up: (subject, month, item, points, facts). What a database hands out instead of hits."""
    return f"""SELECT subject, month, item, CAST(SUM(points) AS BIGINT) AS points, CAST(COUNT(*) AS INTEGER) AS facts
FROM (
{hits}
) GROUP BY subject, month, item"""


def placed_sums(plan: Plan, sums: str, *, low: int, size: int) -> str:
    """The same for sums: (part, cell, points, facts)."""
    return f"""
SELECT {_place(plan, low, size)},
       points, facts
FROM (
{sums}
)"""


def _place(plan: Plan, low: int, size: int) -> str:
    place = f"item * {plan.counts_back + len(plan.months)} + month - {plan.months[0].index - plan.counts_back}"
    return f"""CAST((subject - {low}) // {size} AS INTEGER) AS part,
       CAST(({place}) * {size} + (subject - {low}) % {size} AS INTEGER) AS cell"""


# --- pricing ---------------------------------------------------------------------------------------------------------


def _hits(plan: Plan, items: Iterable[PlanItem], *, has_unscored: bool, changing: bool, extra: str = "") -> str:
    join = ["f.kind = l.kind", *(f"f.a{n} IS NOT DISTINCT FROM l.a{n}" for n in range(len(plan.attributes)))]
    if len(set(plan.epochs)) > 1:
        join.append("t.epoch = l.epoch")
    chosen = list(items)
    where = [f"l.item IN ({', '.join(str(i.number) for i in chosen)})", "NOT l.excuse"]
    if plan.buckets:
        where.append("f.quantity >= l.low AND f.quantity < l.high")
    unscored = ""
    if has_unscored:  # few members: joining them costs less than joining all, and less than NOT EXISTS with a range
        unscored = """
  LEFT JOIN unscored u ON u.subject = f.subject AND f.occurred_on >= u.first AND f.occurred_on <= u.last"""
        where.append("u.subject IS NULL")
    apart = _apart(plan, chosen) if changing else ""
    if apart:
        where.append("x.subject IS NULL")
    month = "year(f.occurred_on) * 12 + month(f.occurred_on) - 1"
    if plan.looks_back:  # facts of earlier years are there as well
        where.append(f"{month} >= {plan.months[0].index - max(i.looks_back for i in chosen)}")
    months = f"JOIN months t ON t.month = {month}" if len(set(plan.epochs)) > 1 else ""
    return f"""  SELECT f.subject, {month} AS month, l.item, {_points(plan)} AS points{extra}
  FROM facts f {months}
  JOIN truth l ON {" AND ".join(join)}{unscored}{apart}
  WHERE {" AND ".join(where)}"""


def _apart(plan: Plan, items: Iterable[PlanItem]) -> str:
    """Days on which the class is another one than an item is for, as rows to be left out."""
    of: dict[int, list[str]] = {}
    for item in items:
        if item.item.classes:
            of.setdefault(plan.variants.index(item.item.classes), []).append(str(item.number))
    if not of:
        return ""
    variant = " ".join(f"WHEN l.item IN ({', '.join(numbers)}) THEN {n}" for n, numbers in of.items())
    return f"""
  LEFT JOIN apart x ON x.subject = f.subject AND x.variant = CASE {variant} END
    AND f.occurred_on >= x.first AND f.occurred_on <= x.last"""


def _points(plan: Plan) -> str:
    """Points of one hit; the shared rounding, half away from zero, on whole numbers only."""
    prices = [r.match.price for r in plan.truth]
    if not any(p.rate for p in prices):
        return "l.constant"
    quantity = "CAST(f.quantity AS HUGEINT)" if _overflows(plan) else "f.quantity"
    if any(p.pivot or p.below for p in prices):
        quantity = f"GREATEST(0, CASE WHEN l.below THEN l.pivot - {quantity} ELSE {quantity} - l.pivot END)"
    rounded = f"SIGN(l.rate) * ((2 * {quantity} * ABS(l.rate) + l.per) // (2 * l.per))"
    whole = f"({quantity} // l.per) * l.rate" if any(p.whole_steps for p in prices) else ""
    if any(p.rate and p.constant for p in prices):
        rounded, whole = f"l.constant + {rounded}", whole and f"l.constant + {whole}"
    steps = f"WHEN l.whole THEN {whole} " if whole else ""
    return f"CASE WHEN l.rate = 0 THEN l.constant {steps}ELSE {rounded} END"


def _overflows(plan: Plan) -> bool:
    """Whether a rate times the largest quantity of its kind could leave 64 bits; then 128 bits are used."""
    for row in plan.truth:
        most = plan.pack.kinds[row.kind].quantity_max
        if 2 * abs(row.match.price.rate) * (LIMIT if most is None else most) + row.match.price.per > SAFE:
            return True
    return False


# --- facts that depend on others of the same subject -----------------------------------------------------------------

SPAN_OF_MONTH = {span: f"month // {months}" if months > 1 else "month" for span, months in SPAN_MONTHS.items()}
ORDER = ("occurred_on", "sequence")


def _ranked(plan: Plan, item: PlanItem, *, has_unscored: bool, changing: bool) -> str:
    """The item's hits without duplicates, repeated ones multiplied, those that stay in force month by month."""
    keys, columns = _keys(plan, item)
    valid = item.item.valid
    beside = [f"a{plan.attributes.index(part)}" for part in (item.item.repeat.by if item.item.repeat else ())]
    if item.item.repeat or valid or _drops(item):
        columns = [f"f.{c}" for c in (*ORDER, *beside)] + columns
    if valid and valid.renew is not Renew.ADD:
        columns.append("l.lapse")
    extra = "".join(f", {c}" for c in dict.fromkeys(columns))
    hits = _hits(plan, [item], has_unscored=has_unscored, changing=changing, extra=extra)
    later = (*ORDER, *beside) if item.item.repeat or _drops(item) else ()
    kept = ", ".join(("subject", "month", "item", "points", *later))
    if item.dedup:
        hits = _deduplicated(item.dedup, keys, hits, kept)
    if valid:
        return in_force(plan, valid, hits)
    if item.item.repeat:
        return _repeated(item.item.repeat, beside, hits)
    return _without_ends(item.item.average, hits) if item.item.average and _drops(item) else hits


def _keys(plan: Plan, item: PlanItem) -> tuple[list[str], list[str]]:
    """What makes two hits duplicates, and the columns of the facts that are needed to see it."""
    if item.dedup is None:
        return [], []
    columns, keys = [f"f.{c}" for c in ORDER], ["subject", SPAN_OF_MONTH[item.dedup.span]]
    for part in item.dedup.by:
        if part == "event":
            columns.append("f.event")
            keys += ["event", *(f"CASE WHEN event = '' THEN {c} END" for c in ORDER)]
        elif part == "day":
            keys.append("occurred_on")
        elif part != "item":
            columns.append(f"f.a{plan.attributes.index(part)}")
            keys.append(f"a{plan.attributes.index(part)}")
    return keys, columns


def _deduplicated(dedup: Dedup, keys: Sequence[str], hits: str, kept: str) -> str:
    """Of each key one hit; the highest over more than a month step by step, each one adding what it has more."""
    if dedup.keep is not Keep.FIRST and dedup.span is not Span.MONTH:
        best, beyond = ("MAX", ">") if dedup.keep is Keep.HIGHEST else ("MIN", "<")
        more = kept.replace("points", "points - COALESCE(best, 0) AS points")
        return f"""  SELECT {more} FROM (SELECT *, {best}(points) OVER (
    PARTITION BY {", ".join(keys)} ORDER BY occurred_on, sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS best FROM (
{hits}
  )) WHERE best IS NULL OR points {beyond} best"""
    order = {Keep.FIRST: "", Keep.HIGHEST: "points DESC, ", Keep.LOWEST: "points, "}[dedup.keep]
    return f"""  SELECT {kept} FROM (
{hits}
  ) QUALIFY ROW_NUMBER() OVER (PARTITION BY {", ".join(keys)} ORDER BY {order}occurred_on, sequence) = 1"""


def _repeated(repeat: Repeat, beside: Sequence[str], hits: str) -> str:
    """From the n-th hit of the span on, points times the factor, rounded half away from zero."""
    whens = " ".join(
        f"WHEN n >= {step.since} THEN SIGN(points) * ((2 * ABS(points) * {step.times} + {POINT}) // {2 * POINT})"
        for step in reversed(repeat.steps)
    )
    alike = ", ".join(("subject", SPAN_OF_MONTH[repeat.span], *beside))
    return f"""  SELECT subject, month, item, CASE {whens} ELSE points END AS points FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY {alike} ORDER BY occurred_on, sequence) AS n
  FROM (
{hits}
  ))"""


def _without_ends(average: Average, hits: str) -> str:
    """Of each span all hits but the highest and the lowest ones, where more than those are there."""
    over = f"PARTITION BY subject, {SPAN_OF_MONTH[average.span]}"
    inside = f"place > {average.drop} AND place <= size - {average.drop}"
    return f"""  SELECT subject, month, item, points FROM (
  SELECT *, COUNT(*) OVER ({over}) AS size, ROW_NUMBER() OVER ({over} ORDER BY points, occurred_on, sequence) AS place
  FROM (
{hits}
  )) WHERE size <= {2 * average.drop} OR ({inside})"""
