import pytest

from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.tests import books
from linghang.apps.exchange.tests.sample_pack import sample_pack


@pytest.fixture
def facts_from(tmp_path):
    """Reads facts of March 2026 from rows given sheet by sheet; gives facts, errors as “cell code”, problems."""

    def read(sheets, merges=None, mapping=None, period=books.MARCH):
        path = books.book(tmp_path / "records.xlsx", sheets, merges)
        facts, problems = read_facts(path, pack=sample_pack(), roster=books.roster(), period=period, mapping=mapping)
        return facts, [f"{p.place.sheet}!{p.place.cell} {p.code}" for p in problems.errors], problems

    return read
