"""(child) Settle a trial and write what its pages show: one SQLite file, the workbook, the totals."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_run import Outcome, settle_files, write_outputs
from linghang.apps.appraisal.trials.asked import request_of, write_problems
from linghang.apps.appraisal.trials.children import Report
from linghang.apps.appraisal.trials.schema import RESULT_TABLES, packed
from linghang.apps.appraisal.trials.words import statement_body
from linghang.engine.periods import span_start, span_words
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.explaining.explain import explain
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.results import State

STEPS = 100  # of the bar: reading and settling take the first 40, statements the rest


def settle_trial(wanted: Mapping[str, Any], folder: Path, progress: Report) -> dict[str, Any]:
    """Settle the trial. With problems, and without `keep_going`, only `problems.json` is written."""
    progress(2, STEPS, "读花名册和记录")
    try:
        outcome = settle_files(request_of(wanted, folder))
    except ProblemsFound as found:
        write_problems(folder, found.problems)
        return {"settled": False, "problems": len(found.problems)}
    progress(40, STEPS, "写积分单")
    write_problems(folder, list(outcome.inputs.problems))
    now = datetime.fromisoformat(wanted["now"])
    write_outputs(outcome, folder / "out", now=now.astimezone())
    _write_result(outcome, folder, now, progress)
    return {"settled": True, "problems": len(outcome.left_out), "members": len(outcome.inputs.roster)}


def _write_result(outcome: Outcome, folder: Path, now: datetime, progress: Report) -> None:
    fresh = folder / "result.fresh"
    fresh.unlink(missing_ok=True)
    with sqlite3.connect(fresh) as result:
        result.executescript(RESULT_TABLES)
        result.executemany("INSERT INTO about VALUES (?, ?)", _about(outcome, now))
        result.executemany("INSERT INTO members VALUES (?,?,?,?,?,?,?,?,?,?,?)", _members(outcome))
        result.executemany("INSERT INTO statements VALUES (?,?,?)", _statements(outcome, progress))
    result.close()
    (folder / "reach.sqlite").unlink(missing_ok=True)  # it spoke of an earlier result
    fresh.replace(folder / "result.sqlite")


def _about(outcome: Outcome, now: datetime) -> Iterator[tuple[str, str]]:
    settlement, plan = outcome.settlement, outcome.settlement.plan
    identity = plan.pack.identity
    found = {
        "pack": plan.pack.label,
        "pack_title": dict(identity.title),
        "invented": identity.invented,
        "document": dict(identity.document),
        "scheme": dict(plan.scheme.title),
        "period": str(settlement.period),
        "months": [str(m) for m in plan.months],
        "engine": settlement.engine,
        "result_hash": settlement.result_hash,
        "made_at": now.isoformat(),
        "left_out": len(outcome.left_out),
        "facts": len(outcome.inputs.objects()),
        "grades": [
            {"title": g.title, "span": span_words(settlement.period, g.span), "bands": [b.title for b in g.bands]}
            for g in plan.grades
        ],
    }
    return ((name, json.dumps(value, ensure_ascii=False)) for name, value in found.items())


def _members(outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    """Everybody of the roster in its order: branch, then code."""
    settlement, plan = outcome.settlement, outcome.settlement.plan
    months = {r["subject"]: r for r in settlement.rows("months", month=settlement.period.index)}
    grades: dict[int, dict[str, Any]] = {}
    titles: dict[str, str] = {}
    if plan.grades:
        first = plan.grades[0]
        titles = {b.id: b.title for b in first.bands}
        rows = settlement.rows("grades", grade=first.id, month=settlement.period.index)
        grades = {r["subject"]: r for r in rows}
    for position, member in enumerate(settlement.roster):
        month, grade = months.get(position), grades.get(position)
        yield (
            position, member.code, member.name, member.organisation, member.type,
            str(month["state"]) if month else str(State.EXEMPT), month["counted"] if month else None,
            grade["total"] if grade else None, titles.get(grade["band"] or "", "") if grade else "",
            str(grade["state"]) if grade else "", f"{member.name} {member.code} {member.organisation}".lower(),
        )  # fmt: skip


def _statements(outcome: Outcome, progress: Report) -> Iterator[tuple[str, str, bytes]]:
    plan, inputs = outcome.settlement.plan, outcome.inputs
    others = Others(plan, inputs.roster, inputs.objects(), inputs.closed)
    sums = {(r["subject"], r["month"]): r["counted"] for r in outcome.settlement.rows("months")}
    for done, member in enumerate(inputs.roster):
        progress(40 + done * 60 // len(inputs.roster), STEPS, "写逐条明细")
        totals = {m: sums.get((done, m.index)) for m in plan.months}
        for month in plan.months:
            found = explain(plan, member, (), month, inputs.closed, prove=False, others=others)
            body = statement_body(plan, found)
            body["spans"] = [
                {
                    "words": span_words(month, grade.span),
                    "months": [[str(m), totals[m]] for m in plan.months if span_start(month, grade.span) <= m <= month],
                }
                for grade in plan.grades
            ]
            yield member.code, str(month), packed(body)
