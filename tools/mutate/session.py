"""Tries mutants inside one collected session of pytest: each in a forked child, until a test fails.

A change inside a function is put into the functions that are already there (their code object), so that nothing is
imported again. A change at the module's level needs fresh modules: the child runs pytest anew, as a process.

Only tests that run the changed line are tried (at the module's level: that run any line of the file), those that were
fast first. A child that takes too long has noticed, too: an endless loop is a difference.
"""

import contextlib
import gc
import hashlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tools.mutate.changes import Mutant, changed

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "src" / "linghang" / "engine"
MEMORY = 6 * 2**30
QUICK = 0.5  # seconds
PATIENCE = 60  # seconds beyond three times what the tests took unchanged


@dataclass(frozen=True)
class Tried:
    """What became of a mutant: killed by a test, by time, or by a crash; or it lives, with how many tests it passed."""

    mutant: Mutant
    killed: bool
    by: str
    tests: int
    seconds: float


@dataclass
class Baseline:
    """What each test runs and how long it takes; tests that fail without any change are not asked."""

    seconds: dict[str, float] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)  # file → line → tests

    def tests_for(self, mutant: Mutant) -> list[str]:
        """At the module's level every quick test is asked, too: what tests make while they are imported is not seen."""
        of_file = self.lines.get(mutant.file, {})
        rows = [of_file.get(mutant.line, [])] if mutant.function else of_file.values()
        found = {test for tests in rows for test in tests}
        if not mutant.function:
            found |= {test for test, seconds in self.seconds.items() if seconds < QUICK}
        return sorted(found - set(self.failing), key=lambda test: (self.seconds[test], test))


class Session:
    """A plugin of pytest that runs mutants instead of the tests."""

    def __init__(self, chosen: Sequence[Mutant], log: Path, minutes: float) -> None:
        self.chosen, self.log, self.until = chosen, log, time.monotonic() + minutes * 60
        self.baseline = Baseline()
        self.tried: list[Tried] = []
        self.failed: list[str] = []
        self.items: dict[str, pytest.Item] = {}

    # --- as a plugin ---

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.baseline = self._baseline()
        say(f"{len(self.items)} tests, {sum(self.baseline.seconds.values()):.0f} s; "
            f"failing without a change: {self.baseline.failing or 'none'}")  # fmt: skip
        done = self._done()
        for number, mutant in enumerate(self.chosen):
            if time.monotonic() > self.until:
                break
            found = done.get(str(mutant)) or self._try(mutant)
            self.tried.append(found)
            killed = sum(t.killed for t in self.tried)
            say(f"{number + 1}/{len(self.chosen)} {killed / len(self.tried):.1%} "
                f"{'✓' if found.killed else '✗ LIVES'} {found.seconds:.1f}s {mutant}")  # fmt: skip
        return True

    def _done(self) -> dict[str, Tried]:
        """What an earlier run that was interrupted has already tried."""
        found = {}
        if self.log.exists():
            known = {str(m): m for m in self.chosen}
            for line in self.log.read_text("utf-8").splitlines():
                row = json.loads(line)
                if row["mutant"] in known:
                    found[row["mutant"]] = Tried(known[row["mutant"]], *(row[n] for n in ROW))
        return found

    # --- unchanged ---

    def _baseline(self) -> Baseline:
        """Measured once for the same sources and tests."""
        kept, state = self.log.with_suffix(".baseline.json"), state_of_sources()
        found = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        if found.get("state") != state:
            found = {"state": state, "told": self._in_child(self._measure, timeout=3600)[0]}
            kept.write_text(json.dumps(found), "utf-8")
        told = Baseline(**found["told"])
        told.lines = {f: {int(n): t for n, t in of.items()} for f, of in told.lines.items()}
        return told

    def _measure(self) -> dict[str, Any]:
        """Run every test once, each with its own context of coverage."""
        import coverage  # only the child that measures needs it

        tracing = coverage.Coverage(data_file=None, config_file=False, include=[f"{ENGINE}/*"], messages=False)
        found = Baseline()
        tracing.start()
        for nodeid, after in in_turn(list(self.items)):
            tracing.switch_context(nodeid)
            started = time.monotonic()
            self._run(nodeid, after)
            found.seconds[nodeid] = time.monotonic() - started
        tracing.stop()
        data = tracing.get_data()
        for file in data.measured_files():
            found.lines[str(Path(file).relative_to(ENGINE))] = data.contexts_by_lineno(file)
        return {"seconds": found.seconds, "failing": sorted(set(self.failed)), "lines": found.lines}

    def _run(self, nodeid: str, after: str | None) -> None:
        item, following = self.items[nodeid], self.items[after] if after else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    # --- changed ---

    def _try(self, mutant: Mutant) -> Tried:
        tests = self.baseline.tests_for(mutant)
        started = time.monotonic()
        if not tests:
            by, killed = "no test runs it", False
        else:
            timeout = PATIENCE + 3 * sum(self.baseline.seconds[t] for t in tests)
            work = (lambda: self._hunt(mutant, tests)) if mutant.function else (lambda: _hunt_anew(mutant, tests))
            found, how = self._in_child(work, timeout=timeout)
            by = found.get("by", "") if found else how
            killed = bool(by)
        tried = Tried(mutant, killed, by, len(tests), round(time.monotonic() - started, 2))
        with self.log.open("a", encoding="utf-8") as log:
            log.write(
                json.dumps({"mutant": str(mutant)} | {n: getattr(tried, n) for n in ROW}, ensure_ascii=False) + "\n"
            )
        return tried

    def _hunt(self, mutant: Mutant, tests: Sequence[str]) -> dict[str, str]:
        """(child) Put the change in and run tests until one fails."""
        tree = changed((ENGINE / mutant.file).read_text("utf-8"), mutant.number)
        try:
            swapped = put_in(compile(tree, str(ENGINE / mutant.file), "exec"), mutant)
        except (ValueError, SyntaxError) as error:
            return {"by": f"cannot be compiled: {error}"}
        if not swapped:
            return _hunt_anew(mutant, tests)
        for nodeid, after in in_turn(tests):
            self._run(nodeid, after)
            if self.failed:
                return {"by": self.failed[0]}
        return {"by": ""}

    def _in_child(self, work: Any, *, timeout: float) -> tuple[dict[str, Any], str]:
        """What a forked child gives back, or why it did not."""
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            os.close(read)
            with contextlib.suppress(BaseException):
                resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
                sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - the process ends with it
                answer = json.dumps(work()).encode()
                with os.fdopen(write, "wb") as pipe:
                    pipe.write(answer)
            os._exit(0)
        os.close(write)
        return _answer(child, read, timeout)


