"""Recording into an installation from a process of its own, as the app role, with Django set up for its folder.

python -m tests.server.ledger_rows seed COUNT          a branch with ten people, COUNT facts of them
python -m tests.server.ledger_rows record NAME         facts without end; prints the uuid of each that was kept
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
        {"seed": lambda text: seed(int(text)), "record": record_without_end}[sys.argv[1]](sys.argv[2])
