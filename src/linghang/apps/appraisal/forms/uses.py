"""What the pages of 结果运用 ask for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.uses import NewRule
from linghang.engine.periods import Month
from linghang.ui.web.forms import offer
from linghang.ui.web.picking import Choosable, field_for

Grades = Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]


class MonthField(forms.CharField):
    """A month in the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"})
        super().__init__(**{"max_length": 12, "widget": widget, **options})

    def clean(self, value: Any) -> Any:
        try:
            return Month.parse(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(_("月份写成 2026-03 这样。")) from error


class RuleForm(forms.Form):
    place: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    band = forms.ChoiceField(label=_("哪一档"))
    effect = forms.CharField(label=_("用在哪里"), max_length=200, help_text=_("例如：年度绩效系数；优先推荐先进党支部"))
    coefficient = forms.DecimalField(label=_("系数"), max_digits=6, decimal_places=3, required=False, min_value=0)
    document = forms.CharField(label=_("依据文件和文号"), max_length=120)
    since = MonthField(label=_("从哪个月起"))

    def __init__(self, *args: Any, places: Choosable, grades: Grades, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = field_for(places, label=_("在哪里有效"))
        offer(
            self,
            "band",
            [(title, [(f"{key}/{band}", words) for band, words in bands]) for key, (title, bands) in grades.items()],
        )

    def rule(self) -> NewRule:
        data = self.cleaned_data
        scheme, grade, band = data["band"].split("/")
        return NewRule(
            UUID(data["place"]),
            scheme,
            grade,
            band,
            data["effect"],
            data["coefficient"],
            data["document"],
            data["since"],
        )


class ListForm(forms.Form):
    place: forms.Field = forms.CharField()  # as above
    grade = forms.ChoiceField(label=_("哪项等次"))
    month = MonthField(label=_("期末月份"), help_text=_("季度写季末月，年度写 12 月"))

    def __init__(self, *args: Any, places: Choosable, grades: Grades, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = field_for(places, label=_("在哪里"))
        offer(self, "grade", [(key, title) for key, (title, _bands) in grades.items()])

    def values(self) -> dict[str, Any]:
        scheme, grade = self.cleaned_data["grade"].split("/")
        return {
            "node": UUID(self.cleaned_data["place"]), "scheme": scheme, "grade": grade,
            "month": self.cleaned_data["month"],
        }  # fmt: skip


class ConfirmForm(forms.Form):
    document = forms.CharField(label=_("会议或决定的文号"), max_length=120)
