"""Recorders while web, worker and PostgreSQL are killed at random moments: nothing that was acknowledged is lost, none
is there twice, and the chain holds. `make soak` takes twenty thousand records (LINGHANG_TEST_LEDGER_WRITES).

On a machine that does much else, starting again takes longer than the pauses between the killings; so most of them
wait until something was recorded again, and what must not happen is that nothing ever is.
"""

import os
import random
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from tests.server import ledger_rows

RECORDERS = 8
WANTED = int(os.environ.get("LINGHANG_TEST_LEDGER_WRITES", "400"))
LONG = 10_000
PAUSE = (0.5, 2.0) if WANTED < LONG else (1.0, 6.0)
VICTIMS = ("granian", "linghang.apps.jobs.worker", "postgres:", "postmaster")
KILLINGS = 12  # at least, however fast the machine records
AT_ONCE = 0.3  # of the killings follow the last one without a record in between: they hit what is just starting


def linghang(installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [installation.command()[0], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


class Recorder(threading.Thread):
    """A process that records; what it says is collected."""

    def __init__(self, data, number: int) -> None:
        super().__init__(daemon=True)
        self.said: list[tuple[str, str]] = []
        self.process = subprocess.Popen(
            ledger_rows.command("record", str(number + 1)),
            env=ledger_rows.environment(data),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> None:
        for line in self.process.stdout:
            word, _space, uuid = line.strip().partition(" ")
            if len(uuid) == 36:  # the last line of a killed process may be cut
                self.said.append((word, uuid))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.join(10)
        self.process.stdout.close()
        self.process.stderr.close()


def kill_something(running, chance: random.Random) -> str:
    """One web process, one worker, one backend or the whole of PostgreSQL, at this moment."""
    victim = chance.choice(VICTIMS)
    if victim == "postmaster":
        found = [pid for pid in [running.cluster().postmaster()] if pid]
    elif victim == "postgres:":
        found = backends(running)
    else:
        found = sorted(running.processes(victim))
    if not found:
        return ""
    running.kill(chance.choice(found))
    return victim


def backends(running) -> list[int]:
    postmaster = running.cluster().postmaster()
    if not postmaster:
        return []
    try:
        return [int(pid) for pid in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it was killed a moment ago
        return []


@pytest.fixture
def recorders(running):
    ledger_rows.run(running.data, "seed", "0")
    made = [Recorder(running.data, number) for number in range(RECORDERS)]
    for one in made:
        one.start()
    yield made
    for one in made:
        one.end()


def acknowledged(recorders) -> list[str]:
    return [uuid for one in recorders for word, uuid in list(one.said) if word == "ok"]


def wait_for_another(running, recorders) -> None:
    """Fails when nobody records any more, however long one waits."""
    known = len(acknowledged(recorders))
    running.wait_for(lambda: len(acknowledged(recorders)) > known)


def tell(capsys, words: str) -> None:
    """Say it now: a long run takes an hour and more."""
    with capsys.disabled():
        print(words, end="", flush=True)


def test_nothing_acknowledged_is_lost_or_doubled_whatever_is_killed(running, recorders, capsys):
    seed = random.randrange(2**32)
    chance, killed = random.Random(seed), []
    while len(acknowledged(recorders)) < WANTED or len(killed) < KILLINGS:
        if chance.random() > AT_ONCE:
            wait_for_another(running, recorders)
        time.sleep(chance.uniform(*PAUSE))
        killed += filter(None, [kill_something(running, chance)])
        if WANTED >= LONG and killed and len(killed) % 10 == 0:
            tell(capsys, f"\n {len(acknowledged(recorders))} of {WANTED}, {Counter(killed)}")
        assert [one.process.stderr.read() for one in recorders if one.process.poll() is not None] == []
    for one in recorders:
        one.end()
    running.wait_for(lambda: _stored(running) is not None)
    stored = _stored(running)
    said = acknowledged(recorders)
    tell(capsys, f" [seed {seed}: {len(said)} acknowledged, {len(killed)} killings]")
    assert len(set(said)) == len(said)
    assert [uuid for uuid in said if stored.get(uuid, 0) != 1] == []
    assert set(stored.values()) == {1}
    done = linghang(running, "ledger", "verify", "--data", str(running.data))
    assert done.returncode == 0, done.stderr[:2000]
    running.wait_for(running.serves)


def _stored(running) -> dict[str, int] | None:
    try:
        with running.connect() as app:
            rows = app.execute(
                "SELECT f.uuid::text, count(*) FROM ledger_fact f JOIN ledger_standingfact t ON t.fact_id = f.id"
                " GROUP BY 1"
            ).fetchall()
    except psycopg.OperationalError:
        return None
    return dict(rows)
