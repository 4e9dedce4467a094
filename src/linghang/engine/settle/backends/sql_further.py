"""SQL for facts that stay in force, and for where members stand beside each other or beside last year.

Only whole numbers and last days of the plan's months are written into the text, as in `sql`.
"""

from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.standing_model import Absent, Against, Gap, Order, Renew, Validity
from linghang.engine.periods import SPAN_MONTHS, Month, span_start
from linghang.engine.points import UNIT
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.rules.standings import PERCENTS, Rise, Steps

BEGINS = {span: f"{{}} % {months} = 0" if months > 1 else "TRUE" for span, months in SPAN_MONTHS.items()}


def in_force(plan: Plan, validity: Validity, hits: str) -> str:
    """The hits of one item, each in every month of the plan in which it counts."""
    first, last = plan.months[0].index, plan.months[-1].index
    spread = _added if validity.renew is Renew.ADD else _renewed
    begins = BEGINS[validity.each].format("t.month")
    return f"""  SELECT subject, t.month AS month, item, points FROM (
{spread(validity, hits)}
  ) JOIN (SELECT month FROM months WHERE month BETWEEN {first} AND {last}) t
  ON t.month BETWEEN since AND until AND ({begins} OR (t.month = since AND starts))"""


def _added(validity: Validity, hits: str) -> str:
    return f"""  SELECT *, month AS since, month + {validity.months - 1} AS until, TRUE AS starts FROM (
{hits}
  )"""


def _renewed(validity: Validity, hits: str) -> str:
    """Of each month the last hit; each one is in force until its end or until the next one, whichever is first."""
    n = validity.months
    over = "OVER (PARTITION BY subject ORDER BY month)"
    until = f"month - 1 + CASE WHEN lapse THEN 0 ELSE {n} END"
    if validity.renew is Renew.EXTEND:
        until = f"nth * {n} + MAX(month - 1 - (nth - 1) * {n}) {over}"
    return f"""  SELECT *, month AS since, LEAST(ends, COALESCE(LEAD(month) {over}, ends + 1) - 1) AS until,
    COALESCE(LAG(ends) {over} < month - 1, TRUE) AS starts
  FROM (SELECT *, {until} AS ends FROM (SELECT *, ROW_NUMBER() {over} AS nth FROM (SELECT * FROM (
{hits}
  ) QUALIFY ROW_NUMBER() OVER (PARTITION BY subject, month ORDER BY occurred_on DESC, sequence DESC) = 1)))"""


# --- where members stand ---------------------------------------------------------------------------------------------


def standing(plan: Plan, item: PlanItem, last: Month, *, changing: bool = False) -> str:
    """(subject, month, item, points) of everybody who takes part in the span that ends with `last`.

    Reads counted(subject, item, month, count), all_members, item_classes(item, class), unscored, and class_days where
    classes are `changing`: then the one of the span's last day is asked for.
    """
    first = span_start(last, item.standing_span).index
    asked = f"""asked AS (
  SELECT m.subject, {_group(item)} AS grp FROM {_of_classes(item, last, changing=changing)}
  LEFT JOIN unscored u ON u.subject = m.subject AND DATE '{last.last}' BETWEEN u.first AND u.last
  WHERE u.subject IS NULL
),
now AS ({_sum(item, first, last.index)})"""
    number = plan.month_number(last)
    body = _by_place(item, number) if item.places else _by_comparison(item, number, first, last.index)
    return f"""WITH {asked},
{body}
SELECT subject, CAST({last.index} AS INTEGER) AS month, CAST({item.number} AS INTEGER) AS item,
       CAST(points AS BIGINT) AS points FROM worth"""


def _sum(item: PlanItem, first: int, last: int) -> str:
    return f"""SELECT subject, CAST(SUM(count) AS HUGEINT) AS value FROM counted
  WHERE item = {item.number} AND month BETWEEN {first} AND {last} GROUP BY subject"""


def _group(item: PlanItem) -> str:
    told = item.places.ranking if item.places else item.comparison.versus if item.comparison else None
    return "COALESCE(m.organisation, '')" if told and told.within is Within.ORGANISATION else "''"


def _of_classes(item: PlanItem, last: Month, *, changing: bool) -> str:
    """The members whom the item is for."""
    if not item.item.classes:
        return "all_members m"
    if not changing:
        return f"""all_members m
  JOIN item_classes c ON c.item = {item.number} AND c.class = m.class"""
    return f"""(SELECT a.subject, a.organisation, COALESCE(d.class, a.class) AS class FROM all_members a
    LEFT JOIN class_days d ON d.subject = a.subject AND DATE '{last.last}' BETWEEN d.first AND d.last) m
  JOIN item_classes c ON c.item = {item.number} AND c.class = m.class"""


