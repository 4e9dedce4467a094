"""An import, and its undoing, while PostgreSQL is killed in the middle: all of it or nothing, and the chain holds.

`make soak` takes a large one and kills more often (LINGHANG_TEST_IMPORT_ROWS)."""

import os
import random
import subprocess
import threading
import time

import psycopg
import pytest

from tests.server import ledger_rows
from tests.server.test_ledger_killed import backends, linghang

ROWS = int(os.environ.get("LINGHANG_TEST_IMPORT_ROWS", "4000"))
KILLS = 2 if ROWS < 10_000 else 12  # of each half
MOST_SECONDS = 900
COUNTS = """
    SELECT count(*), count(DISTINCT t.slot), count(DISTINCT f.batch_id), (SELECT count(*) FROM ledger_fact)
    FROM ledger_standingfact t JOIN ledger_fact f ON f.id = t.fact_id
"""


class Importer:
    """The process that imports; what it has said so far."""

    def __init__(self, data) -> None:
        self.process = subprocess.Popen(
            ledger_rows.command("import", str(ROWS)),
            env=ledger_rows.environment(data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()

    def listen(self) -> None:
        for line in self.process.stdout:
            self.said.append(line.strip())

    def go_on(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join(10)
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def importer(running):
    ledger_rows.run(running.data, "seed", "0")
    made = Importer(running.data)
    yield made
    made.end()


def kill_until(running, importer, word: str, chance: random.Random) -> int:
    """Kill the postmaster or one of its backends while the importer works; then let it finish. How often."""
    killed, until = 0, time.monotonic() + MOST_SECONDS
    while word not in importer.said and time.monotonic() < until:
        time.sleep(chance.uniform(0.2, 0.9))
        if killed < KILLS and word not in importer.said:
            killed += kill_database(running, chance)
    assert word in importer.said, importer.said
    return killed


def kill_database(running, chance: random.Random) -> int:
    found = [pid for pid in [running.cluster().postmaster()] if pid]
    if chance.random() < 0.5:
        found = backends(running) or found
    if not found:
        return 0
    running.kill(chance.choice(found))
    return 1


def counts(running) -> tuple[int, ...]:
    """Records that stand, different ones among them, their batches, and all records."""
    until = time.monotonic() + MOST_SECONDS
    while True:
        try:
            with running.connect() as app:
                return app.execute(COUNTS).fetchone()
        except psycopg.OperationalError:
            assert time.monotonic() < until
            time.sleep(0.2)


def test_an_import_and_its_undoing_are_whole_when_postgres_is_killed_in_the_middle(running, importer, capsys):
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    running.wait_for(lambda: "begun" in importer.said)
    killed = kill_until(running, importer, "imported", chance)
    assert counts(running) == (ROWS, ROWS, 1, ROWS)
    importer.go_on()
    killed += kill_until(running, importer, "undone", chance)
    assert counts(running) == (0, 0, 0, 2 * ROWS)
    with capsys.disabled():
        print(f" [seed {seed}: {ROWS} rows there and back, {killed} killings]", end="")
    done = linghang(running, "ledger", "verify", "--data", str(running.data))
    assert done.returncode == 0, done.stderr[:2000]
