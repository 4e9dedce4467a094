"""What a run says: the share that was noticed, how sure that is, and every survivor with its reason."""

import json
import math
import platform
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tools.mutate.changes import Mutant

if TYPE_CHECKING:
    from tools.mutate.session import Session, Tried

HERE = Path(__file__).parent
EQUAL = HERE / "equal.yaml"
WANTED = 0.85
SURE = 1.96  # standard deviations on both sides: 95 %


@dataclass(frozen=True)
class Known:
    """Survivors that were looked at: why no test can notice them, or why none has to."""

    reasons: dict[tuple[str, str, str, str], str]

    @classmethod
    def read(cls, path: Path = EQUAL) -> "Known":
        rows = yaml.safe_load(path.read_text("utf-8")) or [] if path.exists() else []
        return cls({(r["file"], r["function"], r["was"], r["becomes"]): r["why"] for r in rows})

    def why(self, mutant: Mutant) -> str:
        return self.reasons.get(mutant.key, "")


def interval(part: int, whole: int) -> tuple[float, float]:
    """Between which shares the true one lies (Wilson, 95 %)."""
    share, z = part / whole, SURE
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return middle - half, min(1.0, middle + half)


def write(session: "Session", population: int, seed: int, known: Known, out: Path | None) -> int:
    """Print the result, write it when asked; 0 when enough was noticed."""
    tried = session.tried
    if not tried:
        return 1
    found = describe(tried, population, seed, known)
    low, high = found["between"]
    print(
        f"{found['killed']} of {found['tried']} noticed: {found['share']:.1%} ({low:.1%}–{high:.1%}); "
        f"{found['of']} mutants in all",
        file=sys.__stderr__,
    )
    if out:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0 if found["share"] >= WANTED else 1


def describe(tried: "list[Tried]", population: int, seed: int, known: Known) -> dict[str, Any]:
    killed = [t for t in tried if t.killed]
    whole = len(tried) == population
    share = len(killed) / len(tried)
    by_kind, living = Counter(t.mutant.kind for t in tried), Counter(t.mutant.kind for t in tried if not t.killed)
    by_file, dead = Counter(t.mutant.file for t in tried), Counter(t.mutant.file for t in killed)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "what": "mutants of engine/rules and engine/settle",
        "at": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "of": population,
        "tried": len(tried),
        "seed": None if whole else seed,
        "killed": len(killed),
        "share": round(share, 4),
        "between": [round(x, 4) for x in ((share, share) if whole else interval(len(killed), len(tried)))],
        "by_time": sum(t.by == "timeout" for t in killed),
        "kinds": {k: [n - living[k], n] for k, n in sorted(by_kind.items())},
        "files": {f: [dead[f], n] for f, n in sorted(by_file.items())},
        "survivors": [
            {"mutant": str(t.mutant), "tests": t.tests, "why": known.why(t.mutant) or "not looked at yet"}
            for t in tried
            if not t.killed
        ],
    }
