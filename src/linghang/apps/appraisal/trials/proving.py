"""(child) After the result stands: for each member, what would reach the next band, proved by settling again."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_inputs import read_inputs
from linghang.apps.appraisal.trials.asked import request_of
from linghang.apps.appraisal.trials.children import Report
from linghang.apps.appraisal.trials.schema import REACH_TABLES
from linghang.apps.appraisal.trials.words import reach_body
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.explaining.explain import explain
from linghang.engine.settle.explaining.others import Others

MOST_PROVED = 3_000  # members; more would keep others waiting for minutes
BATCH = 10  # members whose answers become visible together


def prove_trial(wanted: Mapping[str, Any], folder: Path, progress: Report) -> None:
    """Write `reach.sqlite`, member by member; whoever is already there from an interrupted run is left as he is.

    Nothing is proved for more than `MOST_PROVED` members; the page says so.
    """
    request = request_of(wanted, folder)
    inputs = read_inputs(request)
    if len(inputs.roster) > MOST_PROVED:
        return
    plan = compile_plan(inputs.pack, inputs.scheme, request.period)
    others = Others(plan, inputs.roster, inputs.objects(), inputs.closed)
    with closing(sqlite3.connect(folder / "reach.sqlite")) as found:
        found.executescript(REACH_TABLES)
        known = {code for (code,) in found.execute("SELECT code FROM reach")}
        for done, member in enumerate(inputs.roster, 1):
            if member.code not in known:
                said = explain(plan, member, (), request.period, inputs.closed, others=others)
                body = json.dumps([reach_body(grade) for grade in said.grades], ensure_ascii=False)
                found.execute("INSERT INTO reach VALUES (?, ?)", (member.code, body))
            if done % BATCH == 0 or done == len(inputs.roster):
                found.commit()
            progress(done, len(inputs.roster), "验证怎样达到下一档")
