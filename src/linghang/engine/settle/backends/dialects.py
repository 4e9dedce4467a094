"""The engine's SQL in the words of another database: written once for DuckDB, rewritten as a tree, never by hand.

What databases understand differently is put right here, so that every one of them computes the same whole numbers:
    //                    whole-number division; PostgreSQL's / does that for integers, DIV() for 128 bits
    SIGN                  is a float elsewhere: said as a CASE
    HUGEINT               128 bits are a decimal without places
    year(), month()       are decimals in PostgreSQL: made integers at once
    IS NOT DISTINCT FROM  PostgreSQL cannot hash-join on it: missing values get a mark that no value has
    QUALIFY               a query around the query
    (SELECT …)            wants a name before PostgreSQL 16
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import count

import sqlglot
from sqlglot import expressions as exp

MISSING = "\x1f"  # no attribute value of a pack: those are ids
WIDE = {"INT128", "HUGEINT"}

Hook = Callable[[exp.Expr], exp.Expr]


@lru_cache(maxsize=1024)
def in_dialect(sql: str, dialect: str) -> str:
    """One statement of the engine in `dialect`: "duckdb" (unchanged), "postgres" or "spark"; KeyError for others."""
    if dialect == "duckdb":
        return sql
    tree = sqlglot.parse_one(sql, read="duckdb")
    wide = any(_is_wide(cast) for cast in tree.find_all(exp.Cast))
    for hook in HOOKS[dialect](wide):
        tree = tree.transform(hook)
    _name_subqueries(tree)
    return tree.sql(dialect=dialect)


def _is_wide(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and str(node.to) in WIDE


# --- hooks: a node in, the node or what takes its place out ----------------------------------------------------------


def _sign(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Sign):
        return node
    of = node.this
    zero, one, minus = exp.Literal.number(0), exp.Literal.number(1), exp.Neg(this=exp.Literal.number(1))
    case = exp.Case().when(exp.GT(this=of.copy(), expression=zero), one)
    return exp.Paren(this=case.when(exp.LT(this=of.copy(), expression=zero.copy()), minus).else_(zero.copy()))


def _narrowed(node: exp.Expr) -> exp.Expr:
    return exp.cast(node.this, "DECIMAL(38, 0)") if _is_wide(node) else node


def _whole_month(node: exp.Expr) -> exp.Expr:
    """EXTRACT gives a decimal."""
    if isinstance(node, exp.Year | exp.Month):
        part = exp.Var(this="YEAR" if isinstance(node, exp.Year) else "MONTH")
        return exp.cast(exp.Extract(this=part, expression=node.this.copy()), "INT")
    return node


def _marked(node: exp.Expr) -> exp.Expr:
    """Equal, or both missing, as an equality that a hash join understands."""
    if not isinstance(node, exp.NullSafeEQ):
        return node
    sides = [exp.Coalesce(this=side.copy(), expressions=[exp.Literal.string(MISSING)]) for side in
             (node.this, node.expression)]  # fmt: skip
    return exp.EQ(this=sides[0], expression=sides[1])


def _divided(node: exp.Expr) -> exp.Expr:
    """Integers divided by integers; the engine's are never negative, so towards zero is downwards."""
    if isinstance(node, exp.IntDiv):
        return exp.Div(this=node.this.copy(), expression=node.expression.copy(), typed=True)
    return node


def _postgres(wide: bool) -> list[Hook]:
    """A statement with 128-bit numbers divides by DIV(), which is exact for decimals and slower."""
    return [_sign, _narrowed, _whole_month, _marked, *([] if wide else [_divided])]


HOOKS: dict[str, Callable[[bool], list[Hook]]] = {
    "postgres": _postgres,
    "spark": lambda _wide: [_sign, _narrowed],
}


def _name_subqueries(tree: exp.Expr) -> None:
    numbers = count(1)
    for found in tree.find_all(exp.Subquery):
        if isinstance(found.parent, exp.From | exp.Join) and not found.alias:
            found.set("alias", exp.TableAlias(this=exp.to_identifier(f"q{next(numbers)}")))
