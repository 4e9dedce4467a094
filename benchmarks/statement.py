"""Pages of a settled month beside many stored records, over real HTTP: the page of a member, of a line, of a branch.

    taskset -c 0,1 python -m benchmarks.statement FOLDER [--facts 1e7] [--members 1000] [--branches 40] [--write]

FOLDER is one of `benchmarks.ledger` with so many records; a unit with a year of records of its own is put beside them
and its first months are settled and final. Milliseconds from sending a request until its answer is read, one after the
other, each page of another person. A statement's lines are explained anew with every opening, so the page is `explain`
and everything around it. Targets: a statement page ≤ 150 ms, whatever explains a line ≤ 1 s.
"""

import argparse
import json
import re
import time
from argparse import Namespace
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.dated import dated, keep
from benchmarks.ledger.place import note, noted, running
from benchmarks.month import SCHEME, YEAR, Walk, build
from benchmarks.month_load import Visitor, percentile

MONTHS = 2  # settled and final; the pages are of the last of them
WARM = 12  # pages of a kind opened before the clock runs: each of the web processes has met it
TARGETS = {"statement_self": 150, "statement_secretary": 150, "month_as_it_stands": 1000, "record_behind_a_line": 1000}
FACT = re.compile(r'href="(/ledger/facts/[^"#?]+)')
Pages = dict[str, list[tuple[str, str]]]


def prepare(cluster: Any, asked: argparse.Namespace) -> tuple[int, Pages]:
    """Fill what is missing; how many records are stored, and of each kind of page (session, address)."""
    import psycopg
    from django.conf import settings

    from benchmarks.ledger.__main__ import _seeded
    from linghang.ui.web.scope import system_scope

    settings.DEMO = True  # accounts of an invented unit
    with system_scope(reason="benchmark"):
        _seeded(cluster, Namespace(folder=asked.folder, facts=asked.facts))
    if not noted(asked.folder).get("members"):
        build(asked.members, asked.branches)
        note(asked.folder, members=asked.members)
    _settle(asked)
    with psycopg.connect(cluster.url(database="linghang"), autocommit=True) as connection:
        connection.execute("ANALYZE")
        stored = connection.execute("SELECT count(*) FROM ledger_fact").fetchone()
    with system_scope(reason="benchmark"):
        return stored[0] if stored else 0, _addresses(asked.pages)


def _settle(asked: argparse.Namespace) -> None:
    from django.conf import settings

    done = noted(asked.folder).get("months", 0)
    walk = Walk() if done < MONTHS else None  # made once: it takes a second officer in
    for number in range(done + 1, MONTHS + 1) if walk else ():
        print(json.dumps(walk.month(number)), flush=True)
        note(asked.folder, months=number)
    settings.DEMO_TODAY = None


def _addresses(count: int) -> Pages:
    """Every kind of page, of as many people and branches as there are up to `count`."""
    from linghang.apps.access.models import User
    from linghang.apps.appraisal.models import Book, Statement
    from linghang.apps.org.models import Person, Post
    from linghang.engine.periods import Month

    month = Month(YEAR, MONTHS)
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    User.objects.filter(for_demo=True).update(for_demo=False)  # the pages are opened in another process
    sessions = _Sessions()
    books = {book.pk: book for book in Book.objects.filter(month=month.index, scheme=SCHEME)}
    posts = Post.objects.filter(title="secretary", person__user__isnull=False)
    heads = {
        post.organisation.node_id: post.person.user for post in posts.select_related("person__user", "organisation")
    }
    own = {person.uuid: person.user for person in Person.objects.filter(user__isnull=False).select_related("user")}
    rows = Statement.objects.filter(month=month.index, scheme=SCHEME).order_by("uuid").values_list("subject", "book_id")
    for subject, key in rows:
        statements = f"/appraisal/statements/{subject}/{SCHEME}"
        if subject in own:
            session = sessions[own[subject]]
            found["statement_self"].append((session, f"{statements}/{month}/"))
            found["month_as_it_stands"].append((session, "/appraisal/mine/"))
            found["year"].append((session, f"{statements}/{YEAR}/"))
        else:
            found["statement_secretary"].append((sessions[heads[books[key].node_id]], f"{statements}/{month}/"))
    for book in books.values():
        session = sessions[heads[book.node_id]]
        found["branch_month"].append((session, f"/appraisal/books/{book.uuid}/"))
        found["branch_public"].append((session, f"/appraisal/books/{book.uuid}/public/"))
    return {name: pages[:count] for name, pages in found.items()}


class _Sessions(dict[Any, str]):
    def __missing__(self, user: Any) -> str:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self[user] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self[user]


def measure(port: int, pages: Pages) -> dict[str, Any]:
    """Every page once to warm the processes up, then once again with the clock; records behind lines follow."""
    facts: list[tuple[str, str]] = []
    found = {}
    for name, each in pages.items():
        first = _opened(port, each[:WARM])
        took = _opened(port, each, facts if name.startswith("statement") else None)
        found[name] = _figures(took) | {"first": round(max(first), 1)}
        print(name, found[name], flush=True)
    spread = facts[:: max(1, len(facts) // len(pages["statement_secretary"]))]
    found["record_behind_a_line"] = _figures(_opened(port, spread))
    print("record_behind_a_line", found["record_behind_a_line"], flush=True)
    return found


def _opened(port: int, pages: list[tuple[str, str]], facts: list[tuple[str, str]] | None = None) -> list[float]:
    """Milliseconds of each, a connection each; records that lines name are added to `facts`."""
    took = []
    for session, address in pages:
        visitor = Visitor(port, session)
        begun = time.perf_counter()
        status, where, text = visitor.ask("GET", address, None)
        took.append((time.perf_counter() - begun) * 1000)
        visitor.connection.close()
        assert status == 200, (address, status, where)
        if facts is not None:
            facts += [(session, one) for one in dict.fromkeys(FACT.findall(text))]
    return took


def _figures(took: list[float]) -> dict[str, float]:
    return {"pages": len(took), "p50": percentile(took, 0.5), "p95": percentile(took, 0.95), "max": round(max(took), 1)}


def main() -> None:
    from tests.server.conftest import Installation

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--facts", type=float, default=1e7)
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--branches", type=int, default=40)
    parser.add_argument("--pages", type=int, default=200, help="of each kind, at most")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with running(asked.folder) as cluster:
        stored, pages = prepare(cluster, asked)
    installation = Installation(asked.folder.absolute())
    try:
        installation.start()
        found = measure(installation.port, pages)
    finally:
        installation.stop()
    within = all(found[name]["p95"] <= target for name, target in TARGETS.items())
    size = {"facts": stored, "members": asked.members, "branches": asked.branches}
    answer = dated("statement", **size, targets_ms=TARGETS, ms=found, within_targets=within)
    print(json.dumps(answer, ensure_ascii=False))
    if asked.write:
        keep(answer, stored)


if __name__ == "__main__":
    main()
