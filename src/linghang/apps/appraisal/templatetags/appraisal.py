"""Words for what the pages of this room show."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linghang.apps.appraisal.data.statements import (
    CauseLine,
    GradeLine,
    PricedLine,
    SpanSum,
    Stand,
    StatementPage,
    YearPage,
)
from linghang.apps.appraisal.words import (
    CAUSES,
    NOT_GRADED,
    STAND_BADGES,
    STANDS,
    STATE_BADGES,
    STATES,
)
from linghang.engine.periods import Month
from linghang.ui.templatetags.ui import badge, signed_points
from linghang.ui.web import spans

register = template.Library()

MONTHS_OF_QUARTER = 3


@register.filter
def month_words(month: Month) -> str:
    """2026年3月, in the language of the page."""
    return spans.month_words(month)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """可定稿, 暂算 or 免评: {% state_badge row.state %}."""
    return badge(STATES[state], STATE_BADGES[state])


@register.simple_tag
def stand_badge(stand: Stand) -> SafeString:
    """预计, 公示中 or 已定稿: {% stand_badge page.stand %}."""
    return badge(STANDS[stand], STAND_BADGES[stand])


@register.simple_tag
def stand_words(stand: Stand) -> str:
    """The same without a badge."""
    return str(STANDS[stand])


@register.simple_tag
def line_number(line: PricedLine | CauseLine, value: int) -> SafeString:
    """A line's number: opens the record where there is one; what the measures themselves say is a leaf."""
    if line.readable and line.fact is not None:
        address = reverse("ledger:fact", args=[line.fact])
        return format_html('<a href="{}" data-number>{}</a>', address, signed_points(value))
    return format_html('<span data-number data-leaf title="{}">{}</span>', line.clause, signed_points(value))


@register.simple_tag
def band_words(grade: GradeLine) -> str:
    """The band, or that there is none: never more than that in a list."""
    return grade.band or str(NOT_GRADED)


@register.simple_tag
def cause_words(cause: CauseLine) -> str:
    """补录, 已撤销 or 重新计算."""
    return str(CAUSES[cause.word])


@register.simple_tag
def quarter_address(page: YearPage, number: int) -> str:
    """Where a quarter of the year opens."""
    return reverse("appraisal:quarter", args=[page.subject, page.scheme_id, page.year, number])


@register.simple_tag
def span_address(page: StatementPage, span: SpanSum) -> str:
    """Where the sum of a span opens: beside an open month the parts stand on the same page."""
    if page.live:
        return "#spans"
    if len(span.months) > MONTHS_OF_QUARTER:
        return reverse("appraisal:year", args=[page.subject, page.scheme_id, page.month.year])
    return reverse("appraisal:quarter", args=[page.subject, page.scheme_id, page.month.year, page.month.quarter])
