"""Prints what the generated worlds covered: a law that was never tried on a cap proves nothing about caps."""

import pytest

from tests.laws.worlds import COVERAGE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COVERAGE:
        terminalreporter.section("what the generated worlds covered")
        for name, count in sorted(COVERAGE.items()):
            terminalreporter.write_line(f"{count:8}  {name}")
