"""The plan's facts out of a table of facts, as one query: what stands, in the plan's months, columns as the SQL wants.

Names of columns are written only as the source itself has them, in quotes; a plan's attribute that the source lacks is
missing on every fact.
"""

from collections.abc import Collection

from linghang.engine.points import UNIT
from linghang.engine.rules.plan import Plan


def plan_facts(plan: Plan, present: Collection[str], *, codes: bool) -> str:
    """facts(subject, occurred_on, kind, sequence, quantity, event, a0…) out of `fact_source` with columns `present`.

    With `codes`, subjects are codes of the table codes(code, position).
    """
    chosen = [f"{'c.position' if codes else 'f.subject'} AS subject", "f.occurred_on", "f.kind", "f.sequence"]
    chosen.append("f.quantity" if "quantity" in present else f"CAST({UNIT} AS BIGINT) AS quantity")
    chosen.append("COALESCE(CAST(f.event AS VARCHAR), '') AS event" if "event" in present else "'' AS event")
    for number, name in enumerate(plan.attributes):
        value = f"f.{quoted(name)}" if name in present else "CAST(NULL AS VARCHAR)"
        chosen.append(f"{value} AS a{number}")
    join = " JOIN codes c ON c.code = f.subject" if codes else ""
    first, last = plan.reads_from.first, plan.months[-1].last
    where = f"f.occurred_on >= DATE '{first}' AND f.occurred_on <= DATE '{last}'"
    return f"SELECT {', '.join(chosen)} FROM fact_source f{join} WHERE {where}{_standing(present)}"


def _standing(present: Collection[str]) -> str:
    """Reversals and what they cancel are gone."""
    if not {"record", "reverses"} <= set(present):
        return ""
    return """ AND COALESCE(f.reverses, '') = '' AND NOT EXISTS
    (SELECT 1 FROM fact_source r WHERE r.reverses <> '' AND r.reverses = f.record AND r.subject = f.subject)"""


def quoted(name: str) -> str:
    """A column's name as SQL text."""
    return '"' + name.replace('"', '""') + '"'
