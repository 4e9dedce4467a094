"""Taking a record back, or putting it right."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data.pages import REASONS
from linghang.apps.ledger.forms.recording import SINGLE_UNITS, choice_of
from linghang.apps.ledger.queries.single import WrittenFact
from linghang.engine.packs.model import FactKind
from linghang.engine.points import UNIT

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


class CorrectForm(forms.Form):
    """A record with its attributes and its quantity, to be changed where they are wrong, and why."""

    prefix = "right"  # beside the form that takes the record back

    def __init__(self, *args: Any, kind: FactKind, was: WrittenFact, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.was = kind, was
        for name, attribute in kind.attributes.items():
            self.fields[f"a-{name}"] = choice_of(attribute)
            self.fields[f"a-{name}"].initial = was.attributes.get(name, "")
        if kind.unit not in SINGLE_UNITS:
            self.fields["quantity"] = forms.DecimalField(
                label=_("数量"), help_text=kind.unit, min_value=Decimal("0"), max_digits=10, decimal_places=4
            )
            self.fields["quantity"].initial = (Decimal(was.quantity) / UNIT).normalize()
        words = forms.Textarea(attrs={"rows": 2})
        self.fields["why"] = forms.CharField(
            label=_("为什么改"), min_length=4, max_length=200, help_text=_("至少四个字"), widget=words
        )

    def attributes(self) -> dict[str, str]:
        """The record's attributes as they are right."""
        given = {name: self.cleaned_data[f"a-{name}"] for name in self.kind.attributes}
        return {name: value for name, value in given.items() if value}

    def quantity(self) -> int:
        """Ten-thousandths of the kind's unit."""
        given = self.cleaned_data.get("quantity")
        return self.was.quantity if given is None else int(given * UNIT)


class UndoForm(forms.Form):
    """Why a whole event is cancelled; may be left empty shortly after one's own recording."""

    reason = forms.CharField(label=_("原因"), max_length=200, required=False)