def _by_place(item: PlanItem, number: int) -> str:
    assert item.places is not None
    ranking = item.places.ranking
    join = "LEFT JOIN" if ranking.missing is Absent.ZERO else "JOIN"
    down, up = ("DESC", "ASC") if ranking.order is Order.HIGH else ("ASC", "DESC")
    place = "RANK()" if ranking.ties is Ties.ALL else "COUNT(*)"
    return f"""ranked AS (
  SELECT a.subject, COUNT(*) OVER (PARTITION BY grp) AS size,
         {place} OVER (PARTITION BY grp ORDER BY COALESCE(value, 0) {down}) AS place,
         {place} OVER (PARTITION BY grp ORDER BY COALESCE(value, 0) {up}) AS from_end
  FROM asked a {join} now n ON n.subject = a.subject
),
worth AS (
  SELECT subject, CASE {_steps(item.places.first[number], "place")} {_steps(item.places.last[number], "from_end")}
         WHEN FALSE THEN 0 ELSE 0 END AS points
  FROM ranked WHERE size >= {ranking.least}
)"""


def _steps(steps: Steps, at: str) -> str:
    return " ".join(
        f"WHEN {f'{at} * {UNIT} <= {to} * size' if is_share else f'{at} <= {to}'} THEN {points}"
        for to, is_share, points in steps
    )


def _by_comparison(item: PlanItem, number: int, first: int, last: int) -> str:
    assert item.comparison is not None
    versus = item.comparison.versus
    compared = _last_year(item, first, last) if versus.against is Against.LAST_YEAR else _others(item)
    return f"""{compared},
worth AS (SELECT subject, {_worth(item, number)} AS points FROM compared)"""


def _others(item: PlanItem) -> str:
    """value and basis of everybody who takes part; who is missing stands on the mean or on nothing, if anywhere."""
    assert item.comparison is not None
    versus = item.comparison.versus
    known = "COALESCE(value, 0)" if versus.missing is Absent.ZERO else "value"
    own = "basis" if versus.missing is Absent.MEAN else "0"
    everybody = "TRUE" if versus.missing is Absent.MEAN else f"{known} IS NOT NULL"
    basis = f"SIGN(SUM({known})) * ((2 * ABS(SUM({known})) + COUNT({known})) // (2 * COUNT({known})))"
    if versus.against is Against.BEST:
        basis = f"MAX({known})"
    return f"""valued AS (SELECT a.subject, a.grp, n.value FROM asked a LEFT JOIN now n ON n.subject = a.subject),
means AS (
  SELECT grp, {basis} AS basis
  FROM valued GROUP BY grp HAVING COUNT({known}) >= {max(versus.least, 1)}
),
compared AS (
  SELECT subject, COALESCE(value, {own}) AS value, CAST(basis AS HUGEINT) AS basis
  FROM valued JOIN means USING (grp) WHERE {everybody}
)"""


def _last_year(item: PlanItem, first: int, last: int) -> str:
    assert item.comparison is not None
    join = "LEFT JOIN" if item.comparison.versus.missing is Absent.ZERO else "JOIN"
    return f"""earlier AS ({_sum(item, first - 12, last - 12)}),
compared AS (
  SELECT a.subject, COALESCE(n.value, 0) AS value, COALESCE(e.value, 0) AS basis
  FROM asked a {join} earlier e ON e.subject = a.subject LEFT JOIN now n ON n.subject = a.subject
)"""


def _worth(item: PlanItem, number: int) -> str:
    """The points of a value against its basis: what `Comparison.points` says."""
    of = item.comparison
    assert of is not None
    percent = of.versus.by is Gap.PERCENT
    there = "basis > 0 AND " if percent else ""
    cases = ""
    for rise, sign in ((of.above, ">"), (of.below, "<")):
        if rise:
            cases += f" WHEN {there}value {sign} basis THEN {_rise(rise, number, percent=percent)}"
    found = f"CASE{cases} ELSE 0 END" if cases else "0"
    if of.reached:
        found += f" + CASE WHEN value >= basis THEN {of.reached[number]} ELSE 0 END"
    if of.proportion:
        points = of.proportion[number]
        rounded = f"((2 * ABS(value) * {abs(points)} + basis) // (2 * basis))"
        found += f" + CASE WHEN basis > 0 THEN {'-' if points < 0 else ''}SIGN(value) * {rounded} ELSE 0 END"
    return f"{found} + value" if of.versus.own else found


def _rise(rise: Rise, number: int, *, percent: bool) -> str:
    upper = f"(ABS(value - basis) * {PERCENTS})" if percent else "ABS(value - basis)"
    lower = f"({rise.every} * basis)" if percent else str(rise.every)
    points = rise.points[number]
    if rise.whole:
        return f"({upper} // {lower}) * {points}"
    sign = "-" if points < 0 else ""
    return f"{sign}((2 * {upper} * {abs(points)} + {lower}) // (2 * {lower}))"
