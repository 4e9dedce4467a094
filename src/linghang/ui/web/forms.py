"""What forms of all rooms share: a day, and a refusal beside its field."""

from typing import Any

from django import forms

from linghang.ui.web.errors import DomainError


class DayField(forms.DateField):
    """A day in the browser's own picker, which wants ISO whatever the language of the page is."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **options})


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Put a refusal beside its field, or above the form when it has none there."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
