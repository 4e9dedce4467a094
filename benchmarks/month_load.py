"""Recorders, reviewers and two finalisations at the same time, over real HTTP, on an installation of its own.

    python -m benchmarks.month_load FOLDER [--recorders 50] [--reviewers 5] [--seconds 60] [--write]

While recorders write down what came late for a month that is shown in two branches, reviewers read the pages of that
month, and two people in each branch approve it. Afterwards: every record that was acknowledged is there once, both
months are final, and what came late is booked so that final and booked together are a recompute of everything.
Target: p99 of recording ≤ 100 ms with 50 recorders, each of whom records once in two seconds, on four cores.
"""

import argparse
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.dated import dated, keep

PAUSE = 2.0  # seconds between two records of one recorder: faster than anybody types
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TARGET_MS = 100


class Visitor:
    """One signed-in person on one connection that is kept open."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.cookies, self.token = port, {"sessionid": session}, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str) -> str:
        """What is wrong with the answer, or an empty text."""
        status, where, text = self.ask("GET", address, None)
        found = TOKEN.search(text)
        self.token = found[1] if found else self.token
        said = " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())[:200]
        return "" if status == 200 else f"{address}: {status} {where} {said}"

    def post(self, address: str, **given: object) -> tuple[int, str]:
        """Status and where it leads, or the first sentence of a refusal."""
        status, where, text = self.ask("POST", address, urlencode({"csrfmiddlewaretoken": self.token, **given}))
        alert = re.search(r'class="alert[^>]*>(.*?)</div>', text, re.DOTALL)
        return status, where or re.sub(r"<[^>]+>|\s+", " ", alert[1] if alert else text)[:300]

    def ask(self, method: str, address: str, body: str | None) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": f"localhost:{self.port}", "Cookie": cookies}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace")


@dataclass
class Load:
    """What is known of the unit, and what happened."""

    port: int
    unit: dict[str, Any]
    seconds: float
    pause: float = PAUSE
    kept: list[str] = field(default_factory=list)
    recording: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Everybody at work until the time is over; whoever is stuck is noted."""
        self.until = time.monotonic() + self.seconds
        work: list[Callable[[], None]] = []
        for who in self.unit["sessions"]:
            kind, _dash, number = who.partition("-")
            if kind == "recorder":
                work.append(lambda n=int(number): self._record(n))
            elif kind == "reviewer":
                work.append(lambda n=int(number): self._read(n))
        work.append(self._approve)
        threads = [threading.Thread(target=self._safely, args=(one,), daemon=True) for one in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.seconds + 120)
        self.wrong += ["somebody waits for ever" for thread in threads if thread.is_alive()]

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (OSError, http.client.HTTPException, AssertionError) as error:
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _note(self, problem: str) -> None:
        if problem:
            self.wrong.append(problem)

    @contextmanager
    def _visitor(self, who: str) -> Iterator[Visitor]:
        visitor = Visitor(self.port, self.unit["sessions"][who])
        try:
            yield visitor
        finally:
            visitor.connection.close()

    def _record(self, number: int) -> None:
        """One record after the other, each of another person, day or time of that day.

        Fifty people do not open the form in the same instant, no more than they record in the same one.
        """
        recorders = sum(1 for who in self.unit["sessions"] if who.startswith("recorder"))
        time.sleep(self.pause * number / recorders)
        with self._visitor(f"recorder-{number}") as visitor:
            self._note(visitor.get("/ledger/record/?what=service.volunteer&one=1"))
            time.sleep(self.pause)
            turn = 0
            while time.monotonic() < self.until:
                begun = time.perf_counter()
                self._one_record(visitor, "ab"[number % 2], turn * recorders + number)
                turn += 1
                time.sleep(max(0.0, self.pause - (time.perf_counter() - begun)))

    def _one_record(self, visitor: Visitor, branch: str, place: int) -> None:
        people = self.unit["people"][branch]
        times, day = divmod(place // len(people), 28)
        begun = time.perf_counter()
        status, where = visitor.post(
            "/ledger/record/", what="service.volunteer", one=1, event=uuid4(), place=self.unit["places"][branch],
            day=f"{self.unit['month']}-{day + 1:02}", quantity=2, sequence=times % 18 + 2,
            who=people[place % len(people)], **{"a-role": "participant"},
        )  # fmt: skip
        self.recording.append((time.perf_counter() - begun) * 1000)
        if status == 302:
            self.kept.append(where.rstrip("/").rpartition("/")[2])
        else:
            self.wrong.append(f"recording: {status} {where}")

    def _read(self, number: int) -> None:
        books = [f"/appraisal/books/{book}/" for book in self.unit["books"].values()]
        pages, turn = [f"/appraisal/books/?month={self.unit['month']}", *books, "/"], number
        with self._visitor(f"reviewer-{number}") as visitor:
            while time.monotonic() < self.until:
                page, begun = pages[turn % len(pages)], time.perf_counter()
                self._note(visitor.get(page))
                self.reading.append((time.perf_counter() - begun) * 1000)
                turn += 1
                time.sleep(1.0)

    def _approve(self) -> None:
        """Both branches in the middle of it, at the same moment, by two people each."""
        time.sleep(self.seconds / 2)
        for post in ("secretary", "discipline"):
            both = [threading.Thread(target=self._safely, args=(self._step(b, post),)) for b in self.unit["books"]]
            for thread in both:
                thread.start()
            for thread in both:
                thread.join(60)

    def _step(self, branch: str, post: str) -> Callable[[], None]:
        def work() -> None:
            address = f"/appraisal/books/{self.unit['books'][branch]}/"
            with self._visitor(f"{branch}-{post}") as visitor:
                self._note(visitor.get(address))
                status, where = visitor.post(f"{address}step/", step="approve")
            assert status == 302, f"{branch} {post}: {status} {where}"
            self.approved.append(f"{branch} {post}")

        return work


def percentile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


def problems(load: Load, told: dict[str, Any]) -> list[str]:
    """What must not be: lost, twice, not booked, refused, stuck."""
    found = list(load.wrong)
    kept, stored = set(load.kept), set(told["facts"])
    seeded = sum(len(people) for people in load.unit["people"].values())
    if not kept or kept - stored or len(kept) != len(load.kept):
        found.append(f"lost {len(kept - stored)} of {len(load.kept)}")
    if len(told["facts"]) != len(kept) + seeded or told["standing"] != len(told["facts"]):
        found.append(f"{len(told['facts'])} records, {told['standing']} stand, {len(kept) + seeded} were acknowledged")
    if len(load.approved) != 4 or told["final"] != seeded:
        found.append(f"approved by {load.approved}; {told['final']} final of {seeded}")
    if told["booked"] != told["full"]:
        found.append("final and booked are not the recompute")
    return found


def main() -> None:
    from tests.server import month_rows
    from tests.server.conftest import Installation

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recorders", type=int, default=50)
    parser.add_argument("--reviewers", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    asked.folder.chmod(0o755)  # the database runs as another user than root and must be able to enter
    installation = Installation((asked.folder / "var").absolute())
    try:
        installation.start()
        unit = month_rows.run(installation.data, "seed", str(asked.recorders), str(asked.reviewers))
        load = Load(installation.port, unit, asked.seconds)
        load.run()
        told = month_rows.run(installation.data, "tell")
    finally:
        installation.remove()
    found = _summary(load, told)
    print(json.dumps(found, ensure_ascii=False))
    if asked.write:
        asked_for = {"recorders": asked.recorders, "reviewers": asked.reviewers, "seconds": asked.seconds}
        keep(dated("month_load", **asked_for, **found), asked.recorders)


def _summary(load: Load, told: dict[str, Any]) -> dict[str, Any]:
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    return {
        "recorded": len(load.kept),
        "adjustments": told["adjustments"],
        "recording_ms": {name: percentile(load.recording, share) for name, share in shares},
        "reading_ms": {name: percentile(load.reading, share) for name, share in shares},
        "within_target": percentile(load.recording, 0.99) <= TARGET_MS,
        "problems": problems(load, told),
    }


if __name__ == "__main__":
    main()
