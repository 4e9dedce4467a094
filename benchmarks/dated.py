"""What every measurement says of itself, where it is written, and a folder that its database may enter."""

import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def dated(what: str, **figures: Any) -> dict[str, Any]:
    """The figures with what was measured, when, at which commit, on how many of how many cores, beside which load."""
    machine = {
        "cores": len(os.sched_getaffinity(0)),
        "of": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    return {
        "what": f"bench {what}",
        "at": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted": _git("status", "--short").splitlines(),
        "machine": machine,
        **figures,
    }


def keep(answer: dict[str, Any], size: int | str) -> Path:
    """Write the answer among the results, by its moment, its name and its size."""
    stamp = datetime.fromisoformat(answer["at"]).strftime("%Y-%m-%d-%H%M%S")
    name = str(answer["what"]).removeprefix("bench ").replace("_", "-")
    target = RESULTS / f"{stamp}-{name}-{size}.json"
    target.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return target


@contextmanager
def folder_for(asked: Path | None) -> Iterator[Path]:
    """The folder that was asked for, kept; else one that goes. The database runs as another user and may enter it."""
    if asked is None:
        with tempfile.TemporaryDirectory(prefix="linghang-bench-") as made:
            Path(made).chmod(0o711)
            yield Path(made)
        return
    asked.mkdir(parents=True, exist_ok=True)
    asked.chmod(0o711)
    yield asked


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
