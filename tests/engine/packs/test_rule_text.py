"""The rule text says everything that the calculation uses, and changes whenever the calculation does."""

from dataclasses import MISSING, fields, replace
from pathlib import Path

import pytest

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Constant, Item, Pack
from linghang.engine.packs.rule_diff import diff_texts, lines_of
from linghang.engine.packs.rule_text import newest_month, rule_text
from linghang.engine.packs.texts import load_texts, lock_texts, read_texts, sound_name
from linghang.engine.points import format_points

ROOT = Path(__file__).parents[3]
FOLDERS = [f.parent for base in ("packs", "tests/packs-schemes") for f in sorted((ROOT / base).glob("*/pack.yaml"))]
PLAIN = ("id", "title", "clause", "category", "kinds", "rows", "place", "norm")


def _pack(folder: Path) -> Pack:
    pack, problems = load_pack(folder, library=[ROOT / "packs"])
    assert pack is not None, list(problems)
    return pack


def _words(pack: Pack, scheme: str) -> str:
    text = rule_text(pack, scheme, newest_month(pack))
    return repr(text.chapters)


SCHEMES = [(folder, scheme) for folder in FOLDERS for scheme in _pack(folder).schemes]


@pytest.mark.parametrize(("folder", "scheme"), SCHEMES, ids=lambda value: getattr(value, "name", value))
def test_every_price_and_limit_of_an_item_stands_in_the_text(folder, scheme):
    pack = _pack(folder)
    text = rule_text(pack, scheme, newest_month(pack))
    articles = {a.id: a for c in text.chapters for a in c.articles if a.kind == "item"}
    for item in pack.schemes[scheme].items:
        said = " ".join(lines_of(articles[item.id]))
        counts = item.accumulate or item.share or item.rank or item.versus
        for row in item.rows:
            if isinstance(row.price, Constant) and not counts and not row.price.amount.parameter:
                assert f"{format_points(row.price.amount.value, sign=True)} 分" in said
        for limit in item.limits.values():
            for amount in (limit.floor, limit.cap):
                assert amount is None or amount.parameter or format_points(amount.value) in said


def _without(item: Item):
    """The item without one of the things that it says, one after the other."""
    for of in fields(Item):
        if of.name in PLAIN or of.name == "limits":
            continue
        default = of.default if of.default is not MISSING else None
        if getattr(item, of.name) != default:
            yield of.name, replace(item, **{of.name: default})
    if item.limits:
        yield "limits", replace(item, limits={})
    if item.norm:
        bound = "at_least" if item.norm.at_most is None else "at_most"
        yield "norm", replace(item, norm=replace(item.norm, **{bound: getattr(item.norm, bound) + 1}))
    if len(item.rows) > 1:
        yield "rows", replace(item, rows=item.rows[:-1])


@pytest.mark.parametrize(("folder", "scheme"), SCHEMES, ids=lambda value: getattr(value, "name", value))
def test_whatever_an_item_says_less_the_text_says_less_too(folder, scheme):
    pack = _pack(folder)
    told = pack.schemes[scheme]
    before = _words(pack, scheme)
    for place, item in enumerate(told.items):
        for name, poorer in _without(item):
            items = (*told.items[:place], poorer, *told.items[place + 1 :])
            changed = replace(pack, schemes={**pack.schemes, scheme: replace(told, items=items)})
            assert _words(changed, scheme) != before, f"{item.id}: {name}"


def test_a_text_says_the_value_of_the_month_and_the_list_of_all_values_says_the_rest():
    texts = read_texts(ROOT / "packs/example-4x-points")
    library = {"national": read_texts(ROOT / "packs/national")}
    line = "- {from: 2026-01, value: 2.00, source: 示例数字, confidence: invented}"
    later = "\n      - {from: 2026-07, value: 3.00, source: 示例数字, confidence: invented}"
    changed = {**texts, "parameters.yaml": texts["parameters.yaml"].replace(line, line + later)}
    pack, problems = load_texts(changed, library=library)
    assert pack is not None, list(problems)
    months = (newest_month(pack), newest_month(pack) + -1)
    said = [
        next(a for c in rule_text(pack, "member-points", month).chapters for a in c.articles if a.id == "volunteer")
        for month in months
    ]
    assert "+3.00 分（志愿服务每次得分）" in lines_of(said[0])[-1]
    assert "+2.00 分（志愿服务每次得分）" in lines_of(said[1])[-1]
    old, _ = load_texts(texts, library=library)
    diff = diff_texts(rule_text(old, "member-points", months[0]), rule_text(pack, "member-points", months[0]))
    assert [each.title for each in diff] == ["志愿服务", "附表：会调整的数"]


def test_problems_of_texts_name_the_file_in_the_pack_and_the_line():
    texts = read_texts(ROOT / "packs/example-4x-points")
    texts["schemes/member.yaml"] = texts["schemes/member.yaml"].replace("category: study\n", "category: stuty\n", 1)
    pack, problems = load_texts(texts, library={"national": read_texts(ROOT / "packs/national")})
    assert pack is None
    assert [(p.place.file, p.place.line > 0) for p in problems.errors] == [("schemes/member.yaml", True)]


def test_a_lock_is_written_for_what_the_library_holds():
    texts = read_texts(ROOT / "packs/example-4x-points")
    library = {"national": read_texts(ROOT / "packs/national")}
    del texts["pack.lock.yaml"]
    locked, problems = lock_texts(texts, library=library)
    assert not problems.errors
    assert locked == read_texts(ROOT / "packs/example-4x-points")
    missing, problems = lock_texts(texts, library={})
    assert missing == texts
    assert "used-pack-missing" in {p.code for p in problems.errors}
    assert all("/tmp" not in str(p) for p in problems)


@pytest.mark.parametrize(
    "name",
    ["../x.yaml", "/etc/x.yaml", "a/b/c.yaml", "x.py", "a\\x.yaml", ".hidden.yaml", "c:x.yaml", "./x.yaml", "a//x.yaml",
     "x.yaml ", "", "a/../x.yaml", "x" * 200 + ".yaml"],
)  # fmt: skip
def test_names_that_could_leave_the_pack_are_refused(name):
    assert not sound_name(name)
    _pack, problems = load_texts({"pack.yaml": "", name: ""}, library={})
    assert "file-name" in {p.code for p in problems.errors}
