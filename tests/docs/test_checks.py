"""The page on what the check finds names codes that exist; `test_check_list` tries each of them."""

import re

from tests.docs.codes import problem_codes
from tests.docs.pages import DOCS

PAGE = DOCS / "reference" / "checks.md"
ROW = re.compile(r"^\| ([^|]+) \|(?: [^|]+ \|)? ((?:`[a-z-]+` ?)+)\|$", re.MULTILINE)
# (codes, what the line says) for every line of the page's tables
CHECKS = [
    (tuple(re.findall(r"`([a-z-]+)`", codes)), words.strip()) for words, codes in ROW.findall(PAGE.read_text("utf-8"))
]


def test_every_line_names_codes_that_the_check_can_give() -> None:
    assert len(CHECKS) > 18
    assert [code for codes, _ in CHECKS for code in codes if code not in problem_codes("pack")] == []
