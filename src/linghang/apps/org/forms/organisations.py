"""What the pages about organisations ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data import KINDS, OrganisationLine
from linghang.ui.web.forms import DayField

KIND_CHOICES = [(info.kind.value, info.label) for info in KINDS.values()]


def _names(rows: list[OrganisationLine]) -> list[tuple[str, str]]:
    return [(str(row.uuid), "　" * row.depth + row.name) for row in rows]


class OrganisationFilterForm(forms.Form):
    q = forms.CharField(label=_("名称、简称、曾用名或编码"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[("", _("全部")), *KIND_CHOICES])
    closed = forms.BooleanField(label=_("含已撤销"), required=False)


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("全称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=KIND_CHOICES)
    parent = forms.ChoiceField(label=_("上级"), required=False)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    aliases = forms.CharField(
        label=_("别名"), required=False, help_text=_("表格里的其他写法，用顿号分开，导入时按它认"), max_length=400
    )
    founded_on = DayField(
        label=_("成立日期"),
        help_text=_("从这一天起才有人员、记录和积分；查不到的，写比最早的记录早的一天，例如某年1月1日"),
    )

    def __init__(self, *args: Any, parents: list[OrganisationLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("独立的顶层组织")), *_names(parents)]
        self.fields["parent"] = forms.ChoiceField(label=_("上级"), required=False, choices=choices)
        self.order_fields(["name", "short_name", "kind", "parent", "code", "aliases", "founded_on"])

    def clean_aliases(self) -> list[str]:
        return [
            part.strip() for part in str(self.cleaned_data["aliases"]).replace(",", "、").split("、") if part.strip()
        ]


class RenameForm(forms.Form):
    name = forms.CharField(label=_("新全称"), max_length=120)
    short_name = forms.CharField(label=_("新简称"), max_length=40, required=False)
    valid_from = DayField(label=_("从哪天起"))


class MoveForm(forms.Form):
    parent = forms.ChoiceField(label=_("新上级"))
    valid_from = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, parents: list[OrganisationLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = forms.ChoiceField(label=_("新上级"), choices=_names(parents))
        self.order_fields(["parent", "valid_from"])


class CloseForm(forms.Form):
    last_day = DayField(label=_("最后一天"), help_text=_("当天仍存在，次日起撤销；在这里的职务同时到期"))
