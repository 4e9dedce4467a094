"""Every package that the project names has its reason and licence on the page, and no other has."""

import json
import re
import tomllib

import pytest

from tests.docs.pages import DOCS, ROOT, sections, table_rows

PAGE = DOCS / "decisions" / "dependencies.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
NODE = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))["dependencies"]
KNOWN = {
    "Runtime": PROJECT["project"]["dependencies"],
    "Build": GROUPS["build"],
    "Settling on Spark": PROJECT["project"]["optional-dependencies"]["spark"],
    "Compiled steps": PROJECT["project"]["optional-dependencies"]["fast"],
    "Development": GROUPS["dev"],
    "Comparison of speed": GROUPS["bench"],
    "Front-end assets": [*GROUPS["assets"], *NODE],
}


@pytest.mark.parametrize("title", KNOWN)
def test_the_page_and_the_project_name_the_same_packages(title: str) -> None:
    rows = table_rows(sections(PAGE, "## ")[title])
    names = [re.split(r"(?<!^)[=<>\[]", package)[0] for package in KNOWN[title]]
    assert sorted(row[0] for row in rows) == sorted(names)
    assert [row[0] for row in rows if not (row[1] and row[3])] == [], "a reason and a licence for each"


def test_every_group_of_the_project_has_a_section() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert len(KNOWN) == len(sections(PAGE, "## ")) == len(GROUPS) + len(extras) + 1


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    files = [p.name for p in (DOCS / "decisions").glob("*.md") if p.name != "README.md"]
    assert [name for name in files if f"({name})" not in index] == []
