"""Chinese sentences carry Chinese punctuation: ，：；？（） full-width, and no space after it."""

import re
from pathlib import Path

import pytest

from linghang.ui.messages.extracting import messages_in
from tests.docs.pages import ROOT, pages, prose

HALF_WIDTH = re.compile(r".?[\u4e00-\u9fff”》）] ?[,:;?] ?[\u4e00-\u9fff“《（].{0,6}")
CODE = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)|<[^<>\n]*>")
ADVICE = "write Chinese punctuation full-width (，：；？（）), without a space after it; code stays as it is"
PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]


def half_width(text: str) -> list[str]:
    """What stands around each half-width mark between two Chinese characters."""
    return [found.group().strip() for found in HALF_WIDTH.finditer(CODE.sub("~", text))]


def test_no_message_has_a_half_width_comma_between_chinese_characters() -> None:
    found = {f"{m.room}: {m.text}" for m in messages_in() if half_width(m.text) or half_width(m.plural)}
    assert not found, ADVICE


@pytest.mark.parametrize("page", PAGES)
def test_no_chinese_prose_has_a_half_width_comma_between_chinese_characters(page: Path) -> None:
    assert half_width(prose(page)) == [], ADVICE


@pytest.mark.parametrize("text", ["没有写入,请改正", "请选:一个", "“甲”, 乙", "登录、点赞;在线"])
def test_a_half_width_mark_is_found(text: str) -> None:
    assert half_width(text)


@pytest.mark.parametrize("text", ["没有写入，请改正", "见 `甲,乙`", "12:30 开始", "工作表!单元格", "A, B 和 C"])
def test_right_punctuation_and_code_are_left_alone(text: str) -> None:
    assert not half_width(text)
