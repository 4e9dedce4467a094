"""The table of features names all 71, and each one that can be written names a test that exists."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.grade_model import Condition
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.mechanism_model import Beyond, Counts, Fold
from linghang.engine.packs.model import (
    QUANTITY,
    Band,
    Category,
    Constant,
    Grade,
    GradeCount,
    Item,
    Judged,
    Keep,
    Limit,
    Pack,
    Rate,
    Row,
    Test,
)
from linghang.engine.packs.standing_model import Against, Renew
from linghang.engine.periods import Span
from tests.docs.pages import DOCS, ROOT

Uses = Callable[[Pack], object]

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


# --- what is proved by the worked cases of a pack is written in that pack ---------------------------------------------


def _limits(pack: Pack) -> Iterator[tuple[str, Span, Limit]]:
    for scheme in pack.schemes.values():
        owners = [("item", i.limits) for i in scheme.items] + [("category", c.limits) for c in scheme.categories]
        for owner, limits in (*owners, ("total", scheme.total_limits)):
            yield from ((owner, span, limit) for span, limit in limits.items())


def _has_limit(owner: str, side: str, *spans: Span) -> Uses:
    return lambda pack: any(
        o == owner and getattr(limit, side) is not None and span in (spans or tuple(Span))
        for o, span, limit in _limits(pack)
    )


def _rows(pack: Pack) -> Iterator[Row]:
    return (row for item in _items(pack) for row in item.rows)


def _items(pack: Pack) -> Iterator[Item]:
    return (item for scheme in pack.schemes.values() for item in scheme.items)


def _categories(pack: Pack) -> Iterator[Category]:
    return (category for scheme in pack.schemes.values() for category in scheme.categories)


def _constant(sign: int) -> Uses:
    return lambda pack: any(isinstance(r.price, Constant) and r.price.amount.value * sign > 0 for r in _rows(pack))


def _priced(sort: type) -> Uses:
    return lambda pack: any(isinstance(row.price, sort) for row in _rows(pack))


def _item(wanted: Callable[[Item], object]) -> Uses:
    return lambda pack: any(wanted(item) for item in _items(pack))


def _category(wanted: Callable[[Category], object]) -> Uses:
    return lambda pack: any(wanted(category) for category in _categories(pack))


def _effect(*names: str) -> Uses:
    return lambda pack: any(getattr(e, n) for s in pack.schemes.values() for e in s.effects for n in names)


def _tests(wanted: Callable[[Test], object]) -> Uses:
    return lambda pack: any(wanted(test) for row in _rows(pack) for test in row.every_test())


def _unit(unit: str) -> Uses:
    return lambda pack: any(pack.kinds[kind].unit == unit for item in _items(pack) for kind in item.kinds)


def _met(item: Item) -> bool:
    return bool(item.norm and item.norm.met)


def _open_ended(category: Category) -> bool:
    return category.base is None and not any(limit.floor for limit in category.limits.values())


_QUANTITY = _tests(lambda test: test.attribute == QUANTITY)
_EXCUSE = _item(lambda item: any(row.excuse for row in item.rows))
_RATES = _priced(Rate)
USES: dict[str, Uses] = {
    "F01": _constant(1), "F02": _constant(-1),
    "F03": _category(lambda c: c.base and any(limit.floor is not None for limit in c.limits.values())),
    "F04": _has_limit("item", "cap"), "F05": _has_limit("item", "cap", Span.MONTH, Span.QUARTER, Span.YEAR),
    "F06": _has_limit("category", "cap"), "F07": _has_limit("category", "cap"),
    "F09": lambda pack: any(limit.floor is not None and limit.cap is not None for _, _, limit in _limits(pack)),
    "F10": _priced(Judged), "F11": _item(_met), "F14": _tests(lambda t: t.attribute not in (QUANTITY, "kind")),
    "F15": _QUANTITY, "F16": _priced(Beyond), "F22": _unit("分"), "F27": _QUANTITY, "F28": _EXCUSE, "F29": _EXCUSE,
    "F31": _item(lambda item: item.norm and item.norm.short and item.norm.short.value < 0),
    "F32": _item(lambda item: item.classes),
    "F33": lambda pack: any(scheme.exempt_groups for scheme in pack.schemes.values()),
    "F34": _category(lambda c: c.base), "F35": lambda pack: any(limit.carry for _, _, limit in _limits(pack)),
    "F36": _item(lambda item: item.valid),
    "F41": lambda pack: any(band.at_least for s in pack.schemes.values() for g in s.grades for band in g.bands),
    "F44": _effect("exactly", "at_least"), "F45": _effect("at_most", "bars"),
    "F48": _constant(1), "F50": _tests(lambda t: t.attribute not in (QUANTITY, "kind")), "F51": _EXCUSE, "F53": _RATES,
    "F54": lambda pack: any(kind.evidence == "required" for kind in pack.kinds.values()),
    "F55": lambda pack: any(scheme.joints for scheme in pack.schemes.values()),
    "F56": _item(lambda item: item.valid and item.valid.renew is Renew.EXTEND),
    "F59": _category(lambda c: c.counts is Counts.APART), "F60": _unit("%"),
    "F62": _category(_open_ended), "F63": _category(lambda c: c.counts is Counts.OUTSIDE),
    "F64": _item(lambda item: item.given or item.unless),
    "F65": lambda pack: any(item.norm and item.norm.years > 1 for item in _items(pack)), "F66": _unit("%"),
    "F67": _item(lambda item: item.norm and item.norm.span is Span.YEAR), "F69": _item(_met),
    "F71": _item(lambda item: item.classes or any(t.attribute == "role" for r in item.rows for t in r.tests)),
}  # fmt: skip
PROVED_BY_CASES = {code: proof.strip("`") for code, _, proof in ROWS if proof.strip("`").endswith(".yaml")}


@cache
def _pack(folder: Path) -> Pack:
    pack, problems = load_pack(folder)
    assert pack, list(problems)
    return pack


@pytest.mark.parametrize("code", PROVED_BY_CASES)
def test_the_pack_that_proves_a_feature_writes_it_and_has_worked_cases(code: str) -> None:
    folder = (ROOT / PROVED_BY_CASES[code]).parents[1]
    assert USES[code](_pack(folder)), f"{folder.name} does not write {code}"
    assert read_cases(folder, _pack(folder))[0]


def test_no_feature_proved_by_cases_is_left_out() -> None:
    assert USES.keys() == PROVED_BY_CASES.keys()


# --- beyond the 71 ---------------------------------------------------------------------------------------------------

FURTHER = re.compile(r"^\| ([^|F`]+) \| ([^|]+) \| `(tests/packs-schemes/[^|`]+)` \|$", re.MULTILINE)
FURTHER_USES: dict[str, Uses] = {
    "half_year": lambda pack: [c for c in _categories(pack) if Span.HALF in c.limits],
    "share": lambda pack: [i for i in _items(pack) if i.share],
    "average": lambda pack: [i for i in _items(pack) if i.average and i.average.span is Span.YEAR],
    "quarter_mean": lambda pack: [p for g in _grades(pack) for p in g.parts if p.fold is Fold.QUARTER_MEAN],
    "needs": lambda pack: [b for g in _grades(pack) for b in g.bands if b.needs],
    "at_most": lambda pack: [c for c in _conditions(pack) if isinstance(c, GradeCount) and c.or_worse and c.in_a_row],
    "any": lambda pack: [s for scheme in pack.schemes.values() for s in scheme.selections if s.alternatives],
    "accumulate": lambda pack: [i for i in _items(pack) if i.accumulate and not i.accumulate.steps[0].points.value],
    "last_year": lambda pack: [i for i in _items(pack) if i.last_year],
    "by_class": lambda pack: [b for b in _bands(pack) if b.by_class],
    "for_classes": lambda pack: [g for g in _grades(pack) if g.classes],
    "same_class": lambda pack: [b for b in _bands(pack) if b.top and b.top.same_class],
    "1/3": lambda pack: [b for b in _bands(pack) if b.top and b.top.share == 3334],
    "added": lambda pack: [p for g in _grades(pack) for p in g.parts if p.added],
    "full": lambda pack: {p.full for g in _grades(pack) for p in g.parts} >= {12_000, 30_000},
    "top": lambda pack: [b for b in _bands(pack) if b.top and b.at_least],
    "needs`": lambda pack: [b for b in _bands(pack) if b.needs and not (b.at_least or b.top)],
    "later": lambda pack: [i for i in _items(pack) if i.repeat and i.repeat.by and i.repeat.later],
    "drop": lambda pack: [i for i in _items(pack) if i.average and i.average.drop],
    "0%": lambda pack: [i for i in _items(pack) if i.share and not i.share.steps[0].at],
    "base": lambda pack: [i for i in _items(pack) if i.last_year and _of(pack, i).base.parameter],
    "at_most`、`met": lambda pack: (
        {i.norm.span for i in _items(pack) if i.norm and i.norm.at_most is not None}
        >= {Span.MONTH, Span.QUARTER, Span.YEAR}
    ),
    "lowest": lambda pack: [i for i in _items(pack) if i.dedup and i.dedup.keep is Keep.LOWEST],
    "cap: 0": lambda pack: [c for c in _categories(pack) for x in c.limits.values() if x.cap and not x.cap.value],
    "through": lambda pack: [i for i in _items(pack) if i.through],
    "above": lambda pack: [i for i in _items(pack) if i.share and i.share.above and i.share.below],
    "group_best": lambda pack: [i for i in _items(pack) if i.versus and i.versus.against is Against.BEST],
    "steps": lambda pack: [i for i in _items(pack) if i.accumulate and len(i.accumulate.steps) > 1],
    "all_but": lambda pack: [b for b in _bands(pack) if b.top and b.top.all_but],
    "valid": lambda pack: [i for i in _items(pack) if i.valid and i.dedup],
    "floor": lambda pack: [
        c for c in _categories(pack) for x in c.limits.values() if x.floor and x.cap and x.floor.value < 0 < x.cap.value
    ],
    "基础分都写": lambda pack: [c for c in _categories(pack) if c.classes] and [i for i in _items(pack) if i.classes],
    "lowers": lambda pack: {e.moves for s in pack.schemes.values() for e in s.effects} >= {1, -1},
}


def _grades(pack: Pack) -> Iterator[Grade]:
    return (grade for scheme in pack.schemes.values() for grade in scheme.grades)


def _bands(pack: Pack) -> Iterator[Band]:
    return (band for grade in _grades(pack) for band in grade.bands)


def _of(pack: Pack, item: Item) -> Category:
    return next(c for c in _categories(pack) if c.id == item.category)


def _conditions(pack: Pack) -> Iterator[Condition]:
    return (c for scheme in pack.schemes.values() for s in scheme.selections for c in s.all_conditions)


def test_what_further_documents_write_is_written_by_the_pack_that_proves_it() -> None:
    rows = FURTHER.findall(PAGE.read_text("utf-8"))
    assert len(rows) == len(FURTHER_USES)
    for (words, how, proof), (name, uses) in zip(rows, FURTHER_USES.items(), strict=True):
        assert name in how, words
        assert uses(_pack((ROOT / proof).parents[1])), words
