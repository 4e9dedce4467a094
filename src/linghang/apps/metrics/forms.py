"""What the pages of this room ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.metrics.data import (
    DIRECTIONS,
    GIVEN_REASONS,
    MOST_DECIMALS,
    REASONS,
    SPANS,
    Reason,
    parse_period,
    parse_value,
)
from linghang.apps.org.data import OrganisationLine
from linghang.ui.web.forms import DayField

DECIMAL_CHOICES = [(number, str(number)) for number in range(MOST_DECIMALS + 1)]


def _names(rows: list[OrganisationLine]) -> list[tuple[str, str]]:
    return [(str(row.uuid), "　" * row.depth + row.name) for row in rows]


class IndicatorFilterForm(forms.Form):
    q = forms.CharField(label=_("名称或编码"), required=False, max_length=60)
    span = forms.ChoiceField(label=_("周期"), required=False, choices=[("", _("全部")), *SPANS.items()])
    closed = forms.BooleanField(label=_("含已停用"), required=False)


class IndicatorForm(forms.Form):
    organisation = forms.ChoiceField(label=_("所属组织"))
    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    unit = forms.CharField(label=_("单位"), max_length=20, help_text=_("有了数据以后不能再改，一个指标只有一个单位"))
    span = forms.ChoiceField(label=_("周期"), choices=list(SPANS.items()))
    decimals = forms.TypedChoiceField(label=_("小数位数"), choices=DECIMAL_CHOICES, coerce=int)
    direction = forms.ChoiceField(label=_("方向"), choices=list(DIRECTIONS.items()))
    definition = forms.CharField(
        label=_("口径"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("算什么，怎么算")
    )
    source = forms.CharField(label=_("数据来源"), max_length=120, help_text=_("例如：生产日报、财务月报"))
    valid_from = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, places: list[OrganisationLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ChoiceField(label=_("所属组织"), choices=_names(places))
        self.order_fields(["organisation", "name", "code", "unit"])


class IndicatorChangeForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    direction = forms.ChoiceField(label=_("方向"), choices=list(DIRECTIONS.items()))
    source = forms.CharField(label=_("数据来源"), max_length=120)


class DefinitionForm(forms.Form):
    definition = forms.CharField(label=_("新口径"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label=_("从哪天起"), help_text=_("以前的数据仍按以前的口径"))


class IndicatorCloseForm(forms.Form):
    last_day = DayField(label=_("最后一天"))


class ValueForm(forms.Form):
    """A value; its period is asked only where it is a new one."""

    period = forms.CharField(label=_("周期"), max_length=20)
    value = forms.CharField(
        label=_("数值"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )
    as_of = DayField(label=_("数据截至"))
    source = forms.CharField(label=_("来源"), max_length=120)

    def __init__(self, *args: Any, span: str, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.span = span
        self.fields["value"].label = _("数值（%(unit)s）") % {"unit": unit}

    def clean_period(self) -> date:
        try:
            return parse_period(self.cleaned_data["period"], self.span).first
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_value(self) -> Decimal | None:
        if not self.cleaned_data["value"].strip():
            return None
        try:
            return parse_value(self.cleaned_data["value"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ReplaceForm(ValueForm):
    """A value that takes the place of another one, with the reason."""

    reason = forms.ChoiceField(label=_("原因"), choices=[(code.value, REASONS[code.value]) for code in GIVEN_REASONS])
    note = forms.CharField(label=_("说明"), max_length=200, required=False, help_text=_("不写人名"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["period"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("value") is None and values.get("reason") not in (None, Reason.WITHDRAWN) and "value" in values:
            self.add_error("value", _("请填数值；要撤回成未知，原因选“撤回”。"))
        return values
