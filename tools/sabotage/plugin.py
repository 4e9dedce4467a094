"""For pytest: runs each marked test once for every operation of its row, with that operation doing nothing."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml
from _pytest.runner import runtestprotocol
from noop import sabotaged
from report import Log, Pair

ROOT = Path(__file__).resolve().parents[2]
OPERATION = pytest.StashKey[str]()


def rows() -> dict[str, list[str]]:
    """Row → its operations, of those rows that name some."""
    content = yaml.safe_load((ROOT / "docs/reference/mechanisms.yaml").read_text("utf-8"))
    return {row["id"]: row["operations"] for row in content["rows"] if row.get("operations")}


class Sabotage:
    """Keeps account of who noticed what."""

    def __init__(self, asked: Sequence[str], log: Log) -> None:
        self.operations = {row: found for row, found in rows().items() if not asked or row in asked}
        self.log, self.known = log, set(log.noticed())
        self.broken: list[str] = []

    @property
    def todo(self) -> set[Pair]:
        """What no test has missed yet."""
        return {(row, op) for row, found in self.operations.items() for op in found} - self.known

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._todo_of(item)]

    def _todo_of(self, item: pytest.Item) -> list[Pair]:
        named = {row for mark in item.iter_markers("row") for row in mark.args}
        return sorted(pair for pair in self.todo if pair[0] in named)

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Once as it is, which must pass; then once for each operation that nobody has missed yet."""
        todo = self._todo_of(item)
        if todo and self._run(item, ""):
            for pair in todo:
                if not self._run(item, pair[1]):
                    self.known.add(pair)
                    self.log.add(pair, item.nodeid)
                print("✓" if pair in self.known else "·", *pair, item.name, flush=True)
        item.session._setupstate.teardown_exact(nextitem)
        return True

    def _run(self, item: pytest.Item, operation: str) -> bool:
        """Whether the test passes; one that does not without any sabotage proves nothing."""
        item.stash[OPERATION] = operation
        item._initrequest()
        reports = runtestprotocol(item, nextitem=item.parent, log=False)
        wrong = [r for r in reports if r.failed and (r.when != "call" or not operation)]
        self.broken += [f"{item.nodeid} · {r.when}: {r.longreprtext.splitlines()[-1]}" for r in wrong]
        return all(r.passed for r in reports)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        operation = item.stash[OPERATION]
        with sabotaged(operation) if operation else nullcontext():
            return (yield)
