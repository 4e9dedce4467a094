"""For pytest: runs each marked test once for every operation of its row, with that operation doing nothing."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml
from _pytest.runner import runtestprotocol
from noop import sabotaged

ROOT = Path(__file__).resolve().parents[2]
OPERATION = pytest.StashKey[str]()


def rows() -> dict[str, list[str]]:
    """Row → its operations, of those rows that name some."""
    content = yaml.safe_load((ROOT / "docs/reference/mechanisms.yaml").read_text("utf-8"))
    return {row["id"]: row["operations"] for row in content["rows"] if row.get("operations")}


class Sabotage:
    """Keeps account of who noticed what."""

    def __init__(self, asked: list[str]) -> None:
        self.operations = {row: found for row, found in rows().items() if not asked or row in asked}
        self.noticed: dict[tuple[str, str], str] = {}
        self.broken: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._rows(item)]

    def _rows(self, item: pytest.Item) -> list[str]:
        named = {row for mark in item.iter_markers("row") for row in mark.args}
        return sorted(named & set(self.operations))

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Once as it is, which must pass; then once for each operation that nobody has missed yet."""
        todo = [(row, op) for row in self._rows(item) for op in self.operations[row] if (row, op) not in self.noticed]
        if todo and self._run(item, ""):
            for row, operation in todo:
                if not self._run(item, operation):
                    self.noticed[row, operation] = item.nodeid
                print("✓" if (row, operation) in self.noticed else "·", row, operation, item.name, flush=True)
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

    @property
    def survivors(self) -> list[tuple[str, str]]:
        return [(row, op) for row, found in self.operations.items() for op in found if (row, op) not in self.noticed]
