"""What a value must satisfy before it enters a series."""

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linghang.apps.metrics.data import GIVEN_REASONS, NewValue, Reason, begins, fits, last_day
from linghang.ui.web.errors import DomainError


def refuse_wrong_value(new: NewValue, *, span: str, decimals: int, since: date, until: date | None, on: date) -> None:
    """The first thing that is wrong with a value of an indicator in force from `since` to `until`, or nothing."""
    if not begins(new.first, span):
        raise _refused("wrong_period", _("这个指标的周期不是从这一天开始的，请核对周期。"), "period")
    if new.first > on:
        raise _refused("period_to_come", _("这个周期还没有开始。"), "period")
    if last_day(new.first, span) < since or (until is not None and new.first > until):
        raise _refused("not_in_force", _("这个周期不在指标的有效期内。"), "period")
    if new.value is not None and not fits(new.value, decimals):
        words = _("小数位数超过规定的 %(n)d 位，请核对；确需更多位数，请新建指标。") % {"n": decimals}
        raise _refused("too_many_decimals", words, "value")
    if new.as_of > on:
        raise _refused("as_of_to_come", _("截至日期晚于今天。"), "as_of")
    if new.as_of < new.first:
        raise _refused("as_of_too_early", _("截至日期早于周期开始的一天。"), "as_of")
    if not new.source.strip():
        raise _refused("source_needed", _("请写明数据来源，例如“生产日报”。"), "source")


def refuse_wrong_replacing(new: NewValue, *, value: Decimal | None, as_of: date) -> None:
    """Whether a value may take the place of one that says `value` as of `as_of`."""
    if new.reason not in GIVEN_REASONS and new.reason != Reason.SUPPLIED:
        raise _refused("reason_needed", _("这个周期已有数据；要替换，请选择原因，原来的数据会保留。"), "reason")
    if (new.value is None) != (new.reason == Reason.WITHDRAWN):
        raise _refused("unknown_needs_withdrawal", _("只有“撤回”可以没有数值，撤回也不能带数值。"), "value")
    if new.reason == Reason.UPDATED and new.as_of <= as_of:
        raise _refused("not_newer", _("“数据更新”的截至日期须比原来的更晚；原来有错，请选“更正错误”。"), "as_of")
    if (new.value, new.as_of) == (value, as_of):
        raise _refused("no_change", _("数值和截至日期都没有变，不用替换。"), "value")


def _refused(code: str, message: str | Promise, field: str) -> DomainError:
    return DomainError(code, message, field=field)
