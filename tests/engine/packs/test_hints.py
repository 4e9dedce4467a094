"""What a person writes who has the document beside him, and what the check says to do instead."""

import pytest

from linghang.engine.packs.compose import ScalarNode
from linghang.engine.packs.prices import HOW, how_to_write
from linghang.engine.packs.schema import PackProblems, choice
from linghang.engine.periods import Span
from linghang.engine.problems import Place


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("扣5分", "扣分写负数：-5"),
        ("每次扣2分", "扣分写负数：-2"),
        ("加3分", "写成数：3"),
        ("５分／次", "写成数：5"),
        ("5-10分", "在范围内评定的，写成 5 至 10"),
        ("扣1—3分", "在范围内酌情扣分的，写成 -3 至 -1"),
        ("每少1次扣2分", "次数不足的扣分不写表格，写 norm: {at_least: 几次, short: -2}"),
        ("每低1%扣0.1分", "写明低于多少：低于100每1% -0.1；由记录算出的比率写 share"),
        ("该项不得分", "不计的写 0；整项清零的写 effects 的 zeroes，或扣满分"),
        ("最高10分", "上限不写在得分里，写项目的 year: {cap: 10}"),
        ("10分封顶", "上限不写在得分里，写项目的 year: {cap: 10}"),
        ("视情况", HOW),
    ],
)
def test_what_documents_say_of_points_gets_the_form_that_a_cell_takes(written: str, hint: str) -> None:
    assert how_to_write(written) == hint


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("季度", "写 quarter（季）"),
        ("每半年", "写 half_year（半年）"),
        ("quater", "是不是“quarter”?"),
        ("学期", "可用：month（月）、quarter（季）、half_year（半年）、year（年）"),
    ],
)
def test_a_fixed_word_in_chinese_gets_the_word_that_is_written(written: str, said: str) -> None:
    problems = PackProblems()
    choice(Span).read(ScalarNode(written, Place()), problems)
    assert problems.items[0].message == f"“{written}”不在可选项里。{said}"


def test_a_colon_of_the_wrong_width_or_without_a_space_is_named(workshop) -> None:
    workshop.change("pack.yaml", "pack: example-4x-points", "pack：example-4x-points")
    assert "上一行的冒号（半角" in "".join(p.hint for p in workshop.problems())
    (workshop.example / "schemes" / "further.yaml").write_text("scheme:points\n", encoding="utf-8")
    assert "冒号用半角" in next(p.hint for p in workshop.problems() if p.place.file.endswith("further.yaml"))


def test_a_number_that_is_too_large_is_not_called_no_number(workshop) -> None:
    workshop.change("schemes/member.yaml", "base: 10.00", "base: 99999999999999999999.00")
    assert "太大" in workshop.only("bad-amount").message
    workshop.change("schemes/member.yaml", "base: 99999999999999999999.00", "base: 1e3")
    assert "科学计数法" in workshop.only("bad-amount").message


def test_what_is_wrong_elsewhere_is_told_though_the_pack_cannot_be_named(workshop) -> None:
    workshop.change("pack.yaml", "pack: example-4x-points", "pack: 积分办法")
    workshop.change("schemes/member.yaml", "late_months: 3", "late_months: x")
    workshop.change("parameters.yaml", "value: 270.00", "value: z")
    assert {"bad-id", "bad-integer", "bad-number"} <= {p.code for p in workshop.problems()}
