"""A year of one unit, month by month: closed, settled, checked, shown, approved by two, announced; the year's end, too.

    taskset -c 0,1 python -m benchmarks.month [--members 5000] [--branches 200] [--folder DIR] [--write]

Every step goes the way of the pages: operations for many books at once, settlements as jobs with the engine in a
process of its own, on a PostgreSQL of its own with safe writes. Seconds of each step, of processors, of the database
and in all. Target: all settlements of a year with its end ≤ 120 s on two cores. `--folder` keeps what was recorded.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.dated import dated, folder_for, keep

YEAR, SCHEME, SEED = 2025, "member-points", 20261121
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)


def build(members: int, branches: int, until: date = LAST) -> dict[str, int]:
    """A unit of the demo's kind with a year of records (or until a day of it), and the example scheme bound to it."""
    from django.db import transaction

    from linghang.demo.crowd import enrol
    from linghang.demo.life import happenings
    from linghang.demo.people import people_of
    from linghang.demo.places import build_places
    from linghang.demo.records import record_all
    from linghang.demo.scale import PER_BRANCH, scaled_unit
    from linghang.ui.web.scope import system_scope

    each, now = members // branches, datetime(YEAR, 1, 2, 2, tzinfo=UTC)
    unit = scaled_unit(branches * PER_BRANCH)
    unit = replace(unit, branches=tuple(replace(b, full=each - 1, probationary=1, staff=1) for b in unit.branches))
    with transaction.atomic(), system_scope(reason="bench"):
        places = build_places(unit, FIRST - timedelta(days=31))
        people = people_of(unit, seed=SEED, start=FIRST - timedelta(days=31))
        crowd = enrol(unit, people, places, password="a-demo-password-1", now=now)
        found = happenings(unit, people, seed=SEED, since=FIRST, until=until)
        facts = record_all(found, places, crowd, until=until, progress=lambda _more: None)
        _bind(places.nodes[unit.top.code])
    return {"members": len(people), "branches": len(unit.branches), "facts": facts}


def _bind(node: Any) -> None:
    from linghang.apps.access.models import ScopeNode
    from linghang.apps.appraisal.models import Binding, PackVersion
    from linghang.engine.periods import Month

    moment = datetime(YEAR, 1, 1, tzinfo=UTC)
    version = PackVersion.objects.filter(owner=None, pack="example-4x-points").latest("pk")
    version.pk, version.uuid, version.version = None, uuid4(), f"0.{YEAR}.0"
    version.content_hash = f"{YEAR:064}"  # the example's numbers, one year earlier
    version.files = {path: text.replace("from: 2026-", f"from: {YEAR}-") for path, text in version.files.items()}
    version.save(force_insert=True)
    Binding.objects.create(
        node=ScopeNode.objects.get(uuid=node),
        version=version,
        scheme=SCHEME,
        since=Month(YEAR, 1).index,
        offered_at=moment,
        confirmed_at=moment,
    )


