"""One process of a measurement: records single facts with a proof, or takes an import in and undoes it.

python -m benchmarks.ledger.recorder NUMBER SECONDS PER_SECOND      (0 = as fast as it can)
python -m benchmarks.ledger.recorder import ROWS                    an import, then its undoing

A recorder says `ready` once it has recorded a little, reads from its standard input the moment at which all begin, and
prints milliseconds: of each recording, and of what the machine itself takes beside them, at the same pace.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random

WARM_UP = 8
WORK = 1_150  # hashes, about one millisecond of a processor
INSERT = "INSERT INTO django_content_type (app_label, model) VALUES ('bench', gen_random_uuid()::text)"


def main() -> None:
    import django

    django.setup()
    from linghang.ui.web.scope import system_scope

    with system_scope(reason="benchmark"):
        if sys.argv[1] == "import":
            answer = take_in(int(sys.argv[2]))
        else:
            answer = take_turns(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
    print(json.dumps(answer))


def take_turns(number: int, seconds: float, per_second: float) -> dict[str, list[float]]:
    """Record at the pace; every second turn a small insert of its own, every fourth some work, in the pauses."""
    from linghang.ui.web.memory import keep_what_stands

    write, took = recording(number), dict[str, list[float]](recording=[], insert=[], work=[])
    for turn in range(WARM_UP):
        write(turn)
        insert()
        work()
    keep_what_stands()  # as a web process does before it serves
    print("ready", flush=True)
    begin, random, turn = float(sys.stdin.readline()), Random(), 0
    until = begin + seconds
    begin += random.random() / per_second if per_second else 0  # not all of them in the same half of a turn
    wait_until(begin)
    while time.monotonic() < until:
        if not per_second:
            took["recording"].append(timed(lambda turn=turn: write(WARM_UP + turn)))
        else:
            wait_until(begin + (turn + random.random() / 2) / per_second)
            took["recording"].append(timed(lambda turn=turn: write(WARM_UP + turn)))
            wait_until(begin + (turn + 0.5 + random.random() / 2) / per_second)
            if turn % 2:
                took["insert"].append(timed(insert))
            elif turn % 4:
                took["work"].append(timed(work))
        turn += 1
    return took


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def recording(number: int) -> Callable[[int], object]:
    """Records one fact of somebody, another one each turn."""
    from linghang.apps.ledger.data import NewEvidence, NewFact
    from linghang.apps.ledger.models import Subject
    from linghang.apps.ledger.operations import record
    from linghang.ui.web.writing import SYSTEM

    random, first = Random(number), Random().randrange(2_000_000_000)
    people = list(Subject.objects.filter(person__isnull=False).values_list("uuid", flat=True))
    proof = NewEvidence("number", "北矿党〔2026〕3号")

    def write(turn: int) -> object:
        item = NewFact(
            "service.volunteer",
            random.choice(people),
            date(2026, 3, 5),
            attributes={"role": "participant"},
            sequence=(first + turn) % 2_000_000_000,
            evidence=[proof],
        )
        return record(items=[item], actor=SYSTEM, now=datetime.now(UTC))

    return write


def insert() -> None:
    """A transaction of one small row, safely on the disk: what this machine lets it take."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(INSERT)


def work() -> None:
    """About a millisecond of a processor, and nothing else: what is more is waiting for the processor."""
    for _ in range(WORK):
        hashlib.sha256(b"work").digest()


def take_in(rows: int) -> dict[str, float]:
    """Seconds of an import of so many facts and of its undoing."""
    from linghang.apps.ledger.data import NewFact
    from linghang.apps.ledger.models import Subject
    from linghang.apps.ledger.operations import open_batch, record_many, void_batch
    from linghang.ui.web.memory import keep_what_stands
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
    keep_what_stands()  # as the worker does that takes imports in
    print("ready", flush=True)
    sys.stdin.readline()
    taken = timed(lambda: record_many(items=items, actor=SYSTEM, now=now, batch=batch)) / 1000
    print(f"# imported {taken:.1f} s", file=sys.stderr, flush=True)
    return {"import": taken, "undo": timed(lambda: void_batch(batch=batch, actor=SYSTEM, now=now)) / 1000}


if __name__ == "__main__":
    main()
