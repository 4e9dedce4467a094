"""The table of features names all 71, and each one that can be written names a test that exists."""

import re

from tests.docs.pages import DOCS, ROOT

PAGE = DOCS / "reference" / "scheme-features.md"
ROW = re.compile(r"^\| (F\d\d) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = [(code, how.strip(), proof.strip()) for code, how, proof in ROW.findall(PAGE.read_text("utf-8"))]


def test_the_table_names_every_feature_once_and_in_order() -> None:
    assert [code for code, _, _ in ROWS] == [f"F{n:02}" for n in range(1, 72)]


def test_what_can_be_written_names_its_proof_and_what_cannot_says_so() -> None:
    for code, how, proof in ROWS:
        assert (proof == "—") == how.startswith(("未做", "不做")), code


def test_every_proof_exists() -> None:
    for code, _, proof in ROWS:
        if proof != "—":
            path, _, name = proof.strip("`").partition("::")
            assert (ROOT / path).is_file(), code
            assert not name or f"def {name}(" in (ROOT / path).read_text("utf-8"), code
