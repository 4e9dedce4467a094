"""A list leaves the house as it was shown: rows, filter, day."""

from datetime import UTC, date, datetime
from io import BytesIO

from python_calamine import CalamineWorkbook

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind

NOW = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


def saved(answer) -> list[list]:
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_a_list_is_saved_with_its_filter_its_day_and_its_number_of_rows():
    columns = [Column("名称"), Column("成立", Kind.DATE), Column("人数", Kind.INTEGER)]
    rows = [["一支部", date(2020, 7, 1), 12], ["=二支部", None, 0]]
    answer = list_response(
        "组织", columns, rows, now=NOW, filters={"类型": "党支部", "名称": ""}, as_of=date(2026, 3, 5)
    )
    said = saved(answer)
    assert said[0][0] == "组织"
    assert said[2:4] == [["一支部", date(2020, 7, 1), 12], ["=二支部", "", 0]]
    words = "\n".join(str(row[0]) for row in said[4:])
    assert "共 2 行，截至 2026年3月5日。" in words
    assert "筛选条件：类型：党支部" in words


def test_the_file_is_an_attachment_named_after_the_day_in_china():
    answer = list_response("组织", [Column("名称")], [], now=NOW)
    assert "2026-04-01.xlsx" in answer.headers["Content-Disposition"]
