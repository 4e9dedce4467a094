"""The engine's SQL in the words of other databases: the same whole numbers, no float anywhere, no word of a pack."""

import re

import pytest
import sqlglot
from sqlglot import expressions as exp

from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.backends.dialects import in_dialect
from linghang.engine.settle.backends.sql import counting, placed_sums, pricing, summed
from linghang.engine.settle.backends.sql_further import standing
from tests.laws.further_worlds import make_further_world
from tests.laws.worlds import make_world

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def statements() -> list[str]:
    found = []
    for make in (make_world, make_further_world):
        for seed in range(12):
            plan = compile_plan(make(seed, 0).pack, "s", make(seed, 0).period)
            found.append(placed_sums(plan, summed(pricing(plan, has_unscored=True)), low=3, size=7))
            if plan.stands:
                found.append(counting(plan, has_unscored=True))
                found += [standing(plan, i, m) for i in plan.items if i.stands for m in plan.months[-1:]]
    return found


STATEMENTS = statements()


def test_duckdb_gets_the_text_as_it_is_written() -> None:
    assert [in_dialect(sql, "duckdb") for sql in STATEMENTS] == STATEMENTS


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_no_statement_rounds_divides_by_parts_or_casts_to_a_float(dialect: str) -> None:
    for sql in STATEMENTS:
        tree = sqlglot.parse_one(in_dialect(sql, dialect), dialect=dialect)
        assert not list(tree.find_all(exp.Round, exp.Floor, exp.Ceil, exp.Avg, exp.Sign))
        kinds = {cast.to.this.name for cast in tree.find_all(exp.Cast)}
        assert kinds <= {"INT", "BIGINT", "DECIMAL", "DATE"}


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_no_word_of_a_pack_stands_in_any_statement(dialect: str) -> None:
    for sql in STATEMENTS:
        tree = sqlglot.parse_one(in_dialect(sql, dialect), dialect=dialect)
        texts = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
        assert {t for t in texts - {"", "\x1f"} if not DAY.fullmatch(t)} == set()
        assert not re.search("[一-鿿]", sql)


@pytest.mark.parametrize(
    ("written", "postgres", "spark"),
    [
        ("SELECT (a + 1) // b", "SELECT (a + 1) / b", "SELECT (a + 1) DIV b"),
        (
            "SELECT CAST(a AS HUGEINT) // b",
            "SELECT DIV(CAST(a AS DECIMAL(38, 0)), b)",
            "SELECT CAST(a AS DECIMAL(38, 0)) DIV b",
        ),
        (
            "SELECT SIGN(a)",
            "SELECT (CASE WHEN a > 0 THEN 1 WHEN a < 0 THEN -1 ELSE 0 END)",
            "SELECT (CASE WHEN a > 0 THEN 1 WHEN a < 0 THEN -1 ELSE 0 END)",
        ),
        ("SELECT year(d)", "SELECT CAST(EXTRACT(YEAR FROM d) AS INT)", "SELECT YEAR(d)"),
        ("SELECT * FROM (SELECT 1)", "SELECT * FROM (SELECT 1) AS q1", "SELECT * FROM (SELECT 1) AS q1"),
    ],
)
def test_what_databases_understand_differently_is_put_right(written: str, postgres: str, spark: str) -> None:
    assert in_dialect(written, "postgres") == postgres
    assert in_dialect(written, "spark") == spark


def test_what_may_be_missing_is_compared_so_that_a_hash_join_understands_it() -> None:
    found = in_dialect("SELECT 1 FROM f JOIN l ON f.a IS NOT DISTINCT FROM l.a", "postgres")
    assert found == "SELECT 1 FROM f JOIN l ON COALESCE(f.a, '\x1f') = COALESCE(l.a, '\x1f')"


def test_a_dialect_that_nobody_has_put_right_is_refused() -> None:
    with pytest.raises(KeyError):
        in_dialect("SELECT 1", "oracle")
