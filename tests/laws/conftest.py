"""Prints what the generated worlds covered: a law that was never tried on a cap proves nothing about caps.

Under xdist each worker hands its counts to the controller, which prints their sums.
"""

from collections import Counter

import pytest

from tests.laws.worlds import COVERAGE

HANDED_OVER: Counter[str] = Counter()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["coverage_of_worlds"] = dict(COVERAGE)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    HANDED_OVER.update(getattr(node, "workeroutput", {}).get("coverage_of_worlds", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = Counter(COVERAGE)
    found.update(HANDED_OVER)  # not "+", which would drop what was never met: that is what one looks for
    if found:
        terminalreporter.section("what the generated worlds covered")
        for name, count in sorted(found.items()):
            terminalreporter.write_line(f"{count:8}  {name}")
