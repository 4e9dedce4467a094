"""How long an import takes, step by step: a roster of 2,000 people and 100,000 records, and taking both back.

    python -m benchmarks.imports [--people 2000] [--records 100000] [--write]      --write keeps a dated result

Each step goes the way of the pages (operations, then the job as a worker runs it, the opening in a process of its own),
on a PostgreSQL of its own with safe writes. Targets: roster read to written ≤ 2 s of work, records ≤ 30 s, undoing
either ≤ 10 s.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from benchmarks.dated import dated, folder_for, keep

TODAY = date(2026, 11, 20)


def _roster(people: int) -> bytes:
    """One sheet, 40 branches."""
    head = ["序号", "姓名", "工号", "支部", "政治面貌", "类别", "转入日期", "联系电话"]
    rows = [
        [n + 1, f"党员{_han(n)}", f"G{n:05d}", f"第{n % 40 + 1}党支部", "正式党员", "在职", "2021-07-01", f"139{n:08d}"]
        for n in range(people)
    ]
    return _workbook("花名册", head, rows)


def _records(records: int, people: int) -> bytes:
    head = ["工号", "姓名", "支部", "日期", "数量（小时）", "角色", "活动名称"]
    rows = []
    for n in range(records):
        person, day = n % people, date(2025, 1, 6) + timedelta(days=n // people * 7)
        who = [f"G{person:05d}", f"党员{_han(person)}", f"第{person % 40 + 1}党支部"]
        rows.append([*who, day.isoformat(), "1.5", "参加者", f"第{n // people + 1}次志愿服务"])
    return _workbook("志愿服务", head, rows)


def _han(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def _workbook(name: str, head: list[str], rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    target = BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def _officer() -> Any:
    """A unit of 40 branches and who looks after it."""
    from linghang.apps.access.models import RoleGrant, User
    from linghang.apps.access.scope import viewer_on
    from linghang.apps.org.models import Organisation
    from linghang.apps.org.operations import create_organisation
    from linghang.ui.web import clock
    from linghang.ui.web.scope import system_scope
    from linghang.ui.web.writing import SYSTEM

    founded = date(2019, 6, 1)
    with system_scope(reason="bench"):
        top = create_organisation(
            kind="party_committee", name="测速单位党委", parent=None, founded_on=founded, actor=SYSTEM
        )
        for n in range(40):
            create_organisation(kind="branch", name=f"第{n + 1}党支部", parent=top, founded_on=founded, actor=SYSTEM)
        node = Organisation.objects.select_related("node").get(uuid=top).node
        user = User.objects.create(username="officer", display_name="测速", created_at=clock.now(), home=node)
        RoleGrant.objects.create(user=user, role="officer", node=node, valid_from=founded, granted_at=clock.now())
    return viewer_on(user.uuid, user.display_name, on=TODAY)


def _run(cluster: Any, officer: Any, code: str, content: bytes) -> dict[str, Any]:
    """Every step of one import, as (seconds, of these our processors'); then the whole of it taken back."""
    from linghang.apps.exchange import operations
    from linghang.apps.exchange.imports.stored import mapping_of
    from linghang.apps.exchange.kinds import kind_of
    from linghang.apps.exchange.models import Import
    from linghang.ui.web import clock

    kind, steps = kind_of(code), {}
    assert kind is not None
    started = operations.begin_import(
        kind=kind, post="", name="表.xlsx", chunks=[content], said={}, actor=officer, now=clock.now()
    )
    uuid = started.uuid
    steps["open"] = _timed(_work)
    mapping = mapping_of(Import.objects.get(uuid=uuid).mapping)
    operations.match_columns(import_uuid=uuid, mapping=mapping, remember=True, actor=officer, now=clock.now())
    steps["preview"] = _timed(_work)
    row = Import.objects.get(uuid=uuid)
    operations.confirm_import(import_uuid=uuid, endings=[], actor=officer, now=clock.now())
    steps["write"] = _timed(_work)
    _analyse(cluster)
    operations.undo_import(import_uuid=uuid, reason="测速", actor=officer, now=clock.now())
    steps["undo"] = _timed(_work)
    after = Import.objects.get(uuid=uuid)
    assert after.state == "undone", (after.state, after.failure)
    return {"kind": code, "counts": row.counts, "kept": after.counts["kept"], "seconds": steps,
            "read_to_written": _sum(steps, "open", "preview", "write")}  # fmt: skip


def _work() -> None:
    from linghang.apps.jobs.data import FINAL_STATES
    from linghang.apps.jobs.models import Job
    from linghang.apps.jobs.running import run_job
    from linghang.ui.web import clock

    while job := Job.objects.exclude(state__in=FINAL_STATES).order_by("pk").first():
        run_job(uuid=job.uuid, clock=clock.now)
        job.refresh_from_db()
        assert job.state == "done", (job.state, job.failure)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds that passed, and seconds of processor that Python took, children included (not PostgreSQL)."""
    begun, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return round(time.perf_counter() - begun, 2), round(sum(after[:4]) - sum(before[:4]), 2)


def _sum(steps: dict[str, tuple[float, float]], *names: str) -> tuple[float, float]:
    return round(sum(steps[name][0] for name in names), 2), round(sum(steps[name][1] for name in names), 2)


def _analyse(cluster: Any) -> None:
    """What the database's own upkeep does within a minute of any large change."""
    import psycopg

    with psycopg.connect(cluster.url(database="linghang"), autocommit=True) as connection:
        connection.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    from benchmarks.ledger.place import running

    with folder_for(None) as folder, running(folder / "place") as cluster:
        from django.conf import settings

        from linghang.ui.web.memory import keep_what_stands

        settings.DEMO_TODAY = TODAY
        officer, roster = _officer(), _roster(asked.people)
        keep_what_stands()  # as the worker does that writes imports
        found = [_run(cluster, officer, "roster", roster), _again(officer, roster)]
        found.append(_run(cluster, officer, "records", _records(asked.records, asked.people)))
        answer = dated("imports", people=asked.people, records=asked.records, imports=found)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    if asked.write:
        keep(answer, asked.people + asked.records)


def _again(officer: Any, roster: bytes) -> dict[str, Any]:
    """The roster once more, for the records that follow; it stays."""
    from linghang.apps.exchange import operations
    from linghang.apps.exchange.imports.stored import mapping_of
    from linghang.apps.exchange.kinds import kind_of
    from linghang.apps.exchange.models import Import
    from linghang.ui.web import clock

    kind = kind_of("roster")
    assert kind is not None
    begun = time.perf_counter()
    uuid = operations.begin_import(
        kind=kind, post="", name="表.xlsx", chunks=[roster], said={}, actor=officer, now=clock.now()
    ).uuid
    _work()
    mapping = mapping_of(Import.objects.get(uuid=uuid).mapping)
    operations.match_columns(import_uuid=uuid, mapping=mapping, remember=True, actor=officer, now=clock.now())
    _work()
    operations.confirm_import(import_uuid=uuid, endings=[], actor=officer, now=clock.now())
    _work()
    return {"kind": "roster, after it was taken back", "read_to_written": round(time.perf_counter() - begun, 2)}


if __name__ == "__main__":
    main()
