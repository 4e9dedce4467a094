"""The yardsticks of the engine's speed give what the engine gives, in whatever order the records lie."""

from pathlib import Path

import pytest

from benchmarks import layouts
from benchmarks.contestants import bare_sql, c_kernel, ours_tables
from benchmarks.generate import YEAR, generate
from benchmarks.results import hash_results, write_results


@pytest.mark.parametrize("layout", ["time", "member", "month"])
@pytest.mark.parametrize("yardstick", [c_kernel, bare_sql])
def test_a_yardstick_and_the_engine_agree(layout: str, yardstick: object, tmp_path: Path) -> None:
    if yardstick is c_kernel and c_kernel.compiler() is None:
        pytest.skip(f"NOT RUN: {c_kernel.NO_COMPILER} (Debian: apt-get install gcc libc6-dev)")
    made = generate(20_000, tmp_path)
    facts, _ = layouts.laid_out(made, layout, tmp_path)
    hashes = set()
    for contestant in (yardstick, ours_tables):
        out = tmp_path / contestant.__name__
        write_results(contestant.settle(contestant.prepare(made.roster, YEAR), facts, out), out)
        hashes.add(hash_results(out))
    assert len(hashes) == 1


def test_a_machine_without_a_compiler_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c_kernel.shutil, "which", lambda _: None)
    with pytest.raises(LookupError, match="没有 C 编译器"):
        c_kernel.library()
