"""What a table of an import is taken for: known titles, titles that only hold a known word, tables of no branch."""

import pytest

from linghang.apps.exchange.imports.proposing import propose_rows
from linghang.apps.exchange.kinds import kind_of
from linghang.apps.exchange.tables.grid import Sheet, Workbook

TITLES = ["序号", "党员姓名", "男/女", "工作证号", "现所属支部名称", "入党年月日", "正式/预备", "备注"]
PERSON = [1, "张志强", "男", "LH1001", "机电队党支部", "2019.5.1", "正式", ""]


def proposed(titles, *, name="Sheet1", rows=(PERSON, PERSON)):
    return propose_rows(Workbook("花名册.xlsx", (Sheet(name, [titles, *rows]),)), kind_of("roster"))


def said(found):
    return [problem.message for problem in found.unsure]


def test_a_title_that_holds_a_known_word_is_taken_for_it_and_said_to_be_unsure():
    found = proposed(TITLES)
    columns = found.mapping.roster[0].columns
    assert columns == {"name": 1, "code": 3, "organisation": 4, "standing_from": 5, "standing": 6}
    assert said(found) == ["“现所属支部名称”当作“支部”读"]
    assert [problem.place.cell for problem in found.unsure] == ["E1"]


def test_the_name_of_a_parent_is_not_taken_for_the_name():
    found = proposed(["姓名", "支部", "入党介绍人姓名", "备注"], rows=[["张志强", "机电队党支部", "李明", ""]])
    assert found.mapping.roster[0].columns == {"name": 0, "organisation": 1}
    assert said(found) == []


@pytest.mark.parametrize(
    ("sheet", "whole", "words"),
    [
        ("花名册(2026)", "", "没有“支部”这一列"),
        ("Sheet1", "", "没有“支部”这一列"),
        ("采掘一队", "采掘一队", "没有“支部”这一列，整张表当作“采掘一队”的"),
    ],
)
def test_a_table_without_branches_says_so_and_whose_it_is_taken_for(sheet, whole, words):
    found = proposed(["姓名", "工号"], name=sheet, rows=[["张志强", "1001"]])
    assert found.mapping.roster[0].organisation == whole
    assert said(found) == [words]
