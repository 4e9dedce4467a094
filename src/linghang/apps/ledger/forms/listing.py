"""The filters of the list of records: their state stands in the address."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data.pages import STANDING, STATES, FactFilter
from linghang.ui.web.forms import DayField, LongChoiceField
from linghang.ui.web.picking import Choosable, field_for

LATE_CHOICES = (
    ("", _("不限")),
    ("1", _("次日及以后")),
    ("8", _("超过7天")),
    ("31", _("超过30天")),
    ("91", _("超过90天")),
)
DEPTH = "　"


class FactFilterForm(forms.Form):
    """Everything is optional; what is not understood is left out by the view."""

    q = forms.CharField(
        label=_("查找"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("姓名、编码、活动编号")}),
    )
    kind = LongChoiceField(label=_("种类"), required=False)
    place: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    since = DayField(label=_("发生日期从"), required=False)
    until = DayField(label=_("到"), required=False)
    recorder = forms.CharField(label=_("记录人"), required=False, max_length=40)
    late = LongChoiceField(label=_("补录"), required=False, choices=LATE_CHOICES)
    state = LongChoiceField(label=_("状态"), required=False, choices=[*STATES.items()])

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], places: Choosable, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "kind", [("", str(_("全部"))), *kinds])
        self.fields["place"] = field_for(places, label=_("组织（含下级）"), nothing=str(_("全部")))

    def filters(self) -> FactFilter:
        """What was understood of the address."""
        self.is_valid()
        given = self.cleaned_data
        subject = self.data.get("subject", "")
        return FactFilter(
            kind=given.get("kind") or "",
            place=UUID(given["place"]) if given.get("place") else None,
            since=given.get("since"),
            until=given.get("until"),
            search=(given.get("q") or "").strip(),
            recorder=(given.get("recorder") or "").strip(),
            late=int(given["late"]) if given.get("late") else None,
            state=given.get("state") or STANDING,
            subject=_uuid(subject),
            attributes={name[2:]: value for name, value in self.data.items() if name.startswith("w-") and value},
        )

    def said(self) -> dict[str, str]:
        """What narrows the list, label → value in words; for the export and the read log."""
        words: dict[str, str] = {}
        for name, value in self.cleaned_data.items():
            if value and not (name == "state" and value == STANDING):
                words[str(self.fields[name].label)] = shown(self, name, value)
        return words


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """What a select of a form offers."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def shown(form: forms.Form, name: str, value: Any) -> str:
    """A value of a form as its reader sees it: a select's words."""
    widget = form.fields[name].widget
    if not hasattr(widget, "choices"):
        return str(value)
    words = {str(key): str(label) for key, label in widget.choices}
    return words.get(str(value), str(value)).strip(DEPTH)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
