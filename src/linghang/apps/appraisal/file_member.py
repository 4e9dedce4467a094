"""One member out of files of any size: only what explains him is read and checked, not ten million other records."""

from contextlib import nullcontext

from linghang.apps.appraisal.file_request import EVERYTHING, FileRequest, Inputs, read_pack
from linghang.apps.exchange.roster_reader import read_roster
from linghang.engine.problems import Problems, ProblemsFound
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.affected import Reach, reach, settled_together
from linghang.engine.settle.backends.fact_rows import FactRows, begin_to_read, check_columns
from linghang.engine.settle.validate import check_facts


def read_for(request: FileRequest, code: str, rows: FactRows | None = None) -> Inputs:
    """What is needed to explain one member: his records, and those of everybody beside whom he has to be settled.

    People's own tables are read whole. Of a Parquet file other rows are not looked at: what is wrong with them is told
    by `settle`; `rows` is that file, where it is open already. Raises ProblemsFound for what cannot be used.
    """
    if rows is None:
        with begin_to_read(request.records, code) or nullcontext() as begun:
            found = _read_of(begun, request, code) if begun else None
    else:
        found = _read_of(rows, request, code)
    if found is None:
        from linghang.apps.appraisal.file_inputs import read_inputs  # loads what settles millions

        return read_inputs(request)
    return found


def _read_of(rows: FactRows, request: FileRequest, code: str) -> Inputs | None:
    """None where everybody has to be read."""
    pack, scheme, problems = read_pack(request.pack, request.scheme)
    plan = compile_plan(pack, scheme, request.period)
    if reach(plan) is Reach.ALL:
        return None
    if (found := check_columns(rows, pack)).errors:
        raise ProblemsFound(found)
    alone = rows.file.codes and reach(plan) is Reach.ALONE
    roster = _roster(request, problems, code if alone else "")
    if code not in roster:
        return Inputs(pack, scheme, roster, [], frozenset(), problems)
    together = settled_together(plan, roster, [code])
    facts, wrong = check_facts(plan, rows.facts_of(roster, together))
    problems.extend(wrong)
    beside = Roster(roster[c] for c in together)
    closed = {(m.organisation, month) for m in beside for month in plan.months} if request.closed == EVERYTHING else ()
    return Inputs(pack, scheme, beside, facts, frozenset(closed), problems, plan)


def _roster(request: FileRequest, problems: Problems, only: str) -> Roster:
    """The roster, or of it the row of one code; where that is not found as it is written, everybody is read."""
    mapping = request.mapping_of(request.roster)
    roster, found = read_roster(request.roster, mapping, only=[only] if only else ())
    if only and only not in roster:
        roster, found = read_roster(request.roster, mapping)
    problems.extend(found)
    return roster
