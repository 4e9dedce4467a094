"""Texts on screens: all are marked for translation, all have an English text, and our .mo files are gettext's."""

import gettext
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from linghang.ui.messages import missing
from linghang.ui.messages.compiling import SOURCE, compile_all, compiled, read_catalogue
from linghang.ui.messages.extracting import messages_in

CHINESE = re.compile("[\u4e00-\u9fff]")
CATALOGUE = r"""
# a comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: somewhere.py:1
msgid "剩 %d 天"
msgid_plural "剩 %d 天"
msgstr[0] "%d day left"
msgstr[1] "%d days left"

msgctxt "month"
msgid "三月"
msgstr "March"
msgid "两行\n"
"文字"
msgstr "two \"quoted\"\n"
"lines"

#, fuzzy
msgid "不确定"
msgstr "not sure"

msgid "还没有"
msgstr ""
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "room" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, "utf-8")
    return path


def test_every_text_on_screen_has_an_english_text():
    lacking = [f"{message.place}: {message.text}" for message in missing("en")]
    assert lacking == [], "run `python -m linghang.ui.messages missing` and fill in what it prints"


def test_the_search_for_texts_finds_those_of_python_and_of_templates():
    found = {(message.room, message.text) for message in messages_in()}
    assert ("ui", "跳到正文") in found
    assert ("apps/portal", "今天没有待办") in found
    assert ("ui", "已逾期 %d 个工作日") in found


def test_a_text_without_english_is_found(tmp_path: Path, catalogue: Path):
    room = tmp_path / "room"
    (room / "views.py").write_text('from x import gettext as _\n_("三月初")\n_("还没有")\n', "utf-8")
    (room / "templates").mkdir()
    (room / "templates" / "a.html").write_text('{% trans "不确定" %}{% card title=_("标题") %}', "utf-8")
    texts = {message.text for message in missing("en", tmp_path)}
    assert texts == {"三月初", "还没有", "不确定", "标题"}


def test_chinese_in_templates_stands_inside_translation_tags():
    assert list(_unmarked()) == []


def _unmarked():
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        for number, text in _plain_text(path.read_text("utf-8")):
            if CHINESE.search(text.replace("中文", "")):
                yield f"{path.relative_to(SOURCE)}:{number}: {text.strip()}"


def _plain_text(source: str):
    """Text outside of tags, comments and blocktrans, with its line."""
    skip = ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if word in {"comment", "blocktrans", "blocktranslate"}:
            skip = word
        elif skip and word == f"end{skip}":
            skip = ""
        elif token.token_type == TokenType.TEXT and not skip:
            yield token.lineno or 0, token.contents


def test_the_compiled_catalogue_is_what_gettext_reads(catalogue: Path):
    assert compile_all(catalogue.parents[3]) == [catalogue.with_suffix(".mo")]
    with catalogue.with_suffix(".mo").open("rb") as stream:
        texts = gettext.GNUTranslations(stream)
    assert texts.ngettext("剩 %d 天", "剩 %d 天", 1) == "%d day left"
    assert texts.ngettext("剩 %d 天", "剩 %d 天", 2) == "%d days left"
    assert texts.pgettext("month", "三月") == "March"
    assert texts.gettext("两行\n文字") == 'two "quoted"\nlines'
    assert texts.gettext("不确定") == "不确定"
    assert texts.gettext("还没有") == "还没有"


def test_compiling_again_writes_nothing(catalogue: Path):
    compile_all(catalogue.parents[3])
    assert compile_all(catalogue.parents[3]) == []
    assert list(catalogue.parent.glob("*.tmp")) == []


def test_a_line_that_is_no_catalogue_is_reported_with_its_place(catalogue: Path):
    catalogue.write_text('msgid "a"\nmsgstr "b"\noops\n', "utf-8")
    with pytest.raises(ValueError, match=r"django\.po:3"):
        read_catalogue(catalogue)


def test_placeholders_survive_translation():
    for path in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        for entry in read_catalogue(path):
            wanted = _placeholders(entry.text)
            for text in entry.texts.values() if entry.text and entry.translated else ():
                assert _placeholders(text) == wanted, f"{path}:{entry.line}: {entry.text}"


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


def test_an_empty_catalogue_compiles():
    assert compiled([])[:4] == b"\xde\x12\x04\x95"
