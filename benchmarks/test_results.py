"""The one hash: blind to the order of rows and to parts, and to nothing else. `python -m pytest benchmarks`"""

import pyarrow as pa
import pytest

from benchmarks.results import hash_results, row_count, write_results

ITEMS = {
    "subject": [0, 0, 1],
    "month": [24312, 24313, 24312],
    "item": ["late", "talk", "talk"],
    "counted": [-50, 40, 60],
}
MONTHS = {"subject": [0, 0, 1], "month": [24312, 24313, 24312], "total": [6300, 6340, 6360]}
QUARTERS = {"subject": [0, 1], "month": [24314, 24314], "total": [12640, 6360], "band": ["none", None]}


def written(folder, items=None, quarters=None, keep=(0, 1, 2)):
    tables = {"items": pa.table(items or ITEMS).take(list(keep)), "months": pa.table(MONTHS)}
    write_results(tables | {"quarters": pa.table(quarters or QUARTERS)}, folder)
    return hash_results(folder)


def test_the_order_of_rows_does_not_matter(tmp_path):
    assert written(tmp_path / "a") == written(tmp_path / "b", keep=(2, 0, 1))
    assert row_count(tmp_path / "a") == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"items": ITEMS | {"counted": [-50, 40, 61]}},
        {"items": ITEMS | {"item": ["late", "late", "talk"]}},
        {"items": ITEMS | {"subject": [0, 0, 0]}},
        {"quarters": QUARTERS | {"band": ["star3", None]}},
        {"quarters": QUARTERS | {"band": ["none", "none"]}},
        {"keep": (0, 1)},
    ],
)
def test_any_other_difference_changes_the_hash(tmp_path, changed):
    assert written(tmp_path / "a") != written(tmp_path / "b", **changed)


def test_an_item_that_the_rules_do_not_know_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not in the rules"):
        written(tmp_path / "a", items=ITEMS | {"item": ["late", "talk", "invented"]})
