"""Names of months, quarters and years follow the language of the page."""

import pytest
from django.utils.translation import override

from linghang.engine.periods import Month, Span
from linghang.engine.periods import span_words as engine_words
from linghang.ui.web.spans import PAPERS, month_words, span_words


@pytest.mark.parametrize("span", list(Span))
def test_a_span_reads_in_chinese_as_the_engine_writes_it(span):
    with override(PAPERS):
        assert span_words(Month(2026, 9), span) == engine_words(Month(2026, 9), span)


@pytest.mark.parametrize(
    ("span", "words"), [(Span.MONTH, "September 2026"), (Span.QUARTER, "Q3 2026"), (Span.YEAR, "2026")]
)
def test_a_span_reads_in_english_on_an_english_page(span, words):
    with override("en"):
        assert span_words(Month(2026, 9), span) == words


def test_a_month_is_said_in_the_language_of_the_page():
    with override("en"):
        assert month_words(Month(2026, 3)) == "March 2026"
