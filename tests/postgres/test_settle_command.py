"""`linghang settle --engine postgres`, as a person at a terminal sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from linghang.apps.appraisal.file_inputs import read_inputs
from linghang.apps.appraisal.file_request import FileRequest
from linghang.engine.periods import Month
from linghang.server.testing import SharedDatabase
from tests.postgres.fact_tables import fill

ROOT = Path(__file__).parents[2]
PACK, UNIT = ROOT / "packs" / "example-4x-points", ROOT / "examples" / "qingyuan-mine"
RECORDS, ROSTER = UNIT / "records-2026Q1.xlsx", UNIT / "roster.xlsx"


def settle(out: Path, *more: object) -> subprocess.CompletedProcess[str]:
    """Run the command; the environment names no database, no password and no settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LINGHANG_", "DJANGO_", "PG"))}
    given = ["--pack", PACK, "--roster", ROSTER, "--period", "2026-03", "--out", out, *more]
    command = [sys.executable, "-m", "linghang.cli", "settle", *map(str, given)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=180)


def run_of(folder: Path) -> dict:
    return json.loads((folder / "run.json").read_text())


def test_a_database_settles_files_and_its_own_tables_as_duckdb_does(
    tmp_path: Path, test_database: SharedDatabase, owner: psycopg.Connection
) -> None:
    inputs = read_inputs(FileRequest(PACK, ROSTER, [RECORDS], Month(2026, 3)))
    count = fill(owner, inputs.facts)
    here = ("--engine", "postgres", "--database", test_database.app_url)
    plan = ("--database-plan", tmp_path / "plans" / "march.txt")
    done = {
        "duck": settle(tmp_path / "duck", "--facts", RECORDS, "--closed", "all"),
        "files": settle(tmp_path / "files", "--facts", RECORDS, "--closed", "all", *here),
        "table": settle(tmp_path / "table", "--facts-table", "work.fact", "--closed", "all", *here, *plan),
    }
    assert [one.stderr for one in done.values() if one.returncode] == []
    runs = {name: run_of(tmp_path / name) for name in done}
    assert len({run["result_hash"] for run in runs.values()}) == 1
    assert {run["engine"] for run in runs.values()} == {"duckdb", "postgres"}
    assert runs["table"]["versions"]["postgres"].split(".")[0].isdigit()
    assert runs["table"]["versions"]["sqlglot"]
    (table,) = [said for said in runs["table"]["inputs"] if "table" in said]
    assert (table["table"], table["rows"]) == ("work.fact", str(count))
    assert len(table["digest"]) > 10
    assert "引擎 postgres" in done["table"].stdout
    steps = (tmp_path / "plans" / "march.txt").read_text()
    assert "Scan on work.fact" in steps
    assert "Aggregate" in steps


def test_wrong_rows_of_a_table_are_named_and_nothing_is_written(
    tmp_path: Path, test_database: SharedDatabase, owner: psycopg.Connection
) -> None:
    inputs = read_inputs(FileRequest(PACK, ROSTER, [RECORDS], Month(2026, 3)))
    fill(owner, inputs.facts)
    owner.execute("UPDATE work.fact SET kind = 'nothing.known' WHERE sequence = 7")
    here = ("--engine", "postgres", "--database", test_database.app_url)
    done = settle(tmp_path / "out", "--facts-table", "work.fact", *here)
    assert done.returncode == 1
    assert "unknown-kind" in done.stderr
    assert "work.fact:" in done.stderr
    assert not (tmp_path / "out").exists()
    done = settle(tmp_path / "out", "--facts-table", "work.nowhere", *here)
    assert (done.returncode, "no-table" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--engine", "postgres"), "no-database"),
        (("--engine", "postgres", "--database", "postgres//somebody:geheim@nowhere"), "no-database"),
        (("--engine", "postgres", "--database", "postgresql://somebody:geheim@127.0.0.1:1/none"), "database-failed"),
        (("--database", "postgresql://somebody:geheim@127.0.0.1:1/none"), "engine-option"),
        (("--schema", "work"), "engine-option"),
    ],
)
def test_without_a_database_there_is_a_sentence_and_never_a_password(
    tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    done = settle(tmp_path / "out", "--facts", RECORDS, *options)
    assert done.returncode == 1
    assert code in done.stderr
    assert "geheim" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_table_without_its_database_is_refused(tmp_path: Path) -> None:
    done = settle(tmp_path / "out", "--facts-table", "work.fact")
    assert (done.returncode, "engine-option" in done.stderr) == (1, True)
