"""The page of codes lists exactly what the source can say; a new code needs a line there."""

import re

import pytest

from tests.docs.codes import ROOMS, problem_codes, refusal_codes
from tests.docs.pages import DOCS, sections

PAGE = DOCS / "reference" / "problem-codes.md"
SECTIONS = {
    "方案包": "pack",
    "花名册、记录表、列对应文件": "table",
    "导入": "import",
    "核算": "run",
    "工作日表": "workdays",
}
CODE = re.compile(r"^\| `([a-z._-]+)` \|", re.MULTILINE)


@pytest.mark.parametrize("title", SECTIONS, ids=SECTIONS.values())
def test_the_section_lists_the_codes_of_its_room_in_order(title: str) -> None:
    assert CODE.findall(sections(PAGE, "## ")[title]) == sorted(problem_codes(SECTIONS[title]))


def test_the_refusals_of_pages_are_listed_in_order() -> None:
    assert CODE.findall(sections(PAGE, "## ")["网页上的拒绝"]) == sorted(refusal_codes())


def test_the_search_finds_codes_that_tests_see_at_the_terminal() -> None:
    """Not everything is a plain call: this holds the search to codes made in each of the ways that the source has."""
    everything = set().union(*map(problem_codes, ROOMS))
    seen = {"encoding", "yaml-syntax", "unknown-member", "bad-date", "too-large", "same-name", "award-range",
            "target-in-use", "workdays.row", "unreachable-row", "unknown-id", "kind-assumed", "bad-month"}  # fmt: skip
    assert seen - everything == set()
