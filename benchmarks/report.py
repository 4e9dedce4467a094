"""What a comparison says: targets, a dated JSON file, a table on the terminal and in the explanation of performance."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.compare import CONTESTANTS, ROOT, Comparison

RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- bench settle: begin -->", "<!-- bench settle: end -->"
CHANGED = ("status", "--porcelain", "--", "src", "benchmarks", ":!benchmarks/results")
PACKAGES = ("duckdb", "pyarrow", "numba", "numpy", "pandas")
MEMORY_MB = 1024
SMALL, LARGE = 1_000_000, 10_000_000  # facts from which a promise is judged: below, fixed costs decide


@dataclass(frozen=True)
class Target:
    """A promise, what was measured, and whether it is kept."""

    words: str
    measured: float
    kept: bool


def targets(found: Comparison) -> list[Target]:
    """The promises that can be judged at this size with these contestants; time is from fact file to result file."""
    if "ours" not in found.runs:
        return []
    ours, made = found.median("ours", "total"), []
    if "numba_dense" in found.runs and found.facts >= LARGE:
        ratio = ours / found.median("numba_dense", "total")
        made.append(Target("不超过 Numba 内核的 2.5 倍", ratio, ratio <= 2.5))
    for name, words, least, from_facts in (
        ("pandas_way", "比 pandas 快 8 倍以上", 8, LARGE),
        ("row_loop", "比逐条循环快 20 倍以上", 20, SMALL),
    ):
        if name in found.runs and found.facts >= from_facts:
            ratio = found.median(name, "total") / ours
            made.append(Target(words, ratio, ratio >= least))
    peak = found.median("ours", "peak_mb")
    made.append(Target(f"内存峰值不超过 {MEMORY_MB} MB", peak, peak <= MEMORY_MB))
    return made


def record(found: Comparison, *, seed: int, command: str, now: datetime, load: tuple[float, float]) -> dict[str, Any]:
    """Everything needed to judge or repeat the run."""
    figures = ("prepare", "settle", "write", "total", "cpu", "peak_mb")
    return {
        "what": "bench settle",
        "at": now.isoformat(timespec="seconds"),
        "command": command,
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted": sorted(line[3:] for line in _git(*CHANGED).splitlines()),
        "machine": machine_here() | {"load_before": load[0], "load_after": load[1]},
        "versions": {"python": platform.python_version()} | {p: v for p in PACKAGES if (v := version_of(p))},
        "facts": found.facts,
        "seed": seed,
        "repeats": found.repeats,
        "result_hash": found.result_hash,
        "item_rows": found.item_rows,
        "medians": {n: {f: round(found.median(n, f), 4) for f in figures} for n in found.runs},
        "runs": {n: [{k: round(v, 4) for k, v in asdict(r).items()} for r in runs] for n, runs in found.runs.items()},
        "targets": [asdict(t) for t in targets(found)],
    }


def save(told: Mapping[str, Any]) -> Path:
    """Append a dated file to `benchmarks/results/`."""
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.fromisoformat(told["at"]).strftime("%Y-%m-%d-%H%M%S")
    path = RESULTS / f"{moment}-settle-{told['facts']}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def newest() -> list[dict[str, Any]]:
    """The newest saved run of each size, smallest size first."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*-settle-*.json"))]
    by_size = {run["facts"]: run for run in runs}
    return [by_size[size] for size in sorted(by_size)]


def table(told: Mapping[str, Any]) -> str:
    """One run as Markdown: medians, and how each compares with ours."""
    medians = told["medians"]
    ours = medians.get("ours", {}).get("total")
    head = "| 选手 | 用时 s | 与本引擎之比 | 处理器 s | 内存峰值 MB | 准备 s |"
    rows = [head, "|---|--:|--:|--:|--:|--:|"]
    for name, m in sorted(medians.items(), key=lambda pair: pair[1]["total"]):
        ratio = f"{m['total'] / ours:.2f}" if ours else ""
        figures = f"{m['total']:.3f} | {ratio} | {m['cpu']:.2f} | {m['peak_mb']:.0f} | {m['prepare']:.3f}"
        rows.append(f"| {CONTESTANTS.get(name, name)} | {figures} |")
    return "\n".join(rows)


def promises(told: Mapping[str, Any]) -> str:
    """The targets, one line each."""
    return "\n".join(
        f"- {t['words']}：实测 {t['measured']:.2f}，{'达到' if t['kept'] else '**未达到**'}" for t in told["targets"]
    )


def describe(told: Mapping[str, Any]) -> str:
    """One run for the page: when, where, the table, the promises."""
    machine, versions = told["machine"], told["versions"]
    where = f"{machine['cpu']}，{machine['cores']} 核，{machine['memory_gb']} GB"
    load = f"运行前后系统负载 {machine['load_before']:.1f} / {machine['load_after']:.1f}"
    changed = "，有未提交的改动" if told["uncommitted"] else ""
    packages = "、".join(f"{name} {number}" for name, number in versions.items())
    return f"""### {told["facts"]:,} 条记录

{told["at"]}，提交 {told["commit"][:10]}{changed}；{where}；{load}；{packages}。
每位选手 {told["repeats"]} 次，交替进行，取中位数。
命令：`{told["command"]}`。结果表 {told["item_rows"]:,} 行，各选手一致（SHA-256 {told["result_hash"][:16]}…）。

{table(told)}

{promises(told)}
"""


def write_page() -> None:
    """Put the newest run of each size between the page's markers."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    told = "\n".join(describe(run) for run in newest())
    PAGE.write_text(f"{before}{BEGIN}\n\n{told}\n{END}{after}", encoding="utf-8")


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.rstrip() if found.returncode == 0 else ""


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def machine_here() -> dict[str, Any]:
    cpu = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": cpu[0].split(":")[1].strip() if cpu else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30),
        "system": platform.platform(),
    }
