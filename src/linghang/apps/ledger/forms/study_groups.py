"""What the page of a study group asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReadingForm(forms.Form):
    title = forms.CharField(label=_("书名或文件名"), max_length=120)
    chapter = forms.CharField(label=_("读哪一部分"), max_length=120, required=False)


class TakeOffForm(forms.Form):
    reading = forms.UUIDField()
