"""`linghang settle` of many records, killed in the middle: the next call goes on with the parts that are done."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
MEMBERS, EACH = 200, 20
SCRIPT = """
import sys, time
from linghang.engine.settle import kept, parts
parts.ROWS_PER_CHUNK = 200
real = kept.KeptParts.take
def take(self, part, result):
    time.sleep(float(sys.argv[1]))
    real(self, part, result)
    print("taken", part, flush=True)
kept.KeptParts.take = take
from linghang.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    codes = [f"M{n:03d}" for n in range(MEMBERS)]
    rows = [f"{code},人{n},第{n % 7}支部" for n, code in enumerate(codes)]
    (folder / "roster.csv").write_text("\n".join(["编码,姓名,支部", *rows]), "utf-8")
    count = MEMBERS * EACH
    facts = {
        "subject": [codes[n % MEMBERS] for n in range(count)],
        "occurred_on": [date(2026, 1, 1) + timedelta(days=n % 90) for n in range(count)],
        "kind": ["service.volunteer"] * count,
        "quantity": [10000] * count,
        "role": [("participant", "organiser")[n % 3 == 0] for n in range(count)],
        "sequence": list(range(count)),
    }
    pq.write_table(pa.table(facts), folder / "facts.parquet")
    return folder


def command(files: Path, out: Path, pause: float, *more: object) -> list[str]:
    pack = ROOT / "packs" / "example-4x-points"
    given = ["--pack", pack, "--roster", files / "roster.csv", "--facts", files / "facts.parquet", "--out", out]
    words = ["settle", *given, "--period", "2026-03", "--closed", "all", *more]
    return [sys.executable, "-c", SCRIPT, str(pause), *map(str, words)]


def run(files: Path, out: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(files, out, 0), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


def taken(words: str) -> set[int]:
    return {int(line.split()[1]) for line in words.splitlines() if line.startswith("taken")}


def stopped(files: Path, out: Path, how: int) -> tuple[set[int], str, int]:
    """Start, and stop it in the middle: the parts that it took, what it said, and its code."""
    process = subprocess.Popen(command(files, out, 0.1), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    first = "".join(process.stdout.readline() for _ in range(4))
    process.send_signal(how)
    rest, said = process.communicate(timeout=60)
    return taken(first + rest), said, process.returncode


def result_hash(out: Path) -> str:
    found: str = json.loads((out / "run.json").read_text("utf-8"))["result_hash"]
    return found


def notes(out: Path) -> list[Path]:
    return sorted((out.parent / f".{out.name}-parts").glob("*/*.json"))


def test_a_run_that_was_killed_goes_on_where_it_was_and_gives_the_same(files: Path, tmp_path: Path) -> None:
    whole = run(files, tmp_path / "whole")
    out = tmp_path / "out"
    done, _, _ = stopped(files, out, signal.SIGKILL)
    assert not out.exists()
    assert 3 <= len(done) < len(taken(whole.stdout))
    assert done <= {int(note.stem) for note in notes(out)}  # one more may lie there: it was not told any more
    again = run(files, out)
    assert taken(again.stdout).isdisjoint(done)
    assert result_hash(out) == result_hash(tmp_path / "whole")
    assert not notes(out)


def test_a_part_that_was_damaged_meanwhile_is_made_again(files: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(files, whole)
    done, _, _ = stopped(files, out, signal.SIGKILL)
    note = notes(out)[0]
    table = next(note.parent.glob(f"{note.stem}-items.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    again = run(files, out)
    assert taken(again.stdout) & done == {int(note.stem)}
    assert result_hash(out) == result_hash(whole)


def test_other_records_begin_anew(files: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    stopped(files, out, signal.SIGKILL)
    other.mkdir()
    (other / "roster.csv").write_bytes((files / "roster.csv").read_bytes())
    table = pq.read_table(files / "facts.parquet")
    pq.write_table(table.slice(1), other / "facts.parquet")
    again = run(other, out)
    assert min(taken(again.stdout)) == 0
    assert result_hash(out) != ""
    assert not notes(out)


def test_ctrl_c_says_that_the_same_command_goes_on(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done, said, code = stopped(files, out, signal.SIGINT)
    assert code == 130
    assert "已停下，没有写出结果。算好的部分留在" in said
    assert "Traceback" not in said
    again = run(files, out)
    assert taken(again.stdout).isdisjoint(done)


def test_a_kill_at_any_moment_leaves_nothing_that_looks_whole(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for seconds in (0.9, 1.1, 1.3):
        process = subprocess.Popen(command(files, out, 0.02), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    run(files, out)
    run(files, tmp_path / "whole")
    assert result_hash(out) == result_hash(tmp_path / "whole")
