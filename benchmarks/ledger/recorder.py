"""One recorder, in a process of its own: records single facts with a proof, and prints how long each took.

python -m benchmarks.ledger.recorder NUMBER SECONDS PER_SECOND      (0 = as fast as it can)
python -m benchmarks.ledger.recorder import ROWS                    an import, then its undoing
"""

import json
import sys
import time
from datetime import UTC, date, datetime
from random import Random


def main() -> None:
    import django

    django.setup()
    from linghang.ui.web.scope import system_scope

    with system_scope(reason="benchmark"):
        if sys.argv[1] == "floor":
            answer = floor(float(sys.argv[2]), float(sys.argv[3]))
        elif sys.argv[1] == "import":
            answer = take_in(int(sys.argv[2]))
        else:
            answer = record(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
    print(json.dumps(answer))


def record(number: int, seconds: float, per_second: float) -> dict:
    """Milliseconds of each recording, in order."""
    from linghang.apps.ledger.data import NewEvidence, NewFact
    from linghang.apps.ledger.models import Subject
    from linghang.apps.ledger.operations import record as write
    from linghang.ui.web.writing import SYSTEM

    random = Random(number)
    people = list(Subject.objects.filter(person__isnull=False).values_list("uuid", flat=True))
    proof, took, base = NewEvidence("number", "北矿党〔2026〕3号"), [], int(time.time() * 1000) % 2_000_000_000
    begin = time.monotonic() + 1.0
    until, turn = begin + seconds, 0
    while time.monotonic() < until:
        if per_second:
            time.sleep(max(0.0, begin + (turn + random.random()) / per_second - time.monotonic()))
        item = NewFact(
            "service.volunteer",
            random.choice(people),
            date(2026, 3, 5),
            attributes={"role": "participant"},
            sequence=(base + number * 1_000_000 + turn) % 2_000_000_000,
            evidence=[proof],
        )
        start = time.perf_counter()
        write(items=[item], actor=SYSTEM, now=datetime.now(UTC))
        took.append((time.perf_counter() - start) * 1000)
        turn += 1
    return {"took": took[5:]}


def floor(seconds: float, per_second: float) -> dict:
    """What the machine lets a transaction of one small insert take, at this moment: the yardstick for the rest."""
    from django.db import connection

    random, took = Random(), []
    begin = time.monotonic() + 1.0
    until, turn = begin + seconds, 0
    connection.ensure_connection()
    while time.monotonic() < until:
        time.sleep(max(0.0, begin + (turn + random.random()) / per_second - time.monotonic()))
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_content_type (app_label, model) VALUES ('bench', gen_random_uuid()::text)"
            )
        took.append((time.perf_counter() - start) * 1000)
        turn += 1
    return {"took": took[5:]}


def take_in(rows: int) -> dict:
    """Seconds of an import of so many facts and of its undoing."""
    from linghang.apps.ledger.data import NewFact
    from linghang.apps.ledger.models import Subject
    from linghang.apps.ledger.operations import open_batch, record_many, void_batch
    from linghang.ui.web.writing import SYSTEM

    subjects = list(Subject.objects.filter(person__isnull=False).values_list("uuid", "person__node__uuid"))
    now = datetime.now(UTC)
    batch = open_batch(kind="import", node=subjects[0][1], actor=SYSTEM, now=now, label="bench")
    base = int(time.time()) % 1_000_000 * 1000
    items = (
        NewFact(
            "study.hours",
            subjects[n % len(subjects)][0],
            date(2026, 1, 1 + n % 28),
            attributes={"form": "branch"},
            sequence=base + n,
            source=f"学习!B{n}",
        )
        for n in range(rows)
    )
    start = time.perf_counter()
    record_many(items=items, actor=SYSTEM, now=now, batch=batch)
    taken = time.perf_counter() - start
    print(f"# imported {taken:.1f} s", file=sys.stderr, flush=True)
    start = time.perf_counter()
    void_batch(batch=batch, actor=SYSTEM, now=now)
    return {"import": taken, "undo": time.perf_counter() - start}


if __name__ == "__main__":
    main()
