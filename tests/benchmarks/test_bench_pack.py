"""The bench pack and the table that the other contestants read say the same rules."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Row
from linghang.engine.periods import Span

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pack():
    found, problems = load_pack(ROOT / "benchmarks" / "pack")
    assert [p.code for p in problems] == ["meaning-unknown"]  # invented kinds say nothing of what they mean
    return found


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import rules, typed_rules

    yield rules, typed_rules
    for name in [n for n in sys.modules if n.split(".")[0] == "benchmarks"]:
        del sys.modules[name]


def said(row: Row) -> tuple:
    """A row's tests by attribute, whatever their order in the table, and its price without places."""
    return {t.attribute: (t.comparison, t.values) for t in row.tests}, row.price, row.excuse, row.kind


def test_items_price_and_limit_alike(pack, typed):
    rules, typed_rules = typed
    items = pack.schemes["bench"].items
    assert [i.id for i in items] == [i.id for i in rules.ITEMS]
    for item, wanted in zip(items, map(typed_rules.item, rules.ITEMS), strict=True):
        assert (item.category, item.kinds) == (wanted.category, wanted.kinds)
        assert [said(r) for r in item.rows] == [said(r) for r in wanted.rows]
        assert item.limits == wanted.limits
        assert item.norm is item.dedup is None


def test_kinds_have_the_attributes_that_are_generated(pack, typed):
    rules, typed_rules = typed
    assert list(pack.kinds) == [k.id for k in rules.KINDS]
    for wanted in map(typed_rules.kind, rules.KINDS):
        kind = pack.kinds[wanted.id]
        assert {a.id: [*a.values] for a in kind.attributes.values()} == {
            a.id: [*a.values] for a in wanted.attributes.values()
        }
        assert kind.attributes.keys() == wanted.attributes.keys()
        assert kind.quantity_max == wanted.quantity_max


def test_categories_totals_and_grades_are_alike(pack, typed):
    rules, typed_rules = typed
    scheme = pack.schemes["bench"]
    found = [(c.id, c.base.value if c.base else 0, c.limits) for c in scheme.categories]
    assert found == [(c.id, c.base, typed_rules.limits(c.limits)) for c in rules.CATEGORIES]
    assert scheme.total_limits == typed_rules.limits(rules.TOTAL_LIMITS)
    (grade,) = scheme.grades
    assert (grade.span, grade.needs_months) == (Span.QUARTER, rules.GRADE_NEEDS_MONTHS)
    assert [(b.id, b.at_least.value if b.at_least else None) for b in grade.bands] == list(rules.GRADE)
    assert [pack.groups[g].classes for g in scheme.exempt_groups] == [rules.EXEMPT_CLASSES]


def test_the_pack_is_as_rich_as_the_comparison_claims(pack):
    items = pack.schemes["bench"].items
    caps = Counter(span for i in items for span, limit in i.limits.items() if limit.cap)
    assert (len(items), len({k for i in items for k in i.kinds})) == (30, 27)
    assert caps == {Span.MONTH: 17, Span.QUARTER: 8, Span.YEAR: 5}
    assert sum(bool(limit.floor) for i in items for limit in i.limits.values()) == 4
    tests = Counter(len(r.tests) for i in items for r in i.rows)
    assert tests[3] >= 3
    assert tests[2] >= 10
