"""Recording into an installation from a process of its own, as the app role, with Django set up for its folder.

python -m tests.server.ledger_rows seed COUNT          a branch with ten people, COUNT facts of them
python -m tests.server.ledger_rows record NAME         facts without end; prints the uuid of each that was kept
python -m tests.server.ledger_rows import ROWS         an import, then its undoing, each tried until it is done
"""

import os
import subprocess
import sys
import time
from pathlib import Path


def command(action: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.server.ledger_rows", action, *arguments]


def environment(data: Path) -> dict[str, str]:
    return os.environ | {"LINGHANG_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "linghang.config.settings"}


def run(data: Path, action: str, *arguments: str) -> str:
    """Do one thing and give back what it printed."""
    done = subprocess.run(
        command(action, *arguments), env=environment(data), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def seed(count: int) -> None:
    from linghang.apps.ledger.operations import record
    from linghang.apps.org.models import Person
    from linghang.apps.org.operations import create_organisation
    from linghang.apps.org.queries import get_organisation
    from linghang.ui.web.writing import SYSTEM

    branch = create_organisation(
        kind="branch", name="测试党支部", parent=None, founded_on=DAY.replace(year=2020), actor=SYSTEM
    )
    node = get_organisation(branch).node
    people = [Person.objects.create(name=f"人{n}", node_id=node.pk, top_id=node.top_id) for n in range(10)]
    for number in range(count):
        record(items=[fact(people[number % 10].uuid, number)], actor=SYSTEM, now=NOW)


def record_without_end(name: str) -> None:
    """Says "ok <uuid>" only after the commit: what is said is kept, whoever is killed."""
    from django.db import Error, connection

    from linghang.apps.ledger.operations import record
    from linghang.apps.org.models import Person
    from linghang.ui.web.writing import SYSTEM

    people: list = []
    number = int(name) * 10_000_000
    while not people:
        try:
            people = list(Person.objects.order_by("pk").values_list("uuid", flat=True))
        except Error:
            connection.close()
            time.sleep(0.2)
    while True:
        number += 1
        item = fact(people[number % len(people)], number)
        try:
            record(items=[item], actor=SYSTEM, now=NOW)
        except Error:
            print(f"unsure {item.uuid}", flush=True)
            connection.close()
            time.sleep(0.05)
            continue
        print(f"ok {item.uuid}", flush=True)


def take_in(rows: int) -> None:
    """One import, and when a line comes in, all of it taken back; says when each is done.

    An import that has to be tried again finds either nothing of itself or everything, never a part.
    """
    from linghang.apps.ledger.operations import open_batch, record_many, void_batch
    from linghang.apps.org.models import Person
    from linghang.ui.web.writing import SYSTEM

    people = tried(lambda: list(Person.objects.order_by("pk").values_list("uuid", "node__uuid")))
    batch = tried(lambda: open_batch(kind="import", node=people[0][1], actor=SYSTEM, now=NOW))
    items = [fact(people[number % len(people)][0], number) for number in range(rows)]
    print("begun", flush=True)
    tried(lambda: record_many(items=items, actor=SYSTEM, now=NOW, batch=batch), done=lambda: stored(batch) == rows)
    print("imported", flush=True)
    sys.stdin.readline()
    tried(lambda: void_batch(batch=batch, actor=SYSTEM, now=NOW))
    print("undone", flush=True)


def tried(work, *, done=lambda: False):
    """Again and again until it is done; `done` says so where the answer was lost after the commit."""
    from django.db import Error, connection

    while True:
        try:
            return None if done() else work()
        except Error:
            connection.close()
            time.sleep(0.1)


def stored(batch) -> int:
    from linghang.apps.ledger.models import Fact

    return Fact.objects.filter(batch__uuid=batch).count()


def fact(person, number: int):
    from linghang.apps.ledger.data import NewFact

    attributes = {"meeting": "theme-day", "presence": "present", "reason": "none"}
    return NewFact("life.attendance", person, DAY, attributes=attributes, sequence=number)


if __name__ == "__main__":
    from datetime import UTC, date, datetime

    import django

    django.setup()
    from linghang.ui.web.scope import system_scope

    DAY, NOW = date(2026, 3, 5), datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
    with system_scope(reason="test"):
        actions = {"seed": lambda text: seed(int(text)), "record": record_without_end}
        (actions | {"import": lambda text: take_in(int(text))})[sys.argv[1]](sys.argv[2])
