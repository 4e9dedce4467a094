"""Packs written after published schemes: free of problems, and every worked case comes out on both engines."""

from pathlib import Path

import pytest

from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.settle.run_cases import run_cases

FOLDER = Path(__file__).parents[2] / "packs-schemes"
PACKS = sorted(p.parent for p in FOLDER.glob("*/pack.yaml"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda p: p.name)
def test_a_pack_after_a_published_scheme_settles_its_worked_cases(folder: Path) -> None:
    pack, problems = load_pack(folder)
    assert pack, "\n".join(str(p) for p in problems)
    assert pack.identity.invented
    cases, wrong = read_cases(folder, pack)
    # they use no shared tags on purpose; what remains is that the check says what it cannot know
    assert {p.code for p in problems} == {"meaning-unknown"}, "\n".join(str(p) for p in problems)
    assert not len(wrong), "\n".join(str(p) for p in wrong)
    for engine in ("reference", "duckdb"):
        failed = [
            f"{r.case.place} {r.case.title}: {r.differences}"
            for r in run_cases(pack, cases, engine=engine)
            if not r.passed
        ]
        assert not failed, "\n".join(failed)
