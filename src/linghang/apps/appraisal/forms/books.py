"""What the pages of a branch's month ask for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.books import DayChoice
from linghang.apps.appraisal.data.presets import PRESETS
from linghang.apps.appraisal.policies.months import STATE_TITLES
from linghang.engine.periods import Month
from linghang.ui.web.forms import DayField, offer
from linghang.ui.web.picking import Choosable, field_for

BACK = 12  # months that can be chosen
MANNER = _("向受理人当面说，或在系统里对有疑问的一条点“有异议”")


class PublishForm(forms.Form):
    """Who takes objections, how, and for how many working days; each choice says its last day."""

    receiver = forms.ChoiceField(label=_("异议受理人"), help_text=_("在这里担任职务的同志；受理的人不作决定"))
    manner = forms.CharField(label=_("怎样提出"), max_length=200, initial=MANNER)
    days = forms.TypedChoiceField(label=_("公示几个工作日"), coerce=int)

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], days: Sequence[DayChoice], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        offer(self, "receiver", people)
        offer(self, "days", [(one.days, _day_words(one)) for one in days])
        self.fields["days"].help_text = days[0].words if days else ""


def _day_words(one: DayChoice) -> str:
    words = _("%(n)s个工作日，到%(day)s%(guess)s") % {
        "n": one.days,
        "day": date_format(one.last, "DATE_FORMAT"),
        "guess": _("（暂算）") if one.provisional else "",
    }
    return str(words)


class ReasonForm(forms.Form):
    """Why somebody above looks at the members of a branch; they are told."""

    reason = forms.CharField(label=_("查看理由"), max_length=100, min_length=4, help_text=_("记入查看记录"))


class BooksForm(forms.Form):
    """Which month, scheme, state and branch."""

    month = forms.ChoiceField(label=_("月份"), required=False)
    scheme = forms.ChoiceField(label=_("积分办法"), required=False)
    state = forms.ChoiceField(label=_("到哪一步"), required=False)
    q = forms.CharField(label=_("支部名称"), required=False, max_length=60)

    def __init__(self, *args: Any, latest: Month, schemes: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        months = [latest + -n for n in range(BACK)]
        offer(self, "month", [(str(month), date_format(month.first, "YEAR_MONTH_FORMAT")) for month in months])
        offer(self, "scheme", [("", _("全部")), *schemes])
        offer(self, "state", [("", _("全部")), *((s.value, t) for s, t in STATE_TITLES.items())])


class PresetForm(forms.Form):
    """How points are shown at a place, from a day on."""

    node: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    preset = forms.ChoiceField(label=_("预设"), choices=list(PRESETS.items()), widget=forms.RadioSelect)
    since = DayField(label=_("从哪天起"))
    ground = forms.CharField(
        label=_("依据"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("选企业时必填，例如职代会审议通过的文号"),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Choosable, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["node"] = field_for(places, label=_("组织（含下级）"))
        self.fields["since"].widget.attrs["min"] = today.isoformat()
