"""Taking a record back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data.pages import REASONS

CHOICES = [(code, label) for code, label in REASONS.items() if code != "import-undone"]


class ReverseForm(forms.Form):
    """Why a record is cancelled: a code for lists, and words."""

    code = forms.ChoiceField(label=_("原因"), choices=CHOICES)
    reason = forms.CharField(
        label=_("说明"),
        max_length=200,
        help_text=_("写清错在哪里、正确的是什么；至少四个字"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UndoForm(forms.Form):
    """Why a whole event is cancelled; may be left empty shortly after one's own recording."""

    reason = forms.CharField(label=_("原因"), max_length=200, required=False)
