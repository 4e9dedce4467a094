"""What a pass over expected results costs after one record, in a unit of 5,000 members.

    taskset -c 0,1 python -m benchmarks.expected [--members 5000] [--branches 200] [--folder DIR] [--write]

Two schemes: members alone, and members held against each other in their branch (points by place). Seconds and
processor seconds of the program and of its child processes; the database's own processors are not counted.
`--folder` keeps what was recorded.
"""

import argparse
import json
import resource
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.dated import dated, folder_for, keep
from benchmarks.month import YEAR, build

UNTIL = date(YEAR, 6, 20)
TIMES = 5


def hold(*, places: bool) -> None:
    """The unit goes by the example's scheme, or by one that holds members of a branch against each other."""
    from linghang.apps.appraisal.models import Binding, PackVersion
    from linghang.apps.appraisal.tests.months_world import with_places
    from linghang.ui.web.scope import system_scope

    with system_scope(reason="bench"):
        plain, other = f"0.{YEAR}.0", f"0.{YEAR}.1"
        if not PackVersion.objects.filter(version=other).exists():
            made = PackVersion.objects.get(version=plain)
            made.pk, made.uuid, made.version, made.content_hash = None, uuid4(), other, f"{YEAR + 1:064}"
            scheme = with_places(made.files["schemes/member.yaml"])
            made.files = made.files | {"schemes/member.yaml": scheme}
            made.save(force_insert=True)
        Binding.objects.update(version=PackVersion.objects.get(version=other if places else plain))


def officer() -> Any:
    from linghang.apps.access.models import RoleGrant
    from linghang.apps.access.queries import viewer_with_posts
    from linghang.apps.appraisal.models import Binding
    from linghang.ui.web.scope import system_scope

    with system_scope(reason="bench"):
        grant = RoleGrant.objects.filter(role="officer", node=Binding.objects.get().node_id).earliest("pk")
        return viewer_with_posts(grant.user.uuid, on=UNTIL)


def passes(number: int) -> dict[str, Any]:
    """One pass over everybody, and some after one record each: of somebody else, in another branch."""
    from linghang.apps.access.scope import scope_for
    from linghang.apps.appraisal.models.expected import ExpectedPass
    from linghang.apps.appraisal.operations.expected import refresh_expected
    from linghang.apps.ledger.data import NewFact
    from linghang.apps.ledger.operations import record
    from linghang.apps.org.models import RosterSpan
    from linghang.ui.web.routes import EVERYONE, Reach
    from linghang.ui.web.scope import system_scope, use_scope

    actor = officer()
    now = datetime(YEAR, 6, 20, 2, tzinfo=UTC)
    with system_scope(reason="bench"):
        ExpectedPass.objects.all().delete()
        held = RosterSpan.objects.filter(standing="full_member", branch__isnull=False, valid_to=None)
        people = list(
            held.order_by("branch_id", "person_id").distinct("branch_id").values_list("person__uuid", flat=True)
        )
    whole, found = _timed(lambda: refresh_expected(now=now)), []
    for step in range(TIMES):
        day = date(YEAR, 6, 1) + timedelta(days=step)
        who = people[(7 * step + number) % len(people)]
        fact = NewFact(
            "service.volunteer", who, day, quantity=20_000, attributes={"role": "participant"}, sequence=900 + number
        )
        with use_scope(scope_for(actor, {EVERYONE: Reach.SUBTREE}, on=UNTIL)):
            record(items=[fact], actor=actor, now=now)
        found.append(_timed(lambda: refresh_expected(now=now)))
    middle = {name: round(statistics.median(each[name] for each in found), 3) for name in ("seconds", "processors")}
    return {"whole": whole, "after_one_record": middle, "runs": found}


def _timed(work: Any) -> dict[str, Any]:
    begun, before = time.perf_counter(), _processors()
    passed = work()
    seconds, used = time.perf_counter() - begun, _processors() - before
    return {"seconds": round(seconds, 3), "processors": round(used, 3), "changed": passed.subjects}


def _processors() -> float:
    rows = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in rows)


def measure(members: int, branches: int) -> dict[str, Any]:
    from django.conf import settings

    from linghang.apps.access.queries import any_place_exists

    settings.DEMO = True
    if not any_place_exists():
        print(json.dumps(build(members, branches, UNTIL)), flush=True)
    settings.DEMO_TODAY = UNTIL
    number, found = int(time.time()) % 100_000, {}
    for name in ("alone", "places"):
        hold(places=name == "places")
        found[name] = passes(number)
        number += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=5_000)
    parser.add_argument("--branches", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    from benchmarks.ledger.place import running

    with folder_for(asked.folder) as folder, running(folder / "place"):
        found = measure(asked.members, asked.branches)
    answer = dated("expected", members=asked.members, branches=asked.branches, **found)
    print(json.dumps(found, ensure_ascii=False))
    if asked.write:
        keep(answer, asked.members)


if __name__ == "__main__":
    main()
