"""What people write on the pages of this room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.ui.web.forms import DayField


class DemoDay(forms.Form):
    """The day that a demo installation takes for today."""

    day = DayField(label=_("今天是"))
