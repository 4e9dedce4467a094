from django import forms
from django.utils.translation import gettext_lazy as _


class SightForm(forms.Form):
    """Why somebody above looks at one person's points; the person reads it under 谁看过."""

    reason = forms.CharField(label=_("查看理由"), min_length=4, max_length=200)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
