"""Months, quarters and years in the language of the page; papers that leave the house keep `engine.periods`."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.engine.periods import Month, Span

PAPERS = "zh-hans"  # the language of what leaves the house with a seal or a signature, whoever makes it


def month_words(month: Month) -> str:
    """'2026年3月', in English 'March 2026'."""
    return date_format(month.first, "YEAR_MONTH_FORMAT")


def span_words(month: Month, span: Span) -> str:
    """The span that holds a month: '2026年3月', '2026年1季度', '2026年上半年'; in English 'March 2026', 'Q1 2026'."""
    if span is Span.MONTH:
        return month_words(month)
    if span is Span.QUARTER:
        return _("%(year)d年%(quarter)d季度") % {"year": month.year, "quarter": month.quarter}
    if span is Span.HALF:
        return (_("%(year)d年上半年") if month.month <= 6 else _("%(year)d年下半年")) % {"year": month.year}
    return _("%(year)d年") % {"year": month.year}
