"""When somebody may object: while his month is shown, and, for what is booked later, once it is final."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import FINAL_STATES, BookState
from linghang.apps.appraisal.data.objections import Window


def window_of(state: str, until: date | None, *, today: date) -> Window:
    """Whether a month that stands so takes objections today, in words."""
    if state in FINAL_STATES:
        words = _("这个月已经定稿，不再改动。您仍可以提出异议；采纳后的更正记在未定稿的月份，列为“更正”。")
        return Window(True, words, late=True)
    if state != BookState.PUBLIC or until is None:
        words = _("这个月还没有公示，数字还会变。公示期间可以对任何一条提出异议；现在有疑问请直接找支部组织委员。")
        return Window(False, words)
    day = date_format(until, "DATE_FORMAT")
    if today > until:
        words = _("公示已于%(day)s结束，这个月正在审定。定稿后仍可提出异议，更正记在未定稿的月份。") % {"day": day}
        return Window(False, words, until)
    return Window(True, _("%(day)s24:00前可以提出异议。") % {"day": day}, until)
