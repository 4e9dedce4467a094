"""Tables of the reference pages agree with the source: results, roles, words of the mapping file."""

import re

import pytest
from django.utils import translation

from linghang.apps.access.data import ROLES
from linghang.apps.exchange.mapping import read
from linghang.apps.exchange.mapping.model import CLOSING_ROLES, FACT_ROLES, ROSTER_ROLES, Layout, Meaning
from linghang.engine.settle.backends.fact_rows import NEEDED
from linghang.engine.settle.store import LEVELS, SCHEMA
from tests.docs.pages import DOCS, sections, table_rows

STATEMENTS, ROLES_PAGE = DOCS / "reference" / "statements.md", DOCS / "reference" / "roles.md"
COLUMNS = DOCS / "how-to" / "match-columns.md"


def words(text: str) -> list[str]:
    return [row[0].strip("`") for row in table_rows(text) if row[0].startswith("`")]


def test_every_column_and_level_of_the_results_file_is_described() -> None:
    text = sections(STATEMENTS, "## ")["totals.parquet"]
    types = {row[0].strip("`"): row[1] for row in table_rows(text) if len(row) == 3}
    levels = {row[0].strip("`") for row in table_rows(text) if len(row) == 2}
    assert types == {f.name: str(f.type) for f in SCHEMA}
    assert levels == set(LEVELS.values())


def test_the_columns_that_a_fact_file_must_have_are_marked() -> None:
    page = DOCS / "reference" / "fact-files.md"
    marked = [row[0].strip("`* ") for row in table_rows(page.read_text("utf-8")) if row[0].endswith(" *")]
    assert sorted(marked) == sorted(NEEDED)


def test_every_role_stands_on_the_page_with_its_words() -> None:
    with translation.override("zh-hans"):
        known = [
            [f"`{code}`", str(r.label), str(r.purpose), "是" if r.business else "否",
             "、".join(str(ROLES[g.value].label) for g in r.granted_by)]
            for code, r in ROLES.items()
        ]  # fmt: skip
    assert table_rows(sections(ROLES_PAGE, "## ")["职务"]) == known


def test_every_word_of_the_mapping_file_is_described() -> None:
    parts = sections(COLUMNS, "## ")
    assert words(parts["三种版式"]) == [layout.value for layout in Layout]
    assert set(words(parts["一段记录里可以写的"])) == set(read._FACTS)
    assert set(words(parts["横表的事项列"])) == set(read._ITEM)
    assert all(f"`{m.value}`" in parts["横表的事项列"] for m in Meaning)


@pytest.mark.parametrize(
    ("start", "roles"),
    [("花名册", ROSTER_ROLES), ("记录", FACT_ROLES), ("关账", CLOSING_ROLES)],
    ids=["roster", "facts", "closings"],
)
def test_the_columns_that_can_be_matched_are_listed(start: str, roles: dict[str, str]) -> None:
    line = re.search(rf"^{start}的 `列` 里(?:可以)?写：(.+)。$", COLUMNS.read_text("utf-8"), re.MULTILINE)
    assert line
    assert line[1].split("、") == list(roles.values())
