from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.audit.queries import logged_pages
from linghang.ui.web.forms import DayField


class ReadFilterForm(forms.Form):
    """What the inspector narrows the log by. There is no field for a reader: the log is not a record of attendance."""

    page_name = forms.ChoiceField(label=_("页面"), required=False)
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)
    persons = forms.BooleanField(label=_("只看打开个人资料的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("全部")), *logged_pages()]
        self.fields["page_name"] = forms.ChoiceField(label=_("页面"), required=False, choices=choices)
        self.order_fields(["page_name", "since", "until", "persons"])
