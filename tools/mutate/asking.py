"""How pytest is asked: which tests, without chance, without looking for the smallest example of a failure."""

import os
from pathlib import Path

from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parents[2]
TESTS = ("tests/engine", "tests/laws/test_settlement_laws.py", "tests/laws/test_incremental.py", "tests/packs-schemes")
OPTIONS = (
    "-c", "tools/mutate/pytest.ini", f"--rootdir={ROOT}", "--confcutdir=tests", "-q", "--no-header",
    *(word for plugin in ("randomly", "cacheprovider", "xdist", "cov") for word in ("-p", f"no:{plugin}")),
    "-k", "not notices and not hostile",
)  # fmt: skip


def prepare() -> None:
    """Before any test module is imported: generated examples are the same each time, and the first failure is enough.

    Laws that hunt for a bug planted by hand ("notices") are left out: they say nothing about another bug.
    """
    os.environ.setdefault("LINGHANG_TEST_EFFORT", "quick")
    settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
