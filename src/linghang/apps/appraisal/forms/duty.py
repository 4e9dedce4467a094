"""What the pages of monthly sheets ask for."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.duty import SHEET_STATES
from linghang.apps.appraisal.queries.duty import UNSENT
from linghang.engine.periods import Month
from linghang.ui.web.forms import offer

BACK = 12  # months that can be chosen


class SendForm(forms.Form):
    note = forms.CharField(
        label=_("补充说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("已经记录的不用再写；只写记录里看不出的，例如为什么某次会没有开"),
    )  # fmt: skip


class JudgeForm(forms.Form):
    remark = forms.CharField(
        label=_("审核意见"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回时必填，支部能看到"),
    )  # fmt: skip


class BoardForm(forms.Form):
    """Which month and which state."""

    month = forms.ChoiceField(label=_("月份"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, latest: Month, **options: Any) -> None:
        super().__init__(*args, **options)
        months = [latest + -n for n in range(BACK)]
        offer(self, "month", [(str(month), month_words(month)) for month in months])
        states = [("", _("全部")), (UNSENT, _("未报送（含退回）")), *SHEET_STATES.items()]
        offer(self, "state", states)


def month_words(month: Month) -> str:
    """2026年3月, in the language of the page."""
    return date_format(month.first, "YEAR_MONTH_FORMAT")
