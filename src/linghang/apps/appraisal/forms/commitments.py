"""What the pages of commitments ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.commitments import COMMITMENT_WORDS
from linghang.ui.web.forms import DayField


class CommitmentFilterForm(forms.Form):
    year = forms.IntegerField(label=_("年度"), required=False, min_value=2000, max_value=2200)
    q = forms.CharField(label=_("姓名或承诺"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *COMMITMENT_WORDS.items()])
    mine = forms.BooleanField(label=_("只看我的"), required=False)


class CommitmentForm(forms.Form):
    text = forms.CharField(label=_("承诺做什么"), max_length=120, help_text=_("例如：每月上门帮独居职工检修一次线路"))
    beneficiary = forms.CharField(label=_("为谁做"), max_length=60)
    measure = forms.CharField(label=_("怎样算完成"), max_length=120, help_text=_("要有一个数，例如：上门 6 次"))
    due = DayField(label=_("哪天以前完成"))


class NoteForm(forms.Form):
    note = forms.CharField(label=_("进展"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ProofForm(forms.Form):
    proof = forms.CharField(
        label=_("在哪里看得到"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("记录编号、照片存放处或见证人"),
    )  # fmt: skip


class JudgeForm(forms.Form):
    kept = forms.ChoiceField(
        label=_("认定"), choices=[("yes", _("已兑现")), ("no", _("未兑现"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("理由"), max_length=200, required=False, help_text=_("认定未兑现时要写"))

    def values(self) -> dict[str, Any]:
        return {"kept": self.cleaned_data["kept"] == "yes", "reason": self.cleaned_data["reason"]}
