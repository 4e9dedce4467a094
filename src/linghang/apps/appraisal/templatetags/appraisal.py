"""Words for what the pages of this room show."""

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from linghang.apps.appraisal.words import STATE_BADGES, STATES
from linghang.engine.periods import Month
from linghang.ui.templatetags.ui import badge

register = template.Library()


@register.filter
def month_words(month: Month) -> str:
    """2026年3月, in the language of the page."""
    return date_format(month.first, "YEAR_MONTH_FORMAT")


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """可定稿, 暂算 or 免评: {% state_badge row.state %}."""
    return badge(STATES[state], STATE_BADGES[state])