class Walk:
    """Two officers take the unit through its year: the second one also leads it."""

    def __init__(self) -> None:
        from linghang.apps.access.models import RoleGrant, ScopeNode
        from linghang.apps.appraisal.models import Binding
        from linghang.ui.web.scope import system_scope

        self.seconds: dict[str, list[float]] = {}
        with system_scope(reason="bench"):
            self.node = Binding.objects.select_related("node").get().node.uuid
            place = ScopeNode.objects.get(uuid=self.node)
            roles = {role: RoleGrant.objects.get(role=role, node=place) for role in ("officer", "leader")}
            self.users = {role: grant.user.uuid for role, grant in roles.items()}
            leads = roles["leader"]
            leads.pk, leads.uuid, leads.role = None, uuid4(), "officer"
            leads.save(force_insert=True)

    def viewer(self, role: str, on: date) -> Any:
        from linghang.apps.access.queries import viewer_with_posts

        return viewer_with_posts(self.users[role], on=on)

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        found = work()
        self.seconds.setdefault(name, []).append(round(time.perf_counter() - begun, 2))
        return found

    def month(self, number: int) -> dict[str, Any]:
        from django.conf import settings

        from linghang.apps.appraisal.data.months import Step
        from linghang.apps.appraisal.operations import months
        from linghang.engine.periods import Month
        from linghang.ui.web import clock

        month = Month(YEAR, number)
        first = (month + 1).first + timedelta(days=2)
        settings.DEMO_TODAY = first
        asked: dict[str, Any] = {"node": self.node, "scheme": SCHEME, "month": month}

        def bulk(name: str, role: str, **more: Any) -> None:
            now = clock.now()
            step, actor = Step[name.upper()], self.viewer(role, now.date())
            found = self.timed(name, lambda: months.step_below(step=step, **asked, actor=actor, now=now, **more))
            assert not found.refused, (name, found.refused[:3])

        with self._scope():
            self.timed("open", lambda: months.open_books(month=month, node=self.node, now=clock.now()))
            bulk("close", "officer")
            officer = self.viewer("officer", first)
            self.timed("settle", lambda: _job(months.start_settlement(**asked, actor=officer, now=clock.now())))
            bulk("check", "officer")
            bulk("publish", "officer", manner="当面")
            settings.DEMO_TODAY = first + timedelta(days=18)
            bulk("approve", "officer")
            bulk("approve", "leader")
            bulk("announce", "officer")
        return {"month": str(month), **{name: found[-1] for name, found in self.seconds.items()}}

    def year_end(self) -> None:
        from django.conf import settings

        from linghang.apps.appraisal.operations import months
        from linghang.ui.web import clock

        settings.DEMO_TODAY = date(YEAR + 1, 1, 25)
        officer = self.viewer("officer", settings.DEMO_TODAY)
        asked: dict[str, Any] = {"node": self.node, "scheme": SCHEME, "year": YEAR}
        with self._scope():
            self.timed("year_end", lambda: _job(months.start_year_end(**asked, actor=officer, now=clock.now())))

    def _scope(self) -> Any:
        from linghang.apps.access.scope import scope_for
        from linghang.ui.web.routes import EVERYONE, Reach
        from linghang.ui.web.scope import use_scope

        viewer = self.viewer("officer", date(YEAR, 6, 1))
        return use_scope(scope_for(viewer, {EVERYONE: Reach.SUBTREE}, on=date(YEAR, 6, 1)))


def _job(started: Any) -> None:
    from linghang.apps.jobs.models import Job
    from linghang.apps.jobs.running import run_job
    from linghang.ui.web import clock

    run_job(uuid=started.uuid, clock=clock.now)
    job = Job.objects.get(uuid=started.uuid)
    assert job.state == "done", (job.state, job.failure)


def measure(cluster: Any, members: int, branches: int, months: int) -> dict[str, Any]:
    """Build unless it is there, walk the months that are not final yet."""
    import psycopg
    from django.conf import settings

    from linghang.apps.access.queries import any_place_exists

    settings.DEMO = True  # accounts of an invented unit
    begun, built = time.perf_counter(), {}
    if not any_place_exists():
        built = build(members, branches) | {"seconds": round(time.perf_counter() - begun)}
        with psycopg.connect(cluster.url(database="linghang"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        print(json.dumps(built), flush=True)
    walk, before, begun = Walk(), os.times(), time.perf_counter()
    for number in range(1, months + 1):
        print(json.dumps(walk.month(number)), flush=True)
    if months == 12:
        walk.year_end()
    after = os.times()
    return {
        "built": built,
        "steps": walk.seconds,
        "sums": {name: round(sum(found), 1) for name, found in walk.seconds.items()},
        "settling": round(sum(walk.seconds["settle"]) + sum(walk.seconds.get("year_end", [])), 1),
        "in_all": round(time.perf_counter() - begun, 1),
        "processors": round(sum(after[:4]) - sum(before[:4]), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=5_000)
    parser.add_argument("--branches", type=int, default=200)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    from benchmarks.ledger.place import running

    with folder_for(asked.folder) as folder, running(folder / "place") as cluster:
        found = measure(cluster, asked.members, asked.branches, asked.months)
    answer = dated("month", members=asked.members, branches=asked.branches, **found)
    print(json.dumps(found["sums"] | {k: found[k] for k in ("settling", "in_all", "processors")}, ensure_ascii=False))
    if asked.write:
        keep(answer, asked.members)


if __name__ == "__main__":
    main()