ROW = ("killed", "by", "tests", "seconds")


def in_turn(tests: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Each test with the one after it: what pytest leaves standing between them depends on it."""
    return zip(tests, [*tests[1:], None], strict=True)


def state_of_sources() -> str:
    """SHA-256 over the engine and its tests."""
    digest = hashlib.sha256()
    for folder in (ENGINE, ROOT / "tests" / "engine", ROOT / "tests" / "laws", ROOT / "tests" / "packs-schemes"):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


SAID = os.fdopen(os.dup(2), "w")  # pytest keeps what tests write to the one that everybody knows


def say(words: str) -> None:
    print(words, file=SAID, flush=True)


def _answer(child: int, read: int, timeout: float) -> tuple[dict[str, Any], str]:
    """Read until the child closes its end; one that takes too long is ended with all that it started."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(int(timeout) + 1)
    try:
        with os.fdopen(read, "rb") as pipe:
            text = pipe.read()
    except TimeoutError:
        return {}, "timeout"
    finally:
        signal.alarm(0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return (json.loads(text), "") if text else ({}, "crash")


def _too_long(*_: object) -> None:
    raise TimeoutError


def put_in(module: CodeType, mutant: Mutant) -> int:
    """Give every function that is there the changed code; how many there were."""
    wanted = {code.co_qualname: code for code in _functions(module)}
    file = str(ENGINE / mutant.file)
    new = wanted.get(mutant.function)
    found = 0
    gc.unfreeze()  # what a test run has put out of the collector's sight is meant as well
    for each in gc.get_objects():
        if new is None or type(each) is not FunctionType:
            continue
        if each.__code__.co_filename == file and each.__code__.co_qualname == mutant.function:
            each.__code__ = new
            found += 1
    return found


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The code of functions and methods at the module's level."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _functions(const)


def _hunt_anew(mutant: Mutant, tests: Sequence[str]) -> dict[str, str]:
    """(child) Run the tests in a process that imports the changed module."""
    import subprocess

    environment = os.environ | {"LINGHANG_MUTANT": json.dumps([mutant.file, mutant.number])}
    command = [sys.executable, "-m", "tools.mutate.anew", "-x", *tests]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not run.returncode:
        return {"by": ""}
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return {"by": (failed or ["it cannot be imported"])[0][:200]}
