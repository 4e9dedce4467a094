"""How long the lists take on a large unit: 20,000 people, 2,000 organisations, some 150,000 records.

    python -m benchmarks.pages FOLDER [--people 20000] [--rounds 40] [--only 覆盖,缺口] [--write]

Every request goes through the whole stack of the product (middleware, permissions, scope, template) on a PostgreSQL of
its own. Targets: p50 ≤ 40 ms, p95 ≤ 120 ms server time. The folder is filled once and serves many runs; `--only`
measures some of the pages, `--write` keeps a dated result.
"""

import argparse
import os
import statistics
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.dated import dated, keep
from benchmarks.ledger.place import note, noted, running
from linghang.server.folder import DataFolder, Passwords
from linghang.server.postgres import Cluster
from linghang.server.roles import owner_url

SINCE = date(2026, 9, 1)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
READERS = ("gm-officer", "gm-shuji0002", "gm-inspector")
PAGES = {
    "工作台": "/",
    "组织": "/org/",
    "组织 查找": "/org/?search=作业区&page=3",
    "花名册": "/org/roster/",
    "花名册 第 400 页": "/org/roster/?page=400",
    "花名册 查找": "/org/roster/?search=王",
    "花名册 党员": "/org/roster/?standing=full_member",
    "花名册 过去某天": "/org/roster/?on=2026-10-01",
    "覆盖": "/org/coverage/",
    "缺口": "/org/gaps/",
    "联系": "/org/links/",
    "责任区": "/org/areas/",
    "组成": "/org/compositions/",
    "届次": "/org/terms/",
    "转接": "/org/transfers/",
    "记录": "/ledger/",
    "记录 种类": "/ledger/?kind=study.hours",
    "记录 查找": "/ledger/?search=王",
    "补录": "/ledger/inspect/",
    "台账": "/loops/",
    "指标": "/metrics/",
    "导入": "/imports/",
    "账号": "/access/users/",
    "查找": "/search/?q=王",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default=",".join(PAGES), help="names of pages, with commas between")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ["LINGHANG_DEMO"] = "true"
    options.folder.mkdir(parents=True, exist_ok=True)
    pages = {name: PAGES[name] for name in options.only.split(",")}
    with running(options.folder) as cluster:
        if not noted(options.folder).get("people"):
            _fill(options.folder, options.people)
        _analyse(cluster, DataFolder(options.folder.absolute()).passwords())
        from linghang.config.wsgi import warm_up

        warm_up()  # as a web process does before it serves
        found = {who: _measure(who, pages, options.rounds) for who in READERS}
    _print(found)
    if options.write:
        seeded = noted(options.folder)
        keep(dated("pages", **seeded, ms=found), seeded["people"])


def _fill(folder: Path, people: int) -> None:
    from django.db import transaction

    from linghang.demo.build import SEED, build_unit
    from linghang.demo.scale import scaled_unit
    from linghang.ui.web.scope import system_scope

    begun = time.monotonic()
    unit = scaled_unit(people)
    with transaction.atomic(), system_scope(reason="a unit for measurements"):
        made = build_unit(unit, "not-for-signing-in", SEED, NOW, lambda *_: None, since=SINCE, stories=False)
    print(f"{made.people} people, {made.facts} records in {time.monotonic() - begun:.0f} s")
    note(folder, people=made.people, facts=made.facts)


def _analyse(cluster: Cluster, passwords: Passwords) -> None:
    """A fresh unit has no statistics yet, and a run may begin before autovacuum comes round."""
    with psycopg.connect(owner_url(cluster, passwords), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _measure(username: str, pages: dict[str, str], rounds: int) -> dict[str, dict[str, float]]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from linghang.apps.access.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEMO_TODAY = NOW.date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for name, address in pages.items():
        first = client.get(address)
        if first.status_code != 200:
            continue
        statements: list[str] = []
        with connection.execute_wrapper(partial(_noting, statements)):
            client.get(address)
        found[name] = _times(client, address, rounds) | {"statements": len(statements)}
    return found


def _noting(statements: list[str], execute: Any, sql: str, *rest: Any) -> Any:
    """Unlike the list that Django keeps, this one is not emptied when a request begins."""
    statements.append(sql)
    return execute(sql, *rest)


def _times(client: Any, address: str, rounds: int) -> dict[str, float]:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return {"p50": round(statistics.median(taken), 1), "p95": round(taken[int(len(taken) * 0.95) - 1], 1)}


def _print(found: dict[str, dict[str, dict[str, float]]]) -> None:
    for who, pages in found.items():
        print(f"\n{who}")
        for name, times in sorted(pages.items(), key=lambda item: -item[1]["p50"]):
            print(f"  {times['p50']:7.1f} {times['p95']:7.1f} ms {times['statements']:4} statements  {name}")


if __name__ == "__main__":
    main()
