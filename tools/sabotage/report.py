"""What a run of sabotage has found so far, and what it says in the end."""

import json
import platform
import subprocess
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Pair = tuple[str, str]  # (row, operation)


class Log:
    """Which operations were missed by which test of their row; kept in a file, so that a run can be interrupted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commit = _commit()
        path.parent.mkdir(parents=True, exist_ok=True)

    def noticed(self) -> dict[Pair, dict[str, str]]:
        """Every pair that some test has missed, in this run or an earlier one."""
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        found = [json.loads(line) for line in lines]
        return {(each["row"], each["operation"]): each for each in found}

    def add(self, pair: Pair, test: str) -> None:
        row, operation = pair
        found = {"row": row, "operation": operation, "by": test, "at": _now(), "commit": self.commit}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False) + "\n")


def describe(operations: Mapping[str, Collection[str]], log: Log, broken: list[str]) -> dict[str, Any]:
    """The result of a run over these rows, as it is kept."""
    pairs, known = [(row, op) for row, found in operations.items() for op in found], log.noticed()
    return {
        "what": "operations of docs/reference/mechanisms.yaml that do nothing, one at a time",
        "at": _now(),
        "commit": log.commit,
        "python": platform.python_version(),
        "rows": len(operations),
        "tried": len(pairs),
        "noticed": sum(pair in known for pair in pairs),
        "survivors": [list(pair) for pair in pairs if pair not in known],
        "broken": broken,
        "by": [{"row": row, "operation": op} | _by(known[row, op]) for row, op in pairs if (row, op) in known],
    }


def write(found: Mapping[str, Any], out: Path | None) -> int:
    """Print the result, write it when asked; 0 when every operation was missed and every test could be run."""
    for line in found["broken"]:
        print("✗ 没有跑成：", line)
    for row, operation in found["survivors"]:
        print("✗ 没有人发现：", row, operation)
    survivors, broken = len(found["survivors"]), len(found["broken"])
    print(f"让 {found['tried']} 处操作逐个失效，没有被发现的 {survivors} 处，没有跑成的 {broken} 项")
    if out:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 1 if survivors or broken or not found["tried"] else 0


def _by(each: Mapping[str, str]) -> dict[str, str]:
    return {name: each[name] for name in ("by", "commit")}


def _commit() -> str:
    run = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return run.stdout.strip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
