"""What the pages of objections ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.objections import Correction
from linghang.apps.appraisal.words import title_in_language as said
from linghang.engine.packs.model import FactKind
from linghang.engine.points import UNIT
from linghang.ui.web.forms import DayField, offer

LONG = {"rows": 3}
TAKE_BACK, CHANGE, ADD = "take_back", "change", "add"
WAYS = {
    TAKE_BACK: _("作废这条记录"),
    CHANGE: _("改正这条记录（作废后按下面重记）"),
    ADD: _("补记一条漏掉的记录"),
}


class ObjectForm(forms.Form):
    """Why the person thinks that a line is wrong."""

    reason = forms.CharField(
        label=_("哪里不对"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写清日期和实际情况，例如“3月12日出公差，支部书记批准”"),
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """How the records are put right: `wrong` says whether the objection is about a record that still stands."""

    way = forms.ChoiceField(label=_("怎样更正"), widget=forms.RadioSelect)
    day = DayField(label=_("哪一天"), required=False)
    quantity = forms.DecimalField(
        label=_("数量"), required=False, min_value=Decimal("0"), max_digits=10, decimal_places=4
    )
    note = forms.CharField(
        label=_("复核情况和理由"), max_length=2000, widget=forms.Textarea(attrs=LONG), help_text=_("本人能看到")
    )

    def __init__(self, *args: Any, kind: FactKind, wrong: bool, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        ways = (TAKE_BACK, CHANGE, ADD) if wrong else (ADD,)
        offer(self, "way", [(way, WAYS[way]) for way in ways])
        self.fields["way"].initial = CHANGE if wrong else ADD
        if not wrong:
            self.fields["way"].widget = forms.HiddenInput()
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        self.fields["day"].required = self.fields["quantity"].required = not wrong
        self.fields["quantity"].label = _("多少%(unit)s") % {"unit": kind.unit}
        for name, attribute in kind.attributes.items():
            choices = [("", _("请选择")), *((value, said(title)) for value, title in attribute.values.items())]
            needed = attribute.required and not wrong
            self.fields[_field(name)] = forms.ChoiceField(label=said(attribute.title), required=needed, choices=choices)
        self.order_fields(["way", "day", "quantity", *(_field(name) for name in kind.attributes), "note"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") in (CHANGE, ADD):
            needed = ["day", "quantity", *(_field(n) for n, a in self.kind.attributes.items() if a.required)]
            for name in needed:
                if given.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("请填写这一项。"))
        return given

    def correction(self) -> Correction:
        """What was asked for, as a record."""
        way = self.cleaned_data["way"]
        if way == TAKE_BACK:
            return Correction(take_back=True)
        given = {name: self.cleaned_data[_field(name)] for name in self.kind.attributes}
        return Correction(
            take_back=way == CHANGE,
            kind=self.kind.id,
            day=self.cleaned_data["day"],
            quantity=int(self.cleaned_data["quantity"] * UNIT),
            attributes={name: value for name, value in given.items() if value},
        )


def _field(attribute: str) -> str:
    return f"a-{attribute}"


def initial_of(record: Any) -> dict[str, Any]:
    """The form filled with the record that is to be put right."""
    amount = Decimal(record.quantity) / UNIT
    words = {_field(name): value for name, value in record.attributes.items()}
    return {"day": record.occurred_on, "quantity": amount.normalize(), **words}
