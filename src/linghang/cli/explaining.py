"""What `linghang explain` does once the database reads: the pack, the roster, one member's month and its words."""

import argparse

from linghang.apps.appraisal.file_member import read_for
from linghang.apps.appraisal.file_request import with_last_year
from linghang.cli.inputs import request_of
from linghang.engine.problems import ProblemsFound
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.backends.fact_rows import FactRows
from linghang.engine.settle.explaining.explain import Explanation, explain, to_text
from linghang.engine.settle.explaining.next_band import needs_others
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.explaining.told import to_json, to_table


def explained(options: argparse.Namespace, rows: FactRows | None) -> str | None:
    """The member's month in the format that is asked for; None when the roster does not have him.

    `rows`: the file of records, where it is open already. Raises ProblemsFound.
    """
    request = request_of(options, options.pack, engine="reference")
    inputs = read_for(request, options.member, rows)
    if inputs.problems.errors and not request.keep_going:
        raise ProblemsFound(inputs.problems)
    roster = with_last_year(request, inputs)
    member = roster.get(options.member)
    if member is None:
        return None
    plan = inputs.plan or compile_plan(inputs.pack, inputs.scheme, request.period)
    found = explain(
        plan,
        member,
        () if _beside(plan) else inputs.facts_of(member.code),
        request.period,
        inputs.closed,
        ties=(),
        others=Others(plan, roster, inputs.objects(), inputs.closed) if _beside(plan) else None,
    )
    return _written(plan, found, options.format)


def _beside(plan: Plan) -> bool:
    """Whether one member's records are not enough to explain him."""
    return plan.looks_around or any(needs_others(grade) for grade in plan.grades)


def _written(plan: Plan, found: Explanation, how: str) -> str:
    if how == "json":
        return to_json(plan, found)
    return "\n".join("\t".join(row) for row in to_table(plan, found)) if how == "table" else to_text(plan, found)
