"""One member out of files of any size: only what explains him is read and checked, not ten million other records."""

from linghang.apps.appraisal.file_run import EVERYTHING, FileRequest, Inputs, read_inputs, read_pack
from linghang.apps.exchange.roster_reader import read_roster
from linghang.engine.problems import Problems, ProblemsFound
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.affected import Reach, reach, settled_together
from linghang.engine.settle.backends.fact_file import fact_file_of, facts_of_some, is_fact_file
from linghang.engine.settle.validate import check_facts


def read_for(request: FileRequest, code: str) -> Inputs:
    """What is needed to explain one member: his records, and those of everybody beside whom he has to be settled.

    People's own tables are read whole. Of a Parquet file other rows are not looked at: what is wrong with them is told
    by `settle`. Raises ProblemsFound for what cannot be used.
    """
    if not (len(request.records) == 1 and is_fact_file(request.records[0])):
        return read_inputs(request)
    pack, scheme, problems = read_pack(request.pack, request.scheme)
    plan = compile_plan(pack, scheme, request.period)
    if reach(plan) is Reach.ALL:
        return read_inputs(request)
    file, found = fact_file_of(request.records[0], pack)
    if found.errors:
        raise ProblemsFound(found)
    alone = file.codes and reach(plan) is Reach.ALONE
    roster = _roster(request, problems, code if alone else "")
    if code not in roster:
        return Inputs(pack, scheme, roster, [], frozenset(), problems)
    together = settled_together(plan, roster, [code])
    facts, wrong = check_facts(plan, facts_of_some(file, roster, together))
    problems.extend(wrong)
    beside = Roster(roster[c] for c in together)
    closed = {(m.organisation, month) for m in beside for month in plan.months} if request.closed == EVERYTHING else ()
    return Inputs(pack, scheme, beside, facts, frozenset(closed), problems)


def _roster(request: FileRequest, problems: Problems, only: str) -> Roster:
    """The roster, or of it the row of one code; where that is not found as it is written, everybody is read."""
    mapping = request.mapping_of(request.roster)
    roster, found = read_roster(request.roster, mapping, only=[only] if only else ())
    if only and only not in roster:
        roster, found = read_roster(request.roster, mapping)
    problems.extend(found)
    return roster
